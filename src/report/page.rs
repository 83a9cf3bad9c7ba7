//! The page under the table's pen: colours, headings, hanging paragraphs, labelled rows.

use std::io::{self, Write};

use crate::model::Severity;

use crate::report::Style;
use crate::report::text::{pad, width, wrap};

/// Narrower than this nothing can be laid out; wider than this nobody reads a line.
const NARROWEST: usize = 40;
const WIDEST: usize = 110;

/// What a piece of text is drawn with. Without colour words carry the whole meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// As the terminal draws.
    Plain,
    /// Names.
    Bold,
    /// What may be skipped.
    Dim,
    /// What is in order.
    Green,
    /// What is not known, or matters somewhat.
    Yellow,
    /// What to do, or matters little.
    Cyan,
    /// What is broken.
    Red,
    /// What is broken and cannot wait.
    Alarm,
}

impl Ink {
    /// The ink of a severity.
    pub fn of(severity: Severity) -> Ink {
        match severity {
            Severity::Critical => Ink::Alarm,
            Severity::High => Ink::Red,
            Severity::Medium => Ink::Yellow,
            Severity::Low => Ink::Cyan,
            Severity::Info => Ink::Dim,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Green => "32",
            Ink::Yellow => "33",
            Ink::Cyan => "36",
            Ink::Red => "31",
            Ink::Alarm => "1;31",
        }
    }
}

/// Pieces of one line, each with its ink.
pub type Pieces = Vec<(String, Ink)>;

/// A labelled row: what it is about, where that is, and what is said of it.
pub struct Row {
    /// What it is about.
    pub label: String,
    /// Where that is, or empty.
    pub place: String,
    /// What is said.
    pub message: String,
    /// What that rests on, a bullet each.
    pub notes: Vec<String>,
}

/// A page of fixed width.
pub struct Page<'o> {
    out: &'o mut dyn Write,
    color: bool,
    /// Columns to write in.
    pub width: usize,
}

impl<'o> Page<'o> {
    /// A page in `style` that is written to `out`.
    pub fn new(out: &'o mut dyn Write, style: &Style) -> Page<'o> {
        Page { out, color: style.color, width: style.width.clamp(NARROWEST, WIDEST) }
    }

    /// An empty line.
    pub fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// A line of pieces, written as they are.
    pub fn line(&mut self, indent: usize, pieces: &[(String, Ink)]) -> io::Result<()> {
        let mut line = " ".repeat(indent);
        for (text, ink) in pieces {
            line.push_str(&self.drawn(text, *ink));
        }
        writeln!(self.out, "{}", line.trim_end())
    }

    /// `text` wrapped after `lead`, its further lines under its first.
    pub fn hang(
        &mut self,
        indent: usize,
        lead: &[(String, Ink)],
        text: &str,
        ink: Ink,
    ) -> io::Result<()> {
        let column = indent + pieces_width(lead);
        let mut lead = lead.to_vec();
        for line in wrap(text, self.width.saturating_sub(column)) {
            lead.push((line, ink));
            self.line(column - pieces_width(&lead[..lead.len() - 1]), &lead)?;
            lead.clear();
        }
        Ok(())
    }

    /// Alternatives that are parted by spaces and never broken inside, wrapped where they must be.
    pub fn flow(&mut self, indent: usize, parts: &[Pieces]) -> io::Result<()> {
        let mut line = Pieces::new();
        for part in parts {
            if !line.is_empty() {
                if indent + pieces_width(&line) + 2 + pieces_width(part) > self.width {
                    self.line(indent, &std::mem::take(&mut line))?;
                } else {
                    line.push(("  ".to_owned(), Ink::Plain));
                }
            }
            line.extend_from_slice(part);
        }
        if line.is_empty() { Ok(()) } else { self.line(indent, &line) }
    }

    /// A heading with its counts at the right end, or below where they do not fit.
    pub fn heading(&mut self, title: &str, counts: &[Pieces]) -> io::Result<()> {
        self.blank()?;
        let mut right: Pieces = Vec::new();
        for count in counts {
            right.push(("  ".to_owned(), Ink::Plain));
            right.extend_from_slice(count);
        }
        if let Some(first) = right.first_mut() {
            first.0 = " ".to_owned();
        }
        let used = width(title) + 1 + pieces_width(&right);
        let mut line = vec![(title.to_owned(), Ink::Bold), (" ".to_owned(), Ink::Plain)];
        if used + 3 > self.width {
            let rest = self.width.saturating_sub(width(title) + 1);
            line.push(("─".repeat(rest), Ink::Dim));
            self.line(0, &line)?;
            return self.flow(2, counts);
        }
        line.push(("─".repeat(self.width - used), Ink::Dim));
        line.append(&mut right);
        self.line(0, &line)
    }

    /// Rows: words beside their labels where all labels are short, else below. Notes want more
    /// room than a message, so they ask for shorter labels.
    pub fn rows(&mut self, indent: usize, rows: &[Row]) -> io::Result<()> {
        let label_width = |row: &Row| width(&row.label) + width(&row.place);
        let widest = rows.iter().map(label_width).max().unwrap_or(0);
        let room = self.width - indent;
        let noted = rows.iter().any(|row| !row.notes.is_empty());
        let beside = widest <= if noted { room / 4 } else { room * 2 / 5 };
        for row in rows {
            let mut label = vec![(row.label.clone(), Ink::Bold), (row.place.clone(), Ink::Dim)];
            let column = if beside {
                label.push((" ".repeat(widest - label_width(row) + 2), Ink::Plain));
                indent + widest + 2
            } else {
                self.label(indent, row)?;
                label.clear();
                indent + 4
            };
            self.hang(column - pieces_width(&label), &label, &row.message, Ink::Plain)?;
            self.notes(column, &row.notes)?;
        }
        Ok(())
    }

    /// Notes, a bullet each.
    pub fn notes(&mut self, indent: usize, notes: &[String]) -> io::Result<()> {
        for note in notes {
            self.hang(indent, &[("- ".to_owned(), Ink::Dim)], note, Ink::Plain)?;
        }
        Ok(())
    }

    /// A label on lines of its own.
    fn label(&mut self, indent: usize, row: &Row) -> io::Result<()> {
        let mut lines = wrap(&row.label, self.width - indent);
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            self.line(indent, &[(line, Ink::Bold)])?;
        }
        if indent + width(&last) + width(&row.place) > self.width {
            self.line(indent, &[(last, Ink::Bold)])?;
            return self.line(indent, &[(row.place.trim_start().to_owned(), Ink::Dim)]);
        }
        self.line(indent, &[(last, Ink::Bold), (row.place.clone(), Ink::Dim)])
    }

    fn drawn(&self, text: &str, ink: Ink) -> String {
        if !self.color || ink == Ink::Plain || text.trim().is_empty() {
            return text.to_owned();
        }
        format!("\x1b[{}m{text}\x1b[0m", ink.code())
    }
}

/// Columns that pieces take together.
pub fn pieces_width(pieces: &[(String, Ink)]) -> usize {
    pieces.iter().map(|(text, _)| width(text)).sum()
}

/// A label that is padded to a column.
pub fn padded(text: &str, columns: usize, ink: Ink) -> (String, Ink) {
    (pad(text, columns), ink)
}
