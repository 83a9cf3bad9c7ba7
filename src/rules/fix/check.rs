//! Holds fixes and parts against the schemas of what they make.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value as Json;

use super::source::{AskSource, DesiredSource, FixSource, PartSource, TemplateSource, UseSource};
use super::{ARGUMENTS, Ask, Desired, Fix, Part, Template, Use, VARIABLES};
use crate::model::{REGION_TYPE, types};
use crate::rules::diagnostic::{Diagnostic, SourceFile};
use crate::rules::expr::{Expr, Scope, Ty, ty};
use crate::rules::inputs;
use crate::rules::message::MessagePiece;
use crate::rules::rule::Check;
use crate::rules::source::TextSource;
use crate::rules::template::{self, Piece};
use crate::rules::written::{self, Placed, Strings};

/// Checks a fix, within the rule's file.
pub(in crate::rules) struct CheckFix<'c, 'f> {
    /// Takes the complaints.
    pub check: &'c mut Check<'f>,
    /// What its expressions may speak of.
    pub scope: Scope,
}

/// The scope of fixes over `resource`, with this second variable.
pub(in crate::rules) fn scope(resource: Ty, second: (&str, Ty)) -> Scope {
    let types = [resource, second.1, inputs::ty(), Ty::Str];
    let mut names = VARIABLES;
    names[1] = second.0;
    Scope::new(names.iter().map(|name| (*name).to_owned()).zip(types).collect())
}

impl CheckFix<'_, '_> {
    pub(in crate::rules) fn fix(&mut self, source: FixSource) -> Fix {
        let manual = source.manual.map(|text| self.words(&text));
        Fix {
            risk: source.risk,
            asks: source.asks.into_iter().map(|ask| self.ask(ask)).collect(),
            uses: source.uses.into_iter().map(|used| self.used(used)).collect(),
            resources: self.resources(source.resources),
            manual,
        }
    }

    fn ask(&mut self, source: AskSource) -> Ask {
        let mut known = Vec::new();
        for key in &source.keys {
            match inputs::find(&key.value) {
                Some(input) => known.push(input),
                None => {
                    let keys: Vec<&str> = inputs::INPUTS.iter().map(|input| input.key).collect();
                    let message = format!(
                        "audit.toml has no key {} that a fix may ask for; there are {}",
                        key.value,
                        keys.join(", ")
                    );
                    self.check.complain(key.at(), message);
                }
            }
        }
        Ask { inputs: known, when: self.when(source.when.as_ref()) }
    }

    fn used(&mut self, source: UseSource) -> Use {
        let with = source.with.iter().map(|(name, value)| (name.value.clone(), self.text(value)));
        let with = with.collect();
        Use {
            with,
            each: self.each(source.each.as_ref()),
            when: self.when(source.when.as_ref()),
            place: source.part.at(),
            part: source.part.value,
        }
    }

    fn when(&mut self, source: Option<&Placed<String>>) -> Option<Expr> {
        source.map(|source| self.check.expression(source, &self.scope, &Ty::Bool))
    }

    fn each(&mut self, source: Option<&Placed<String>>) -> Option<Expr> {
        let list = Ty::List(Box::new(Ty::Str));
        source.map(|source| self.check.expression(source, &self.scope, &list))
    }

    fn words(&mut self, text: &Placed<TextSource>) -> crate::rules::Message {
        self.check.needs_words(text, "this");
        self.check.words(&text.value, &self.scope)
    }

    /// Resources, each after those that it comes after; otherwise as they are written.
    fn resources(&mut self, sources: Vec<DesiredSource>) -> Vec<Desired> {
        let mut left: Vec<Desired> =
            sources.into_iter().filter_map(|it| self.desired(it)).collect();
        let mut placed: Vec<Desired> = Vec::new();
        while !left.is_empty() {
            let waits = |it: &Desired| {
                let is_left = |name: &String| left.iter().any(|it| it.name.as_ref() == Some(name));
                it.after.iter().any(|(name, _)| is_left(name))
            };
            let next = left.iter().position(|it| !waits(it)).unwrap_or_else(|| {
                let (name, at) = left[0].after[0].clone();
                self.check.complain(at, format!("this comes after {name}, which comes after this"));
                0
            });
            placed.push(left.remove(next));
        }
        placed
    }

    fn desired(&mut self, source: DesiredSource) -> Option<Desired> {
        let Some(info) = types::settable(&source.ty.value) else {
            let message = format!("{} is no resource type that a fix can make", source.ty.value);
            self.check.complain(source.ty.at(), message);
            return None;
        };
        let desired = Desired {
            name: source.name.map(|name| name.value),
            ty: info.name,
            id: self.text(&source.id),
            each: self.each(source.each.as_ref()),
            when: self.when(source.when.as_ref()),
            only_if_missing: source.only_if_missing,
            risk: source.risk,
            after: source.after.into_iter().map(|name| (name.value.clone(), name.at())).collect(),
            properties: self.fields(&source.properties, &ty::settable(info.name, "properties")),
            status: self.fields(&source.status, &ty::settable(info.name, "status")),
            then: source.then.map(|text| self.words(&text)),
        };
        Some(desired)
    }

