//! JSON text that was checked before: pieces of it, and steps over it. Nothing here recurses.

use std::borrow::Cow;

/// A piece of a block's text, in bytes. 32 bits suffice: blocks are at most [`super::MAX_DOCUMENT`] long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    pub(super) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// The text of a JSON string that stands in quotes, checked before; decoded only when it must be.
pub(super) fn unquote(quoted: &str) -> Cow<'_, str> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    match memchr::memchr(b'\\', inner.as_bytes()) {
        None => Cow::Borrowed(inner),
        Some(_) => Cow::Owned(serde_json::from_str(quoted).unwrap_or_default()),
    }
}

/// Bytes that end a run of plain string text: the quote, the backslash, control characters.
pub(super) const STOPS_STRING: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

/// Bytes that matter when stepping over an object or array.
pub(super) const STRUCTURE: [bool; 256] = table(b"\"{}[]");

/// Bytes that end a number or word.
const ENDS_SCALAR: [bool; 256] = table(b",]}: \t\r\n");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// The first position from `pos` on whose byte is in `table`.
pub(super) fn find(bytes: &[u8], pos: usize, table: &[bool; 256]) -> Option<usize> {
    bytes.get(pos..)?.iter().position(|byte| table[usize::from(*byte)]).map(|run| pos + run)
}

/// The position after whitespace.
pub(super) fn skip_space(bytes: &[u8], mut pos: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = bytes.get(pos) {
        pos += 1;
    }
    pos
}

/// The position after the value at `pos`, or nothing when the text ends within it. Checks nothing, yet
/// of text with a mistake it steps exactly to where the mistake's own value begins.
pub(super) fn skip(bytes: &[u8], pos: usize) -> Option<usize> {
    match bytes.get(pos)? {
        b'"' => skip_string(bytes, pos),
        b'{' | b'[' => skip_nested(bytes, pos),
        _ => Some(find(bytes, pos, &ENDS_SCALAR).unwrap_or(bytes.len())),
    }
}

fn skip_string(bytes: &[u8], pos: usize) -> Option<usize> {
    let mut pos = pos + 1;
    loop {
        pos += memchr::memchr2(b'"', b'\\', bytes.get(pos..)?)?;
        match bytes.get(pos)? {
            b'"' => return Some(pos + 1),
            _ => pos += 2,
        }
    }
}

fn skip_nested(bytes: &[u8], mut pos: usize) -> Option<usize> {
    let mut open = 0_usize;
    loop {
        pos = find(bytes, pos, &STRUCTURE)?;
        match bytes.get(pos)? {
            b'"' => {
                pos = skip_string(bytes, pos)?;
                continue;
            }
            b'{' | b'[' => open += 1,
            _ => open = open.saturating_sub(1),
        }
        pos += 1;
        if open == 0 {
            return Some(pos);
        }
    }
}
