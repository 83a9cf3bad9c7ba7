//! Values of a plan as lines that a person can read: statements of policies as sentences, lists item by
//! item, long texts by their size.

use serde_json::{Map, Value};

use super::words::Words;
use crate::fix::merge;

/// Longest text shown whole; of longer ones the size and the first line are told.
const TEXT: usize = 400;

/// What changes, a line for each value.
pub fn changes(
    before: Option<&Map<String, Value>>,
    after: &Map<String, Value>,
    words: &Words,
) -> Vec<String> {
    let whole = |map: &Map<String, Value>| Value::Object(map.clone());
    let nothing = Map::new();
    let present = whole(before.unwrap_or(&nothing));
    let differences = merge::differences(&present, &whole(after));
    let lines = differences.iter().flat_map(|(path, old, new)| match (old, new) {
        (Value::Array(old), Value::Array(new)) if are_objects(old) && are_objects(new) => {
            items(path, old, new, words)
        }
        (Value::Null, Value::Array(new)) if are_objects(new) && !new.is_empty() => {
            items(path, &[], new, words)
        }
        (old, new) if before.is_some() => {
            vec![format!("{path}: {} -> {}", text(old, words), text(new, words))]
        }
        (_, new) => vec![format!("{path}: {}", text(new, words))],
    });
    lines.collect()
}

fn are_objects(list: &[Value]) -> bool {
    list.iter().all(Value::is_object)
}

/// Items that come and go; those that stay are counted.
fn items(path: &str, old: &[Value], new: &[Value], words: &Words) -> Vec<String> {
    let is_in = |list: &[Value], item: &Value| list.iter().any(|other| merge::same(other, item));
    let gone = old.iter().filter(|item| !is_in(new, item)).map(|item| ("- ", item));
    let come = new.iter().filter(|item| !is_in(old, item)).map(|item| ("+ ", item));
    let sign = |sign: &'static str| if old.is_empty() { "" } else { sign };
    let mut lines: Vec<String> =
        gone.chain(come).map(|(s, item)| format!("{path}: {}{}", sign(s), object(item))).collect();
    let kept = new.iter().filter(|item| is_in(old, item)).count();
    if kept > 0 {
        lines.push(format!("{path}: {}", words.unchanged(kept)));
    }
    lines
}

/// An item of a list in one line.
fn object(item: &Value) -> String {
    match item.as_object() {
        Some(map) if map.contains_key("Effect") => statement(map),
        Some(map) if map.len() == 2 && map.contains_key("Name") && map.contains_key("Value") => {
            format!("{} = {}", plain(&map["Name"]), plain(&map["Value"]))
        }
        Some(map) => {
            let fields = map.iter().map(|(key, value)| match value {
                Value::Object(_) => format!("{key}: ({})", object(value)),
                Value::Array(list) if are_objects(list) && !list.is_empty() => {
                    let inner: Vec<String> = list.iter().map(object).collect();
                    format!("{key}: {}", inner.join("; "))
                }
                value => format!("{key}: {}", plain(value)),
            });
            fields.collect::<Vec<_>>().join(", ")
        }
        None => plain(item),
    }
}

/// A statement of a policy as a sentence.
fn statement(map: &Map<String, Value>) -> String {
    let part = |key: &str| map.get(key).map(plain).unwrap_or_default();
    let who = match map.get("Principal") {
        Some(Value::Object(who)) => who.values().map(plain).collect::<Vec<_>>().join(", "),
        Some(who) => plain(who),
        None => String::new(),
    };
    let mut text = part("Effect");
    for (before, words) in [(" ", who), (": ", part("Action")), (" on ", part("Resource"))] {
        if !words.is_empty() {
            text.push_str(before);
            text.push_str(&words);
        }
    }
    if let Some(Value::Object(conditions)) = map.get("Condition") {
        let each = conditions.iter().flat_map(|(test, of)| {
            of.as_object()
                .into_iter()
                .flatten()
                .map(move |(key, value)| format!("{test} {key} = {}", plain(value)))
        });
        text.push_str(&format!(" if {}", each.collect::<Vec<_>>().join(" and ")));
    }
    text
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn text(value: &Value, words: &Words) -> String {
    let text = match value {
        Value::Null => return words.nothing.to_owned(),
        Value::Array(items) if items.is_empty() => return words.nothing.to_owned(),
        Value::Array(_) => plain(value),
        Value::Object(_) => object(value),
        other => plain(other),
    };
    if !text.contains('\n') && text.chars().count() <= TEXT {
        return text;
    }
    let first: String = text.lines().next().unwrap_or_default().chars().take(60).collect();
    words.long_text(text.lines().count(), text.len(), &first)
}