    fn fields(
        &mut self,
        source: &Placed<TemplateSource>,
        of: &std::sync::Arc<ty::Object>,
    ) -> BTreeMap<String, Template> {
        match &source.value {
            TemplateSource::Null => BTreeMap::new(),
            TemplateSource::Map(_) => match self.template(source, &Ty::Object(of.clone())) {
                Template::Map(map) => map,
                _ => BTreeMap::new(),
            },
            _ => {
                self.check.complain(source.at(), "expected keys with values");
                BTreeMap::new()
            }
        }
    }

    /// A document that should be a `want`.
    fn template(&mut self, source: &Placed<TemplateSource>, want: &Ty) -> Template {
        let want = want.non_null();
        match &source.value {
            TemplateSource::Null => Template::Value(Json::Null),
            TemplateSource::Bool(b) => self.literal(source, want, &Ty::Bool, Json::Bool(*b)),
            TemplateSource::Number(n) => {
                self.literal(source, want, &Ty::Num, Json::Number(n.clone()))
            }
            TemplateSource::Text(text) => {
                let text = source.with(text.clone());
                self.written(&text, want)
            }
            TemplateSource::List(items) => self.list(source, items, want),
            TemplateSource::Map(entries) => self.map(source, entries, want),
        }
    }

    fn literal(
        &mut self,
        source: &Placed<TemplateSource>,
        want: &Ty,
        found: &Ty,
        value: Json,
    ) -> Template {
        if want != found && *want != Ty::Any {
            self.check.complain(source.at(), format!("expected a {want}, found a {found}"));
        }
        Template::Value(value)
    }

    fn list(
        &mut self,
        source: &Placed<TemplateSource>,
        items: &[Placed<TemplateSource>],
        want: &Ty,
    ) -> Template {
        let of = match want {
            Ty::List(of) => (**of).clone(),
            Ty::Any => Ty::Any,
            other => {
                self.check.complain(source.at(), format!("expected a {other}, found a list"));
                return Template::List(Vec::new());
            }
        };
        // An expression may stand for one item or for several.
        let item = |this: &mut Self, item: &Placed<TemplateSource>| match &item.value {
            TemplateSource::Text(text) if whole(text).is_some() => {
                let text = item.with(text.clone());
                this.whole(&text, &[of.clone(), Ty::List(Box::new(of.clone()))])
            }
            _ => this.template(item, &of),
        };
        Template::List(items.iter().map(|it| item(self, it)).collect())
    }

    fn map(
        &mut self,
        source: &Placed<TemplateSource>,
        entries: &BTreeMap<Placed<String>, Placed<TemplateSource>>,
        want: &Ty,
    ) -> Template {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let of = match want {
                Ty::Any => Ty::Any,
                Ty::Map(of) => (**of).clone(),
                Ty::Object(object) => match object.fields.get(&key.value) {
                    Some(of) => of.clone(),
                    None => {
                        let known: Vec<&str> = object.fields.keys().map(String::as_str).collect();
                        let (name, known) = (&object.name, known.join(", "));
                        let message = format!("{name} has no {}; it has {known}", key.value);
                        self.check.complain(key.at(), message);
                        continue;
                    }
                },
                other => {
                    self.check.complain(
                        source.at(),
                        format!("expected a {other}, found keys with values"),
                    );
                    return Template::Map(map);
                }
            };
            map.insert(key.value.clone(), self.template(value, &of));
        }
        Template::Map(map)
    }

    /// A string: words, or an expression for a value of any type.
    fn written(&mut self, text: &Placed<String>, want: &Ty) -> Template {
        if whole(&text.value).is_some() {
            return self.whole(text, std::slice::from_ref(want));
        }
        if *want != Ty::Str && *want != Ty::Any {
            self.check.complain(text.at(), format!("expected a {want}, found a string"));
        }
        Template::Text(self.text(text))
    }

    /// A string that is nothing but one expression, of one of these types.
    fn whole(&mut self, text: &Placed<String>, want: &[Ty]) -> Template {
        let Some(source) = whole(&text.value) else { return Template::Value(Json::Null) };
        match self.check.compile_piece(text, source, &self.scope) {
            Some((expr, found)) => {
                let found = found.non_null();
                if *found != Ty::Null && !want.iter().any(|want| fits(found, want)) {
                    let want = &want[0];
                    self.check.complain(text.at(), format!("expected a {want}, found {found}"));
                }
                Template::Expr(expr)
            }
            None => Template::Value(Json::Null),
        }
    }

    /// Words with expressions in them, each of which must be a string or a number and not null.
    fn text(&mut self, text: &Placed<String>) -> Vec<MessagePiece> {
        let pieces = match template::split(text.value.trim_end()) {
            Ok(pieces) => pieces,
            Err(at) => {
                self.check.open_expression(text, &at);
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(words) => found.push(MessagePiece::Text(words.to_owned())),
                Piece::Expr(_, at) => {
                    let Some((expr, ty)) = self.check.compile_piece(text, at.clone(), &self.scope)
                    else {
                        continue;
                    };
                    if !matches!(ty, Ty::Str | Ty::Num) {
                        let message = format!("expected a string or a number here, found {ty}");
                        self.check.complain_in(text, &at, message);
                    }
                    found.push(MessagePiece::Expr(expr));
                }
            }
        }
        found
    }
}

