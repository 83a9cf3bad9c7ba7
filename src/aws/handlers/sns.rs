//! Amazon SNS: topics, their policies, subscriptions.

use std::collections::HashMap;

use aws_sdk_cloudwatch::types::AlarmType;
use aws_sdk_sns::Client;
use aws_sdk_sns::types::{self as sdk, Tag};
use serde_json::{Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::fix::pristine;
use crate::model::ops::{self, fix};
use crate::model::types::sns::{SubscriptionProperties, TopicPolicyProperties, TopicProperties};

use super::{TAG, built, document, kind, properties, state};
use crate::aws::gate::{Gate, impossible, incomplete};
use crate::aws::sns::topic_properties;

/// A topic; its id is its name.
pub struct Topic;

impl<'g> Handler<Gate<'g>> for Topic {
    fn kind(&self) -> &'static Kind {
        kind("AWS::SNS::Topic")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let found = attributes(cx, id).await?;
            Ok(found.map(|attributes| state(&topic_properties(id, attributes))))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_TOPIC;
            let defaults = json!({"TopicName": id, "FifoTopic": id.ends_with(".fifo")});
            let to: TopicProperties = properties(op, to, &defaults)?;
            let said = [
                ("DisplayName", to.display_name),
                ("KmsMasterKeyId", to.kms_master_key_id),
                ("FifoTopic", to.fifo_topic.then(|| "true".to_owned())),
            ];
            let said = said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
            let said: HashMap<_, _> = said.collect();
            let said = (!said.is_empty()).then_some(said);
            let client = Client::new(cx.config());
            let tag = built(op, Tag::builder().key(TAG.0).value(TAG.1).build())?;
            let request = || {
                let request = client.create_topic().name(id).tags(tag.clone());
                request.set_attributes(said.clone()).send()
            };
            cx.write(op, request).await.map(drop)
        })
    }

    fn update<'a>(
        &'a self,
        _cx: &'a Gate<'g>,
        _id: &'a str,
        _from: &'a State,
        _to: &'a State,
    ) -> Reply<'a, ()> {
        // A fix asks of a topic only that it is there.
        Box::pin(async { Ok(()) })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            deserted(cx, id).await?;
            let client = Client::new(cx.config());
            let request = || client.delete_topic().topic_arn(cx.arn("sns", id)).send();
            cx.write(&fix::DELETE_TOPIC, request).await.map(drop)
        })
    }
}

/// Everything that is set on a topic; none when it does not exist.
async fn attributes(cx: &Gate<'_>, id: &str) -> Result<Option<HashMap<String, String>>, Refused> {
    let op = &ops::GET_TOPIC_ATTRIBUTES;
    let request = Client::new(cx.config()).get_topic_attributes().topic_arn(cx.arn("sns", id));
    let Some(out) = cx.read(op, request.send()).await? else { return Ok(None) };
    out.attributes.map(Some).ok_or_else(|| incomplete(op))
}

/// That nobody listens to the topic any more: deleting it would end confirmed subscriptions of others.
async fn deserted(cx: &Gate<'_>, id: &str) -> Result<(), Refused> {
    let others = subscriptions(cx, id).await?.iter().filter(|it| is_confirmed(it)).count();
    if others > 0 {
        return Err(impossible(
            &fix::DELETE_TOPIC,
            format!("topic {id} has {others} confirmed subscriptions that were not made here"),
        ));
    }
    let senders = senders(cx, id).await?;
    if !senders.is_empty() {
        let senders = senders.join(", ");
        let words =
            format!("topic {id} is still sent to by alarms that were not made here: {senders}");
        return Err(impossible(&fix::DELETE_TOPIC, words));
    }
    Ok(())
}

/// Names of the alarms that send to the topic.
async fn senders(cx: &Gate<'_>, id: &str) -> Result<Vec<String>, Refused> {
    let client = aws_sdk_cloudwatch::Client::new(cx.config());
    let request = |token| {
        let request = client.describe_alarms().action_prefix(cx.arn("sns", id));
        let request = request.alarm_types(AlarmType::CompositeAlarm);
        request.alarm_types(AlarmType::MetricAlarm).set_next_token(token).send()
    };
    let arn = cx.arn("sns", id);
    let is_sender = |actions: Option<Vec<String>>| actions.is_some_and(|all| all.contains(&arn));
    let listed = cx.pages(&ops::DESCRIBE_ALARMS, request, |out| {
        let metric = out.metric_alarms.unwrap_or_default().into_iter();
        let metric = metric.filter_map(|it| it.alarm_name.filter(|_| is_sender(it.alarm_actions)));
        let composite = out.composite_alarms.unwrap_or_default().into_iter();
        let composite =
            composite.filter_map(|it| it.alarm_name.filter(|_| is_sender(it.alarm_actions)));
        (metric.chain(composite).collect::<Vec<String>>(), out.next_token)
    });
    Ok(listed.await?.unwrap_or_default())
}

/// A topic's subscriptions, pending and deleted ones among them; none when there is no such topic.
async fn subscriptions(cx: &Gate<'_>, topic: &str) -> Result<Vec<sdk::Subscription>, Refused> {
    let client = Client::new(cx.config());
    let request = |token| {
        let request = client.list_subscriptions_by_topic().topic_arn(cx.arn("sns", topic));
        request.set_next_token(token).send()
    };
    let listed = cx.pages(&fix::LIST_SUBSCRIPTIONS_BY_TOPIC, request, |out| {
        (out.subscriptions.unwrap_or_default(), out.next_token)
    });
    Ok(listed.await?.unwrap_or_default())
}

