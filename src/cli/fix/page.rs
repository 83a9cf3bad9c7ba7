//! A plan for people: what would be done, why, at what risk and cost.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::value;
use super::words::Words;
use crate::fix::cost::PRICES_SEEN;
use crate::fix::draft::{FindingRef, ForPerson};
use crate::fix::handler::State;
use crate::fix::plan::{Action, ChangeKind, Plan};
use crate::model::{FixRisk, Lang, Text};
use crate::report::{Style, visible, wrap};

/// How many findings are named before they are counted.
const NAMED: usize = 6;

/// Columns before the text of a detail.
const LABEL: usize = 9;

/// Writes plans.
pub struct Page<'o> {
    pub(super) out: &'o mut dyn Write,
    style: &'o Style,
    pub(super) lang: Lang,
    words: &'static Words,
}

impl<'o> Page<'o> {
    /// A page in a language.
    pub fn new(out: &'o mut dyn Write, style: &'o Style, lang: Lang) -> Page<'o> {
        Page { out, style, lang, words: Words::of(lang) }
    }

    /// The whole plan.
    ///
    /// # Errors
    /// Those of writing.
    pub fn plan(&mut self, plan: &Plan) -> io::Result<()> {
        let regions = plan.regions.join(", ");
        let words = self.words;
        writeln!(self.out, "{} {} ({regions})", words.plan_for, plan.account)?;
        writeln!(self.out, "{} {}", words.as_it_stood, plan.created_at)?;
        for action in &plan.actions {
            self.action(action)?;
        }
        self.people(words.for_a_person, &plan.awaiting_person)?;
        self.people(words.not_planned, &plan.unplanned)?;
        self.total(plan)
    }

    fn action(&mut self, action: &Action) -> io::Result<()> {
        let (sign, verb) = match action.change {
            ChangeKind::Create => ("+", self.words.create),
            ChangeKind::Update => ("~", self.words.update),
        };
        let risk = self.risk(action.risk);
        let resource = &action.resource;
        let head = format!("{:>3} {sign} {verb} {} {}", action.id, resource.ty, resource.id);
        writeln!(self.out)?;
        self.bold(&format!("{}  [{}, {risk}]", visible(&head), resource.region))?;
        self.detail(self.words.why, &self.why(&action.findings, NAMED))?;
        self.changes(action.before.as_ref(), &action.after)?;
        self.detail(self.words.calls, &action.calls.join(", "))?;
        self.detail(self.words.needs, &action.iam_actions.join(", "))?;
        if let Some(cost) = &action.cost {
            let text = format!(
                "${:.2}{} ({})",
                cost.monthly_usd,
                self.words.a_month,
                cost.basis.get(self.lang)
            );
            self.detail(self.words.costs, &text)?;
        }
        if !action.depends_on.is_empty() {
            let numbers: Vec<String> = action.depends_on.iter().map(u32::to_string).collect();
            self.detail(self.words.after, &numbers.join(", "))?;
        }
        self.text(self.words.undo, action.undo_leaves.as_ref())?;
        self.text(self.words.then, action.then.as_ref())
    }

    fn text(&mut self, label: &str, text: Option<&Text>) -> io::Result<()> {
        match text {
            Some(text) => self.detail(label, text.get(self.lang)),
            None => Ok(()),
        }
    }

    /// Rules with the resources that they are about, as many as `most`; what is shared by many findings
    /// names only their number.
    pub(super) fn why(&self, findings: &[FindingRef], most: usize) -> String {
        let mut by_rule: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for finding in findings {
            by_rule.entry(&finding.rule).or_default().push(&finding.id);
        }
        let rules = by_rule.into_iter().map(|(rule, ids)| match findings.len() > most {
            true => format!("{rule} ({})", self.words.findings_of(ids.len())),
            false => format!("{rule} ({})", ids.join(", ")),
        });
        rules.collect::<Vec<_>>().join("; ")
    }

    fn changes(&mut self, before: Option<&State>, after: &State) -> io::Result<()> {
        let mut lines =
            value::changes(before.map(|it| &it.properties), &after.properties, self.words);
        lines.extend(value::changes(before.map(|it| &it.status), &after.status, self.words));
        lines.iter().try_for_each(|line| self.detail("", line))
    }

    pub(super) fn people(&mut self, title: &str, items: &[ForPerson]) -> io::Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        writeln!(self.out)?;
        self.bold(title)?;
        for item in items {
            let why = self.why(&item.findings, NAMED);
            for (n, line) in wrap(&visible(&why), self.width(4)).iter().enumerate() {
                writeln!(self.out, "  {} {line}", if n == 0 { "-" } else { " " })?;
            }
            for line in item.what.get(self.lang).trim_end().lines() {
                self.paragraph(6, line)?;
            }
        }
        Ok(())
    }

    /// A line of text, wrapped; a command stays in one line, to be copied.
    fn paragraph(&mut self, indent: usize, line: &str) -> io::Result<()> {
        let line = visible(line.trim());
        if line.starts_with("aws ") {
            return writeln!(self.out, "{:indent$}{line}", "");
        }
        for line in wrap(&line, self.width(indent)) {
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    fn total(&mut self, plan: &Plan) -> io::Result<()> {
        let of = |risk| plan.actions.iter().filter(|action| action.risk == risk).count();
        writeln!(self.out)?;
        if plan.actions.is_empty() {
            return self.bold(self.words.nothing_to_do);
        }
        let (safe, review) = (of(FixRisk::Safe), of(FixRisk::Review));
        let total = self.words.total(plan.actions.len(), safe, review, plan.monthly_usd());
        self.bold(&total)?;
        let note = self.words.price_note.replace("{}", PRICES_SEEN);
        for line in wrap(&note, self.width(0)) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    fn risk(&self, risk: FixRisk) -> &'static str {
        match risk {
            FixRisk::Safe => self.words.safe,
            FixRisk::Review => self.words.review,
            FixRisk::Manual => self.words.manual,
        }
    }

    fn width(&self, indent: usize) -> usize {
        self.style.width.saturating_sub(indent).max(20)
    }

    pub(super) fn bold(&mut self, text: &str) -> io::Result<()> {
        match self.style.color {
            true => writeln!(self.out, "\x1b[1m{text}\x1b[0m"),
            false => writeln!(self.out, "{text}"),
        }
    }

    /// A labelled line, wrapped under itself.
    pub(super) fn detail(&mut self, label: &str, text: &str) -> io::Result<()> {
        const INDENT: usize = 6;
        let hang = INDENT + LABEL;
        let mut before = format!("{:INDENT$}{}", "", crate::report::pad(label, LABEL));
        for line in text.trim_end().lines().map(visible) {
            // A command stays in one line, to be copied.
            let lines = match line.starts_with("aws ") {
                true => vec![line.into_owned()],
                false => wrap(&line, self.width(hang)),
            };
            for line in lines {
                writeln!(self.out, "{before}{line}")?;
                before = " ".repeat(hang);
            }
        }
        Ok(())
    }
}
