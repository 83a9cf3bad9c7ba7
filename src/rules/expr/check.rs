//! From source to a checked [`Expr`]: names, types and nulls are settled here, so that a rule that
//! loads can only fail to answer, never to make sense.
//!
//! Macros are not expanded by the parser: `has`, `exists` and their kin arrive as calls, so that
//! every complaint points at what the author wrote.

use std::collections::BTreeMap;
use std::sync::Arc;

use cel::common::ast::{CallExpr, Expr as Ast, IdedExpr, LiteralValue, operators};
use cel::common::types::CelString;

use super::Scope;
use super::facts;
use super::operators::{arith, comprehension, order};
use super::signature;
use super::ty::{self, Ty};
use super::{Builtin, Expr};
use crate::rules::functions;

/// The longest source that is accepted, in bytes; what people write is far below it.
const MAX_SOURCE: usize = 16 * 1024;

/// How deep an expression may nest; what people write is far below it. Keeps checking and evaluating
/// within any thread's stack.
const MAX_DEPTH: usize = 100;

/// How often definitions may be written out in one expression.
const MAX_EXPANDED: usize = 500;

/// A complaint about a piece of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// Where in the source, in bytes.
    pub at: std::ops::Range<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

pub(super) fn parse(source: &str) -> Result<cel::Program, cel::ParseErrors> {
    cel::Env::default().with_optional_support(false).compile(source)
}

/// Runs `work` where the longest source that is accepted cannot exhaust the stack: the parser and its
/// tree recurse once per operator.
///
/// # Errors
/// The system grants no such thread.
pub fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    const STACK: usize = 256 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        thread.join().map_err(|_| std::io::Error::other("the thread that checks rules ended early"))
    })
}

/// How deep brackets nest, whether they match or not; those in strings count too, which is harmless.
fn deepest_bracket(source: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Parses, checks and lowers `source`. Hostile input needs [`with_deep_stack`] around it.
///
/// # Errors
/// Every complaint, not only the first.
pub fn compile(source: &str, scope: &Scope) -> Result<(Expr, Ty), Vec<ExprError>> {
    let program = parse_bounded(source)?;
    let mut checker = Checker {
        info: program.source_info(),
        scope: scope.clone(),
        errors: vec![],
        depth: 0,
        loops: 0,
        expanding: Vec::new(),
        expanded: 0,
    };
    let checked = checker.check(program.expression());
    match checked {
        Some(checked) if checker.errors.is_empty() => Ok(checked),
        _ => Err(checker.errors),
    }
}

/// Parses what is short and flat enough.
pub(super) fn parse_bounded(source: &str) -> Result<cel::Program, Vec<ExprError>> {
    let refuse = |message: String| Err(vec![ExprError { at: 0..1, message }]);
    if source.len() > MAX_SOURCE {
        return refuse(format!("the expression is longer than {MAX_SOURCE} bytes"));
    }
    if deepest_bracket(source) > MAX_DEPTH {
        return refuse(format!("the expression nests deeper than {MAX_DEPTH} levels"));
    }
    parse(source).map_err(|errors| syntax_errors(source, &errors))
}

fn syntax_errors(source: &str, errors: &cel::ParseErrors) -> Vec<ExprError> {
    let mut found: Vec<ExprError> = errors
        .errors
        .iter()
        .map(|error| {
            let line = usize::try_from(error.pos.0).unwrap_or(1).max(1) - 1;
            let column = usize::try_from(error.pos.1).unwrap_or(1).max(1) - 1;
            let line_start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
            let rest = source.get(line_start..).unwrap_or_default();
            // What ends too early ends behind its last letter, not on the line below.
            let start = (line_start + byte_of_char(rest, column)).min(source.trim_end().len());
            ExprError {
                at: start..start + 1,
                message: format!("not a valid expression: {}", error.msg),
            }
        })
        .collect();
    if found.is_empty() {
        found.push(ExprError { at: 0..1, message: "not a valid expression".to_owned() });
    }
    found
}

fn byte_of_char(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(byte, _)| byte)
}

