//! Which alarm watches which resource: namespace, metric, dimensions, direction and statistic must
//! all fit.
//!
//! Metric math, Metrics Insights and PromQL are not followed yet: such an alarm on a resource's
//! metric leaves the answer open rather than counting as watched or unwatched.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};
use serde::Deserialize;

use super::reason::{Reason, Unknown};
use crate::model::types;
use crate::snapshot::{Json, ResourceView, Snapshot};

/// Type of a metric alarm.
pub const ALARM: &str = "AWS::CloudWatch::Alarm";

/// What of an alarm matters, borrowed from the snapshot.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AlarmFacts<'a> {
    #[serde(borrow, default)]
    namespace: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    metric_name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    dimensions: Vec<Dimension<'a>>,
    #[serde(borrow, default)]
    statistic: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    extended_statistic: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    unit: Option<Cow<'a, str>>,
    /// The constant that is crossed.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// The band that is crossed.
    #[serde(borrow, default)]
    pub threshold_metric_id: Option<Cow<'a, str>>,
    /// How it is crossed.
    #[serde(borrow, default)]
    pub comparison_operator: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    metrics: Vec<Query<'a>>,
    #[serde(borrow, default)]
    evaluation_criteria: Option<&'a serde_json::value::RawValue>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Query<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    expression: Option<Cow<'a, str>>,
    #[serde(default)]
    return_data: Option<bool>,
    #[serde(borrow, default)]
    account_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    metric_stat: Option<MetricStat<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat<'a> {
    #[serde(borrow)]
    metric: MetricRef<'a>,
    #[serde(borrow, default)]
    stat: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    unit: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricRef<'a> {
    #[serde(borrow, default)]
    namespace: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    metric_name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    dimensions: Vec<Dimension<'a>>,
}

/// A metric that an alarm looks at.
#[derive(Debug)]
pub struct Watched<'f> {
    /// Namespace.
    pub namespace: &'f str,
    /// Metric.
    pub metric: &'f str,
    dimensions: &'f [Dimension<'f>],
    /// Statistic.
    pub statistic: &'f str,
    /// Unit, if the alarm insists on one.
    pub unit: Option<&'f str>,
    /// Whether the alarm looks at this metric itself, not at an expression over it.
    pub plain: bool,
    account: Option<&'f str>,
}

/// Reads what matters of an alarm.
///
/// # Errors
/// The snapshot holds something else than an alarm's properties.
pub fn facts<'a>(alarm: ResourceView<'a>) -> Result<AlarmFacts<'a>, Unknown> {
    alarm
        .properties()
        .parse()
        .map_err(|error| Reason::Malformed(format!("{}: {error}", alarm.id())).into())
}

