//! From source to a checked [`Expr`]: names, types and nulls are settled here, so that a rule that
//! loads can only fail to answer, never to make sense.
//!
//! Macros are not expanded by the parser: `has`, `exists` and their kin arrive as calls, so that
//! every complaint points at what the author wrote.

use std::collections::BTreeMap;
use std::sync::Arc;

use cel::common::ast::{CallExpr, Expr as Ast, IdedExpr, LiteralValue, operators};
use cel::common::types::CelString;

use super::facts::{self, Facts};
use super::signature;
use super::ty::{self, Ty};
use super::{Arith, Builtin, Cmp, Comprehension, Expr};
use crate::rules::functions;

/// The longest source that is accepted, in bytes; what people write is far below it.
const MAX_SOURCE: usize = 16 * 1024;

/// How deep an expression may nest; what people write is far below it. Keeps checking and evaluating
/// within any thread's stack.
const MAX_DEPTH: usize = 100;

/// A complaint about a piece of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// Where in the source, in bytes.
    pub at: std::ops::Range<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Variables that an expression may use, and what is known of them.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Variables in the order of their slots.
    pub variables: Vec<(String, Ty)>,
    /// Paths known not to be null, from conditions that hold before.
    facts: Facts,
}

impl Scope {
    /// A scope of these variables.
    pub fn new(variables: Vec<(String, Ty)>) -> Scope {
        Scope { variables, facts: Facts::new() }
    }

    /// Adds what follows once `source`, which compiled, is known to be `truth`.
    pub fn assume(&mut self, source: &str, truth: bool) {
        if let Ok(program) = parse(source) {
            self.facts.append(&mut facts::proved_by(program.expression(), truth));
        }
    }
}

fn parse(source: &str) -> Result<cel::Program, cel::ParseErrors> {
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
    if source.len() > MAX_SOURCE {
        let message = format!("the expression is longer than {MAX_SOURCE} bytes");
        return Err(vec![ExprError { at: 0..1, message }]);
    }
    if deepest_bracket(source) > MAX_DEPTH {
        let message = format!("the expression nests deeper than {MAX_DEPTH} levels");
        return Err(vec![ExprError { at: 0..1, message }]);
    }
    let program = parse(source).map_err(|errors| syntax_errors(source, &errors))?;
    let mut checker = Checker {
        source,
        info: program.source_info(),
        scope: scope.clone(),
        errors: vec![],
        depth: 0,
    };
    let checked = checker.check(program.expression());
    match checked {
        Some(checked) if checker.errors.is_empty() => Ok(checked),
        _ => Err(checker.errors),
    }
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
            let start = line_start + byte_of_char(rest, column);
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

/// The comprehension named `name`.
fn comprehension(name: &str) -> Option<Comprehension> {
    Some(match name {
        "all" => Comprehension::All,
        "exists" => Comprehension::Exists,
        "exists_one" => Comprehension::ExistsOne,
        "filter" => Comprehension::Filter,
        "map" => Comprehension::Map,
        _ => return None,
    })
}

type Checked = Option<(Expr, Ty)>;

pub(super) struct Checker<'a> {
    source: &'a str,
    info: &'a cel::common::ast::SourceInfo,
    scope: Scope,
    errors: Vec<ExprError>,
    depth: usize,
}

