//! Amazon SNS: topics, their policies, subscriptions.

use aws_sdk_sns::Client;
use aws_sdk_sns::types::Tag;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::{self, fix};
use crate::model::types::sns::TopicProperties;

use super::{TAG, kind, state};
use crate::aws::gate::{Gate, impossible};

/// A topic; its id is its name.
pub struct Topic;

impl<'g> Handler<Gate<'g>> for Topic {
    fn kind(&self) -> &'static Kind {
        kind("AWS::SNS::Topic")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let request = Client::new(cx.config()).get_topic_attributes();
            let request = request.topic_arn(cx.arn("sns", id)).send();
            let found = cx.read(&ops::GET_TOPIC_ATTRIBUTES, request).await?;
            Ok(found.map(|out| {
                let attributes = out.attributes.unwrap_or_default();
                let said = |name: &str| attributes.get(name).filter(|it| !it.is_empty()).cloned();
                state(&TopicProperties {
                    topic_name: id.to_owned(),
                    display_name: said("DisplayName"),
                    kms_master_key_id: said("KmsMasterKeyId"),
                    fifo_topic: said("FifoTopic").as_deref() == Some("true"),
                })
            }))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let tag = Tag::builder().key(TAG.0).value(TAG.1).build().map_err(|error| {
                impossible(&fix::CREATE_TOPIC, error.to_string())
            })?;
            let request = || client.create_topic().name(id).tags(tag.clone()).send();
            cx.write(&fix::CREATE_TOPIC, request).await.map(drop)
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
            let client = Client::new(cx.config());
            deserted(cx, &client, id).await?;
            let request = || client.delete_topic().topic_arn(cx.arn("sns", id)).send();
            cx.write(&fix::DELETE_TOPIC, request).await.map(drop)
        })
    }
}

/// That nobody listens to the topic any more: deleting it would end confirmed subscriptions of others.
async fn deserted(cx: &Gate<'_>, client: &Client, id: &str) -> Result<(), Refused> {
    let request = client.list_subscriptions_by_topic().topic_arn(cx.arn("sns", id)).send();
    let found = cx.read(&fix::LIST_SUBSCRIPTIONS_BY_TOPIC, request).await?;
    let listed = found.and_then(|out| out.subscriptions).unwrap_or_default();
    let confirmed = |it: &aws_sdk_sns::types::Subscription| {
        it.subscription_arn.as_deref().is_some_and(|arn| arn.starts_with("arn:"))
    };
    match listed.iter().filter(|it| confirmed(it)).count() {
        0 => Ok(()),
        others => Err(impossible(
            &fix::DELETE_TOPIC,
            format!("topic {id} has {others} confirmed subscriptions that were not made here"),
        )),
    }
}
