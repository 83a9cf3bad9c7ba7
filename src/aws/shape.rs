//! From the SDK's shapes to the model's: resources, times, ids.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::Resource;
use crate::model::types::ResourceType;

use super::cx::Cx;
use super::words;

/// A resource of the region of `cx`, called by its id and without tags. Properties or status that
/// could not be read are left out; the coverage says why.
pub fn resource<T>(
    cx: &Cx<'_>,
    id: impl Into<String>,
    arn: impl Into<String>,
    properties: Option<T::Properties>,
    status: Option<T::Status>,
) -> Resource
where
    T: ResourceType,
    T::Properties: Serialize,
    T::Status: Serialize,
{
    let id = id.into();
    Resource {
        ty: T::TYPE.to_owned(),
        name: id.clone(),
        id,
        arn: arn.into(),
        account: cx.account().to_owned(),
        region: cx.region().to_owned(),
        tags: BTreeMap::new(),
        properties: properties.as_ref().map(map).unwrap_or_default(),
        status: status.as_ref().map(map).unwrap_or_default(),
    }
}

/// A resource without a list that could not be read, rather than with an empty one.
pub fn unread(mut resource: Resource, list: &str) -> Resource {
    resource.properties.remove(list);
    resource.status.remove(list);
    resource
}

/// The JSON of a typed shape without its nulls, which say no more than absence.
pub fn map(shape: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(shape) {
        Ok(Value::Object(map)) => without_nulls(map),
        // Typed shapes are structs and always become objects.
        _ => Map::new(),
    }
}

fn without_nulls(map: Map<String, Value>) -> Map<String, Value> {
    map.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, prune(v))).collect()
}

fn prune(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(without_nulls(map)),
        Value::Array(items) => Value::Array(items.into_iter().map(prune).collect()),
        other => other,
    }
}

/// An SDK time as RFC 3339, UTC, whole seconds.
pub fn time(time: Option<DateTime>) -> Option<String> {
    Timestamp::from_second(time?.secs()).ok().map(|time| time.to_string())
}

/// A time given as text as RFC 3339, UTC, whole seconds; as it came when it is no time.
pub fn text_time(text: Option<String>) -> Option<String> {
    let text = text?;
    match text.parse::<Timestamp>().and_then(|time| Timestamp::from_second(time.as_second())) {
        Ok(time) => Some(time.to_string()),
        Err(_) => Some(text),
    }
}

/// A service's free text, which may echo an address or a request, as it may be kept.
pub fn words(text: Option<String>) -> Option<String> {
    text.map(|text| words::public(&text))
}

/// What stands after the last `/` or `:` of an ARN.
pub fn last_part(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_whole_seconds() {
        let half = DateTime::from_secs_and_nanos(1_700_000_000, 500_000_000);
        assert_eq!(time(Some(half)).as_deref(), Some("2023-11-14T22:13:20Z"));
        let text = text_time(Some("2023-11-14T22:13:20.123Z".to_owned()));
        assert_eq!(text.as_deref(), Some("2023-11-14T22:13:20Z"));
        assert_eq!(text_time(Some("soon".to_owned())).as_deref(), Some("soon"));
    }

    #[test]
    fn nulls_are_dropped_at_every_depth() {
        let pruned = map(&json!({"a": null, "b": {"c": null, "d": [1, {"e": null}]}}));
        assert_eq!(Value::Object(pruned), json!({"b": {"d": [1, {}]}}));
    }

    #[test]
    fn the_last_part_of_an_arn() {
        assert_eq!(last_part("arn:aws:sns:eu-west-1:1:topic"), "topic");
        assert_eq!(last_part("arn:aws:ecs:eu-west-1:1:service/web/api"), "api");
    }
}
