//! Files that people write, in YAML or TOML: read into a tree in which everything has its place, held
//! against the JSON Schema that editors get for them, and only then decoded into structs.
//!
//! So every complaint about a file is told, not only the first: what is wrong is replaced by
//! something harmless ([`Placed::is_filled`]), and whoever looks at the rest goes on.

mod decode;
mod shape;
mod yaml;

use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use yaml::parse as parse_yaml;

use super::diagnostic::{Diagnostic, SourceFile};

/// A value as it is written, with the bytes of the file that it takes up.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its place.
    pub at: Range<usize>,
    /// Itself.
    pub tree: Tree,
}

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// Nothing.
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A string, or what stands for one, such as a date.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values; each key is a [`Tree::Text`] and stands once.
    Map(Vec<(Node, Node)>),
}

/// The place of what is not there but was filled in, so that reading could go on.
const FILLED: usize = usize::MAX;

/// A decoded value with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename = "$placed")]
pub struct Placed<T> {
    /// Itself.
    pub value: T,
    start: usize,
    end: usize,
}

impl<T> Placed<T> {
    /// The bytes of the file that it was written in.
    pub fn at(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether it stands for something that is missing or wrong, which was said already.
    pub fn is_filled(&self) -> bool {
        is_filled(&self.at())
    }

    /// Another value at the same place.
    pub fn with<U>(&self, value: U) -> Placed<U> {
        Placed { value, start: self.start, end: self.end }
    }
}

impl<T: Default> Default for Placed<T> {
    /// What stands nowhere because it need not.
    fn default() -> Placed<T> {
        Placed { value: T::default(), start: 0, end: 0 }
    }
}

/// Whether a place is that of something that is not in the file; see [`Placed::is_filled`].
pub fn is_filled(at: &Range<usize>) -> bool {
    at.start == FILLED
}

/// In a schema the place does not show.
impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Whether a number or truth value may be written where a string is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strings {
    /// As in YAML, where `404` without quotes is a string too.
    Plain,
    /// As in TOML, where strings have quotes.
    Quoted,
}

/// Holds a file against the schema of `T` and decodes it.
///
/// Gives every complaint about its shape. The value is there all the same, with something harmless
/// for whatever is wrong or missing; without complaints it is as written.
pub fn decode<T: JsonSchema + DeserializeOwned>(
    file: &SourceFile,
    strings: Strings,
    root: Node,
) -> (Option<T>, Vec<Diagnostic>) {
    let schema = schemars::schema_for!(T);
    let (fitting, mut complaints) = shape::fit((file, strings), schema.as_value(), root);
    match T::deserialize(fitting) {
        Ok(value) => (Some(value), complaints),
        Err(error) => {
            // The schema says less than the struct: better an unplaced complaint than none.
            if complaints.is_empty() {
                complaints.push(Diagnostic::new(file, 0..1, error.to_string()));
            }
            (None, complaints)
        }
    }
}
