//! Alarms and budgets: from the signal to the first link.

use super::function::By;
use super::suppose::MOST_COMPOSITES;
use super::{End, Link, Reach, Signal, arn, composite, event, function, mute, topic};
use crate::engine::alarms::ALARM;
use crate::engine::events::samples;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
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
        let own = Reach::any(std::iter::once(actions(world, alarm)).chain(announced(world, alarm)));
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

/// Where the event ends that CloudWatch sends of an alarm, whatever its actions; none when no rule could take it.
fn announced(world: &World<'_>, alarm: ResourceNode<'_>) -> Option<Reach> {
    let view = alarm.view;
    let (account, region) = (view.account(), view.region());
    let gap = event::unread(world, account, region);
    if !world.events.concern_alarms(account, region) && !event::is_told(world, account) {
        return gap.map(|gap| Reach::unknown(Unknown::Gap(gap)));
    }
    let properties: serde_json::Value = match view.properties().parse() {
        Ok(properties) => properties,
        Err(error) => {
            let reason = Reason::Malformed(format!("{}: {error}", view.id()));
            return Some(Reach::unknown(reason.into()));
        }
    };
    let place = samples::Place { account, region };
    let event = samples::alarm(place, &view.name(), &view.arn(), &properties);
    // That no rule takes it is no broken link: few alarms are meant to go this way.
    match event::reach(world, (account, region), &event) {
        reach if reach.end == End::Nobody => {
            let taken = reach.links.iter().filter(|link| link.ty != event::BUS).cloned();
            let links: Vec<Link> = taken.collect();
            (!links.is_empty()).then(|| Reach { end: End::Nobody, links: links.into() })
        }
        reach => Some(reach),
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
    let ways = Reach::any(targets.iter().map(|target| action(world, alarm, target)));
    match mute::silence(world, alarm) {
        // What is broken anyway is told rather than that it may be muted.
        Some(silence) if ways.end != End::Nobody => silence,
        _ => ways,
    }
}

/// Where one action of an alarm ends.
fn action(world: &World<'_>, alarm: ResourceNode<'_>, target: &str) -> Reach {
    let view = alarm.view;
    let alarm_arn = view.arn();
    match arn::parse(target).map(|a| a.service) {
        Some("sns") => {
            topic::reach(world, target, (view.account(), view.region()), Signal::Alarm(&alarm_arn))
        }
        Some("lambda") => {
            let caller = function::Caller {
                service: "lambda.alarms.cloudwatch.amazonaws.com",
                by: By::Alarm,
                arn: &alarm_arn,
                account: view.account(),
            };
            function::reach(world, target, caller)
        }
        service => {
            let service = service.unwrap_or(target).to_owned();
            let ty = if view.ty() == COMPOSITE { COMPOSITE } else { ALARM };
            Reach::nobody(Link::new(ty, view.id(), Reason::ActionTellsNobody(service)))
        }
    }
}

/// Where what a budget, or a subscription to cost anomalies, says ends that goes to this subscriber.
pub fn subscriber(world: &World<'_>, of: ResourceNode<'_>, kind: &str, address: &str) -> Reach {
    let view = of.view;
    let is_budget = view.ty() == topic::BUDGET;
    let ty = if is_budget { topic::BUDGET } else { topic::ANOMALIES };
    let link = |reason: Reason| Link::new(ty, view.id(), reason);
    match kind {
        "EMAIL" if !world.team.counts.email => {
            Reach::nobody(link(Reason::NotCounted("email".to_owned())))
        }
        "EMAIL" if address.contains('@') && is_budget => {
            Reach::someone(link(Reason::BudgetEmail(address.to_owned())))
        }
        "EMAIL" if address.contains('@') => {
            Reach::someone(link(Reason::AnomalyEmail(address.to_owned())))
        }
        "SNS" => {
            let source = view.arn();
            let signal = if is_budget { Signal::Budget(&source) } else { Signal::Anomaly(&source) };
            topic::reach(world, address, (view.account(), view.region()), signal)
        }
        other => Reach::undecided(link(Reason::SubscriberUnknown(format!("{other} {address}")))),
    }
}
