//! A value of another kind than the schema says never makes anything pass.

use std::collections::BTreeMap;
use std::fs;

use audit::engine::{Evaluation, Team, World};
use audit::model::Status;
use audit::rules::RuleSet;
use audit::snapshot::Snapshot;
use serde_json::{Value, json};

use crate::fixture;

type Statuses = BTreeMap<(String, String, String), Status>;

fn statuses(snapshot: &Value, set: &RuleSet) -> Statuses {
    let snapshot = Snapshot::from_bytes(snapshot.to_string(), "test").expect("a snapshot");
    let world = World::new(&snapshot, &set.rules, Team::default());
    let evaluation = Evaluation::of(&world, &set.rules);
    let verdicts = evaluation.verdicts();
    let statuses = verdicts.map(|(rule, resource, status)| {
        ((rule.id.clone(), resource.region.to_string(), resource.id.to_string()), status)
    });
    statuses.collect()
}

/// Paths to every value below `value`.
fn paths(value: &Value, here: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, inner) in entries {
                let path = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
                found.push(path.clone());
                paths(inner, &path, found);
            }
        }
        Value::Array(items) => {
            for (i, inner) in items.iter().enumerate() {
                let path = format!("{here}/{i}");
                found.push(path.clone());
                paths(inner, &path, found);
            }
        }
        _ => {}
    }
}

/// Something of another kind, as near to the value as it can be.
fn other_kinds(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![],
        Value::Bool(b) => vec![json!(b.to_string()), json!(u8::from(*b))],
        Value::Number(n) => vec![json!(n.to_string()), json!([n])],
        Value::String(s) => vec![json!([s]), json!(7)],
        Value::Array(items) => {
            vec![items.first().cloned().unwrap_or(json!("x")), json!({"0": items})]
        }
        Value::Object(_) => vec![json!([value]), json!(value.to_string())],
    }
}

#[test]
fn nothing_comes_to_pass() {
    let set = RuleSet::load(true, &[]).expect("the built-in rules are right");
    let text = fs::read_to_string(fixture("ecs-fargate-mvp.json")).expect("the fixture");
    let whole: Value = serde_json::from_str(&text).expect("JSON");
    let before = statuses(&whole, &set);
    let mut tried = 0;
    let mut wrong = Vec::new();
    let resources = whole["resources"].as_array().expect("resources");
    for (i, resource) in resources.iter().enumerate() {
        for part in ["properties", "status"] {
            let mut found = Vec::new();
            paths(&resource[part], "", &mut found);
            // A policy document is free text to the schema; its statements are judged elsewhere.
            for path in found.iter().filter(|path| !path.starts_with("/Policy/")) {
                for other in other_kinds(resource[part].pointer(path).expect("a value")) {
                    let mut changed = whole.clone();
                    *changed["resources"][i][part].pointer_mut(path).expect("a value") =
                        other.clone();
                    tried += 1;
                    let after = statuses(&changed, &set);
                    for (key, status) in after {
                        let was = before.get(&key);
                        if status == Status::Pass && was != Some(&Status::Pass) {
                            let id = &resource["id"];
                            wrong.push(format!("{id} {part}{path} = {other}: {key:?} was {was:?}"));
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 1_500, "only {tried} changes");
    assert!(wrong.is_empty(), "{}\n{} of {tried}", wrong.join("\n"), wrong.len());
}
