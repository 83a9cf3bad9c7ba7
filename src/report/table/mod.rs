//! The report for a person at a terminal: what is broken, on which resource, why, and what to type.
//! What could not be checked stands apart with its cause; what holds is only counted.

use std::io::{self, BufWriter, Write};

use crate::model::rule::SECTIONS;
use crate::model::{Evidence, Finding, Lang, REGION_TYPE, Report, Severity, Status};

use super::tally::Tally;
use super::text::tame;
use super::words::{Words, fill};
use super::{Findings, Format, Style, header};

use crate::report::page::{Ink, Page, Pieces, Row, pieces_width};
use gather::{Gathered, gather};

mod advice;
mod gather;
mod overview;
mod summary;
#[cfg(test)]
mod tests;
mod unchecked;

/// Columns that strings from outside may take at most.
const ID_COLUMNS: usize = 120;
const TITLE_COLUMNS: usize = 200;
const MESSAGE_COLUMNS: usize = 400;

/// How many pieces of evidence are printed for one finding.
const NOTES: usize = 5;

/// The `table` format.
pub struct Table;

impl Format for Table {
    fn write(
        &self,
        report: &Report<'_>,
        findings: &dyn Findings,
        style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let rules = gather(report, findings)?;
        let mut out = BufWriter::new(out);
        let page = Page::new(&mut out, style);
        Writer { report, words: Words::of(report.lang), page }.write(&rules)?;
        out.flush()
    }
}

/// Writes one report on one page.
struct Writer<'r, 'o> {
    report: &'r Report<'r>,
    words: &'static Words,
    page: Page<'o>,
}

impl Writer<'_, '_> {
    fn write(&mut self, rules: &[Gathered<'_, '_>]) -> io::Result<()> {
        let of = (self.report.accounts, self.report.regions);
        header::write(&mut self.page, self.words, self.report.collected_at, of)?;
        for (id, title) in sections(rules, self.report.lang) {
            let mut own: Vec<_> = rules.iter().filter(|rule| rule.rule.section == id).collect();
            // Stable, so that equally bad rules keep the catalogue's order.
            own.sort_by_key(|rule| std::cmp::Reverse(rule.rule.severity));
            self.section(title, &own)?;
        }
        self.unchecked(rules)?;
        self.waived(rules)?;
        self.notices()?;
        self.summary(rules)
    }

    fn section(&mut self, title: &str, rules: &[&Gathered<'_, '_>]) -> io::Result<()> {
        let total = rules.iter().fold(Tally::default(), |sum, rule| sum.plus(rule.tally));
        let mut counts = self.counts(&total);
        if counts.is_empty() {
            counts.push(vec![(self.words.nothing.to_owned(), Ink::Dim)]);
        }
        self.page.heading(&tame(title, ID_COLUMNS), &counts)?;
        for rule in rules.iter().filter(|rule| rule.tally.of(Status::Fail) > 0) {
            self.page.blank()?;
            self.failing_rule(rule)?;
        }
        Ok(())
    }

    /// `✓ 12 pass  ✗ 3 fail  ? 1 unknown`, without what there is none of.
    fn counts(&self, tally: &Tally) -> Vec<Pieces> {
        [Status::Pass, Status::Fail, Status::Unknown, Status::Waived]
            .into_iter()
            .filter(|status| tally.of(*status) > 0)
            .map(|status| {
                let (mark, ink) = mark(status);
                let count = self.words.count(tally.of(status), self.words.status(status));
                vec![(format!("{mark} {count}"), ink)]
            })
            .collect()
    }

    fn failing_rule(&mut self, rule: &Gathered<'_, '_>) -> io::Result<()> {
        let info = rule.rule;
        let title = tame(info.title.get(self.report.lang), TITLE_COLUMNS);
        let mut lead = vec![("✗ ".to_owned(), Ink::Red), self.severity(info.severity)];
        lead.push((format!("  {}", tame(&info.id, ID_COLUMNS)), Ink::Bold));
        let beside = pieces_width(&lead) + 2 + super::text::width(&title) <= self.page.width;
        if beside {
            lead.push((format!("  {title}"), Ink::Plain));
            self.page.line(0, &lead)?;
        } else {
            self.page.line(0, &lead)?;
            self.page.hang(2, &[], &title, Ink::Plain)?;
        }
        let rows: Vec<_> = rule.kept(Status::Fail).map(|finding| self.row(finding)).collect();
        self.page.rows(4, &rows)?;
        self.more(4, rule.beyond(Status::Fail))?;
        self.advice(info)
    }

