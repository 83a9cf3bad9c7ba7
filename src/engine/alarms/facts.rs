//! What of an alarm decides what it watches.

use std::borrow::Cow;

use serde::Deserialize;

use super::range::{Holds, Range};
use crate::engine::reason::{Reason, Unknown};
use crate::snapshot::ResourceView;

/// What of an alarm matters, borrowed from the snapshot.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AlarmFacts<'a> {
    /// Namespace of a plain alarm.
    #[serde(borrow, default)]
    pub namespace: Option<Cow<'a, str>>,
    /// Metric of a plain alarm.
    #[serde(borrow, default)]
    pub metric_name: Option<Cow<'a, str>>,
    /// Dimensions of a plain alarm.
    #[serde(borrow, default)]
    pub dimensions: Vec<Dimension<'a>>,
    /// `Average` and the like.
    #[serde(borrow, default)]
    pub statistic: Option<Cow<'a, str>>,
    /// `p90` and the like.
    #[serde(borrow, default)]
    pub extended_statistic: Option<Cow<'a, str>>,
    /// Unit, if it insists on one.
    #[serde(borrow, default)]
    pub unit: Option<Cow<'a, str>>,
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
    pub period: Option<f64>,
    /// Periods looked at.
    #[serde(default)]
    pub evaluation_periods: Option<f64>,
    /// How many of them must breach; all where it is not said.
    #[serde(default)]
    pub datapoints_to_alarm: Option<f64>,
    /// `missing`, `notBreaching`, `breaching` or `ignore`.
    #[serde(borrow, default)]
    pub treat_missing_data: Option<Cow<'a, str>>,
    /// Metrics and expressions over them, instead of one metric.
    #[serde(borrow, default)]
    pub metrics: Vec<Query<'a>>,
    #[serde(borrow, default)]
    evaluation_criteria: Option<&'a serde_json::value::RawValue>,
}

/// A dimension of a metric.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Its value.
    #[serde(borrow)]
    pub value: Cow<'a, str>,
}

/// A metric or an expression.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Query<'a> {
    /// What others call it.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Metric math or a `SELECT`.
    #[serde(borrow, default)]
    pub expression: Option<Cow<'a, str>>,
    /// Whether this is what the alarm looks at; so where it is not said.
    #[serde(default)]
    pub return_data: Option<bool>,
    /// Whose metric it is; the alarm's own account's where it does not say.
    #[serde(borrow, default)]
    pub account_id: Option<Cow<'a, str>>,
    /// A metric.
    #[serde(borrow, default)]
    pub metric_stat: Option<MetricStat<'a>>,
    /// Seconds, of an expression.
    #[serde(default)]
    pub period: Option<f64>,
}

/// A metric, and how its samples become datapoints.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetricStat<'a> {
    /// The metric.
    #[serde(borrow)]
    pub metric: MetricRef<'a>,
    /// Seconds.
    #[serde(default)]
    pub period: Option<f64>,
    /// Statistic.
    #[serde(borrow, default)]
    pub stat: Option<Cow<'a, str>>,
    /// Unit, if it insists on one.
    #[serde(borrow, default)]
    pub unit: Option<Cow<'a, str>>,
}

/// What names a metric.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetricRef<'a> {
    /// Namespace.
    #[serde(borrow, default)]
    pub namespace: Option<Cow<'a, str>>,
    /// Name.
    #[serde(borrow, default)]
    pub metric_name: Option<Cow<'a, str>>,
    /// Dimensions.
    #[serde(borrow, default)]
    pub dimensions: Vec<Dimension<'a>>,
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
    /// Whether it asks in PromQL, which names metrics in its own way.
    pub fn is_prom_ql(&self) -> bool {
        self.evaluation_criteria.is_some()
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

    /// Whether it is a band of what is expected that is crossed.
    pub fn is_over_band(&self) -> bool {
        let over = [
            "LessThanLowerThreshold",
            "GreaterThanUpperThreshold",
            "LessThanLowerOrGreaterThanUpperThreshold",
        ];
        let operator = self.comparison_operator.as_deref();
        self.threshold.is_none() && operator.is_some_and(|it| over.contains(&it))
    }

    /// Whether it rings when what it looks at rises, or when that falls.
    pub fn rings(&self, rising: bool) -> bool {
        let operator = self.comparison_operator.as_deref().unwrap_or_default();
        let up =
            ["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "GreaterThanUpperThreshold"];
        let down = ["LessThanThreshold", "LessThanOrEqualToThreshold", "LessThanLowerThreshold"];
        let wanted = if rising { up } else { down };
        wanted.contains(&operator) || operator == "LessThanLowerOrGreaterThanUpperThreshold"
    }

    /// Whether what stays within `range` crosses a constant.
    pub fn crosses(&self, range: Range, threshold: f64) -> Holds {
        let threshold = Range::only(threshold);
        let holds = match self.comparison_operator.as_deref().unwrap_or_default() {
            "GreaterThanThreshold" => range.above(threshold),
            "GreaterThanOrEqualToThreshold" => range.not_below(threshold),
            "LessThanThreshold" => threshold.above(range),
            "LessThanOrEqualToThreshold" => threshold.not_below(range),
            _ => Holds::Perhaps,
        };
        if range.gaps { holds.min(Holds::Perhaps) } else { holds }
    }
}
