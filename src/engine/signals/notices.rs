//! What the picture of all signals shows that none of them shows by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{receivers, tree};
use crate::engine::path::arn;
use crate::engine::path::chat::CHANNEL;
use crate::engine::path::event::RULE;
use crate::engine::path::senders;
use crate::engine::path::subscription::SUBSCRIPTION;
use crate::engine::path::topic::TOPIC;
use crate::engine::world::World;
use crate::model::paths::{PathEnd, Receiver, Signal, SignalKind, Way};
use crate::model::{Lang, Notice};
use crate::snapshot::{Json, ResourceView};

/// How many names a notice gives.
const NAMED: usize = 10;

/// Everything worth saying of all signals together.
pub fn of(world: &World<'_>, signals: &[Signal<'_>], lang: Lang) -> Vec<Notice> {
    let notices = [deaf(world, signals, lang), unfed(world, lang), twice(signals, lang)];
    notices.into_iter().flatten().chain(shapes(signals, lang)).collect()
}

fn notice(kind: &str, message: String) -> Notice {
    Notice { kind: kind.to_owned(), message }
}

/// The first names of a list, and how many more there are.
fn listed(names: &[String], lang: Lang) -> String {
    let first = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match (names.len().saturating_sub(NAMED), lang) {
        (0, _) => first,
        (more, Lang::En) => format!("{first} and {more} more"),
        (more, Lang::Ja) => format!("{first} ほか {more} 件"),
    }
}

/// Receivers that hear nothing.
fn deaf(world: &World<'_>, signals: &[Signal<'_>], lang: Lang) -> Option<Notice> {
    let heard: BTreeSet<&Receiver> =
        signals.iter().flat_map(|signal| receivers(&signal.ways)).collect();
    let text = |view: ResourceView<'_>, key: &str| {
        view.properties().get(key).and_then(Json::as_str).unwrap_or_default().into_owned()
    };
    let subscribed = world.snapshot.of_type(SUBSCRIPTION).filter_map(|i| {
        let view = world.snapshot.get(i);
        let endpoint = text(view, "Endpoint");
        let (kind, id) = match &*text(view, "Protocol") {
            "email" | "email-json" => ("email", endpoint),
            "lambda" => ("lambda", arn::function_name(&endpoint)?.to_owned()),
            "https" | "http" if !endpoint.contains(".chatbot.") => ("https", endpoint),
            _ => return None,
        };
        (!id.is_empty()).then_some(Receiver { kind, id })
    });
    let channels = world.snapshot.of_type(CHANNEL).map(|i| {
        let id = world.snapshot.get(i).name().into_owned();
        Receiver { kind: "slack", id }
    });
    let deaf: BTreeSet<Receiver> =
        subscribed.chain(channels).filter(|receiver| !heard.contains(receiver)).collect();
    let names: Vec<String> = deaf.iter().map(|receiver| tree::named(receiver, lang)).collect();
    let list = listed(&names, lang);
    (!names.is_empty()).then(|| {
        notice(
            "receiver-hears-nothing",
            match lang {
                Lang::En => format!("subscribed, but no signal reaches them: {list}"),
                Lang::Ja => format!("登録されていますが、どのシグナルも届きません: {list}"),
            },
        )
    })
}

/// Topics that no alert goes to, which may well be the product's own.
fn unfed(world: &World<'_>, lang: Lang) -> Option<Notice> {
    let topics = world.snapshot.of_type(TOPIC).map(|i| world.node(i));
    let unfed = topics.filter(|topic| senders::in_use(world, *topic) == Ok(false));
    let names: Vec<String> = unfed.map(|topic| topic.view.name().into_owned()).collect();
    let list = listed(&names, lang);
    (!names.is_empty()).then(|| {
        notice(
            "topic-unfed",
            match lang {
                Lang::En => format!("topics that no alert goes to: {list}"),
                Lang::Ja => format!("アラートが送られていないトピック: {list}"),
            },
        )
    })
}

/// Signals that tell the same receiver by more than one way.
fn twice(signals: &[Signal<'_>], lang: Lang) -> Option<Notice> {
    let names: Vec<String> = signals
        .iter()
        .filter_map(|signal| {
            let mut told = receivers(&signal.ways);
            told.sort_unstable();
            let again = told.windows(2).find(|pair| pair[0] == pair[1])?;
            Some(format!("{} ({})", signal.what, tree::named(again[0], lang)))
        })
        .collect();
    let list = listed(&names, lang);
    (!names.is_empty()).then(|| {
        notice(
            "rings-twice",
            match lang {
                Lang::En => format!("told more than once to the same receiver: {list}"),
                Lang::Ja => format!("同じ通知先に 2 回以上届きます: {list}"),
            },
        )
    })
}

/// The shapes in which a function gets its messages; it has to read each in a way of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    /// CloudWatch, through SNS.
    AlarmBySns,
    /// CloudWatch, by EventBridge.
    AlarmEvent,
    /// CloudWatch itself.
    AlarmDirect,
    /// An event of another service.
    Event,
    /// The same, through SNS.
    EventBySns,
    /// Budgets, through SNS.
    Text,
    /// Cost Anomaly Detection, through SNS.
    Anomaly,
}

