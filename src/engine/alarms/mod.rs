//! Which alarm watches which resource: namespace, metric, dimensions, direction and statistic must
//! all fit; and whether its threshold can be crossed. Every alarm is read once.
//!
//! Metric math, Metrics Insights and PromQL are not followed yet: such an alarm on a resource's
//! metric leaves the answer open rather than counting as watched or unwatched.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::reason::{Reason, Unknown};
use crate::model::types;
use crate::snapshot::{Json, ResourceView, Snapshot};

mod facts;
mod fire;

use facts::{AlarmFacts, Queries, facts};
pub use fire::Fire;

/// Type of a metric alarm.
pub const ALARM: &str = "AWS::CloudWatch::Alarm";

/// How many alarms are read before they are entered.
const BATCH: usize = 1 << 16;

/// Which threshold a resource has that is no alarm.
const NO_ALARM: u32 = u32::MAX;

/// How many doubtful alarms are told apart; any more leave the answer open all the same.
const DOUBTS: usize = 20;

/// Alarms by the metric and dimensions they look at.
#[derive(Debug, Default)]
pub struct AlarmIndex {
    by_metric: FxHashMap<Box<[u8]>, Vec<Watch>>,
    /// Sorted by account and region.
    open: Vec<Open>,
    /// What the thresholds come to, each once; and which one each resource's is, by its place.
    fires: Vec<Fire>,
    fire_of: Vec<u32>,
}

/// An alarm on a metric.
#[derive(Clone, Copy, Debug)]
struct Watch {
    alarm: u32,
    /// Looks at the metric itself, not at an expression over it.
    plain: bool,
    statistic_fits: bool,
    /// Rings when the metric goes above, or below.
    above: bool,
    below: bool,
}

/// Alarms of one account and region that might watch anything.
#[derive(Debug)]
struct Open {
    account: String,
    region: String,
    queries: Vec<(u32, Queries)>,
    malformed: Vec<u32>,
    /// Those of `queries` that ask for a metric, once somebody wanted to know.
    asking: Mutex<FxHashMap<String, Arc<[u32]>>>,
}

/// What there is of alarms on one resource's metric.
#[derive(Debug, Default)]
pub struct Watchers {
    /// Alarms that watch it.
    pub alarms: Vec<u32>,
    /// Alarms that may, and why that cannot be told.
    pub doubtful: Vec<(u32, Unknown)>,
    /// Why there may be more of them.
    pub more: Option<Unknown>,
}

/// What was read of an alarm.
struct Read {
    watches: Vec<(Box<[u8]>, Watch)>,
    queries: Option<Queries>,
    malformed: bool,
    fire: Fire,
}

impl AlarmIndex {
    /// Indexes every alarm of a snapshot.
    pub fn build(snapshot: &Snapshot) -> AlarmIndex {
        let mut index = AlarmIndex::default();
        let mut numbers = FxHashMap::default();
        let alarms: Vec<u32> = snapshot.of_type(ALARM).collect();
        index.fire_of = vec![NO_ALARM; snapshot.len()];
        for batch in alarms.chunks(BATCH) {
            let read: Vec<Read> = batch.par_iter().map(|&i| Read::of(i, snapshot.get(i))).collect();
            for (&i, read) in batch.iter().zip(read) {
                index.enter(i, snapshot.get(i), read, &mut numbers);
            }
        }
        index
    }

    fn enter(
        &mut self,
        i: u32,
        view: ResourceView<'_>,
        read: Read,
        numbers: &mut FxHashMap<Fire, u32>,
    ) {
        for (key, watch) in read.watches {
            self.by_metric.entry(key).or_default().push(watch);
        }
        if read.queries.is_some() || read.malformed {
            let open = self.open_of(view.account(), view.region());
            open.queries.extend(read.queries.map(|queries| (i, queries)));
            open.malformed.extend(read.malformed.then_some(i));
        }
        let next = numbers.len() as u32;
        let fires = &mut self.fires;
        let number = *numbers.entry(read.fire).or_insert_with_key(|fire| {
            fires.push(fire.clone());
            next
        });
        self.fire_of[i as usize] = number;
    }

    /// Alarms come sorted by account and region.
    fn open_of(&mut self, account: &str, region: &str) -> &mut Open {
        let at = match self.place(account, region) {
            Ok(at) => at,
            Err(at) => {
                self.open.insert(at, Open::of(account, region));
                at
            }
        };
        &mut self.open[at]
    }

    fn place(&self, account: &str, region: &str) -> Result<usize, usize> {
        let order =
            |open: &Open| (open.account.as_str(), open.region.as_str()).cmp(&(account, region));
        self.open.binary_search_by(order)
    }

    /// Whether the threshold of an alarm can be crossed.
    pub fn fire(&self, alarm: u32) -> Option<&Fire> {
        self.fires.get(*self.fire_of.get(alarm as usize)? as usize)
    }

    /// The shortest time, in seconds, that a datapoint of the metric that `alarm` looks at covers.
    ///
    /// # Errors
    /// The snapshot holds something else than an alarm.
    pub fn period(alarm: ResourceView<'_>) -> Result<Option<f64>, Unknown> {
        let facts = facts(alarm)?;
        let watched = facts.watched();
        Ok(watched.iter().filter_map(|watched| watched.period).reduce(f64::min))
    }

