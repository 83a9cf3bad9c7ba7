//! Which alarm watches which resource: namespace, metric, dimensions, direction and statistic must
//! all fit; and whether its threshold can be crossed. Every alarm is read once.
//!
//! Metric math is followed with `value`: an alarm on an expression watches a metric if that alone, at the end of its
//! range, makes the expression cross the threshold, whatever the other metrics are. Metrics Insights is followed with
//! `select`. What of them is not understood, and PromQL, leaves the answer open rather than counting as watched or
//! unwatched.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::metrics;
use super::reason::{Reason, Unknown};
use crate::model::types;
use crate::snapshot::{Json, ResourceView, Snapshot};

mod facts;
mod fire;
mod math;
mod query;
mod range;
mod select;
mod signal;
mod source;
mod value;

use facts::facts;
pub use fire::Fire;
use query::{Asked, Query};
use signal::{Rings, Shape, Signal};
use source::{Source, What};

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
    statistic_fits: bool,
    /// Rings when the metric goes above, or below.
    above: Rings,
    below: Rings,
}

/// Alarms of one account and region that might watch anything.
#[derive(Debug)]
struct Open {
    account: String,
    region: String,
    queries: Vec<(u32, Query)>,
    malformed: Vec<u32>,
    /// Places of those of `queries` that ask for a metric, once somebody wanted to know.
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
    queries: Vec<Query>,
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
        if !read.queries.is_empty() || read.malformed {
            let open = self.open_of(view.account(), view.region());
            open.queries.extend(read.queries.into_iter().map(|query| (i, query)));
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
        let sources = Signal::of(&facts).sources;
        Ok(sources.iter().filter_map(|source| source.period).reduce(f64::min))
    }

    /// The threshold of `alarm`, in the unit of the metric that it watches; none for an anomaly band.
    ///
    /// # Errors
    /// It watches no single metric, or the snapshot holds something else than an alarm.
    pub fn threshold(alarm: ResourceView<'_>) -> Result<Option<f64>, Unknown> {
        let facts = facts(alarm)?;
        match Signal::of(&facts).shape {
            Shape::Line(line) => Ok(facts.threshold.map(|threshold| line.at(threshold))),
            Shape::Band(_) => Ok(None),
            Shape::Math(_) | Shape::Undecided => {
                Err(Reason::MathUndecided(alarm.id().into()).into())
            }
        }
    }

    /// What a missing datapoint of `alarm` counts as.
    ///
    /// # Errors
    /// The snapshot holds something else than an alarm.
    pub fn missing_data(alarm: ResourceView<'_>) -> Result<String, Unknown> {
        let facts = facts(alarm)?;
        Ok(Signal::of(&facts).missing_data().to_owned())
    }

    /// The statistic of the metric that `alarm` watches.
    ///
    /// # Errors
    /// It watches no single metric, or the snapshot holds something else than an alarm.
    pub fn statistic(alarm: ResourceView<'_>) -> Result<String, Unknown> {
        let facts = facts(alarm)?;
        let signal = Signal::of(&facts);
        match signal.shape {
            Shape::Line(line) | Shape::Band(line) => {
                Ok(signal.sources[line.source].statistic.to_string())
            }
            Shape::Math(_) | Shape::Undecided => {
                Err(Reason::MathUndecided(alarm.id().into()).into())
            }
        }
    }

    /// Alarms that look at any metric of a resource, or may; none of what has no metrics.
    pub fn about(&self, snapshot: &Snapshot, resource: ResourceView<'_>) -> Vec<u32> {
        let dimensions = dimensions(resource).unwrap_or_default();
        if dimensions.is_empty() {
            return Vec::new();
        }
        let pairs: Vec<_> = dimensions.iter().map(|(name, value)| pair(name, value)).collect();
        let (account, region) = (resource.account().as_bytes(), resource.region().as_bytes());
        let here = [account, b"\xFF", region, b"\xFF"].concat();
        let is_of = |key: &[u8]| {
            key.starts_with(&here)
                && pairs.iter().all(|pair| key.windows(pair.len()).any(|part| part == &**pair))
        };
        let keyed = self.by_metric.iter().filter(|(key, _)| is_of(key)).flat_map(|(_, all)| all);
        let mut found: Vec<u32> = keyed.map(|watch| watch.alarm).collect();
        for metric in metrics::all() {
            for direction in ["above", "below"] {
                let metric = (metric.namespace, metric.name, direction);
                if let Ok(watchers) = self.watchers(snapshot, resource, metric) {
                    found.extend(watchers.alarms);
                    found.extend(watchers.doubtful.into_iter().map(|(alarm, _)| alarm));
                }
            }
        }
        found
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
        let dimensions = dimensions(resource)?;
        let known = key(place, (namespace, metric), &dimensions);
        let id = |i: u32| snapshot.get(i).id().into_owned();
        let mut found = Watchers::default();
        for watch in self.by_metric.get(&*known).map_or(&[][..], Vec::as_slice) {
            let rings = if direction == "above" { watch.above } else { watch.below };
            match rings {
                Rings::Yes if watch.statistic_fits => found.alarms.push(watch.alarm),
                Rings::Yes | Rings::No => {}
                Rings::Maybe => {
                    let why = Reason::MathUndecided(id(watch.alarm));
                    found.doubtful.push((watch.alarm, why.into()));
                }
            }
        }
        let Ok(at) = self.place(place.0, place.1) else { return Ok(found) };
        let open = &self.open[at];
        let mut doubts: Vec<(u32, Unknown)> = Vec::new();
        for &at in open.asking(metric).iter() {
            let (alarm, query) = &open.queries[at as usize];
            match query.watches((namespace, metric, direction), place.0, &dimensions) {
                Asked::No => {}
                Asked::Yes => found.alarms.push(*alarm),
                Asked::Unclear(why) => doubts.push((*alarm, why(id(*alarm)).into())),
            }
        }
        let malformed = open.malformed.iter().take(DOUBTS + 1);
        doubts.extend(malformed.map(|&i| (i, Reason::Malformed(id(i)).into())));
        found.more = doubts.get(DOUBTS).map(|(_, why)| why.clone());
        doubts.truncate(DOUBTS);
        found.doubtful.extend(doubts);
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
        let asks = |(_, query): &&(u32, Query)| query.may_ask(metric);
        let read = |(_, query): &(u32, Query)| matches!(query, Query::Insights { .. });
        let places = |wanted: bool| {
            let chosen = move |(it, _): &(&(u32, Query), u32)| asks(it) && read(it) == wanted;
            self.queries.iter().zip(0..).filter(chosen).map(|(_, at)| at)
        };
        // Of those that are not understood one is as good as another.
        let asks: Arc<[u32]> = places(true).chain(places(false).take(DOUBTS + 1)).collect();
        asking.insert(metric.to_owned(), Arc::clone(&asks));
        asks
    }
}

