//! Whether an answer holds settings that this version has never heard of. What is replaced whole would
//! lose them, and the SDK leaves out in silence what it does not know.

use std::sync::{Arc, OnceLock};

use aws_smithy_cbor::Decoder;
use aws_smithy_cbor::data::Type;
use aws_smithy_cbor::decode::DeserializeError;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

use crate::fix::handler::Refused;
use crate::model::Op;

use super::gate::impossible;

/// Levels of an answer; AWS's own stay far below.
const MAX_DEPTH: usize = 64;

/// Looks for keys in an answer, at whatever depth, that are none of these words.
#[derive(Clone, Debug)]
pub struct Known {
    words: &'static str,
    unknown: Arc<OnceLock<String>>,
}

impl Known {
    /// Nothing but these words is known.
    pub fn of(words: &'static str) -> Known {
        Known { words, unknown: Arc::default() }
    }

    /// That nothing unknown was found so far.
    pub fn is_all(&self, op: &'static Op) -> Result<(), Refused> {
        match self.unknown.get() {
            Some(key) => Err(impossible(
                op,
                format!(
                    "this version does not know the setting {key} and could not put it back; change \
                     it by hand"
                ),
            )),
            None => Ok(()),
        }
    }
}

impl Intercept for Known {
    fn name(&self) -> &'static str {
        "Known"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        if !response.status().is_success() {
            return Ok(());
        }
        let body = response.body().bytes().unwrap_or_default();
        let is_known = |key: &String| self.words.split_whitespace().any(|known| known == key);
        if let Some(key) = keys(body)?.into_iter().find(|key| !is_known(key)) {
            self.unknown.get_or_init(|| key);
        }
        Ok(())
    }
}

/// Every key of a JSON or CBOR document.
fn keys(body: &[u8]) -> Result<Vec<String>, BoxError> {
    let mut found = Vec::new();
    // In CBOR, a byte like that of `{` begins a text.
    if body.first() == Some(&b'{') {
        keys_of_json(&serde_json::from_slice(body)?, &mut found);
    } else {
        keys_of_cbor(&mut Decoder::new(body), MAX_DEPTH, &mut found)?;
    }
    Ok(found)
}

fn keys_of_json(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.keys().cloned());
            map.values().for_each(|value| keys_of_json(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| keys_of_json(item, found)),
        _ => {}
    }
}

fn keys_of_cbor(
    decoder: &mut Decoder<'_>,
    depth: usize,
    found: &mut Vec<String>,
) -> Result<(), DeserializeError> {
    let ty = decoder.datatype()?;
    let is_map = matches!(ty, Type::Map | Type::MapIndef);
    let length = match ty {
        _ if depth == 0 => {
            return Err(DeserializeError::custom("too many levels", decoder.position()));
        }
        Type::Map | Type::MapIndef => decoder.map()?,
        Type::Array | Type::ArrayIndef => decoder.list()?,
        _ => return decoder.skip(),
    };
    let mut left = length;
    while left != Some(0) {
        if left.is_none() && decoder.datatype()? == Type::Break {
            return decoder.skip();
        }
        if is_map {
            found.push(decoder.string()?);
        }
        keys_of_cbor(decoder, depth - 1, found)?;
        left = left.map(|left| left - 1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_smithy_cbor::Encoder;

    use super::*;

    #[test]
    fn keys_of_both_formats_are_found_at_every_depth() {
        let json = keys(br#"{"a": [{"b": {"c": 1}}], "d": "{"}"#).expect("JSON");
        assert_eq!(json, ["a", "d", "b", "c"]);

        let mut encoder = Encoder::new(Vec::new());
        encoder.begin_map().str("a").array(2).map(1).str("b").integer(1).str("text");
        encoder.str("c").double(1.5).end();
        assert_eq!(keys(&encoder.into_writer()).expect("CBOR"), ["a", "b", "c"]);
    }

    #[test]
    fn what_is_cut_or_endless_is_an_error() {
        assert!(keys(br#"{"a": "#).is_err());
        assert!(keys(&[]).is_err());
        assert!(keys(&[0xbf, 0x61, b'a']).is_err());
        assert!(keys(&[0x9f; 100]).is_err());
    }
}
