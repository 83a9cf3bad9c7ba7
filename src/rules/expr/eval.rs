//! Evaluation of checked expressions.
//!
//! Logic is three-valued: what could not be read raises, and `&&`, `||`, `exists` and `all` decide
//! without it where they can (`true || gap` is true). Everything else a gap touches raises too.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::builtins::call_builtin;
use super::frame::{Cx, Frame, shared, size};
use super::lists::{closed, comprehension};
use super::{Arith, Cmp, Expr};
use crate::rules::functions::Function;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum Raised<U> {
    /// The host could not know.
    Unknown(U),
    /// The snapshot holds what the schema does not allow, or an index is out of bounds.
    Error(String),
}

/// What an expression evaluates to. `O` is the host's objects, `U` its reasons not to know.
#[derive(Clone, Debug)]
pub enum Value<'a, O, U> {
    /// Known to be absent.
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Num(f64),
    /// A string.
    Str(Cow<'a, str>),
    /// Elements that are known, and what else may be in it.
    List(Vec<Value<'a, O, U>>, Vec<Open<'a, O, U>>),
    /// A resource or a structure.
    Object(O),
}

/// What may be in a list: this element, or, without one, any number of any.
#[derive(Clone, Debug)]
pub struct Open<'a, O, U> {
    /// The element, if it is known and only its membership is not.
    pub element: Option<Box<Value<'a, O, U>>>,
    /// Why that cannot be told.
    pub why: Raised<U>,
}

/// What expressions can reach.
pub trait Host<'a> {
    /// A resource or structure.
    type Object: Clone;
    /// A reason not to know.
    type Unknown: Clone;

    /// A field; [`Value::Null`] when known to be absent.
    ///
    /// # Errors
    /// When the field could not be read.
    fn field(&self, of: &Self::Object, name: &str) -> Evaluated<'a, Self>;

    /// How many steps an evaluation with these variables may take; asked only of long ones. Must
    /// not change from one evaluation to the next.
    fn steps(&self, vars: &[HostValue<'a, Self>]) -> u64;

    /// The reason not to know when it takes more.
    fn endless(&self) -> Self::Unknown;

    /// How many fields a map has.
    fn map_size(&self, of: &Self::Object) -> usize;

    /// How many steps a call will take at least: those of the list it makes.
    fn cost(&self, function: &'static Function, args: &[HostValue<'a, Self>]) -> u64;

    /// Calls a host function.
    ///
    /// # Errors
    /// When what it needs could not be read.
    fn call(
        &self,
        function: &'static Function,
        args: &[HostValue<'a, Self>],
    ) -> Evaluated<'a, Self>;
}

/// A value of a host.
pub type HostValue<'a, H> = Value<'a, <H as Host<'a>>::Object, <H as Host<'a>>::Unknown>;
/// The result of an evaluation.
pub type Evaluated<'a, H> = Result<HostValue<'a, H>, Raised<<H as Host<'a>>::Unknown>>;
/// What may be in a list of a host.
pub type HostOpen<'a, H> = Open<'a, <H as Host<'a>>::Object, <H as Host<'a>>::Unknown>;
pub(super) type Truth<'a, H> = Result<bool, Raised<<H as Host<'a>>::Unknown>>;

/// Evaluates `expr` with the variables of its scope, and what was found with them before.
///
/// # Errors
/// What the expression reached could not be read, or was not of the type the schema says, or it took
/// more steps than the host allows.
pub fn eval<'a, H: Host<'a> + ?Sized>(
    host: &H,
    expr: &'a Expr,
    frame: &mut Frame<'a, H>,
) -> Evaluated<'a, H> {
    value(host, expr, &mut Cx::new(frame))
}

/// The value of `expr`: one step, and more for what is large.
pub(super) fn value<'a, H: Host<'a> + ?Sized>(
    host: &H,
    expr: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Evaluated<'a, H> {
    cx.spend(host, 1)?;
    let value = node(host, expr, cx)?;
    match size(&value) {
        0 => {}
        large => cx.spend(host, large)?,
    }
    Ok(value)
}

