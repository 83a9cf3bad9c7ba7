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

/// The first position from `pos` on that ends a run of plain string text: a quote, a backslash or a
/// control character. Looks at eight bytes at once, since most of a snapshot is such text.
pub(super) fn find_stop(bytes: &[u8], pos: usize) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES << 7;
    // Sets the high bit of the first byte that is zero, or below 0x20, and of none before it.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let control = |word: u64| word.wrapping_sub(ONES * 0x20) & !word & HIGH;
    let rest = bytes.get(pos..)?;
    let (words, last) = rest.as_chunks::<8>();
    for (n, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let stops = zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5C)) | control(word);
        if stops != 0 {
            return Some(pos + 8 * n + stops.trailing_zeros() as usize / 8);
        }
    }
    let stops = |byte: &u8| matches!(byte, 0..0x20 | b'"' | b'\\');
    last.iter().position(stops).map(|at| pos + rest.len() - last.len() + at)
}

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
        pos = find_stop(bytes, pos)?;
        match bytes.get(pos)? {
            b'"' => return Some(pos + 1),
            b'\\' => pos += 2,
            _ => pos += 1,
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

#[cfg(test)]
mod tests {
    use super::find_stop;

    #[test]
    fn the_first_stop_is_found_wherever_it_stands() {
        for plain in [b'a', b' ', b'!', b'#', b'[', b']', 0x7F, 0x80, 0xA2, 0xDC, 0xFF] {
            for stop in (0..0x20).chain([b'"', b'\\']) {
                for length in 0..20 {
                    for at in 0..length {
                        let mut bytes = vec![plain; length];
                        bytes[at] = stop;
                        bytes[length - 1] = stop;
                        for from in 0..=at {
                            assert_eq!(find_stop(&bytes, from), Some(at), "{bytes:?} from {from}");
                        }
                    }
                    assert_eq!(find_stop(&vec![plain; length], 0), None);
                }
            }
        }
    }
}
