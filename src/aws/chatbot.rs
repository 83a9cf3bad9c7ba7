//! Amazon Q Developer in chat applications, whose API is still called Chatbot: Slack channels.

use aws_config::SdkConfig;
use aws_sdk_chatbot::Client;
use aws_sdk_chatbot::types as sdk;
use futures::future::{FutureExt, LocalBoxFuture};

use crate::model::ops;
use crate::model::types::chatbot::{
    SlackChannelConfiguration, SlackChannelConfigurationProperties, SlackChannelConfigurationStatus,
};

use super::clients;
use super::cx::{Collect, Cx, Step};
use super::shape::{resource, words};

/// Where the service is asked; configurations are the same in each of its regions:
/// <https://docs.aws.amazon.com/general/latest/gr/chatbot.html>.
const REGION: &str = "us-east-2";

/// The configuration of clients of this service.
pub(super) fn config(config: &SdkConfig) -> SdkConfig {
    clients::at(config, REGION)
}

/// Collects Slack channels.
pub struct Chatbot;

static STEPS: [Step; 1] = [Step { op: &ops::DESCRIBE_SLACK_CHANNEL_CONFIGURATIONS, after: &[] }];

impl Collect for Chatbot {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(&config(cx.config()));
            let channels = cx.pages(
                &ops::DESCRIBE_SLACK_CHANNEL_CONFIGURATIONS,
                &[],
                |token| {
                    let request = client.describe_slack_channel_configurations();
                    request.set_next_token(token).send()
                },
                |out| Some((out.slack_channel_configurations?, out.next_token)),
            );
            cx.keep(channels.await.known().unwrap_or_default().into_iter().map(|it| {
                let status = SlackChannelConfigurationStatus {
                    state: it.state.clone(),
                    state_reason: words(it.state_reason.clone()),
                };
                let arn = it.chat_configuration_arn.clone();
                let properties = properties(it);
                let id = properties.configuration_name.clone();
                resource::<SlackChannelConfiguration>(cx, id, arn, Some(properties), Some(status))
            }));
        }
        .boxed_local()
    }
}

/// What is kept of a channel.
pub(super) fn properties(
    it: sdk::SlackChannelConfiguration,
) -> SlackChannelConfigurationProperties {
    let arn = it.chat_configuration_arn;
    let name = it
        .configuration_name
        .unwrap_or_else(|| arn.rsplit('/').next().unwrap_or_default().to_owned());
    SlackChannelConfigurationProperties {
        configuration_name: name,
        slack_workspace_id: Some(it.slack_team_id),
        slack_channel_id: Some(it.slack_channel_id),
        iam_role_arn: Some(it.iam_role_arn),
        sns_topic_arns: it.sns_topic_arns,
        guardrail_policies: it.guardrail_policy_arns.unwrap_or_default(),
        logging_level: it.logging_level,
    }
}