impl AlarmFacts<'_> {
    /// The metrics it looks at.
    pub fn watched(&self) -> Vec<Watched<'_>> {
        if let (Some(namespace), Some(metric)) = (&self.namespace, &self.metric_name) {
            return vec![Watched {
                namespace,
                metric,
                dimensions: &self.dimensions,
                statistic: self
                    .statistic
                    .as_deref()
                    .or(self.extended_statistic.as_deref())
                    .unwrap_or_default(),
                unit: self.unit.as_deref(),
                plain: true,
                account: None,
            }];
        }
        let other_expressions =
            self.metrics.iter().any(|q| q.expression.is_some() && !self.is_threshold(q));
        let plain = |q: &Query<'_>| {
            !other_expressions && self.band_over().is_none_or(|watched| watched == Some(&*q.id))
        };
        self.metrics.iter().filter_map(|q| q.watched(plain(q))).collect()
    }

    fn is_threshold(&self, query: &Query<'_>) -> bool {
        self.threshold_metric_id.as_deref() == Some(&*query.id)
    }

    /// For an anomaly detection alarm the query its band is made of, if that can be read.
    fn band_over(&self) -> Option<Option<&str>> {
        self.threshold_metric_id.as_deref()?;
        let band = self.metrics.iter().find(|q| self.is_threshold(q))?.expression.as_deref();
        let inside = band.and_then(|e| e.trim().strip_prefix("ANOMALY_DETECTION_BAND("));
        Some(inside.and_then(|inside| inside.split([',', ')']).next()).map(str::trim))
    }

    /// Whether it asks by Metrics Insights or PromQL, so that what it covers stands in a query.
    fn is_query(&self) -> bool {
        self.evaluation_criteria.is_some() || self.insights().next().is_some()
    }

    /// Whether its query may be about `metric`. PromQL names metrics in its own way, so any PromQL
    /// alarm may be.
    fn may_query(&self, metric: &str) -> bool {
        self.evaluation_criteria.is_some() || self.insights().any(|query| query.contains(metric))
    }

    fn insights(&self) -> impl Iterator<Item = &str> {
        let expressions = self.metrics.iter().filter_map(|q| q.expression.as_deref());
        expressions
            .filter(|e| e.trim_start().get(..6).is_some_and(|w| w.eq_ignore_ascii_case("SELECT")))
    }

    /// Whether crossing means what a rule asks for, `above` or `below`.
    pub fn rings(&self, direction: &str) -> bool {
        let operator = self.comparison_operator.as_deref().unwrap_or_default();
        let rising =
            ["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "GreaterThanUpperThreshold"];
        let falling = ["LessThanThreshold", "LessThanOrEqualToThreshold", "LessThanLowerThreshold"];
        let wanted = if direction == "above" { rising } else { falling };
        wanted.contains(&operator) || operator == "LessThanLowerOrGreaterThanUpperThreshold"
    }
}

impl Query<'_> {
    fn watched(&self, plain: bool) -> Option<Watched<'_>> {
        let stat = self.metric_stat.as_ref()?;
        Some(Watched {
            namespace: stat.metric.namespace.as_deref()?,
            metric: stat.metric.metric_name.as_deref()?,
            dimensions: &stat.metric.dimensions,
            statistic: stat.stat.as_deref().unwrap_or_default(),
            unit: stat.unit.as_deref(),
            plain: plain && self.return_data != Some(false),
            account: self.account_id.as_deref(),
        })
    }
}

impl Watched<'_> {
    fn is(
        &self,
        namespace: &str,
        metric: &str,
        dimensions: &[(&str, String)],
        account: &str,
    ) -> bool {
        self.namespace == namespace
            && self.metric == metric
            && self.account.is_none_or(|a| a == account)
            && self.dimensions.len() == dimensions.len()
            && dimensions.iter().all(|(name, value)| {
                self.dimensions.iter().any(|d| d.name == *name && d.value == *value)
            })
    }

    /// Whether the statistic is a size of the metric, to be compared with a threshold in its unit.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>
    fn statistic_fits(&self) -> bool {
        use super::metrics::Measure;
        // Shares and numbers of samples say nothing of their size.
        let counts_samples =
            ["SampleCount", "TC", "PR"].iter().any(|s| self.statistic.starts_with(s));
        let sums = self.statistic == "Sum" || self.statistic.starts_with("TS");
        let measure = super::metrics::find(self.namespace, self.metric).map(|m| m.measure);
        // A sum of percentages is no percentage, and a sum of free bytes no free bytes.
        let summable = measure.is_none_or(|measure| measure == Measure::Count);
        !self.statistic.is_empty() && !counts_samples && (summable || !sums)
    }
}

/// Alarms by the metric and dimensions they look at.
#[derive(Debug, Default)]
pub struct AlarmIndex {
    by_metric: FxHashMap<u64, Vec<u32>>,
    queries: Vec<u32>,
    malformed: Vec<u32>,
}

/// What there is of alarms on one resource's metric.
#[derive(Debug, Default)]
pub struct Watchers {
    /// Alarms that watch it.
    pub alarms: Vec<u32>,
    /// Alarms that may, and why that cannot be told.
    pub doubtful: Vec<(u32, Unknown)>,
}