    fn row(&self, finding: &Finding<'_>) -> Row {
        let (label, place) = self.name(finding);
        let message = tame(&finding.message, MESSAGE_COLUMNS);
        Row { label, place, message, notes: self.notes_of(finding, 1) }
    }

    /// What a resource is called here, and where it is, as far as that is not plain.
    fn name(&self, finding: &Finding<'_>) -> (String, String) {
        let resource = &finding.resource;
        let label = if resource.id == "*" {
            fill(self.words.all_of, &[&tame(&resource.ty, ID_COLUMNS)])
        } else {
            short_id(&resource.id, &resource.name)
        };
        let mut places = Vec::new();
        if self.report.accounts.len() > 1 && resource.account != resource.id {
            places.push(tame(&resource.account, ID_COLUMNS));
        }
        let plain = resource.ty == REGION_TYPE && resource.id == resource.region;
        if self.report.regions.len() > 1 && !plain && resource.region != crate::model::GLOBAL {
            places.push(tame(&resource.region, ID_COLUMNS));
        }
        let place =
            if places.is_empty() { String::new() } else { format!(" ({})", places.join(" ")) };
        (label, place)
    }

    fn notes_of(&self, finding: &Finding<'_>, among: usize) -> Vec<String> {
        let seen = finding.evidence.iter().take(NOTES);
        let mut notes: Vec<_> = seen.map(|seen| self.note(finding, seen, among)).collect();
        let omitted = finding.evidence.len().saturating_sub(NOTES) + finding.evidence_omitted;
        if omitted > 0 {
            notes.push(fill(self.words.and_more, &[&omitted.to_string()]));
        }
        notes
    }

    /// `Alarm orders-db-cpu: what was seen`; what was seen on the resource itself stands alone, unless there are
    /// findings on others beside it.
    fn note(&self, finding: &Finding<'_>, seen: &Evidence, among: usize) -> String {
        let note = tame(&seen.note, MESSAGE_COLUMNS);
        if among == 1 && seen.ty == finding.resource.ty && seen.id == finding.resource.id {
            return note;
        }
        let ty = seen.ty.rsplit("::").next().unwrap_or_default();
        let subject = format!("{} {}", tame(ty, ID_COLUMNS), short_id(&seen.id, ""));
        format!("{}{}{note}", subject.trim(), self.words.colon)
    }

    fn severity(&self, severity: Severity) -> (String, Ink) {
        (self.words.severity(severity).to_uppercase(), Ink::of(severity))
    }

    fn more(&mut self, indent: usize, left_out: u64) -> io::Result<()> {
        if left_out == 0 {
            return Ok(());
        }
        let text = fill(self.words.more, &[&super::text::grouped(left_out)]);
        self.page.hang(indent, &[], &text, Ink::Dim)
    }
}

/// The mark before a status; its word always stands beside it.
fn mark(status: Status) -> (&'static str, Ink) {
    match status {
        Status::Pass => ("✓", Ink::Green),
        Status::Fail => ("✗", Ink::Red),
        Status::Unknown => ("?", Ink::Yellow),
        Status::NotApplicable => ("-", Ink::Dim),
        Status::Waived => ("~", Ink::Dim),
    }
}

/// An id as a person reads it: of an ARN what follows the account, since account and region stand
/// beside it; with the name where that says something else.
fn short_id(id: &str, name: &str) -> String {
    let own = id.strip_prefix("arn:").and_then(|arn| arn.splitn(5, ':').nth(4)).unwrap_or(id);
    let label = tame(own, ID_COLUMNS);
    if name.is_empty() || id.contains(name) {
        return label;
    }
    format!("{label} \u{201c}{}\u{201d}", tame(name, ID_COLUMNS))
}

/// The sections that have rules, in the catalogue's order; a user's own sections follow.
fn sections<'g>(rules: &'g [Gathered<'_, '_>], lang: Lang) -> Vec<(&'g str, &'g str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (id, en, ja) in SECTIONS {
        if rules.iter().any(|rule| rule.rule.section == id) {
            found.push((id, if lang == Lang::Ja { ja } else { en }));
        }
    }
    for rule in rules {
        let section = rule.rule.section.as_str();
        if !found.iter().any(|(id, _)| *id == section) {
            found.push((section, section));
        }
    }
    found
}
