//! How each resource type that a fix can change is read, created, updated and deleted. One file per AWS
//! service; every call goes through the [`Gate`].

use aws_smithy_types::error::operation::BuildError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::fix::handler::{Handler, Refused, RefusedKind, State};
use crate::fix::kinds::{self, Kind};
use crate::fix::merge::overlay_state;
use crate::model::{Op, TAG};

use super::gate::{Gate, impossible};
use super::shape;

mod archive;
mod autoscaling;
mod budgets;
mod canary;
mod ce;
mod chatbot;
mod cloudtrail;
mod cloudwatch;
mod config;
mod ecr;
mod events;
mod guardduty;
mod iam;
mod lambda;
mod logs;
mod permission;
mod rds;
mod s3;
mod sns;
mod synthetics;

/// The handler of each type.
fn handlers<'g>() -> Vec<&'g dyn Handler<Gate<'g>>> {
    vec![
        &autoscaling::ScalableTarget,
        &autoscaling::ScalingPolicy,
        &budgets::Budget,
        &ce::AnomalyMonitor,
        &ce::AnomalySubscription,
        &chatbot::SlackChannelConfiguration,
        &cloudtrail::Trail,
        &cloudwatch::Alarm,
        &cloudwatch::CompositeAlarm,
        &config::ConfigurationRecorder,
        &config::DeliveryChannel,
        &ecr::RegistryScanningConfiguration,
        &events::Rule,
        &guardduty::Detector,
        &iam::Role,
        &iam::ServiceLinkedRole,
        &lambda::Function,
        &permission::Permission,
        &logs::LogGroup,
        &rds::DBInstance,
        &s3::Bucket,
        &s3::BucketPolicy,
        &sns::Subscription,
        &sns::Topic,
        &sns::TopicPolicy,
        &synthetics::Canary,
    ]
}

/// The handler of a type.
pub fn handler<'g>(ty: &str) -> Result<&'g dyn Handler<Gate<'g>>, Refused> {
    let found = handlers().into_iter().find(|handler| handler.kind().ty == ty);
    found.ok_or_else(|| Refused {
        api: ty.to_owned(),
        kind: RefusedKind::Other,
        message: "this version cannot change resources of this type".to_owned(),
    })
}

/// The kind of a type that has a handler.
fn kind(ty: &'static str) -> &'static Kind {
    kinds::find(ty).unwrap_or(&kinds::KINDS[0])
}

/// The state of typed properties, without nulls.
fn state(properties: &impl Serialize) -> State {
    State { properties: shape::map(properties), status: Map::new() }
}

/// The typed properties of a state. What the state does not say but the type must have is as AWS has it
/// when nobody says: `defaults`, whose inner objects count only where the state has them.
fn properties<T: DeserializeOwned>(
    op: &'static Op,
    state: &State,
    defaults: &Value,
) -> Result<T, Refused> {
    let mut properties = Value::Object(state.properties.clone());
    fill(&mut properties, defaults);
    serde_json::from_value(properties)
        .map_err(|error| impossible(op, format!("the desired properties do not fit: {error}")))
}

fn fill(value: &mut Value, defaults: &Value) {
    let (Some(map), Some(defaults)) = (value.as_object_mut(), defaults.as_object()) else { return };
    for (key, default) in defaults {
        match map.get_mut(key) {
            Some(known) => fill(known, default),
            None if default.is_object() => {}
            None => {
                map.insert(key.clone(), default.clone());
            }
        }
    }
}

/// Brings what turned out to exist already to the desired state; what that does not mention stays.
async fn settle<'g>(
    handler: &dyn Handler<Gate<'g>>,
    op: &'static Op,
    cx: &Gate<'g>,
    id: &str,
    to: &State,
) -> Result<(), Refused> {
    match handler.read(cx, id).await? {
        Some(from) => {
            let whole = overlay_state(&from, to);
            handler.update(cx, id, &from, &whole).await
        }
        None => Err(impossible(op, format!("AWS says that {id} exists, but it cannot be read"))),
    }
}

/// Whether a property is another in the two states.
fn differs(from: &State, to: &State, property: &str) -> bool {
    from.properties.get(property) != to.properties.get(property)
}

/// That the states differ in no other properties than these.
fn only(op: &'static Op, from: &State, to: &State, settable: &[&str]) -> Result<(), Refused> {
    let names = from.properties.keys().chain(to.properties.keys());
    let mut others = names.filter(|name| !settable.contains(&name.as_str()));
    match others.find(|name| differs(from, to, name)) {
        Some(name) => Err(impossible(op, format!("{name} cannot be changed here; do it by hand"))),
        None => Ok(()),
    }
}

/// A fact of a state's status that is true or false.
fn flag(state: &State, name: &str) -> Option<bool> {
    state.status.get(name).and_then(Value::as_bool)
}

/// What the SDK built, of parts that may be missing.
fn built<T>(op: &'static Op, result: Result<T, BuildError>) -> Result<T, Refused> {
    result.map_err(|error| impossible(op, error.to_string()))
}

/// A number as the SDK wants it.
fn number(op: &'static Op, number: Option<i64>) -> Result<Option<i32>, Refused> {
    let narrow =
        |number: i64| i32::try_from(number).map_err(|error| impossible(op, error.to_string()));
    number.map(narrow).transpose()
}

/// A JSON document that AWS gives as text.
fn document(op: &'static Op, text: &str) -> Result<Value, Refused> {
    serde_json::from_str(text).map_err(|_| impossible(op, "what AWS answers is no JSON document"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_has_its_handler() {
        let mut handled: Vec<_> = handlers().iter().map(|handler| handler.kind().ty).collect();
        handled.sort_unstable();
        let known: Vec<_> = kinds::KINDS.iter().map(|kind| kind.ty).collect();
        assert_eq!(handled, known);
    }

    #[test]
    fn defaults_fill_what_is_there() {
        let defaults = json!({"A": 1, "B": {"C": 2}, "D": {"E": 3}});
        let mut value = json!({"B": {"F": 4}});
        fill(&mut value, &defaults);
        assert_eq!(value, json!({"A": 1, "B": {"C": 2, "F": 4}}));
    }

    #[test]
    fn only_named_properties_may_differ() {
        let state = |value: Value| State {
            properties: value.as_object().cloned().unwrap_or_default(),
            status: Map::new(),
        };
        let (from, to) = (state(json!({"A": 1, "B": 2})), state(json!({"A": 1, "C": 3})));
        let op = &crate::model::ops::fix::UPDATE_TRAIL;
        assert_eq!(only(op, &from, &to, &["B", "C"]), Ok(()));
        assert!(only(op, &from, &to, &["B"]).is_err_and(|it| it.message.starts_with("C ")));
    }
}
