//! Findings in, bytes out: one file per output format. May use only [`crate::model`].
//!
//! A report is a small fixed part ([`Report`]) and a stream of findings ([`Findings`]) that may be
//! gone over any number of times and is never held as a whole: a million findings cost a format
//! only what it prints. Adding a format is one file here and one line in [`FORMATS`].

use std::io::{self, Write};

use crate::model::{Finding, Report, RuleInfo, Status};

#[cfg(test)]
mod fixture;
mod header;
mod json;
mod junit;
mod page;
pub mod paths;
mod table;
mod tally;
mod text;
mod words;

pub use text::{pad, visible, visible_lines, width, wrap};

/// How a report may look. Only formats for people care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour with ANSI codes.
    pub color: bool,
    /// Width of the terminal in columns; 80 when there is none.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style { color: false, width: 80 }
    }
}

/// Asked once for every finding, in order, before anything costly is computed for it.
pub type Wanted<'w> = &'w mut (dyn FnMut(&RuleInfo, Status) -> bool + 'w);

/// A stream of findings that can be started again.
///
/// Findings come in the report's order (section and rule in the catalogue's order, account, region,
/// type, id), and the rule of each is listed in [`Report::rules`].
pub trait Findings {
    /// Goes over all findings from the start and yields those that are wanted.
    ///
    /// `wanted` is called exactly once per finding, in order, with its rule and status, even when
    /// nothing is wanted: counting is asking for everything and wanting nothing. Messages and
    /// evidence are computed only for what is wanted.
    fn select<'s: 'w, 'w>(
        &'s self,
        wanted: Wanted<'w>,
    ) -> Box<dyn Iterator<Item = Finding<'s>> + 'w>;

    /// Goes over all findings of one rule and writes what `render` makes of them, in order; gives
    /// how many there were. Several shares of them may be rendered at once, so a format that prints
    /// everything is as fast as the machine.
    ///
    /// # Errors
    /// As `render` and `out` do.
    fn render(&self, rule: &RuleInfo, render: Render<'_>, out: &mut dyn Write)
    -> io::Result<usize>;
}

/// Turns neighbouring findings of one rule into bytes.
pub type Render<'r> = &'r (dyn Fn(&[Finding<'_>]) -> io::Result<Vec<u8>> + Sync);

/// Findings at hand, for callers that have few of them.
impl Findings for &[Finding<'_>] {
    fn select<'s: 'w, 'w>(
        &'s self,
        wanted: Wanted<'w>,
    ) -> Box<dyn Iterator<Item = Finding<'s>> + 'w> {
        Box::new(self.iter().filter(|finding| wanted(finding.rule, finding.status)).cloned())
    }

    fn render(
        &self,
        rule: &RuleInfo,
        render: Render<'_>,
        out: &mut dyn Write,
    ) -> io::Result<usize> {
        let of_rule = |finding: &&Finding<'_>| finding.rule.id == rule.id;
        let own: Vec<_> = self.iter().filter(of_rule).cloned().collect();
        own.chunks(3).try_for_each(|share| out.write_all(&render(share)?))?;
        Ok(own.len())
    }
}

/// An output format.
pub trait Format: Sync {
    /// Writes the report. Texts are in `report.lang`; `findings` must speak the same language.
    fn write(
        &self,
        report: &Report<'_>,
        findings: &dyn Findings,
        style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()>;
}

/// A format as the command line knows it.
pub struct Registered {
    /// What `--format` calls it.
    pub name: &'static str,
    /// One line for `--help`.
    pub description: &'static str,
    /// Written for people: its language follows the locale and its style the terminal.
    /// The others are English unless `--lang` says otherwise.
    pub for_people: bool,
    /// What writes it.
    pub format: &'static dyn Format,
}

impl std::fmt::Debug for Registered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Every format.
#[rustfmt::skip]
pub static FORMATS: &[Registered] = &[
    Registered { name: "table", for_people: true, format: &table::Table, description: "What is broken and how to mend it, for a terminal" },
    Registered { name: "json", for_people: false, format: &json::Json, description: "Everything, as audit-report/1" },
    Registered { name: "junit", for_people: false, format: &junit::Junit, description: "JUnit XML: a suite per rule, a case per resource" },
];

/// The format called `name`.
pub fn find(name: &str) -> Option<&'static Registered> {
    FORMATS.iter().find(|format| format.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let mut seen = HashSet::new();
        for format in FORMATS {
            assert!(seen.insert(format.name), "{} stands twice", format.name);
            assert!(find(format.name).is_some_and(|found| found.name == format.name));
        }
        assert!(find("no-such-format").is_none());
    }
}