impl Checker<'_> {
    /// Notes a complaint about `at`; `None`, so that callers can return it.
    pub(super) fn complain<T>(&mut self, at: &IdedExpr, message: impl Into<String>) -> Option<T> {
        let (start, stop) = self.info.offset_for(at.id).unwrap_or((0, 0));
        let start = byte_of_char(self.source, start as usize);
        let stop = byte_of_char(self.source, stop as usize + 1).max(start + 1);
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
            ("value_or", [x, default]) => self.value_or(x, default),
            _ => self.host_call(e, name, &call.args),
        }
    }

    fn logical(&mut self, a: &IdedExpr, b: &IdedExpr, and: bool) -> Checked {
        let left = self.expect(a, &Ty::Bool);
        // The right side is only asked when the left did not decide.
        let right = self.with_facts(facts::proved_by(a, and), |c| c.expect(b, &Ty::Bool));
        let (left, right) = (Box::new(left?), Box::new(right?));
        Some((if and { Expr::And(left, right) } else { Expr::Or(left, right) }, Ty::Bool))
    }

    fn with_facts<T>(&mut self, more: Facts, then: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.scope.facts.clone();
        self.scope.facts.extend(more);
        let result = then(self);
        self.scope.facts = before;
        result
    }

    fn conditional(&mut self, e: &IdedExpr, c: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let condition = self.expect(c, &Ty::Bool);
        let then = self.with_facts(facts::proved_by(c, true), |s| s.check(a));
        let otherwise = self.with_facts(facts::proved_by(c, false), |s| s.check(b));
        let (condition, (then, then_ty), (otherwise, else_ty)) = (condition?, then?, otherwise?);
        if then_ty.non_null() != else_ty.non_null() && then_ty != Ty::Null && else_ty != Ty::Null {
            return self.complain(e, format!("one side is {then_ty}, the other {else_ty}"));
        }
        let ty = match (then_ty.may_be_null(), else_ty.may_be_null()) {
            (true, _) if then_ty == Ty::Null => else_ty.nullable(),
            (false, false) => then_ty,
            _ => then_ty.nullable(),
        };
        Some((Expr::Cond(Box::new(condition), Box::new(then), Box::new(otherwise)), ty))
    }

    fn equality(&mut self, e: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let (left, right) = (self.check(a), self.check(b));
        let ((left, left_ty), (right, right_ty)) = (left?, right?);
        let null_test = left_ty == Ty::Null || right_ty == Ty::Null;
        if !null_test {
            if left_ty.may_be_null() {
                return self.may_be_null(a);
            }
            if right_ty.may_be_null() {
                return self.may_be_null(b);
            }
            if left_ty != right_ty {
                return self.complain(e, format!("cannot compare {left_ty} with {right_ty}"));
            }
            if !matches!(left_ty, Ty::Bool | Ty::Num | Ty::Str) {
                return self
                    .complain(e, format!("a {left_ty} cannot be compared; compare a field of it"));
            }
        }
        Some((Expr::Eq(Box::new(left), Box::new(right)), Ty::Bool))
    }

    fn membership(&mut self, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let (needle, container) = (self.check(a), self.check(b));
        let ((needle, needle_ty), (container, container_ty)) = (needle?, container?);
        for (at, ty) in [(a, &needle_ty), (b, &container_ty)] {
            if ty.may_be_null() {
                return self.may_be_null(at);
            }
        }
        let fits = match &container_ty {
            Ty::List(of) => **of == needle_ty && matches!(needle_ty, Ty::Bool | Ty::Num | Ty::Str),
            Ty::Map(_) => needle_ty == Ty::Str,
            _ => false,
        };
        if !fits {
            return self.complain(b, format!("cannot look for a {needle_ty} in a {container_ty}"));
        }
        Some((Expr::In(Box::new(needle), Box::new(container)), Ty::Bool))
    }

    fn index(&mut self, e: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let (of, of_ty) = self.check(a)?;
        if of_ty.may_be_null() {
            return self.may_be_null(a);
        }
        let (key, ty) = match of_ty {
            Ty::List(of) => (self.expect(b, &Ty::Num)?, *of),
            Ty::Map(of) => (self.expect(b, &Ty::Str)?, of.nullable()),
            other => return self.complain(e, format!("a {other} cannot be indexed")),
        };
        Some((Expr::Index(Box::new(of), Box::new(key)), ty))
    }

    fn comparison(&mut self, e: &IdedExpr, name: &str, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let (left, right) = (self.expect(a, &Ty::Num), self.expect(b, &Ty::Num));
        let (left, right) = (left?, right?);
        match order(name) {
            Some(cmp) => Some((Expr::Cmp(cmp, Box::new(left), Box::new(right)), Ty::Bool)),
            None => self.complain(e, format!("{name} is no comparison")),
        }
    }

    fn arithmetic(&mut self, e: &IdedExpr, name: &str, a: &IdedExpr, b: &IdedExpr) -> Checked {
        let (left, left_ty) = self.check(a)?;
        let ty = match (&left_ty, arith(name)) {
            (Ty::Str, Some(Arith::Add)) => Ty::Str,
            _ => Ty::Num,
        };
        if left_ty.may_be_null() {
            return self.may_be_null(a);
        }
        if left_ty != ty {
            return self.complain(a, format!("expected {ty}, found {left_ty}"));
        }
        let right = self.expect(b, &ty)?;
        match arith(name) {
            Some(op) => Some((Expr::Arith(op, Box::new(left), Box::new(right)), ty)),
            None => self.complain(e, format!("{name} is no arithmetic")),
        }
    }

    fn has(&mut self, e: &IdedExpr, x: &IdedExpr) -> Checked {
        if !matches!(x.expr, Ast::Select(_)) {
            return self
                .complain(e, "has() takes a field, such as has(resource.properties.Engine)");
        }
        let (field, _) = self.check(x)?;
        Some((Expr::Not(Box::new(Expr::Eq(Box::new(field), Box::new(Expr::Null)))), Ty::Bool))
    }

    fn size(&mut self, x: &IdedExpr) -> Checked {
        let (of, ty) = self.check(x)?;
        if ty.may_be_null() {
            return self.may_be_null(x);
        }
        if !matches!(ty, Ty::List(_) | Ty::Map(_) | Ty::Str) {
            return self.complain(x, format!("a {ty} has no size"));
        }
        Some((Expr::Builtin(Builtin::Size, vec![of]), Ty::Num))
    }

    fn value_or(&mut self, x: &IdedExpr, default: &IdedExpr) -> Checked {
        let (value, ty) = self.check(x)?;
        let ty = ty.non_null().clone();
        let default = self.expect(default, &ty)?;
        Some((Expr::Builtin(Builtin::ValueOr, vec![value, default]), ty))
    }

    fn method(
        &mut self,
        e: &IdedExpr,
        name: &str,
        target: &IdedExpr,
        args: &[IdedExpr],
    ) -> Checked {
        let builtin = match (name, args.len()) {
            ("size", 0) => return self.size(target),
            ("startsWith", 1) => Builtin::StartsWith,
            ("endsWith", 1) => Builtin::EndsWith,
            ("contains", 1) => Builtin::Contains,
            _ => {
                return self.complain(
                    e,
                    format!("there is no method {name} that takes {} arguments; there are all, exists, exists_one, filter, map, size, startsWith, endsWith, contains", args.len()),
                );
            }
        };
        let text = self.expect(target, &Ty::Str);
        let arg = self.expect(&args[0], &Ty::Str);
        Some((Expr::Builtin(builtin, vec![text?, arg?]), Ty::Bool))
    }

    fn comprehension(
        &mut self,
        kind: Comprehension,
        list: &IdedExpr,
        variable: &IdedExpr,
        body: &IdedExpr,
    ) -> Checked {
        let (of, of_ty) = self.check(list)?;
        if of_ty.may_be_null() {
            return self.may_be_null(list);
        }
        let Ty::List(element) = of_ty else {
            return self.complain(list, format!("a {of_ty} has no elements to go through"));
        };
        let Ast::Ident(name) = &variable.expr else {
            return self.complain(variable, "expected a name for the element");
        };
        if self.scope.variables.iter().any(|(known, _)| known == name) {
            return self.complain(variable, format!("{name} is taken; choose another name"));
        }
        self.scope.variables.push((name.clone(), *element.clone()));
        let checked = if kind == Comprehension::Map {
            self.check(body)
        } else {
            self.expect(body, &Ty::Bool).map(|b| (b, Ty::Bool))
        };
        self.scope.variables.pop();
        let (body, body_ty) = checked?;
        let ty = match kind {
            Comprehension::Filter => Ty::List(element),
            Comprehension::Map => Ty::List(Box::new(body_ty)),
            _ => Ty::Bool,
        };
        Some((Expr::Comprehension(kind, Box::new(of), Box::new(body)), ty))
    }

    fn host_call(&mut self, e: &IdedExpr, name: &str, args: &[IdedExpr]) -> Checked {
        match functions::find(name) {
            Some(function) => signature::check_call(self, e, function, args),
            None => {
                let names: Vec<&str> = functions::FUNCTIONS.iter().map(|f| f.name).collect();
                self.complain(
                    e,
                    format!(
                        "there is no function {name}; there are has, lower, size, value_or, {}",
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

fn order(name: &str) -> Option<Cmp> {
    Some(match name {
        operators::LESS => Cmp::Lt,
        operators::LESS_EQUALS => Cmp::Le,
        operators::GREATER => Cmp::Gt,
        operators::GREATER_EQUALS => Cmp::Ge,
        _ => return None,
    })
}

fn arith(name: &str) -> Option<Arith> {
    Some(match name {
        operators::ADD => Arith::Add,
        operators::SUBSTRACT => Arith::Sub,
        operators::MULTIPLY => Arith::Mul,
        operators::DIVIDE => Arith::Div,
        operators::MODULO => Arith::Rem,
        _ => return None,
    })
}
