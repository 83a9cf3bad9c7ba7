//! Snapshots: what was read of AWS, kept as text that people, other tools and every later evaluation
//! can read again. May use `model`.
//!
//! A snapshot is one readable `.json` document or `.jsonl` (the header, then a resource per line), and
//! may be compressed. In memory it stays text: blocks of whole lines and, per resource, 64 bytes of
//! offsets into them. A tree per resource would take eight times the file; this takes 1.2 times, and
//! rules read the few properties they ask for through a cursor ([`Json`]).
//!
//! Reading is strict, because a snapshot that lost its tail or holds a resource twice would let a rule
//! pass that should not. What is refused is refused with its place, the reason and what to do.

mod error;
mod header;
mod index;
mod json;
mod keys;
mod pieces;
mod read;
mod record;
mod scan;
mod skip;
mod source;
#[cfg(test)]
mod tests;
mod write;

pub use error::{Place, ReadError, Reason};
pub use header::{Header, Tool};
pub use index::{ResourceView, Snapshot};
pub use json::{Elements, Entries, Json, Kind, Remembered};
pub use write::{Compression, Encoding, Layout, WriteError, write, write_to};

/// The format that is written, and the only one that is read.
pub const FORMAT: &str = "audit-snapshot/1";

/// Longest line of a `.jsonl` resource, and longest piece of a document, in bytes.
pub const MAX_LINE: usize = 16 << 20;

/// Longest header line of a `.jsonl` file, in bytes; coverage grows with accounts and regions.
pub const MAX_HEADER: usize = 256 << 20;

/// Largest `.json` document, in bytes without compression: offsets into it are 32 bits wide.
pub const MAX_DOCUMENT: u64 = u32::MAX as u64;

/// Largest snapshot, in bytes without compression, however small the file is.
pub const MAX_SIZE: u64 = 8 << 30;

/// What a compressed snapshot may always become, in bytes; beyond that, [`MAX_RATIO`] holds.
pub const MAX_UNPACKED: u64 = 1 << 30;

/// How many times its compressed size a snapshot may become. Equal resources in a row reach 200.
pub const MAX_RATIO: u64 = 256;

/// Deepest nesting of a resource, itself counted as 1. Below `serde_json`'s own limit of 128, so that
/// what was read once can be decoded into types without a second check.
pub const MAX_DEPTH: u32 = 100;

/// The limits in force; tests make them small.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Size of a block of lines, in bytes; at most `line`.
    block: usize,
    line: usize,
    header: usize,
    document: u64,
    size: u64,
    unpacked: u64,
    /// At most 128, the width of the scanner's stack.
    depth: u32,
}

impl Limits {
    const STATED: Limits = Limits {
        block: 8 << 20,
        line: MAX_LINE,
        header: MAX_HEADER,
        document: MAX_DOCUMENT,
        size: MAX_SIZE,
        unpacked: MAX_UNPACKED,
        depth: MAX_DEPTH,
    };
}
