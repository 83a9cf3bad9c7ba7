//! The metrics that an alarm looks at, by themselves or within a computation.

use std::borrow::Cow;

use super::facts::{AlarmFacts, Dimension, Query};
use super::range::Range;
use super::select::Select;
use crate::engine::metrics::{self, Measure};

/// Byte thresholds below this were surely meant in another unit: 1 MiB.
pub const LEAST_BYTES: f64 = 1024.0 * 1024.0;
/// Response times above this were surely meant in milliseconds: ten minutes, past every timeout of a load balancer in practice.
pub const MOST_SECONDS: f64 = 600.0;

/// A metric, or several at once.
#[derive(Debug)]
pub struct Source<'f> {
    /// Which.
    pub what: What<'f>,
    /// Statistic.
    pub statistic: Cow<'f, str>,
    /// Seconds that a datapoint covers.
    pub period: Option<f64>,
    /// Unit, if the alarm insists on one.
    pub unit: Option<&'f str>,
    /// Whose metric it is; the alarm's own account's where it does not say.
    pub account: Option<&'f str>,
    /// How its values are measured, where that is known.
    pub measure: Option<Measure>,
    /// What to call it.
    pub label: String,
    /// Number of its query.
    pub query: usize,
}

/// What a source looks at.
#[derive(Debug)]
pub enum What<'f> {
    /// One metric.
    Metric {
        /// Namespace.
        namespace: &'f str,
        /// Name.
        name: &'f str,
        /// Dimensions.
        dimensions: &'f [Dimension<'f>],
    },
    /// All that a query finds.
    Select(Select),
}

impl<'f> Source<'f> {
    /// The metric of a plain alarm.
    pub fn plain(facts: &'f AlarmFacts<'f>, namespace: &'f str, name: &'f str) -> Source<'f> {
        let statistic = facts.statistic.as_deref().or(facts.extended_statistic.as_deref());
        let dimensions = &facts.dimensions;
        Source {
            what: What::Metric { namespace, name, dimensions },
            statistic: statistic.unwrap_or_default().into(),
            period: facts.period,
            unit: facts.unit.as_deref(),
            account: None,
            measure: metrics::find(namespace, name).map(|it| it.measure),
            label: name.to_owned(),
            query: 0,
        }
    }

    /// What the query of number `i` looks at, if that is no expression.
    pub fn of(i: usize, query: &'f Query<'f>) -> Option<Source<'f>> {
        if let Some(stat) = &query.metric_stat {
            let namespace = stat.metric.namespace.as_deref()?;
            let name = stat.metric.metric_name.as_deref()?;
            return Some(Source {
                what: What::Metric { namespace, name, dimensions: &stat.metric.dimensions },
                statistic: stat.stat.as_deref().unwrap_or_default().into(),
                period: stat.period,
                unit: stat.unit.as_deref(),
                account: query.account_id.as_deref(),
                measure: metrics::find(namespace, name).map(|it| it.measure),
                label: name.to_owned(),
                query: i,
            });
        }
        let select =
            query.expression.as_deref().filter(|it| is_select(it)).and_then(Select::parse)?;
        Some(Source {
            statistic: select.function.statistic().into(),
            period: query.period,
            unit: None,
            account: query.account_id.as_deref(),
            measure: metrics::find(&select.namespace, &select.metric).map(|it| it.measure),
            label: select.metric.clone(),
            what: What::Select(select),
            query: i,
        })
    }

    /// What `over` over `under` says in percent, if that is what another metric does.
    pub fn ratio(over: &Source<'f>, under: &Source<'f>) -> Option<Source<'f>> {
        let (
            What::Metric { namespace, name, dimensions },
            What::Metric { namespace: n, name: by, dimensions: d },
        ) = (&over.what, &under.what)
        else {
            return None;
        };
        // Only a unit that the metric is known to have leaves the ratio what it is.
        let is_known = |it: &Source<'_>| metrics::find(it.metric().0, it.metric().1).is_some();
        let has_unit =
            |it: &Source<'_>| it.unit.is_none() || is_known(it) && it.wrong_unit().is_none();
        let ratio = metrics::ratio(namespace, name, by, &over.statistic)?;
        let fits = n == namespace
            && same_dimensions(dimensions, d)
            && over.statistic == under.statistic
            && has_unit(over)
            && has_unit(under)
            && over.account == under.account;
        let (namespace, stands_for) = ratio.stands_for;
        fits.then(|| Source {
            what: What::Metric { namespace, name: stands_for, dimensions },
            // The same for each of its samples.
            statistic: "Average".into(),
            period: over.period,
            unit: None,
            account: over.account,
            measure: Some(Measure::Percent),
            label: format!("100 × {name} / {by}"),
            query: usize::MAX,
        })
    }

    /// The namespace and name of the metric.
    pub fn metric(&self) -> (&str, &str) {
        match &self.what {
            What::Metric { namespace, name, .. } => (namespace, name),
            What::Select(select) => (&select.namespace, &select.metric),
        }
    }

    /// Whether both look at the same metric.
    pub fn is_same(&self, other: &Source<'_>) -> bool {
        match (&self.what, &other.what) {
            (What::Select(select), What::Select(another)) => select == another,
            (What::Metric { dimensions, .. }, What::Metric { dimensions: others, .. }) => {
                self.metric() == other.metric()
                    && self.account == other.account
                    && same_dimensions(dimensions, others)
            }
            _ => false,
        }
    }

    /// Between which values it stays, in all that happens in practice; nothing where its unit selects nothing.
    pub fn range(&self) -> Range {
        if self.wrong_unit().is_some() {
            return Range::only(0.0).with_gaps(true);
        }
        match self.measure {
            None => Range::ANY,
            Some(_) if !self.keeps_range() => Range::new(0.0, f64::INFINITY),
            Some(Measure::Percent) => Range::new(0.0, 100.0),
            Some(Measure::OneOrNone) => Range::new(0.0, 1.0),
            Some(Measure::Count) => Range::new(0.0, f64::INFINITY),
            Some(Measure::Seconds) => Range::new(0.0, MOST_SECONDS),
            Some(Measure::Bytes) => Range::new(LEAST_BYTES, f64::INFINITY),
        }
    }

    /// The unit that the alarm insists on and the metric never has, and the one it has.
    pub fn wrong_unit(&self) -> Option<(&str, &'static str)> {
        let (namespace, name) = self.metric();
        let right = metrics::find(namespace, name)?.unit();
        self.unit.filter(|unit| *unit != right).map(|unit| (unit, right))
    }

    /// Whether the statistic is a size of the metric, to be compared with a threshold in its unit.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>
    pub fn statistic_fits(&self) -> bool {
        // Shares and numbers of samples say nothing of their size.
        let counts_samples = self.is_any_of(&["samplecount", "tc", "pr"]);
        let sums = self.is_any_of(&["sum", "ts"]);
        !self.statistic.is_empty() && !counts_samples && (self.adds_up() || !sums)
    }

    /// A sum of percentages is no percentage, and a sum of free bytes no free bytes.
    pub fn adds_up(&self) -> bool {
        self.measure.is_none_or(|measure| matches!(measure, Measure::Count | Measure::OneOrNone))
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

/// Whether an expression is a query of Metrics Insights.
pub fn is_select(text: &str) -> bool {
    text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("SELECT"))
}

fn same_dimensions(some: &[Dimension<'_>], others: &[Dimension<'_>]) -> bool {
    some.len() == others.len() && some.iter().all(|it| others.contains(it))
}