impl Read {
    fn of(i: u32, alarm: ResourceView<'_>) -> Read {
        let facts = match facts(alarm) {
            Ok(facts) => facts,
            Err(why) => {
                return Read {
                    watches: Vec::new(),
                    queries: Vec::new(),
                    malformed: true,
                    fire: Fire::Unknown(why),
                };
            }
        };
        let signal = Signal::of(&facts);
        let mut read = Read {
            watches: Vec::new(),
            queries: Vec::new(),
            malformed: false,
            fire: evaluated(alarm).unwrap_or_else(|| fire::can_fire(&alarm.id(), &facts, &signal)),
        };
        for (source, above, below) in signal.rings() {
            read.enter(i, alarm, &signal.sources[source], above, below);
        }
        let texts = signal.unread_selects().map(|text| Query::Text(text.to_owned()));
        read.queries.extend(texts);
        read.queries.extend(facts.is_prom_ql().then_some(Query::PromQl));
        read
    }

    /// Another account's metric is no resource's of its own.
    fn enter(
        &mut self,
        i: u32,
        alarm: ResourceView<'_>,
        source: &Source<'_>,
        above: Rings,
        below: Rings,
    ) {
        let statistic_fits = source.statistic_fits();
        match &source.what {
            _ if source.account.is_some_and(|it| it != alarm.account()) => {}
            What::Metric { dimensions, .. } => {
                let dimensions: Vec<_> = dimensions.iter().map(|d| (&*d.name, &*d.value)).collect();
                let key = key((alarm.account(), alarm.region()), source.metric(), &dimensions);
                self.watches.push((key, Watch { alarm: i, statistic_fits, above, below }));
            }
            What::Select(select) => self.queries.push(Query::Insights {
                select: select.clone(),
                statistic_fits,
                adds_up: source.adds_up(),
                above,
                below,
                partial: alarm.status().path("EvaluationState").and_then(Json::as_str).as_deref()
                    == Some("PARTIAL_DATA"),
            }),
        }
    }
}

/// What CloudWatch itself says of an alarm that it cannot evaluate.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html>
fn evaluated(alarm: ResourceView<'_>) -> Option<Fire> {
    let state = alarm.status().path("EvaluationState").and_then(Json::as_str)?;
    match &*state {
        "EVALUATION_ERROR" => Some(Fire::Cannot(Reason::EvaluationError)),
        "EVALUATION_FAILURE" => {
            Some(Fire::Unknown(Reason::EvaluationFailure(alarm.id().into()).into()))
        }
        _ => None,
    }
}

/// What names a metric of a resource. No byte of UTF-8 is 0xFF, so different parts never read the same.
fn key<V: AsRef<str>>(
    (account, region): (&str, &str),
    (namespace, metric): (&str, &str),
    dimensions: &[(&str, V)],
) -> Box<[u8]> {
    let mut dimensions: Vec<_> = dimensions.iter().map(|(name, it)| (*name, it.as_ref())).collect();
    dimensions.sort_unstable();
    let mut key = Vec::with_capacity(128);
    let pairs = dimensions.iter().flat_map(|(name, value)| [*name, *value]);
    for part in [account, region, namespace, metric].into_iter().chain(pairs) {
        key.extend_from_slice(part.as_bytes());
        key.push(0xFF);
    }
    key.into()
}

/// A dimension as it stands in a key, between the ends of what is beside it.
fn pair(name: &str, value: &str) -> Vec<u8> {
    let bytes = [b"\xFF", name.as_bytes(), b"\xFF", value.as_bytes(), b"\xFF"];
    bytes.concat()
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
