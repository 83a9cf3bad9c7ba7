//! What came of an apply or an undo, for people.

use std::collections::BTreeMap;
use std::io;

use super::after_words::AfterWords;
use super::outcome::{After, Fate};
use super::page::Page;
use super::words::Words;
use crate::fix::draft::FindingRef;
use crate::fix::ending::Ending;
use crate::fix::plan::{Action, Plan};
use crate::report::visible;

impl Page<'_> {
    /// A title, and what is to be said of it.
    fn section(&mut self, title: &str, text: &str) -> io::Result<()> {
        self.bold(&format!("{title}: {}", visible(text)))
    }

    /// What came of applying a plan, with the journal at `path`.
    ///
    /// # Errors
    /// Those of writing.
    pub fn after(&mut self, plan: &Plan, after: &After, path: &str) -> io::Result<()> {
        let good = |it: &&Ending| it.outcome.is_good();
        let done = after.endings.iter().filter(good).count();
        let words = AfterWords::of(self.lang);
        let ended = words.ended(done, after.endings.len(), path);
        writeln!(self.out)?;
        self.section(words.actions, &ended)?;
        self.not_done(plan, &after.endings)?;
        let counts = [
            (Fate::Closed, words.closed),
            (Fate::Awaiting, words.awaiting),
            (Fate::LeftOut, words.left_open),
            (Fate::Open, words.still_open),
            (Fate::Unknown, words.unknown),
        ];
        let told = counts.iter().filter(|(fate, _)| after.count(*fate) > 0);
        let told: Vec<String> =
            told.map(|(fate, word)| format!("{} {word}", after.count(*fate))).collect();
        if !told.is_empty() {
            self.section(words.findings, &told.join(", "))?;
        }
        for (fate, word) in counts {
            self.fate(after, fate, word)?;
        }
        self.people(Words::of(self.lang).for_a_person, &after.for_person)
    }

    fn fate(&mut self, after: &After, fate: Fate, word: &str) -> io::Result<()> {
        let of_fate = after.fates.iter().filter(|(_, it)| **it == fate);
        let findings: Vec<FindingRef> = of_fate.map(|(finding, _)| finding.clone()).collect();
        match findings.is_empty() {
            true => Ok(()),
            false => {
                let why = self.why(&findings, usize::MAX);
                writeln!(self.out, "      {word}:")?;
                why.split("; ").try_for_each(|rule| self.detail("", rule))
            }
        }
    }

    fn not_done(&mut self, plan: &Plan, endings: &[Ending]) -> io::Result<()> {
        let actions: BTreeMap<u32, &Action> = plan.actions.iter().map(|it| (it.id, it)).collect();
        for ending in endings.iter().filter(|it| !it.outcome.is_good()) {
            let Some(action) = actions.get(&ending.action) else { continue };
            self.detail(
                "",
                &format!(
                    "{} {}: {}",
                    action.id,
                    action.line(),
                    AfterWords::of(self.lang).ending(ending)
                ),
            )?;
        }
        Ok(())
    }

    /// What came of taking back.
    ///
    /// # Errors
    /// Those of writing.
    pub fn undone(&mut self, plan: &Plan, endings: &[Ending]) -> io::Result<()> {
        let done = endings.iter().filter(|it| it.outcome.is_good()).count();
        let words = AfterWords::of(self.lang);
        self.section(words.actions, &words.undone(done, endings.len()))?;
        self.not_done(plan, endings)
    }
}
