//! Whether an event pattern takes an event.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>. What is not
//! documented there leaves the answer open.

use std::net::IpAddr;

use serde_json::{Map, Value};

use crate::engine::maybe::Maybe;

/// Stands in a sample for a value that is there and differs from event to event: what asks for it stays open.
pub const ANYTHING: &str = "\u{fffc}";

/// Stands in a sample for what may be there, null, or not there at all.
pub const PERHAPS: &str = "\u{fffd}";

/// Whether a value of a sample stands for others.
fn stands_for_others(value: &Value) -> Option<Maybe> {
    let is_unknown = value == ANYTHING || value == PERHAPS;
    is_unknown.then(|| Maybe::Open("a value that differs from message to message".to_owned()))
}

/// Whether `pattern` takes `event`.
pub fn takes(pattern: &Value, event: &Value) -> Maybe {
    match pattern.as_object() {
        Some(keys) if !keys.is_empty() => object(keys, Some(event)),
        // EventBridge accepts no empty pattern, and nothing else than an object.
        _ => Maybe::Open("a pattern that is no object".to_owned()),
    }
}

/// Whether all keys of a pattern hold of a piece of the event; `None` where the event has none.
fn object(keys: &Map<String, Value>, event: Option<&Value>) -> Maybe {
    Maybe::all(keys.iter().map(|(key, wanted)| match (key.as_str(), wanted) {
        ("$or", Value::Array(ways)) if ways.len() > 1 && ways.iter().all(Value::is_object) => {
            Maybe::any(ways.iter().map(|way| nested(way, event)))
        }
        _ => {
            let piece = event.and_then(|event| event.get(key));
            match wanted {
                Value::Object(_) => nested(wanted, piece),
                Value::Array(alternatives) => leaf(alternatives, piece),
                _ => Maybe::Open(format!("the value of {key}, which is neither list nor object")),
            }
        }
    }))
}

/// Whether a nested pattern holds; of a list of objects one has to fit as a whole.
fn nested(pattern: &Value, event: Option<&Value>) -> Maybe {
    let Some(keys) = pattern.as_object() else {
        return Maybe::Open("a pattern that is no object".to_owned());
    };
    match event {
        Some(Value::Array(items)) => Maybe::any(items.iter().map(|item| object(keys, Some(item)))),
        event => event.and_then(stands_for_others).unwrap_or_else(|| object(keys, event)),
    }
}

/// Whether one of the alternatives holds of a value; of a list one element has to fit.
fn leaf(alternatives: &[Value], event: Option<&Value>) -> Maybe {
    Maybe::any(alternatives.iter().map(|alternative| match event {
        Some(Value::Array(items)) => {
            // A list is there, even when it is empty.
            match alternative.get("exists") {
                Some(_) => matches(alternative, event),
                None => Maybe::any(items.iter().map(|item| matches(alternative, Some(item)))),
            }
        }
        event => matches(alternative, event),
    }))
}

/// Whether an alternative holds of one value.
fn matches(alternative: &Value, value: Option<&Value>) -> Maybe {
    let asks_presence = alternative.get("exists").is_some() && value != Some(&PERHAPS.into());
    if let Some(open) = value.and_then(stands_for_others).filter(|_| !asks_presence) {
        return open;
    }
    let Value::Object(operator) = alternative else {
        return value.map_or(Maybe::No, |value| equals(alternative, value));
    };
    let mut operators = operator.iter();
    let (Some((name, operand)), None) = (operators.next(), operators.next()) else {
        return Maybe::Open("an object of several operators".to_owned());
    };
    if name == "exists" {
        return exists(operand, value);
    }
    // Every other operator asks for a value that is there.
    let Some(value) = value else { return Maybe::No };
    match (name.as_str(), operand) {
        ("prefix", operand) => edge(operand, value, |text, start| text.starts_with(start)),
        ("suffix", operand) => edge(operand, value, |text, end| text.ends_with(end)),
        ("equals-ignore-case", Value::String(wanted)) => {
            text(value, |text| text.to_lowercase() == wanted.to_lowercase())
        }
        ("wildcard", Value::String(pattern)) => text(value, |text| like(pattern, text)),
        ("anything-but", operand) => anything_but(operand, value),
        ("numeric", Value::Array(bounds)) => numeric(bounds, value),
        ("cidr", Value::String(range)) => cidr(range, value),
        (name, _) => Maybe::Open(format!("the operator {name}")),
    }
}

fn equals(wanted: &Value, value: &Value) -> Maybe {
    match (wanted, value) {
        // Numbers are compared as they are written, which the event's own spelling decides.
        (Value::Number(a), Value::Number(b)) if a != b && a.as_f64() == b.as_f64() => {
            Maybe::Open(format!("whether the number is written {a} or {b}"))
        }
        (wanted, value) => Maybe::of(wanted == value),
    }
}

