//! What could not be checked, by cause: one refused call leaves many rules without an answer, and
//! the call is what a person has to mend.

use std::cmp::Reverse;
use std::io;

use crate::model::{Finding, Severity, Status};
use crate::report::text::{tame, width};
use crate::report::words::fill;

use super::gather::Gathered;
use super::{ID_COLUMNS, MESSAGE_COLUMNS, Writer, mark};
use crate::report::page::{Ink, Pieces, Row, padded};

/// How many causes are printed, and how many resources of a rule under each.
const CAUSES: usize = 20;
const RESOURCES: usize = 3;

/// Findings that are unknown for the same stated reason.
struct Cause<'g, 's> {
    message: &'g str,
    worst: Severity,
    findings: Vec<&'g Finding<'s>>,
}

impl Writer<'_, '_> {
    /// The unknown findings.
    pub(super) fn unchecked(&mut self, rules: &[Gathered<'_, '_>]) -> io::Result<()> {
        let causes = causes(rules);
        if causes.is_empty() {
            return Ok(());
        }
        let count = self.count_of(rules, Status::Unknown);
        self.page.heading(self.words.unchecked, &[count])?;
        for cause in causes.iter().take(CAUSES) {
            self.page.blank()?;
            self.cause(cause)?;
        }
        let unprinted: usize = causes.iter().skip(CAUSES).map(|cause| cause.findings.len()).sum();
        let beyond: u64 = rules.iter().map(|rule| rule.beyond(Status::Unknown)).sum();
        let left_out = beyond + u64::try_from(unprinted).unwrap_or(u64::MAX);
        if left_out > 0 {
            self.page.blank()?;
        }
        self.more(2, left_out)
    }

    fn cause(&mut self, cause: &Cause<'_, '_>) -> io::Result<()> {
        let (mark, ink) = mark(Status::Unknown);
        let message = tame(cause.message, MESSAGE_COLUMNS);
        self.page.hang(0, &[(format!("{mark} "), ink)], &message, Ink::Plain)?;
        let mut notes: Vec<String> = Vec::new();
        let among = cause.findings.len();
        for note in cause.findings.iter().flat_map(|finding| self.notes_of(finding, among)) {
            if notes.len() < super::NOTES && !notes.contains(&note) {
                notes.push(note);
            }
        }
        self.page.notes(4, &notes)?;

        let by_rule = || cause.findings.chunk_by(|one, next| one.rule.id == next.rule.id);
        let id_width = by_rule().map(|own| width(&self.rule_lead(own))).max().unwrap_or(0);
        for own in by_rule() {
            self.affected(own, id_width)?;
        }
        Ok(())
    }

    /// One rule and the resources of which it cannot speak.
    fn affected(&mut self, findings: &[&Finding<'_>], lead_width: usize) -> io::Result<()> {
        let mut names: Vec<String> = findings
            .iter()
            .take(RESOURCES)
            .map(|finding| {
                let (label, place) = self.name(finding);
                label + &place
            })
            .collect();
        if let Some(left_out @ 1..) = findings.len().checked_sub(RESOURCES) {
            names.push(fill(self.words.and_more, &[&left_out.to_string()]));
        }
        let lead = self.rule_lead(findings);
        let names = names.join(self.words.comma);
        if lead_width > self.page.width / 2 {
            self.page.line(4, &[(lead, Ink::Bold)])?;
            return self.page.hang(8, &[], &names, Ink::Plain);
        }
        self.page.hang(4, &[padded(&lead, lead_width + 2, Ink::Bold)], &names, Ink::Plain)
    }

    fn rule_lead(&self, findings: &[&Finding<'_>]) -> String {
        findings.first().map_or_else(String::new, |finding| {
            let word = |severity| self.words.severity(severity).to_uppercase();
            let severities = Severity::WORST_FIRST.into_iter();
            let column = severities.map(|it| width(&word(it))).max().unwrap_or(0);
            let severity = word(finding.rule.severity);
            let pad = " ".repeat(column - width(&severity));
            format!("{severity}{pad}  {}", tame(&finding.rule.id, ID_COLUMNS))
        })
    }

    /// The waived findings: who answers for them, until when, and why.
    pub(super) fn waived(&mut self, rules: &[Gathered<'_, '_>]) -> io::Result<()> {
        let count = self.count_of(rules, Status::Waived);
        let with_waived = |rule: &&Gathered<'_, '_>| rule.tally.of(Status::Waived) > 0;
        if !rules.iter().any(|rule| with_waived(&rule)) {
            return Ok(());
        }
        self.page.heading(self.words.waived, &[count])?;
        for rule in rules.iter().filter(with_waived) {
            self.page.blank()?;
            let id = (tame(&rule.rule.id, ID_COLUMNS), Ink::Bold);
            let (word, ink) = self.severity(rule.rule.severity);
            self.page.line(0, &[("~ ".to_owned(), Ink::Dim), (word + "  ", ink), id])?;
            let rows: Vec<_> = rule.kept(Status::Waived).map(|f| self.waived_row(f)).collect();
            self.page.rows(4, &rows)?;
            self.more(4, rule.beyond(Status::Waived))?;
        }
        Ok(())
    }

    fn waived_row(&self, finding: &Finding<'_>) -> Row {
        let (label, place) = self.name(finding);
        let message = finding.waiver.as_ref().map_or_else(
            || tame(&finding.message, MESSAGE_COLUMNS),
            |waiver| {
                let owner = tame(&waiver.owner, ID_COLUMNS);
                let reason = tame(&waiver.reason, MESSAGE_COLUMNS);
                fill(self.words.until, &[&tame(&waiver.expires, ID_COLUMNS), &owner, &reason])
            },
        );
        Row { label, place, message, notes: Vec::new() }
    }

    fn count_of(&self, rules: &[Gathered<'_, '_>], status: Status) -> Pieces {
        let (mark, ink) = mark(status);
        let number = rules.iter().map(|rule| rule.tally.of(status)).sum();
        vec![(format!("{mark} {}", self.words.count(number, self.words.status(status))), ink)]
    }
}

/// The kept unknown findings by their message, worst first, else in the order they came.
fn causes<'g, 's>(rules: &'g [Gathered<'_, 's>]) -> Vec<Cause<'g, 's>> {
    let mut causes: Vec<Cause<'_, '_>> = Vec::new();
    for finding in rules.iter().flat_map(|rule| rule.kept(Status::Unknown)) {
        let severity = finding.rule.severity;
        match causes.iter_mut().find(|cause| cause.message == finding.message) {
            Some(cause) => {
                cause.worst = cause.worst.max(severity);
                cause.findings.push(finding);
            }
            None => causes.push(Cause {
                message: &finding.message,
                worst: severity,
                findings: vec![finding],
            }),
        }
    }
    causes.sort_by_key(|cause| Reverse(cause.worst));
    causes
}
