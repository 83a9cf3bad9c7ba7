//! One pass over the findings: counts of all, and the few that are printed.

use std::io;

use crate::model::{Finding, Report, RuleInfo, Status};
use crate::report::{Findings, stray_finding};

/// How many findings of one rule and status are printed.
pub const CAP: u64 = 20;

/// How many findings of one rule there are, by status.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally([u64; 5]);

impl Tally {
    /// How many there are of `status`.
    pub fn of(&self, status: Status) -> u64 {
        self.0[status as usize]
    }

    /// How many there are of `status` beyond those kept.
    pub fn beyond(&self, status: Status) -> u64 {
        self.of(status).saturating_sub(CAP)
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Both together.
    pub fn plus(mut self, other: Tally) -> Tally {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
        self
    }

    fn add(&mut self, status: Status) -> u64 {
        let count = &mut self.0[status as usize];
        *count += 1;
        *count
    }
}

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
    let mut tallies = vec![Tally::default(); report.rules.len()];
    let mut at = 0;
    let mut stray = None;
    let mut wanted = |rule: &RuleInfo, status: Status| {
        // Findings come in the order of the rules, so the search goes only forward.
        while report.rules.get(at).is_some_and(|listed| listed.id != rule.id) {
            at += 1;
        }
        let Some(tally) = tallies.get_mut(at) else {
            // Miscounting quietly could turn a failure into an all-clear.
            stray.get_or_insert_with(|| stray_finding(rule));
            return false;
        };
        tally.add(status) <= CAP && printed(status)
    };
    let kept: Vec<_> = findings.select(&mut wanted).collect();
    if let Some(error) = stray {
        return Err(error);
    }

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
