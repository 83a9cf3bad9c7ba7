//! What an expression holds when it holds an object: a resource, a piece of one, a subject.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value as Owned;

use super::endpoints::Endpoint;
use super::gaps::{FieldGap, GapId, TypeGaps};
use super::reason::{Reason, Unknown};
use crate::model::{ENDPOINT_TYPE, GLOBAL};
use crate::rules::expr::{Raised, Value};
use crate::snapshot::{Json, Kind, ResourceView};

/// A value of the engine.
pub type EngineValue<'a> = Value<'a, Node<'a>, Unknown>;
/// A result of the engine.
pub type EngineResult<'a> = Result<EngineValue<'a>, Raised<Unknown>>;

/// An object in an expression.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A resource, with what could not be read of its type.
    Resource(ResourceNode<'a>),
    /// `properties` of a resource.
    Properties(ResourceNode<'a>),
    /// `status` of a resource.
    Status(ResourceNode<'a>),
    /// Any other structure.
    Json(Json<'a>),
    /// An account or a region: type, account, region.
    Subject(&'static str, &'a str, &'a str),
    /// `properties` or `status` of an account or a region that the snapshot holds nothing of: type, account, region.
    Missing(&'static str, &'a str, &'a str),
    /// Something that users reach.
    Endpoint(&'a Endpoint),
    /// A rule's parameters.
    Params(&'a BTreeMap<String, Owned>),
}

/// A resource with what could not be read of its type.
#[derive(Clone, Copy, Debug)]
pub struct ResourceNode<'a> {
    /// Its place in the snapshot.
    pub i: u32,
    /// Itself.
    pub view: ResourceView<'a>,
    /// What could not be read.
    pub gaps: &'a TypeGaps,
}

impl<'a> ResourceNode<'a> {
    /// The gap that hides a field of `properties` or `status`.
    pub fn gap(&self, part: &str, field: &str) -> Option<GapId> {
        let hides = |gap: &&FieldGap| {
            let path = gap.path.strip_prefix(part);
            path.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('.') == Some(field))
                && (gap.resources.is_empty()
                    || gap.resources.iter().any(|id| *id == self.view.id()))
        };
        self.gaps.fields.iter().find(hides).map(|gap| gap.gap)
    }

    /// A field of `properties`.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn property(&self, field: &str) -> Result<Option<Json<'a>>, Unknown> {
        self.read("properties", self.view.properties(), field)
    }

    /// A field of `status`.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn status(&self, field: &str) -> Result<Option<Json<'a>>, Unknown> {
        self.read("status", self.view.status(), field)
    }

    /// A string of `properties`.
    ///
    /// # Errors
    /// When it could not be read, or is something else.
    pub fn text(&self, field: &str) -> Result<Option<Cow<'a, str>>, Unknown> {
        self.typed(field, self.property(field)?, Json::as_str)
    }

    /// The strings of a list of `properties`; none when it is absent.
    ///
    /// # Errors
    /// When it could not be read, or is something else.
    pub fn texts(&self, field: &str) -> Result<Vec<Cow<'a, str>>, Unknown> {
        let list = |value: Json<'a>| match value.kind() {
            Kind::Array => value.elements().map(Json::as_str).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        Ok(self.typed(field, self.property(field)?, list)?.unwrap_or_default())
    }

    /// A bool of `properties`.
    ///
    /// # Errors
    /// When it could not be read, or is something else.
    pub fn flag(&self, field: &str) -> Result<Option<bool>, Unknown> {
        self.typed(field, self.property(field)?, Json::as_bool)
    }

    /// A number of `properties`.
    ///
    /// # Errors
    /// When it could not be read, or is something else.
    pub fn number(&self, field: &str) -> Result<Option<f64>, Unknown> {
        self.typed(field, self.property(field)?, Json::as_f64)
    }

    /// A string of `status`.
    ///
    /// # Errors
    /// When it could not be read, or is something else.
    pub fn status_text(&self, field: &str) -> Result<Option<Cow<'a, str>>, Unknown> {
        self.typed(field, self.status(field)?, Json::as_str)
    }

    /// What is there but of another kind than the schema says must not read as absent.
    fn typed<T>(
        &self,
        field: &str,
        value: Option<Json<'a>>,
        read: impl Fn(Json<'a>) -> Option<T>,
    ) -> Result<Option<T>, Unknown> {
        value
            .map(|value| {
                let what = || Reason::Malformed(format!("{field} of {}", self.view.id()));
                read(value).ok_or_else(|| what().into())
            })
            .transpose()
    }

    fn read(&self, part: &str, json: Json<'a>, field: &str) -> Result<Option<Json<'a>>, Unknown> {
        self.known(part, field, || json.get(field))
    }

    /// A field of a part of it, if it could be read; null counts as absent.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn known(
        &self,
        part: &str,
        field: &str,
        get: impl FnOnce() -> Option<Json<'a>>,
    ) -> Result<Option<Json<'a>>, Unknown> {
        match self.gap(part, field) {
            Some(gap) => Err(Unknown::Gap(gap)),
            None => Ok(get().filter(|value| !value.is_null())),
        }
    }
}

