//! The end of the page, which is what a terminal shows first: counts, what could not be read, and
//! the verdict. It never sounds like an all-clear when something is unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::model::{GLOBAL, Gap, Severity, Status};
use crate::report::text::{grouped, tame, width};
use crate::report::words::fill;

use super::gather::Gathered;
use super::{ID_COLUMNS, MESSAGE_COLUMNS, Writer, mark};
use crate::report::page::{Ink, padded};
use crate::report::tally::Tally;

/// How many operations are printed, and how many regions or accounts of each.
const OPERATIONS: usize = 15;
const PLACES: usize = 4;

/// Gaps of one operation with one outcome.
#[derive(Default)]
struct Unread<'g> {
    regions: BTreeSet<&'g str>,
    accounts: BTreeSet<&'g str>,
    message: &'g str,
}

impl Writer<'_, '_> {
    /// Other things to know.
    pub(super) fn notices(&mut self) -> io::Result<()> {
        let notices = &self.report.notices;
        if notices.is_empty() {
            return Ok(());
        }
        self.page.heading(self.words.notices, &[])?;
        for notice in notices {
            let message = tame(&notice.message, MESSAGE_COLUMNS);
            self.page.hang(0, &[("! ".to_owned(), Ink::Yellow)], &message, Ink::Plain)?;
        }
        Ok(())
    }

    /// Counts, gaps and verdict.
    pub(super) fn summary(&mut self, rules: &[Gathered<'_, '_>]) -> io::Result<()> {
        self.page.heading(self.words.summary, &[])?;
        self.overview(rules)?;
        let total = rules.iter().fold(Tally::default(), |sum, rule| sum.plus(rule.tally));
        let statuses =
            [Status::Fail, Status::Unknown, Status::Waived, Status::NotApplicable, Status::Pass];
        let lines: Vec<_> = statuses
            .into_iter()
            .filter(|status| total.of(*status) > 0)
            .map(|status| (status, self.words.count(total.of(status), self.words.status(status))))
            .collect();
        let column = lines.iter().map(|(_, count)| width(count)).max().unwrap_or(0) + 2;
        for (status, count) in &lines {
            let (mark, ink) = mark(*status);
            let lead = [(format!("{mark} "), ink), padded(count, column, ink)];
            self.page.hang(0, &lead, &self.by_severity(rules, *status), Ink::Plain)?;
        }
        self.gaps()?;
        self.verdict(&total)
    }

    /// `1 critical, 2 high`, for what fails or is unknown.
    fn by_severity(&self, rules: &[Gathered<'_, '_>], status: Status) -> String {
        if !matches!(status, Status::Fail | Status::Unknown) {
            return String::new();
        }
        let number = |severity: Severity| -> u64 {
            let own = rules.iter().filter(|rule| rule.rule.severity == severity);
            own.map(|rule| rule.tally.of(status)).sum()
        };
        let counts = Severity::WORST_FIRST.into_iter().map(|severity| (severity, number(severity)));
        let parts: Vec<_> = counts
            .filter(|(_, number)| *number > 0)
            .map(|(severity, number)| self.words.count(number, self.words.severity(severity)))
            .collect();
        parts.join(self.words.comma)
    }

    fn gaps(&mut self) -> io::Result<()> {
        let unread = by_operation(&self.report.gaps);
        if unread.is_empty() {
            return Ok(());
        }
        self.page.blank()?;
        self.page.line(0, &[(self.words.gaps.to_owned(), Ink::Yellow)])?;
        for ((operation, outcome, actions), places) in unread.iter().take(OPERATIONS) {
            let mut why = self.words.outcome(outcome).to_owned();
            if *outcome == "denied" && !actions.is_empty() {
                why.push_str(&fill(self.words.needs, &[&actions.join(self.words.comma)]));
            } else if !places.message.is_empty() {
                why = format!("{why}{}{}", self.words.colon, places.message);
            }
            let text = fill(self.words.gap, &[operation, &self.places(places), &why]);
            self.page.hang(2, &[], &tame(&text, MESSAGE_COLUMNS), Ink::Plain)?;
        }
        let left_out = unread.len().saturating_sub(OPERATIONS);
        self.more(2, u64::try_from(left_out).unwrap_or(u64::MAX))
    }

    /// Where: nothing for a global service of the one account.
    fn places(&self, unread: &Unread<'_>) -> String {
        let one_account = self.report.accounts.len() < 2;
        if one_account && unread.regions.iter().all(|region| *region == GLOBAL) {
            return String::new();
        }
        let list = |names: &BTreeSet<&str>, many: &str| {
            if names.len() > PLACES {
                return fill(many, &[&names.len().to_string()]);
            }
            let names: Vec<_> = names.iter().map(|name| tame(name, ID_COLUMNS)).collect();
            names.join(self.words.comma)
        };
        let regions = list(&unread.regions, self.words.regions);
        if one_account {
            return fill(self.words.gap_in, &[&regions]);
        }
        let accounts = list(&unread.accounts, self.words.accounts);
        fill(self.words.gap_in, &[&fill(self.words.of_accounts, &[&regions, &accounts])])
    }

    fn verdict(&mut self, total: &Tally) -> io::Result<()> {
        let [pass, unknown, waived] =
            [Status::Pass, Status::Unknown, Status::Waived].map(|status| grouped(total.of(status)));
        // What could not be read without making a finding unknown does not spoil the verdict, but
        // is no reason to rejoice in green either.
        let clear = if self.report.gaps.is_empty() { Ink::Green } else { Ink::Plain };
        let (text, ink) = if total.of(Status::Fail) > 0 {
            // The list above says it.
            (self.words.fix_all.to_owned(), Ink::Plain)
        } else if total.of(Status::Unknown) > 0 {
            (fill(self.words.verdict_unknown, &[&unknown]), Ink::Yellow)
        } else if total.of(Status::Waived) > 0 {
            (fill(self.words.verdict_clear_but_waived, &[&pass, &waived]), clear)
        } else if total.of(Status::Pass) > 0 {
            (fill(self.words.verdict_clear, &[&pass]), clear)
        } else {
            (self.words.verdict_nothing.to_owned(), Ink::Yellow)
        };
        if total.total() > 0 || !self.report.gaps.is_empty() {
            self.page.blank()?;
        }
        self.page.hang(0, &[], &text, ink)
    }
}

type OperationKey<'g> = (&'g str, &'g str, &'g [String]);

/// Sixty refused calls are mostly one operation in many regions.
fn by_operation(gaps: &[Gap]) -> BTreeMap<OperationKey<'_>, Unread<'_>> {
    let mut unread: BTreeMap<OperationKey<'_>, Unread<'_>> = BTreeMap::new();
    for gap in gaps {
        let own = unread.entry((&gap.operation, &gap.outcome, &gap.actions)).or_default();
        own.regions.insert(&gap.region);
        own.accounts.insert(&gap.account);
        if own.message.is_empty() {
            own.message = &gap.message;
        }
    }
    unread
}
