//! SNS topics: whether a publisher gets in, and who hears what has got in.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>

use serde_json::Value;

use super::event::RULE;
use super::policy::{Decision, Narrowed, Request};
use super::senders::unseen;
use super::{Body, End, Link, Message, Publisher, Reach, Signal, arn, key, subscription, worse};
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::World;

/// Type of a topic.
pub const TOPIC: &str = "AWS::SNS::Topic";
/// Type of a budget.
pub const BUDGET: &str = "AWS::Budgets::Budget";
/// Type of a subscription to cost anomalies.
pub const ANOMALIES: &str = "AWS::CE::AnomalySubscription";

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
        let publisher = signal.publisher.name();
        if shut.iter().any(|(known, _)| *known == publisher) {
            continue;
        }
        match admit(world, topic, signal) {
            Some(refused) if refused.end == End::Nobody => shut.push((publisher, refused)),
            Some(refused) => open = open.or(Some(refused)),
            None => {}
        }
    }
    if shut.is_empty() {
        let open = open.or_else(|| unseen(world, topic).map(Reach::unknown));
        return open.unwrap_or_else(Reach::open);
    }
    Reach::any(shut.into_iter().map(|(_, refused)| refused))
}

/// What a resource sends, whose ARN this is.
fn signal_of<'s>(sender: ResourceNode<'s>, arn: &'s str) -> Signal<'s> {
    let (publisher, body) = match sender.view.ty() {
        BUDGET => (Publisher::Budgets, Body::Text),
        ANOMALIES => (Publisher::CostAnomalyDetection, Body::Json),
        RULE => (Publisher::EventBridge, Body::Json),
        _ => (Publisher::CloudWatch, Body::Alarm(sender)),
    };
    Signal { publisher, arn, body }
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
                bar.links().iter().any(is_denial) == (by == "denial")
            }),
        };
        let is_shut = bar.is_some_and(|bar| bar.end == End::Nobody);
        if is_shut && !found.contains(&signal.publisher.name()) {
            found.push(signal.publisher.name());
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
    let is_regional = [Publisher::CloudWatch, Publisher::EventBridge].contains(&signal.publisher);
    if is_regional && parsed.region != region {
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
            Some(refused) if refused.end == End::Nobody => refused,
            guard => receivers(world, topic, signal.body).behind(guard, TOPIC, name),
        },
    }
}

/// Whether the topic lets the signal in.
pub fn lets_in(world: &World<'_>, topic: ResourceNode<'_>, signal: Signal<'_>) -> Reach {
    admit(world, topic, signal).unwrap_or_else(Reach::open)
}

/// Why the topic does not let the signal in, if it does not for sure.
fn admit(world: &World<'_>, topic: ResourceNode<'_>, signal: Signal<'_>) -> Option<Reach> {
    match bars(world, topic, signal) {
        Bars { policy: Some(refused), .. } if refused.end == End::Nobody => Some(refused),
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
    let publisher = || signal.publisher.name().to_owned();
    let link = |reason: Reason| Link::new(TOPIC, topic.view.id(), reason);
    if let Some(gap) = topic.gap("status", "Policy") {
        return Bars { policy: None, key: Some(Reach::unknown(Unknown::Gap(gap))) };
    }
    let arn = topic.view.arn();
    let request = request(signal, &arn, topic.view.account());
    let narrowed = world.policy_of(topic.i, signal.publisher, || {
        let policy = topic.view.status().get("Policy");
        let policy = policy.and_then(|p| p.parse::<Value>().ok()).unwrap_or_default();
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
    Bars { policy, key: key::locked(world, topic, signal.publisher.name(), request) }
}

fn request<'r>(signal: Signal<'r>, topic: &'r str, account: &'r str) -> Request<'r> {
    // AWS documents what alarms and budgets present, and that a statement for EventBridge can hold no condition:
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
    let (service, presents_source) = match signal.publisher {
        Publisher::CloudWatch => ("cloudwatch.amazonaws.com", true),
        Publisher::Budgets => ("budgets.amazonaws.com", true),
        Publisher::EventBridge => ("events.amazonaws.com", false),
        Publisher::CostAnomalyDetection => ("costalerts.amazonaws.com", true),
    };
    Request {
        service,
        action: "SNS:Publish",
        resource: topic,
        source_arn: signal.arn,
        source_account: account,
        source_owner: signal.publisher == Publisher::CloudWatch,
        presents_source,
    }
}

/// Who hears what has got into a topic.
#[derive(Clone, Debug)]
pub struct Heard {
    reach: Reach,
    /// Whether that hangs on what the message says.
    by_body: bool,
}

/// Where a message ends that has got into the topic.
pub fn receivers(world: &World<'_>, topic: ResourceNode<'_>, body: Body<'_>) -> Reach {
    let message = body.message();
    let heard = world.end_of(topic.i, message, || walk(world, topic, message, None));
    match heard.by_body.then(|| body.json()).flatten() {
        Some(json) => walk(world, topic, message, Some(&json)).reach,
        None => heard.reach,
    }
}

/// Whether everything that is sent to the topic is heard; if nothing is, whether an alarm would be.
pub fn hears(world: &World<'_>, topic: ResourceNode<'_>) -> Reach {
    let arn = topic.view.arn();
    let used = world.topics.of(&arn);
    let messages = if used.is_empty() { &[Message::Json] } else { used };
    let ends = messages.iter().map(|&message| {
        let heard = world.end_of(topic.i, message, || walk(world, topic, message, None));
        let senders = world.topics.senders(&arn);
        if !heard.by_body || senders.is_empty() {
            return heard.reach;
        }
        let each = senders.iter().filter_map(|&i| {
            let body = signal_of(world.node(i), "").body;
            (body.message() == message).then(|| receivers(world, topic, body))
        });
        each.reduce(worse).unwrap_or(heard.reach)
    });
    ends.reduce(worse).unwrap_or(Reach::any([]))
}

fn walk(
    world: &World<'_>,
    topic: ResourceNode<'_>,
    message: Message,
    body: Option<&Value>,
) -> Heard {
    let view = topic.view;
    let name = view.name().into_owned();
    let id = view.id().into_owned();
    let heard = |reach| Heard { reach, by_body: false };
    match topic.flag("FifoTopic") {
        Err(unknown) => return heard(Reach::unknown(unknown)),
        Ok(Some(true)) => {
            return heard(Reach::nobody(Link::new(TOPIC, id, Reason::TopicFifo(name))));
        }
        Ok(_) => {}
    }
    let topic_arn = view.arn();
    let (mut ways, mut by_body) = (Vec::new(), false);
    for subscription in subscription::of_topic(world, &topic_arn, view.account(), view.region()) {
        by_body |= message == Message::Json && subscription::asks_body(&subscription);
        ways.push(subscription::reach(world, topic, subscription, message, body));
    }
    let none = ways.is_empty();
    if let Some(gap) = world.list_gap(subscription::SUBSCRIPTION, view.account(), view.region()) {
        ways.push(Reach::unknown(Unknown::Gap(gap)));
    } else if none {
        ways.push(Reach::nobody(Link::new(TOPIC, id, Reason::NoSubscription(name))));
    }
    Heard { reach: Reach::any(ways), by_body }
}
