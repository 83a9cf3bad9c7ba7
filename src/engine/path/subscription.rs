//! SNS subscriptions: confirmed or not, what filters drop, who is behind the endpoint.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html>

use serde_json::{Map, Value};

use super::function::By;
use super::{End, Link, Message, Reach, chat, function};
use crate::engine::events::pattern::{self, PERHAPS};
use crate::engine::maybe::Maybe;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::World;

/// Type of a subscription.
pub const SUBSCRIPTION: &str = "AWS::SNS::Subscription";

/// Endpoint of AWS's chat service.
const CHAT: &str = "https://global.sns-api.chatbot.amazonaws.com";

/// Subscriptions of a topic; they stand in the topic's own region.
pub fn of_topic<'w>(
    world: &'w World<'_>,
    topic_arn: &str,
    account: &'w str,
    region: &'w str,
) -> impl Iterator<Item = ResourceNode<'w>> {
    let topic_arn = topic_arn.to_owned();
    world
        .joins
        .candidates(SUBSCRIPTION, "TopicArn", &topic_arn)
        .iter()
        .map(|&i| world.node(i))
        .filter(move |s| s.view.account() == account && s.view.region() == region)
        .filter(move |s| text(s, "TopicArn") == topic_arn)
}

fn text(subscription: &ResourceNode<'_>, property: &str) -> String {
    subscription
        .view
        .properties()
        .get(property)
        .and_then(|v| v.as_str())
        .unwrap_or_default()
        .into_owned()
}

/// Whether the subscription delivers at all.
pub fn is_confirmed(subscription: &ResourceNode<'_>) -> bool {
    subscription
        .view
        .status()
        .get("SubscriptionArn")
        .and_then(|v| v.as_str())
        .is_some_and(|arn| arn.starts_with("arn:"))
}

/// Where a message ends that the topic hands to this subscription; `body` is what it says, if that is known.
pub fn reach(
    world: &World<'_>,
    topic: ResourceNode<'_>,
    subscription: ResourceNode<'_>,
    message: Message,
    body: Option<&Value>,
) -> Reach {
    let name = topic.view.name().into_owned();
    let (protocol, endpoint) = (text(&subscription, "Protocol"), text(&subscription, "Endpoint"));
    let link = |reason: Reason| Link::new(SUBSCRIPTION, subscription.view.id(), reason);
    if endpoint.starts_with("https://hooks.slack.com") {
        return Reach::nobody(link(Reason::SlackWebhook(name)));
    }
    if !is_confirmed(&subscription) {
        let arn = subscription
            .view
            .status()
            .get("SubscriptionArn")
            .and_then(|v| v.as_str())
            .unwrap_or_default();
        let deleted = arn == "Deleted";
        return Reach::nobody(link(if deleted {
            Reason::Deleted(name, endpoint)
        } else {
            Reason::Pending(name, endpoint)
        }));
    }
    let counts = world.team.counts;
    let not_counted =
        |kind: &str| Reach::nobody(link(Reason::NotCountedHere(name.clone(), kind.to_owned())));
    let receiver = match protocol.as_str() {
        _ if endpoint.is_empty() => Reach::undecided(link(Reason::EndpointUnknown(name.clone()))),
        "email" | "email-json" if !counts.email => not_counted("email"),
        "https" | "http" if !counts.https && !endpoint.starts_with(CHAT) => not_counted("https"),
        "email" | "email-json" => {
            Reach::someone(link(Reason::Email(name.clone(), endpoint.clone())))
        }
        "https" | "http" if endpoint.starts_with(CHAT) => chat::of_topic(world, topic, message),
        "https" | "http" => Reach::someone(link(Reason::Https(name.clone(), endpoint.clone()))),
        "lambda" => lambda(world, topic, &subscription, &endpoint),
        "sms" => Reach::undecided(link(Reason::SmsUndecided(name.clone()))),
        "application" => Reach::undecided(link(Reason::PushUndecided(name.clone()))),
        _ => Reach::nobody(link(Reason::Machine(name.clone(), protocol))),
    };
    let dropped = match filter(&subscription, message, body) {
        Err(unknown) => Some(Reach::unknown(unknown)),
        Ok(Filter::Passes) => None,
        Ok(Filter::Drops) if asks_body(&subscription) => {
            Some(Reach::nobody(link(Reason::FilterDropsBody(name, endpoint))))
        }
        Ok(Filter::Drops) => Some(Reach::nobody(link(Reason::FilterDrops(name, endpoint)))),
        Ok(Filter::Open(what)) => {
            Some(Reach::undecided(link(Reason::FilterUndecided(name, endpoint, what))))
        }
    };
    match (&receiver.end, dropped) {
        (End::Nobody, _) | (_, None) => receiver,
        (_, dropped) => receiver.behind(dropped, SUBSCRIPTION, subscription.view.id()),
    }
}

fn lambda(
    world: &World<'_>,
    topic: ResourceNode<'_>,
    subscription: &ResourceNode<'_>,
    endpoint: &str,
) -> Reach {
    let caller = function::Caller {
        service: "sns.amazonaws.com",
        by: By::Topic(&topic.view.name()),
        arn: &topic.view.arn(),
        account: topic.view.account(),
    };
    let reach = function::reach(world, endpoint, caller);
    let function = endpoint.rsplit_once(":function:").map_or(endpoint, |(_, name)| name);
    let via = Reason::FunctionVia(topic.view.name().into_owned(), function.to_owned());
    reach.through(Link::new(SUBSCRIPTION, subscription.view.id(), via))
}

