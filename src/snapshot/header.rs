//! The part of a snapshot before its resources: by whom, when, where, and what came of each call.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::FORMAT;
use super::error::{Fault, Place, Reason};
use super::scan::Scanner;
use super::skip::{Span, unquote};
use crate::model::{Coverage, Outcome};

/// The program that wrote a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a snapshot says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The program that wrote it.
    pub tool: Tool,
    /// When collection began, as written: RFC 3339.
    pub collected_at: String,
    /// The same as a time: the `now` of every rule, so that evaluating again later changes nothing.
    pub now: Timestamp,
    /// Account numbers, sorted; at least one.
    pub accounts: Vec<String>,
    /// Codes of the regions asked for, sorted. Resources may lie in others.
    pub regions: Vec<String>,
}

/// All that stands before the resources, and where these stand.
pub(super) struct Preamble {
    pub(super) header: Header,
    /// Sorted.
    pub(super) coverage: Vec<Coverage>,
    /// How many resources the snapshot says it holds, and the byte where it says so.
    pub(super) declared: u64,
    pub(super) declared_at: usize,
    /// Where each resource of a document stands, unchecked; nothing in lines.
    pub(super) resources: Vec<Span>,
}

const FORMAT_KEY: usize = 0;
const TOOL: usize = 1;
const COLLECTED_AT: usize = 2;
const ACCOUNTS: usize = 3;
const REGIONS: usize = 4;
const COVERAGE: usize = 5;
const COUNT: usize = 6;
const RESOURCES: usize = 7;

/// The keys in the order in which they are written; the last only in documents.
const KEYS: [&str; 8] = [
    "format",
    "tool",
    "collected_at",
    "accounts",
    "regions",
    "coverage",
    "resource_count",
    "resources",
];

const OF: &str = "the snapshot";

/// Reads a document, or the header line of lines (where there is no key `resources`).
pub(super) fn parse(text: &str, document: bool, max_depth: u32) -> Result<Preamble, Fault> {
    let keys = if document { &KEYS[..] } else { &KEYS[..RESOURCES] };
    let mut scanner = Scanner::new(text, 0, text.len(), max_depth);
    let mut spans = [Span::default(); KEYS.len()];
    let mut resources = Vec::new();
    let mut first_unknown = None;
    scanner.object(|scanner, quoted, at| {
        let key = unquote(quoted);
        let Some(field) = keys.iter().position(|known| *known == key) else {
            // Another format may have other keys; that it is another is worth more than which.
            first_unknown.get_or_insert((key.into_owned(), at));
            return scanner.value().map(|_| ());
        };
        let start = scanner.pos();
        match field {
            RESOURCES => scanner.array(|scanner| {
                resources.push(scanner.unchecked()?);
                Ok(())
            })?,
            _ => {
                scanner.value()?;
            }
        }
        spans[field] = Span::new(start, scanner.pos());
        Ok(())
    })?;
    scanner.end(if document { "document" } else { "header" })?;
    check_keys(text, keys, &spans, first_unknown)?;
    let field = Fields { text, spans: &spans, max_depth };
    let header = field.header()?;
    let coverage = field.coverage(&header)?;
    Ok(Preamble {
        coverage,
        header,
        declared: field.decode(COUNT, spans[COUNT])?,
        declared_at: spans[COUNT].start as usize,
        resources,
    })
}

fn check_keys(
    text: &str,
    keys: &[&'static str],
    spans: &[Span],
    unknown: Option<(String, usize)>,
) -> Result<(), Fault> {
    let format = spans[FORMAT_KEY];
    let found = unquote(format.of(text));
    if format != Span::default() && found != FORMAT {
        return Err(Fault::new(format.start as usize, Reason::Format(found.into_owned())));
    }
    if let Some((key, at)) = unknown {
        return Err(Fault::new(at, Reason::UnknownKey { key, of: OF, known: keys.join(", ") }));
    }
    match keys.iter().zip(spans).find(|(_, span)| **span == Span::default()) {
        Some((key, _)) => Err(Fault::new(0, Reason::MissingKey { key, of: OF })),
        None => Ok(()),
    }
}

/// The values of the keys, checked but not decoded.
struct Fields<'a> {
    text: &'a str,
    spans: &'a [Span; KEYS.len()],
    max_depth: u32,
}

