//! The grid of the summary: a row per section, a column per status.

use std::io;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use crate::model::Status;
use crate::report::text::{grouped, tame, width};

use super::gather::Gathered;
use super::{ID_COLUMNS, Writer, sections};
use crate::report::page::Ink;
use crate::report::tally::Tally;

impl Writer<'_, '_> {
    /// Counts by section, and in total; columns without any number are left out. On a page too
    /// narrow for it, nothing.
    pub(super) fn overview(&mut self, rules: &[Gathered<'_, '_>]) -> io::Result<()> {
        let total = rules.iter().fold(Tally::default(), |sum, rule| sum.plus(rule.tally));
        let shown: Vec<Status> =
            [Status::Pass, Status::Fail, Status::Unknown, Status::Waived, Status::NotApplicable]
                .into_iter()
                .filter(|status| total.of(*status) > 0)
                .collect();
        let mut grid = Table::new();
        // Without borders, so that the width of the words is the width of the grid.
        grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let heads = shown.iter().map(|status| number(self.words.status(*status)));
        grid.set_header(std::iter::once(Cell::new("")).chain(heads));
        let mut row = |title: &str, tally: &Tally| {
            let counts = shown.iter().map(|status| match tally.of(*status) {
                0 => number("·"),
                count => number(&grouped(count)),
            });
            grid.add_row(std::iter::once(Cell::new(title)).chain(counts));
        };
        for (id, title) in sections(rules, self.report.lang) {
            let own = rules.iter().filter(|rule| rule.rule.section == id);
            let tally = own.fold(Tally::default(), |sum, rule| sum.plus(rule.tally));
            row(&tame(title, ID_COLUMNS), &tally);
        }
        row(self.words.total, &total);
        if let Some(first) = grid.column_mut(0) {
            first.set_padding((0, 1));
        }
        let lines: Vec<String> = grid.lines().map(|line| line.trim_end().to_owned()).collect();
        if lines.iter().any(|line| width(line) > self.page.width) {
            // The counts below say the same.
            return Ok(());
        }
        for line in lines {
            self.page.line(0, &[(line, Ink::Plain)])?;
        }
        self.page.blank()
    }
}

fn number(text: &str) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}
