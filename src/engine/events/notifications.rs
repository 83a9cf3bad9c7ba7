//! What services tell SNS, as far as filters may ask for it.

use serde_json::{Map, Value, json};

use super::pattern::{ANYTHING, PERHAPS};
use crate::snapshot::ResourceView;

/// What CloudWatch tells a topic when an alarm, metric or composite, goes to ALARM; none when the snapshot holds
/// something else than an alarm:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>.
pub fn alarm(alarm: ResourceView<'_>) -> Option<Value> {
    let properties: Value = alarm.properties().parse().ok()?;
    let list = |key: &str| match &properties[key] {
        Value::Null => json!([]),
        list => list.clone(),
    };
    let mut told = json!({
        "AlarmName": alarm.name(),
        "AlarmDescription": told_or_not(&properties["AlarmDescription"]),
        "AWSAccountId": alarm.account(),
        "NewStateValue": "ALARM",
        "NewStateReason": ANYTHING,
        "StateChangeTime": ANYTHING,
        // In words, such as "Asia Pacific (Tokyo)".
        "Region": ANYTHING,
        "AlarmArn": alarm.arn(),
        "OldStateValue": ANYTHING,
        "OKActions": list("OKActions"),
        "AlarmActions": list("AlarmActions"),
        "InsufficientDataActions": list("InsufficientDataActions"),
    });
    let more = match &properties["AlarmRule"] {
        Value::Null => json!({
            "AlarmConfigurationUpdatedTimestamp": ANYTHING,
            "Trigger": trigger(&properties),
        }),
        rule => json!({"AlarmRule": rule, "TriggeringChildren": PERHAPS}),
    };
    if let (Value::Object(told), Value::Object(more)) = (&mut told, more) {
        told.extend(more);
    }
    Some(told)
}

/// What an alarm on one metric looks at; of others the documentation does not say how it is told.
fn trigger(properties: &Value) -> Value {
    if properties["MetricName"].is_null() {
        return PERHAPS.into();
    }
    let dimensions = properties["Dimensions"].as_array().into_iter().flatten();
    let dimensions: Value =
        dimensions.map(|it| json!({"value": it["Value"], "name": it["Name"]})).collect();
    let mut told = Map::new();
    for key in ["MetricName", "Namespace", "Period", "EvaluationPeriods", "ComparisonOperator"] {
        told.insert(key.to_owned(), properties[key].clone());
    }
    told.insert("Dimensions".to_owned(), dimensions);
    // Written in ways of their own.
    let others = ["StatisticType", "Statistic", "Unit", "Threshold", "TreatMissingData"];
    for key in others.into_iter().chain(["DatapointsToAlarm", "EvaluateLowSampleCountPercentile"]) {
        told.insert(key.to_owned(), PERHAPS.into());
    }
    Value::Object(told)
}

/// What may be null, for which filters have a logic of their own.
fn told_or_not(value: &Value) -> Value {
    match value.as_str() {
        None | Some("") => PERHAPS.into(),
        Some(text) => text.into(),
    }
}
