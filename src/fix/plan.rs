//! The plan, format `audit-plan/1`: what would be done to which resource, and why. A file that a person
//! reads, keeps and applies later; applying it checks that it is still what was written.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::cost::Cost;
use super::draft::{FindingRef, ForPerson};
use super::handler::{State, Target};
use crate::model::{FixRisk, TOOL_NAME, TOOL_VERSION, Text};

/// The format.
pub const FORMAT: &str = "audit-plan/1";

/// What would be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`FORMAT`].
    pub format: String,
    /// Who made it.
    pub tool: Tool,
    /// Twelve-digit account number.
    pub account: String,
    /// Regions that were looked at.
    pub regions: Vec<String>,
    /// When the account was looked at, RFC 3339.
    pub created_at: String,
    /// What would be done, in order.
    pub actions: Vec<Action>,
    /// What only a person can do.
    pub awaiting_person: Vec<ForPerson>,
    /// Findings for which nothing could be planned, and why.
    pub unplanned: Vec<ForPerson>,
    /// SHA-256 of everything above, so that an edited plan is not taken for the one that was read.
    pub digest: String,
}

/// Who made a plan or a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Tool {
    /// This tool.
    pub fn this() -> Tool {
        Tool { name: TOOL_NAME.to_owned(), version: TOOL_VERSION.to_owned() }
    }
}

/// A change of one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its number, from 1.
    pub id: u32,
    /// What is done.
    pub change: ChangeKind,
    /// To which resource.
    pub resource: Target,
    /// What it is now; null when it does not exist.
    pub before: Option<State>,
    /// What it will be, whole.
    pub after: State,
    /// Why.
    pub findings: Vec<FindingRef>,
    /// Operations that are called.
    pub calls: Vec<String>,
    /// IAM actions that they need.
    pub iam_actions: Vec<String>,
    /// What it risks.
    pub risk: FixRisk,
    /// What it costs; null when nothing.
    pub cost: Option<Cost>,
    /// Numbers of the actions that must have succeeded before.
    pub depends_on: Vec<u32>,
    /// What undoing it leaves behind; null when nothing.
    pub undo_leaves: Option<Text>,
    /// What a person must do then; null when nothing.
    pub then: Option<Text>,
}

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is made.
    Create,
    /// It is changed.
    Update,
}

/// Why a plan cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// It cannot be read.
    #[error("cannot read the plan {}: {error}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It is no plan.
    #[error("{} is no plan: {reason}; make one with `audit fix --plan FILE`", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Another version's.
    #[error("{} was made by {maker}, and this is {TOOL_NAME} {TOOL_VERSION}, which may do things otherwise; make it anew with `audit fix --plan FILE`", path.display())]
    Version {
        /// Which file.
        path: PathBuf,
        /// By whom.
        maker: String,
    },
    /// Changed after it was made.
    #[error("{} was changed after it was made: its digest does not fit what it says. To leave something out use --select or --skip; otherwise make it anew with `audit fix --plan FILE`", path.display())]
    Edited {
        /// Which file.
        path: PathBuf,
    },
    /// Another account's.
    #[error(
        "the plan is for account {planned}, but these credentials belong to {present}; use those of {planned} (--profile), or make a plan for {present}"
    )]
    Account {
        /// Whose it is.
        planned: String,
        /// Whose the credentials are.
        present: String,
    },
}

impl Plan {
    /// Seals what was planned.
    pub fn sealed(mut self) -> Plan {
        self.digest = self.hash();
        self
    }

    fn hash(&self) -> String {
        let unsealed = Plan { digest: String::new(), ..self.clone() };
        let text = serde_json::to_value(unsealed).map(|value| sorted(value).to_string());
        let hash = Sha256::digest(text.unwrap_or_default().as_bytes());
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }

    /// Reads a plan, and refuses what is none of this version or was changed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(path: &Path) -> Result<Plan, PlanError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| PlanError::Read { path: path.to_owned(), error })?;
        Plan::parse(&text, path)
    }

    /// Reads the text of a plan that is called `path`.
    ///
    /// # Errors
    /// As [`Plan::read`].
    pub fn parse(text: &str, path: &Path) -> Result<Plan, PlanError> {
        let path = path.to_owned();
        let malformed = |reason: String| PlanError::Malformed { path: path.clone(), reason };
        let value: Value =
            serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
        match value.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            Some(other) => return Err(malformed(format!("its format is {other}, not {FORMAT}"))),
            None => return Err(malformed("it names no format".to_owned())),
        }
        let plan: Plan =
            serde_json::from_value(value).map_err(|error| malformed(error.to_string()))?;
        if plan.tool != Tool::this() {
            let maker = format!("{} {}", plan.tool.name, plan.tool.version);
            return Err(PlanError::Version { path, maker });
        }
        if plan.hash() != plan.digest {
            return Err(PlanError::Edited { path });
        }
        Ok(plan)
    }

    /// Refuses to be applied to another account.
    ///
    /// # Errors
    /// The account is another.
    pub fn is_for(&self, account: &str) -> Result<(), PlanError> {
        if self.account == account {
            return Ok(());
        }
        let (planned, present) = (self.account.clone(), account.to_owned());
        Err(PlanError::Account { planned, present })
    }

    /// What all actions together cost a month, in US dollars.
    pub fn monthly_usd(&self) -> f64 {
        monthly_usd(self.actions.iter())
    }

    /// Only the actions that `wanted` asks for and those that they depend on. Numbers stay.
    pub fn only(&self, wanted: impl Fn(&Action) -> bool) -> Vec<&Action> {
        let mut kept: Vec<u32> =
            self.actions.iter().filter(|action| wanted(action)).map(|action| action.id).collect();
        // Every action comes after those it depends on.
        for action in self.actions.iter().rev() {
            if kept.contains(&action.id) {
                kept.extend(&action.depends_on);
            }
        }
        self.actions.iter().filter(|action| kept.contains(&action.id)).collect()
    }
}

impl Action {
    /// The action as one line of a log: `create AWS::SNS::Topic audit-alerts in ap-northeast-1`.
    pub fn line(&self) -> String {
        let verb = match self.change {
            ChangeKind::Create => "create",
            ChangeKind::Update => "update",
        };
        let Target { ty, id, region } = &self.resource;
        format!("{verb} {ty} {id} in {region}")
    }
}

/// What actions together cost a month, in US dollars.
pub fn monthly_usd<'a>(actions: impl Iterator<Item = &'a Action>) -> f64 {
    let costs = actions.filter_map(|action| action.cost.as_ref());
    // From a plain zero: the sum of nothing is a negative one.
    let sum = costs.fold(0.0, |sum, cost| sum + cost.monthly_usd);
    // Three times $0.10 is no more than $0.30.
    (sum * 100.0).round() / 100.0
}

/// The same document with its keys in order at every depth.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
