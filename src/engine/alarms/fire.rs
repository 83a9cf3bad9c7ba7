//! Whether an alarm's threshold can be crossed by its metric.

use super::facts::{AlarmFacts, Watched};
use crate::engine::metrics::{self, Measure};
use crate::engine::reason::{Reason, Unknown};

/// Byte thresholds below this were surely meant in another unit: 1 MiB.
const LEAST_BYTES: f64 = 1024.0 * 1024.0;
/// Byte thresholds above this always hold: 1 PiB, more than any instance has.
const MOST_BYTES: f64 = 1024.0 * 1024.0 * 1024.0 * 1024.0 * 1024.0;
/// Response times above this were surely meant in milliseconds: ten minutes, past every timeout of a load balancer in practice.
const MOST_SECONDS: f64 = 600.0;

/// Seconds between two datapoints of AWS's own metrics, at least.
const MINUTE: f64 = 60.0;

/// Whether an alarm can fire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fire {
    /// It can.
    Can(Reason),
    /// It cannot, or not in time.
    Cannot(Reason),
    /// It cannot be told.
    Unknown(Unknown),
}

/// Whether the alarm's threshold can be crossed. What is not known of a metric does not count
/// against the alarm.
pub fn can_fire(alarm: &str, facts: &AlarmFacts<'_>) -> Fire {
    let watched = facts.watched();
    let [watched] = watched.as_slice() else {
        return Fire::Unknown(Reason::MathUndecided(alarm.to_owned()).into());
    };
    if !watched.plain {
        return Fire::Unknown(Reason::MathUndecided(alarm.to_owned()).into());
    }
    if let Some(reason) = wrong_unit(watched).or_else(|| too_few_datapoints(facts, watched)) {
        return Fire::Cannot(reason);
    }
    let over_band = ["UpperThreshold", "LessThanLowerThreshold"]
        .iter()
        .any(|word| facts.comparison_operator.as_deref().is_some_and(|it| it.ends_with(word)));
    match facts.threshold {
        Some(threshold) if facts.is_constant() => crossing(facts, watched, threshold),
        // An anomaly band follows its metric, so the metric can leave it.
        None if facts.threshold_metric_id.is_some() && over_band => {
            Fire::Can(Reason::CanFire(format!("{} outside its expected band", watched.metric)))
        }
        _ => Fire::Unknown(Reason::ThresholdUndecided(alarm.to_owned()).into()),
    }
}

fn wrong_unit(watched: &Watched<'_>) -> Option<Reason> {
    let metric = metrics::find(watched.namespace, watched.metric)?;
    let unit = watched.unit.filter(|unit| *unit != metric.unit())?;
    Some(Reason::UnitNeverSent(
        watched.metric.to_owned(),
        unit.to_owned(),
        metric.unit().to_owned(),
    ))
}

/// AWS's own metrics come once a minute at most. With a shorter period most datapoints are missing,
/// and where those count as fine or as nothing new, those that breach may never be enough.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html>
fn too_few_datapoints(facts: &AlarmFacts<'_>, watched: &Watched<'_>) -> Option<Reason> {
    metrics::find(watched.namespace, watched.metric)?;
    let fills = ["notBreaching", "ignore"].contains(&facts.treat_missing_data.as_deref()?);
    let period = watched.period.filter(|seconds| fills && *seconds < MINUTE)?;
    let periods = facts.evaluation_periods?;
    let needed = facts.datapoints_to_alarm.unwrap_or(periods);
    (needed * MINUTE > periods * period)
        .then(|| Reason::TooFewDatapoints(watched.metric.to_owned(), period.to_string()))
}

fn crossing(facts: &AlarmFacts<'_>, watched: &Watched<'_>, threshold: f64) -> Fire {
    let operator = facts.comparison_operator.as_deref().unwrap_or_default();
    let words = format!("{} {}", sign(operator), threshold);
    let name = watched.metric.to_owned();
    let measure = metrics::find(watched.namespace, watched.metric).map(|m| m.measure);
    // Numbers and sums of samples have neither the metric's range nor its unit.
    let measure = if watched.keeps_range() { measure } else { measure.and(Some(Measure::Count)) };
    let out_of_range = |range: &str| {
        Fire::Cannot(Reason::OutOfRange(name.clone(), words.clone(), range.to_owned()))
    };
    let never_below = match operator {
        "LessThanThreshold" => threshold <= 0.0,
        "LessThanOrEqualToThreshold" => threshold < 0.0,
        _ => false,
    };
    let never_above_hundred = match operator {
        "GreaterThanThreshold" => threshold >= 100.0,
        "GreaterThanOrEqualToThreshold" => threshold > 100.0,
        _ => false,
    };
    let never_above_one = match operator {
        "GreaterThanThreshold" => threshold >= 1.0,
        "GreaterThanOrEqualToThreshold" => threshold > 1.0,
        _ => false,
    };
    let always = match operator {
        "GreaterThanThreshold" => threshold < 0.0,
        "GreaterThanOrEqualToThreshold" => threshold <= 0.0,
        "LessThanThreshold" => measure == Some(Measure::Percent) && threshold > 100.0,
        "LessThanOrEqualToThreshold" => measure == Some(Measure::Percent) && threshold >= 100.0,
        _ => false,
    };
    match measure {
        Some(_) if always => Fire::Cannot(Reason::AlwaysTrue(name, words)),
        Some(Measure::Bytes) if operator.starts_with("LessThan") && threshold > MOST_BYTES => {
            Fire::Cannot(Reason::AlwaysTrue(name, words))
        }
        Some(Measure::Percent) if never_above_hundred || never_below => out_of_range("0 … 100"),
        Some(Measure::OneOrNone) if never_above_one || never_below => out_of_range("0 … 1"),
        Some(_) if never_below => out_of_range("0 … ∞"),
        Some(Measure::Bytes) if operator.starts_with("LessThan") && threshold < LEAST_BYTES => {
            Fire::Cannot(Reason::BytesMeant(name, words))
        }
        Some(Measure::Seconds)
            if operator.starts_with("GreaterThan") && threshold > MOST_SECONDS =>
        {
            Fire::Cannot(Reason::SecondsMeant(name, words))
        }
        _ => Fire::Can(Reason::CanFire(format!("{name} {words}"))),
    }
}

fn sign(operator: &str) -> &str {
    match operator {
        "GreaterThanThreshold" => ">",
        "GreaterThanOrEqualToThreshold" => ">=",
        "LessThanThreshold" => "<",
        "LessThanOrEqualToThreshold" => "<=",
        other => other,
    }
}
