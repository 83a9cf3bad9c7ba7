//! Holds a call against the signature of a host function.

use cel::common::ast::{Expr as Ast, IdedExpr, LiteralValue};
use cel::common::types::CelString;

use super::Expr;
use super::check::{Checker, no_such};
use super::ty::{self, Ty};
use crate::rules::functions::{ARN, Function, Gives, Param};

/// Checks the arguments of a call and gives its type.
pub fn check_call(
    checker: &mut Checker<'_>,
    e: &IdedExpr,
    function: &'static Function,
    args: &[IdedExpr],
) -> Option<(Expr, Ty)> {
    if args.len() != function.params.len() {
        let (name, want) = (function.name, function.params.len());
        return checker.complain(e, format!("{name} takes {want} arguments, not {}", args.len()));
    }
    let mut named_type = None;
    let mut checked = Vec::with_capacity(args.len());
    for (param, arg) in function.params.iter().zip(args) {
        checked.push(argument(checker, *param, arg, &mut named_type));
    }
    let checked: Option<Vec<Expr>> = checked.into_iter().collect();
    let ty = match function.gives {
        Gives::Bool => Ty::Bool,
        Gives::Num => Ty::Num,
        Gives::NumOrNull => Ty::Num.nullable(),
        Gives::Str => Ty::Str,
        Gives::Strings => Ty::List(Box::new(Ty::Str)),
        Gives::Resources(of) => Ty::List(Box::new(Ty::resource(of))),
        Gives::ResourcesOfNamedType => Ty::List(Box::new(Ty::resource(&named_type?))),
    };
    Some((Expr::Call(function, checked?), ty))
}

fn argument(
    checker: &mut Checker<'_>,
    param: Param,
    arg: &IdedExpr,
    named_type: &mut Option<String>,
) -> Option<Expr> {
    match param {
        Param::Str => checker.expect(arg, &Ty::Str),
        Param::AnyResource => resource(checker, arg, &[]),
        Param::Resource(types) => resource(checker, arg, types),
        Param::TypeName => {
            let name = literal(checker, arg)?;
            if crate::model::types::find(&name).is_none() {
                return checker
                    .complain(arg, format!("{name} is no resource type that is collected"));
            }
            *named_type = Some(name.clone());
            Some(Expr::Str(name.into()))
        }
        Param::PropertyName => {
            let name = literal(checker, arg)?;
            let of = ty::part(named_type.as_deref()?, "properties");
            if name == ARN {
                return Some(Expr::Str(name.into()));
            }
            match of.fields.get(&name).map(Ty::non_null) {
                Some(Ty::Str) => Some(Expr::Str(name.into())),
                Some(Ty::List(of)) if **of == Ty::Str => Some(Expr::Str(name.into())),
                Some(other) => checker.complain(
                    arg,
                    format!(
                        "{name} is a {other}; only strings and lists of strings can be looked up"
                    ),
                ),
                None => checker
                    .complain(arg, no_such(&name, &of.name, of.fields.keys().map(String::as_str))),
            }
        }
        Param::OneOf(choices) => {
            let choice = literal(checker, arg)?;
            if !choices.contains(&choice.as_str()) {
                return checker.complain(arg, format!("expected one of {}", choices.join(", ")));
            }
            Some(Expr::Str(choice.into()))
        }
    }
}

fn resource(checker: &mut Checker<'_>, arg: &IdedExpr, allowed: &[&str]) -> Option<Expr> {
    let (expr, ty) = checker.check(arg)?;
    if ty.may_be_null() {
        return checker.may_be_null(arg);
    }
    match &ty {
        Ty::Resource(types)
            if allowed.is_empty() || types.iter().all(|t| allowed.contains(&t.as_str())) =>
        {
            Some(expr)
        }
        other if allowed.is_empty() => {
            checker.complain(arg, format!("expected a resource, found {other}"))
        }
        other => checker.complain(
            arg,
            format!("expected a resource of type {}, found {other}", allowed.join(" or ")),
        ),
    }
}

fn literal(checker: &mut Checker<'_>, arg: &IdedExpr) -> Option<String> {
    match &arg.expr {
        Ast::Literal(LiteralValue::String(s)) => Some(CelString::inner(s).to_owned()),
        _ => checker
            .complain(arg, "expected a literal string, because joins are prepared beforehand"),
    }
}
