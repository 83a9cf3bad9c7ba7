//! What AWS gives a resource when it is made, over which a plan lays what it wants. A tool that writes a
//! resource whole must write that, too, for the same to come of it.

use serde_json::{Value, json};

use crate::fix::merge;
use crate::fix::plan::{Action, ChangeKind, Plan};

/// The policy of a topic, as an action leaves it.
pub fn topic_policy(plan: &Plan, action: &Action) -> Value {
    let properties = &action.after.properties;
    let wanted = properties.get("PolicyDocument").cloned().unwrap_or_default();
    let topic = properties.get("Topics").and_then(|topics| topics.get(0)).and_then(Value::as_str);
    match (action.change, topic) {
        (ChangeKind::Create, Some(topic)) => {
            merge::overlay(&default_policy(topic, &plan.account), &wanted)
        }
        _ => wanted,
    }
}

/// The policy of every new topic:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>.
fn default_policy(topic: &str, account: &str) -> Value {
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