/// The place of the expression in a string that is nothing else.
fn whole(text: &str) -> Option<Range<usize>> {
    match template::split(text.trim_end()).as_deref() {
        Ok([Piece::Expr(_, at)]) => Some(at.clone()),
        _ => None,
    }
}

fn fits(found: &Ty, want: &Ty) -> bool {
    found == want.non_null() || *want.non_null() == Ty::Any
}

/// Checks a file that holds a part.
///
/// # Errors
/// Every complaint about it.
pub(in crate::rules) fn part(file: &SourceFile) -> Result<Part, Vec<Diagnostic>> {
    let root = written::parse_yaml(file).map_err(|complaint| vec![complaint])?;
    let (source, complaints) = written::decode::<PartSource>(file, Strings::Plain, root);
    let mut check = Check::new(file, complaints);
    let part = source.map(|source| {
        let fields = source.takes.iter().map(|name| (name.clone(), Ty::Str)).collect();
        let with = Ty::Object(ty::Object { name: ARGUMENTS.to_owned(), fields }.into());
        let mut scope = scope(Ty::resource(REGION_TYPE), (ARGUMENTS, with));
        check.definitions(&source.definitions.value, &mut scope);
        let mut fix = CheckFix { check: &mut check, scope };
        Part {
            asks: source.asks.into_iter().map(|ask| fix.ask(ask)).collect(),
            uses: source.uses.into_iter().map(|used| fix.used(used)).collect(),
            resources: fix.resources(source.resources),
            takes: source.takes,
            place: source.part.at(),
            name: source.part.value,
            file: file.clone(),
        }
    });
    check.finish(part)
}

/// Whether a part uses itself, by whatever way.
pub(in crate::rules) fn uses_itself(part: &Part, parts: &[Part]) -> bool {
    let mut reached: Vec<&str> = Vec::new();
    let mut open: Vec<&Part> = vec![part];
    while let Some(next) = open.pop() {
        for used in &next.uses {
            if used.part == part.name {
                return true;
            }
            if !reached.contains(&used.part.as_str()) {
                reached.push(&used.part);
                open.extend(parts.iter().filter(|part| part.name == used.part));
            }
        }
    }
    false
}

/// Holds what fixes say of parts, and of what comes after what, against what there is; no part uses
/// itself.
pub(in crate::rules) fn link(
    file: &SourceFile,
    (uses, resources): (&[Use], &[Desired]),
    known: &[Part],
) -> Vec<Diagnostic> {
    let mut complaints = Vec::new();
    let mut complain = |at: &Range<usize>, message: String| {
        complaints.push(Diagnostic::new(file, at.clone(), message));
    };
    for used in uses {
        let Some(part) = known.iter().find(|part| part.name == used.part) else {
            let known: Vec<&str> = known.iter().map(|part| part.name.as_str()).collect();
            let known = known.join(", ");
            complain(&used.place, format!("there is no part {}; there are {known}", used.part));
            continue;
        };
        let mut takes: Vec<&String> = part.takes.iter().collect();
        takes.sort();
        if !takes.iter().copied().eq(used.with.keys()) {
            let takes = part.takes.join(", ");
            complain(&used.place, format!("the part {} takes {takes}", part.name));
        }
    }
    let names = names(uses, resources, known);
    for (after, at) in resources.iter().flat_map(|it| &it.after) {
        if !names.contains(after) {
            let names = names.join(", ");
            complain(at, format!("nothing here is called {after}; there are {names}"));
        }
    }
    complaints
}

/// Names of resources, those of parts with the part's name before.
fn names(uses: &[Use], resources: &[Desired], known: &[Part]) -> Vec<String> {
    let mut found: Vec<String> = resources.iter().filter_map(|it| it.name.clone()).collect();
    for part in uses.iter().filter_map(|used| known.iter().find(|part| part.name == used.part)) {
        let inner = names(&part.uses, &part.resources, known);
        found.extend(inner.iter().map(|name| format!("{}.{name}", part.name)));
    }
    found
}