    /// Alarms that watch `namespace`/`metric` of `resource` and ring in `direction`.
    ///
    /// # Errors
    /// The resource lacks what its dimensions are made of.
    pub fn watchers(
        &self,
        snapshot: &Snapshot,
        resource: ResourceView<'_>,
        (namespace, metric, direction): (&str, &str, &str),
    ) -> Result<Watchers, Unknown> {
        let place = (resource.account(), resource.region());
        let key = key(place, (namespace, metric), dimensions(resource)?);
        let mut found = Watchers::default();
        for watch in self.by_metric.get(&*key).map_or(&[][..], Vec::as_slice) {
            let rings = if direction == "above" { watch.above } else { watch.below };
            if !watch.plain {
                let id = snapshot.get(watch.alarm).id().into_owned();
                found.doubtful.push((watch.alarm, Reason::MathUndecided(id).into()));
            } else if rings && watch.statistic_fits {
                found.alarms.push(watch.alarm);
            }
        }
        if let Ok(at) = self.place(place.0, place.1) {
            let id = |i: u32| snapshot.get(i).id().into_owned();
            let open = &self.open[at];
            let asking = open.asking(metric);
            let doubts = (asking.iter().map(|&i| (i, Reason::QueryUndecided(id(i)).into())))
                .chain(open.malformed.iter().map(|&i| (i, Reason::Malformed(id(i)).into())));
            let mut doubts = doubts.peekable();
            found.doubtful.extend(doubts.by_ref().take(DOUBTS));
            found.more = doubts.next().map(|(_, why)| why);
        }
        Ok(found)
    }
}

impl Open {
    fn of(account: &str, region: &str) -> Open {
        Open {
            account: account.to_owned(),
            region: region.to_owned(),
            queries: Vec::new(),
            malformed: Vec::new(),
            asking: Mutex::default(),
        }
    }

    fn asking(&self, metric: &str) -> Arc<[u32]> {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = asking.get(metric) {
            return Arc::clone(known);
        }
        let asks = self.queries.iter().filter(|(_, queries)| queries.may_ask(metric));
        let asks: Arc<[u32]> = asks.map(|(i, _)| *i).collect();
        asking.insert(metric.to_owned(), Arc::clone(&asks));
        asks
    }
}

impl Read {
    fn of(i: u32, alarm: ResourceView<'_>) -> Read {
        match facts(alarm) {
            Ok(facts) => Read {
                watches: watches(i, alarm, &facts),
                queries: facts.queries(),
                malformed: false,
                fire: fire::can_fire(&alarm.id(), &facts),
            },
            Err(why) => Read {
                watches: Vec::new(),
                queries: None,
                malformed: true,
                fire: Fire::Unknown(why),
            },
        }
    }
}

/// Each metric that the alarm looks at, once; another account's is no resource's of its own.
fn watches(i: u32, alarm: ResourceView<'_>, facts: &AlarmFacts<'_>) -> Vec<(Box<[u8]>, Watch)> {
    let mut watches: Vec<(Box<[u8]>, Watch)> = Vec::new();
    for watched in facts.watched() {
        if watched.account.is_some_and(|account| account != alarm.account()) {
            continue;
        }
        let dimensions = watched.dimensions.iter().map(|d| (&*d.name, &*d.value)).collect();
        let metric = (watched.namespace, watched.metric);
        let key = key((alarm.account(), alarm.region()), metric, dimensions);
        if watches.iter().all(|(known, _)| *known != key) {
            let watch = Watch {
                alarm: i,
                plain: watched.plain,
                statistic_fits: watched.statistic_fits(),
                above: facts.rings("above"),
                below: facts.rings("below"),
            };
            watches.push((key, watch));
        }
    }
    watches
}

/// What names a metric of a resource. No byte of UTF-8 is 0xFF, so different parts never read the same.
fn key<N: AsRef<str> + Ord, V: AsRef<str> + Ord>(
    (account, region): (&str, &str),
    (namespace, metric): (&str, &str),
    mut dimensions: Vec<(N, V)>,
) -> Box<[u8]> {
    dimensions.sort_unstable();
    let mut key = Vec::with_capacity(128);
    let pairs = dimensions.iter().flat_map(|(name, value)| [name.as_ref(), value.as_ref()]);
    for part in [account, region, namespace, metric].into_iter().chain(pairs) {
        key.extend_from_slice(part.as_bytes());
        key.push(0xFF);
    }
    key.into()
}

/// The CloudWatch dimensions that name a resource.
fn dimensions<'a>(
    resource: ResourceView<'a>,
) -> Result<Vec<(&'static str, Cow<'a, str>)>, Unknown> {
    let known = types::find(resource.ty()).map_or(&[][..], |ty| ty.dimensions);
    known
        .iter()
        .map(|(name, path)| {
            let value = match path.split_once('.') {
                Some(("status", path)) => resource.status().path(path),
                Some((_, path)) => resource.properties().path(path),
                None => None,
            };
            let value = value.and_then(Json::as_str).ok_or_else(|| {
                Unknown::from(Reason::Malformed(format!("{} has no {path}", resource.id())))
            })?;
            Ok((*name, value))
        })
        .collect()
}
