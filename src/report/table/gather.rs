//! One pass over the findings: counts of all, and the few that are printed.

use std::io;

use crate::model::{Finding, Report, RuleInfo, Status};
use crate::report::Findings;
use crate::report::tally::{Counter, Tally};

/// How many findings of one rule and status are printed.
pub const CAP: u64 = 20;

/// What is said of one rule's resources.
pub struct Gathered<'r, 's> {
    /// The rule.
    pub rule: &'r RuleInfo,
    /// Counts of all its findings.
    pub tally: Tally,
    /// Its first findings of each printed status.
    pub kept: Vec<Finding<'s>>,
}

impl<'s> Gathered<'_, 's> {
    /// How many there are of `status` beyond those kept.
    pub fn beyond(&self, status: Status) -> u64 {
        self.tally.of(status).saturating_sub(CAP)
    }

    /// The kept findings of `status`.
    pub fn kept(&self, status: Status) -> impl Iterator<Item = &Finding<'s>> {
        self.kept.iter().filter(move |finding| finding.status == status)
    }
}

/// Counts every finding and keeps those that the table prints, by rule in the report's order.
pub fn gather<'r, 's>(
    report: &Report<'r>,
    findings: &'s dyn Findings,
) -> io::Result<Vec<Gathered<'r, 's>>> {
    let mut counter = Counter::new(report);
    let mut wanted = |rule: &RuleInfo, status: Status| {
        counter.add(rule, status).is_some_and(|count| count <= CAP) && printed(status)
    };
    let kept: Vec<_> = findings.select(&mut wanted).collect();
    let tallies = counter.done()?;

    let mut kept = kept.into_iter().peekable();
    let mut gathered = Vec::with_capacity(tallies.len());
    for (&rule, tally) in report.rules.iter().zip(tallies) {
        let mut own = Vec::new();
        while let Some(finding) = kept.next_if(|finding| finding.rule.id == rule.id) {
            own.push(finding);
        }
        gathered.push(Gathered { rule, tally, kept: own });
    }
    Ok(gathered)
}

/// What holds or does not apply is only counted.
fn printed(status: Status) -> bool {
    matches!(status, Status::Fail | Status::Unknown | Status::Waived)
}
