//! An expression is refused with places that are in it, or it has a value of the type it was said to
//! have, the same each time, on every resource of an account; or the reason not to know.

use audit::engine::host::Asker;
use audit::engine::node::{EngineValue, Node};
use audit::engine::subjects::Subject;
use audit::rules::expr::{self, Expr, Frame, Raised, Scope, Ty, Value, eval};
use std::collections::BTreeMap;

use super::world;

/// The types of resource that expressions are evaluated on.
const TYPES: [&str; 4] =
    ["AWS::RDS::DBInstance", "AWS::CloudWatch::Alarm", "AWS::SNS::Topic", "AWS::ECS::Service"];

/// Takes an expression's text.
pub fn run(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    // A deep stack is dear, so all types share one.
    expr::with_deep_stack(|| TYPES.iter().for_each(|ty| check(source, ty))).expect("holds");
}

fn check(source: &str, ty: &str) {
    let scope = Scope::new(vec![
        ("resource".to_owned(), Ty::resource(ty)),
        ("params".to_owned(), Ty::Map(Box::new(Ty::Str))),
    ]);
    match expr::compile(source, &scope) {
        Ok((expr, said)) => evaluate(&expr, &said, ty),
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a word");
            for error in errors {
                assert!(error.at.start < error.at.end, "{error:?}");
                assert!(error.at.start <= source.len(), "{error:?}");
                assert!(!error.message.is_empty());
            }
        }
    }
}

fn evaluate(expr: &Expr, said: &Ty, ty: &str) {
    let world = world::prepared();
    let params = BTreeMap::new();
    for i in world.snapshot.of_type(ty).take(3) {
        let asker = Asker::new(world, Subject::Resource(i));
        let once = || {
            let subject = Value::Object(Node::Resource(world.node(i)));
            let mut frame = Frame::new(vec![subject, Value::Object(Node::Params(&params))]);
            let value = eval(&asker, expr, &mut frame);
            assert_eq!(frame.variables(), 2, "a loop left its element behind");
            value
        };
        let (one, two) = (once(), once());
        assert_eq!(format!("{one:?}"), format!("{two:?}"), "two evaluations differ");
        match one {
            Ok(value) => assert!(is(&value, said), "{value:?} is no {said}"),
            Err(Raised::Unknown(why)) => drop(format!("{why:?}")),
            Err(Raised::Error(why)) => assert!(!why.is_empty()),
        }
    }
}

/// Whether a value is of a type, as far as one can see from outside.
fn is(value: &EngineValue<'_>, ty: &Ty) -> bool {
    match (value, ty) {
        (Value::Null, Ty::Null | Ty::Nullable(_)) => true,
        (value, Ty::Nullable(ty)) => is(value, ty),
        (Value::Bool(_), Ty::Bool)
        | (Value::Num(_), Ty::Num)
        | (Value::Str(_), Ty::Str)
        | (Value::Object(_), Ty::Object(_) | Ty::Map(_) | Ty::Resource(_))
        | (_, Ty::Any) => true,
        (Value::List(items, _), Ty::List(ty)) => items.iter().all(|item| is(item, ty)),
        _ => false,
    }
}
