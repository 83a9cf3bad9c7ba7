//! SNS subscriptions: confirmed or not, what filters drop, who is behind the endpoint.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html>

use serde_json::Value;

use super::function::By;
use super::{Link, Message, Reach, chat, function};
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

/// Where a message ends that the topic hands to this subscription.
pub fn reach(
    world: &World<'_>,
    topic: ResourceNode<'_>,
    subscription: ResourceNode<'_>,
    message: Message,
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
    match (receiver.end.clone(), filter(&subscription, message)) {
        (super::End::Nobody, _) | (_, Ok(Filter::Passes)) => receiver,
        (_, Ok(Filter::Drops)) => Reach::nobody(link(Reason::FilterDrops(name, endpoint))),
        (_, Ok(Filter::Open)) => Reach::undecided(link(Reason::FilterUndecided(name, endpoint))),
        (_, Err(unknown)) => Reach::unknown(unknown),
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
    Open,
}

fn filter(subscription: &ResourceNode<'_>, message: Message) -> Result<Filter, Unknown> {
    let Some(policy) = subscription.property("FilterPolicy")? else { return Ok(Filter::Passes) };
    let scope = subscription.text("FilterPolicyScope")?;
    let Ok(policy) = policy.parse::<Value>() else { return Ok(Filter::Open) };
    let policy = match &policy {
        Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => policy,
    };
    Ok(decide_filter(&policy, scope.as_deref(), message))
}

fn decide_filter(policy: &Value, scope: Option<&str>, message: Message) -> Filter {
    let Some(keys) = policy.as_object() else { return Filter::Open };
    if keys.is_empty() {
        return Filter::Passes;
    }
    match (scope, message) {
        // No message carries attributes, and "an empty set of attributes results in the filter not matching", not even
        // where it asks for their absence: https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
        (None | Some("MessageAttributes"), _) => Filter::Drops,
        // Text is no JSON, so nothing of it can match; what an alarm's JSON matches is not decided yet.
        (Some("MessageBody"), Message::Text) => Filter::Drops,
        (Some(_), _) => Filter::Open,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_without_attributes() {
        let attributes = |policy: Value| decide_filter(&policy, None, Message::Json);
        assert_eq!(attributes(json!({})), Filter::Passes);
        assert_eq!(attributes(json!({"severity": ["high"]})), Filter::Drops);
        assert_eq!(attributes(json!({"severity": ["high", {"exists": false}]})), Filter::Drops);
        assert_eq!(attributes(json!({"$or": [{"a": ["b"]}, {"c": ["d"]}]})), Filter::Drops);
    }

    #[test]
    fn bodies() {
        let body = |message| {
            decide_filter(&json!({"NewStateValue": ["ALARM"]}), Some("MessageBody"), message)
        };
        assert_eq!(body(Message::Json), Filter::Open);
        assert_eq!(body(Message::Text), Filter::Drops);
        let other =
            decide_filter(&json!({"a": [{"exists": false}]}), Some("messagebody"), Message::Text);
        assert_eq!(other, Filter::Open);
    }
}