fn node<'a, H: Host<'a> + ?Sized>(
    host: &H,
    expr: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Evaluated<'a, H> {
    Ok(match expr {
        Expr::Null => Value::Null,
        Expr::Bool(b) => Value::Bool(*b),
        Expr::Num(n) => Value::Num(*n),
        Expr::Str(s) => Value::Str(Cow::Borrowed(s)),
        Expr::List(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(|item| value(host, item, cx)).collect();
            Value::List(items?, Vec::new())
        }
        Expr::Var(slot) => {
            cx.frame.vars.get(*slot).cloned().ok_or_else(|| wrong("a variable", "nothing"))?
        }
        Expr::Field(of, name) => field(host, of, name, cx)?,
        Expr::Index(of, key) => index(host, of, key, cx)?,
        Expr::Not(x) => Value::Bool(!truth(host, x, cx)?),
        Expr::And(a, b) => Value::Bool(logical(host, a, b, cx, false)?),
        Expr::Or(a, b) => Value::Bool(logical(host, a, b, cx, true)?),
        Expr::Cond(c, a, b) => {
            let branch = if truth(host, c, cx)? { a } else { b };
            value(host, branch, cx)?
        }
        Expr::Eq(a, b) => {
            let null_test = matches!(**a, Expr::Null) || matches!(**b, Expr::Null);
            let (a, b) = (value(host, a, cx)?, value(host, b, cx)?);
            Value::Bool(if null_test { is_null(&a) == is_null(&b) } else { equal(&a, &b)? })
        }
        Expr::Cmp(cmp, a, b) => {
            let (a, b) = (number(host, a, cx)?, number(host, b, cx)?);
            Value::Bool(match cmp {
                Cmp::Lt => a < b,
                Cmp::Le => a <= b,
                Cmp::Gt => a > b,
                Cmp::Ge => a >= b,
            })
        }
        Expr::In(needle, container) => Value::Bool(contains(host, needle, container, cx)?),
        Expr::Arith(op, a, b) => arithmetic(host, *op, a, b, cx)?,
        Expr::Neg(x) => Value::Num(-number(host, x, cx)?),
        Expr::Builtin(builtin, args) => call_builtin(host, *builtin, args, cx)?,
        Expr::Call(function, args) => {
            let args = args.iter().map(|arg| value(host, arg, cx));
            let args: Result<SmallVec<[_; 4]>, _> = args.collect();
            let args = args?;
            cx.afford(host, host.cost(function, &args))?;
            host.call(function, &args)?
        }
        Expr::Comprehension(kind, list, body) => comprehension(host, *kind, list, body, cx)?,
        Expr::Shared(slot, expr) => shared(host, *slot, expr, cx)?,
    })
}

/// Evaluates what the checker found to be a condition.
///
/// # Errors
/// As [`eval`].
pub(super) fn truth<'a, H: Host<'a> + ?Sized>(
    host: &H,
    expr: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Truth<'a, H> {
    match value(host, expr, cx)? {
        Value::Bool(b) => Ok(b),
        other => Err(wrong("a bool", kind(&other))),
    }
}

/// `&&` (absorbed by `false`) and `||` (absorbed by `true`).
fn logical<'a, H: Host<'a> + ?Sized>(
    host: &H,
    a: &'a Expr,
    b: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
    absorbing: bool,
) -> Truth<'a, H> {
    match truth(host, a, cx) {
        Ok(left) if left == absorbing => Ok(absorbing),
        Ok(_) => truth(host, b, cx),
        Err(raised) => match truth(host, b, cx) {
            Ok(right) if right == absorbing => Ok(absorbing),
            _ => Err(raised),
        },
    }
}

