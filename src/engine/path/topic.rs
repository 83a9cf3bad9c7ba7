//! SNS topics: whether a publisher gets in, and who uses which topic.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::policy::{Decision, Narrowed, Request};
use super::{Link, Message, Reach, Signal, arn, subscription};
use crate::engine::alarms::ALARM;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::{COMPOSITE, World};
use crate::model::GLOBAL;
use crate::snapshot::{Json, Snapshot};

/// Type of a topic.
pub const TOPIC: &str = "AWS::SNS::Topic";
/// Type of a budget.
pub const BUDGET: &str = "AWS::Budgets::Budget";

/// Which kinds of messages go to which topic.
#[derive(Debug, Default)]
pub struct TopicUse(FxHashMap<String, Vec<Message>>);

impl TopicUse {
    /// Looks at the ALARM actions of every alarm and at the subscribers of every budget.
    pub fn build(snapshot: &Snapshot) -> TopicUse {
        let mut uses = TopicUse::default();
        let alarms: Vec<u32> = snapshot.of_type(ALARM).chain(snapshot.of_type(COMPOSITE)).collect();
        let targets = alarms.par_chunks(4096).map(|alarms| {
            let actions = alarms
                .iter()
                .filter_map(|&i| snapshot.get(i).properties().get("AlarmActions"))
                .flat_map(|actions| actions.elements().filter_map(Json::as_str));
            actions.collect::<FxHashSet<_>>()
        });
        for targets in targets.collect::<Vec<_>>() {
            targets.iter().for_each(|target| uses.add(target, Message::Json));
        }
        for i in snapshot.of_type(BUDGET) {
            let Some(all) = snapshot.get(i).properties().get("NotificationsWithSubscribers") else {
                continue;
            };
            let subscribers =
                all.elements().filter_map(|n| n.get("Subscribers")).flat_map(|s| s.elements());
            let addresses = subscribers.filter_map(|s| s.get("Address").and_then(|a| a.as_str()));
            addresses.for_each(|address| uses.add(&address, Message::Text));
        }
        uses
    }

    fn add(&mut self, target: &str, message: Message) {
        if arn::topic_name(target).is_none() {
            return;
        }
        match self.0.get_mut(target) {
            Some(messages) if messages.contains(&message) => {}
            Some(messages) => messages.push(message),
            None => drop(self.0.insert(target.to_owned(), vec![message])),
        }
    }

    /// Kinds of messages that go to the topic of this ARN.
    pub fn of(&self, topic: &str) -> &[Message] {
        self.0.get(topic).map_or(&[], Vec::as_slice)
    }
}

/// Whether any alert goes to the topic.
///
/// # Errors
/// None is seen, but not all that could send could be read.
pub fn in_use(world: &World<'_>, topic: ResourceNode<'_>) -> Result<bool, Unknown> {
    let view = topic.view;
    if !world.topics.of(&view.arn()).is_empty() {
        return Ok(true);
    }
    let lists = [(ALARM, view.region()), (COMPOSITE, view.region()), (BUDGET, GLOBAL)];
    if let Some(gap) =
        lists.iter().find_map(|(ty, region)| world.list_gap(ty, view.account(), region))
    {
        return Err(Unknown::Gap(gap));
    }
    let subscribers = &world.type_gaps(view.account(), GLOBAL, BUDGET).fields;
    match subscribers.first() {
        Some(gap) if world.snapshot.of_type(BUDGET).next().is_some() => Err(Unknown::Gap(gap.gap)),
        _ => Ok(false),
    }
}

/// Where a signal ends that is sent to the topic of this ARN.
pub fn reach(world: &World<'_>, topic_arn: &str, from: (&str, &str), signal: Signal<'_>) -> Reach {
    let (account, region) = from;
    let Some(parsed) = arn::parse(topic_arn) else {
        return Reach::nobody(Link::new(
            TOPIC,
            topic_arn,
            Reason::TopicMissing(topic_arn.to_owned()),
        ));
    };
    let name = parsed.resource;
    let here = |reason: Reason| Link::new(TOPIC, name, reason);
    // Alarms publish only within their region; budgets to any, but only within their account.
    if matches!(signal, Signal::Alarm(_)) && parsed.region != region {
        return Reach::nobody(here(Reason::TopicInOtherRegion(topic_arn.to_owned())));
    }
    if parsed.account != account {
        return Reach::undecided(here(Reason::TopicOfOtherAccount(topic_arn.to_owned())));
    }
    match world.find(TOPIC, account, parsed.region, name) {
        Err(unknown) => Reach::unknown(unknown),
        Ok(None) => Reach::nobody(here(Reason::TopicMissing(name.to_owned()))),
        // The same name in another partition is another topic.
        Ok(Some(topic)) if topic.view.arn() != topic_arn => {
            Reach::nobody(here(Reason::TopicMissing(topic_arn.to_owned())))
        }
        Ok(Some(topic)) => match admit(world, topic, signal) {
            Some(refused) => match refused.end {
                super::End::Nobody => refused,
                // It may be shut: a way that is broken further on is broken all the same.
                _ => match receivers(world, topic, signal.message()) {
                    inner if inner.end == super::End::Nobody => inner,
                    _ => refused,
                },
            },
            None => receivers(world, topic, signal.message()),
        },
    }
}

