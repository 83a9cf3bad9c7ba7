//! From YAML to a tree.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::{Node, Tree};
use crate::rules::diagnostic::{Diagnostic, SourceFile};

/// Parses a YAML file.
///
/// # Errors
/// The first complaint of the YAML parser, at its place: what follows it cannot be told.
pub fn parse(file: &SourceFile) -> Result<Node, Diagnostic> {
    let options = serde_saphyr::options! { with_snippet: false };
    let parsed: Result<Spanned<Written>, _> =
        serde_saphyr::from_str_with_options(&file.text, options);
    parsed.map(node).map_err(|error| {
        let at = error.location().map_or(0..1, |location| place_of_error(&location, &file.text));
        let message = error.render_with_formatter(&serde_saphyr::UserMessageFormatter);
        // The place is told by the caret.
        let message = message.split_once(" at line ").map_or(message.as_str(), |(words, _)| words);
        Diagnostic::new(file, at, message)
    })
}

/// Errors of the scanner have a line and a column only.
fn place_of_error(location: &Location, text: &str) -> Range<usize> {
    if location.span().byte_offset().is_some() {
        return place(location);
    }
    let number = |n: u64| usize::try_from(n).unwrap_or(1).saturating_sub(1);
    let lines = text.split_inclusive('\n').take(number(location.line()));
    let line: usize = lines.map(str::len).sum();
    let rest = text.get(line..).unwrap_or_default().char_indices();
    let column = rest.map(|(at, _)| at).nth(number(location.column())).unwrap_or(0);
    line + column..line + column + 1
}

/// A value as the parser hands it over.
struct Written(Tree);

fn node(written: Spanned<Written>) -> Node {
    // Of an alias, where it is defined: there its text stands.
    Node { at: place(&written.defined), tree: written.value.0 }
}

fn place(location: &Location) -> Range<usize> {
    let span = location.span();
    let number = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok());
    let start = number(span.byte_offset()).unwrap_or(0);
    start..start + number(span.byte_len()).unwrap_or(1).max(1)
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Written, D::Error> {
        deserializer.deserialize_any(Collect).map(Written)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(Collect)
    }

    fn visit_bool<E: Error>(self, b: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(b))
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Tree, E> {
        Ok(Tree::Number(n.into()))
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Tree, E> {
        Ok(Tree::Number(n.into()))
    }

    fn visit_f64<E: Error>(self, n: f64) -> Result<Tree, E> {
        let number = serde_json::Number::from_f64(n);
        number.map(Tree::Number).ok_or_else(|| E::custom(format!("{n} is no number here")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(node(item));
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut map = Vec::new();
        while let Some((key, value)) = entries.next_entry::<Spanned<String>, _>()? {
            let key = Node { at: place(&key.defined), tree: Tree::Text(key.value) };
            map.push((key, node(value)));
        }
        Ok(Tree::Map(map))
    }
}
