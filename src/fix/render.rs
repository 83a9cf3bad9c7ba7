//! Templates filled in: what a fix wants for one subject, as the snapshot stands.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::engine::evaluate::word;
use crate::engine::host::Asker;
use crate::engine::node::{EngineValue, Node};
use crate::engine::reason::{Reason, Unknown};
use crate::engine::subjects::Subject;
use crate::engine::world::World;
use crate::model::{Lang, Text};
use crate::rules::expr::{Expr, Frame, Raised, Value, eval};
use crate::rules::fix::Template;
use crate::rules::{Message, MessagePiece};

/// Values by name: a rule's parameters, a part's arguments, what was told.
pub type Values = BTreeMap<String, Json>;

/// What could not be filled in, because it could not be read.
pub type Rendered<T> = Result<T, Unknown>;

/// Fills in templates for one subject.
pub struct Renderer<'a> {
    asker: Asker<'a>,
    frame: Frame<'a, Asker<'a>>,
    variables: [EngineValue<'a>; 3],
}

impl<'a> Renderer<'a> {
    /// For a subject, with parameters or arguments, and what was told.
    pub fn new(
        world: &'a World<'a>,
        subject: Subject<'a>,
        second: &'a Values,
        input: &'a Values,
    ) -> Renderer<'a> {
        let values = |values| Value::Object(Node::Params(values));
        let variables = [subject.value(world), values(second), values(input)];
        let mut renderer = Renderer {
            asker: Asker::new(world, subject),
            frame: Frame::new(Vec::new()),
            variables,
        };
        renderer.element("");
        renderer
    }

    /// From now on `each` is this element.
    pub fn element(&mut self, each: &str) {
        let each = Value::Str(Cow::Owned(each.to_owned()));
        // A new frame: what definitions came to may hang on the element.
        self.frame = Frame::new(self.variables.iter().cloned().chain([each]).collect());
    }

    /// Whether a condition holds; one that is not there does.
    ///
    /// # Errors
    /// It hangs on what could not be read.
    pub fn holds(&mut self, when: Option<&'a Expr>) -> Rendered<bool> {
        match when.map(|when| self.value(when)).transpose()? {
            None => Ok(true),
            Some(Value::Bool(holds)) => Ok(holds),
            Some(_) => Err(nonsense("a condition that is no bool")),
        }
    }

    /// The elements of a list of strings.
    ///
    /// # Errors
    /// As [`Renderer::holds`].
    pub fn elements(&mut self, list: &'a Expr) -> Rendered<Vec<String>> {
        match self.json(list)? {
            Json::Array(items) => {
                Ok(items.iter().filter_map(Json::as_str).map(str::to_owned).collect())
            }
            _ => Err(nonsense("a list that is none")),
        }
    }

    /// Words with expressions in them.
    ///
    /// # Errors
    /// As [`Renderer::holds`].
    pub fn text(&mut self, pieces: &'a [MessagePiece]) -> Rendered<String> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                MessagePiece::Text(words) => text.push_str(words),
                MessagePiece::Expr(expr) => match self.json(expr)? {
                    Json::String(words) => text.push_str(&words),
                    Json::Number(number) => text.push_str(&number.to_string()),
                    _ => return Err(nonsense("a value that cannot be written out")),
                },
            }
        }
        Ok(text)
    }

    /// A message in both languages; what cannot be told stands as `?`.
    pub fn message(&mut self, message: &'a Message) -> Text {
        let mut in_lang = |lang| {
            let pieces = message.get(lang).iter();
            let written: String = pieces.map(|piece| self.piece(piece)).collect();
            Some(written.trim_end().to_owned()).filter(|words| !words.is_empty())
        };
        Text { en: in_lang(Lang::En), ja: in_lang(Lang::Ja) }
    }

    /// A piece of a message. A name may hold a line break, and must not look like a command to copy.
    fn piece(&mut self, piece: &'a MessagePiece) -> String {
        match piece {
            MessagePiece::Text(words) => words.clone(),
            piece => word(&self.asker, piece, &mut self.frame).replace(['\n', '\r'], " "),
        }
    }

    /// Properties or status, without what comes to nothing.
    ///
    /// # Errors
    /// As [`Renderer::holds`].
    pub fn map(&mut self, map: &'a BTreeMap<String, Template>) -> Rendered<Map<String, Json>> {
        let mut rendered = Map::new();
        for (key, value) in map {
            match self.template(value)? {
                Json::Null => {}
                value => drop(rendered.insert(key.clone(), value)),
            }
        }
        Ok(rendered)
    }

    fn template(&mut self, template: &'a Template) -> Rendered<Json> {
        match template {
            Template::Value(value) => Ok(value.clone()),
            Template::Text(pieces) => self.text(pieces).map(Json::String),
            Template::Expr(expr) => self.json(expr),
            Template::Map(map) => self.map(map).map(Json::Object),
            Template::List(items) => {
                let mut list = Vec::new();
                for item in items {
                    match self.template(item)? {
                        Json::Null => {}
                        Json::Array(several) => list.extend(several),
                        one => list.push(one),
                    }
                }
                Ok(Json::Array(list))
            }
        }
    }

    fn value(&mut self, expr: &'a Expr) -> Rendered<EngineValue<'a>> {
        eval(&self.asker, expr, &mut self.frame).map_err(unknown)
    }

    fn json(&mut self, expr: &'a Expr) -> Rendered<Json> {
        let value = self.value(expr)?;
        to_json(value)
    }
}

fn to_json(value: EngineValue<'_>) -> Rendered<Json> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(b),
        Value::Num(n) => number(n),
        Value::Str(text) => Json::String(text.into_owned()),
        Value::List(items, open) => match open.into_iter().next() {
            Some(open) => return Err(unknown(open.why)),
            None => Json::Array(items.into_iter().map(to_json).collect::<Rendered<_>>()?),
        },
        Value::Object(Node::Json(json)) => {
            json.parse().map_err(|error| nonsense(&error.to_string()))?
        }
        Value::Object(_) => return Err(nonsense("an object that is no document")),
    })
}

/// Whole numbers as such: `80`, not `80.0`.
fn number(n: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if n.fract() == 0.0 && n.abs() < EXACT { Json::from(n as i64) } else { Json::from(n) }
}

fn unknown(raised: Raised<Unknown>) -> Unknown {
    match raised {
        Raised::Unknown(why) => why,
        Raised::Error(what) => Reason::Evaluation(what).into(),
    }
}

fn nonsense(what: &str) -> Unknown {
    Reason::Evaluation(what.to_owned()).into()
}
