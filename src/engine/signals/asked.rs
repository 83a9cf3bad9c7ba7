//! Which signals are asked for: by where they come from, by who hears them, or because nobody does.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::sources::Source;
use crate::engine::path::subscription::SUBSCRIPTION;
use crate::engine::world::World;
use crate::model::paths::{PathEnd, Signal, SignalKind, Way};
use crate::snapshot::Json;

/// What is asked for; everything, when nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Signals of this resource, or of alarms that watch it: its name, id or ARN.
    pub from: Option<String>,
    /// Ways that lead past or to this: a name, id, ARN or address.
    pub to: Option<String>,
    /// Only what is not surely heard.
    pub broken: bool,
}

/// Nothing is called as was asked for.
#[derive(Debug, thiserror::Error)]
pub enum NotFound {
    /// No resource.
    #[error(
        "nothing in the snapshot is called {0}; expected the name, id or ARN of a resource, such as a database, a service or an alarm"
    )]
    From(String),
    /// Nothing on any way.
    #[error(
        "nothing in the snapshot is called {0}; expected a topic, a Lambda function, a channel configuration or an address"
    )]
    To(String),
}

impl Asked {
    /// Whether everything is asked for.
    pub fn is_all(&self) -> bool {
        self.from.is_none() && self.to.is_none() && !self.broken
    }

    /// Leaves only the sources that are asked for.
    ///
    /// # Errors
    /// Nothing is called so.
    pub fn retain_sources(
        &self,
        world: &World<'_>,
        sources: &mut Vec<Source<'_>>,
    ) -> Result<(), NotFound> {
        let Some(name) = &self.from else { return Ok(()) };
        let snapshot = world.snapshot;
        let called = called(world, name);
        if called.is_empty() {
            return Err(NotFound::From(name.clone()));
        }
        let mut wanted: FxHashSet<u32> = called.iter().copied().collect();
        let watching = called.iter().flat_map(|&i| world.alarms.about(snapshot, snapshot.get(i)));
        wanted.extend(watching);
        let views: Vec<_> = called.iter().map(|&i| snapshot.get(i)).collect();
        sources.retain(|source| {
            source.i.is_some_and(|i| wanted.contains(&i))
                || views.iter().any(|it| source.is_event_of(it.ty(), it.account(), it.region()))
        });
        Ok(())
    }

    /// Leaves only the signals and ways that are asked for, and sorts them.
    ///
    /// # Errors
    /// Nothing is called so.
    pub fn retain_signals(
        &self,
        world: &World<'_>,
        signals: &mut Vec<Signal<'_>>,
    ) -> Result<(), NotFound> {
        if let Some(to) = &self.to {
            signals.iter_mut().for_each(|signal| signal.end = retain(&mut signal.ways, to));
            signals.retain(|signal| !signal.ways.is_empty());
            if signals.is_empty() && !is_there(world, to) {
                return Err(NotFound::To(to.clone()));
            }
        }
        if self.broken {
            signals.retain(|signal| signal.end != PathEnd::Someone);
        }
        signals.sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(())
    }
}

/// Resources of this name, id or ARN.
fn called(world: &World<'_>, name: &str) -> Vec<u32> {
    let is_called = |i: &u32| {
        let view = world.snapshot.get(*i);
        view.id() == name || view.arn() == name || view.name() == name
    };
    let places = 0..u32::try_from(world.snapshot.len()).unwrap_or(u32::MAX);
    places.into_par_iter().filter(is_called).collect()
}

/// Whether anything is called so, or something is subscribed to a topic under this address.
fn is_there(world: &World<'_>, name: &str) -> bool {
    let endpoint = |i: u32| {
        let endpoint = world.snapshot.get(i).properties().get("Endpoint");
        endpoint.and_then(Json::as_str).is_some_and(|endpoint| endpoint == name)
    };
    !called(world, name).is_empty() || world.snapshot.of_type(SUBSCRIPTION).any(endpoint)
}

fn order<'s>(signal: &'s Signal<'_>) -> (&'s str, &'s str, SignalKind, &'s str) {
    let of = &signal.resource;
    (&of.account, &of.region, signal.kind, &signal.what)
}

/// Keeps the ways that come to something of this name, and gives where these end.
fn retain(ways: &mut Vec<Way>, name: &str) -> PathEnd {
    ways.retain_mut(|way| {
        if is_called(way, name) {
            return true;
        }
        let end = retain(&mut way.ways, name);
        way.end = if way.doubt.is_some() { end.min(PathEnd::Unknown) } else { end };
        !way.ways.is_empty()
    });
    ways.iter().map(|way| way.end).max().unwrap_or(PathEnd::Nobody)
}

fn is_called(way: &Way, name: &str) -> bool {
    let receiver = way.receiver.as_ref().map(|receiver| receiver.id.as_str());
    // ARNs of topics, functions and rules end in their ids.
    let last = name.strip_prefix("arn:").and_then(|arn| arn.rsplit([':', '/']).next());
    way.id == name || receiver == Some(name) || last == Some(way.id.as_str())
}
