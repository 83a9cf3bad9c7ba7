//! Operators, comprehensions and the language's own functions, checked and lowered.

use cel::common::ast::{Expr as Ast, IdedExpr, operators};

use super::check::{Checked, Checker};
use super::facts::{self, Facts};
use super::ty::Ty;
use super::{Arith, Builtin, Cmp, Comprehension, Expr};

/// How deep loops may nest: each multiplies the time of those inside.
const MAX_LOOPS: usize = 6;

impl Checker<'_> {
    pub(super) fn logical(&mut self, a: &IdedExpr, b: &IdedExpr, and: bool) -> Checked {
        let left = self.expect(a, &Ty::Bool);
        // The right side is only asked when the left did not decide.
        let right = self.with_facts(facts::proved_by(a, and), |c| c.expect(b, &Ty::Bool));
        let (left, right) = (Box::new(left?), Box::new(right?));
        Some((if and { Expr::And(left, right) } else { Expr::Or(left, right) }, Ty::Bool))
    }

    pub(super) fn with_facts<T>(&mut self, more: Facts, then: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.scope.facts.clone();
        self.scope.facts.extend(more);
        let result = then(self);
        self.scope.facts = before;
        result
    }

    pub(super) fn conditional(
        &mut self,
        e: &IdedExpr,
        c: &IdedExpr,
        a: &IdedExpr,
        b: &IdedExpr,
    ) -> Checked {
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

    pub(super) fn equality(&mut self, e: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Checked {
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

    pub(super) fn membership(&mut self, a: &IdedExpr, b: &IdedExpr) -> Checked {
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

    pub(super) fn index(&mut self, e: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Checked {
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

    pub(super) fn comparison(
        &mut self,
        e: &IdedExpr,
        name: &str,
        a: &IdedExpr,
        b: &IdedExpr,
    ) -> Checked {
        let (left, right) = (self.expect(a, &Ty::Num), self.expect(b, &Ty::Num));
        let (left, right) = (left?, right?);
        match order(name) {
            Some(cmp) => Some((Expr::Cmp(cmp, Box::new(left), Box::new(right)), Ty::Bool)),
            None => self.complain(e, format!("{name} is no comparison")),
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        e: &IdedExpr,
        name: &str,
        a: &IdedExpr,
        b: &IdedExpr,
    ) -> Checked {
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

    pub(super) fn has(&mut self, e: &IdedExpr, x: &IdedExpr) -> Checked {
        if !matches!(x.expr, Ast::Select(_)) {
            return self
                .complain(e, "has() takes a field, such as has(resource.properties.Engine)");
        }
        let (field, _) = self.check(x)?;
        Some((Expr::Not(Box::new(Expr::Eq(Box::new(field), Box::new(Expr::Null)))), Ty::Bool))
    }

    pub(super) fn size(&mut self, x: &IdedExpr) -> Checked {
        let (of, ty) = self.check(x)?;
        if ty.may_be_null() {
            return self.may_be_null(x);
        }
        if !matches!(ty, Ty::List(_) | Ty::Map(_) | Ty::Str) {
            return self.complain(x, format!("a {ty} has no size"));
        }
        Some((Expr::Builtin(Builtin::Size, vec![of]), Ty::Num))
    }

    pub(super) fn value_or(&mut self, x: &IdedExpr, default: &IdedExpr) -> Checked {
        let (value, ty) = self.check(x)?;
        let ty = ty.non_null().clone();
        let default = self.expect(default, &ty)?;
        Some((Expr::Builtin(Builtin::ValueOr, vec![value, default]), ty))
    }

    pub(super) fn method(
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

    pub(super) fn comprehension(
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
        if self.loops == MAX_LOOPS {
            return self.complain(variable, format!("loops nest deeper than {MAX_LOOPS} levels"));
        }
        self.loops += 1;
        self.scope.variables.push((name.clone(), *element.clone()));
        let checked = if kind == Comprehension::Map {
            self.check(body)
        } else {
            self.expect(body, &Ty::Bool).map(|b| (b, Ty::Bool))
        };
        self.scope.variables.pop();
        self.loops -= 1;
        let (body, body_ty) = checked?;
        let ty = match kind {
            Comprehension::Filter => Ty::List(element),
            Comprehension::Map => Ty::List(Box::new(body_ty)),
            _ => Ty::Bool,
        };
        Some((Expr::Comprehension(kind, Box::new(of), Box::new(body)), ty))
    }
}

/// The comprehension named `name`.
pub(super) fn comprehension(name: &str) -> Option<Comprehension> {
    Some(match name {
        "all" => Comprehension::All,
        "exists" => Comprehension::Exists,
        "exists_one" => Comprehension::ExistsOne,
        "filter" => Comprehension::Filter,
        "map" => Comprehension::Map,
        _ => return None,
    })
}

pub(super) fn order(name: &str) -> Option<Cmp> {
    Some(match name {
        operators::LESS => Cmp::Lt,
        operators::LESS_EQUALS => Cmp::Le,
        operators::GREATER => Cmp::Gt,
        operators::GREATER_EQUALS => Cmp::Ge,
        _ => return None,
    })
}

pub(super) fn arith(name: &str) -> Option<Arith> {
    Some(match name {
        operators::ADD => Arith::Add,
        operators::SUBSTRACT => Arith::Sub,
        operators::MULTIPLY => Arith::Mul,
        operators::DIVIDE => Arith::Div,
        operators::MODULO => Arith::Rem,
        _ => return None,
    })
}
