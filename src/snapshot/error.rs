//! Why a snapshot is refused, where, and what to do about it.

use std::fmt;
use std::io;

use super::FORMAT;

/// A snapshot that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("cannot read {origin}: {source}")]
    Io {
        /// File name, or what stands for it.
        origin: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The compressed data makes no sense or ends early.
    #[error(
        "{origin}: the compressed data is damaged or cut off ({source}); copy or collect it again"
    )]
    Damaged {
        /// File name, or what stands for it.
        origin: String,
        /// The decoder's reason.
        source: io::Error,
    },
    /// Larger than the stated limit, counted without compression.
    #[error(
        "{origin}: holds more than {limit} bytes without compression, the most {what}; \
         collect fewer accounts at a time or write .jsonl"
    )]
    TooLarge {
        /// File name, or what stands for it.
        origin: String,
        /// What the limit is for.
        what: &'static str,
        /// The limit, in bytes.
        limit: u64,
    },
    /// Small compressed, but huge without.
    #[error(
        "{origin}: {size} bytes are more than {ratio} times what they take compressed, as no snapshot is; \
         if it is one, decompress it before"
    )]
    Bomb {
        /// File name, or what stands for it.
        origin: String,
        /// How many bytes it had become when that was enough.
        size: u64,
        /// The limit: so many times the compressed size.
        ratio: u64,
    },
    /// Nothing like a snapshot.
    #[error(
        "{origin}: is not a snapshot: {found}; name a snapshot, which `audit collect -o FILE` and `audit run --save-snapshot FILE` write"
    )]
    NotASnapshot {
        /// File name, or what stands for it.
        origin: String,
        /// What it begins with.
        found: String,
    },
    /// A snapshot, but a wrong one.
    #[error("{origin}: {place}: {reason}")]
    Refused {
        /// File name, or what stands for it.
        origin: String,
        /// Where it goes wrong, in the text without compression.
        place: Place,
        /// What is wrong, and what to do.
        reason: Reason,
    },
}

/// A place in a snapshot's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl Place {
    /// The place of byte `at` in `text`, whose first line is number `first_line`.
    pub(super) fn of(text: &[u8], at: usize, first_line: usize) -> Place {
        let before = text.get(..at).unwrap_or(text);
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        // A character is one byte that does not continue another.
        let characters =
            before.iter().skip(line_start).filter(|byte| **byte & 0xC0 != 0x80).count();
        Place {
            line: first_line + memchr::memchr_iter(b'\n', before).count(),
            column: characters + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What is wrong at a [`Place`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Not JSON.
    #[error("is not JSON: {0}")]
    Syntax(&'static str),
    /// The text or the line ends within a value.
    #[error("ends in the middle of a value, so it was cut off; copy or collect it again")]
    Ends,
    /// Bytes that are not UTF-8.
    #[error("is not UTF-8 text; copy or collect it again")]
    NotUtf8,
    /// More nesting than the stated limit.
    #[error("is nested deeper than {0} levels, the most a resource may be")]
    TooDeep(u32),
    /// A line, or a piece of a document, longer than the stated limit.
    #[error("what begins here is longer than {0} bytes, the most a resource may take")]
    TooLong(usize),
    /// A line without a resource.
    #[error("the line is empty where a resource should stand; remove it")]
    EmptyLine,
    /// Something after the end.
    #[error("something follows the end of the {0}; remove it")]
    Trailing(&'static str),
    /// Written in another format.
    #[error(
        "the format is {0:?}, but this version of audit understands {FORMAT:?}; \
         use the version that wrote it, or collect again"
    )]
    Format(String),
    /// A key that the format does not have.
    #[error("unknown key {key:?} in {of}; its keys are {known}")]
    UnknownKey {
        /// The key.
        key: String,
        /// What it stands in.
        of: &'static str,
        /// The keys there are.
        known: String,
    },
    /// A key that must be there.
    #[error("the key {key:?} is missing in {of}")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// What it should stand in.
        of: &'static str,
    },
    /// A key that stands twice.
    #[error("the key {0:?} stands twice; remove one")]
    RepeatedKey(String),
    /// A value of the wrong kind, or empty where it must not be.
    #[error("{key:?} must be {expected}")]
    Wrong {
        /// The key.
        key: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A value that does not decode, in the decoder's words.
    #[error("{key:?} is malformed: {message}")]
    Malformed {
        /// The key.
        key: &'static str,
        /// The decoder's words.
        message: String,
    },
    /// An account that the header does not name.
    #[error(
        "the account {0:?} is not among the header's \"accounts\"; add it there or collect again"
    )]
    ForeignAccount(String),
    /// Fewer or more resources than the header says.
    #[error(
        "the header says {declared} resources, but {found} are there: the file was cut off or edited; \
         copy or collect it again"
    )]
    Count {
        /// What the header says.
        declared: u64,
        /// What is there.
        found: u64,
    },
    /// Two entries for one thing.
    #[error("{what} stands here and at {first}; remove one")]
    Duplicate {
        /// What stands twice.
        what: String,
        /// Where it stands first.
        first: Place,
    },
}

/// A reason at a byte of some text. The reason is boxed, so that the success of hot loops stays small.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) reason: Box<Reason>,
}

impl Fault {
    pub(super) fn new(at: usize, reason: Reason) -> Fault {
        Fault { at, reason: Box::new(reason) }
    }

    /// The error for this fault in `text`, whose first line is number `first_line`.
    pub(super) fn in_text(self, origin: &str, text: &[u8], first_line: usize) -> ReadError {
        ReadError::Refused {
            origin: origin.to_owned(),
            place: Place::of(text, self.at, first_line),
            reason: *self.reason,
        }
    }
}
