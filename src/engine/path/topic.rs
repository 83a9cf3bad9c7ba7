//! SNS topics: whether a publisher gets in, and who uses which topic.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::event::RULE;
use super::policy::{Decision, Narrowed, Request};
use super::{Link, Message, Reach, Signal, arn, key, subscription};
use crate::engine::alarms::ALARM;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::{COMPOSITE, World};
use crate::model::GLOBAL;
use crate::snapshot::{Json, Kind, Snapshot};

/// Type of a topic.
pub const TOPIC: &str = "AWS::SNS::Topic";
/// Type of a budget.
pub const BUDGET: &str = "AWS::Budgets::Budget";
/// Type of a subscription to cost anomalies.
pub const ANOMALIES: &str = "AWS::CE::AnomalySubscription";

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

/// Whether the topic lets in everything that sends alerts to it: of those that it does not, the first of each
/// service.
pub fn lets_senders_in(world: &World<'_>, topic: ResourceNode<'_>) -> Reach {
    let mut shut: Vec<(&str, Reach)> = Vec::new();
    let mut open: Option<Reach> = None;
    let arn = topic.view.arn();
    for &i in world.topics.senders(&arn) {
        let sender = world.node(i);
        let of = sender.view.arn();
        let signal = signal_of(sender, &of);
        let publisher = signal.publisher();
        if shut.iter().any(|(known, _)| *known == publisher) {
            continue;
        }
        match admit(world, topic, signal) {
            Some(refused) if refused.end == super::End::Nobody => shut.push((publisher, refused)),
            Some(refused) => open = open.or(Some(refused)),
            None => {}
        }
    }
    if shut.is_empty() {
        let open = open.or_else(|| unseen(world, topic).map(Reach::unknown));
        return open.unwrap_or(Reach { end: super::End::Someone, links: Arc::default() });
    }
    Reach::any(shut.into_iter().map(|(_, refused)| refused))
}

/// What a resource sends, whose ARN this is.
fn signal_of<'s>(sender: ResourceNode<'_>, arn: &'s str) -> Signal<'s> {
    match sender.view.ty() {
        BUDGET => Signal::Budget(arn),
        ANOMALIES => Signal::Anomaly(arn),
        RULE => Signal::Event(arn, false),
        _ => Signal::Alarm(arn),
    }
}

/// Services that send alerts to the topic and are surely kept out, each once: because its `policy` does not speak
/// of them, because of a `denial` in it, or by its `key`.
pub fn shut_out(world: &World<'_>, topic: ResourceNode<'_>, by: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let arn = topic.view.arn();
    for &i in world.topics.senders(&arn) {
        let sender = world.node(i);
        let of = sender.view.arn();
        let signal = signal_of(sender, &of);
        let bars = bars(world, topic, signal);
        let bar = match by {
            "key" => bars.key,
            _ => bars.policy.filter(|bar| {
                let is_denial = |link: &Link| matches!(link.reason, Reason::TopicDenies(..));
                bar.links.iter().any(is_denial) == (by == "denial")
            }),
        };
        let is_shut = bar.is_some_and(|bar| bar.end == super::End::Nobody);
        if is_shut && !found.contains(&signal.publisher()) {
            found.push(signal.publisher());
        }
    }
    found
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
    // Alarms and rules publish only within their region; budgets to any, but only within their account.
    if matches!(signal, Signal::Alarm(_) | Signal::Event(..)) && parsed.region != region {
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
    match bars(world, topic, signal) {
        Bars { policy: Some(refused), .. } if refused.end == super::End::Nobody => Some(refused),
        Bars { policy, key } => key.or(policy),
    }
}

/// What keeps a signal out of a topic, or may do so.
struct Bars {
    policy: Option<Reach>,
    key: Option<Reach>,
}

fn bars(world: &World<'_>, topic: ResourceNode<'_>, signal: Signal<'_>) -> Bars {
    let name = || topic.view.name().into_owned();
    let publisher = || signal.publisher().to_owned();
    let link = |reason: Reason| Link::new(TOPIC, topic.view.id(), reason);
    if let Some(gap) = topic.gap("status", "Policy") {
        return Bars { policy: None, key: Some(Reach::unknown(Unknown::Gap(gap))) };
    }
    let arn = topic.view.arn();
    let request = request(signal, &arn, topic.view.account());
    let narrowed = world.policy_of(topic.i, signal.publisher(), || {
        let policy = topic.view.status().get("Policy");
        let policy = policy.and_then(|p| p.parse::<serde_json::Value>().ok()).unwrap_or_default();
        Narrowed::of(&policy, &request)
    });
    let policy = match narrowed.decide(&request) {
        Decision::Allowed => None,
        Decision::Denied => Some(Reach::nobody(link(Reason::TopicDenies(name(), publisher())))),
        Decision::Silent => Some(Reach::nobody(link(Reason::TopicShuts(name(), publisher())))),
        Decision::Undecided(what) => {
            Some(Reach::undecided(link(Reason::TopicPolicyUndecided(name(), what))))
        }
    };
    Bars { policy, key: key::locked(world, topic, signal.publisher(), request) }
}

fn request<'r>(signal: Signal<'r>, topic: &'r str, account: &'r str) -> Request<'r> {
    // AWS documents what alarms and budgets present, and that a statement for EventBridge can hold no condition:
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
    let (service, source_arn, presents_source) = match signal {
        Signal::Alarm(arn) => ("cloudwatch.amazonaws.com", arn, true),
        Signal::Budget(arn) => ("budgets.amazonaws.com", arn, true),
        Signal::Event(arn, _) => ("events.amazonaws.com", arn, false),
        Signal::Anomaly(arn) => ("costalerts.amazonaws.com", arn, true),
    };
    Request {
        service,
        action: "SNS:Publish",
        resource: topic,
        source_arn,
        source_account: account,
        source_owner: matches!(signal, Signal::Alarm(_)),
        presents_source,
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
