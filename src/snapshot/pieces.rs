//! Measures the pieces of a document while it is read or written. A piece is a resource, an entry of
//! the coverage or a value beside them; none may be longer than a line of `.jsonl` may be. So a
//! document that is nothing but one endless string is refused before it fills the memory.

use super::skip::{STRUCTURE, find};

/// How many containers are around a resource: the document and its list.
const AROUND: u32 = 2;

/// Where in a document the bytes are that were seen so far.
pub(super) struct Pieces {
    longest: usize,
    /// How many bytes were seen.
    seen: usize,
    /// Where the present piece began.
    start: usize,
    depth: u32,
    within: Within,
}

enum Within {
    Structure,
    String,
    /// A string, right behind its backslash.
    Escape,
}

impl Pieces {
    /// Before the first byte; no piece may be longer than `longest` bytes.
    pub(super) fn new(longest: usize) -> Pieces {
        Pieces { longest, seen: 0, start: 0, depth: 0, within: Within::Structure }
    }

    /// Steps over the next bytes; the error is where a piece begins that is too long.
    pub(super) fn step(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while let Some(next) = self.next(bytes, at)? {
            at = next;
        }
        self.seen += bytes.len();
        self.measure(self.seen)
    }

    /// The position after the next byte that matters.
    fn next(&mut self, bytes: &[u8], at: usize) -> Result<Option<usize>, usize> {
        let found = match self.within {
            Within::Structure => find(bytes, at, &STRUCTURE),
            Within::String => bytes
                .get(at..)
                .and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
                .map(|run| at + run),
            Within::Escape => (at < bytes.len()).then_some(at),
        };
        let Some(found) = found else { return Ok(None) };
        let byte = bytes.get(found).copied().unwrap_or_default();
        match (&self.within, byte) {
            (Within::Escape, _) => self.within = Within::String,
            (Within::String, b'\\') => self.within = Within::Escape,
            (Within::String, _) => {
                self.within = Within::Structure;
                self.part(found + 1)?;
            }
            (Within::Structure, b'"') => self.within = Within::String,
            (Within::Structure, b'{' | b'[') => {
                self.part(found)?;
                self.depth += 1;
            }
            (Within::Structure, _) => {
                self.depth = self.depth.saturating_sub(1);
                self.part(found + 1)?;
            }
        }
        Ok(Some(found + 1))
    }

    /// Between two pieces, if nothing more than the document and its list is around.
    fn part(&mut self, at: usize) -> Result<(), usize> {
        if self.depth > AROUND {
            return Ok(());
        }
        self.measure(self.seen + at)?;
        self.start = self.seen + at;
        Ok(())
    }

    fn measure(&self, end: usize) -> Result<(), usize> {
        if end - self.start > self.longest { Err(self.start) } else { Ok(()) }
    }
}