impl<'a> Node<'a> {
    /// The field `name`.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn field(self, name: &str) -> EngineResult<'a> {
        match self {
            Node::Resource(resource) => Ok(resource_field(resource, name)),
            Node::Properties(resource) => known(resource.property(name)),
            Node::Status(resource) => known(resource.status(name)),
            Node::Json(json) => Ok(from_json_or_null(json.get(name))),
            Node::Subject(ty, account, region) => Ok(subject_field(ty, account, region, name)),
            Node::Endpoint(endpoint) => Ok(endpoint_field(endpoint, name)),
            Node::Missing(..) => Ok(Value::Null),
            Node::Params(params) => Ok(params.get(name).map_or(Value::Null, from_owned)),
        }
    }

    /// How many fields a map has.
    pub fn size(self) -> usize {
        match self {
            Node::Properties(resource) => resource.view.properties().entries().count(),
            Node::Status(resource) => resource.view.status().entries().count(),
            Node::Json(json) => json.entries().count(),
            Node::Params(params) => params.len(),
            _ => 0,
        }
    }
}

/// A field that was looked up, as expressions see it.
pub fn known<'a>(value: Result<Option<Json<'a>>, Unknown>) -> EngineResult<'a> {
    value.map(from_json_or_null).map_err(Raised::Unknown)
}

fn resource_field<'a>(resource: ResourceNode<'a>, name: &str) -> EngineValue<'a> {
    let view = resource.view;
    match name {
        "properties" => Value::Object(Node::Properties(resource)),
        "status" => Value::Object(Node::Status(resource)),
        "tags" => Value::Object(Node::Json(view.tags())),
        "id" => Value::Str(view.id()),
        "arn" => Value::Str(view.arn()),
        "name" => Value::Str(view.name()),
        "account" => Value::Str(view.account().into()),
        "region" => Value::Str(view.region().into()),
        "type" => Value::Str(view.ty().into()),
        _ => Value::Null,
    }
}

fn subject_field<'a>(
    ty: &'static str,
    account: &'a str,
    region: &'a str,
    name: &str,
) -> EngineValue<'a> {
    let id = if ty == crate::model::REGION_TYPE { region } else { account };
    Value::Str(match name {
        "type" => ty.into(),
        "account" => account.into(),
        "region" => region.into(),
        "id" | "name" => id.into(),
        "arn" => "".into(),
        _ => return Value::Object(Node::Missing(ty, account, region)),
    })
}

fn endpoint_field<'a>(endpoint: &'a Endpoint, name: &str) -> EngineValue<'a> {
    match name {
        "id" | "name" => Value::Str(endpoint.url.as_str().into()),
        _ => subject_field(ENDPOINT_TYPE, &endpoint.account, GLOBAL, name),
    }
}

fn from_json_or_null(json: Option<Json<'_>>) -> EngineValue<'_> {
    json.map_or(Value::Null, from_json)
}

/// A value as expressions see it.
pub fn from_json(json: Json<'_>) -> EngineValue<'_> {
    match json.kind() {
        Kind::Null => Value::Null,
        Kind::Bool => json.as_bool().map_or(Value::Null, Value::Bool),
        Kind::Number => json.as_f64().map_or(Value::Null, Value::Num),
        Kind::String => json.as_str().map_or(Value::Null, Value::Str),
        Kind::Array => Value::List(json.elements().map(from_json).collect(), Vec::new()),
        Kind::Object => Value::Object(Node::Json(json)),
    }
}

fn from_owned(value: &Owned) -> EngineValue<'_> {
    match value {
        Owned::Bool(b) => Value::Bool(*b),
        Owned::Number(n) => n.as_f64().map_or(Value::Null, Value::Num),
        Owned::String(s) => Value::Str(s.as_str().into()),
        Owned::Array(items) => Value::List(items.iter().map(from_owned).collect(), Vec::new()),
        Owned::Null | Owned::Object(_) => Value::Null,
    }
}