/// Whether the topic lets the signal in.
pub fn lets_in(world: &World<'_>, topic: ResourceNode<'_>, signal: Signal<'_>) -> Reach {
    admit(world, topic, signal).unwrap_or(Reach { end: super::End::Someone, links: Arc::default() })
}

/// Why the topic does not let the signal in, if it does not for sure.
fn admit(world: &World<'_>, topic: ResourceNode<'_>, signal: Signal<'_>) -> Option<Reach> {
    let name = || topic.view.name().into_owned();
    let publisher = || signal.publisher().to_owned();
    let link = |reason: Reason| Link::new(TOPIC, topic.view.id(), reason);
    if let Some(gap) = topic.gap("status", "Policy") {
        return Some(Reach::unknown(Unknown::Gap(gap)));
    }
    let arn = topic.view.arn();
    let request = request(signal, &arn, topic.view.account());
    let narrowed = world.policy_of(topic.i, signal.publisher(), || {
        let policy = topic.view.status().get("Policy");
        let policy = policy.and_then(|p| p.parse::<serde_json::Value>().ok()).unwrap_or_default();
        Narrowed::of(&policy, &request)
    });
    let refused = match narrowed.decide(&request) {
        Decision::Allowed => None,
        Decision::Denied => Some(Reach::nobody(link(Reason::TopicDenies(name(), publisher())))),
        Decision::Silent => Some(Reach::nobody(link(Reason::TopicShuts(name(), publisher())))),
        Decision::Undecided(what) => {
            Some(Reach::undecided(link(Reason::TopicPolicyUndecided(name(), what))))
        }
    };
    let key = match topic.text("KmsMasterKeyId") {
        Err(unknown) => return Some(Reach::unknown(unknown)),
        Ok(key) => key.unwrap_or(Cow::Borrowed("")),
    };
    let locked = match &*key {
        "" => None,
        key if key.ends_with("alias/aws/sns") => {
            Some(Reach::nobody(link(Reason::TopicAwsKey(name(), publisher()))))
        }
        _ => Some(Reach::undecided(link(Reason::TopicCustomerKey(name(), publisher())))),
    };
    match (refused, locked) {
        (Some(refused), _) if refused.end == super::End::Nobody => Some(refused),
        (refused, locked) => locked.or(refused),
    }
}

fn request<'r>(signal: Signal<'r>, topic: &'r str, account: &'r str) -> Request<'r> {
    let (service, source_arn, source_owner) = match signal {
        Signal::Alarm(arn) => ("cloudwatch.amazonaws.com", arn, true),
        Signal::Budget(arn) => ("budgets.amazonaws.com", arn, false),
    };
    Request {
        service,
        action: "SNS:Publish",
        resource: topic,
        source_arn,
        source_account: account,
        source_owner,
    }
}

/// Where a message ends that has got into the topic.
pub fn receivers(world: &World<'_>, topic: ResourceNode<'_>, message: Message) -> Reach {
    world.end_of(topic.i, message, || walk(world, topic, message))
}

fn walk(world: &World<'_>, topic: ResourceNode<'_>, message: Message) -> Reach {
    let view = topic.view;
    let name = view.name().into_owned();
    let id = view.id().into_owned();
    match topic.flag("FifoTopic") {
        Err(unknown) => return Reach::unknown(unknown),
        Ok(Some(true)) => {
            return Reach::nobody(Link::new(TOPIC, id, Reason::TopicFifo(name)));
        }
        Ok(_) => {}
    }
    let topic_arn = view.arn();
    let mut ways: Vec<Reach> =
        subscription::of_topic(world, &topic_arn, view.account(), view.region())
            .map(|subscription| subscription::reach(world, topic, subscription, message))
            .collect();
    let none = ways.is_empty();
    if let Some(gap) = world.list_gap(subscription::SUBSCRIPTION, view.account(), view.region()) {
        ways.push(Reach::unknown(Unknown::Gap(gap)));
    } else if none {
        ways.push(Reach::nobody(Link::new(TOPIC, id, Reason::NoSubscription(name))));
    }
    Reach::any(ways)
}
