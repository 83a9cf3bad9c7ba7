//! The vocabulary every other room speaks: resources and their typed properties, the one table of
//! AWS operations, coverage, rules as data, findings. Plain values without behaviour that reaches
//! outside. May use nothing of the crate.

pub mod coverage;
pub mod finding;
pub mod hash;
pub mod inventory;
pub mod ops;
pub mod paths;
pub mod policy;
pub mod resource;
pub mod rule;
pub mod types;
pub mod visible;

pub use coverage::{Coverage, Outcome};
pub use finding::{Evidence, Finding, Gap, Notice, Report, ResourceRef, Status, Summary, Waiver};
pub use hash::stable_hash;
pub use inventory::Inventory;
pub use ops::{OPS, Op, Scope};
pub use policy::Policy;
pub use resource::{GLOBAL, Resource};
pub use rule::{FixRisk, Lang, RuleInfo, Severity, Text};

/// Name of the tool as it stands in snapshots and reports.
pub const TOOL_NAME: &str = "audit";

/// Version of the tool as it stands in snapshots and reports.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The tag that every resource made by a fix bears, where its type takes tags.
pub const TAG: (&str, &str) = ("managed-by", TOOL_NAME);

/// An account as a subject of rules: Security Hub's and Config's name for it.
pub const ACCOUNT_TYPE: &str = "AWS::::Account";

/// A region of an account as a subject of rules; derived from coverage, never stored.
pub const REGION_TYPE: &str = "Audit::Region";

/// Type of an endpoint that users reach; derived, never stored.
pub const ENDPOINT_TYPE: &str = "Audit::Endpoint";
