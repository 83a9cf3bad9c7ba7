//! Amazon Q Developer in chat applications, whose API and types are still called Chatbot.

super::resource_type! {
    /// What of an account is told in a Slack channel.
    SlackChannelConfiguration = "AWS::Chatbot::SlackChannelConfiguration", SlackChannelConfigurationProperties, SlackChannelConfigurationStatus
}

super::shape! {
    /// CloudFormation's `AWS::Chatbot::SlackChannelConfiguration`.
    "PascalCase" SlackChannelConfigurationProperties {
        /// Its name.
        configuration_name: String,
        /// The workspace, which a person has authorized once.
        slack_workspace_id: Option<String>,
        /// The channel.
        slack_channel_id: Option<String>,
        /// Role that commands in the channel run with.
        iam_role_arn: Option<String>,
        /// Topics it listens to.
        #[serde(default)]
        sns_topic_arns: Vec<String>,
        /// The most that the role may do; AdministratorAccess unless said.
        #[serde(default)]
        guardrail_policies: Vec<String>,
        /// `ERROR`, `INFO` or `NONE`.
        logging_level: Option<String>,
    }
    /// From `chatbot:DescribeSlackChannelConfigurations`.
    "PascalCase" SlackChannelConfigurationStatus {
        /// `ENABLED` or `DISABLED`.
        state: Option<String>,
        /// Why.
        state_reason: Option<String>,
    }
}