fn field<'a, H: Host<'a> + ?Sized>(
    host: &H,
    of: &'a Expr,
    name: &str,
    cx: &mut Cx<'_, 'a, H>,
) -> Evaluated<'a, H> {
    let of = match of {
        // By far the most: `resource.properties.Name`, without a value for each step on the way.
        Expr::Field(root, part) => match (&**root, cx.frame.vars.as_slice()) {
            (Expr::Var(slot), vars) if let Some(Value::Object(object)) = vars.get(*slot) => {
                let part = host.field(object, part)?;
                cx.spend(host, 2)?;
                part
            }
            _ => value(host, of, cx)?,
        },
        _ => value(host, of, cx)?,
    };
    match of {
        Value::Object(object) => host.field(&object, name),
        other => Err(wrong("an object", kind(&other))),
    }
}

fn index<'a, H: Host<'a> + ?Sized>(
    host: &H,
    of: &'a Expr,
    key: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Evaluated<'a, H> {
    match (value(host, of, cx)?, value(host, key, cx)?) {
        (Value::Object(object), Value::Str(name)) => host.field(&object, &name),
        (Value::List(items, open), Value::Num(n)) => {
            closed(open)?;
            let at = (n >= 0.0 && n.fract() == 0.0).then_some(n as usize);
            at.and_then(|at| items.get(at).cloned()).ok_or_else(|| {
                Raised::Error(format!("there is no element {n} in a list of {}", items.len()))
            })
        }
        (other, _) => Err(wrong("a list or map", kind(&other))),
    }
}

fn number<'a, H: Host<'a> + ?Sized>(
    host: &H,
    expr: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Result<f64, Raised<H::Unknown>> {
    match value(host, expr, cx)? {
        Value::Num(n) => Ok(n),
        other => Err(wrong("a number", kind(&other))),
    }
}

fn is_null<O, U>(value: &Value<'_, O, U>) -> bool {
    matches!(value, Value::Null)
}

/// Whether two values are equal. The checker has seen that they are of one type, so a snapshot in
/// which they are not, null among them, is not what the schema says.
fn equal<O, U>(a: &Value<'_, O, U>, b: &Value<'_, O, U>) -> Result<bool, Raised<U>> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        (Value::Num(a), Value::Num(b)) => Ok(a == b),
        (Value::Str(a), Value::Str(b)) => Ok(a == b),
        _ => Err(wrong(kind(a), kind(b))),
    }
}

fn contains<'a, H: Host<'a> + ?Sized>(
    host: &H,
    needle: &'a Expr,
    container: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Truth<'a, H> {
    let needle = value(host, needle, cx)?;
    match (value(host, container, cx)?, needle) {
        (Value::List(items, mut open), needle) => {
            for item in &items {
                if equal(item, &needle)? {
                    return Ok(true);
                }
            }
            open.retain(|o| {
                o.element.as_deref().is_none_or(|e| !matches!(equal(e, &needle), Ok(false)))
            });
            closed(open).map(|()| false)
        }
        (Value::Object(map), Value::Str(key)) => {
            Ok(!matches!(host.field(&map, &key)?, Value::Null))
        }
        (other, _) => Err(wrong("a list or map", kind(&other))),
    }
}

fn arithmetic<'a, H: Host<'a> + ?Sized>(
    host: &H,
    op: Arith,
    a: &'a Expr,
    b: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Evaluated<'a, H> {
    let (a, b) = match (value(host, a, cx)?, value(host, b, cx)?) {
        (Value::Num(a), Value::Num(b)) => (a, b),
        (Value::Str(a), Value::Str(b)) if op == Arith::Add => {
            return Ok(Value::Str(Cow::Owned(format!("{a}{b}"))));
        }
        (other, _) => return Err(wrong("numbers", kind(&other))),
    };
    if b == 0.0 && matches!(op, Arith::Div | Arith::Rem) {
        return Err(Raised::Error("division by zero".to_owned()));
    }
    Ok(Value::Num(match op {
        Arith::Add => a + b,
        Arith::Sub => a - b,
        Arith::Mul => a * b,
        Arith::Div => a / b,
        Arith::Rem => a % b,
    }))
}

pub(super) fn kind<O, U>(value: &Value<'_, O, U>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Num(_) => "a number",
        Value::Str(_) => "a string",
        Value::List(..) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(super) fn wrong<U>(expected: &str, found: &str) -> Raised<U> {
    Raised::Error(format!("expected {expected}, found {found}"))
}
