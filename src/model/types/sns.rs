//! Amazon SNS.

use serde_json::Value;

super::resource_type! {
    /// A topic.
    Topic = "AWS::SNS::Topic", TopicProperties, TopicStatus
}
super::resource_type! {
    /// A subscription; a pending one's id is `topic|protocol|hash(endpoint)`.
    Subscription = "AWS::SNS::Subscription", SubscriptionProperties, SubscriptionStatus
}
super::resource_type! {
    /// Who may use a topic; its id is the topic's name.
    TopicPolicy = "AWS::SNS::TopicPolicy", TopicPolicyProperties, super::Nothing
}

super::shape! {
    /// CloudFormation's `AWS::SNS::Topic`.
    "PascalCase" TopicProperties {
        /// Its name.
        topic_name: String,
        /// Words for people.
        display_name: Option<String>,
        /// Key it encrypts with: id, ARN or alias.
        kms_master_key_id: Option<String>,
        /// Whether it is a FIFO topic, which delivers only to SQS.
        fifo_topic: bool,
    }
    /// From `sns:GetTopicAttributes`.
    "PascalCase" TopicStatus {
        /// The topic's policy document.
        policy: Option<Value>,
        /// Account that owns it.
        owner: Option<String>,
    }
    /// CloudFormation's `AWS::SNS::Subscription`.
    "PascalCase" SubscriptionProperties {
        /// The topic.
        topic_arn: String,
        /// `lambda`, `email`, `https`, `sqs`, `sms`, ...
        protocol: String,
        /// ARN or address; of an https one scheme and host only, but for the chat service's own.
        endpoint: Option<String>,
        /// What it lets through.
        filter_policy: Option<Value>,
        /// `MessageAttributes` (when absent) or `MessageBody`.
        filter_policy_scope: Option<String>,
        /// Whether the envelope is left out.
        raw_message_delivery: Option<bool>,
    }
    /// From `sns:ListSubscriptions`.
    "PascalCase" SubscriptionStatus {
        /// An ARN, `PendingConfirmation` or `Deleted`.
        subscription_arn: String,
    }
    /// CloudFormation's `AWS::SNS::TopicPolicy`.
    "PascalCase" TopicPolicyProperties {
        /// ARN of the topic, as the only element.
        topics: Vec<String>,
        /// The policy.
        policy_document: Value,
    }
}
