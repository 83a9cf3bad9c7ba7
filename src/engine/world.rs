//! A snapshot made ready for questions: gaps, joins, who watches what, who uses which topic.

use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::alarms::AlarmIndex;
use super::endpoints::{self, Endpoint};
use super::gaps::{GapId, Gaps, TypeGaps};
use super::joins::Joins;
use super::node::{Node, ResourceNode};
use super::path::composite::Composites;
use super::path::event::EventRules;
use super::path::mute::Mutes;
use super::path::policy::Narrowed;
use super::path::senders::TopicUse;
use super::path::topic::Heard;
use super::path::{Message, Publisher, Reach};
use super::reason::{Reason, Unknown};
use super::team::Team;
use crate::model::GLOBAL;
use crate::rules::Rule;
use crate::rules::expr::Expr;
use crate::snapshot::Snapshot;

/// Type of a composite alarm.
pub const COMPOSITE: &str = "AWS::CloudWatch::CompositeAlarm";

/// Everything the engine asks.
#[derive(Debug)]
pub struct World<'a> {
    /// The snapshot itself.
    pub snapshot: &'a Snapshot,
    /// What could not be read.
    pub gaps: Gaps,
    /// Resources by property value.
    pub joins: Joins,
    /// Alarms by what they look at.
    pub alarms: AlarmIndex,
    /// Composite alarms with their rules.
    pub composites: Composites,
    /// Who sends to which topic.
    pub topics: TopicUse,
    /// Rules that take events.
    pub events: EventRules,
    /// What keeps alarms silent now.
    pub mutes: Mutes,
    /// What the team says.
    pub team: Team,
    /// What users reach.
    pub endpoints: Vec<Endpoint>,
    /// Whether every way of an alarm is followed, also when one is known to be whole.
    pub every_way: bool,
    /// Where each alarm ends.
    reaches: Vec<OnceLock<Reach>>,
    /// Where each topic ends, by kind of message.
    ends: Memo<(u32, Message), Heard>,
    /// What of each topic's policy speaks of a publisher.
    policies: Memo<(u32, Publisher), Arc<Narrowed>>,
}

impl<'a> World<'a> {
    /// Prepares a snapshot for `rules`.
    pub fn new(snapshot: &'a Snapshot, rules: &[Rule], team: Team) -> World<'a> {
        World::asked(snapshot, rules, team, &[])
    }

    /// Prepares a snapshot for `rules`, and for these expressions beside theirs.
    pub fn asked(
        snapshot: &'a Snapshot,
        rules: &[Rule],
        team: Team,
        others: &[&Expr],
    ) -> World<'a> {
        let rest = || {
            (
                Gaps::of(snapshot),
                Joins::build(snapshot, rules, others),
                Composites::build(snapshot),
                TopicUse::build(snapshot),
                EventRules::build(snapshot),
            )
        };
        let (alarms, (gaps, joins, composites, topics, events)) =
            rayon::join(|| AlarmIndex::build(snapshot), rest);
        World {
            snapshot,
            gaps,
            joins,
            alarms,
            composites,
            topics,
            events,
            endpoints: endpoints::of(snapshot, &team),
            mutes: Mutes::build(snapshot),
            team,
            every_way: false,
            reaches: (0..snapshot.len()).map(|_| OnceLock::new()).collect(),
            ends: Memo::default(),
            policies: Memo::default(),
        }
    }

    /// A resource with what could not be read of it.
    pub fn node(&self, i: u32) -> ResourceNode<'_> {
        let view = self.snapshot.get(i);
        ResourceNode { i, view, gaps: self.type_gaps(view.account(), view.region(), view.ty()) }
    }

    /// A resource by type, account, region and id.
    ///
    /// # Errors
    /// It is not there, and the list it would stand in could not be read.
    pub fn find(
        &self,
        ty: &str,
        account: &str,
        region: &str,
        id: &str,
    ) -> Result<Option<ResourceNode<'_>>, Unknown> {
        match self.snapshot.find(ty, account, region, id) {
            Some(i) => Ok(Some(self.node(i))),
            None if !self.gaps.was_read(account, region) => {
                Err(Reason::RegionNotRead(region.to_owned()).into())
            }
            None => {
                self.list_gap(ty, account, region).map_or(Ok(None), |gap| Err(Unknown::Gap(gap)))
            }
        }
    }

    /// The regions of each account: those that it was asked of; one that nobody was asked of is everyone's, and
    /// unknown.
    pub fn places(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        let header = self.snapshot.header();
        let accounts = header.accounts.iter().map(String::as_str);
        accounts.flat_map(move |account| {
            let regions = header.regions.iter().map(String::as_str);
            let is_of = move |region: &&str| {
                let mut others = header.accounts.iter();
                self.gaps.was_asked(account, region)
                    || !others.any(|other| self.gaps.was_asked(other, region))
            };
            regions.filter(is_of).map(move |region| (account, region))
        })
    }

    /// The regions of an account.
    pub fn regions_of<'w>(&'w self, account: &'w str) -> impl Iterator<Item = &'a str> + 'w {
        self.places().filter(move |(of, _)| *of == account).map(|(_, region)| region)
    }

    /// What is unknown of a type in an account and region.
    pub fn type_gaps(&self, account: &str, region: &str, ty: &str) -> &TypeGaps {
        self.gaps.of_type(account, region, ty)
    }

    /// Why there may be more resources of a type than are listed.
    pub fn list_gap(&self, ty: &str, account: &str, region: &str) -> Option<GapId> {
        self.type_gaps(account, region, ty).list
    }

    /// Resources of a type in an account: of one region, or of all when `region` is `global`; and
    /// why there may be more.
    pub fn resources(&self, ty: &str, account: &str, region: &str) -> (Vec<u32>, Option<GapId>) {
        if region != GLOBAL {
            return (
                self.snapshot.of_type_in(ty, account, region).collect(),
                self.list_gap(ty, account, region),
            );
        }
        let all = self
            .snapshot
            .of_type(ty)
            .filter(|&i| self.snapshot.get(i).account() == account)
            .collect();
        let mut regions = self.regions_of(account).chain([GLOBAL]);
        (all, regions.find_map(|region| self.list_gap(ty, account, region)))
    }

    /// Where an alarm ends, walked once.
    pub fn reach_of(&self, alarm: u32, walk: impl FnOnce() -> Reach) -> Reach {
        match self.reaches.get(alarm as usize) {
            Some(known) => known.get_or_init(walk).clone(),
            None => walk(),
        }
    }

    /// Where a kind of message ends that a topic takes, walked once.
    pub fn end_of(&self, topic: u32, message: Message, walk: impl FnOnce() -> Heard) -> Heard {
        self.ends.get((topic, message), walk)
    }

    /// What of a topic's policy speaks of a publisher, read once.
    pub fn policy_of(
        &self,
        topic: u32,
        publisher: Publisher,
        read: impl FnOnce() -> Narrowed,
    ) -> Arc<Narrowed> {
        self.policies.get((topic, publisher), || Arc::new(read()))
    }
}

/// Answers that are found once and kept.
#[derive(Debug)]
struct Memo<K, V>(Mutex<FxHashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Memo<K, V> {
        Memo(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    fn get(&self, key: K, find: impl FnOnce() -> V) -> V {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            // Found outside the lock: two threads may find the same answer.
            let found = find();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
            found
        })
    }
}

impl<'a> From<ResourceNode<'a>> for Node<'a> {
    fn from(node: ResourceNode<'a>) -> Node<'a> {
        Node::Resource(node)
    }
}
