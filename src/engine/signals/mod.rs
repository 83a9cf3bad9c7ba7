//! Every signal of a snapshot and where it ends: what `audit paths` shows. The alert path itself stands in
//! [`crate::engine::path`]; here its ways are listed, put into words and compared with each other.

mod asked;
mod notices;
mod sources;
mod tree;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub use asked::{Asked, NotFound};

use sources::Source;

use super::alarms::ALARM;
use super::path::chat::CHANNEL;
use super::path::event::{BUS, RULE};
use super::path::function::FUNCTION;
use super::path::key::KEY;
use super::path::mute::MUTE_RULE;
use super::path::subscription::SUBSCRIPTION;
use super::path::told::{CONFIGURATION, MANAGED, TOLD};
use super::path::topic::{ANOMALIES, BUDGET, TOPIC};
use super::world::{COMPOSITE, World};
use crate::model::paths::{Heard, PathEnd, Paths, Receiver, Signal, Way};
use crate::model::{Gap, Lang, ops};

/// The signals of a world, which has to follow every way ([`World::every_way`]).
///
/// # Errors
/// Nothing in the snapshot is called as was asked for.
pub fn paths<'w>(world: &'w World<'w>, asked: &Asked, lang: Lang) -> Result<Paths<'w>, NotFound> {
    let header = world.snapshot.header();
    let mut sources = sources::of(world);
    let all = sources.len();
    asked.retain_sources(world, &mut sources)?;
    let said = |source: Source<'w>| Signal {
        kind: source.kind,
        what: source.what(world, lang),
        end: tree::end(&source.reach.end),
        ways: tree::ways(world, &source.reach, lang),
        resource: source.resource,
    };
    let mut signals: Vec<Signal<'w>> = sources.into_par_iter().map(said).collect();
    asked.retain_signals(world, &mut signals)?;
    Ok(Paths {
        collected_at: &header.collected_at,
        accounts: &header.accounts,
        regions: &header.regions,
        all,
        receivers: heard(&signals),
        gaps: gaps(world),
        notices: if asked.is_all() { notices::of(world, &signals, lang) } else { Vec::new() },
        signals,
        lang,
    })
}

/// The types of which signals and ways are made.
const SEEN: [&str; 15] = [
    ALARM,
    COMPOSITE,
    MUTE_RULE,
    RULE,
    BUS,
    TOLD,
    CONFIGURATION,
    MANAGED,
    TOPIC,
    SUBSCRIPTION,
    KEY,
    FUNCTION,
    CHANNEL,
    BUDGET,
    ANOMALIES,
];

/// Calls that did not answer, and could have told of more.
fn gaps(world: &World<'_>) -> Vec<Gap> {
    let mut gaps = world.gaps.sorted(&world.snapshot.header().regions);
    gaps.retain(|gap| {
        let fills = ops::find(&gap.operation).map_or(&[][..], |op| op.fills);
        fills.iter().any(|fill| SEEN.contains(&fill.split('.').next().unwrap_or(fill)))
    });
    gaps
}

/// Who hears any of the signals.
fn heard(signals: &[Signal<'_>]) -> Vec<Heard> {
    let mut heard: BTreeMap<Receiver, usize> = BTreeMap::new();
    for signal in signals {
        let mut receivers = receivers(&signal.ways);
        receivers.sort_unstable();
        receivers.dedup();
        receivers.into_iter().for_each(|it| *heard.entry(it.clone()).or_default() += 1);
    }
    heard.into_iter().map(|(receiver, signals)| Heard { receiver, signals }).collect()
}

/// Who hears by these ways, as often as they do.
fn receivers(ways: &[Way]) -> Vec<&Receiver> {
    let mut found = Vec::new();
    for way in ways.iter().filter(|way| way.end == PathEnd::Someone) {
        found.extend(&way.receiver);
        found.extend(receivers(&way.ways));
    }
    found
}
