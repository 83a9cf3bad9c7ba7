//! What to do about a failing rule: the first lines of its remediation, commands ready to copy.

use std::io;

use unicode_width::UnicodeWidthChar;

use crate::model::RuleInfo;
use crate::report::text::{tame, width};
use crate::report::words::fill;

use super::{ID_COLUMNS, MESSAGE_COLUMNS, Writer};
use crate::report::page::Ink;

/// How many paragraphs or list items are printed when there is no command to end with.
const ITEMS: usize = 2;

/// A command that is cut cannot be copied; this only bounds nonsense.
const COMMAND_COLUMNS: usize = 8_000;

/// A piece of a remediation.
#[derive(Debug, PartialEq, Eq)]
enum Item {
    /// Wrapped as needed.
    Prose(String),
    /// Never wrapped, so that it can be copied.
    Command(String),
}

impl Writer<'_, '_> {
    /// `fix:` and what to do.
    pub(super) fn advice(&mut self, rule: &RuleInfo) -> io::Result<()> {
        let items = items(rule.remediation.get(self.report.lang));
        if items.is_empty() {
            return Ok(());
        }
        // What to type is what a person at a terminal is after; the rest is one command away.
        let command = items.iter().position(|item| matches!(item, Item::Command(_)));
        let is_command = |item: &Item| matches!(item, Item::Command(_));
        let more = |at: usize| items[at..].iter().take_while(|item| is_command(item)).count();
        let shown = command.map_or(ITEMS, |at| at + more(at));
        let left_out = items.iter().skip(shown);
        let (left_out, commands) =
            (left_out.clone().count(), left_out.filter(|item| is_command(item)).count());
        let mut lead = vec![(format!("{} ", self.words.fix), Ink::Cyan)];
        let column = 4 + width(self.words.fix) + 1;
        for item in items.into_iter().take(shown) {
            let indent = if lead.is_empty() { column } else { 4 };
            match item {
                Item::Prose(text) => self.page.hang(indent, &lead, &text, Ink::Plain)?,
                Item::Command(command) => {
                    lead.push((command, Ink::Bold));
                    self.page.line(indent, &lead)?;
                }
            }
            lead.clear();
        }
        let id = tame(&rule.id, ID_COLUMNS);
        if left_out > 0 {
            let text = match commands {
                0 => fill(self.words.fix_more, &[&id]),
                1 => fill(self.words.fix_one_command, &[&id]),
                _ => fill(self.words.fix_commands, &[&commands.to_string(), &id]),
            };
            self.page.hang(column, &[], &text, Ink::Dim)?;
        }
        Ok(())
    }
}

/// Paragraphs in one piece each, however their author broke the lines; list items and commands
/// apart.
fn items(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with("```") {
            open = false;
        } else if is_command(line) {
            items.push(Item::Command(tame(line.trim_start_matches("$ "), COMMAND_COLUMNS)));
            open = false;
        } else {
            let line = tame(line, MESSAGE_COLUMNS);
            match items.last_mut() {
                Some(Item::Prose(prose)) if open && !is_list_item(&line) => join(prose, &line),
                _ => items.push(Item::Prose(line)),
            }
            open = true;
        }
    }
    items
}

fn is_command(line: &str) -> bool {
    ["$ ", "aws ", "audit ", "terraform ", "cdk "].iter().any(|start| line.starts_with(start))
}

fn is_list_item(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (rest.len() < line.len() && rest.starts_with(". "))
}

/// Joins lines of one paragraph; Japanese has no spaces there.
fn join(prose: &mut String, line: &str) {
    let wide = |c: Option<char>| c.and_then(UnicodeWidthChar::width) == Some(2);
    if !wide(prose.chars().last()) && !wide(line.chars().next()) {
        prose.push(' ');
    }
    prose.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(text: &str) -> Item {
        Item::Prose(text.to_owned())
    }

    #[test]
    fn paragraphs_are_joined_and_commands_are_not() {
        let text = "Create an alarm\nwith an action.\n\n- one\n- two\n\n    aws cloudwatch put-metric-alarm\n";
        let command = Item::Command("aws cloudwatch put-metric-alarm".to_owned());
        assert_eq!(
            items(text),
            [prose("Create an alarm with an action."), prose("- one"), prose("- two"), command]
        );
        assert_eq!(items("アラームを\n作る。"), [prose("アラームを作る。")]);
        assert_eq!(items("\n"), []);
    }
}
