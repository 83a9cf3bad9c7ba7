//! Alarms and budgets: from the signal to the first link.

use super::suppose::MOST_COMPOSITES;
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
    let silence =
        (alarm.view.ty() == COMPOSITE).then(|| composite::silence(world, alarm)).flatten();
    let mut rung = composite::Rung::new(world, alarm.i);
    let mut ways = Vec::new();
    // What rings for sure, and what hangs on a composite that may or may not ring.
    let (mut sure, mut doubtful) = match silence {
        None => (vec![(alarm, Vec::new())], Vec::new()),
        Some(silence) if silence.end == End::Nobody => return silence,
        Some(doubt) => (Vec::new(), vec![(alarm, doubt)]),
    };
    loop {
        let (alarm, way) = match (sure.pop(), doubtful.pop()) {
            (Some((alarm, chain)), waiting) => {
                doubtful.extend(waiting);
                (alarm, Ok(chain))
            }
            (None, Some((alarm, doubt))) => (alarm, Err(doubt)),
            (None, None) => return Reach::any(ways),
        };
        if rung.met() > MOST_COMPOSITES {
            let reason = Reason::CompositesWithoutEnd(alarm.view.id().into_owned());
            ways.push(Reach::undecided(Link::new(COMPOSITE, alarm.view.id(), reason)));
            return Reach::any(ways);
        }
        let own = actions(world, alarm);
        match (&way, own.end == End::Someone) {
            (Ok(chain), true) => return chain.iter().rev().cloned().fold(own, Reach::through),
            (Err(doubt), true) => ways.push(Reach::clone(doubt)),
            (_, false) => ways.push(own),
        }
        let above = rung.above(alarm);
        ways.extend(above.broken);
        for (composite, link) in above.ringing {
            match &way {
                Ok(chain) => sure.push((composite, [chain.as_slice(), &[link]].concat())),
                Err(doubt) => doubtful.push((composite, Reach::clone(doubt))),
            }
        }
        doubtful.extend(above.doubtful);
    }
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
