//! Events: the rules of EventBridge and of AWS User Notifications that take one, and where these send it.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html>. What is forwarded to another bus is
//! followed to see where it breaks, but whether the role lets it through is not read.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::function::{By, Caller};
use super::{End, Link, Reach, Signal, arn, chat, function, topic};
use crate::engine::events::pattern;
use crate::engine::gaps::GapId;
use crate::engine::maybe::Maybe;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::World;
use crate::model::GLOBAL;
use crate::snapshot::{Json, Snapshot};

/// Type of a rule.
pub const RULE: &str = "AWS::Events::Rule";
/// Type of a bus.
pub const BUS: &str = "AWS::Events::EventBus";
const TOLD: &str = "AWS::Notifications::EventRule";
const CONFIGURATION: &str = "AWS::Notifications::NotificationConfiguration";
const MANAGED: &str = "AWS::Notifications::ManagedNotificationConfiguration";

/// The bus that AWS's own events arrive on.
const DEFAULT_BUS: &str = "default";

/// Buses that an event is followed through.
const MOST_BUSES: usize = 8;

/// What of an event tells its kind.
const KIND: [&str; 2] = ["source", "detail-type"];

/// Rules that take events, by where they stand.
#[derive(Debug, Default)]
pub struct EventRules(FxHashMap<(String, String), Vec<EventRule>>);

#[derive(Debug)]
struct EventRule {
    i: u32,
    bus: String,
    pattern: Value,
    is_enabled: bool,
    /// Whether it may take what alarms send; asked of every alarm.
    for_alarms: bool,
}

impl EventRules {
    /// Reads every rule's pattern once.
    pub fn build(snapshot: &Snapshot) -> EventRules {
        let mut rules = EventRules::default();
        let alarm = serde_json::json!({
            "source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change",
        });
        for i in snapshot.of_type(RULE) {
            let view = snapshot.get(i);
            let text = |key: &str| view.properties().get(key).and_then(Json::as_str);
            let pattern = view.properties().get("EventPattern").filter(|it| !it.is_null());
            let Some(pattern) = pattern.and_then(|it| it.parse::<Value>().ok()) else { continue };
            let place = (view.account().to_owned(), view.region().to_owned());
            rules.0.entry(place).or_default().push(EventRule {
                i,
                bus: text("EventBusName").unwrap_or_default().into_owned(),
                is_enabled: text("State").is_some_and(|state| state != "DISABLED"),
                for_alarms: kind_of(&pattern)
                    .is_none_or(|kind| pattern::takes(&kind, &alarm) != Maybe::No),
                pattern,
            });
        }
        rules
    }

    fn of(&self, (account, region): (&str, &str), bus: &str) -> impl Iterator<Item = &EventRule> {
        let place = (account.to_owned(), region.to_owned());
        let rules = self.0.get(&place).map_or(&[][..], Vec::as_slice);
        rules.iter().filter(move |rule| rule.bus == bus)
    }

    /// Whether some rule there may take what alarms send.
    pub fn concern_alarms(&self, account: &str, region: &str) -> bool {
        self.of((account, region), DEFAULT_BUS).any(|rule| rule.for_alarms)
    }
}

/// What of a pattern asks for an event's kind.
fn kind_of(pattern: &Value) -> Option<Value> {
    let keys = pattern.as_object()?;
    let kind: serde_json::Map<_, _> =
        KIND.iter().filter_map(|key| Some(((*key).to_owned(), keys.get(*key)?.clone()))).collect();
    (!kind.is_empty()).then_some(Value::Object(kind))
}

/// Why there may be more rules that take a region's events.
pub fn unread(world: &World<'_>, account: &str, region: &str) -> Option<GapId> {
    let told = [TOLD, CONFIGURATION].into_iter();
    let told = told.filter_map(|ty| world.list_gap(ty, account, GLOBAL)).next();
    world.list_gap(RULE, account, region).or(told)
}

/// Whether the account uses AWS User Notifications.
pub fn is_told(world: &World<'_>, account: &str) -> bool {
    world.snapshot.of_type_in(TOLD, account, GLOBAL).next().is_some()
}

/// Where an event ends that AWS sends in a region, by rules and by User Notifications.
pub fn reach(world: &World<'_>, place: (&str, &str), event: &Value) -> Reach {
    let mut ways = vec![on_bus(world, place, DEFAULT_BUS, event, &mut Vec::new())];
    ways.extend(notified(world, place, event));
    Reach::any(ways)
}

