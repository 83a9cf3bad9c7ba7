//! Events: the rules of EventBridge that take one, and where these send it.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html>. What is forwarded to another bus is
//! followed to see where it breaks, but whether the role lets it through is not read.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::function::{By, Caller};
use super::told::{self, CONFIGURATION, TOLD};
use super::{Body, Link, Publisher, Reach, Signal, arn, function, topic};
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

    /// Rules there that may take an event that AWS sends.
    pub fn taking(&self, place: (&str, &str), event: &Value) -> Vec<u32> {
        let taking = |rule: &&EventRule| pattern::takes(&rule.pattern, event) != Maybe::No;
        self.of(place, DEFAULT_BUS).filter(taking).map(|rule| rule.i).collect()
    }

    /// Enabled rules on events that AWS sends or the team does, but for those that may take what alarms send; sorted.
    pub fn on_other_events(&self) -> Vec<u32> {
        let rules = self.0.values().flatten().filter(|rule| rule.is_enabled && !rule.for_alarms);
        let mut places: Vec<u32> = rules.map(|rule| rule.i).collect();
        places.sort_unstable();
        places
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

/// Where an event ends that AWS sends in a region, by rules and by User Notifications.
pub fn reach(world: &World<'_>, place: (&str, &str), event: &Value) -> Reach {
    let mut by_rules = on_bus(world, place, DEFAULT_BUS, event, &mut Vec::new());
    if by_rules.is_empty() {
        by_rules.push(not_taken(DEFAULT_BUS, event));
    }
    Reach::any(by_rules.into_iter().chain(told::ways(world, place, event)))
}

/// The same of an event that few mean to be taken: none when nothing takes it.
pub fn taken(world: &World<'_>, place: (&str, &str), event: &Value) -> Option<Reach> {
    let mut ways = on_bus(world, place, DEFAULT_BUS, event, &mut Vec::new());
    ways.extend(told::ways(world, place, event));
    (!ways.is_empty()).then(|| Reach::any(ways))
}

/// That no rule on a bus takes an event.
fn not_taken(bus: &str, event: &Value) -> Reach {
    let kind = event["detail-type"].as_str().unwrap_or_default().to_owned();
    let reason = match what_of(event) {
        what if what.is_empty() => Reason::NoRuleTakesAny(kind),
        what => Reason::NoRuleTakes(kind, what),
    };
    Reach::nobody(Link::new(BUS, bus, reason))
}

fn on_bus(
    world: &World<'_>,
    place: (&str, &str),
    bus: &str,
    event: &Value,
    seen: &mut Vec<String>,
) -> Vec<Reach> {
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
        let sent = targets(world, node, Some(event), seen);
        ways.push(match taken {
            Maybe::Open(what) => sent.perhaps(link(Reason::PatternUndecided(name, what))),
            _ => sent.through(link(Reason::RuleTakes(name))),
        });
    }
    let gap = world.list_gap(RULE, account, region);
    ways.extend(gap.map(|gap| Reach::unknown(Unknown::Gap(gap))));
    ways
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

/// Where a rule sends what it takes, whatever that is.
pub fn sent(world: &World<'_>, rule: ResourceNode<'_>) -> Reach {
    targets(world, rule, None, &mut Vec::new())
}

/// Where the targets of a rule send an event, if it is known.
fn targets(
    world: &World<'_>,
    rule: ResourceNode<'_>,
    event: Option<&Value>,
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
    event: Option<&Value>,
    seen: &mut Vec<String>,
) -> Reach {
    let (view, name) = (rule.view, rule.view.name().into_owned());
    let rule_arn = view.arn();
    let place = (view.account(), view.region());
    let link = |reason: Reason| Link::new(RULE, view.id(), reason);
    let service = arn::parse(target).map(|it| (it.service, it.resource));
    match service {
        Some(("sns", _)) => {
            let body = match event {
                _ if is_made => Body::Made,
                Some(event) => Body::Event(event),
                None => Body::Json,
            };
            let signal = Signal { publisher: Publisher::EventBridge, arn: &rule_arn, body };
            topic::reach(world, target, place, signal)
        }
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
    event: Option<&Value>,
    seen: &mut Vec<String>,
) -> Reach {
    let name = rule.view.name().into_owned();
    let link = |reason: Reason| Link::new(RULE, rule.view.id(), reason);
    let undecided =
        || Reach::undecided(link(Reason::BusUndecided(name.clone(), bus_arn.to_owned())));
    let (Some(parsed), Some(event)) = (arn::parse(bus_arn), event) else { return undecided() };
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
        Ok(Some(_)) => match on_bus(world, (parsed.account, parsed.region), bus, event, seen) {
            ways if ways.is_empty() => not_taken(bus, event),
            ways => Reach::any(ways),
        },
    };
    seen.pop();
    end.perhaps(link(Reason::BusUndecided(name, bus_arn.to_owned())))
}
