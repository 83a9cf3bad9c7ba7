//! From bytes to a [`Snapshot`].

use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::error::{Fault, ReadError, Reason};
use super::header::{self, Preamble};
use super::index::{Block, Snapshot};
use super::record::Records;
use super::scan::Scanner;
use super::skip::{Span, skip, skip_space};
use super::source::{Blocks, Chunk, Source};
use super::write::{Compression, Encoding, Layout, write_to};
use super::{Json, Limits};
use crate::model::Inventory;

impl Snapshot {
    /// Reads the snapshot at `path`, or from standard input for `-`. Compression and layout are told
    /// from the bytes, not from the name.
    pub fn read(path: &Path) -> Result<Snapshot, ReadError> {
        load(Source::open(path, Limits::STATED)?, Limits::STATED)
    }

    /// Reads a snapshot that is in memory, compressed or not; messages call it `origin`.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>, origin: &str) -> Result<Snapshot, ReadError> {
        Snapshot::from_bytes_within(bytes.into(), origin, Limits::STATED)
    }

    /// The snapshot that writing `inventory` and reading it again would give: a live evaluation takes
    /// the same way as one of a file, so that both give the same answers.
    pub fn from_inventory(inventory: &Inventory) -> Result<Snapshot, ReadError> {
        const ORIGIN: &str = "what was collected";
        let encoding = Encoding { layout: Layout::Lines, compression: Compression::None };
        let mut text = Vec::new();
        write_to(inventory, encoding, &mut text)
            .map_err(|source| ReadError::Io { origin: ORIGIN.to_owned(), source })?;
        Snapshot::from_bytes_within(text, ORIGIN, Limits::STATED)
    }

    pub(super) fn from_bytes_within(
        bytes: Vec<u8>,
        origin: &str,
        limits: Limits,
    ) -> Result<Snapshot, ReadError> {
        load(Source::new(Cursor::new(bytes), origin, limits)?, limits)
    }
}

pub(super) fn load(source: Source, limits: Limits) -> Result<Snapshot, ReadError> {
    let mut blocks = Blocks::new(source)?;
    let first_line = blocks.first_line()?;
    if is_header_line(first_line) {
        let len = first_line.len();
        let header = blocks.take(len);
        load_lines(header, blocks, limits)
    } else {
        let origin = blocks.source.origin.clone();
        load_document(blocks.document()?, &origin, limits)
    }
}

/// Whether the first line is the header of lines: a whole object without resources. Everything else is
/// a document, or is refused as one.
fn is_header_line(line: &[u8]) -> bool {
    let start = skip_space(line, 0);
    let Some(end) = skip(line, start) else { return false };
    let value = std::str::from_utf8(&line[start..end]).unwrap_or_default();
    Json::trusted(value).get("resources").is_none()
}

/// How many resources of a document a thread reads at a time.
const BATCH: usize = 1024;

fn load_document(text: Vec<u8>, origin: &str, limits: Limits) -> Result<Snapshot, ReadError> {
    let text = String::from_utf8(text).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Fault::new(at, Reason::NotUtf8).in_text(origin, error.as_bytes(), 1)
    })?;
    let refused = |fault: Fault| fault.in_text(origin, text.as_bytes(), 1);
    let preamble = header::parse(&text, true, limits.depth)
        .map_err(|fault| refused(first_mistake(&text).unwrap_or(fault)))?;
    let context = (0, preamble.header.accounts.as_slice(), limits.depth);
    let batch = |spans: &[Span]| {
        let mut records = Records::default();
        for span in spans {
            records.read(&text, (span.start as usize, span.end as usize), context)?;
        }
        Ok(records)
    };
    // First all, then the first fault: which thread is quicker must not matter.
    let parts: Vec<Result<Records, Fault>> =
        preamble.resources.par_chunks(BATCH).map(batch).collect();
    let parts = parts.into_iter().collect::<Result<Vec<_>, Fault>>().map_err(refused)?;
    check_count(&preamble, &parts).map_err(refused)?;
    assemble(preamble, vec![Block { text, first_line: 1 }], parts, origin)
}

/// Where text stops being JSON, if it does. Resources are stepped over unchecked at first, so what
/// stops the stepping may stand far behind the mistake.
fn first_mistake(text: &str) -> Option<Fault> {
    const WIDEST: u32 = 128;
    let mut scanner = Scanner::new(text, skip_space(text.as_bytes(), 0), text.len(), WIDEST);
    scanner.value().err()
}

