//! What of an alarm decides what it watches.

use std::borrow::Cow;

use serde::Deserialize;

use crate::engine::metrics::{self, Measure};
use crate::engine::reason::{Reason, Unknown};
use crate::snapshot::ResourceView;

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
    /// Seconds.
    #[serde(default)]
    period: Option<f64>,
    /// Periods looked at.
    #[serde(default)]
    pub evaluation_periods: Option<f64>,
    /// How many of them must breach; all where it is not said.
    #[serde(default)]
    pub datapoints_to_alarm: Option<f64>,
    /// `missing`, `notBreaching`, `breaching` or `ignore`.
    #[serde(borrow, default)]
    pub treat_missing_data: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    metrics: Vec<Query<'a>>,
    #[serde(borrow, default)]
    evaluation_criteria: Option<&'a serde_json::value::RawValue>,
}

/// A dimension of a metric.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Its value.
    #[serde(borrow)]
    pub value: Cow<'a, str>,
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
    #[serde(default)]
    period: Option<f64>,
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
    /// Dimensions.
    pub dimensions: &'f [Dimension<'f>],
    /// Statistic.
    pub statistic: &'f str,
    /// Seconds that a datapoint covers.
    pub period: Option<f64>,
    /// Unit, if the alarm insists on one.
    pub unit: Option<&'f str>,
    /// Whether the alarm looks at this metric itself, not at an expression over it.
    pub plain: bool,
    /// Whose metric it is; the alarm's own account's where it does not say.
    pub account: Option<&'f str>,
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

/// What an alarm asks instead of naming a metric.
#[derive(Debug)]
pub enum Queries {
    /// Metrics Insights.
    Insights(Vec<String>),
    /// PromQL, which names metrics in its own way.
    PromQl,
}

impl Queries {
    /// Whether they may be about `metric`.
    pub fn may_ask(&self, metric: &str) -> bool {
        match self {
            Queries::Insights(queries) => queries.iter().any(|query| query.contains(metric)),
            Queries::PromQl => true,
        }
    }
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
                period: self.period,
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
        let band = self.metrics.iter().find(|q| self.is_threshold(q));
        let band = band.and_then(|band| band.expression.as_deref()).unwrap_or_default().trim();
        let inside = band.strip_prefix("ANOMALY_DETECTION_BAND(").and_then(|e| e.strip_suffix(')'));
        let (over, width) = inside.map_or(("", ""), |e| e.split_once(',').unwrap_or((e, "2")));
        // Anything else is computed from the band, or from something else than a metric.
        let is_band = width.trim().parse::<f64>().is_ok();
        Some(Some(over.trim()).filter(|over| is_band && !over.is_empty()))
    }

    /// The queries it asks instead of naming a metric; none when it does not ask.
    pub fn queries(&self) -> Option<Queries> {
        if self.evaluation_criteria.is_some() {
            return Some(Queries::PromQl);
        }
        let expressions = self.metrics.iter().filter_map(|q| q.expression.as_deref());
        let insights: Vec<String> = expressions
            .filter(|e| e.trim_start().get(..6).is_some_and(|w| w.eq_ignore_ascii_case("SELECT")))
            .map(str::to_owned)
            .collect();
        (!insights.is_empty()).then_some(Queries::Insights(insights))
    }

    /// Whether it is a constant that is crossed, in a way that constants are.
    pub fn is_constant(&self) -> bool {
        const OPERATORS: [&str; 4] = [
            "GreaterThanThreshold",
            "GreaterThanOrEqualToThreshold",
            "LessThanThreshold",
            "LessThanOrEqualToThreshold",
        ];
        self.threshold_metric_id.is_none()
            && self.comparison_operator.as_deref().is_some_and(|it| OPERATORS.contains(&it))
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
            period: stat.period,
            unit: stat.unit.as_deref(),
            plain: plain && self.return_data != Some(false),
            account: self.account_id.as_deref(),
        })
    }
}

impl Watched<'_> {
    /// Whether the statistic is a size of the metric, to be compared with a threshold in its unit.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>
    pub fn statistic_fits(&self) -> bool {
        // Shares and numbers of samples say nothing of their size.
        let counts_samples = self.is_any_of(&["samplecount", "tc", "pr"]);
        let sums = self.is_any_of(&["sum", "ts"]);
        let measure = metrics::find(self.namespace, self.metric).map(|m| m.measure);
        // A sum of percentages is no percentage, and a sum of free bytes no free bytes.
        let summable =
            measure.is_none_or(|measure| matches!(measure, Measure::Count | Measure::OneOrNone));
        !self.statistic.is_empty() && !counts_samples && (summable || !sums)
    }

    /// Whether its values stay within the metric's own range: no number or sum of samples, which grow
    /// with the period.
    pub fn keeps_range(&self) -> bool {
        !self.is_any_of(&["samplecount", "tc", "sum", "ts"])
    }

    /// Statistics are written `tc90` or `TC(10%:90%)`.
    fn is_any_of(&self, statistics: &[&str]) -> bool {
        let statistic = self.statistic.to_ascii_lowercase();
        statistics.iter().any(|name| statistic.starts_with(name))
    }
}
