//! Text from outside made safe to show: whatever could steer a terminal, hide or mislead is made visible.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with everything that could steer a terminal, hide, or turn text around replaced by
/// something visible. Names and messages come from outside and may hold anything.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            // The pictures of the control characters stand in their order: ␀ ␁ ... ␛ ...
            '\0'..='\x1f' => safe.extend(char::from_u32(0x2400 + c as u32)),
            '\x7f' => safe.push('␡'),
            c if is_treacherous(c) => {
                // Writing to a string cannot fail.
                let _ = write!(safe, "<U+{:04X}>", c as u32);
            }
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// [`visible`] line by line: for whole pages, whose own line breaks stay.
pub fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// Controls, line and paragraph separators, bidirectional controls, invisible characters and what
/// is no character at all. The joiners U+200C and U+200D stay: words and emoji need them.
pub fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (c as u32) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_mislead_is_visible() {
        assert_eq!(visible("plain 日本語 é"), "plain 日本語 é");
        assert_eq!(visible("a\nb\t\x1b[31m\x7f\u{9b}"), "a␊b␉␛[31m␡<U+009B>");
        assert_eq!(visible("evil\u{202e}gpj.exe\u{feff}"), "evil<U+202E>gpj.exe<U+FEFF>");
        assert_eq!(visible("\u{fffe}\u{1ffff}"), "<U+FFFE><U+1FFFF>");
    }
}
