//! Fixes as rules declare them: desired resources as checked templates.
//!
//! A template is a document in CloudFormation's vocabulary whose strings may hold `${expressions}` of the
//! rules' own language. A string that is nothing but one expression stands for its value, of whatever
//! type; null leaves a property out, and an item of a list that is itself a list stands for its items.
//! All of it is held against the resource type's schema when the rule is loaded.

mod check;
pub mod source;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::diagnostic::SourceFile;
use super::expr::Expr;
use super::inputs::Input;
use super::message::{Message, MessagePiece};
use crate::model::FixRisk;

pub(super) use check::{CheckFix, link, part, scope, uses_itself};

/// Variables of a fix's expressions, in the order of their slots: the subject, the rule's parameters or
/// the part's arguments, what was told, and the element of `each`.
pub const VARIABLES: [&str; 4] = ["resource", "params", "input", "each"];

/// What the second variable is called in a part.
pub const ARGUMENTS: &str = "with";

/// What mends a failure.
#[derive(Debug)]
pub struct Fix {
    /// What it risks, where a resource does not say.
    pub risk: FixRisk,
    /// What it must be told.
    pub asks: Vec<Ask>,
    /// Parts it uses, before its own resources.
    pub uses: Vec<Use>,
    /// Its own resources.
    pub resources: Vec<Desired>,
    /// What a person must do where no resource mends it.
    pub manual: Option<Message>,
}

/// Resources that several fixes use.
#[derive(Debug)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Names of its arguments.
    pub takes: Vec<String>,
    /// What it must be told.
    pub asks: Vec<Ask>,
    /// Other parts it uses, before its own resources.
    pub uses: Vec<Use>,
    /// Its resources.
    pub resources: Vec<Desired>,
    /// Where it was loaded from.
    pub file: SourceFile,
    /// Where its name stands in the file.
    pub place: std::ops::Range<usize>,
}

/// What must be told: one of these.
#[derive(Debug)]
pub struct Ask {
    /// Of which one is enough.
    pub inputs: Vec<&'static Input>,
    /// Only then.
    pub when: Option<Expr>,
}

/// A part that is used.
#[derive(Debug)]
pub struct Use {
    /// Its name.
    pub part: String,
    /// Once for each of these.
    pub each: Option<Expr>,
    /// Only then.
    pub when: Option<Expr>,
    /// Its arguments by name.
    pub with: BTreeMap<String, Vec<MessagePiece>>,
    /// Where its name stands in the file.
    pub place: std::ops::Range<usize>,
}

/// A resource as it should be, for a subject.
#[derive(Debug)]
pub struct Desired {
    /// Its name within the fix or part.
    pub name: Option<String>,
    /// CloudFormation resource type.
    pub ty: &'static str,
    /// Its id.
    pub id: Vec<MessagePiece>,
    /// One for each of these.
    pub each: Option<Expr>,
    /// Only then.
    pub when: Option<Expr>,
    /// Whether one that is there is good enough, however it is set.
    pub only_if_missing: bool,
    /// What it risks, if not what the fix does.
    pub risk: Option<FixRisk>,
    /// Names of those that must be there before, with their places.
    pub after: Vec<(String, std::ops::Range<usize>)>,
    /// Its properties.
    pub properties: BTreeMap<String, Template>,
    /// What its status should be.
    pub status: BTreeMap<String, Template>,
    /// What a person must do once it is there.
    pub then: Option<Message>,
}

/// A value of a desired resource.
#[derive(Debug)]
pub enum Template {
    /// As it stands.
    Value(Json),
    /// Words with expressions in them.
    Text(Vec<MessagePiece>),
    /// What an expression comes to.
    Expr(Expr),
    /// A list; items that are lists stand for their items.
    List(Vec<Template>),
    /// Keys with values.
    Map(BTreeMap<String, Template>),
}

impl Fix {
    /// Every expression in it, for whoever has to prepare what they ask.
    pub fn expressions(&self) -> Vec<&Expr> {
        expressions(&self.asks, &self.uses, &self.resources)
    }
}

impl Part {
    /// Every expression in it.
    pub fn expressions(&self) -> Vec<&Expr> {
        expressions(&self.asks, &self.uses, &self.resources)
    }
}

fn expressions<'s>(asks: &'s [Ask], uses: &'s [Use], resources: &'s [Desired]) -> Vec<&'s Expr> {
    let mut found: Vec<&Expr> = asks.iter().filter_map(|ask| ask.when.as_ref()).collect();
    for used in uses {
        found.extend(used.each.iter().chain(&used.when));
        used.with.values().for_each(|pieces| in_pieces(pieces, &mut found));
    }
    resources.iter().for_each(|resource| resource.expressions(&mut found));
    found
}

impl Desired {
    fn expressions<'s>(&'s self, found: &mut Vec<&'s Expr>) {
        found.extend(self.each.iter().chain(&self.when));
        in_pieces(&self.id, found);
        self.properties.values().chain(self.status.values()).for_each(|it| it.expressions(found));
    }
}

impl Template {
    fn expressions<'s>(&'s self, found: &mut Vec<&'s Expr>) {
        match self {
            Template::Value(_) => {}
            Template::Text(pieces) => in_pieces(pieces, found),
            Template::Expr(expr) => found.push(expr),
            Template::List(items) => items.iter().for_each(|item| item.expressions(found)),
            Template::Map(map) => map.values().for_each(|value| value.expressions(found)),
        }
    }
}

fn in_pieces<'s>(pieces: &'s [MessagePiece], found: &mut Vec<&'s Expr>) {
    found.extend(pieces.iter().filter_map(|piece| match piece {
        MessagePiece::Expr(expr) => Some(expr),
        MessagePiece::Text(_) => None,
    }));
}
