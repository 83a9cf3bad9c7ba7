//! What may have to be told to a person: alarms, events of AWS's services, other events that rules take, budgets and
//! cost anomalies.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::Value;

use crate::engine::alarms::ALARM;
use crate::engine::events::samples::{self, Place};
use crate::engine::node::ResourceNode;
use crate::engine::path::told::{self, TOLD};
use crate::engine::path::topic::{ANOMALIES, BUDGET};
use crate::engine::path::{self, Reach, event};
use crate::engine::subjects::Subject;
use crate::engine::world::{COMPOSITE, World};
use crate::model::paths::SignalKind;
use crate::model::{Lang, ResourceRef};
use crate::snapshot::Json;

/// A signal before it is put into words.
pub struct Source<'w> {
    /// What kind of signal.
    pub kind: SignalKind,
    /// What it comes from.
    pub resource: ResourceRef<'w>,
    /// Its place in the snapshot, if it is there.
    pub i: Option<u32>,
    /// Where it ends.
    pub reach: Reach,
    /// What to call it beside its resource's name.
    detail: Detail,
}

enum Detail {
    None,
    Event(&'static Told),
    Kind(String),
    Notification(String),
}

/// Events that AWS's services send by themselves.
struct Told {
    /// The service.
    source: &'static str,
    /// The samples: each has to be heard.
    samples: &'static [&'static str],
    /// A type of which the region has to hold something for such events to come; empty for those that always may.
    of: &'static str,
    /// Whether it is only a signal where somebody asked for it.
    if_taken: bool,
    en: &'static str,
    ja: &'static str,
}

static TOLD_OF: &[Told] = &[
    Told {
        source: "aws.guardduty",
        samples: &["guardduty-7", "guardduty-8.5", "guardduty-9.5"],
        of: "",
        if_taken: false,
        en: "GuardDuty finding of high severity",
        ja: "GuardDuty の重要度の高い検出結果",
    },
    Told {
        source: "aws.health",
        samples: &["health"],
        of: "",
        if_taken: false,
        en: "AWS Health event",
        ja: "AWS Health イベント",
    },
    Told {
        source: "aws.securityhub",
        samples: &["security-hub"],
        of: "",
        if_taken: true,
        en: "Security Hub finding",
        ja: "Security Hub の検出結果",
    },
    Told {
        source: "aws.ecr",
        samples: &["ecr-scan"],
        of: "AWS::ECR::Repository",
        if_taken: false,
        en: "ECR image scan with critical findings",
        ja: "ECR イメージスキャンの重大な検出結果",
    },
    Told {
        source: "aws.ecs",
        samples: &["ecs-deployment"],
        of: "AWS::ECS::Service",
        if_taken: false,
        en: "failed ECS deployment",
        ja: "ECS デプロイの失敗",
    },
];

impl Source<'_> {
    /// What a person calls it.
    pub fn what(&self, world: &World<'_>, lang: Lang) -> String {
        let name = match &self.detail {
            Detail::None => self.resource.name.to_string(),
            Detail::Event(told) => match lang {
                Lang::En => told.en.to_owned(),
                Lang::Ja => told.ja.to_owned(),
            },
            Detail::Kind(kind) => kind.clone(),
            Detail::Notification(what) => format!("{} ({what})", self.resource.name),
        };
        let header = world.snapshot.header();
        let mut place = Vec::new();
        if header.accounts.len() > 1 {
            place.push(&*self.resource.account);
        }
        if header.regions.len() > 1 {
            place.push(&*self.resource.region);
        }
        if place.is_empty() { name } else { format!("{name} [{}]", place.join(" ")) }
    }

    /// Whether it may come from a resource of this type, account and region, of which it does not know the name.
    pub fn is_event_of(&self, ty: &str, account: &str, region: &str) -> bool {
        let place = (&*self.resource.account, &*self.resource.region);
        matches!(&self.detail, Detail::Event(told) if told.of == ty) && place == (account, region)
    }
}

