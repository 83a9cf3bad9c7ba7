//! What AWS gives a resource when it is made, so that nobody has set it: a topic's policy.

use serde_json::{Value, json};

use super::handler::{State, Target};
use super::merge;

/// Whether a resource is as AWS gives it to everyone.
pub fn is_pristine(target: &Target, state: &State) -> bool {
    let property = |name: &str| state.properties.get(name);
    let topic = property("Topics").and_then(|topics| topics.get(0)).and_then(Value::as_str);
    match (target.ty.as_str(), topic, property("PolicyDocument")) {
        ("AWS::SNS::TopicPolicy", Some(topic), Some(policy)) => {
            let account = topic.split(':').nth(4).unwrap_or_default();
            merge::same(policy, &topic_policy(topic, account))
        }
        _ => false,
    }
}

/// The policy of every new topic:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>.
pub fn topic_policy(topic: &str, account: &str) -> Value {
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": [
                "SNS:GetTopicAttributes",
                "SNS:SetTopicAttributes",
                "SNS:AddPermission",
                "SNS:RemovePermission",
                "SNS:DeleteTopic",
                "SNS:Subscribe",
                "SNS:ListSubscriptionsByTopic",
                "SNS:Publish",
            ],
            "Resource": topic,
            "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
        }],
    })
}