fn on_bus(
    world: &World<'_>,
    place: (&str, &str),
    bus: &str,
    event: &Value,
    seen: &mut Vec<String>,
) -> Reach {
    let (account, region) = place;
    let mut ways = Vec::new();
    for rule in world.events.of(place, bus) {
        let taken = pattern::takes(&rule.pattern, event);
        if taken == Maybe::No {
            continue;
        }
        let node = world.node(rule.i);
        let link = |reason: Reason| Link::new(RULE, node.view.id(), reason);
        let name = node.view.name().into_owned();
        if !rule.is_enabled {
            ways.push(Reach::nobody(link(Reason::RuleDisabled(name))));
            continue;
        }
        let sent = targets(world, node, event, seen);
        ways.push(match (taken, &sent.end) {
            (Maybe::Open(what), End::Someone) => {
                Reach::undecided(link(Reason::PatternUndecided(name, what)))
            }
            _ => sent.through(link(Reason::RuleTakes(name))),
        });
    }
    let none = ways.is_empty();
    if let Some(gap) = world.list_gap(RULE, account, region) {
        ways.push(Reach::unknown(Unknown::Gap(gap)));
    } else if none {
        let kind = event["detail-type"].as_str().unwrap_or_default().to_owned();
        let reason = Reason::NoRuleTakes(kind, what_of(event));
        ways.push(Reach::nobody(Link::new(BUS, bus, reason)));
    }
    Reach::any(ways)
}

/// What of an event a person tells it by.
fn what_of(event: &Value) -> String {
    let detail = &event["detail"];
    let parts = [&detail["type"], &detail["service"], &detail["eventTypeCategory"]];
    let mut words: Vec<String> =
        parts.into_iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if detail["severity"].is_number() {
        words.push(format!("severity {}", detail["severity"]));
    }
    words.join(", ")
}

/// Where the targets of a rule send an event.
fn targets(
    world: &World<'_>,
    rule: ResourceNode<'_>,
    event: &Value,
    seen: &mut Vec<String>,
) -> Reach {
    let name = rule.view.name().into_owned();
    let link = |reason: Reason| Link::new(RULE, rule.view.id(), reason);
    let targets = match rule.property("Targets") {
        Err(unknown) => return Reach::unknown(unknown),
        Ok(targets) => targets,
    };
    let targets: Vec<Json<'_>> = targets.into_iter().flat_map(Json::elements).collect();
    if targets.is_empty() {
        return Reach::nobody(link(Reason::RuleWithoutTarget(name)));
    }
    let ways = targets.into_iter().map(|target| {
        let text = |key: &str| target.get(key).and_then(Json::as_str).unwrap_or_default();
        let (arn, is_made) = (text("Arn"), !text("InputKind").is_empty());
        to(world, rule, (&arn, is_made), event, seen)
    });
    Reach::any(ways.collect::<Vec<_>>())
}

fn to(
    world: &World<'_>,
    rule: ResourceNode<'_>,
    (target, is_made): (&str, bool),
    event: &Value,
    seen: &mut Vec<String>,
) -> Reach {
    let (view, name) = (rule.view, rule.view.name().into_owned());
    let rule_arn = view.arn();
    let place = (view.account(), view.region());
    let link = |reason: Reason| Link::new(RULE, view.id(), reason);
    let service = arn::parse(target).map(|it| (it.service, it.resource));
    match service {
        Some(("sns", _)) => topic::reach(world, target, place, Signal::Event(&rule_arn, is_made)),
        Some(("lambda", _)) => {
            let caller = Caller {
                service: "events.amazonaws.com",
                by: By::Rule(&name),
                arn: &rule_arn,
                account: view.account(),
            };
            function::reach(world, target, caller)
        }
        Some(("events", resource)) if resource.starts_with("event-bus/") => {
            forwarded(world, rule, target, event, seen)
        }
        // What these do with an event is the team's own code.
        Some(("events", _) | ("states", _)) => {
            Reach::undecided(link(Reason::TargetUndecided(name, target.to_owned())))
        }
        service => {
            let service = service.map_or(target, |(service, _)| service).to_owned();
            Reach::nobody(link(Reason::TargetTellsNobody(name, service)))
        }
    }
}

/// Where an event ends that a rule sends on to another bus.
fn forwarded(
    world: &World<'_>,
    rule: ResourceNode<'_>,
    bus_arn: &str,
    event: &Value,
    seen: &mut Vec<String>,
) -> Reach {
    let name = rule.view.name().into_owned();
    let link = |reason: Reason| Link::new(RULE, rule.view.id(), reason);
    let undecided =
        || Reach::undecided(link(Reason::BusUndecided(name.clone(), bus_arn.to_owned())));
    let Some(parsed) = arn::parse(bus_arn) else { return undecided() };
    let bus = parsed.resource.strip_prefix("event-bus/").unwrap_or_default();
    if parsed.account != rule.view.account() || seen.len() >= MOST_BUSES {
        return undecided();
    }
    if seen.iter().any(|it| it == bus_arn) {
        return Reach::nobody(link(Reason::BusCircle(name, bus.to_owned())));
    }
    seen.push(bus_arn.to_owned());
    let found = world.find(BUS, parsed.account, parsed.region, bus);
    let end = match found {
        Err(unknown) => Reach::unknown(unknown),
        Ok(None) => Reach::nobody(link(Reason::BusMissing(name.clone(), bus.to_owned()))),
        Ok(Some(_)) => on_bus(world, (parsed.account, parsed.region), bus, event, seen),
    };
    seen.pop();
    if end.end == End::Someone { undecided() } else { end }
}