pub(super) type Checked = Option<(Expr, Ty)>;

pub(super) struct Checker<'a> {
    info: &'a cel::common::ast::SourceInfo,
    pub(super) scope: Scope,
    errors: Vec<ExprError>,
    depth: usize,
    /// Definitions that are being written out, and how many were so far.
    /// Comprehensions around what is being checked.
    pub(super) loops: usize,
    expanding: Vec<String>,
    expanded: usize,
}

impl Checker<'_> {
    /// Notes a complaint about `at`; `None`, so that callers can return it.
    pub(super) fn complain<T>(&mut self, at: &IdedExpr, message: impl Into<String>) -> Option<T> {
        let (start, stop) = self.info.offset_for(at.id).unwrap_or((0, 0));
        let start = start as usize;
        let stop = (stop as usize + 1).max(start + 1);
        self.errors.push(ExprError { at: start..stop, message: message.into() });
        None
    }

    /// Checks and lowers.
    pub(super) fn check(&mut self, e: &IdedExpr) -> Checked {
        if self.depth == MAX_DEPTH {
            return self
                .complain(e, format!("the expression nests deeper than {MAX_DEPTH} levels"));
        }
        self.depth += 1;
        let checked = self.check_node(e);
        self.depth -= 1;
        checked
    }

    fn check_node(&mut self, e: &IdedExpr) -> Checked {
        match &e.expr {
            Ast::Literal(literal) => self.literal(e, literal),
            Ast::Ident(name) => self.variable(e, name),
            Ast::Select(select) => self.field(e, &select.operand, &select.field),
            Ast::List(list) => self.list(e, &list.elements),
            Ast::Call(call) => self.call(e, call),
            _ => self.complain(e, "maps and structures cannot be written in rules"),
        }
    }

    /// Checks what must be `want` and not null.
    pub(super) fn expect(&mut self, e: &IdedExpr, want: &Ty) -> Option<Expr> {
        let (expr, found) = self.check(e)?;
        if found.may_be_null() {
            return self.may_be_null(e);
        }
        if found != *want {
            return self.complain(e, format!("expected {want}, found {found}"));
        }
        Some(expr)
    }

    pub(super) fn may_be_null<T>(&mut self, e: &IdedExpr) -> Option<T> {
        let what = facts::path(e).unwrap_or_else(|| "this".to_owned());
        self.complain(
            e,
            format!("{what} may be null: test it before, with `has({what})`, or give a default, with `value_or({what}, ...)`"),
        )
    }

    fn literal(&mut self, e: &IdedExpr, literal: &LiteralValue) -> Checked {
        Some(match literal {
            LiteralValue::Null => (Expr::Null, Ty::Null),
            LiteralValue::Boolean(b) => (Expr::Bool(*b.inner()), Ty::Bool),
            LiteralValue::Int(i) => (Expr::Num(*i.inner() as f64), Ty::Num),
            LiteralValue::UInt(u) => (Expr::Num(*u.inner() as f64), Ty::Num),
            LiteralValue::Double(d) => (Expr::Num(*d.inner()), Ty::Num),
            LiteralValue::String(s) => (Expr::Str(CelString::inner(s).into()), Ty::Str),
            LiteralValue::Bytes(_) => return self.complain(e, "bytes cannot be written in rules"),
        })
    }

    fn variable(&mut self, e: &IdedExpr, name: &str) -> Checked {
        match self.scope.variables.iter().rposition(|(known, _)| known == name) {
            Some(slot) => {
                let ty = self.known_not_null(e, self.scope.variables[slot].1.clone());
                Some((Expr::Var(slot), ty))
            }
            None if self.scope.broken.contains(name) => None,
            None if self.scope.definitions.contains_key(name) => self.definition(e, name),
            None => {
                let names: Vec<&str> =
                    self.scope.variables.iter().map(|(n, _)| n.as_str()).collect();
                self.complain(
                    e,
                    format!("there is no variable {name}; there are {}", names.join(", ")),
                )
            }
        }
    }

    /// Writes a definition out, so that it is checked with what is known where it stands.
    fn definition(&mut self, e: &IdedExpr, name: &str) -> Checked {
        let definition = self.scope.definitions.get(name).cloned()?;
        self.expanded += 1;
        if self.expanding.iter().any(|n| n == name) || self.expanded > MAX_EXPANDED {
            return self.complain(e, format!("{name} stands for itself, or for too much"));
        }
        let inner = self.scope.for_definition();
        let outer = std::mem::replace(&mut self.scope, inner);
        self.expanding.push(name.to_owned());
        let before = self.errors.len();
        let checked = self.check(&definition);
        self.expanding.pop();
        self.scope = outer;
        if checked.is_none() {
            // The places of these complaints are in the definition, not here.
            let why = self.errors.drain(before..).next().map(|error| error.message);
            return self.complain(e, format!("{name}: {}", why.unwrap_or_default()));
        }
        let slot = self.scope.definitions.keys().position(|known| known == name)?;
        let shared = |expr: Expr| match expr.is_literal() {
            true => expr,
            false => Expr::Shared(slot, Box::new(expr)),
        };
        checked.map(|(expr, ty)| (shared(expr), ty))
    }

    /// `ty` without null where a condition before has proved so.
    fn known_not_null(&self, e: &IdedExpr, ty: Ty) -> Ty {
        match facts::path(e) {
            Some(path) if self.scope.facts.contains(&path) => ty.non_null().clone(),
            _ => ty,
        }
    }

    fn field(&mut self, e: &IdedExpr, operand: &IdedExpr, field: &str) -> Checked {
        let (of, of_ty) = self.check(operand)?;
        if of_ty.may_be_null() {
            return self.may_be_null(operand);
        }
        let ty = match self.field_type(&of_ty, field) {
            Ok(ty) => ty,
            Err(message) => return self.complain(e, message),
        };
        let ty = self.known_not_null(e, ty);
        Some((Expr::Field(Box::new(of), field.into()), ty))
    }

    fn field_type(&self, of: &Ty, field: &str) -> Result<Ty, String> {
        match of {
            Ty::Object(object) => object.fields.get(field).cloned().ok_or_else(|| {
                no_such(field, &object.name, object.fields.keys().map(String::as_str))
            }),
            Ty::Map(of) => Ok((**of).clone().nullable()),
            Ty::Resource(types) => resource_field(types, field),
            Ty::Any => Err("a free document has no known fields; hand it to a function".to_owned()),
            other => Err(format!("a {other} has no fields")),
        }
    }

    fn list(&mut self, e: &IdedExpr, elements: &[IdedExpr]) -> Checked {
        let checked: Vec<(Expr, Ty)> = elements.iter().filter_map(|e| self.check(e)).collect();
        if checked.len() != elements.len() {
            return None;
        }
        let Some(ty) = checked.first().map(|(_, ty)| ty.clone()) else {
            return self.complain(e, "an empty list has no type; leave the test out");
        };
        if checked.iter().any(|(_, other)| *other != ty) {
            return self.complain(e, "the elements of a list must be of one type");
        }
        Some((Expr::List(checked.into_iter().map(|(e, _)| e).collect()), Ty::List(Box::new(ty))))
    }

    fn call(&mut self, e: &IdedExpr, call: &CallExpr) -> Checked {
        let name = call.func_name.as_str();
        if let Some(target) = &call.target {
            return match (comprehension(name), call.args.as_slice()) {
                (Some(kind), [variable, body]) => self.comprehension(kind, target, variable, body),
                _ => self.method(e, name, target, &call.args),
            };
        }
        match (name, call.args.as_slice()) {
            (operators::LOGICAL_AND, [a, b]) => self.logical(a, b, true),
            (operators::LOGICAL_OR, [a, b]) => self.logical(a, b, false),
            (operators::LOGICAL_NOT, [x]) => {
                Some((Expr::Not(Box::new(self.expect(x, &Ty::Bool)?)), Ty::Bool))
            }
            (operators::NEGATE, [x]) => {
                Some((Expr::Neg(Box::new(self.expect(x, &Ty::Num)?)), Ty::Num))
            }
            (operators::CONDITIONAL, [c, a, b]) => self.conditional(e, c, a, b),
            (operators::EQUALS, [a, b]) => self.equality(e, a, b),
            (operators::NOT_EQUALS, [a, b]) => {
                let (eq, _) = self.equality(e, a, b)?;
                Some((Expr::Not(Box::new(eq)), Ty::Bool))
            }
            (operators::IN, [a, b]) => self.membership(a, b),
            (operators::INDEX, [a, b]) => self.index(e, a, b),
            (_, [a, b]) if order(name).is_some() => self.comparison(e, name, a, b),
            (_, [a, b]) if arith(name).is_some() => self.arithmetic(e, name, a, b),
            ("has", [x]) => self.has(e, x),
            ("size", [x]) => self.size(x),
            ("lower", [x]) => {
                Some((Expr::Builtin(Builtin::Lower, vec![self.expect(x, &Ty::Str)?]), Ty::Str))
            }
            ("join", [x]) => {
                let list = self.expect(x, &Ty::List(Box::new(Ty::Str)))?;
                Some((Expr::Builtin(Builtin::Join, vec![list]), Ty::Str))
            }
            ("value_or", [x, default]) => self.value_or(x, default),
            _ => self.host_call(e, name, &call.args),
        }
    }

    fn host_call(&mut self, e: &IdedExpr, name: &str, args: &[IdedExpr]) -> Checked {
        match functions::find(name) {
            Some(function) => signature::check_call(self, e, function, args),
            None => {
                let names: Vec<&str> = functions::FUNCTIONS.iter().map(|f| f.name).collect();
                self.complain(
                    e,
                    format!(
                        "there is no function {name}; there are has, join, lower, size, value_or, {}",
                        names.join(", ")
                    ),
                )
            }
        }
    }
}

