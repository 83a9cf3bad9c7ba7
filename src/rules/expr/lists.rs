//! Lists that may not be known in full: what can be said of them all the same.

use super::eval::{
    Evaluated, Host, HostOpen, HostValue, Open, Raised, Truth, Value, kind, truth, value, wrong,
};
use super::frame::Cx;
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
    cx: &mut Cx<'_, 'a, H>,
) -> Evaluated<'a, H> {
    let (items, open) = match value(host, list, cx)? {
        Value::List(items, open) => (items, open),
        other => return Err(wrong("a list", kind(&other))),
    };
    match kind_of {
        Comprehension::Exists => any(host, items, open, body, cx, true).map(Value::Bool),
        Comprehension::All => any(host, items, open, body, cx, false).map(|b| Value::Bool(!b)),
        Comprehension::ExistsOne => {
            let mut found = 0;
            for item in items {
                found += usize::from(with(cx, item, |cx| truth(host, body, cx))?);
            }
            closed(open)?;
            Ok(Value::Bool(found == 1))
        }
        Comprehension::Filter => Ok(filter(host, items, open, body, cx)),
        Comprehension::Map => {
            let mut mapped = Vec::new();
            for item in items {
                mapped.push(with(cx, item, |cx| value(host, body, cx))?);
            }
            let reopened = open.into_iter().map(|Open { element, why }| {
                let element = element.and_then(|e| with(cx, *e, |cx| value(host, body, cx)).ok());
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
    cx: &mut Cx<'_, 'a, H>,
) -> HostValue<'a, H> {
    let (mut kept, mut still_open) = (Vec::new(), Vec::new());
    for item in items {
        match with(cx, item.clone(), |cx| truth(host, body, cx)) {
            Ok(true) => kept.push(item),
            Ok(false) => {}
            Err(why) => still_open.push(Open { element: Some(Box::new(item)), why }),
        }
    }
    still_open.extend(open.into_iter().filter(|open| match &open.element {
        Some(e) => !matches!(with(cx, (**e).clone(), |cx| truth(host, body, cx)), Ok(false)),
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
    cx: &mut Cx<'_, 'a, H>,
    wanted: bool,
) -> Truth<'a, H> {
    let mut raised = None;
    for item in items {
        match with(cx, item, |cx| truth(host, body, cx)) {
            Ok(b) if b == wanted => return Ok(true),
            Ok(_) => {}
            Err(e) => raised = raised.or(Some(e)),
        }
    }
    for Open { element, why } in open {
        let decided = element.map(|e| with(cx, *e, |cx| truth(host, body, cx)));
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

fn with<'a, H: Host<'a> + ?Sized, R>(
    cx: &mut Cx<'_, 'a, H>,
    value: HostValue<'a, H>,
    then: impl FnOnce(&mut Cx<'_, 'a, H>) -> R,
) -> R {
    cx.frame.vars.push(value);
    let result = then(cx);
    cx.frame.vars.pop();
    result
}
