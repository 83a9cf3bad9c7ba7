//! The expression language: CEL's syntax and meaning, over resources that may have gaps.
//!
//! The `cel` crate parses; [`mod@check`] holds the tree against the typed schema and lowers it to
//! [`Expr`]; [`mod@eval`] evaluates that. The evaluator is ours because a verdict must know three
//! things CEL's values do not: that a field could not be read (it raises when reached, and
//! `true || gap` is still true), that a list may lack elements that could not be listed, and that
//! a known but absent property is null. Where none of these occurs it means what CEL means; a test
//! holds it against the crate's own evaluator.
//!
//! One number type (`f64`) stands for CEL's three: JSON knows one too, and a threshold of `80`
//! must compare with `80.5`.

mod builtins;
pub mod check;
pub mod eval;
mod facts;
mod frame;
mod lists;
mod operators;
mod scope;
mod signature;
pub mod ty;

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

pub use check::{ExprError, compile, with_deep_stack};
pub use eval::{Host, Open, Raised, Value, eval};
pub use frame::Frame;
pub use scope::Scope;
pub use ty::Ty;

use super::functions::Function;

/// A checked expression. Variables are numbered slots, the outermost first.
#[derive(Clone, Debug)]
pub enum Expr {
    /// `null`
    Null,
    /// `true`
    Bool(bool),
    /// `80`
    Num(f64),
    /// `'text'`
    Str(Box<str>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// A variable.
    Var(usize),
    /// `a.b`; null when known to be absent.
    Field(Box<Expr>, Box<str>),
    /// `a[b]`
    Index(Box<Expr>, Box<Expr>),
    /// `!a`
    Not(Box<Expr>),
    /// `a && b`
    And(Box<Expr>, Box<Expr>),
    /// `a || b`
    Or(Box<Expr>, Box<Expr>),
    /// `a ? b : c`
    Cond(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a == b`
    Eq(Box<Expr>, Box<Expr>),
    /// `a < b` and its kin.
    Cmp(Cmp, Box<Expr>, Box<Expr>),
    /// `a in b`
    In(Box<Expr>, Box<Expr>),
    /// `a + b` and its kin.
    Arith(Arith, Box<Expr>, Box<Expr>),
    /// `-a`
    Neg(Box<Expr>),
    /// A function of the language itself.
    Builtin(Builtin, Vec<Expr>),
    /// A function of the host.
    Call(&'static Function, Vec<Expr>),
    /// `list.exists(x, body)` and its kin; the element's slot is the next free one.
    Comprehension(Comprehension, Box<Expr>, Box<Expr>),
    /// A definition, which has one value wherever it stands; they are numbered.
    Shared(usize, Box<Expr>),
}

/// Order comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cmp {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Arithmetic; `Add` also joins strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arith {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}

/// Functions of the language itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// `size(x)`: of a list, map or string (in code points).
    Size,
    /// `s.startsWith(p)`
    StartsWith,
    /// `s.endsWith(p)`
    EndsWith,
    /// `s.contains(p)`
    Contains,
    /// `lower(s)`: ASCII letters in lower case.
    Lower,
    /// `join(l)`: the strings of a list with commas between.
    Join,
    /// `value_or(x, d)`: `d` where `x` is null.
    ValueOr,
}

/// Comprehensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comprehension {
    /// `all`
    All,
    /// `exists`
    Exists,
    /// `exists_one`
    ExistsOne,
    /// `filter`
    Filter,
    /// `map`
    Map,
}

impl Expr {
    /// The expressions directly inside this one.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::Null | Expr::Bool(_) | Expr::Num(_) | Expr::Str(_) | Expr::Var(_) => Vec::new(),
            Expr::List(items) | Expr::Builtin(_, items) | Expr::Call(_, items) => {
                items.iter().collect()
            }
            Expr::Field(a, _) | Expr::Not(a) | Expr::Neg(a) | Expr::Shared(_, a) => vec![a],
            Expr::Index(a, b)
            | Expr::And(a, b)
            | Expr::Or(a, b)
            | Expr::Eq(a, b)
            | Expr::Cmp(_, a, b)
            | Expr::In(a, b)
            | Expr::Arith(_, a, b)
            | Expr::Comprehension(_, a, b) => vec![a, b],
            Expr::Cond(a, b, c) => vec![a, b, c],
        }
    }

    /// Whether it is written out as it is.
    fn is_literal(&self) -> bool {
        matches!(self, Expr::Null | Expr::Bool(_) | Expr::Num(_) | Expr::Str(_))
    }

    /// Whether `holds` for it or anything in it.
    pub fn any(&self, holds: &dyn Fn(&Expr) -> bool) -> bool {
        holds(self) || self.children().into_iter().any(|child| child.any(holds))
    }
}
