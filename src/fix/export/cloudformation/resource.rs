//! One resource of a template: where CloudFormation's shape differs from a plan's, whose names are
//! CloudFormation's already.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>

use serde_json::{Map, Value, json};

use crate::fix::export::words::Words;
use crate::fix::export::{TAG, given};
use crate::fix::handler::State;
use crate::fix::heartbeat;
use crate::fix::plan::{Action, ChangeKind, Plan};

/// Types that take tags, and in which property.
const TAGS: &[(&str, &str)] = &[
    ("AWS::Budgets::Budget", "ResourceTags"),
    ("AWS::CE::AnomalyMonitor", "ResourceTags"),
    ("AWS::CE::AnomalySubscription", "ResourceTags"),
    ("AWS::Chatbot::SlackChannelConfiguration", "Tags"),
    ("AWS::CloudTrail::Trail", "Tags"),
    ("AWS::CloudWatch::Alarm", "Tags"),
    ("AWS::CloudWatch::CompositeAlarm", "Tags"),
    ("AWS::Events::Rule", "Tags"),
    ("AWS::GuardDuty::Detector", "Tags"),
    ("AWS::IAM::Role", "Tags"),
    ("AWS::Lambda::Function", "Tags"),
    ("AWS::Logs::LogGroup", "Tags"),
    ("AWS::S3::Bucket", "Tags"),
    ("AWS::SNS::Topic", "Tags"),
    ("AWS::Synthetics::Canary", "Tags"),
];

/// Types whose resources stay when their stack goes, since they hold records or serve others too. One
/// that a failing stack has just made is taken back with it, so that the next one finds its name free:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>.
const KEPT: &[&str] = &["AWS::IAM::ServiceLinkedRole", "AWS::Logs::LogGroup", "AWS::S3::Bucket"];

/// The most that CloudFormation packs of inline code, in bytes:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html>.
const INLINE_CODE: usize = 4 << 20;

/// Days for which a canary's runs are kept when nobody says.
const RUNS_KEPT: i64 = 31;

/// A type whose properties hold ids that AWS chooses, and which: the name of what the same plan makes may
/// stand there until then.
const REFERRING: (&str, &str, &str) =
    ("AWS::CE::AnomalySubscription", "MonitorArnList", "AWS::CE::AnomalyMonitor");

/// Names in a property that stand for resources of a plan, rather than ARNs.
fn names<'v>(ty: &str, properties: &'v Value) -> impl Iterator<Item = &'v str> {
    let (referring, property, _) = REFERRING;
    let items = properties[property].as_array().filter(|_| ty == referring);
    let items = items.into_iter().flatten().filter_map(Value::as_str);
    items.filter(|name| !name.starts_with("arn:"))
}

/// Names that stand for what the same template makes become references to it, by its logical id; what is
/// referred to is waited for without being told.
pub fn refer(resource: &mut Value, logical_id: impl Fn(&str, &str) -> Option<String>) {
    let (referring, property, ty) = REFERRING;
    if resource["Type"] != referring {
        return;
    }
    let mut referred = Vec::new();
    let items = resource["Properties"][property].as_array_mut();
    for item in items.into_iter().flatten() {
        if let Some(id) = item.as_str().and_then(|name| logical_id(ty, name)) {
            *item = json!({"Ref": id});
            referred.push(Value::from(id));
        }
    }
    let Some(map) = resource.as_object_mut() else { return };
    if let Some(Value::Array(needed)) = map.get_mut("DependsOn") {
        needed.retain(|id| !referred.contains(id));
    }
    map.retain(|key, value| key != "DependsOn" || *value != json!([]));
}

/// Why a resource cannot stand in a template; none if it can.
pub fn refusal(plan: &Plan, action: &Action) -> Option<&'static str> {
    let properties = Value::Object(action.after.properties.clone());
    if holds(&properties, "{{resolve:") {
        // In any string and from any function, there is no way to write it so that it stays as it is.
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
        return Some("CloudFormation would take {{resolve:...}} for a reference to a value");
    }
    let is_made = |name: &str| {
        let mut others = plan.actions.iter().filter(|it| it.change == ChangeKind::Create);
        others.any(|it| it.resource.ty == REFERRING.2 && it.resource.id == name)
    };
    if names(&action.resource.ty, &properties).any(|name| !is_made(name)) {
        return Some("it listens to a monitor whose ARN is not known here");
    }
    let code = properties["Code"]["ZipFile"].as_str();
    code.filter(|code| code.len() > INLINE_CODE).map(|_| "the code is too large for a template")
}

fn holds(value: &Value, words: &str) -> bool {
    match value {
        Value::String(text) => text.contains(words),
        Value::Array(items) => items.iter().any(|item| holds(item, words)),
        Value::Object(map) => {
            map.iter().any(|(key, value)| key.contains(words) || holds(value, words))
        }
        _ => false,
    }
}

