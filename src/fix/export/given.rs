//! What AWS gives a resource when it is made, over which a plan lays what it wants. A tool that writes a
//! resource whole must write that, too, for the same to come of it.

use serde_json::Value;

use crate::fix::merge;
use crate::fix::plan::{Action, ChangeKind, Plan};
use crate::fix::pristine;

/// The policy of a topic, as an action leaves it.
pub fn topic_policy(plan: &Plan, action: &Action) -> Value {
    let properties = &action.after.properties;
    let wanted = properties.get("PolicyDocument").cloned().unwrap_or_default();
    let topic = properties.get("Topics").and_then(|topics| topics.get(0)).and_then(Value::as_str);
    match (action.change, topic) {
        (ChangeKind::Create, Some(topic)) => {
            merge::overlay(&pristine::topic_policy(topic, &plan.account), &wanted)
        }
        _ => wanted,
    }
}
