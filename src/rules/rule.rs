//! From a rule file to a checked [`Rule`].

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::diagnostic::{self, Diagnostic, SourceFile};
use super::expr::{self, Expr, Scope, Ty, ty};
use super::fix::{self, CheckFix, Fix};
use super::load::ParamError;
use super::message::{Message, MessagePiece};
use super::source::{self, ConditionSource, RuleSource, TextSource};
use super::template::{self, Piece};
use super::written::{self, Placed, Strings};
use crate::model::rule::SECTIONS;
use crate::model::{RuleInfo, Text};

/// A rule that can be evaluated: every name, type and null is settled.
#[derive(Debug)]
pub struct Rule {
    /// What reports say of it.
    pub info: RuleInfo,
    /// Resource or subject types it speaks of.
    pub subjects: Vec<String>,
    /// Conditions that must hold, in order, with what to say when one does not.
    pub conditions: Vec<(Expr, Text)>,
    /// Conditions that make it undecidable, in order, with what to say.
    pub undecided: Vec<(Expr, Text)>,
    /// The condition that passes.
    pub require: Expr,
    /// Parameters by name.
    pub params: BTreeMap<String, Json>,
    /// What a parameter means, and its unit.
    pub about: BTreeMap<String, Text>,
    /// What a failure says.
    pub message: Message,
    /// What mends it.
    pub fix: Option<Fix>,
    /// Where it was loaded from.
    pub file: SourceFile,
    /// Where its id stands in the file.
    pub id_place: std::ops::Range<usize>,
}

impl Rule {
    /// Every expression that the verdict hangs on.
    pub fn verdict(&self) -> impl Iterator<Item = &Expr> {
        let conditions = self.conditions.iter().chain(&self.undecided).map(|(expr, _)| expr);
        conditions.chain([&self.require])
    }

    /// Overrides a parameter.
    ///
    /// # Errors
    /// There is no such parameter, or the value is of another type.
    pub fn set_param(&mut self, name: &str, value: &Json) -> Result<(), ParamError> {
        let known = || self.params.keys().cloned().collect::<Vec<_>>().join(", ");
        let Some(present) = self.params.get(name) else {
            return Err(ParamError::NoParam { name: name.to_owned(), known: known() });
        };
        if param_type(present) != param_type(value) {
            let want = param_type(present).unwrap_or(Ty::Null);
            return Err(ParamError::Type { want, found: value.clone() });
        }
        let is_negative = |json: &Json| json.as_f64().is_some_and(|number| number < 0.0);
        if is_negative(value) && !is_negative(present) {
            return Err(ParamError::Negative(value.clone()));
        }
        self.params.insert(name.to_owned(), value.clone());
        Ok(())
    }
}

/// Names of variables in every rule, in the order of their slots.
pub const VARIABLES: [&str; 2] = ["resource", "params"];

/// Checks a rule file.
///
/// # Errors
/// Every complaint about it.
pub fn check(file: &SourceFile) -> Result<Rule, Vec<Diagnostic>> {
    let root = written::parse_yaml(file).map_err(|complaint| vec![complaint])?;
    let (source, complaints) = written::decode::<RuleSource>(file, Strings::Plain, root);
    let mut check = Check::new(file, complaints);
    let rule = source.and_then(|source| check.rule(source));
    check.finish(rule)
}

