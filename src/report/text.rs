//! Text for terminals: made safe, measured, shortened and wrapped. Knows that Japanese is twice as
//! wide and breaks between characters, though not before a 。 or after a 「.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub use crate::model::visible::{is_treacherous, visible, visible_lines};

/// Columns that `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` cut to at most `columns`, the last of them a `…` if something was cut.
pub fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    // The second limit is for characters without width, of which any number fits.
    let most_chars = columns.saturating_mul(4);
    if text.len() <= columns || (width(text) <= columns && text.chars().count() <= most_chars) {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let mut end = 0;
    for (count, (at, c)) in text.char_indices().enumerate() {
        used += c.width().unwrap_or(0);
        if used + 1 > columns || count >= most_chars {
            break;
        }
        end = at + c.len_utf8();
    }
    Cow::Owned(format!("{}…", &text[..end]))
}

/// Safe and of bounded length: what every string from outside goes through.
pub fn tame(text: &str, columns: usize) -> String {
    // Cutting first keeps a name of megabytes cheap; the replacements only make it longer.
    clip(&visible(&clip(text.trim_end(), columns)), columns).into_owned()
}

/// `text` padded with spaces to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `number` with a comma between the thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `text` in lines of at most `columns`, never empty. Only what fits no line alone is cut inside.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for (spaced, atom) in atoms(text) {
        let gap = usize::from(spaced && !line.is_empty());
        if !line.is_empty() && width(&line) + gap + width(atom) > columns {
            lines.push(std::mem::take(&mut line));
        } else if gap > 0 {
            line.push(' ');
        }
        let mut rest = atom;
        while width(rest) > columns {
            let (head, tail) = split_at_width(rest, columns);
            lines.push(head.to_owned());
            rest = tail;
        }
        line.push_str(rest);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The pieces that do not break, and whether a space stands before each.
fn atoms(text: &str) -> Vec<(bool, &str)> {
    let mut atoms = Vec::new();
    for (at, word) in text.split(' ').filter(|word| !word.is_empty()).enumerate() {
        let mut start = 0;
        let mut before = None;
        for (here, c) in word.char_indices() {
            if before.is_some_and(|before| may_break(before, c)) {
                atoms.push((at > 0 && start == 0, &word[start..here]));
                start = here;
            }
            // What has no width belongs to the character before it.
            if before.is_none() || c.width() != Some(0) {
                before = Some(c);
            }
        }
        atoms.push((at > 0 && start == 0, &word[start..]));
    }
    atoms
}

/// Whether a line may end between two characters that no space parts.
fn may_break(before: char, after: char) -> bool {
    const NO_START: &str = "、。，．・：；？！）」』】〕〉》ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヶ々…―％)]},.:;!?%";
    const NO_END: &str = "「『（【〔〈《([{";
    let wide = |c: char| c.width() == Some(2);
    after.width() != Some(0)
        && (wide(before) || wide(after))
        && !NO_START.contains(after)
        && !NO_END.contains(before)
}

/// `text` cut where `columns` are full; the head is never empty.
fn split_at_width(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns && at > 0 {
            return text.split_at(at);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_by_columns() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdefg", 6), "abcde…");
        assert_eq!(clip("日本語", 6), "日本語");
        assert_eq!(clip("日本語版", 6), "日本…");
        assert!(
            tame(&"e\u{301}\u{301}\u{301}\u{301}\u{301}".repeat(1000), 20).chars().count() <= 81
        );
    }

    #[test]
    fn wraps_at_spaces_and_between_japanese_characters() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("abcdefghijkl m", 5), ["abcde", "fghij", "kl m"]);
        assert_eq!(wrap("監視している。", 12), ["監視してい", "る。"]);
        assert_eq!(wrap("「監視」がない", 4), ["「監", "視」", "がな", "い"]);
        assert_eq!(wrap("orders-db を監視する alarm", 14), ["orders-db を監", "視する alarm"]);
    }

    #[test]
    fn no_line_is_too_wide() {
        let text = "RDS の CPU（CPUUtilization）を監視するアラームが orders-db にない。 arn:aws:rds:ap-northeast-1:1:db:x";
        for columns in 2..60 {
            for line in wrap(text, columns) {
                assert!(width(&line) <= columns, "{columns}: {line}");
            }
        }
    }

    #[test]
    fn groups_thousands() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1000), grouped(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
