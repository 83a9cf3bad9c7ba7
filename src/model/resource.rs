//! A resource as it stands in a snapshot.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

/// The region of resources of global services (IAM, Budgets, ...).
pub const GLOBAL: &str = "global";

/// One AWS resource in CloudFormation's vocabulary, as collectors make it and snapshots store it.
///
/// `properties` hold what a template could say; `status` holds what only the running system knows,
/// in the API's own names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resource {
    /// CloudFormation resource type, such as `AWS::RDS::DBInstance`.
    #[serde(rename = "type")]
    pub ty: String,
    /// Unique within type, account and region.
    pub id: String,
    /// Amazon Resource Name; empty where the resource has none (a pending subscription).
    pub arn: String,
    /// Twelve-digit account number.
    pub account: String,
    /// Region code, or [`GLOBAL`].
    pub region: String,
    /// What a person calls it.
    pub name: String,
    /// Tags, sorted by key.
    pub tags: BTreeMap<String, String>,
    /// CloudFormation's properties.
    pub properties: Map<String, Value>,
    /// Facts of the running system, in the API's own names.
    pub status: Map<String, Value>,
}
