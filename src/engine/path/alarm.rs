//! Alarms and budgets: from the signal to the first link.

use super::{Link, Reach, Signal, arn, function, topic};
use crate::engine::alarms::ALARM;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::{COMPOSITE, World};

/// How many composites above composites are followed.
const MAX_CLIMB: usize = 16;

/// Where an alarm, metric or composite, ends when it goes to ALARM.
pub fn reach(world: &World<'_>, alarm: ResourceNode<'_>) -> Reach {
    climb(world, alarm, MAX_CLIMB)
}

fn climb(world: &World<'_>, alarm: ResourceNode<'_>, left: usize) -> Reach {
    let own = actions(world, alarm);
    if own.end == super::End::Someone || left == 0 {
        return own;
    }
    let mut ways = vec![own];
    ways.extend(above(world, alarm, left));
    Reach::any(ways)
}

fn actions(world: &World<'_>, alarm: ResourceNode<'_>) -> Reach {
    let view = alarm.view;
    let ty = if view.ty() == COMPOSITE { COMPOSITE } else { ALARM };
    let link = |reason: Reason| Link::new(ty, view.id(), reason);
    if view.properties().get("ActionsEnabled").and_then(|e| e.as_bool()) != Some(true) {
        return Reach::nobody(link(Reason::ActionsDisabled));
    }
    let listed = view.properties().get("AlarmActions");
    let targets: Vec<String> = listed
        .into_iter()
        .flat_map(|l| l.elements())
        .filter_map(|a| a.as_str())
        .map(|a| a.into_owned())
        .collect();
    if targets.is_empty() {
        return Reach::nobody(link(Reason::NoAlarmAction));
    }
    let alarm_arn = view.arn();
    Reach::any(targets.iter().map(|target| match arn::parse(target).map(|a| a.service) {
        Some("sns") => {
            topic::reach(world, target, (view.account(), view.region()), Signal::Alarm(&alarm_arn))
        }
        Some("lambda") => {
            let caller = function::Caller {
                service: "lambda.alarms.cloudwatch.amazonaws.com",
                name: "CloudWatch",
                arn: &alarm_arn,
                account: view.account(),
            };
            function::reach(world, target, caller)
        }
        _ => Reach::nobody(link(Reason::ActionTellsNobody(target.clone()))),
    }))
}

/// The ways through composites that this alarm alone makes ring.
fn above<'w>(world: &'w World<'_>, alarm: ResourceNode<'w>, left: usize) -> Vec<Reach> {
    let view = alarm.view;
    let (name, own_arn) = (view.name(), view.arn());
    let is_child = |child: &str| child == name || child == own_arn;
    let mut ways = Vec::new();
    for (i, rule) in &world.composites {
        let composite = world.node(*i);
        let (c, id) = (composite.view, composite.view.id().into_owned());
        if (c.account(), c.region()) != (view.account(), view.region()) || composite.i == alarm.i {
            continue;
        }
        let link = |reason: Reason| Link::new(COMPOSITE, id.clone(), reason);
        match rule {
            None => ways.push(Reach::undecided(link(Reason::CompositeUnreadable(id.clone())))),
            Some(rule) if !rule.children().iter().any(|child| is_child(child)) => {}
            Some(rule) if !rule.rings_for(&is_child) => {
                ways.push(Reach::nobody(link(Reason::CompositeNeedsMore(id.clone()))));
            }
            Some(_) => {
                ways.push(climb(world, composite, left - 1).through(link(through(composite, &id))))
            }
        }
    }
    if let Some(gap) = world.list_gap(COMPOSITE, view.account(), view.region()) {
        ways.push(Reach::unknown(Unknown::Gap(gap)));
    }
    ways
}

fn through(composite: ResourceNode<'_>, id: &str) -> Reason {
    let suppressor = composite.view.properties().get("ActionsSuppressor").and_then(|s| s.as_str());
    match suppressor {
        Some(suppressor) if !suppressor.is_empty() => {
            Reason::Suppressed(id.to_owned(), suppressor.into_owned())
        }
        _ => Reason::ThroughComposite(id.to_owned()),
    }
}

/// Where a budget's notification ends that goes to this subscriber.
pub fn budget(world: &World<'_>, budget: ResourceNode<'_>, kind: &str, address: &str) -> Reach {
    let view = budget.view;
    let link = |reason: Reason| Link::new(topic::BUDGET, view.id(), reason);
    match kind {
        "EMAIL" => Reach::someone(link(Reason::BudgetEmail(address.to_owned()))),
        "SNS" => {
            let source = format!("arn:aws:budgets::{}:budget/{}", view.account(), view.name());
            topic::reach(world, address, (view.account(), view.region()), Signal::Budget(&source))
        }
        other => Reach::undecided(link(Reason::SubscriberUnknown(other.to_owned()))),
    }
}
