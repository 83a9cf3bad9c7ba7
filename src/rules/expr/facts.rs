//! What a condition proves about nulls: after `x.f != null`, `x.f` is no longer nullable.

use std::collections::BTreeSet;

use cel::common::ast::{Expr as Ast, IdedExpr, LiteralValue, operators};

/// Paths (`resource.properties.X`) known not to be null.
pub type Facts = BTreeSet<String>;

/// The path an expression spells, if it is a variable followed by fields.
pub fn path(expr: &IdedExpr) -> Option<String> {
    match &expr.expr {
        Ast::Ident(name) => Some(name.clone()),
        Ast::Select(select) => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        _ => None,
    }
}

/// Paths that are not null whenever `expr` is `truth`.
pub fn proved_by(expr: &IdedExpr, truth: bool) -> Facts {
    let Ast::Call(call) = &expr.expr else { return Facts::new() };
    match (call.func_name.as_str(), call.args.as_slice()) {
        ("has", [x]) if truth => path(x).into_iter().collect(),
        (operators::NOT_EQUALS, [a, b]) if truth => null_test(a, b),
        (operators::EQUALS, [a, b]) if !truth => null_test(a, b),
        (operators::LOGICAL_NOT, [x]) => proved_by(x, !truth),
        (operators::LOGICAL_AND, [a, b]) if truth => both(a, b, truth),
        (operators::LOGICAL_OR, [a, b]) if !truth => both(a, b, truth),
        _ => Facts::new(),
    }
}

fn both(a: &IdedExpr, b: &IdedExpr, truth: bool) -> Facts {
    let mut facts = proved_by(a, truth);
    facts.append(&mut proved_by(b, truth));
    facts
}

fn null_test(a: &IdedExpr, b: &IdedExpr) -> Facts {
    let is_null = |e: &IdedExpr| matches!(e.expr, Ast::Literal(LiteralValue::Null));
    let tested = match (is_null(a), is_null(b)) {
        (true, false) => path(b),
        (false, true) => path(a),
        _ => None,
    };
    tested.into_iter().collect()
}
