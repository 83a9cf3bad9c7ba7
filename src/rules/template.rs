//! Messages: text with `${expressions}`.

use std::ops::Range;

/// A piece of a message as it is written.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Text(&'a str),
    /// An expression, and where it stands in the message.
    Expr(&'a str, Range<usize>),
}

/// Splits a message at its `${...}`; braces inside quotes do not count.
///
/// # Errors
/// The place of a `${` that is not closed.
pub fn split(message: &str) -> Result<Vec<Piece<'_>>, Range<usize>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(open) = message[at..].find("${").map(|i| at + i) {
        if open > at {
            pieces.push(Piece::Text(&message[at..open]));
        }
        let start = open + 2;
        let end = closing(&message[start..]).map(|i| start + i).ok_or(open..start)?;
        pieces.push(Piece::Expr(&message[start..end], start..end));
        at = end + 1;
    }
    if at < message.len() {
        pieces.push(Piece::Text(&message[at..]));
    }
    Ok(pieces)
}

/// The byte of the `}` that closes an expression.
fn closing(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut depth = 0;
    for (i, c) in rest.char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(i),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_expressions() {
        let pieces = split("no alarm watches ${resource.name}: ${size('}')}.").expect("closed");
        assert_eq!(
            pieces,
            [
                Piece::Text("no alarm watches "),
                Piece::Expr("resource.name", 19..32),
                Piece::Text(": "),
                Piece::Expr("size('}')", 37..46),
                Piece::Text("."),
            ]
        );
    }

    #[test]
    fn an_open_expression_is_refused_where_it_opens() {
        assert_eq!(split("a ${b"), Err(2..4));
    }
}
