//! How many findings of each rule there are, by status.

use std::io;

use crate::model::{Report, RuleInfo, Status};

use super::Findings;

/// How many findings of one rule there are, by status.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally([u64; 5]);

impl Tally {
    /// How many there are of `status`.
    pub fn of(&self, status: Status) -> u64 {
        self.0[status as usize]
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

    /// One more of `status`, and how many there are then.
    fn add(&mut self, status: Status) -> u64 {
        let count = &mut self.0[status as usize];
        *count += 1;
        *count
    }
}

/// Counts findings by the rules of a report.
pub struct Counter<'r> {
    rules: Vec<&'r RuleInfo>,
    tallies: Vec<Tally>,
    at: usize,
    stray: Option<String>,
}

impl<'r> Counter<'r> {
    /// Nothing counted yet.
    pub fn new(report: &Report<'r>) -> Counter<'r> {
        let tallies = vec![Tally::default(); report.rules.len()];
        Counter { rules: report.rules.clone(), tallies, at: 0, stray: None }
    }

    /// Counts a finding; says how many of its rule and status there are now.
    pub fn add(&mut self, rule: &RuleInfo, status: Status) -> Option<u64> {
        // Findings come in the order of the rules, so the search goes only forward.
        while self.rules.get(self.at).is_some_and(|listed| listed.id != rule.id) {
            self.at += 1;
        }
        let Some(tally) = self.tallies.get_mut(self.at) else {
            // Miscounting quietly could turn a failure into an all-clear.
            self.stray.get_or_insert_with(|| rule.id.clone());
            return None;
        };
        Some(tally.add(status))
    }

    /// The tallies, in the order of the report's rules.
    ///
    /// # Errors
    /// A finding's rule is not listed in the report, or stands elsewhere.
    pub fn done(self) -> io::Result<Vec<Tally>> {
        match self.stray {
            None => Ok(self.tallies),
            Some(id) => {
                Err(io::Error::other(format!("a finding of `{id}` came out of the report's order")))
            }
        }
    }
}

/// Counts every finding without making words for any.
pub fn count(report: &Report<'_>, findings: &dyn Findings) -> io::Result<Vec<Tally>> {
    let mut counter = Counter::new(report);
    let mut wanted = |rule: &RuleInfo, status| {
        counter.add(rule, status);
        false
    };
    findings.select(&mut wanted).for_each(drop);
    counter.done()
}
