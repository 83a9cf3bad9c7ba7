//! A rule file as it is written, with the place of everything that may be complained about.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::Spanned;

use super::diagnostic::{Diagnostic, SourceFile};
use crate::model::{FixRisk, Severity};

/// One rule file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSource {
    /// Unique name: lower-case words joined by hyphens.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// Section of the catalogue.
    #[schemars(with = "String")]
    pub section: Spanned<String>,
    /// How much a failure matters.
    pub severity: Severity,
    /// What holds when the rule passes.
    pub title: TextSource,
    /// Resource type, or types, the rule speaks of: one finding per resource.
    #[serde(rename = "for")]
    pub subjects: OneOrMore,
    /// Names for expressions over `resource` and `params`, usable in all expressions of the rule.
    #[serde(default, rename = "let")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub definitions: BTreeMap<String, Spanned<String>>,
    /// Conditions that must hold; the first that is false makes the finding `not_applicable`.
    #[serde(default, rename = "where")]
    pub conditions: Vec<ConditionSource>,
    /// Conditions under which AWS's answer cannot tell; the first that is true makes it `unknown`.
    #[serde(default)]
    pub undecided: Vec<ConditionSource>,
    /// The condition that passes.
    #[schemars(with = "String")]
    pub require: Spanned<String>,
    /// Numbers, strings and lists that audit.toml may override.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub params: BTreeMap<String, Spanned<serde_json::Value>>,
    /// What a failure says; may hold `${expressions}`.
    pub message: TextSource,
    /// Why it matters.
    pub why: TextSource,
    /// What to do.
    pub remediation: TextSource,
    /// Pages of the AWS documentation.
    #[serde(default)]
    pub references: Vec<String>,
    /// Controls of published frameworks that ask the same.
    #[serde(default)]
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// What mends it.
    #[serde(default)]
    pub fix: Option<FixSource>,
}

/// A string or a list of strings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

/// Words in one or both languages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextSource {
    /// English.
    #[schemars(with = "Option<String>")]
    pub en: Option<Spanned<String>>,
    /// Japanese.
    #[schemars(with = "Option<String>")]
    pub ja: Option<Spanned<String>>,
}

/// A condition with the reason it gives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionSource {
    /// The condition.
    #[schemars(with = "String")]
    pub when: Spanned<String>,
    /// What the finding says.
    pub reason: TextSource,
}

/// What mends it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixSource {
    /// What the fix risks.
    pub risk: FixRisk,
}

/// Parses a YAML file strictly.
///
/// # Errors
/// The first complaint of the YAML parser, at its place.
pub fn parse<T: DeserializeOwned>(file: &SourceFile) -> Result<T, Diagnostic> {
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(&file.text, options).map_err(|error| {
        let at = error.location().map_or(0..1, |location| {
            let start = usize_of(location.span().byte_offset().unwrap_or(0));
            start..start + usize_of(location.span().byte_len().unwrap_or(1)).max(1)
        });
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(words, _)| words);
        Diagnostic::new(file, at, message)
    })
}

/// The bytes of the file that `value` was written in.
pub fn place<T>(value: &Spanned<T>) -> Range<usize> {
    let span = value.referenced.span();
    let start = usize_of(span.byte_offset().unwrap_or(0));
    start..start + usize_of(span.byte_len().unwrap_or(1)).max(1)
}

/// The bytes of the file that the bytes `at` of a scalar's value were written in.
///
/// Holds for plain one-line scalars and for `|` literals, whose lines differ only by indentation.
pub fn place_in(value: &Spanned<String>, file: &SourceFile, at: &Range<usize>) -> Range<usize> {
    let start = place(value).start;
    let quoted = usize::from(file.text[start..].starts_with(['\'', '"']));
    let indent = usize_of(value.referenced.column().saturating_sub(1));
    let to_file = |offset: usize| {
        let before = &value.value[..offset.min(value.value.len())];
        // Blank lines inside a literal carry no indentation in the value and may carry none in the file.
        let mut at = start + quoted;
        for line in before.split_inclusive('\n') {
            let in_file = file
                .text
                .get(at..)
                .and_then(|rest| rest.split_inclusive('\n').next())
                .unwrap_or_default();
            if !line.ends_with('\n') {
                return at + line.len();
            }
            at += in_file.len();
            let next = file.text.get(at..).unwrap_or_default();
            at += next.bytes().take_while(|b| *b == b' ').count().min(indent);
        }
        at
    };
    to_file(at.start)..to_file(at.end)
}

/// Whether an expression was written so that its places can be told.
///
/// # Errors
/// Folded (`>`) and multi-line plain or quoted scalars lose them.
pub fn check_scalar_style(value: &Spanned<String>, file: &SourceFile) -> Result<(), Diagnostic> {
    let at = place(value);
    let before = file.text[..at.start].trim_end();
    let folded = before.trim_end_matches(['-', '+']).ends_with('>');
    let literal = before.trim_end_matches(['-', '+']).ends_with('|');
    let lines = file.text[at.clone()].trim_end().contains('\n');
    if folded || (lines && !literal) {
        return Err(Diagnostic::new(
            file,
            at,
            "write an expression of several lines as a `|` literal; other styles lose the place of errors",
        ));
    }
    Ok(())
}

fn usize_of(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
