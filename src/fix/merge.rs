//! Documents laid over each other: what is there, and what should be.

use serde_json::{Map, Value};

use super::handler::State;

/// The key by which statements of a policy are told apart.
const SID: &str = "Sid";

/// `present` with `desired` laid over it: what is not spoken of stays as it is.
///
/// Keys are merged at every depth. A list is replaced, but for statements of a policy, each with a
/// `Sid`: they replace those of the same `Sid` and join the others. A null takes a key away.
pub fn overlay(present: &Value, desired: &Value) -> Value {
    match (present, desired) {
        (Value::Object(present), Value::Object(desired)) => {
            Value::Object(overlay_map(present, desired))
        }
        (Value::Array(present), Value::Array(desired)) if has_sids(desired) => {
            let mut joined = present.clone();
            for statement in desired {
                match joined.iter_mut().find(|it| it.get(SID) == statement.get(SID)) {
                    Some(same) => *same = statement.clone(),
                    None => joined.push(statement.clone()),
                }
            }
            Value::Array(joined)
        }
        // A policy may hold its only statement without a list around it.
        (Value::Object(only), Value::Array(desired)) if has_sids(desired) => overlay(
            &Value::Array(vec![Value::Object(only.clone())]),
            &Value::Array(desired.clone()),
        ),
        _ => desired.clone(),
    }
}

fn overlay_map(present: &Map<String, Value>, desired: &Map<String, Value>) -> Map<String, Value> {
    let mut map = present.clone();
    for (key, value) in desired {
        let merged = match (map.get(key), value) {
            (_, Value::Null) => None,
            (Some(present), value) => Some(overlay(present, value)),
            (None, value) => Some(value.clone()),
        };
        match merged {
            Some(merged) => drop(map.insert(key.clone(), merged)),
            None => drop(map.remove(key)),
        }
    }
    map
}

fn has_sids(list: &[Value]) -> bool {
    !list.is_empty() && list.iter().all(|it| it.get(SID).is_some_and(Value::is_string))
}

/// A state with a desired one laid over it.
pub fn overlay_state(present: &State, desired: &State) -> State {
    State {
        properties: overlay_map(&present.properties, &desired.properties),
        status: overlay_map(&present.status, &desired.status),
    }
}

/// What turns `before` into `after`: changed keys with their values, gone ones with null (RFC 7396).
pub fn patch(before: &State, after: &State) -> State {
    State {
        properties: patch_map(&before.properties, &after.properties),
        status: patch_map(&before.status, &after.status),
    }
}

fn patch_map(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let mut patch = Map::new();
    for (key, value) in after {
        match (before.get(key), value) {
            (Some(before), after) if same(before, after) => {}
            (Some(Value::Object(before)), Value::Object(after)) => {
                drop(patch.insert(key.clone(), Value::Object(patch_map(before, after))));
            }
            _ => drop(patch.insert(key.clone(), value.clone())),
        }
    }
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    patch
}

/// A state with a patch applied: what it names is replaced, statements and all.
pub fn patched(state: &State, patch: &State) -> State {
    State {
        properties: patched_map(&state.properties, &patch.properties),
        status: patched_map(&state.status, &patch.status),
    }
}

fn patched_map(map: &Map<String, Value>, patch: &Map<String, Value>) -> Map<String, Value> {
    let mut patched = map.clone();
    for (key, value) in patch {
        let value = match (patched.get(key), value) {
            (_, Value::Null) => {
                patched.remove(key);
                continue;
            }
            (Some(Value::Object(of)), Value::Object(with)) => Value::Object(patched_map(of, with)),
            _ => value.clone(),
        };
        patched.insert(key.clone(), value);
    }
    patched
}

/// Whether a state is already as desired: laying the one over the other changes nothing.
pub fn is_as_desired(present: &State, desired: &State) -> bool {
    same_state(&overlay_state(present, desired), present)
}

/// Whether two states say the same.
pub fn same_state(a: &State, b: &State) -> bool {
    same_map(&a.properties, &b.properties) && same_map(&a.status, &b.status)
}

