//! A borrowed piece of JSON text, read by a cursor instead of being turned into a tree.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::Deserialize;
use smallvec::SmallVec;

use super::error::{Fault, Reason};
use super::scan::Scanner;
use super::skip::{skip, skip_space, unquote};
use super::{MAX_DEPTH, MAX_DOCUMENT};

/// A JSON value as text that was checked before: it holds exactly one value and no space around it.
///
/// Every question walks the text again, so ask for what is needed and keep the answer. Wrong kinds
/// answer with `None` or with nothing to iterate, as an absent key does.
#[derive(Clone, Copy)]
pub struct Json<'a>(&'a str);

/// The kind of a [`Json`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, whole or not.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl<'a> Json<'a> {
    /// `{}`
    pub const EMPTY: Json<'static> = Json("{}");

    /// `text` as JSON, such as a policy that stands as a string in a property. The error says what is
    /// wrong at which byte; nesting beyond [`MAX_DEPTH`] is an error too.
    pub fn checked(text: &'a str) -> Result<Json<'a>, (usize, Reason)> {
        let check = || -> Result<Json<'a>, Fault> {
            if text.len() as u64 > MAX_DOCUMENT {
                return Err(Fault::new(0, Reason::TooLong(MAX_DOCUMENT as usize)));
            }
            let mut scanner = Scanner::new(text, 0, text.len(), MAX_DEPTH);
            scanner.space();
            let value = scanner.value()?;
            scanner.end("value")?;
            Ok(Json(value.of(text)))
        };
        check().map_err(|fault| (fault.at, *fault.reason))
    }

    /// `text`, which was checked before; `{}` stands for empty text.
    pub(super) fn trusted(text: &'a str) -> Json<'a> {
        if text.is_empty() { Json::EMPTY } else { Json(text) }
    }

    /// The text itself.
    pub fn raw(self) -> &'a str {
        self.0
    }

    /// What kind of value it is.
    pub fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The value of an object's `key`.
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        self.members().find(|(quoted, _)| is_key(quoted, key)).map(|(_, value)| value)
    }

    /// The same object for many questions.
    pub fn remembered(self) -> Remembered<'a> {
        Remembered { seen: SmallVec::new(), rest: self.members() }
    }

    /// The value at keys joined by dots: `get("a")`, then `get("b")` for `a.b`. A key that holds a dot
    /// itself is only reached by [`Json::get`].
    pub fn path(self, path: &str) -> Option<Json<'a>> {
        path.split('.').try_fold(self, Json::get)
    }

    /// An array's elements.
    pub fn elements(self) -> Elements<'a> {
        Elements(Cursor::into(self.0, b'['))
    }

    /// An object's keys and values, in the order of the text.
    pub fn entries(self) -> Entries<'a> {
        Entries(self.members())
    }

    /// A string's text, decoded only when there is an escape in it.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::String).then(|| unquote(self.0))
    }

    /// A whole number without fraction or exponent that fits.
    pub fn as_i64(self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// A number.
    pub fn as_f64(self) -> Option<f64> {
        let number = (self.kind() == Kind::Number).then_some(self.0)?;
        number.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// A truth value.
    pub fn as_bool(self) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The value decoded into `T`; fails where it does not have `T`'s shape.
    pub fn parse<T: Deserialize<'a>>(self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0)
    }

    fn members(self) -> Members<'a> {
        Members(Cursor::into(self.0, b'{'))
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// An object that remembers what of its text was walked, so that many questions walk it once.
pub struct Remembered<'a> {
    seen: SmallVec<[(&'a str, Json<'a>); 16]>,
    rest: Members<'a>,
}

impl<'a> Remembered<'a> {
    /// The value of the first `key`.
    pub fn get(&mut self, key: &str) -> Option<Json<'a>> {
        if let Some((_, value)) = self.seen.iter().find(|(quoted, _)| is_key(quoted, key)) {
            return Some(*value);
        }
        let seen = &mut self.seen;
        let mut rest = self.rest.by_ref().inspect(|member| seen.push(*member));
        rest.find(|(quoted, _)| is_key(quoted, key)).map(|(_, value)| value)
    }
}

/// Whether the text of a key, in its quotes, names `key`. An escape makes text longer than what it
/// stands for, so text of the same length is equal only where nothing needs an escape.
fn is_key(quoted: &str, key: &str) -> bool {
    let inner = quoted.as_bytes().get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    match inner.len().cmp(&key.len()) {
        Ordering::Less => false,
        Ordering::Equal => inner == key.as_bytes() && !key.contains('\\'),
        Ordering::Greater => {
            let begins = inner.first() == key.as_bytes().first() || inner[0] == b'\\';
            begins && inner.contains(&b'\\') && unquote(quoted) == key
        }
    }
}

/// A position in the inside of a container.
#[derive(Clone)]
struct Cursor<'a> {
    text: &'a str,
    pos: usize,
}

impl<'a> Cursor<'a> {
    /// Into the container `text`, or at its end if it does not begin with `open`.
    fn into(text: &'a str, open: u8) -> Cursor<'a> {
        let pos = if text.as_bytes().first() == Some(&open) { 1 } else { text.len() };
        Cursor { text, pos }
    }

    /// The next value, past what separates it from the one before.
    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let mut start = skip_space(bytes, self.pos);
        if let Some(b',' | b':') = bytes.get(start) {
            start = skip_space(bytes, start + 1);
        }
        if let None | Some(b']' | b'}') = bytes.get(start) {
            return None;
        }
        self.pos = skip(bytes, start)?;
        self.text.get(start..self.pos)
    }
}

/// An object's keys in their quotes, and values.
#[derive(Clone)]
struct Members<'a>(Cursor<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, Json(self.0.next()?)))
    }
}

/// The elements of an array; see [`Json::elements`].
#[derive(Clone)]
pub struct Elements<'a>(Cursor<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        self.0.next().map(Json)
    }
}

/// The keys and values of an object; see [`Json::entries`].
#[derive(Clone)]
pub struct Entries<'a>(Members<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = (Cow<'a, str>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (unquote(key), value))
    }
}
