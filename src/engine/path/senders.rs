//! Who sends alerts to which topic.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::arn;
use super::event::RULE;
use super::message::Message;
use super::topic::{ANOMALIES, BUDGET};
use crate::engine::alarms::ALARM;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::{COMPOSITE, World};
use crate::model::GLOBAL;
use crate::snapshot::{Json, Kind, Snapshot};

/// Who sends what to a topic.
#[derive(Debug, Default)]
struct Senders {
    /// Places of the alarms, budgets, rules and subscriptions that do, each once.
    places: Vec<u32>,
    /// The kinds of messages.
    messages: Vec<Message>,
}

/// Who sends to which topic.
#[derive(Debug, Default)]
pub struct TopicUse {
    by_topic: FxHashMap<String, Senders>,
    /// Account, region and id of what should say where it sends, and says something else than it should.
    malformed: Vec<(String, String, String)>,
}

/// Where something sends: each address with the kind of message.
type Targets<'j> = Vec<(Cow<'j, str>, Message)>;

impl TopicUse {
    /// Looks at the ALARM actions of every alarm, at the targets of every rule, and at the subscribers of every
    /// budget and of cost anomalies.
    pub fn build(snapshot: &Snapshot) -> TopicUse {
        let mut uses = TopicUse::default();
        let alarms: Vec<u32> = snapshot.of_type(ALARM).chain(snapshot.of_type(COMPOSITE)).collect();
        let shares = alarms.par_chunks(4096).map(|alarms| {
            let mut targets: FxHashMap<Cow<'_, str>, Vec<u32>> = FxHashMap::default();
            let mut malformed = Vec::new();
            for &i in alarms {
                let actions = list(snapshot.get(i).properties().get("AlarmActions"));
                match actions
                    .and_then(|all| all.into_iter().map(Json::as_str).collect::<Option<Vec<_>>>())
                {
                    Some(all) => {
                        all.into_iter().for_each(|it| targets.entry(it).or_default().push(i));
                    }
                    None => malformed.push(i),
                }
            }
            (targets, malformed)
        });
        for (targets, malformed) in shares.collect::<Vec<_>>() {
            malformed.into_iter().for_each(|i| uses.cannot_be_read(snapshot, i));
            for (target, places) in targets {
                uses.add(&target, &places, Message::Json);
            }
        }
        let others =
            [(BUDGET, of_budget as fn(_) -> _), (ANOMALIES, of_anomalies), (RULE, of_rule)];
        for (ty, targets) in others {
            for i in snapshot.of_type(ty) {
                match targets(snapshot.get(i).properties()) {
                    Some(all) => all.iter().for_each(|(to, message)| uses.add(to, &[i], *message)),
                    None => uses.cannot_be_read(snapshot, i),
                }
            }
        }
        uses
    }

    fn cannot_be_read(&mut self, snapshot: &Snapshot, i: u32) {
        let view = snapshot.get(i);
        let place = (view.account().to_owned(), view.region().to_owned(), view.id().into_owned());
        self.malformed.push(place);
    }

    fn add(&mut self, target: &str, places: &[u32], message: Message) {
        if arn::topic_name(target).is_none() {
            return;
        }
        if !self.by_topic.contains_key(target) {
            self.by_topic.insert(target.to_owned(), Senders::default());
        }
        if let Some(senders) = self.by_topic.get_mut(target) {
            senders.places.extend(places);
            if !senders.messages.contains(&message) {
                senders.messages.push(message);
            }
        }
    }

    /// Kinds of messages that go to the topic of this ARN.
    pub fn of(&self, topic: &str) -> &[Message] {
        self.by_topic.get(topic).map_or(&[], |senders| &senders.messages)
    }

    /// Places of the resources that send to the topic of this ARN.
    pub fn senders(&self, topic: &str) -> &[u32] {
        self.by_topic.get(topic).map_or(&[], |senders| &senders.places)
    }
}

/// The elements of a list that may be absent; none when it is something else.
fn list(json: Option<Json<'_>>) -> Option<Vec<Json<'_>>> {
    match json.filter(|it| !it.is_null()) {
        None => Some(Vec::new()),
        Some(json) if json.kind() == Kind::Array => Some(json.elements().collect()),
        Some(_) => None,
    }
}

fn addresses<'j>(subscribers: Option<Json<'j>>, message: Message) -> Option<Targets<'j>> {
    let subscribers = list(subscribers)?.into_iter();
    subscribers.map(|it| Some((it.get("Address")?.as_str()?, message))).collect()
}

fn of_budget(properties: Json<'_>) -> Option<Targets<'_>> {
    let notifications = list(properties.get("NotificationsWithSubscribers"))?.into_iter();
    let each = notifications.map(|it| match it.kind() {
        Kind::Object => addresses(it.get("Subscribers"), Message::Text),
        _ => None,
    });
    Some(each.collect::<Option<Vec<_>>>()?.concat())
}

fn of_anomalies(properties: Json<'_>) -> Option<Targets<'_>> {
    addresses(properties.get("Subscribers"), Message::Json)
}

fn of_rule(properties: Json<'_>) -> Option<Targets<'_>> {
    let state = properties.get("State").and_then(Json::as_str)?;
    let targets = list(properties.get("Targets").filter(|_| state != "DISABLED"))?.into_iter();
    let target = |it: Json<'_>| {
        let is_made = it.get("InputKind").is_some_and(|kind| !kind.is_null());
        if is_made { Message::Made } else { Message::Json }
    };
    targets.map(|it| Some((it.get("Arn")?.as_str()?, target(it)))).collect()
}

/// Why there may be more that sends to a topic than is seen.
pub fn unseen(world: &World<'_>, topic: ResourceNode<'_>) -> Option<Unknown> {
    let view = topic.view;
    let lists = [
        (ALARM, view.region()),
        (COMPOSITE, view.region()),
        (RULE, view.region()),
        (BUDGET, GLOBAL),
        (ANOMALIES, GLOBAL),
    ];
    let list = lists.iter().find_map(|(ty, region)| world.list_gap(ty, view.account(), region));
    let fields = |ty: &str, region: &str| {
        let gaps = &world.type_gaps(view.account(), region, ty).fields;
        let has_any = world.snapshot.of_type(ty).next().is_some();
        gaps.first().map(|gap| gap.gap).filter(|_| has_any)
    };
    let list = list.or_else(|| fields(BUDGET, GLOBAL)).or_else(|| fields(RULE, view.region()));
    let malformed = || {
        let mut all = world.topics.malformed.iter();
        all.find(|(account, region, _)| {
            account == view.account() && [view.region(), GLOBAL].contains(&region.as_str())
        })
    };
    list.map(Unknown::Gap)
        .or_else(|| malformed().map(|(_, _, id)| Reason::Malformed(id.clone()).into()))
}

/// Whether any alert goes to the topic.
///
/// # Errors
/// None is seen, but not all that could send could be read.
pub fn in_use(world: &World<'_>, topic: ResourceNode<'_>) -> Result<bool, Unknown> {
    if !world.topics.of(&topic.view.arn()).is_empty() {
        return Ok(true);
    }
    unseen(world, topic).map_or(Ok(false), Err)
}