fn exists(wanted: &Value, value: Option<&Value>) -> Maybe {
    match (wanted, value) {
        // It works on leaves only.
        (Value::Bool(_), Some(Value::Object(_))) => {
            Maybe::Open("exists of something that is no leaf".to_owned())
        }
        (Value::Bool(wanted), value) => Maybe::of(*wanted == value.is_some()),
        _ => Maybe::Open("exists of neither true nor false".to_owned()),
    }
}

fn text(value: &Value, holds: impl Fn(&str) -> bool) -> Maybe {
    Maybe::of(value.as_str().is_some_and(holds))
}

/// A beginning or an end, perhaps without case.
fn edge(operand: &Value, value: &Value, is_at: impl Fn(&str, &str) -> bool) -> Maybe {
    match (operand.as_str(), operand["equals-ignore-case"].as_str()) {
        (Some(wanted), _) => text(value, |text| is_at(text, wanted)),
        (None, Some(wanted)) => {
            text(value, |text| is_at(&text.to_lowercase(), &wanted.to_lowercase()))
        }
        (None, None) => Maybe::Open("the operand of prefix or suffix".to_owned()),
    }
}

/// A value that is none of these; `operand` is a value, a list of them, or an operator on texts.
fn anything_but(operand: &Value, value: &Value) -> Maybe {
    match operand {
        Value::Object(inner) => {
            let mut inner = inner.iter();
            let (Some((name, operand)), None) = (inner.next(), inner.next()) else {
                return Maybe::Open("anything-but of several operators".to_owned());
            };
            if !["prefix", "suffix", "wildcard", "equals-ignore-case"].contains(&name.as_str()) {
                return Maybe::Open(format!("anything-but with {name}"));
            }
            let excluded = one_or_more(operand).iter().map(|operand| {
                let operator = Map::from_iter([(name.clone(), operand.clone())]);
                matches(&Value::Object(operator), Some(value))
            });
            Maybe::any(excluded.collect::<Vec<_>>()).opposite()
        }
        operand => {
            Maybe::any(one_or_more(operand).iter().map(|wanted| equals(wanted, value))).opposite()
        }
    }
}

fn one_or_more(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// Pairs of a comparison and a number, all of which hold.
fn numeric(bounds: &[Value], value: &Value) -> Maybe {
    let Some(value) = value.as_f64() else { return Maybe::No };
    if bounds.is_empty() || !bounds.len().is_multiple_of(2) {
        return Maybe::Open("numeric without pairs".to_owned());
    }
    Maybe::all(bounds.chunks(2).map(|pair| {
        let (Some(sign), Some(bound)) = (pair[0].as_str(), pair[1].as_f64()) else {
            return Maybe::Open("numeric without numbers".to_owned());
        };
        match sign {
            "=" => Maybe::of(value == bound),
            "<" => Maybe::of(value < bound),
            "<=" => Maybe::of(value <= bound),
            ">" => Maybe::of(value > bound),
            ">=" => Maybe::of(value >= bound),
            other => Maybe::Open(format!("numeric with {other}")),
        }
    }))
}

fn cidr(range: &str, value: &Value) -> Maybe {
    let Some(address) = value.as_str().and_then(|text| text.parse::<IpAddr>().ok()) else {
        return Maybe::No;
    };
    let parts = range.split_once('/');
    let parsed = parts.and_then(|(net, bits)| Some((net.parse().ok()?, bits.parse::<u32>().ok()?)));
    let shared = |a: u128, b: u128, width: u32, bits: u32| {
        bits == 0 || (a ^ b).checked_shr(width - bits).unwrap_or(0) == 0
    };
    match (parsed, address) {
        (Some((IpAddr::V4(net), bits)), IpAddr::V4(it)) if bits <= 32 => {
            Maybe::of(shared(u32::from(net).into(), u32::from(it).into(), 32, bits))
        }
        (Some((IpAddr::V6(net), bits)), IpAddr::V6(it)) if bits <= 128 => {
            Maybe::of(shared(net.into(), it.into(), 128, bits))
        }
        (Some((net, _)), it) if net.is_ipv4() != it.is_ipv4() => Maybe::No,
        _ => Maybe::Open(format!("the range {range}")),
    }
}

/// `*` stands for any number of characters, `\*` and `\\` for themselves.
fn like(pattern: &str, text: &str) -> bool {
    let mut pieces = vec![String::new()];
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '*' => pieces.push(String::new()),
            '\\' => {
                let escaped = characters.next();
                if let Some(piece) = pieces.last_mut() {
                    piece.extend(escaped);
                }
            }
            c => {
                if let Some(piece) = pieces.last_mut() {
                    piece.push(c);
                }
            }
        }
    }
    let Some((first, rest)) = pieces.split_first() else { return false };
    let Some(mut left) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return left.is_empty() };
    for piece in middle {
        let Some(at) = left.find(piece.as_str()) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last.as_str())
}

#[cfg(test)]
#[path = "pattern_tests.rs"]
mod tests;
