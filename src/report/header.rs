//! The first line of what people read: what was looked at, and when.

use std::io;

use super::page::{Ink, Page};
use super::text::tame;
use super::words::{Words, fill};
use crate::model::{TOOL_NAME, TOOL_VERSION};

/// Columns of a name, an account or a time; what is longer is cut.
const COLUMNS: usize = 120;

/// How many regions are named.
const NAMED: usize = 3;

/// Writes it.
///
/// # Errors
/// As the page does.
pub fn write(
    page: &mut Page<'_>,
    words: &Words,
    collected_at: &str,
    (accounts, regions): (&[String], &[String]),
) -> io::Result<()> {
    let collected = fill(words.collected, &[&tame(collected_at, COLUMNS)]);
    let accounts = match accounts {
        [one] => fill(words.account, &[&tame(one, COLUMNS)]),
        many => fill(words.accounts, &[&many.len().to_string()]),
    };
    let regions = match regions {
        few if few.len() <= NAMED => {
            few.iter().map(|region| tame(region, COLUMNS)).collect::<Vec<_>>().join(words.comma)
        }
        many => fill(words.regions, &[&many.len().to_string()]),
    };
    let tool = (format!("{TOOL_NAME} {TOOL_VERSION}"), Ink::Bold);
    let mut parts = vec![vec![tool]];
    for text in [collected, accounts, regions] {
        if !text.is_empty() {
            parts.push(vec![(text, Ink::Plain)]);
        }
    }
    page.flow(0, &parts)
}
