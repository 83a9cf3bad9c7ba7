//! Ways in words.

use crate::engine::alarms::ALARM;
use crate::engine::path::chat::CHANNEL;
use crate::engine::path::event::{BUS, RULE};
use crate::engine::path::function::FUNCTION;
use crate::engine::path::subscription::SUBSCRIPTION;
use crate::engine::path::topic::TOPIC;
use crate::engine::path::{End, Hop, Link, Reach, Ways, arn};
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::{COMPOSITE, World};
use crate::model::Lang;
use crate::model::paths::{PathEnd, Receiver, Way};

/// An end, without why.
pub fn end(end: &End) -> PathEnd {
    match end {
        End::Someone => PathEnd::Someone,
        End::Nobody => PathEnd::Nobody,
        End::Unknown(_) => PathEnd::Unknown,
    }
}

/// All ways of a reach.
pub fn ways(world: &World<'_>, reach: &Reach, lang: Lang) -> Vec<Way> {
    match reach.ways() {
        Ways::End(Some(link)) => vec![leaf(link, end(&reach.end), lang)],
        Ways::End(None) => unread(world, &reach.end, lang).into_iter().collect(),
        // The receiver behind a subscription says all there is to say.
        Ways::Past(hop, next) if hop.ty == SUBSCRIPTION && hop.doubt.is_none() => {
            ways(world, next, lang)
        }
        Ways::Past(hop, next) => vec![Way {
            ty: hop.ty,
            id: hop.id.clone(),
            label: label(hop, lang),
            doubt: hop.doubt.as_ref().map(|doubt| doubt.text(&world.gaps, lang)),
            end: end(&reach.end),
            receiver: None,
            ways: ways(world, next, lang),
        }],
        Ways::Several(several) => several.iter().flat_map(|way| ways(world, way, lang)).collect(),
    }
}

fn leaf(link: &Link, end: PathEnd, lang: Lang) -> Way {
    let receiver = receiver(&link.reason);
    let label = match &receiver {
        Some(receiver) if end == PathEnd::Someone => named(receiver, lang),
        _ => link.reason.text(lang),
    };
    Way { ty: link.ty, id: link.id.clone(), label, doubt: None, end, receiver, ways: Vec::new() }
}

/// A way that could not be followed since a call did not answer.
fn unread(world: &World<'_>, reach: &End, lang: Lang) -> Option<Way> {
    let End::Unknown(unknown) = reach else { return None };
    Some(Way {
        ty: "",
        id: String::new(),
        label: Unknown::text(unknown, &world.gaps, lang),
        doubt: None,
        end: PathEnd::Unknown,
        receiver: None,
        ways: Vec::new(),
    })
}

/// Who hears, or would, if a link says so.
fn receiver(link: &Reason) -> Option<Receiver> {
    let (kind, id) = match link {
        Reason::Pending(_, endpoint)
        | Reason::Deleted(_, endpoint)
        | Reason::FilterDrops(_, endpoint)
        | Reason::FilterDropsBody(_, endpoint) => match arn::function_name(endpoint) {
            Some(name) => return Some(Receiver { kind: "lambda", id: name.to_owned() }),
            None if endpoint.contains("://") => ("https", endpoint),
            None => ("email", endpoint),
        },
        Reason::ChannelState(id, _) | Reason::ChannelUndecided(id) => ("slack", id),
        Reason::FunctionState(id, _)
        | Reason::FunctionPending(id, _)
        | Reason::FunctionStopped(id)
        | Reason::FunctionMissing(id)
        | Reason::FunctionShutsTopic(id, _)
        | Reason::FunctionShutsRule(id, _)
        | Reason::FunctionShutsAlarms(id)
        | Reason::FunctionPolicyUndecided(id, _) => ("lambda", id),
        Reason::Email(_, id) | Reason::BudgetEmail(id) | Reason::AnomalyEmail(id) => ("email", id),
        Reason::Https(_, id) => ("https", id),
        Reason::Channel(id) => ("slack", id),
        Reason::FunctionAdmits(id, _) | Reason::FunctionDirect(id) => ("lambda", id),
        Reason::FunctionByRule(id, _) => ("lambda", id),
        _ => return None,
    };
    Some(Receiver { kind, id: id.clone() })
}

/// What a person calls a receiver.
pub fn named(Receiver { kind, id }: &Receiver, lang: Lang) -> String {
    match (*kind, lang) {
        ("lambda", Lang::En) => format!("Lambda function {id}"),
        ("lambda", Lang::Ja) => format!("Lambda 関数 {id}"),
        ("slack", Lang::En) => format!("Slack channel configuration {id}"),
        ("slack", Lang::Ja) => format!("Slack チャンネル設定 {id}"),
        _ => id.clone(),
    }
}

/// What a person calls what a signal passes.
fn label(hop: &Hop, lang: Lang) -> String {
    let kind = match (hop.ty, lang) {
        (TOPIC, Lang::En) => "topic",
        (TOPIC, Lang::Ja) => "トピック",
        (RULE, Lang::En) => "rule",
        (RULE, Lang::Ja) => "ルール",
        (BUS, Lang::En) => "bus",
        (BUS, Lang::Ja) => "バス",
        (ALARM, Lang::En) => "alarm",
        (ALARM, Lang::Ja) => "アラーム",
        (COMPOSITE, Lang::En) => "composite alarm",
        (COMPOSITE, Lang::Ja) => "複合アラーム",
        (FUNCTION, Lang::En) => "Lambda function",
        (FUNCTION, Lang::Ja) => "Lambda 関数",
        (CHANNEL, Lang::En) => "Slack channel configuration",
        (CHANNEL, Lang::Ja) => "Slack チャンネル設定",
        (SUBSCRIPTION, Lang::En) => "subscription",
        (SUBSCRIPTION, Lang::Ja) => "サブスクリプション",
        (_, _) => "AWS User Notifications",
    };
    // Of ARNs the last part is what differs.
    let name = if hop.id.starts_with("arn:") { short(&hop.id) } else { &hop.id };
    format!("{kind} {name}")
}

fn short(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}
