//! One change: what of its states a call needs, and which file knows its type.

use serde_json::{Map, Value, json};

use super::helpers::Helper;
use super::step::{Ask, Call, Step};
use super::{alerts, anomalies, canary, events, records, roles, scaling};
use crate::fix::export::TAG;
use crate::fix::handler::State;
use crate::fix::merge;
use crate::fix::plan::{Action, ChangeKind, Plan};
use crate::fix::told::partition;
use crate::model::GLOBAL;

/// What comes of writing a change as steps; else why it cannot be.
pub type Steps = Result<Vec<Step>, String>;

/// A type and how its changes are written.
type Writer = (&'static str, fn(&Change<'_>) -> Steps);

/// Every type that a fix changes, sorted by name; the calls are those of its handler in `aws`.
const WRITERS: &[Writer] = &[
    ("AWS::ApplicationAutoScaling::ScalableTarget", scaling::target),
    ("AWS::ApplicationAutoScaling::ScalingPolicy", scaling::policy),
    ("AWS::Budgets::Budget", alerts::budget),
    ("AWS::CE::AnomalyMonitor", anomalies::monitor),
    ("AWS::CE::AnomalySubscription", anomalies::subscription),
    ("AWS::Chatbot::SlackChannelConfiguration", alerts::chat),
    ("AWS::CloudTrail::Trail", records::trail),
    ("AWS::CloudWatch::Alarm", alerts::alarm),
    ("AWS::CloudWatch::CompositeAlarm", alerts::composite),
    ("AWS::Config::ConfigurationRecorder", records::recorder),
    ("AWS::Config::DeliveryChannel", records::channel),
    ("AWS::ECR::RegistryScanningConfiguration", records::registry),
    ("AWS::Events::Rule", events::rule),
    ("AWS::GuardDuty::Detector", records::detector),
    ("AWS::IAM::Role", roles::role),
    ("AWS::IAM::ServiceLinkedRole", roles::service_linked),
    ("AWS::Lambda::Function", roles::function),
    ("AWS::Lambda::Permission", roles::permission),
    ("AWS::Logs::LogGroup", records::log_group),
    ("AWS::RDS::DBInstance", records::database),
    ("AWS::S3::Bucket", records::bucket),
    ("AWS::S3::BucketPolicy", records::bucket_policy),
    ("AWS::SNS::Subscription", alerts::subscription),
    ("AWS::SNS::Topic", alerts::topic),
    ("AWS::SNS::TopicPolicy", alerts::topic_policy),
    ("AWS::Synthetics::Canary", canary::canary),
];

/// An action, as calls are made from it.
pub struct Change<'a> {
    /// Part of this plan.
    pub plan: &'a Plan,
    /// What is to be done.
    pub action: &'a Action,
}