/// Whether a state could be a beginning of `whole`: where both speak, what is there is as it should be, or
/// not there yet. What AWS adds by itself is not looked at; nor is the status, which goes through states of
/// its own on the way (a canary that is being created, or stopped).
pub fn is_beginning_of(state: &State, whole: &State) -> bool {
    begins_map(&state.properties, &whole.properties)
}

fn begins_map(part: &Map<String, Value>, whole: &Map<String, Value>) -> bool {
    let both = part.iter().filter_map(|(key, value)| Some((value, whole.get(key)?)));
    both.into_iter().all(|(value, whole)| begins(value, whole))
}

fn begins(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => begins_map(part, whole),
        (Value::Array(part), Value::Array(whole)) => {
            part.iter().all(|item| whole.iter().any(|other| same(item, other)))
        }
        (Value::Bool(false), Value::Bool(_)) => true,
        (part, whole) => says_nothing(part) || same(part, whole),
    }
}

/// Whether nothing has changed since: the same properties, and the same of the status that was looked at.
pub fn unchanged(then: &State, now: &State) -> bool {
    let looked_at = |(key, _): &(&String, &Value)| then.status.contains_key(*key);
    let status = now.status.iter().filter(looked_at).map(|(k, v)| (k.clone(), v.clone())).collect();
    same_map(&then.properties, &now.properties) && same_map(&then.status, &status)
}

/// Whether two documents say the same: numbers by value, what is empty or null as what is absent, and
/// lists in any order, the only element also without a list around it. AWS gives actions, subscribers or
/// statements back in an order of its own, and order means nothing in any property that is set here.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => same_list(a, b),
        (Value::Array(list), only) | (only, Value::Array(list)) => {
            list.len() == 1 && same(&list[0], only)
        }
        (Value::Object(a), Value::Object(b)) => same_map(a, b),
        _ => a == b,
    }
}

fn same_list(a: &[Value], b: &[Value]) -> bool {
    let mut left: Vec<&Value> = b.iter().collect();
    let is_found = |item: &Value| {
        let place = left.iter().position(|other| same(item, other));
        place.map(|place| left.swap_remove(place)).is_some()
    };
    a.len() == b.len() && a.iter().all(is_found)
}

fn same_map(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    let in_both = |a: &Map<String, Value>, b: &Map<String, Value>| {
        a.iter().all(|(key, value)| match b.get(key) {
            Some(other) => same(value, other),
            None => says_nothing(value),
        })
    };
    in_both(a, b) && in_both(b, a)
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// What two wishes for the same resource come to, or where they contradict each other.
///
/// # Errors
/// The path of what one wants otherwise than the other.
pub fn both(a: &Value, b: &Value) -> Result<Value, String> {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => both_maps(a, b).map(Value::Object),
        (Value::Array(x), Value::Array(y)) if has_sids(x) && has_sids(y) => Ok(overlay(a, b)),
        // Actions, addresses: whoever wants one more does not mind the others.
        (Value::Array(a), Value::Array(b)) if a.iter().chain(b).all(Value::is_string) => {
            let mut all = a.clone();
            all.extend(b.iter().filter(|it| !a.contains(it)).cloned());
            Ok(Value::Array(all))
        }
        _ if same(a, b) => Ok(a.clone()),
        _ => Err(String::new()),
    }
}

/// As [`both`], of maps.
///
/// # Errors
/// As [`both`].
pub fn both_maps(
    a: &Map<String, Value>,
    b: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut map = a.clone();
    for (key, wanted) in b {
        let value = match a.get(key) {
            None => wanted.clone(),
            Some(other) => both(other, wanted).map_err(|path| match path.as_str() {
                "" => key.clone(),
                path => format!("{key}.{path}"),
            })?,
        };
        map.insert(key.clone(), value);
    }
    Ok(map)
}

/// The paths at which two documents differ, with the values there; absent ones are null.
pub fn differences(before: &Value, after: &Value) -> Vec<(String, Value, Value)> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

