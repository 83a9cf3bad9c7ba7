//! Alarms that ask for metrics instead of naming one: whether a query is about a resource.

use std::borrow::Cow;

use super::select::{Function, Seen, Select, Why};
use super::signal::Rings;
use crate::engine::reason::Reason;

/// What an alarm asks instead of naming a metric.
#[derive(Debug)]
pub enum Query {
    /// Metrics Insights.
    Insights {
        /// The query.
        select: Select,
        /// Whether its function gives a size of the metric.
        statistic_fits: bool,
        /// Whether sums of the metric mean something.
        adds_up: bool,
        /// Whether it rings when the metric rises.
        above: Rings,
        /// Whether it rings when the metric falls.
        below: Rings,
        /// Whether CloudWatch says that it does not look at all of it.
        partial: bool,
    },
    /// Metrics Insights that is not understood.
    Text(String),
    /// PromQL, which names metrics in its own way.
    PromQl,
}

/// Whether a query watches a resource.
pub enum Asked {
    /// It does not.
    No,
    /// It does.
    Yes,
    /// That cannot be told of the alarm.
    Unclear(fn(String) -> Reason),
}

impl Query {
    /// Whether it may be about `metric`.
    pub fn may_ask(&self, metric: &str) -> bool {
        match self {
            Query::Insights { select, .. } => select.metric == metric,
            Query::Text(text) => text.contains(metric),
            Query::PromQl => true,
        }
    }

    /// Whether it watches that metric, in that direction, of what has these dimensions.
    pub fn watches(
        &self,
        (namespace, metric, direction): (&str, &str, &str),
        account: &str,
        dimensions: &[(&str, Cow<'_, str>)],
    ) -> Asked {
        let Query::Insights { select, statistic_fits, adds_up, above, below, partial } = self
        else {
            return Asked::Unclear(Reason::QueryUndecided);
        };
        if select.namespace != namespace || select.metric != metric {
            return Asked::No;
        }
        let (rings, extreme) = match direction {
            "above" => (above, Function::Max),
            _ => (below, Function::Min),
        };
        let seen = select.sees(account, dimensions);
        let heard = match seen {
            Seen::Alone => *statistic_fits,
            // The highest of many is as high as this one, and so is the sum of counts; the lowest is as low.
            Seen::Among => {
                select.function == extreme
                    || (select.function == Function::Sum && *adds_up && direction == "above")
            }
            Seen::Not => false,
            Seen::Unclear(_) => true,
        };
        match (seen, rings) {
            _ if !heard => Asked::No,
            (_, Rings::No) => Asked::No,
            (_, Rings::Maybe) => Asked::Unclear(Reason::MathUndecided),
            (Seen::Unclear(why), Rings::Yes) => Asked::Unclear(match why {
                Why::Tags => Reason::QueryByTags,
                Why::NoLabel => Reason::QueryNoLabel,
                Why::Limit => Reason::QueryLimited,
                Why::Parts => Reason::QueryHides,
            }),
            (_, Rings::Yes) if *partial => Asked::Unclear(Reason::QueryPartial),
            (_, Rings::Yes) => Asked::Yes,
        }
    }
}