impl<'a> Change<'a> {
    /// Of an action.
    pub fn new(plan: &'a Plan, action: &'a Action) -> Change<'a> {
        Change { plan, action }
    }

    /// The change as steps.
    ///
    /// # Errors
    /// It cannot be written so; in the words, why.
    pub fn steps(&self) -> Steps {
        let ty = self.action.resource.ty.as_str();
        match WRITERS.iter().find(|(known, _)| *known == ty) {
            Some((_, write)) => write(self),
            None => Err("no command is known for resources of this type".to_owned()),
        }
    }

    /// Id of the resource.
    pub fn id(&self) -> &'a str {
        &self.action.resource.id
    }

    /// Twelve-digit account number.
    pub fn account(&self) -> &'a str {
        &self.plan.account
    }

    /// Whether it is made, rather than changed.
    pub fn is_new(&self) -> bool {
        self.action.change == ChangeKind::Create
    }

    /// As it will be.
    pub fn after(&self) -> &'a State {
        &self.action.after
    }

    /// A property as it will be; null when absent.
    pub fn get(&self, name: &str) -> Value {
        self.after().properties.get(name).cloned().unwrap_or_default()
    }

    /// A property as it is; null when absent.
    pub fn was(&self, name: &str) -> Value {
        let before = self.action.before.as_ref();
        before.and_then(|state| state.properties.get(name)).cloned().unwrap_or_default()
    }

    /// Whether a property becomes another.
    pub fn differs(&self, name: &str) -> bool {
        let (was, is) = (self.was(name), self.get(name));
        !(merge::same(&was, &is) || (says_nothing(&was) && says_nothing(&is)))
    }

    /// The property that becomes another without being one of these, if any.
    ///
    /// # Errors
    /// There is one, which these commands do not change.
    pub fn only(&self, settable: &[&str]) -> Result<(), String> {
        let before = self.action.before.iter().flat_map(|state| state.properties.keys());
        let mut others = before.chain(self.after().properties.keys());
        match others.find(|name| !settable.contains(&name.as_str()) && self.differs(name)) {
            Some(name) => Err(format!("{name} cannot be changed by these commands")),
            None => Ok(()),
        }
    }

    /// A fact of the status as it should become, if it should become another.
    pub fn wanted(&self, fact: &str) -> Option<&'a Value> {
        let before = self.action.before.as_ref().and_then(|state| state.status.get(fact));
        self.after().status.get(fact).filter(|wanted| Some(*wanted) != before)
    }

    /// A call in the resource's region, or where what is global is asked.
    pub fn call(&self, command: &'static str, input: Value) -> Call {
        let region = &self.action.resource.region;
        let region = if region == GLOBAL { global_region(self.plan) } else { region.clone() };
        Call { command, region, input: without_nothing(input), more: String::new() }
    }

    /// Whether something is there: the question, and the error's code that says it is not.
    pub fn exists(&self, call: Call, none: &str) -> Ask {
        Ask { helper: Helper::Exists, word: none.to_owned(), call }
    }

    /// Writes a resource whole, unless `ask` finds it in `list` with one of these `others`: settings that a
    /// plan does not know, which would be lost.
    pub fn without(&self, ask: Call, list: &str, others: &str, write: Step) -> Step {
        let more = format!("--query 'length({list}[?{others}])' --output json");
        let words = "it has settings that would be lost; change it by hand".to_owned();
        Step::Either {
            ask: Ask { helper: Helper::Lists, word: "0".to_owned(), call: Call { more, ..ask } },
            yes: vec![write],
            no: vec![Step::Refuse(words)],
        }
    }

    /// An ARN of this account in the resource's region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let region = &self.action.resource.region;
        let region = if region == GLOBAL { "" } else { region };
        let partition = partition(self.plan.regions.first().map_or("", String::as_str));
        format!("arn:{partition}:{service}:{region}:{}:{resource}", self.account())
    }
}

/// The region whose endpoint serves what knows no regions.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-endpoints.html>
pub fn global_region(plan: &Plan) -> String {
    let first = plan.regions.first().map_or("us-east-1", String::as_str);
    if partition(first) == "aws" { "us-east-1".to_owned() } else { first.to_owned() }
}

/// The tag as most services take it.
pub fn tags() -> Value {
    json!([{"Key": TAG.0, "Value": TAG.1}])
}

/// The tag as a map.
pub fn tag_map() -> Value {
    json!({TAG.0: TAG.1})
}

/// A document as text, as services take policies.
pub fn text(document: &Value) -> Value {
    if document.is_null() { Value::Null } else { Value::from(document.to_string()) }
}

/// A document whose keys, at every depth, begin with a small letter.
pub fn camel(document: &Value) -> Value {
    match document {
        Value::Object(map) => {
            let small = |key: &str| {
                let mut chars = key.chars();
                let first = chars.next().map(|c| c.to_ascii_lowercase());
                first.into_iter().chain(chars).collect::<String>()
            };
            Value::Object(map.iter().map(|(key, value)| (small(key), camel(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(camel).collect()),
        other => other.clone(),
    }
}

/// A request without members that are null.
fn without_nothing(input: Value) -> Value {
    match input {
        Value::Object(map) => {
            let said: Map<_, _> = map.into_iter().filter(|(_, value)| !value.is_null()).collect();
            Value::Object(
                said.into_iter().map(|(key, value)| (key, without_nothing(value))).collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nothing).collect()),
        other => other,
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::kinds::KINDS;

    #[test]
    fn every_kind_is_written() {
        let written: Vec<_> = WRITERS.iter().map(|(ty, _)| *ty).collect();
        let known: Vec<_> = KINDS.iter().map(|kind| kind.ty).collect();
        assert_eq!(written, known);
    }
}