impl AlarmIndex {
    /// Indexes every alarm of a snapshot.
    pub fn build(snapshot: &Snapshot) -> AlarmIndex {
        let mut index = AlarmIndex::default();
        for i in snapshot.of_type(ALARM) {
            let view = snapshot.get(i);
            let Ok(facts) = facts(view) else {
                index.malformed.push(i);
                continue;
            };
            if facts.is_query() {
                index.queries.push(i);
            }
            for watched in facts.watched() {
                let dimensions = watched.dimensions.iter().map(|d| (&*d.name, &*d.value));
                let key = key(
                    view.account(),
                    view.region(),
                    watched.namespace,
                    watched.metric,
                    dimensions,
                );
                let list = index.by_metric.entry(key).or_default();
                if list.last() != Some(&i) {
                    list.push(i);
                }
            }
        }
        index
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
        let dimensions = dimensions(resource)?;
        let pairs = dimensions.iter().map(|(name, value)| (*name, value.as_str()));
        let key = key(resource.account(), resource.region(), namespace, metric, pairs);
        let mut found = Watchers::default();
        for &i in self.by_metric.get(&key).map_or(&[][..], Vec::as_slice) {
            let view = snapshot.get(i);
            let facts = facts(view)?;
            let fits = |w: &&Watched<'_>| w.is(namespace, metric, &dimensions, resource.account());
            let watched = facts.watched();
            match watched.iter().find(fits) {
                Some(w) if w.plain && facts.rings(direction) && w.statistic_fits() => {
                    found.alarms.push(i)
                }
                Some(w) if !w.plain => {
                    found.doubtful.push((i, Reason::MathUndecided(view.id().into_owned()).into()));
                }
                _ => {}
            }
        }
        self.open_questions(snapshot, resource, metric, &mut found.doubtful);
        Ok(found)
    }

    /// Queries and unreadable alarms of the same region that might watch the metric too.
    fn open_questions(
        &self,
        snapshot: &Snapshot,
        resource: ResourceView<'_>,
        metric: &str,
        doubtful: &mut Vec<(u32, Unknown)>,
    ) {
        let here = |i: &&u32| {
            let view = snapshot.get(**i);
            view.account() == resource.account() && view.region() == resource.region()
        };
        let asks = |i: &&u32| facts(snapshot.get(**i)).is_ok_and(|f| f.may_query(metric));
        let id = |i: u32| snapshot.get(i).id().into_owned();
        let queries = self.queries.iter().filter(here).filter(asks);
        doubtful.extend(queries.map(|&i| (i, Reason::QueryUndecided(id(i)).into())));
        let malformed = self.malformed.iter().filter(here);
        doubtful.extend(malformed.map(|&i| (i, Reason::Malformed(id(i)).into())));
    }
}

fn key<'a>(
    account: &str,
    region: &str,
    namespace: &str,
    metric: &str,
    dimensions: impl Iterator<Item = (&'a str, &'a str)>,
) -> u64 {
    let mut dimensions: Vec<_> = dimensions.collect();
    dimensions.sort_unstable();
    let mut hasher = FxHasher::default();
    (account, region, namespace, metric, dimensions).hash(&mut hasher);
    hasher.finish()
}

/// The CloudWatch dimensions that name a resource.
fn dimensions(resource: ResourceView<'_>) -> Result<Vec<(&'static str, String)>, Unknown> {
    let known = types::find(resource.ty()).map_or(&[][..], |ty| ty.dimensions);
    known
        .iter()
        .map(|(name, path)| {
            let value =
                path.strip_prefix("properties.").and_then(|p| resource.properties().path(p));
            let value = value.and_then(Json::as_str).ok_or_else(|| {
                Unknown::from(Reason::Malformed(format!("{} has no {path}", resource.id())))
            })?;
            Ok((*name, value.into_owned()))
        })
        .collect()
}
