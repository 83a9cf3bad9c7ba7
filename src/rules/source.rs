//! A rule file as it is written, with the place of everything that may be complained about.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;

use super::diagnostic::{Diagnostic, SourceFile};
use super::fix::source::FixSource;
use super::written::Placed;
use crate::model::Severity;

/// One rule file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSource {
    /// Unique name: lower-case words joined by hyphens.
    pub id: Placed<String>,
    /// Section of the catalogue.
    pub section: Placed<String>,
    /// How much a failure matters.
    pub severity: Severity,
    /// What holds when the rule passes.
    pub title: Placed<TextSource>,
    /// Resource type, or types, the rule speaks of: one finding per resource.
    #[serde(rename = "for")]
    #[schemars(with = "OneOrMore")]
    pub subjects: Placed<Vec<Placed<String>>>,
    /// Names for expressions over `resource` and `params`, usable in all expressions of the rule.
    #[serde(default, rename = "let")]
    pub definitions: Placed<BTreeMap<String, Placed<String>>>,
    /// Conditions that must hold; the first that is false makes the finding `not_applicable`.
    #[serde(default, rename = "where")]
    pub conditions: Vec<ConditionSource>,
    /// Conditions under which AWS's answer cannot tell; the first that is true makes it `unknown`.
    #[serde(default)]
    pub undecided: Vec<ConditionSource>,
    /// The condition that passes.
    pub require: Placed<String>,
    /// Numbers, strings and lists that audit.toml may override.
    #[serde(default)]
    pub params: Placed<BTreeMap<String, Placed<serde_json::Value>>>,
    /// What parameters mean, with their units.
    #[serde(default)]
    pub about: BTreeMap<String, Placed<TextSource>>,
    /// What a failure says; may hold `${expressions}`.
    pub message: Placed<TextSource>,
    /// Why it matters.
    pub why: Placed<TextSource>,
    /// What to do.
    pub remediation: Placed<TextSource>,
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

/// A string or a list of strings, as the schema tells it.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// Words in one or both languages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextSource {
    /// English.
    pub en: Option<Placed<String>>,
    /// Japanese.
    pub ja: Option<Placed<String>>,
}

/// A condition with the reason it gives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionSource {
    /// The condition.
    pub when: Placed<String>,
    /// What the finding says.
    pub reason: Placed<TextSource>,
}

/// The bytes of the file that the bytes `at` of a scalar's value were written in.
///
/// Holds for plain one-line scalars and for `|` literals, whose lines differ only by indentation.
pub fn place_in(value: &Placed<String>, file: &SourceFile, at: &Range<usize>) -> Range<usize> {
    let start = value.at().start.min(file.text.len());
    let (before, rest) = file.text.split_at(start);
    let quoted = header(before) != Some('|') && rest.starts_with(['\'', '"']);
    let indent = start - before.rfind('\n').map_or(0, |newline| newline + 1);
    let to_file = |offset: usize| {
        let before = &value.value[..value.value.floor_char_boundary(offset)];
        // Blank lines inside a literal carry no indentation in the value and may carry none in the file.
        let mut at = start + usize::from(quoted);
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
pub fn check_scalar_style(value: &Placed<String>, file: &SourceFile) -> Result<(), Diagnostic> {
    let at = value.at();
    let header = header(file.text.get(..at.start).unwrap_or_default());
    let text = file.text.get(at.clone()).unwrap_or_default();
    let lines = text.trim_end().contains('\n');
    if header == Some('>') || (lines && header != Some('|')) {
        return Err(Diagnostic::new(
            file,
            at,
            "write an expression of several lines as a `|` literal; other styles lose the place of errors",
        ));
    }
    Ok(())
}

/// What begins the block scalar whose text follows `before`: `|` or `>`, if it is one.
fn header(before: &str) -> Option<char> {
    let before =
        before.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || "+-".contains(c));
    before.chars().next_back().filter(|c| ['|', '>'].contains(c))
}
