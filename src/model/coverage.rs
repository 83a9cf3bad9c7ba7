//! What came of each AWS operation: the difference between "there is none" and "could not look".

use serde::{Deserialize, Serialize};

/// What came of an API operation in one account and region.
///
/// An operation without a record was not called, so what it fills is unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Twelve-digit account number.
    pub account: String,
    /// Region code, or `global`.
    pub region: String,
    /// API name behind the service's IAM prefix: `budgets:DescribeBudgets`.
    pub operation: String,
    /// IAM actions the operation needs.
    pub actions: Vec<String>,
    /// Types (`AWS::RDS::DBInstance`) or fields (`AWS::CloudTrail::Trail.status`) it fills.
    pub fills: Vec<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Ids of the resources it failed for, when it worked for others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The service's own words when it failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// The class of what came of an operation.
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
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Read in full.
    Ok,
    /// IAM refused.
    Denied,
    /// Throttled to the end, a server error, a broken connection, an answer that makes no sense.
    Error,
    /// The account has no subscription to it (a support plan, say).
    NotEntitled,
    /// The service does not exist in this region, so there can be nothing.
    NotInRegion,
    /// The server does not know the operation.
    Unsupported,
}

impl Outcome {
    /// Whether what the operation fills is known afterwards.
    pub fn is_known(self) -> bool {
        matches!(self, Outcome::Ok | Outcome::NotInRegion)
    }

    /// The word used in snapshots and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Ok => "ok",
            Outcome::Denied => "denied",
            Outcome::Error => "error",
            Outcome::NotEntitled => "not_entitled",
            Outcome::NotInRegion => "not_in_region",
            Outcome::Unsupported => "unsupported",
        }
    }
}
