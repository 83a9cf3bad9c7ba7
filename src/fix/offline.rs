//! What is there as a snapshot tells it, for a plan made without asking AWS. What no snapshot holds
//! (buckets, roles, log groups) counts as not there; applying the plan looks first.

use serde_json::{Map, Value, json};

use super::draft::{Draft, Wanted};
use super::handler::{State, Target};
use super::planner::Present;
use crate::snapshot::{ResourceView, Snapshot};

/// What is there of each wish.
pub fn present(draft: &Draft, snapshot: &Snapshot) -> Present {
    let account = snapshot.header().accounts.first().map_or("", String::as_str);
    draft.wanted.iter().map(|wanted| Ok(state(wanted, account, snapshot))).collect()
}

fn state(wanted: &Wanted, account: &str, snapshot: &Snapshot) -> Option<State> {
    let Target { ty, region, id } = &wanted.target;
    let find = |ty: &str, id: &str| snapshot.find(ty, account, region, id).map(|i| snapshot.get(i));
    let all = |ty: &str| snapshot.of_type_in(ty, account, region).map(|i| snapshot.get(i));
    let of = |properties: Value| State { properties: object(properties), status: Map::new() };
    match ty.as_str() {
        "AWS::SNS::TopicPolicy" => find("AWS::SNS::Topic", id).map(|topic| {
            let policy = whole(topic).status.remove("Policy").unwrap_or_else(|| json!({}));
            of(json!({"Topics": [topic.arn()], "PolicyDocument": policy}))
        }),
        "AWS::SNS::Subscription" => {
            let mut parts = id.splitn(3, '|');
            let (topic, protocol, endpoint) = (parts.next()?, parts.next()?, parts.next()?);
            let text = |view: ResourceView<'_>, name: &str| {
                view.properties().get(name).and_then(|it| it.as_str().map(|it| it.into_owned()))
            };
            let same = |view: &ResourceView<'_>| {
                let arn = text(*view, "TopicArn").unwrap_or_default();
                arn.rsplit(':').next() == Some(topic)
                    && text(*view, "Protocol").as_deref() == Some(protocol)
                    && text(*view, "Endpoint").as_deref() == Some(endpoint)
            };
            // Whatever it is, a second one cannot be made.
            all(ty).find(same).map(|_| wanted.state.clone())
        }
        "AWS::Lambda::Permission" => {
            let (function, sid) = id.split_once('|')?;
            let policy = whole(find("AWS::Lambda::Function", function)?).status.remove("Policy")?;
            let statements = policy.get("Statement")?.as_array()?.clone();
            let same = |it: &Value| it.get("Sid").and_then(Value::as_str) == Some(sid);
            statements.iter().any(same).then(|| wanted.state.clone())
        }
        // Their ids are AWS's; a fix calls them by their names until they are there.
        "AWS::CE::AnomalyMonitor" | "AWS::CE::AnomalySubscription" => {
            all(ty).find(|it| it.name() == *id || it.id() == *id).map(whole)
        }
        // Of a function a snapshot keeps neither code nor settings.
        "AWS::Lambda::Function" => find(ty, id).map(|_| wanted.state.clone()),
        "AWS::GuardDuty::Detector" => all(ty).next().map(whole).map(|it| settable(it, wanted)),
        _ => find(ty, id).map(whole).map(|it| settable(it, wanted)),
    }
}

/// All that a snapshot says of a resource.
fn whole(view: ResourceView<'_>) -> State {
    let parse = |json: crate::snapshot::Json<'_>| json.parse().map(object).unwrap_or_default();
    State { properties: parse(view.properties()), status: parse(view.status()) }
}

/// Of the status only what is wanted otherwise: the rest cannot be set.
fn settable(state: State, wanted: &Wanted) -> State {
    let is_wanted = |(key, _): &(String, Value)| wanted.state.status.contains_key(key);
    State { status: state.status.into_iter().filter(is_wanted).collect(), ..state }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