/// Ways by which AWS User Notifications tell of an event.
fn notified(world: &World<'_>, (account, region): (&str, &str), event: &Value) -> Vec<Reach> {
    let mut ways = Vec::new();
    for i in world.snapshot.of_type_in(TOLD, account, GLOBAL) {
        let rule = world.node(i);
        match takes(rule, region, event) {
            Err(unknown) => ways.push(Reach::unknown(unknown)),
            Ok(Maybe::No) => {}
            Ok(taken) => {
                let of = rule.text("NotificationConfigurationArn").ok().flatten();
                let end = match world.find(CONFIGURATION, account, GLOBAL, &of.unwrap_or_default())
                {
                    Err(unknown) => Reach::unknown(unknown),
                    Ok(None) => continue,
                    Ok(Some(configuration)) => channels(world, configuration),
                };
                ways.push(match (taken, &end.end) {
                    (Maybe::Open(what), End::Someone) => {
                        let name = rule.view.id().into_owned();
                        let reason = Reason::PatternUndecided(name, what);
                        Reach::undecided(Link::new(TOLD, rule.view.id(), reason))
                    }
                    _ => end,
                });
            }
        }
    }
    // AWS's own notifications carry no public events, so of these they are no way:
    // https://docs.aws.amazon.com/health/latest/ug/manage-user-notifications.html
    let is_public = event["detail"]["eventScopeCode"] == "PUBLIC";
    let is_managed = event["source"] == "aws.health" && !is_public;
    if event["source"] == "aws.health" {
        let managed = world.snapshot.of_type_in(MANAGED, account, GLOBAL).map(|i| world.node(i));
        let fitting = managed.filter(|it| {
            let part = |key| it.text(key).ok().flatten();
            part("Category").as_deref() == Some("AWS-Health")
                && part("SubCategory").as_deref() == Some(sub_category(event))
        });
        ways.extend(fitting.map(|it| {
            if is_managed {
                return channels(world, it);
            }
            let reason = Reason::ManagedIsNotPublic(it.view.name().into_owned());
            Reach::nobody(Link::new(MANAGED, it.view.id(), reason))
        }));
    }
    let lists = [TOLD, CONFIGURATION].into_iter().chain(is_managed.then_some(MANAGED));
    let gap = lists.filter_map(|ty| world.list_gap(ty, account, GLOBAL)).next();
    ways.extend(gap.map(|gap| Reach::unknown(Unknown::Gap(gap))));
    ways
}

/// Where AWS's own notifications put an event of Health.
fn sub_category(event: &Value) -> &'static str {
    match event["detail"]["eventTypeCategory"].as_str() {
        Some("issue") => "Issue",
        _ => "Operations",
    }
}

/// Whether a rule of User Notifications takes an event of a region.
fn takes(rule: ResourceNode<'_>, region: &str, event: &Value) -> Result<Maybe, Unknown> {
    let text = |key: &str| rule.text(key).map(|it| it.unwrap_or_default().into_owned());
    let is_of_kind = text("Source")? == event["source"].as_str().unwrap_or_default()
        && text("EventType")? == event["detail-type"].as_str().unwrap_or_default();
    let active = rule.status("statusSummaryByRegion")?.and_then(|it| it.get(region)?.as_str());
    if !is_of_kind || active.as_deref() != Some("ACTIVE") {
        return Ok(Maybe::No);
    }
    let narrowed = rule.property("EventPattern")?.and_then(|it| it.parse::<Value>().ok());
    Ok(narrowed.map_or(Maybe::Yes, |narrowed| pattern::takes(&narrowed, event)))
}

/// Who hears a notification configuration.
fn channels(world: &World<'_>, configuration: ResourceNode<'_>) -> Reach {
    let view = configuration.view;
    let name = view.name().into_owned();
    let ty = if view.ty() == MANAGED { MANAGED } else { CONFIGURATION };
    let link = |reason: Reason| Link::new(ty, view.id(), reason);
    let channels = match configuration.status("channels") {
        Err(unknown) => return Reach::unknown(unknown),
        Ok(channels) => channels.into_iter().flat_map(Json::elements).filter_map(Json::as_str),
    };
    let mut ways: Vec<Reach> = channels
        .map(|channel| match arn::parse(&channel).map(|it| it.service) {
            Some("chatbot") => chat::of_arn(world, view.account(), &channel)
                .through(link(Reason::Notified(name.clone()))),
            // The addresses that the account was opened with are nobody's inbox for alerts.
            None => Reach::nobody(link(Reason::AccountContact(channel.into_owned()))),
            Some(_) => {
                let reason = Reason::ContactUndecided(name.clone(), channel.into_owned());
                Reach::undecided(link(reason))
            }
        })
        .collect();
    if ways.is_empty() {
        ways.push(Reach::nobody(link(Reason::NotificationWithoutChannel(name))));
    }
    Reach::any(ways)
}
