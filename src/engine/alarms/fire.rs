//! Whether an alarm's threshold can be crossed by its metric.

use super::facts::AlarmFacts;
use super::range::{Holds, Range};
use super::signal::{Shape, Signal};
use super::source::{LEAST_BYTES, MOST_SECONDS, Source};
use super::value::Line;
use crate::engine::metrics::{self, Measure};
use crate::engine::reason::{Reason, Unknown};

/// Byte thresholds above this always hold: 1 PiB, more than any instance has.
const MOST_BYTES: f64 = 1024.0 * 1024.0 * 1024.0 * 1024.0 * 1024.0;

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
pub fn can_fire(alarm: &str, facts: &AlarmFacts<'_>, signal: &Signal<'_>) -> Fire {
    let undecided = || Fire::Unknown(Reason::ThresholdUndecided(alarm.to_owned()).into());
    let threshold = facts.threshold.filter(|_| facts.is_constant());
    match (signal.shape, threshold) {
        (Shape::Line(line), threshold) => {
            let source = &signal.sources[line.source];
            if let Some(reason) = starved(facts, signal, source) {
                return Fire::Cannot(reason);
            }
            match threshold {
                Some(threshold) => crossing(facts, source, line, threshold),
                None => undecided(),
            }
        }
        // An anomaly band follows its metric, so the metric can leave it.
        (Shape::Band(line), None) if facts.is_over_band() => {
            let source = &signal.sources[line.source];
            let can = || {
                Fire::Can(Reason::CanFire(format!("{} outside its expected band", source.label)))
            };
            starved(facts, signal, source).map_or_else(can, Fire::Cannot)
        }
        (Shape::Math(main), Some(threshold)) => {
            let mut sources = signal.sources.iter();
            let starved = sources.find_map(|source| too_few_datapoints(facts, signal, source));
            match (starved, signal.range(main)) {
                (Some(reason), _) => Fire::Cannot(reason),
                (None, Some(range)) => computed(facts, range, threshold, signal.label(main)),
                (None, None) => undecided(),
            }
        }
        (Shape::Undecided, _) => Fire::Unknown(Reason::MathUndecided(alarm.to_owned()).into()),
        _ => undecided(),
    }
}

fn starved(facts: &AlarmFacts<'_>, signal: &Signal<'_>, source: &Source<'_>) -> Option<Reason> {
    wrong_unit(source).or_else(|| too_few_datapoints(facts, signal, source))
}

/// What is computed has neither a unit nor a habit, only a range.
fn computed(facts: &AlarmFacts<'_>, range: Range, threshold: f64, label: String) -> Fire {
    let operator = facts.comparison_operator.as_deref().unwrap_or_default();
    let words = format!("{} {threshold}", sign(operator));
    match facts.crosses(range, threshold) {
        Holds::Never => Fire::Cannot(Reason::OutOfRange(label, words, ends(range))),
        Holds::Perhaps => Fire::Can(Reason::CanFire(format!("{label} {words}"))),
        Holds::Surely => Fire::Cannot(Reason::AlwaysTrue(label, words)),
    }
}

fn ends(range: Range) -> String {
    let end = |value: f64| match value {
        f64::INFINITY => "∞".to_owned(),
        f64::NEG_INFINITY => "-∞".to_owned(),
        value => value.to_string(),
    };
    format!("{} … {}", end(range.low), end(range.high))
}

fn wrong_unit(source: &Source<'_>) -> Option<Reason> {
    let (unit, right) = source.wrong_unit()?;
    let (_, name) = source.metric();
    Some(Reason::UnitNeverSent(name.to_owned(), unit.to_owned(), right.to_owned()))
}

/// AWS's own metrics come once a minute at most. With a shorter period most datapoints are missing,
/// and where those count as fine or as nothing new, those that breach may never be enough.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html>
fn too_few_datapoints(
    facts: &AlarmFacts<'_>,
    signal: &Signal<'_>,
    source: &Source<'_>,
) -> Option<Reason> {
    let (namespace, name) = source.metric();
    metrics::find(namespace, name)?;
    let fills = ["notBreaching", "ignore"].contains(&signal.missing_data());
    let period = source.period.filter(|seconds| fills && *seconds < MINUTE)?;
    let periods = facts.evaluation_periods?;
    let needed = facts.datapoints_to_alarm.unwrap_or(periods);
    (needed * MINUTE > periods * period)
        .then(|| Reason::TooFewDatapoints(name.to_owned(), period.to_string()))
}

/// A multiple of a metric crosses a threshold when the metric crosses what that makes of the threshold.
fn crossing(facts: &AlarmFacts<'_>, source: &Source<'_>, line: Line, threshold: f64) -> Fire {
    let threshold = line.at(threshold);
    let operator = facts.comparison_operator.as_deref().unwrap_or_default();
    let operator = if line.factor > 0.0 { operator } else { turned(operator) };
    let words = format!("{} {}", sign(operator), threshold);
    let name = source.label.clone();
    // Numbers and sums of samples have neither the metric's range nor its unit.
    let measure = source.measure;
    let measure = if source.keeps_range() { measure } else { measure.and(Some(Measure::Count)) };
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

/// How a negative compares.
fn turned(operator: &str) -> &str {
    match operator {
        "GreaterThanThreshold" => "LessThanThreshold",
        "GreaterThanOrEqualToThreshold" => "LessThanOrEqualToThreshold",
        "LessThanThreshold" => "GreaterThanThreshold",
        "LessThanOrEqualToThreshold" => "GreaterThanOrEqualToThreshold",
        other => other,
    }
}
