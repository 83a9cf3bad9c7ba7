//! Amazon SNS: topics with their keys, and subscriptions, pending and deleted ones among them.

use std::collections::HashMap;

use aws_sdk_sns::Client;
use aws_sdk_sns::types as sdk;
use futures::future::{FutureExt, LocalBoxFuture, join};
use serde_json::Value;
use url::Url;

use crate::model::types::sns::{
    Subscription, SubscriptionProperties, SubscriptionStatus, Topic, TopicProperties, TopicStatus,
};
use crate::model::{Op, Resource, ops, stable_hash};

use super::cx::{Answer, Collect, Cx, Step};
use super::kms::Keys;
use super::shape::{last_part, resource};

/// Where the chat service listens; the one web endpoint that is no secret.
const CHAT_ENDPOINT: &str = "https://global.sns-api.chatbot.amazonaws.com";

/// Collects topics and subscriptions.
pub struct Sns;

static STEPS: [Step; 6] = [
    Step { op: &ops::LIST_TOPICS, after: &[] },
    Step { op: &ops::GET_TOPIC_ATTRIBUTES, after: &[&ops::LIST_TOPICS] },
    Step { op: &ops::DESCRIBE_KEY, after: &[&ops::GET_TOPIC_ATTRIBUTES] },
    Step { op: &ops::GET_KEY_POLICY, after: &[&ops::DESCRIBE_KEY] },
    Step { op: &ops::LIST_SUBSCRIPTIONS, after: &[] },
    Step { op: &ops::GET_SUBSCRIPTION_ATTRIBUTES, after: &[&ops::LIST_SUBSCRIPTIONS] },
];

impl Collect for Sns {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            join(topics(cx, &client), subscriptions(cx, &client)).await;
        }
        .boxed_local()
    }
}

async fn topics(cx: &Cx<'_>, client: &Client) {
    let keys = &Keys::default();
    let topics = cx.page_by_page(
        &ops::LIST_TOPICS,
        &[],
        |token| client.list_topics().set_next_token(token).send(),
        |out| {
            let arns = out.topics?.into_iter().map(|topic| topic.topic_arn);
            Some((arns.collect::<Option<Vec<_>>>()?, out.next_token))
        },
        |arns| async move {
            cx.keep(cx.each(arns, |arn| topic(cx, client, keys, arn)).await.into_iter().flatten());
        },
    );
    topics.await;
}

/// A topic, or none when it was deleted since it was listed.
async fn topic(cx: &Cx<'_>, client: &Client, keys: &Keys, arn: String) -> Option<Resource> {
    let (op, name) = (&ops::GET_TOPIC_ATTRIBUTES, last_part(&arn));
    let request = client.get_topic_attributes().topic_arn(&arn).send();
    let mut attributes = match cx.call(op, &[name], request, |out| out.attributes).await {
        Answer::Known(attributes) => attributes,
        Answer::Unknown => return Some(resource::<Topic>(cx, name, &arn, None, None)),
        Answer::Gone => return None,
    };
    let policy = json(cx, op, name, &mut attributes, "Policy");
    let owner = attributes.remove("Owner").filter(|text| !text.is_empty());
    let properties = topic_properties(name, attributes);
    if let Some(key) = &properties.kms_master_key_id {
        keys.keep(cx, key).await;
    }
    let status = TopicStatus { policy, owner };
    Some(resource::<Topic>(cx, name, &arn, Some(properties), Some(status)))
}

/// What is kept of a topic's attributes.
pub(super) fn topic_properties(
    name: &str,
    mut attributes: HashMap<String, String>,
) -> TopicProperties {
    let mut text = |key: &str| attributes.remove(key).filter(|text| !text.is_empty());
    TopicProperties {
        topic_name: name.to_owned(),
        display_name: text("DisplayName"),
        kms_master_key_id: text("KmsMasterKeyId"),
        // AWS gives the attribute for FIFO topics only; their names always end so.
        fifo_topic: text("FifoTopic").as_deref() == Some("true") || name.ends_with(".fifo"),
    }
}

/// A JSON document among attributes; one that cannot be read is recorded as a failure.
fn json(
    cx: &Cx<'_>,
    op: &'static Op,
    id: &str,
    attributes: &mut HashMap<String, String>,
    key: &str,
) -> Option<Value> {
    let text = attributes.remove(key).filter(|text| !text.is_empty())?;
    let document = serde_json::from_str(&text).ok();
    if document.is_none() {
        cx.fail(op, &[id], format!("its {key} is no JSON"));
    }
    document
}

