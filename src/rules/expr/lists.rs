//! Lists that may not be known in full: what can be said of them all the same.

use super::eval::{
    Evaluated, Host, HostOpen, HostValue, Open, Raised, Truth, Value, eval, kind, truth, wrong,
};
use super::{Comprehension, Expr};

/// Evaluates a comprehension.
///
/// # Errors
/// Nothing that is known decides it.
pub fn comprehension<'a, H: Host<'a> + ?Sized>(
    host: &H,
    kind_of: Comprehension,
    list: &'a Expr,
    body: &'a Expr,
    vars: &mut Vec<HostValue<'a, H>>,
) -> Evaluated<'a, H> {
    let (items, open) = match eval(host, list, vars)? {
        Value::List(items, open) => (items, open),
        other => return Err(wrong("a list", kind(&other))),
    };
    match kind_of {
        Comprehension::Exists => any(host, items, open, body, vars, true).map(Value::Bool),
        Comprehension::All => any(host, items, open, body, vars, false).map(|b| Value::Bool(!b)),
        Comprehension::ExistsOne => {
            let mut found = 0;
            for item in items {
                found += usize::from(with(vars, item, |vars| truth(host, body, vars))?);
            }
            closed(open)?;
            Ok(Value::Bool(found == 1))
        }
        Comprehension::Filter => Ok(filter(host, items, open, body, vars)),
        Comprehension::Map => {
            let mut mapped = Vec::new();
            for item in items {
                mapped.push(with(vars, item, |vars| eval(host, body, vars))?);
            }
            let reopened = open.into_iter().map(|Open { element, why }| {
                let element =
                    element.and_then(|e| with(vars, *e, |vars| eval(host, body, vars)).ok());
                Open { element: element.map(Box::new), why }
            });
            Ok(Value::List(mapped, reopened.collect()))
        }
    }
}

/// Elements whose body is true; those of which that cannot be told stay open.
fn filter<'a, H: Host<'a> + ?Sized>(
    host: &H,
    items: Vec<HostValue<'a, H>>,
    open: Vec<HostOpen<'a, H>>,
    body: &'a Expr,
    vars: &mut Vec<HostValue<'a, H>>,
) -> HostValue<'a, H> {
    let (mut kept, mut still_open) = (Vec::new(), Vec::new());
    for item in items {
        match with(vars, item.clone(), |vars| truth(host, body, vars)) {
            Ok(true) => kept.push(item),
            Ok(false) => {}
            Err(why) => still_open.push(Open { element: Some(Box::new(item)), why }),
        }
    }
    still_open.extend(open.into_iter().filter(|open| match &open.element {
        Some(e) => !matches!(with(vars, (**e).clone(), |vars| truth(host, body, vars)), Ok(false)),
        None => true,
    }));
    Value::List(kept, still_open)
}

/// Whether some element's body is `wanted`; raises only if no element that could be read decides. An
/// element that is only perhaps there can raise, never decide.
fn any<'a, H: Host<'a> + ?Sized>(
    host: &H,
    items: Vec<HostValue<'a, H>>,
    open: Vec<HostOpen<'a, H>>,
    body: &'a Expr,
    vars: &mut Vec<HostValue<'a, H>>,
    wanted: bool,
) -> Truth<'a, H> {
    let mut raised = None;
    for item in items {
        match with(vars, item, |vars| truth(host, body, vars)) {
            Ok(b) if b == wanted => return Ok(true),
            Ok(_) => {}
            Err(e) => raised = raised.or(Some(e)),
        }
    }
    for Open { element, why } in open {
        let decided = element.map(|e| with(vars, *e, |vars| truth(host, body, vars)));
        if !matches!(decided, Some(Ok(b)) if b != wanted) {
            raised = raised.or(Some(why));
        }
    }
    raised.map_or(Ok(false), Err)
}

/// Raises if anything more may be in the list.
pub fn closed<O, U>(open: Vec<Open<'_, O, U>>) -> Result<(), Raised<U>> {
    open.into_iter().next().map_or(Ok(()), |open| Err(open.why))
}

fn with<V, R>(vars: &mut Vec<V>, value: V, then: impl FnOnce(&mut Vec<V>) -> R) -> R {
    vars.push(value);
    let result = then(vars);
    vars.pop();
    result
}