fn resource_field(types: &Arc<[String]>, field: &str) -> Result<Ty, String> {
    const OWN: [&str; 9] =
        ["account", "arn", "id", "name", "properties", "region", "status", "tags", "type"];
    match field {
        "tags" => Ok(Ty::Map(Box::new(Ty::Str))),
        "properties" | "status" => Ok(Ty::Object(common_part(types, field))),
        _ if OWN.contains(&field) => Ok(Ty::Str),
        _ => Err(no_such(field, &types.join(" or "), OWN.into_iter())),
    }
}

/// The fields that all of `types` have alike.
fn common_part(types: &[String], part: &str) -> Arc<ty::Object> {
    let mut parts = types.iter().map(|t| ty::part(t, part));
    let Some(first) = parts.next() else { return ty::part("", part) };
    if types.len() == 1 {
        return first;
    }
    let rest: Vec<_> = parts.collect();
    let fields: BTreeMap<String, Ty> = first
        .fields
        .iter()
        .filter(|(name, ty)| rest.iter().all(|p| p.fields.get(*name) == Some(ty)))
        .map(|(name, ty)| (name.clone(), ty.clone()))
        .collect();
    Arc::new(ty::Object { name: format!("{} {part}", types.join(" or ")), fields })
}

pub(super) fn no_such<'a>(name: &str, of: &str, known: impl Iterator<Item = &'a str>) -> String {
    format!("{of} has no {name}; it has {}", known.collect::<Vec<_>>().join(", "))
}