/// What a filter policy does to a message.
#[derive(Debug, PartialEq, Eq)]
enum Filter {
    Passes,
    Drops,
    Open(String),
}

const BODY: &str = "MessageBody";

/// Whether what the message says decides if the subscription gets it.
pub fn asks_body(subscription: &ResourceNode<'_>) -> bool {
    let scope = subscription.text("FilterPolicyScope").ok().flatten();
    scope.as_deref() == Some(BODY)
}

fn filter(
    subscription: &ResourceNode<'_>,
    message: Message,
    body: Option<&Value>,
) -> Result<Filter, Unknown> {
    let Some(policy) = subscription.property("FilterPolicy")? else { return Ok(Filter::Passes) };
    let scope = subscription.text("FilterPolicyScope")?;
    let Ok(policy) = policy.parse::<Value>() else { return Ok(Filter::open("it is no JSON")) };
    let policy = match &policy {
        Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => policy,
    };
    Ok(decide_filter(&policy, scope.as_deref(), message, body))
}

/// No message of an alert carries attributes, and "an empty set of attributes results in the filter not matching", not
/// even where the policy asks for their absence:
/// <https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html>.
fn decide_filter(
    policy: &Value,
    scope: Option<&str>,
    message: Message,
    body: Option<&Value>,
) -> Filter {
    let Some(keys) = policy.as_object() else { return Filter::open("it is no object") };
    match (scope, message, body) {
        _ if keys.is_empty() => Filter::Passes,
        (None | Some("MessageAttributes"), ..) => Filter::Drops,
        // Text is no JSON, so nothing of it can match.
        (Some(BODY), Message::Text, _) => Filter::Drops,
        (Some(BODY), Message::Json, Some(body)) => match pattern::takes(policy, &plain(body)) {
            Maybe::No => Filter::Drops,
            Maybe::Yes if !asks_wildcard(policy) => Filter::Passes,
            Maybe::Yes => Filter::open("the operator wildcard"),
            Maybe::Open(what) => Filter::Open(what),
        },
        (Some(BODY), ..) => Filter::open("what the message says is not known"),
        (Some(scope), ..) => Filter::Open(format!("the scope {scope}")),
    }
}

impl Filter {
    fn open(what: &str) -> Filter {
        Filter::Open(what.to_owned())
    }
}

/// A message with only such values as AWS documents how filters read: not null, nothing that is empty, and no lists of
/// objects.
fn plain(body: &Value) -> Value {
    match body {
        Value::Object(keys) => keys
            .iter()
            .map(|(key, value)| (key.clone(), plain(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) if !items.is_empty() && !items.iter().any(Value::is_object) => {
            items.iter().map(plain).collect()
        }
        Value::Array(_) | Value::Null => PERHAPS.into(),
        Value::String(text) if text.is_empty() => PERHAPS.into(),
        other => other.clone(),
    }
}

/// Whether the policy uses an operator that patterns of events know, and AWS does not document for filters.
fn asks_wildcard(policy: &Value) -> bool {
    match policy {
        Value::Object(keys) => {
            keys.iter().any(|(key, value)| key == "wildcard" || asks_wildcard(value))
        }
        Value::Array(items) => items.iter().any(asks_wildcard),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_without_attributes() {
        let attributes = |policy: Value| decide_filter(&policy, None, Message::Json, None);
        assert_eq!(attributes(json!({})), Filter::Passes);
        assert_eq!(attributes(json!({"severity": ["high"]})), Filter::Drops);
        assert_eq!(attributes(json!({"severity": ["high", {"exists": false}]})), Filter::Drops);
        assert_eq!(attributes(json!({"$or": [{"a": ["b"]}, {"c": ["d"]}]})), Filter::Drops);
    }

    #[test]
    fn bodies() {
        let body = |policy: Value, message, body: Option<Value>| {
            decide_filter(&policy, Some("MessageBody"), message, body.as_ref())
        };
        let alarm = || Some(json!({"NewStateValue": "ALARM"}));
        let policy = || json!({"NewStateValue": ["ALARM"]});
        assert!(matches!(body(policy(), Message::Json, None), Filter::Open(_)));
        assert_eq!(body(policy(), Message::Json, alarm()), Filter::Passes);
        assert_eq!(body(policy(), Message::Json, Some(json!({"x": 1}))), Filter::Drops);
        assert_eq!(body(policy(), Message::Text, None), Filter::Drops);
        assert!(matches!(body(policy(), Message::Made, None), Filter::Open(_)));
        let told = || {
            Some(json!({"OKActions": [], "Trigger": {"Dimensions": [{"name": "a"}], "Unit": null}}))
        };
        for unclear in [
            json!({"OKActions": [{"exists": true}]}),
            json!({"Trigger": {"Dimensions": {"name": ["a"]}}}),
            json!({"Trigger": {"Unit": [{"exists": false}]}}),
        ] {
            assert!(matches!(body(unclear, Message::Json, told()), Filter::Open(_)));
        }
        let wild = json!({"NewStateValue": [{"wildcard": "A*"}]});
        assert!(matches!(body(wild, Message::Json, alarm()), Filter::Open(_)));
        let absent = json!({"a": [{"exists": false}]});
        let other = decide_filter(&absent, Some("messagebody"), Message::Text, None);
        assert!(matches!(other, Filter::Open(_)));
    }
}
