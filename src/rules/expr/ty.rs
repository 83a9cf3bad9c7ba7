//! Types of expressions, read off the JSON Schemas of [`crate::model::types`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::Value as Json;

use crate::model::types::TypeInfo;
use crate::model::{ENDPOINT_TYPE, REGION_TYPE, types};

/// The type of an expression.
#[derive(Clone, PartialEq)]
pub enum Ty {
    /// Only null.
    Null,
    /// `bool`
    Bool,
    /// Any number.
    Num,
    /// `string`
    Str,
    /// A free document (a policy, say): may be tested for null and handed to functions.
    Any,
    /// `list(T)`
    List(Box<Ty>),
    /// `map(string, T)`
    Map(Box<Ty>),
    /// A structure with known fields.
    Object(Arc<Object>),
    /// A resource of one of these types.
    Resource(Arc<[String]>),
    /// A `T`, or null.
    Nullable(Box<Ty>),
}

/// A structure.
#[derive(PartialEq)]
pub struct Object {
    /// Its name in messages.
    pub name: String,
    /// Its fields.
    pub fields: BTreeMap<String, Ty>,
}

impl Ty {
    /// A resource of one type.
    pub fn resource(ty: &str) -> Ty {
        Ty::Resource(Arc::from([ty.to_owned()]))
    }

    /// `T` or null; never doubly so.
    pub fn nullable(self) -> Ty {
        match self {
            Ty::Nullable(_) | Ty::Null => self,
            other => Ty::Nullable(Box::new(other)),
        }
    }

    /// The type without null.
    pub fn non_null(&self) -> &Ty {
        match self {
            Ty::Nullable(inner) => inner,
            other => other,
        }
    }

    /// Whether it may be null.
    pub fn may_be_null(&self) -> bool {
        matches!(self, Ty::Nullable(_) | Ty::Null)
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Null => f.write_str("null"),
            Ty::Bool => f.write_str("bool"),
            Ty::Num => f.write_str("number"),
            Ty::Str => f.write_str("string"),
            Ty::Any => f.write_str("document"),
            Ty::List(of) => write!(f, "list({of})"),
            Ty::Map(of) => write!(f, "map(string, {of})"),
            Ty::Object(object) => f.write_str(&object.name),
            Ty::Resource(types) => f.write_str(&types.join(" or ")),
            Ty::Nullable(of) => write!(f, "{of} or null"),
        }
    }
}

impl fmt::Debug for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether `ty` is a resource type or subject type that rules may speak of.
pub fn is_known(ty: &str) -> bool {
    ty == REGION_TYPE || ty == ENDPOINT_TYPE || types::find(ty).is_some()
}

/// `properties` or `status` of a resource type; empty for subjects that have none.
pub fn part(ty: &str, part: &str) -> Arc<Object> {
    of(types::find(ty), format!("{ty} {part}"), part)
}

/// `properties` or `status` of a resource type as a fix sets them.
pub fn settable(ty: &str, part: &str) -> Arc<Object> {
    match types::find(ty) {
        // What is collected can be set, unless the type has settings of its own.
        known
            if types::settable(ty).is_some_and(|it| known.is_some_and(|k| std::ptr::eq(k, it))) =>
        {
            self::part(ty, part)
        }
        _ => of(types::settable(ty), format!("{ty} {part} to set"), part),
    }
}

fn of(info: Option<&TypeInfo>, name: String, part: &str) -> Arc<Object> {
    static KNOWN: LazyLock<Mutex<BTreeMap<String, Arc<Object>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(object) = known.get(&name) {
        return Arc::clone(object);
    }
    let schema = info.map(|info| match part {
        "properties" => (info.properties)(),
        _ => (info.status)(),
    });
    let object = match schema.map(|s| from_schema(&name, s.as_value())) {
        Some(Ty::Object(object)) => object,
        _ => Arc::new(Object { name: name.clone(), fields: BTreeMap::new() }),
    };
    known.insert(name, Arc::clone(&object));
    object
}

/// The type that a JSON Schema (subschemas inlined) describes.
fn from_schema(name: &str, schema: &Json) -> Ty {
    if let Some(options) = schema.get("anyOf").and_then(Json::as_array) {
        let mut inner = options.iter().filter(|o| o["type"] != "null");
        return inner.next().map_or(Ty::Null, |o| from_schema(name, o)).nullable();
    }
    let (kind, nullable) = match &schema["type"] {
        Json::String(kind) => (kind.as_str(), false),
        Json::Array(kinds) => (
            kinds.iter().filter_map(Json::as_str).find(|k| *k != "null").unwrap_or("null"),
            kinds.iter().any(|k| k == "null"),
        ),
        _ => return Ty::Any.nullable(),
    };
    let ty = match kind {
        "boolean" => Ty::Bool,
        "integer" | "number" => Ty::Num,
        "string" => Ty::Str,
        "array" => Ty::List(Box::new(from_schema(name, &schema["items"]))),
        "object" => object(name, schema),
        _ => Ty::Null,
    };
    if nullable { ty.nullable() } else { ty }
}

fn object(name: &str, schema: &Json) -> Ty {
    let Some(properties) = schema["properties"].as_object() else {
        return match schema.get("additionalProperties") {
            Some(of) if of.is_object() => Ty::Map(Box::new(from_schema(name, of))),
            _ => Ty::Object(Arc::new(Object { name: name.to_owned(), fields: BTreeMap::new() })),
        };
    };
    let fields = properties
        .iter()
        .map(|(field, schema)| (field.clone(), from_schema(&format!("{name} {field}"), schema)))
        .collect();
    Ty::Object(Arc::new(Object { name: name.to_owned(), fields }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_nullable_and_the_rest_is_not() {
        let props = part("AWS::RDS::DBInstance", "properties");
        assert_eq!(props.fields["Engine"], Ty::Str);
        assert_eq!(props.fields["MaxAllocatedStorage"], Ty::Num.nullable());
        let status = part("AWS::Synthetics::Canary", "status");
        assert!(matches!(status.fields["LastRun"].non_null(), Ty::Object(_)));
        assert!(status.fields["LastRun"].may_be_null());
        let topic = part("AWS::SNS::Topic", "status");
        assert_eq!(topic.fields["Policy"], Ty::Any.nullable());
    }
}