/// What came of a chunk of lines.
enum Outcome {
    Read(String, Records),
    Refused(Vec<u8>, Fault),
    Failed(ReadError),
}

fn load_lines(header: Vec<u8>, mut blocks: Blocks, limits: Limits) -> Result<Snapshot, ReadError> {
    let origin = blocks.source.origin.clone();
    let preamble = match std::str::from_utf8(&header) {
        Ok(text) => header::parse(text, false, limits.depth),
        Err(error) => Err(Fault::new(error.valid_up_to(), Reason::NotUtf8)),
    };
    let preamble = preamble.map_err(|fault| fault.in_text(&origin, &header, 1))?;
    let accounts = preamble.header.accounts.as_slice();
    // One thread at a time fetches, all read what was fetched.
    let failed = AtomicBool::new(false);
    let chunks = std::iter::from_fn(|| match failed.load(Ordering::Relaxed) {
        true => None,
        false => blocks.next().transpose(),
    });
    let mut outcomes: Vec<(usize, Outcome)> = chunks
        .enumerate()
        .par_bridge()
        .map(|(number, chunk)| {
            let outcome = read_chunk(chunk, (number as u32, accounts, limits.depth), limits.line);
            failed.fetch_or(!matches!(outcome, Outcome::Read(..)), Ordering::Relaxed);
            (number, outcome)
        })
        .collect();
    outcomes.sort_unstable_by_key(|(number, _)| *number);
    let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome);
    let (texts, parts) = gather(outcomes, &origin)?;
    check_count(&preamble, &parts).map_err(|fault| fault.in_text(&origin, &header, 1))?;
    assemble(preamble, texts, parts, &origin)
}

/// All chunks, or the first failure. That is the same every time: whatever comes before a failed chunk
/// was fetched before it, so it is here.
fn gather(
    outcomes: impl Iterator<Item = Outcome>,
    origin: &str,
) -> Result<(Vec<Block>, Vec<Records>), ReadError> {
    let mut texts = Vec::new();
    let mut parts = Vec::new();
    let mut first_line = 2;
    for outcome in outcomes {
        match outcome {
            Outcome::Read(text, records) => {
                texts.push(Block { text, first_line });
                first_line += records.records.len();
                parts.push(records);
            }
            Outcome::Refused(text, fault) => return Err(fault.in_text(origin, &text, first_line)),
            Outcome::Failed(error) => return Err(error),
        }
    }
    Ok((texts, parts))
}

fn read_chunk(
    chunk: Result<Chunk, ReadError>,
    context: (u32, &[String], u32),
    max_line: usize,
) -> Outcome {
    let bytes = match chunk {
        Ok(Chunk::Lines(bytes)) => bytes,
        Ok(Chunk::TooLong) => {
            return Outcome::Refused(Vec::new(), Fault::new(0, Reason::TooLong(max_line)));
        }
        Err(error) => return Outcome::Failed(error),
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            return Outcome::Refused(error.into_bytes(), Fault::new(at, Reason::NotUtf8));
        }
    };
    match read_lines(&text, context) {
        Ok(records) => Outcome::Read(text, records),
        Err(fault) => Outcome::Refused(text.into_bytes(), fault),
    }
}

fn read_lines(text: &str, context: (u32, &[String], u32)) -> Result<Records, Fault> {
    let bytes = text.as_bytes();
    let mut records = Records::default();
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |len| start + len);
        if bytes[start..end].trim_ascii().is_empty() {
            return Err(Fault::new(start, Reason::EmptyLine));
        }
        records.read(text, (start, end), context)?;
        start = end + 1;
    }
    Ok(records)
}

fn check_count(preamble: &Preamble, parts: &[Records]) -> Result<(), Fault> {
    let found = parts.iter().map(|part| part.records.len() as u64).sum();
    let declared = preamble.declared;
    if found == declared {
        return Ok(());
    }
    Err(Fault::new(preamble.declared_at, Reason::Count { declared, found }))
}

fn assemble(
    preamble: Preamble,
    blocks: Vec<Block>,
    parts: Vec<Records>,
    origin: &str,
) -> Result<Snapshot, ReadError> {
    Snapshot::new(preamble.header, preamble.coverage, blocks, parts)
        .map_err(|(place, reason)| ReadError::Refused { origin: origin.to_owned(), place, reason })
}
