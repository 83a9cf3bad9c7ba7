//! Amazon EventBridge: buses, their rules and where these send events.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::{self as sdk, RuleState};
use futures::future::{FutureExt, LocalBoxFuture};
use serde_json::Value;

use crate::model::types::events::{
    EventBus, EventBusProperties, EventBusStatus, Rule, RuleProperties, RuleStatus, Target,
};
use crate::model::{Resource, ops};

use super::cx::{Answer, Collect, Cx, Step};
use super::shape::{resource, unread, words};

/// The bus that AWS's own events arrive on.
pub(super) const DEFAULT_BUS: &str = "default";

/// Collects buses and rules.
pub struct EventBridge;

static STEPS: [Step; 3] = [
    Step { op: &ops::LIST_EVENT_BUSES, after: &[] },
    Step { op: &ops::LIST_RULES, after: &[&ops::LIST_EVENT_BUSES] },
    Step { op: &ops::LIST_TARGETS_BY_RULE, after: &[&ops::LIST_RULES] },
];

impl Collect for EventBridge {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let buses = cx.page_by_page(
                &ops::LIST_EVENT_BUSES,
                &[],
                |token| client.list_event_buses().set_next_token(token).send(),
                |out| {
                    let buses = out.event_buses?.into_iter().map(|it| bus(cx, it));
                    Some((buses.collect::<Option<Vec<_>>>()?, out.next_token))
                },
                |buses| {
                    let names = buses.iter().map(|bus| bus.id.clone()).collect();
                    cx.keep(buses);
                    cx.each(names, |name| rules(cx, &client, name)).map(|_| ())
                },
            );
            buses.await;
        }
        .boxed_local()
    }
}

fn bus(cx: &Cx<'_>, it: sdk::EventBus) -> Option<Resource> {
    let name = it.name?;
    let policy = match it.policy.filter(|text| !text.is_empty()) {
        Some(text) => Some(serde_json::from_str::<Value>(&text).ok()?),
        None => None,
    };
    let properties = EventBusProperties { name: name.clone() };
    let status = EventBusStatus { policy };
    Some(resource::<EventBus>(cx, name, it.arn?, Some(properties), Some(status)))
}

async fn rules(cx: &Cx<'_>, client: &Client, bus: String) {
    let about: [&str; 1] = [&bus];
    let rules = cx.page_by_page(
        &ops::LIST_RULES,
        &about,
        |token| client.list_rules().event_bus_name(&bus).limit(100).set_next_token(token).send(),
        |out| {
            let rules = out.rules?.into_iter().map(|it| rule(cx, &bus, it));
            Some((rules.collect::<Option<Vec<_>>>()?, out.next_token))
        },
        |rules| async {
            cx.keep(cx.each(rules, |found| with_targets(cx, client, found)).await);
        },
    );
    rules.await;
}

/// A rule as it is listed, and what may become a resource of it.
struct Found {
    id: String,
    arn: String,
    properties: RuleProperties,
    status: RuleStatus,
}

fn rule(cx: &Cx<'_>, bus: &str, it: sdk::Rule) -> Option<Found> {
    let name = it.name?;
    let id = if bus == DEFAULT_BUS { name.clone() } else { format!("{bus}|{name}") };
    let event_pattern = it.event_pattern.filter(|text| !text.is_empty());
    let event_pattern = match event_pattern {
        Some(text) => match serde_json::from_str::<Value>(&text) {
            Ok(pattern) => Some(pattern),
            Err(_) => {
                cx.fail(&ops::LIST_RULES, &[&id], "its event pattern is no JSON");
                return None;
            }
        },
        None => None,
    };
    let properties = RuleProperties {
        name,
        event_bus_name: bus.to_owned(),
        description: words(it.description),
        event_pattern,
        schedule_expression: it.schedule_expression,
        state: it.state.unwrap_or(RuleState::Enabled).as_str().to_owned(),
        targets: Vec::new(),
    };
    Some(Found { id, arn: it.arn?, properties, status: RuleStatus { managed_by: it.managed_by } })
}

/// A rule with its targets: those of rules that take events, and do so now.
async fn with_targets(cx: &Cx<'_>, client: &Client, mut found: Found) -> Resource {
    let mut is_known = true;
    if found.properties.event_pattern.is_some() && found.properties.state != "DISABLED" {
        let (name, bus) = (&found.properties.name, &found.properties.event_bus_name);
        let about: [&str; 1] = [&found.id];
        let listed = cx.pages(
            &ops::LIST_TARGETS_BY_RULE,
            &about,
            |token| {
                let request = client.list_targets_by_rule().rule(name).event_bus_name(bus);
                request.limit(100).set_next_token(token).send()
            },
            |out| Some((out.targets?.into_iter().map(target).collect(), out.next_token)),
        );
        match listed.await {
            Answer::Known(targets) => found.properties.targets = targets,
            // Deleted since it was listed: it sends nothing any more.
            Answer::Gone => found.properties.state = "DISABLED".to_owned(),
            Answer::Unknown => is_known = false,
        }
    }
    found.properties.targets.sort_by(|a, b| a.id.cmp(&b.id));
    let functions = found.properties.targets.iter().filter(|it| it.arn.contains(":lambda:"));
    functions.for_each(|it| cx.refer(&it.arn));
    let name = found.properties.name.clone();
    let (properties, status) = (Some(found.properties), Some(found.status));
    let rule = Resource { name, ..resource::<Rule>(cx, found.id, found.arn, properties, status) };
    if is_known { rule } else { unread(rule, "Targets") }
}

/// What is kept of a target: of what it is told not the words, which may hold anything.
pub(super) fn target(it: sdk::Target) -> Target {
    let kinds = [
        ("Input", it.input.is_some()),
        ("InputPath", it.input_path.is_some()),
        ("InputTransformer", it.input_transformer.is_some()),
    ];
    let kind = kinds.into_iter().find(|(_, is_set)| *is_set);
    Target {
        id: it.id,
        arn: it.arn,
        role_arn: it.role_arn,
        input_kind: kind.map(|(name, _)| name.to_owned()),
    }
}
