//! What is kept of a resource: where its parts stand in its block's text.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::error::{Fault, Reason};
use super::scan::Scanner;
use super::skip::{Span, unquote};

/// A resource as places in a block's text: 64 bytes, a cache line.
///
/// Spans of strings include their quotes. A span is empty where the key is absent, but for the name,
/// which then is the id. `account`, `region` and `ty` number names so that numbers sort as names do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) account: u32,
    pub(super) region: u32,
    pub(super) ty: u32,
    pub(super) block: u32,
    pub(super) id: Span,
    pub(super) arn: Span,
    pub(super) name: Span,
    pub(super) tags: Span,
    pub(super) properties: Span,
    pub(super) status: Span,
}

/// Names numbered in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: FxHashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The names, each at its number.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

/// The records of a stretch of text.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) records: Vec<Record>,
    pub(super) types: Names,
    pub(super) regions: Names,
}

const TYPE: usize = 0;
const ID: usize = 1;
const ARN: usize = 2;
const ACCOUNT: usize = 3;
const REGION: usize = 4;
const NAME: usize = 5;
const TAGS: usize = 6;
const PROPERTIES: usize = 7;
const STATUS: usize = 8;

/// A resource's keys in the order in which they are written.
const KEYS: [&str; 9] =
    ["type", "id", "arn", "account", "region", "name", "tags", "properties", "status"];

const OF: &str = "a resource";

impl Records {
    /// Reads the resource that takes up `text` from `start` to `end`. `accounts` are the header's, sorted.
    pub(super) fn read(
        &mut self,
        text: &str,
        (start, end): (usize, usize),
        (block, accounts, max_depth): (u32, &[String], u32),
    ) -> Result<(), Fault> {
        let mut scanner = Scanner::new(text, start, end, max_depth);
        let mut spans = [Span::default(); KEYS.len()];
        scanner.object(|scanner, key, at| {
            let field = field(key, at)?;
            spans[field] = value(scanner, field)?;
            Ok(())
        })?;
        scanner.end("resource")?;
        let required = |field: usize| match spans[field] {
            span if span == Span::default() => {
                Err(Fault::new(start, Reason::MissingKey { key: KEYS[field], of: OF }))
            }
            span => match unquote(span.of(text)) {
                empty if empty.is_empty() => {
                    Err(wrong(span.start as usize, field, "a string that is not empty"))
                }
                string => Ok(string),
            },
        };
        required(ID)?;
        let record = Record {
            account: account(&required(ACCOUNT)?, spans[ACCOUNT], accounts)?,
            region: self.regions.number(&required(REGION)?),
            ty: self.types.number(&required(TYPE)?),
            block,
            id: spans[ID],
            arn: spans[ARN],
            name: if spans[NAME] == Span::default() { spans[ID] } else { spans[NAME] },
            tags: spans[TAGS],
            properties: spans[PROPERTIES],
            status: spans[STATUS],
        };
        self.records.push(record);
        Ok(())
    }
}

/// Which field a key in quotes names.
fn field(quoted: &str, at: usize) -> Result<usize, Fault> {
    let key: Cow<'_, str> = unquote(quoted);
    KEYS.iter().position(|known| *known == key).ok_or_else(|| {
        let reason = Reason::UnknownKey { key: key.into_owned(), of: OF, known: KEYS.join(", ") };
        Fault::new(at, reason)
    })
}

/// The value of a field, of the kind that the field has.
fn value(scanner: &mut Scanner<'_>, field: usize) -> Result<Span, Fault> {
    let (open, expected) = match field {
        TAGS => (b'{', "an object of strings"),
        PROPERTIES | STATUS => (b'{', "an object"),
        _ => (b'"', "a string"),
    };
    match scanner.peek() {
        Some(byte) if byte != open => return Err(wrong(scanner.pos(), field, expected)),
        _ => {}
    }
    match field {
        TAGS => {
            let start = scanner.pos();
            scanner.object(|scanner, _, _| match scanner.peek() {
                Some(b'"') | None => scanner.string().map(|_| ()),
                Some(_) => Err(wrong(scanner.pos(), field, expected)),
            })?;
            Ok(Span::new(start, scanner.pos()))
        }
        PROPERTIES | STATUS => scanner.value(),
        _ => scanner.string(),
    }
}

fn account(account: &str, span: Span, accounts: &[String]) -> Result<u32, Fault> {
    match accounts.binary_search_by(|known| known.as_str().cmp(account)) {
        Ok(number) => Ok(number as u32),
        Err(_) => Err(Fault::new(span.start as usize, Reason::ForeignAccount(account.to_owned()))),
    }
}

fn wrong(at: usize, field: usize, expected: &'static str) -> Fault {
    Fault::new(at, Reason::Wrong { key: KEYS[field], expected })
}
