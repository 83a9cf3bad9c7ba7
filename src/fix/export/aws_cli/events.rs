//! Rules of EventBridge, and where they send events.

use serde_json::{Value, json};

use super::change::{Change, Steps, tags, text};
use super::helpers::Helper;
use super::step::{Ask, Call, Step};

/// EventBridge's "not yet".
const NOT_YET: &str = "ConcurrentModificationException";

/// A rule of the default bus. One that is there by then is not written over, and keeps its targets.
pub fn rule(it: &Change<'_>) -> Steps {
    let settings = ["Description", "EventPattern", "ScheduleExpression", "State"];
    let name = it.id();
    let mut steps = Vec::new();
    if it.is_new() {
        let input = json!({
            "Name": name,
            "Description": it.get("Description"),
            "EventPattern": text(&it.get("EventPattern")),
            "ScheduleExpression": it.get("ScheduleExpression"),
            "State": it.get("State"),
            "Tags": tags(),
        });
        let ask = it.call("events describe-rule", json!({"Name": name}));
        steps.push(Step::Either {
            ask: it.exists(ask, "ResourceNotFoundException"),
            yes: Vec::new(),
            no: vec![Step::patient(it.call("events put-rule", input), NOT_YET)],
        });
    } else if let Some(name) = settings.iter().find(|name| it.differs(name)) {
        return Err(format!("{name} of a rule that is there cannot be changed by these commands"));
    }
    let list = |value: Value| value.as_array().cloned().unwrap_or_default();
    let (was, is) = (list(it.was("Targets")), list(it.get("Targets")));
    let is_kept = |target: &Value| is.iter().any(|other| other["Id"] == target["Id"]);
    if was.iter().any(|target| !is_kept(target)) {
        return Err("targets are not taken off by these commands".to_owned());
    }
    let new: Vec<Value> = is.iter().filter(|target| !was.contains(target)).cloned().collect();
    if new.iter().any(|target| !target["InputKind"].is_null()) {
        return Err("what a target is told is not known here".to_owned());
    }
    if !new.is_empty() {
        steps.push(targets(it, &new));
    }
    Ok(steps)
}

/// Adds targets. The call is answered as if all was well, and counts within what failed.
fn targets(it: &Change<'_>, new: &[Value]) -> Step {
    let put = it.call("events put-targets", json!({"Rule": it.id(), "Targets": new}));
    let more = "--query FailedEntryCount --output json".to_owned();
    Step::Either {
        ask: Ask { helper: Helper::Lists, word: "0".to_owned(), call: Call { more, ..put } },
        yes: Vec::new(),
        no: vec![Step::Refuse("a target was not added to the rule".to_owned())],
    }
}