impl Shape {
    /// How it is read: AWS documents the fields.
    fn words(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Shape::AlarmBySns, Lang::En) => {
                "alarms through SNS (AlarmName, NewStateValue, NewStateReason)"
            }
            (Shape::AlarmBySns, Lang::Ja) => {
                "SNS 経由のアラーム (AlarmName, NewStateValue, NewStateReason)"
            }
            (Shape::AlarmEvent, Lang::En) => {
                "alarms by EventBridge (detail.alarmName, detail.state.value, detail.state.reason)"
            }
            (Shape::AlarmEvent, Lang::Ja) => {
                "EventBridge 経由のアラーム (detail.alarmName, detail.state.value, detail.state.reason)"
            }
            (Shape::AlarmDirect, Lang::En) => {
                "alarms directly (alarmData.alarmName, alarmData.state.value, alarmData.state.reason)"
            }
            (Shape::AlarmDirect, Lang::Ja) => {
                "アラームからの直接呼び出し (alarmData.alarmName, alarmData.state.value, alarmData.state.reason)"
            }
            (Shape::Event, Lang::En) => "events by EventBridge (detail-type, detail)",
            (Shape::Event, Lang::Ja) => "EventBridge のイベント (detail-type, detail)",
            (Shape::EventBySns, Lang::En) => {
                "events through SNS (Message holds detail-type, detail)"
            }
            (Shape::EventBySns, Lang::Ja) => {
                "SNS 経由のイベント (Message に detail-type と detail)"
            }
            (Shape::Text, Lang::En) => "plain text of Budgets through SNS",
            (Shape::Text, Lang::Ja) => "SNS 経由の Budgets の平文",
            (Shape::Anomaly, Lang::En) => "cost anomalies through SNS (JSON)",
            (Shape::Anomaly, Lang::Ja) => "SNS 経由のコスト異常 (JSON)",
        }
    }
}

/// Functions that are sent messages of several shapes.
fn shapes(signals: &[Signal<'_>], lang: Lang) -> Vec<Notice> {
    let mut found: BTreeMap<&str, BTreeSet<Shape>> = BTreeMap::new();
    for signal in signals {
        shapes_of(signal.kind, &signal.ways, (false, false), &mut found);
    }
    let several = found.into_iter().filter(|(_, shapes)| shapes.len() > 1);
    let told = several.map(|(function, shapes)| {
        let words = shapes.iter().map(|shape| shape.words(lang)).collect::<Vec<_>>().join("; ");
        let count = shapes.len();
        notice("several-shapes", match lang {
            Lang::En => format!(
                "Lambda function {function} is sent {count} shapes of message and has to read each: {words}"
            ),
            Lang::Ja => format!(
                "Lambda 関数 {function} には {count} 種類の形式のメッセージが届くため、それぞれを読める必要があります: {words}"
            ),
        })
    });
    told.collect()
}

fn shapes_of<'s>(
    kind: SignalKind,
    ways: &'s [Way],
    (by_rule, by_topic): (bool, bool),
    found: &mut BTreeMap<&'s str, BTreeSet<Shape>>,
) {
    let is_alarm = [SignalKind::Alarm, SignalKind::CompositeAlarm].contains(&kind);
    for way in ways.iter().filter(|way| way.end == PathEnd::Someone) {
        let past = (by_rule || way.ty == RULE, by_topic || way.ty == TOPIC);
        shapes_of(kind, &way.ways, past, found);
        let Some(Receiver { kind: "lambda", id }) = &way.receiver else { continue };
        let shape = match past {
            (true, true) => Shape::EventBySns,
            (true, false) if is_alarm => Shape::AlarmEvent,
            (true, false) => Shape::Event,
            (false, false) => Shape::AlarmDirect,
            (false, true) if is_alarm => Shape::AlarmBySns,
            (false, true) if kind == SignalKind::Budget => Shape::Text,
            (false, true) if kind == SignalKind::CostAnomaly => Shape::Anomaly,
            (false, true) => Shape::EventBySns,
        };
        found.entry(id).or_default().insert(shape);
    }
}