fn is_confirmed(it: &sdk::Subscription) -> bool {
    it.subscription_arn.as_deref().is_some_and(|arn| arn.starts_with("arn:"))
}

/// Who may use a topic; its id is the topic's name. A topic always has a policy.
pub struct TopicPolicy;

impl<'g> Handler<Gate<'g>> for TopicPolicy {
    fn kind(&self) -> &'static Kind {
        kind("AWS::SNS::TopicPolicy")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let op = &ops::GET_TOPIC_ATTRIBUTES;
            let Some(attributes) = attributes(cx, id).await? else { return Ok(None) };
            let policy = attributes.get("Policy").ok_or_else(|| incomplete(op))?;
            Ok(Some(state(&TopicPolicyProperties {
                topics: vec![cx.arn("sns", id)],
                policy_document: document(op, policy)?,
            })))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let defaults = json!({"Topics": [cx.arn("sns", id)]});
            let to: TopicPolicyProperties = properties(&fix::SET_TOPIC_ATTRIBUTES, to, &defaults)?;
            set_policy(cx, id, &to.policy_document).await
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        _from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        self.create(cx, id, to)
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            if attributes(cx, id).await?.is_none() {
                return Ok(());
            }
            set_policy(cx, id, &pristine::topic_policy(&cx.arn("sns", id), cx.account())).await
        })
    }
}

async fn set_policy(cx: &Gate<'_>, id: &str, policy: &Value) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    let request = || {
        let request = client.set_topic_attributes().topic_arn(cx.arn("sns", id));
        request.attribute_name("Policy").attribute_value(policy.to_string()).send()
    };
    cx.write(&fix::SET_TOPIC_ATTRIBUTES, request).await.map(drop)
}

/// Who hears a topic; its id is the topic's name, the protocol and the endpoint.
pub struct Subscription;

impl<'g> Handler<Gate<'g>> for Subscription {
    fn kind(&self) -> &'static Kind {
        kind("AWS::SNS::Subscription")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let found = subscription(cx, Parts::of(id)?).await?;
            Ok(found.map(|it| {
                state(&SubscriptionProperties {
                    topic_arn: it.topic_arn.unwrap_or_default(),
                    protocol: it.protocol.unwrap_or_default(),
                    endpoint: it.endpoint,
                    ..SubscriptionProperties::default()
                })
            }))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let parts = Parts::of(id)?;
            // To subscribe again would send another e-mail.
            if subscription(cx, parts).await?.is_some() {
                return Ok(());
            }
            let client = Client::new(cx.config());
            let request = || {
                let request = client.subscribe().topic_arn(cx.arn("sns", parts.topic));
                let request = request.protocol(parts.protocol).endpoint(parts.endpoint);
                request.return_subscription_arn(true).send()
            };
            cx.write(&fix::SUBSCRIBE, request).await.map(drop)
        })
    }

    fn update<'a>(
        &'a self,
        _cx: &'a Gate<'g>,
        _id: &'a str,
        _from: &'a State,
        _to: &'a State,
    ) -> Reply<'a, ()> {
        // Its id says all of it.
        Box::pin(async { Ok(()) })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let found = subscription(cx, Parts::of(id)?).await?;
            // A pending one cannot be named; AWS ends it by itself.
            let Some(arn) = found.filter(is_confirmed).and_then(|it| it.subscription_arn) else {
                return Ok(());
            };
            let client = Client::new(cx.config());
            let request = || client.unsubscribe().subscription_arn(&arn).send();
            cx.write(&fix::UNSUBSCRIBE, request).await.map(drop)
        })
    }
}

/// What the id of a subscription holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts<'a> {
    topic: &'a str,
    protocol: &'a str,
    endpoint: &'a str,
}

impl<'a> Parts<'a> {
    fn of(id: &'a str) -> Result<Parts<'a>, Refused> {
        let mut parts = id.splitn(3, '|');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(topic), Some(protocol), Some(endpoint)) => {
                Ok(Parts { topic, protocol, endpoint })
            }
            _ => Err(impossible(&fix::SUBSCRIBE, format!("{id} names no subscription"))),
        }
    }
}

/// The subscription, confirmed rather than pending where both are listed; none when there is none.
async fn subscription(
    cx: &Gate<'_>,
    parts: Parts<'_>,
) -> Result<Option<sdk::Subscription>, Refused> {
    let is_it = |it: &sdk::Subscription| {
        it.protocol.as_deref() == Some(parts.protocol)
            && it.endpoint.as_deref() == Some(parts.endpoint)
            && it.subscription_arn.as_deref() != Some("Deleted")
    };
    let found = subscriptions(cx, parts.topic).await?.into_iter().filter(is_it);
    Ok(found.max_by_key(is_confirmed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_subscriptions_have_three_parts() {
        let parts = Parts { topic: "alerts", protocol: "email", endpoint: "a|b@example.com" };
        assert_eq!(Parts::of("alerts|email|a|b@example.com"), Ok(parts));
        assert!(Parts::of("alerts|email").is_err());
    }
}
