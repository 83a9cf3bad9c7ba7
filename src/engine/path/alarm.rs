//! Alarms and budgets: from the signal to the first link.

use super::function::By;
use super::suppose::MOST_COMPOSITES;
use super::{
    Body, End, Link, Publisher, Reach, Signal, arn, composite, event, function, mute, told, topic,
};
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

/// An alarm or a composite that rings with it.
struct Rings<'w> {
    alarm: ResourceNode<'w>,
    /// The place of the one that it hears; the first hears none.
    after: usize,
    /// How it comes to ring, or why that cannot be told.
    how: Result<Option<Link>, Reach>,
    /// Ways that begin here.
    ways: Vec<Reach>,
    /// Ways of what rings with it, the last first.
    above: Vec<Reach>,
}

impl<'w> Rings<'w> {
    fn new(alarm: ResourceNode<'w>, after: usize, how: Result<Option<Link>, Reach>) -> Rings<'w> {
        Rings { alarm, after, how, ways: Vec::new(), above: Vec::new() }
    }
}

fn walk(world: &World<'_>, alarm: ResourceNode<'_>) -> Reach {
    let silence =
        (alarm.view.ty() == COMPOSITE).then(|| composite::silence(world, alarm)).flatten();
    let how = match silence {
        None => Ok(None),
        Some(silence) if silence.end == End::Nobody => return silence,
        Some(doubt) => Err(doubt),
    };
    let mut rung = composite::Rung::new(world, alarm.i);
    let mut met = vec![Rings::new(alarm, 0, how)];
    // What rings for sure is looked at first: it may be above something doubtful, too.
    let (mut sure, mut doubtful) = (vec![0], Vec::new());
    while let Some(at) = sure.pop().or_else(|| doubtful.pop()) {
        let (alarm, is_sure) = (met[at].alarm, met[at].how.is_ok());
        met[at].ways.push(actions(world, alarm));
        met[at].ways.extend(announced(world, alarm));
        let heard = met[at].ways.iter().any(|way| way.end == End::Someone);
        if is_sure && heard && !world.every_way {
            break;
        }
        if rung.met() > MOST_COMPOSITES {
            let reason = Reason::CompositesWithoutEnd(alarm.view.id().into_owned());
            met[at].ways.push(Reach::undecided(Link::new(COMPOSITE, alarm.view.id(), reason)));
            break;
        }
        let above = rung.above(alarm);
        met[at].ways.extend(above.broken);
        let ringing = above.ringing.into_iter().map(|(it, link)| (it, Ok(Some(link))));
        for (alarm, how) in
            ringing.chain(above.doubtful.into_iter().map(|(it, why)| (it, Err(why))))
        {
            let waiting = if is_sure && how.is_ok() { &mut sure } else { &mut doubtful };
            waiting.push(met.len());
            met.push(Rings::new(alarm, at, how));
        }
    }
    together(met)
}

/// Puts what rings later behind what it hears.
fn together(mut met: Vec<Rings<'_>>) -> Reach {
    while let Some(Rings { alarm, after, how, ways, above }) = met.pop() {
        let (ty, id) = (kind_of(alarm), alarm.view.id());
        let ways = Reach::any(ways.into_iter().chain(above.into_iter().rev()));
        let way = match how {
            Ok(None) => ways,
            Ok(Some(link)) => ways.through(link),
            Err(doubt) => ways.behind(Some(doubt), ty, id),
        };
        match met.get_mut(after) {
            Some(heard) => heard.above.push(way),
            None => return way,
        }
    }
    Reach::any([])
}

/// Type of an alarm.
fn kind_of(alarm: ResourceNode<'_>) -> &'static str {
    if alarm.view.ty() == COMPOSITE { COMPOSITE } else { ALARM }
}

/// Where the event ends that CloudWatch sends of an alarm, whatever its actions; none when no rule could take it.
fn announced(world: &World<'_>, alarm: ResourceNode<'_>) -> Option<Reach> {
    let view = alarm.view;
    let (account, region) = (view.account(), view.region());
    let gap = event::unread(world, account, region);
    if !world.events.concern_alarms(account, region) && !told::is_used(world, account) {
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
    event::taken(world, (account, region), &event)
}

fn actions(world: &World<'_>, alarm: ResourceNode<'_>) -> Reach {
    let view = alarm.view;
    let link = |reason: Reason| Link::new(kind_of(alarm), view.id(), reason);
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
            let body = Body::Alarm(alarm);
            let signal = Signal { publisher: Publisher::CloudWatch, arn: &alarm_arn, body };
            topic::reach(world, target, (view.account(), view.region()), signal)
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
            Reach::nobody(Link::new(kind_of(alarm), view.id(), Reason::ActionTellsNobody(service)))
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
            let (publisher, body) = match is_budget {
                true => (Publisher::Budgets, Body::Text),
                false => (Publisher::CostAnomalyDetection, Body::Json),
            };
            let signal = Signal { publisher, arn: &source, body };
            topic::reach(world, address, (view.account(), view.region()), signal)
        }
        other => Reach::undecided(link(Reason::SubscriberUnknown(format!("{other} {address}")))),
    }
}
