//! Alarms and budgets: from the signal to the first link.

use super::{End, Link, Reach, Signal, arn, composite, function, topic};
use crate::engine::alarms::ALARM;
use crate::engine::node::ResourceNode;
use crate::engine::reason::Reason;
use crate::engine::world::{COMPOSITE, World};

/// Where an alarm, metric or composite, ends when it goes to ALARM: by its own actions, or through
/// composites above it, each looked at once however they refer to each other.
pub fn reach(world: &World<'_>, alarm: ResourceNode<'_>) -> Reach {
    world.reach_of(alarm.i, || walk(world, alarm))
}

fn walk(world: &World<'_>, alarm: ResourceNode<'_>) -> Reach {
    if alarm.view.ty() == COMPOSITE
        && let Some(silent) = composite::silence(world, alarm)
    {
        return silent;
    }
    let mut ways = Vec::new();
    let mut seen = vec![alarm.i];
    let mut next = vec![(alarm, Vec::new())];
    while let Some((alarm, chain)) = next.pop() {
        let own = actions(world, alarm);
        if own.end == End::Someone {
            return chain.into_iter().rev().fold(own, Reach::through);
        }
        ways.push(own);
        let above = composite::above(world, alarm);
        ways.extend(above.broken);
        for (composite, link) in above.ringing {
            if !seen.contains(&composite.i) {
                seen.push(composite.i);
                next.push((composite, chain.iter().cloned().chain([link]).collect()));
            }
        }
    }
    Reach::any(ways)
}

fn actions(world: &World<'_>, alarm: ResourceNode<'_>) -> Reach {
    let view = alarm.view;
    let ty = if view.ty() == COMPOSITE { COMPOSITE } else { ALARM };
    let link = |reason: Reason| Link::new(ty, view.id(), reason);
    match alarm.flag("ActionsEnabled") {
        Err(unknown) => return Reach::unknown(unknown),
        Ok(Some(true)) => {}
        Ok(_) => return Reach::nobody(link(Reason::ActionsDisabled)),
    }
    let targets = match alarm.texts("AlarmActions") {
        Err(unknown) => return Reach::unknown(unknown),
        Ok(targets) => targets,
    };
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
                topic: None,
                arn: &alarm_arn,
                account: view.account(),
            };
            function::reach(world, target, caller)
        }
        service => {
            let service = service.unwrap_or(target).to_owned();
            Reach::nobody(link(Reason::ActionTellsNobody(service)))
        }
    }))
}

/// Where a budget's notification ends that goes to this subscriber.
pub fn budget(world: &World<'_>, budget: ResourceNode<'_>, kind: &str, address: &str) -> Reach {
    let view = budget.view;
    let link = |reason: Reason| Link::new(topic::BUDGET, view.id(), reason);
    match kind {
        "EMAIL" if address.contains('@') => {
            Reach::someone(link(Reason::BudgetEmail(address.to_owned())))
        }
        "SNS" => {
            let source = view.arn();
            topic::reach(world, address, (view.account(), view.region()), Signal::Budget(&source))
        }
        other => Reach::undecided(link(Reason::SubscriberUnknown(format!("{other} {address}")))),
    }
}
