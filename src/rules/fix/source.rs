//! A rule's fix, and a part that several fixes use, as they are written.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::model::FixRisk;
use crate::rules::source::TextSource;
use crate::rules::written::Placed;

/// What mends a failure: resources as they should be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixSource {
    /// What the fix risks.
    pub risk: FixRisk,
    /// What it must be told.
    #[serde(default)]
    pub asks: Vec<AskSource>,
    /// Parts it uses.
    #[serde(default)]
    pub uses: Vec<UseSource>,
    /// Resources as they should be.
    #[serde(default)]
    pub resources: Vec<DesiredSource>,
    /// What a person must do where no resource mends it; may hold `${expressions}`.
    #[serde(default)]
    pub manual: Option<Placed<TextSource>>,
}

/// Resources that several fixes use, once for each region and each set of arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartSource {
    /// Its name.
    pub part: Placed<String>,
    /// Names of its arguments, which are strings: `with.NAME`.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Names for expressions over `resource` (the region), `with` and `input`.
    #[serde(default, rename = "let")]
    pub definitions: Placed<BTreeMap<String, Placed<String>>>,
    /// What it must be told.
    #[serde(default)]
    pub asks: Vec<AskSource>,
    /// Other parts that it uses.
    #[serde(default)]
    pub uses: Vec<UseSource>,
    /// Resources as they should be.
    #[serde(default)]
    pub resources: Vec<DesiredSource>,
}

/// What a fix must be told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskSource {
    /// Keys of audit.toml, of which one is enough.
    pub keys: Vec<Placed<String>>,
    /// Only then.
    #[serde(default)]
    pub when: Option<Placed<String>>,
}

/// A part that a fix uses.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UseSource {
    /// Its name.
    pub part: Placed<String>,
    /// A list of strings: once for each, which is called `each`.
    #[serde(default)]
    pub each: Option<Placed<String>>,
    /// Only then.
    #[serde(default)]
    pub when: Option<Placed<String>>,
    /// Its arguments; may hold `${expressions}`.
    #[serde(default)]
    pub with: BTreeMap<Placed<String>, Placed<String>>,
}

/// A resource as it should be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DesiredSource {
    /// A name, by which others say that they come after it; in fixes that use a part, `part.name`.
    #[serde(default, rename = "as")]
    pub name: Option<Placed<String>>,
    /// CloudFormation resource type.
    #[serde(rename = "type")]
    pub ty: Placed<String>,
    /// Its physical id; may hold `${expressions}`.
    pub id: Placed<String>,
    /// A list of strings: one resource for each, which is called `each`.
    #[serde(default)]
    pub each: Option<Placed<String>>,
    /// Only then.
    #[serde(default)]
    pub when: Option<Placed<String>>,
    /// Whether one that is there is good enough, however it is set.
    #[serde(default)]
    pub only_if_missing: bool,
    /// What it risks, if not what the fix does.
    #[serde(default)]
    pub risk: Option<FixRisk>,
    /// Names of resources that must be there before.
    #[serde(default)]
    pub after: Vec<Placed<String>>,
    /// Properties in CloudFormation's names; strings may hold `${expressions}`.
    #[serde(default)]
    pub properties: Placed<TemplateSource>,
    /// Settable facts of the running system in the API's names.
    #[serde(default)]
    pub status: Placed<TemplateSource>,
    /// What a person must do once it is there; may hold `${expressions}`.
    #[serde(default)]
    pub then: Option<Placed<TextSource>>,
}

/// A document whose strings may hold `${expressions}`, with the place of every piece.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TemplateSource {
    /// Nothing.
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Placed<TemplateSource>>),
    /// Keys with values.
    Map(BTreeMap<Placed<String>, Placed<TemplateSource>>),
}

/// In a schema, anything.
impl JsonSchema for TemplateSource {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Template".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::default()
    }
}

impl<'de> Deserialize<'de> for TemplateSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TemplateSource, D::Error> {
        deserializer.deserialize_any(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = TemplateSource;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<TemplateSource, E> {
        Ok(TemplateSource::Null)
    }

    fn visit_bool<E: Error>(self, b: bool) -> Result<TemplateSource, E> {
        Ok(TemplateSource::Bool(b))
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<TemplateSource, E> {
        Ok(TemplateSource::Number(n.into()))
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<TemplateSource, E> {
        Ok(TemplateSource::Number(n.into()))
    }

    fn visit_f64<E: Error>(self, n: f64) -> Result<TemplateSource, E> {
        let number = serde_json::Number::from_f64(n);
        number
            .map(TemplateSource::Number)
            .ok_or_else(|| E::custom(format!("{n} is no number here")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TemplateSource, E> {
        Ok(TemplateSource::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<TemplateSource, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(TemplateSource::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<TemplateSource, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((key, value)) = entries.next_entry()? {
            map.insert(key, value);
        }
        Ok(TemplateSource::Map(map))
    }
}