impl Fields<'_> {
    fn header(&self) -> Result<Header, Fault> {
        let collected_at: String = self.whole(COLLECTED_AT)?;
        let now = match collected_at.parse() {
            Ok(now) if looks_like_rfc3339(&collected_at) => now,
            _ => {
                return Err(
                    self.wrong(COLLECTED_AT, "an RFC 3339 time such as 2027-03-31T00:00:00Z")
                );
            }
        };
        let accounts = self.names(ACCOUNTS)?;
        if accounts.is_empty() {
            return Err(self.wrong(ACCOUNTS, "a list of at least one account number"));
        }
        // Without regions the rules about regions would have nothing to fail on.
        let regions = self.names(REGIONS)?;
        if regions.is_empty() || regions.iter().any(|region| region == crate::model::GLOBAL) {
            return Err(
                self.wrong(REGIONS, "a list of at least one region code, none of them 'global'")
            );
        }
        Ok(Header { tool: self.whole(TOOL)?, collected_at, now, accounts, regions })
    }

    /// A list of names, sorted: the order in the file must not matter.
    fn names(&self, field: usize) -> Result<Vec<String>, Fault> {
        let mut names: Vec<String> = self.whole(field)?;
        if names.iter().any(String::is_empty) {
            return Err(self.wrong(field, "a list of strings that are not empty"));
        }
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn coverage(&self, header: &Header) -> Result<Vec<Coverage>, Fault> {
        let span = self.spans[COVERAGE];
        let mut scanner =
            Scanner::new(self.text, span.start as usize, span.end as usize, self.max_depth);
        if scanner.peek() != Some(b'[') {
            return Err(self.wrong(COVERAGE, "a list of operations"));
        }
        let mut entries = Vec::new();
        scanner.array(|scanner| {
            let span = scanner.value()?;
            let entry: Coverage = self.decode(COVERAGE, span)?;
            if header.accounts.binary_search(&entry.account).is_err() {
                let reason = Reason::ForeignAccount(entry.account);
                return Err(Fault::new(span.start as usize, reason));
            }
            if entry.region.is_empty() || !entry.operation.contains(':') {
                let expected =
                    "a list of operations, each with a region and a name such as ecs:ListClusters";
                let reason = Reason::Wrong { key: KEYS[COVERAGE], expected };
                return Err(Fault::new(span.start as usize, reason));
            }
            if entry.outcome == Outcome::Ok && !entry.resources.is_empty() {
                let expected =
                    "an outcome other than ok where it lists resources that it failed for";
                let reason = Reason::Wrong { key: KEYS[COVERAGE], expected };
                return Err(Fault::new(span.start as usize, reason));
            }
            entries.push((entry, span.start as usize));
            Ok(())
        })?;
        entries.sort_unstable();
        for pair in entries.windows(2) {
            if let [(entry, one), (other, two)] = pair
                && same_call(entry, other)
            {
                let names = [&entry.operation, "in", &entry.account, &entry.region];
                let what = names.map(|name| name.escape_debug().to_string()).join(" ");
                let first = Place::of(self.text.as_bytes(), *one.min(two), 1);
                return Err(Fault::new(*one.max(two), Reason::Duplicate { what, first }));
            }
        }
        Ok(entries.into_iter().map(|(entry, _)| entry).collect())
    }

    fn whole<T: DeserializeOwned>(&self, field: usize) -> Result<T, Fault> {
        self.decode(field, self.spans[field])
    }

    /// Decodes `span`, which is the value of `field` or a part of it.
    fn decode<T: DeserializeOwned>(&self, field: usize, span: Span) -> Result<T, Fault> {
        let value = span.of(self.text);
        serde_json::from_str(value).map_err(|error| {
            let at = span.start as usize + offset(value, error.line(), error.column());
            let words = error.to_string();
            // It may quote what stands there, whose line breaks are not the message's.
            let message = words.rsplit_once(" at line ").map_or(&*words, |(words, _)| words);
            let message = message.replace('\n', "\\n");
            Fault::new(at, Reason::Malformed { key: KEYS[field], message })
        })
    }

    fn wrong(&self, field: usize, expected: &'static str) -> Fault {
        Fault::new(self.spans[field].start as usize, Reason::Wrong { key: KEYS[field], expected })
    }
}

fn same_call(one: &Coverage, two: &Coverage) -> bool {
    (&one.account, &one.region, &one.operation) == (&two.account, &two.region, &two.operation)
}

/// The byte that serde_json's line and column (both from 1, in bytes) stand for.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let lines_before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let offset = lines_before.map(str::len).sum::<usize>() + column.saturating_sub(1);
    offset.min(text.len())
}

/// jiff also reads spaces, missing seconds and zone names, which RFC 3339 does not have.
fn looks_like_rfc3339(time: &str) -> bool {
    let bytes = time.as_bytes();
    matches!(bytes.get(10), Some(b'T' | b't'))
        && bytes.get(16) == Some(&b':')
        && bytes.iter().all(|byte| b"0123456789-:.+TtZz".contains(byte))
}