/// A file that is being checked.
pub(super) struct Check<'a> {
    file: &'a SourceFile,
    complaints: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    /// A file of which this much was said.
    pub(super) fn new(file: &'a SourceFile, complaints: Vec<Diagnostic>) -> Check<'a> {
        Check { file, complaints }
    }

    /// What came of it, if nothing was wrong.
    pub(super) fn finish<T>(self, checked: Option<T>) -> Result<T, Vec<Diagnostic>> {
        match checked {
            Some(checked) if self.complaints.is_empty() => Ok(checked),
            _ => Err(diagnostic::in_order(self.complaints)),
        }
    }

    /// What was filled in was complained of already.
    pub(super) fn complain(&mut self, at: std::ops::Range<usize>, message: impl Into<String>) {
        if !written::is_filled(&at) {
            self.complaints.push(Diagnostic::new(self.file, at, message));
        }
    }

    /// The rule, or nothing where expressions cannot be checked without guessing.
    fn rule(&mut self, source: RuleSource) -> Option<Rule> {
        self.names(&source);
        let subjects = self.subjects(source.subjects)?;
        if source.params.is_filled() || source.definitions.is_filled() {
            return None;
        }
        let mut scope = self.scope(&subjects, &source.params.value);
        let about = self.about(source.about, &source.params.value);
        let params = source.params.value.into_iter().map(|(name, value)| (name, value.value));
        self.definitions(&source.definitions.value, &mut scope);
        let conditions =
            source.conditions.into_iter().map(|c| self.condition(c, &mut scope, true)).collect();
        let undecided =
            source.undecided.into_iter().map(|c| self.condition(c, &mut scope, false)).collect();
        let require = self.expression(&source.require, &scope, &Ty::Bool);
        let message = self.words(&source.message.value, &scope);
        let risk = source.fix.as_ref().map(|fix| fix.risk);
        let fix = source.fix.map(|fix| {
            // What is known of a subject that fails, over the fix's own variables.
            let (resource, params) = (scope.variables[0].1.clone(), scope.variables[1].1.clone());
            let scope = scope.over(fix::scope(resource, (VARIABLES[1], params)));
            CheckFix { check: self, scope }.fix(fix)
        });
        let id_place = source.id.at();
        Some(Rule {
            info: RuleInfo {
                id: source.id.value,
                section: source.section.value,
                severity: source.severity,
                title: self.text(source.title, "title"),
                why: self.text(source.why, "why"),
                remediation: self.text(source.remediation, "remediation"),
                references: source.references,
                frameworks: source.frameworks,
                fix: risk,
            },
            subjects,
            conditions,
            undecided,
            require,
            params: params.collect(),
            about,
            message,
            fix,
            file: self.file.clone(),
            id_place,
        })
    }

    fn names(&mut self, source: &RuleSource) {
        let id = &source.id.value;
        let fine = !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !fine {
            self.complain(
                source.id.at(),
                "an id is made of lower-case letters, digits and hyphens",
            );
        }
        if !SECTIONS.iter().any(|(name, ..)| *name == source.section.value) {
            let known: Vec<&str> = SECTIONS.iter().map(|(name, ..)| *name).collect();
            self.complain(
                source.section.at(),
                format!(
                    "there is no section {}; there are {}",
                    source.section.value,
                    known.join(", ")
                ),
            );
        }
        self.needs_words(&source.message, "message");
    }

    fn about(
        &mut self,
        about: BTreeMap<String, Placed<TextSource>>,
        params: &BTreeMap<String, Placed<Json>>,
    ) -> BTreeMap<String, Text> {
        let mut known = BTreeMap::new();
        for (name, words) in about {
            if !params.contains_key(&name) {
                self.complain(words.at(), format!("the rule has no parameter {name}"));
            }
            known.insert(name, self.text(words, "about"));
        }
        known
    }

    /// The types it speaks of, if all are known.
    fn subjects(&mut self, subjects: Placed<Vec<Placed<String>>>) -> Option<Vec<String>> {
        if subjects.value.is_empty() {
            self.complain(subjects.at(), "name at least one resource type");
            return None;
        }
        let mut known = true;
        for subject in &subjects.value {
            if !ty::is_known(&subject.value) {
                known = false;
                let message = format!("{} is no resource type that is collected", subject.value);
                self.complain(subject.at(), message);
            }
        }
        known.then(|| subjects.value.into_iter().map(|subject| subject.value).collect())
    }

    fn scope(&mut self, subjects: &[String], params: &BTreeMap<String, Placed<Json>>) -> Scope {
        let mut fields = BTreeMap::new();
        for (name, value) in params {
            match param_type(&value.value) {
                Some(ty) => drop(fields.insert(name.clone(), ty)),
                None => self.complain(
                    value.at(),
                    "a parameter is a number, a string, a bool or a list of strings",
                ),
            }
        }
        let params = Ty::Object(ty::Object { name: "params".to_owned(), fields }.into());
        let resource = Ty::Resource(subjects.to_vec().into());
        let types = [resource, params];
        Scope::new(VARIABLES.iter().map(|name| (*name).to_owned()).zip(types).collect())
    }

    pub(super) fn definitions(
        &mut self,
        definitions: &BTreeMap<String, Placed<String>>,
        scope: &mut Scope,
    ) {
        for (name, source) in definitions {
            if source.is_filled() {
                scope.give_up(name);
                continue;
            }
            let style = source::check_scalar_style(source, self.file);
            self.complaints.extend(style.err());
            if let Err(errors) = scope.define(name, &source.value) {
                self.expression_errors(source, errors);
                scope.give_up(name);
            }
        }
        for (name, source) in definitions.iter().filter(|(_, source)| !source.is_filled()) {
            if let Err(errors) = expr::compile(&source.value, scope) {
                self.expression_errors(source, errors);
                scope.give_up(name);
            }
        }
    }

    fn expression_errors(&mut self, source: &Placed<String>, errors: Vec<expr::ExprError>) {
        for error in errors {
            self.complain(source::place_in(source, self.file, &error.at), error.message);
        }
    }

    fn condition(
        &mut self,
        source: ConditionSource,
        scope: &mut Scope,
        holds: bool,
    ) -> (Expr, Text) {
        let expr = self.expression(&source.when, scope, &Ty::Bool);
        scope.assume(&source.when.value, holds);
        (expr, self.text(source.reason, "reason"))
    }

    pub(super) fn expression(&mut self, source: &Placed<String>, scope: &Scope, want: &Ty) -> Expr {
        if source.is_filled() {
            return Expr::Null;
        }
        if let Err(complaint) = source::check_scalar_style(source, self.file) {
            self.complaints.push(complaint);
            return Expr::Null;
        }
        match expr::compile(&source.value, scope) {
            Ok((expr, ty)) if ty == *want => expr,
            Ok((_, ty)) => {
                self.complain(source.at(), format!("expected a {want}, found {ty}"));
                Expr::Null
            }
            Err(errors) => {
                self.expression_errors(source, errors);
                Expr::Null
            }
        }
    }

    /// A message in both languages.
    pub(super) fn words(&mut self, text: &TextSource, scope: &Scope) -> Message {
        Message {
            en: self.message(text.en.as_ref(), scope),
            ja: self.message(text.ja.as_ref(), scope),
        }
    }

    fn message(&mut self, source: Option<&Placed<String>>, scope: &Scope) -> Vec<MessagePiece> {
        let Some(source) = source.filter(|source| !source.is_filled()) else { return Vec::new() };
        let pieces = match template::split(source.value.trim_end()) {
            Ok(pieces) => pieces,
            Err(at) => {
                self.open_expression(source, &at);
                return Vec::new();
            }
        };
        let mut message = Vec::new();
        for piece in pieces {
            message.extend(match piece {
                Piece::Text(words) => Some(MessagePiece::Text(words.to_owned())),
                Piece::Expr(_, at) => {
                    let compiled = self.compile_piece(source, at, scope);
                    compiled.map(|(expr, _)| MessagePiece::Expr(expr))
                }
            });
        }
        message
    }

    /// Compiles the expression that stands `at` these bytes of a string.
    pub(super) fn compile_piece(
        &mut self,
        source: &Placed<String>,
        at: std::ops::Range<usize>,
        scope: &Scope,
    ) -> Option<(Expr, Ty)> {
        match expr::compile(&source.value[at.clone()], scope) {
            Ok(compiled) => Some(compiled),
            Err(errors) => {
                for error in errors {
                    let place = at.start + error.at.start..at.start + error.at.end;
                    self.complain_in(source, &place, error.message);
                }
                None
            }
        }
    }

    /// Complains of these bytes of a string.
    pub(super) fn complain_in(
        &mut self,
        source: &Placed<String>,
        at: &std::ops::Range<usize>,
        message: impl Into<String>,
    ) {
        self.complain(source::place_in(source, self.file, at), message);
    }

    /// Complains of a `${` that nothing closes.
    pub(super) fn open_expression(&mut self, source: &Placed<String>, at: &std::ops::Range<usize>) {
        self.complain_in(source, at, "this `${` is never closed with `}`");
    }

    fn text(&mut self, source: Placed<TextSource>, what: &str) -> Text {
        self.needs_words(&source, what);
        let words = |s: Option<Placed<String>>| {
            s.map(|s| s.value.trim_end().to_owned()).filter(|s| !s.is_empty())
        };
        Text { en: words(source.value.en), ja: words(source.value.ja) }
    }

    pub(super) fn needs_words(&mut self, source: &Placed<TextSource>, what: &str) {
        let TextSource { en, ja } = &source.value;
        let said = |s: &Placed<String>| s.is_filled() || !s.value.trim_end().is_empty();
        if ![en, ja].into_iter().flatten().any(said) {
            self.complain(source.at(), format!("{what} needs words: en, ja or both"));
        }
    }
}

/// The type of a parameter's value.
pub fn param_type(value: &Json) -> Option<Ty> {
    Some(match value {
        Json::Bool(_) => Ty::Bool,
        Json::Number(_) => Ty::Num,
        Json::String(_) => Ty::Str,
        Json::Array(items) if items.iter().all(Json::is_string) => Ty::List(Box::new(Ty::Str)),
        _ => return None,
    })
}
