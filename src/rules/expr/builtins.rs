//! The functions of the language itself, those that need no host to answer.

use std::borrow::Cow;

use super::eval::{Evaluated, Host, Raised, Value, kind, value, wrong};
use super::frame::Cx;
use super::lists::closed;
use super::{Builtin, Expr};

/// Calls a builtin; the checker has seen that the arguments fit.
pub(super) fn call_builtin<'a, H: Host<'a> + ?Sized>(
    host: &H,
    builtin: Builtin,
    args: &'a [Expr],
    cx: &mut Cx<'_, 'a, H>,
) -> Evaluated<'a, H> {
    let [first, rest @ ..] = args else { return Err(wrong("an argument", "nothing")) };
    let second = rest.first().unwrap_or(first);
    Ok(match builtin {
        Builtin::Size => Value::Num(match value(host, first, cx)? {
            Value::List(items, open) => {
                closed(open)?;
                items.len()
            }
            Value::Str(s) => s.chars().count(),
            Value::Object(map) => host.map_size(&map),
            other => return Err(wrong("a list, map or string", kind(&other))),
        } as f64),
        Builtin::Lower => Value::Str(Cow::Owned(text(host, first, cx)?.to_ascii_lowercase())),
        Builtin::Join => match value(host, first, cx)? {
            Value::List(items, open) => {
                closed(open)?;
                let words = items.iter().map(|item| match item {
                    Value::Str(word) => word,
                    _ => "",
                });
                Value::Str(Cow::Owned(words.collect::<Vec<_>>().join(", ")))
            }
            other => return Err(wrong("a list", kind(&other))),
        },
        Builtin::ValueOr => match value(host, first, cx)? {
            Value::Null => value(host, second, cx)?,
            known => known,
        },
        Builtin::StartsWith | Builtin::EndsWith | Builtin::Contains => {
            let (s, part) = (text(host, first, cx)?, text(host, second, cx)?);
            Value::Bool(match builtin {
                Builtin::StartsWith => s.starts_with(&*part),
                Builtin::EndsWith => s.ends_with(&*part),
                _ => s.contains(&*part),
            })
        }
    })
}

fn text<'a, H: Host<'a> + ?Sized>(
    host: &H,
    expr: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Result<Cow<'a, str>, Raised<H::Unknown>> {
    match value(host, expr, cx)? {
        Value::Str(s) => Ok(s),
        other => Err(wrong("a string", kind(&other))),
    }
}
