//! What is said of a rule, apart from how it is evaluated.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How much a failure matters. Ordered: `Info < Low < ... < Critical`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth mending some day.
    Low,
    /// Worth mending soon.
    Medium,
    /// Trouble would go unnoticed.
    High,
    /// Trouble would go unnoticed for everything.
    Critical,
}

impl Severity {
    /// All severities, worst first.
    pub const WORST_FIRST: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    /// The word used in rules and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The word for a person.
    pub fn word(self, lang: Lang) -> &'static str {
        match (lang, self) {
            (Lang::En, _) => self.as_str(),
            (Lang::Ja, Severity::Critical) => "致命的",
            (Lang::Ja, Severity::High) => "高",
            (Lang::Ja, Severity::Medium) => "中",
            (Lang::Ja, Severity::Low) => "低",
            (Lang::Ja, Severity::Info) => "情報",
        }
    }
}

/// What a fix risks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FixRisk {
    /// Adds something new.
    Safe,
    /// Changes what exists, or costs noticeably.
    Review,
    /// Only a person can do it.
    Manual,
}

/// A language in which reports are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

/// Words for a person, in one or both languages. At least one is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// English.
    pub en: Option<String>,
    /// Japanese.
    pub ja: Option<String>,
}

impl Text {
    /// The words in `lang`, else in the language that there is.
    pub fn get(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::En => (&self.en, &self.ja),
            Lang::Ja => (&self.ja, &self.en),
        };
        first.as_deref().or(second.as_deref()).unwrap_or_default()
    }

    /// English words only.
    pub fn english(words: &str) -> Text {
        Text { en: Some(words.to_owned()), ja: None }
    }
}

/// What a report says of a rule, once.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleInfo {
    /// Unique name, such as `rds-cpu-alarm`.
    pub id: String,
    /// Section of the catalogue, such as `resource-monitoring`.
    pub section: String,
    /// How much a failure matters.
    pub severity: Severity,
    /// What holds when the rule passes.
    pub title: Text,
    /// Why it matters.
    pub why: Text,
    /// What to do.
    pub remediation: Text,
    /// Pages of the AWS documentation.
    pub references: Vec<String>,
    /// Controls of published frameworks that ask the same.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// What its fix risks, if it has one.
    pub fix: Option<FixRisk>,
}

/// The sections of the catalogue in their order, with their titles.
pub const SECTIONS: [(&str, &str, &str); 7] = [
    ("prerequisites", "Prerequisites", "前提条件"),
    ("security", "Security", "セキュリティ"),
    ("external-monitoring", "External monitoring", "外形監視"),
    ("resource-monitoring", "Resource monitoring", "リソース監視"),
    ("notification", "Notification", "通知"),
    ("application", "Application", "アプリケーション"),
    ("cost", "Cost", "コスト"),
];