async fn subscriptions(cx: &Cx<'_>, client: &Client) {
    let subscriptions = cx.page_by_page(
        &ops::LIST_SUBSCRIPTIONS,
        &[],
        |token| client.list_subscriptions().set_next_token(token).send(),
        |out| {
            let found = out.subscriptions?.into_iter().map(Found::of);
            Some((found.collect::<Option<Vec<_>>>()?, out.next_token))
        },
        |found| async move {
            let functions = found.iter().filter(|it| it.is_confirmed() && it.protocol == "lambda");
            functions.for_each(|it| cx.refer(&it.endpoint));
            let read = cx.each(found, |found| subscription(cx, client, found)).await;
            cx.keep(read.into_iter().flatten());
        },
    );
    subscriptions.await;
}

/// A subscription as listed.
struct Found {
    /// An ARN, `PendingConfirmation` or `Deleted`.
    arn: String,
    topic_arn: String,
    protocol: String,
    endpoint: String,
}

impl Found {
    fn of(it: sdk::Subscription) -> Option<Found> {
        Some(Found {
            arn: it.subscription_arn?,
            topic_arn: it.topic_arn?,
            protocol: it.protocol?,
            endpoint: it.endpoint.unwrap_or_default(),
        })
    }

    fn is_confirmed(&self) -> bool {
        self.arn.starts_with("arn:")
    }

    /// A pending or deleted one has no ARN of its own.
    fn id(&self) -> String {
        if self.is_confirmed() {
            return self.arn.clone();
        }
        format!("{}|{}|{}", last_part(&self.topic_arn), self.protocol, stable_hash(&self.endpoint))
    }
}

/// A subscription, or none when it was deleted since it was listed.
async fn subscription(cx: &Cx<'_>, client: &Client, found: Found) -> Option<Resource> {
    let id = found.id();
    let mut properties = SubscriptionProperties {
        topic_arn: found.topic_arn.clone(),
        protocol: found.protocol.clone(),
        endpoint: public_endpoint(&found.protocol, &found.endpoint),
        ..SubscriptionProperties::default()
    };
    if found.is_confirmed() {
        let op = &ops::GET_SUBSCRIPTION_ATTRIBUTES;
        let request = client.get_subscription_attributes().subscription_arn(&found.arn).send();
        match cx.call(op, &[&id], request, |out| out.attributes).await {
            Answer::Known(mut attributes) => {
                properties.filter_policy = json(cx, op, &id, &mut attributes, "FilterPolicy");
                properties.filter_policy_scope = attributes.remove("FilterPolicyScope");
                properties.raw_message_delivery = attributes
                    .remove("RawMessageDelivery")
                    .map(|text| text.eq_ignore_ascii_case("true"));
            }
            Answer::Unknown => {}
            Answer::Gone => return None,
        }
    }
    let arn = if found.is_confirmed() { found.arn.clone() } else { String::new() };
    let name = format!("{} -> {}", last_part(&found.topic_arn), found.protocol);
    let status = SubscriptionStatus { subscription_arn: found.arn };
    Some(Resource { name, ..resource::<Subscription>(cx, id, arn, Some(properties), Some(status)) })
}

/// What may be kept of an endpoint: a webhook's path is a password, so scheme and host only.
fn public_endpoint(protocol: &str, endpoint: &str) -> Option<String> {
    if endpoint.is_empty() {
        return None;
    }
    let is_web = protocol.eq_ignore_ascii_case("http") || protocol.eq_ignore_ascii_case("https");
    if !is_web || endpoint == CHAT_ENDPOINT {
        return Some(endpoint.to_owned());
    }
    let url = Url::parse(endpoint).ok()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{}{port}", url.scheme(), url.host_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_web_endpoints_scheme_and_host_are_kept() {
        let cases = [
            (
                "https",
                "https://hooks.slack.com/services/T0/B0/secret",
                Some("https://hooks.slack.com"),
            ),
            (
                "https",
                "https://user:secret@example.com:8443/x?token=secret#s",
                Some("https://example.com:8443"),
            ),
            ("HTTP", "http://example.com/secret", Some("http://example.com")),
            ("https", CHAT_ENDPOINT, Some(CHAT_ENDPOINT)),
            ("https", "secret", None),
            ("email", "ops@example.com", Some("ops@example.com")),
            (
                "lambda",
                "arn:aws:lambda:eu-west-1:1:function:f",
                Some("arn:aws:lambda:eu-west-1:1:function:f"),
            ),
            ("https", "", None),
        ];
        for (protocol, endpoint, kept) in cases {
            assert_eq!(public_endpoint(protocol, endpoint).as_deref(), kept, "{endpoint}");
        }
    }

    #[test]
    fn ids_of_pending_subscriptions_are_stable_and_tell_endpoints_apart() {
        let found = |endpoint: &str| Found {
            arn: "PendingConfirmation".to_owned(),
            topic_arn: "arn:aws:sns:eu-west-1:1:alerts".to_owned(),
            protocol: "email".to_owned(),
            endpoint: endpoint.to_owned(),
        };
        assert_eq!(found("a").id(), "alerts|email|af63dc4c8601ec8c");
        assert_ne!(found("a").id(), found("b").id());
    }
}