/// Whether a resource must wait for one that the plan makes before it.
pub fn waits(action: &Action, before: &Action) -> bool {
    // CloudFormation starts a recorder as part of making it, which takes a delivery channel, and a
    // channel takes a recorder: either waits for the other by itself, neither may be told to.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-config-configurationrecorder.html
    let is_config = |action: &Action| action.resource.ty.starts_with("AWS::Config::");
    !(is_config(action) && is_config(before))
}

/// The resource of a plan, waiting for those of these logical ids.
pub fn resource(
    plan: &Plan,
    (action, state): (&Action, &State),
    needed: &[&str],
    words: &Words,
) -> Value {
    let ty = action.resource.ty.as_str();
    let mut resource = Map::new();
    resource.insert("Type".to_owned(), ty.into());
    if !needed.is_empty() {
        resource.insert("DependsOn".to_owned(), json!(needed));
    }
    if KEPT.contains(&ty) {
        resource.insert("DeletionPolicy".to_owned(), "RetainExceptOnCreate".into());
        resource.insert("UpdateReplacePolicy".to_owned(), "Retain".into());
    }
    let why = format!("{}: {}", words.why, words.why(&action.findings));
    resource.insert("Metadata".to_owned(), json!({"Audit": why}));
    let mut properties = properties(ty, state);
    if ty == "AWS::SNS::TopicPolicy" {
        let policy = given::topic_policy(plan, &Action { after: state.clone(), ..action.clone() });
        properties.insert("PolicyDocument".to_owned(), modern(policy));
    }
    resource.insert("Properties".to_owned(), Value::Object(properties));
    Value::Object(resource)
}

fn properties(ty: &str, state: &State) -> Map<String, Value> {
    let said = state.properties.iter().filter_map(|(key, value)| Some((key.clone(), said(value)?)));
    let mut properties: Map<String, Value> = said.collect();
    match ty {
        // A document within a string:
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ce-anomalysubscription.html
        "AWS::CE::AnomalySubscription" => {
            if let Some(threshold) = properties.get_mut("ThresholdExpression") {
                *threshold = Value::from(threshold.to_string());
            }
        }
        "AWS::CloudTrail::Trail" => {
            let is_logging = state.status.get("IsLogging").cloned().unwrap_or(Value::Bool(false));
            properties.insert("IsLogging".to_owned(), is_logging);
        }
        // It is started unless it is said that it is not.
        "AWS::Config::ConfigurationRecorder"
            if state.status.get("recording") != Some(&Value::Bool(true)) =>
        {
            properties.insert("StartedOnCreate".to_owned(), Value::Bool(false));
        }
        "AWS::Lambda::Function" => {
            // CloudFormation calls the file with the code `index`, as the page at [`INLINE_CODE`] says.
            let handler = properties.get("Handler").and_then(Value::as_str).unwrap_or_default();
            let function = handler.rsplit('.').next().unwrap_or_default();
            let handler = Value::from(format!("index.{function}"));
            properties.insert("Handler".to_owned(), handler);
        }
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-synthetics-canary.html
        "AWS::Synthetics::Canary" => {
            let runs = state.status.get("State").is_some_and(|it| it == "RUNNING");
            properties.insert("StartCanaryAfterCreation".to_owned(), Value::Bool(runs));
            // A template cannot ask which one is the newest.
            properties.entry("RuntimeVersion").or_insert(heartbeat::RUNTIME.into());
            for kept in ["FailureRetentionPeriod", "SuccessRetentionPeriod"] {
                properties.entry(kept).or_insert(RUNS_KEPT.into());
            }
        }
        "AWS::SNS::Topic" => {
            // Only a FIFO topic may say whether it is one.
            properties.retain(|key, value| key != "FifoTopic" || *value != Value::Bool(false));
        }
        _ => {}
    }
    if let Some((_, name)) = TAGS.iter().find(|(known, _)| *known == ty) {
        let (key, value) = TAG;
        properties.insert((*name).to_owned(), json!([{"Key": key, "Value": value}]));
    }
    properties
}

/// The policy language of today, which differs from the one of 2008, that topics' default policies speak,
/// only in variables:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
fn modern(mut policy: Value) -> Value {
    if policy["Version"] == "2008-10-17" && !holds(&policy, "${") {
        policy["Version"] = "2012-10-17".into();
    }
    policy
}

/// A property without what says nothing; none when nothing is left.
fn said(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().filter_map(said).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(map) => {
            let map = map.iter().filter_map(|(key, value)| Some((key.clone(), said(value)?)));
            let map: Map<String, Value> = map.collect();
            (!map.is_empty()).then_some(Value::Object(map))
        }
        other => Some(other.clone()),
    }
}