/// Every signal, by kind, and sorted as the snapshot is.
pub fn of<'w>(world: &'w World<'w>) -> Vec<Source<'w>> {
    let mut all = Vec::new();
    for (ty, kind) in [(ALARM, SignalKind::Alarm), (COMPOSITE, SignalKind::CompositeAlarm)] {
        let alarms: Vec<u32> = world.snapshot.of_type(ty).collect();
        let alarms = alarms.into_par_iter().map(|i| world.node(i));
        all.par_extend(alarms.filter(|alarm| !is_for_scaling(*alarm)).map(|alarm| {
            source(world, kind, alarm, path::alarm::reach(world, alarm), Detail::None)
        }));
    }
    let mut taken: BTreeSet<u32> = BTreeSet::new();
    for (account, region) in world.places() {
        let place = Place { account, region };
        for told in TOLD_OF {
            let samples: Vec<Value> =
                told.samples.iter().flat_map(|kind| samples::of(kind, place)).collect();
            let rules: Vec<u32> =
                samples.iter().flat_map(|it| world.events.taking((account, region), it)).collect();
            taken.extend(&rules);
            let is_there = told.of.is_empty()
                || world.snapshot.of_type_in(told.of, account, region).next().is_some();
            if !is_there || (told.if_taken && rules.is_empty()) {
                continue;
            }
            let ends = samples.iter().map(|it| event::reach(world, (account, region), it));
            let reach = ends.reduce(path::worse).unwrap_or(Reach::any([]));
            let resource = Subject::Region(account, region).reference(world);
            let detail = Detail::Event(told);
            all.push(Source { kind: SignalKind::Event, resource, i: None, reach, detail });
        }
    }
    all.extend(others(world, &taken));
    for i in world.snapshot.of_type(BUDGET) {
        all.extend(notifications(world, world.node(i)));
    }
    for i in world.snapshot.of_type(ANOMALIES) {
        let subscription = world.node(i);
        let reach = subscribers(world, subscription, subscription.view.properties());
        all.push(source(world, SignalKind::CostAnomaly, subscription, reach, Detail::None));
    }
    all
}

/// Events of other kinds that rules of EventBridge take, but for AWS's own rules, or AWS User Notifications.
fn others<'w>(world: &'w World<'w>, taken: &BTreeSet<u32>) -> Vec<Source<'w>> {
    let rules = world.events.on_other_events().into_iter().filter(|i| !taken.contains(i));
    let rules = rules
        .map(|i| world.node(i))
        .filter(|it| !matches!(it.status_text("ManagedBy"), Ok(Some(_))));
    let by_rules =
        rules.map(|it| source(world, SignalKind::Rule, it, event::sent(world, it), Detail::None));
    let told = world.snapshot.of_type(TOLD).filter_map(|i| {
        let rule = world.node(i);
        let text = |key: &str| rule.text(key).ok().flatten().unwrap_or_default().into_owned();
        let (sent_by, kind) = (text("Source"), text("EventType"));
        let is_known =
            sent_by == "aws.cloudwatch" || TOLD_OF.iter().any(|told| told.source == sent_by);
        let reach = (!is_known).then(|| told::by(world, rule)).flatten()?;
        Some(source(world, SignalKind::Rule, rule, reach, Detail::Kind(kind)))
    });
    by_rules.chain(told).collect()
}

fn source<'w>(
    world: &'w World<'w>,
    kind: SignalKind,
    node: ResourceNode<'w>,
    reach: Reach,
    detail: Detail,
) -> Source<'w> {
    let resource = Subject::Resource(node.i).reference(world);
    Source { kind, resource, i: Some(node.i), reach, detail }
}

/// Whether an alarm only makes a service scale, which is meant for nobody.
fn is_for_scaling(alarm: ResourceNode<'_>) -> bool {
    let actions = alarm.texts("AlarmActions").unwrap_or_default();
    !actions.is_empty()
        && alarm.view.name().starts_with("TargetTracking-")
        && actions.iter().all(|action| action.contains(":autoscaling:"))
}

/// A signal for each notification of a budget; one without any tells nobody.
fn notifications<'w>(world: &'w World<'w>, budget: ResourceNode<'w>) -> Vec<Source<'w>> {
    let list = match budget.property("NotificationsWithSubscribers") {
        Err(unknown) => {
            let reach = Reach::unknown(unknown);
            return vec![source(world, SignalKind::Budget, budget, reach, Detail::None)];
        }
        Ok(list) => list.into_iter().flat_map(Json::elements),
    };
    let each = list.map(|it| {
        let text = |key: &str| {
            let part = it.get("Notification").and_then(|it| it.get(key));
            part.and_then(Json::as_str).unwrap_or_default().into_owned()
        };
        let threshold = it.get("Notification").and_then(|it| it.get("Threshold"));
        let threshold = threshold.and_then(Json::as_f64).unwrap_or_default();
        let sign = if text("ThresholdType") == "ABSOLUTE_VALUE" { "" } else { " %" };
        let what = format!("{} > {threshold}{sign}", text("NotificationType"));
        let reach = subscribers(world, budget, it);
        source(world, SignalKind::Budget, budget, reach, Detail::Notification(what))
    });
    each.collect()
}

/// Where what is told to a list of subscribers ends.
fn subscribers(world: &World<'_>, of: ResourceNode<'_>, list: Json<'_>) -> Reach {
    let all = list.get("Subscribers").into_iter().flat_map(Json::elements);
    Reach::any(all.map(|it| {
        let text = |key: &str| it.get(key).and_then(Json::as_str).unwrap_or_default();
        let kind = [text("SubscriptionType"), text("Type")].into_iter().find(|it| !it.is_empty());
        path::alarm::subscriber(world, of, &kind.unwrap_or_default(), &text("Address"))
    }))
}