fn compare(path: &str, before: &Value, after: &Value, found: &mut Vec<(String, Value, Value)>) {
    if same(before, after) || (says_nothing(before) && says_nothing(after)) {
        return;
    }
    let empty = Map::new();
    let (a, b) = match (before, after) {
        (Value::Object(a), Value::Object(b)) => (a, b),
        (Value::Null, Value::Object(b)) => (&empty, b),
        _ => return found.push((path.to_owned(), before.clone(), after.clone())),
    };
    let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let value = |of: &Map<String, Value>| of.get(key).cloned().unwrap_or_default();
        compare(&inner, &value(a), &value(b), found);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_spoken_of_stays() {
        let present = json!({"a": 1, "b": {"c": [1, 2], "d": 3}});
        let merged = overlay(&present, &json!({"b": {"c": [4]}, "e": 5}));
        assert_eq!(merged, json!({"a": 1, "b": {"c": [4], "d": 3}, "e": 5}));
        assert_eq!(overlay(&present, &json!({"a": null})), json!({"b": {"c": [1, 2], "d": 3}}));
    }

    #[test]
    fn statements_join_by_their_sid() {
        let theirs = json!({"Statement": [{"Sid": "x", "Effect": "Allow"}, {"Effect": "Deny"}]});
        let ours = json!({"Statement": [{"Sid": "audit", "Effect": "Allow"}]});
        let merged = overlay(&theirs, &ours);
        assert_eq!(merged["Statement"].as_array().map(Vec::len), Some(3));
        assert_eq!(overlay(&merged, &ours), merged);
        let single = json!({"Statement": {"Effect": "Deny"}});
        assert_eq!(overlay(&single, &ours)["Statement"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn numbers_and_what_is_empty_are_compared_by_meaning() {
        assert!(same(&json!({"a": 80, "b": []}), &json!({"a": 80.0})));
        assert!(!same(&json!({"a": 80}), &json!({"a": 81})));
        assert!(!same(&json!({"a": false}), &json!({})));
    }

    #[test]
    fn lists_are_compared_in_any_order() {
        assert!(same(&json!([1, {"a": [2, 3]}]), &json!([{"a": [3, 2]}, 1])));
        assert!(!same(&json!([1, 1, 2]), &json!([1, 2, 2])));
        assert!(!same(&json!([1]), &json!([1, 1])));
        assert!(same(&json!({"Action": ["s3:Get"]}), &json!({"Action": "s3:Get"})));
        assert!(!same(&json!({"Action": ["s3:Get", "s3:Put"]}), &json!({"Action": "s3:Get"})));
    }

    #[test]
    fn two_wishes_join_or_contradict() {
        let joined = both(&json!({"x": ["a"], "y": 1}), &json!({"x": ["b", "a"], "z": 2}));
        assert_eq!(joined, Ok(json!({"x": ["a", "b"], "y": 1, "z": 2})));
        let apart = both(&json!({"x": {"y": 1}}), &json!({"x": {"y": 2}}));
        assert_eq!(apart, Err("x.y".to_owned()));
    }

    #[test]
    fn a_beginning_contradicts_nothing() {
        let state = |properties: Value| State {
            properties: properties.as_object().cloned().unwrap_or_default(),
            status: Map::new(),
        };
        let whole = state(json!({"Name": "a", "On": true, "Policies": [{"x": 1}, {"y": 2}]}));
        for part in [
            json!({"Name": "a"}),
            json!({"Name": "a", "On": false, "Policies": [{"y": 2}], "Default": "by AWS"}),
        ] {
            assert!(is_beginning_of(&state(part), &whole));
        }
        for other in [json!({"Name": "b"}), json!({"Name": "a", "Policies": [{"z": 3}]})] {
            assert!(!is_beginning_of(&state(other), &whole));
        }
    }

    #[test]
    fn differences_name_paths() {
        let found = differences(&json!({"a": {"b": 1, "c": 2}}), &json!({"a": {"b": 3, "c": 2}}));
        assert_eq!(found, [("a.b".to_owned(), json!(1), json!(3))]);
        let made = differences(&Value::Null, &json!({"a": {"b": 1}, "c": []}));
        assert_eq!(made, [("a.b".to_owned(), Value::Null, json!(1))]);
    }
}
