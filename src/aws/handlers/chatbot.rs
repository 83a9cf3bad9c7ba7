//! Amazon Q Developer in chat applications, whose API is still called Chatbot: Slack channels.

use aws_config::SdkConfig;
use aws_sdk_chatbot::Client;
use aws_sdk_chatbot::types::{self as sdk, Tag};
use serde_json::json;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::Op;
use crate::model::ops::{self, fix};
use crate::model::types::chatbot::SlackChannelConfigurationProperties;

use super::{TAG, built, kind, properties, settle, state};
use crate::aws::chatbot;
use crate::aws::gate::{Gate, impossible};

/// A channel's configuration; its id is its name.
pub struct SlackChannelConfiguration;

impl<'g> Handler<Gate<'g>> for SlackChannelConfiguration {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Chatbot::SlackChannelConfiguration")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let found = find(cx, id).await?;
            Ok(found.map(|it| state(&chatbot::properties(it))))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_SLACK_CHANNEL_CONFIGURATION;
            let it = typed(op, id, to)?;
            let tag = built(op, Tag::builder().tag_key(TAG.0).tag_value(TAG.1).build())?;
            let client = Client::new(&config(cx));
            let request = client
                .create_slack_channel_configuration()
                .configuration_name(id)
                .set_slack_team_id(it.slack_workspace_id)
                .set_slack_channel_id(it.slack_channel_id)
                .set_iam_role_arn(it.iam_role_arn)
                .set_sns_topic_arns(Some(it.sns_topic_arns))
                .set_guardrail_policy_arns(Some(it.guardrail_policies))
                .set_logging_level(it.logging_level)
                .tags(tag);
            match cx.write(op, || request.clone().send()).await? {
                Some(_) => Ok(()),
                // Of this name, or of the same channel under another.
                None => settle(self, op, cx, id, to).await,
            }
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::UPDATE_SLACK_CHANNEL_CONFIGURATION;
            let (from, to) = (typed(op, id, from)?, typed(op, id, to)?);
            if from == to {
                return Ok(());
            }
            if from.slack_workspace_id != to.slack_workspace_id {
                let message =
                    format!("the workspace of {id} cannot be changed; make it anew by hand");
                return Err(impossible(op, message));
            }
            let gone = || impossible(op, format!("there is no configuration {id}"));
            let present = find(cx, id).await?.ok_or_else(gone)?;
            let client = Client::new(&config(cx));
            let request = client
                .update_slack_channel_configuration()
                .chat_configuration_arn(present.chat_configuration_arn)
                .slack_channel_id(to.slack_channel_id.unwrap_or(present.slack_channel_id))
                .set_iam_role_arn(
                    to.iam_role_arn.filter(|it| Some(it) != from.iam_role_arn.as_ref()),
                )
                .set_sns_topic_arns(changed(&from.sns_topic_arns, to.sns_topic_arns))
                .set_guardrail_policy_arns(changed(&from.guardrail_policies, to.guardrail_policies))
                .set_logging_level(
                    to.logging_level.filter(|it| Some(it) != from.logging_level.as_ref()),
                );
            cx.write(op, || request.clone().send()).await.map(drop)
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let Some(present) = find(cx, id).await? else { return Ok(()) };
            let client = Client::new(&config(cx));
            let request = client.delete_slack_channel_configuration();
            let request = request.chat_configuration_arn(present.chat_configuration_arn);
            let op = &fix::DELETE_SLACK_CHANNEL_CONFIGURATION;
            cx.write(op, || request.clone().send()).await.map(drop)
        })
    }
}

fn config(cx: &Gate<'_>) -> SdkConfig {
    chatbot::config(cx.config())
}

fn typed(
    op: &'static Op,
    id: &str,
    state: &State,
) -> Result<SlackChannelConfigurationProperties, Refused> {
    properties(op, state, &json!({"ConfigurationName": id}))
}

fn changed(from: &[String], to: Vec<String>) -> Option<Vec<String>> {
    (from != to).then_some(to)
}

async fn find(cx: &Gate<'_>, id: &str) -> Result<Option<sdk::SlackChannelConfiguration>, Refused> {
    let client = Client::new(&config(cx));
    let request =
        |token| client.describe_slack_channel_configurations().set_next_token(token).send();
    let listed = cx.pages(&ops::DESCRIBE_SLACK_CHANNEL_CONFIGURATIONS, request, |out| {
        (out.slack_channel_configurations.unwrap_or_default(), out.next_token)
    });
    let mut all = listed.await?.unwrap_or_default().into_iter();
    Ok(all.find(|it| it.configuration_name.as_deref() == Some(id)))
}
