//! Findings and the report around them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::coverage::Outcome;
use super::rule::{Lang, RuleInfo, Severity};

/// What a rule says of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Status {
    /// It holds, and that was seen.
    Pass,
    /// It does not hold, and that was seen.
    Fail,
    /// It could not be seen whether it holds.
    Unknown,
    /// The rule does not speak of this resource.
    NotApplicable,
    /// It does not hold, and someone answers for that until a day.
    Waived,
}

impl Status {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Fail => "fail",
            Status::Unknown => "unknown",
            Status::NotApplicable => "not_applicable",
            Status::Waived => "waived",
        }
    }
}

/// The resource a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceRef<'a> {
    /// CloudFormation type, or a subject type of the tool.
    #[serde(rename = "type")]
    pub ty: Cow<'a, str>,
    /// Its id; `*` stands for all resources of the type that could not be listed.
    pub id: Cow<'a, str>,
    /// Its ARN, or empty.
    pub arn: Cow<'a, str>,
    /// Account number.
    pub account: Cow<'a, str>,
    /// Region code, or `global`.
    pub region: Cow<'a, str>,
    /// What a person calls it.
    pub name: Cow<'a, str>,
}

/// Something seen on the way to a verdict: the witness of a pass, or a candidate's first broken link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence<'a> {
    /// Type of the resource it was seen on.
    #[serde(rename = "type")]
    pub ty: Cow<'a, str>,
    /// Id of the resource it was seen on.
    pub id: Cow<'a, str>,
    /// What was seen, in the report's language.
    pub note: String,
}

/// Why a failure is accepted, by whom, until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiver {
    /// The reason given.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Last day on which it holds, UTC, `YYYY-MM-DD`.
    pub expires: String,
}

/// One verdict.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// The rule that speaks.
    pub rule: &'a RuleInfo,
    /// The verdict.
    pub status: Status,
    /// The resource it is about.
    pub resource: ResourceRef<'a>,
    /// What is particular to this finding, in the report's language.
    pub message: Cow<'a, str>,
    /// What it rests on, sorted; capped, see `evidence_omitted`.
    pub evidence: Vec<Evidence<'a>>,
    /// How many pieces of evidence the cap left out.
    pub evidence_omitted: usize,
    /// The waiver, when the status is [`Status::Waived`].
    pub waiver: Option<Waiver>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// Account number.
    pub account: String,
    /// Region code, or `global`.
    pub region: String,
    /// API operation behind its IAM prefix.
    pub operation: String,
    /// IAM actions that would have let it be read.
    pub actions: Vec<String>,
    /// What came of the call; `not_called` when it was never made.
    pub outcome: String,
    /// The service's own words.
    pub message: String,
}

impl Gap {
    /// The outcome of a call that was never made.
    pub const NOT_CALLED: &'static str = "not_called";

    /// The word for `outcome`.
    pub fn outcome_word(outcome: Option<Outcome>) -> &'static str {
        outcome.map_or(Gap::NOT_CALLED, Outcome::as_str)
    }
}

/// Something a user should know that is no finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Machine-readable kind, such as `waiver-expired`.
    pub kind: String,
    /// The words.
    pub message: String,
}

/// How many findings there are of each status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Passed.
    pub pass: u64,
    /// Failed.
    pub fail: u64,
    /// Could not be seen.
    pub unknown: u64,
    /// Did not apply.
    pub not_applicable: u64,
    /// Failed, and accepted for now.
    pub waived: u64,
    /// Failures by severity; severities without one are absent.
    pub fail_by_severity: BTreeMap<Severity, u64>,
    /// Unknowns by severity; severities without one are absent.
    #[serde(skip)]
    pub unknown_by_severity: BTreeMap<Severity, u64>,
}

/// All a report says but for the findings themselves, which stream past.
///
/// Findings come sorted: section and rule in the catalogue's order, account, region, type, id.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// `collected_at` of the snapshot, RFC 3339, UTC.
    pub collected_at: &'a str,
    /// Accounts in the snapshot.
    pub accounts: &'a [String],
    /// Regions in the snapshot.
    pub regions: &'a [String],
    /// Counts of all findings.
    pub summary: Summary,
    /// Rules that were evaluated, in the catalogue's order.
    pub rules: Vec<&'a RuleInfo>,
    /// What could not be read, sorted.
    pub gaps: Vec<Gap>,
    /// Other things to know.
    pub notices: Vec<Notice>,
    /// Language for people.
    pub lang: Lang,
}
