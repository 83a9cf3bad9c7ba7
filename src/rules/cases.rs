//! A rule's cases: small inventories with the statuses that are expected of them.
//!
//! ```yaml
//! rule: rds-cpu-alarm
//! resources: [...]            # shared by all cases of the file
//! cases:
//!   - name: no alarm at all
//!     coverage: complete      # or what was not read: [{operation: ..., outcome: denied}]
//!     resources: [{type: AWS::RDS::DBInstance, id: app1, properties: {...}}]
//!     expect: {app1: fail}
//!     says: {app1: no alarm}  # part of the message, optional
//! ```

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::diagnostic::{self, Diagnostic, SourceFile};
use super::expr::Ty;
use super::expr::ty;
use super::rule::Rule;
use super::written::{self, Placed, Strings};
use crate::model::{Coverage, GLOBAL, Inventory, OPS, Outcome, Resource, Scope, Status, types};

/// Account of resources that name none.
pub const ACCOUNT: &str = "111122223333";
/// Region of resources that name none.
pub const REGION: &str = "ap-northeast-1";
/// Time of collection of cases that name none.
pub const NOW: &str = "2026-11-01T00:00:00Z";

/// The cases of one file, checked.
#[derive(Debug)]
pub struct Cases {
    /// The rule they are about.
    pub rule: String,
    /// The file, for complaints.
    pub file: SourceFile,
    /// The cases in order.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The small account.
    pub inventory: Inventory,
    /// Status by resource id (`id@region` where the region matters); every finding must be listed.
    pub expect: BTreeMap<String, Status>,
    /// Part of the message by resource id.
    pub says: BTreeMap<String, String>,
    /// The rule's parameters that differ.
    pub params: BTreeMap<String, Json>,
    /// Endpoints that the team declares, if it does.
    pub endpoints: Option<Vec<String>>,
    /// Kinds of receivers that count as someone; all when it does not say.
    pub counts: Option<Vec<String>>,
    /// Where it stands in the file.
    pub place: std::ops::Range<usize>,
}

/// A file of cases as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CasesSource {
    /// Id of the rule.
    rule: Placed<String>,
    /// Time of collection, RFC 3339.
    #[serde(default)]
    now: Option<String>,
    /// Resources that are in every case.
    #[serde(default)]
    resources: Vec<Placed<ResourceSource>>,
    /// The cases.
    cases: Vec<CaseSource>,
}

/// One case as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CaseSource {
    /// What it shows.
    name: Placed<String>,
    /// `complete`, or what was not read.
    #[serde(default)]
    coverage: CoverageSource,
    /// Resources beside the shared ones; one of the same type and id replaces a shared one.
    #[serde(default)]
    resources: Vec<Placed<ResourceSource>>,
    /// The rule's parameters that differ, as audit.toml would set them.
    #[serde(default)]
    params: BTreeMap<String, Json>,
    /// URLs of the endpoints that audit.toml declares; where it declares none, leave it out.
    #[serde(default)]
    endpoints: Option<Vec<String>>,
    /// Kinds of receivers that count as someone (`[notify] counts`); all when left out.
    #[serde(default)]
    counts: Option<Vec<String>>,
    /// Expected status by resource id.
    expect: BTreeMap<String, StatusSource>,
    /// Part of the message by resource id.
    #[serde(default)]
    says: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum StatusSource {
    Pass,
    Fail,
    Unknown,
    NotApplicable,
}

/// A resource as it is written; account, region, name and ARN may be left out.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ResourceSource {
    r#type: String,
    id: String,
    arn: Option<String>,
    account: Option<String>,
    region: Option<String>,
    name: Option<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    properties: Map<String, Json>,
    #[serde(default)]
    status: Map<String, Json>,
}

/// What was read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(untagged)]
enum CoverageSource {
    #[default]
    #[serde(skip)]
    Unwritten,
    Word(CompleteWord),
    Except(Vec<NotRead>),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum CompleteWord {
    Complete,
}

/// An operation that did not answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NotRead {
    /// `rds:DescribeDBInstances`
    operation: String,
    /// What came of it; absent when it was never called.
    outcome: Option<Outcome>,
    /// Ids of the resources it failed for, when only some.
    #[serde(default)]
    resources: Vec<String>,
}

/// Checks a file of cases.
///
/// # Errors
/// Every complaint about it: a rule that does not exist, an operation, type or property that is not
/// in the schema.
pub fn check(file: &SourceFile, rules: &[Rule]) -> Result<Cases, Vec<Diagnostic>> {
    let root = written::parse_yaml(file).map_err(|complaint| vec![complaint])?;
    let (parsed, mut complaints) = written::decode::<CasesSource>(file, Strings::Plain, root);
    let Some(parsed) = parsed else { return Err(complaints) };
    if !parsed.rule.is_filled() && !rules.iter().any(|r| r.info.id == parsed.rule.value) {
        let message = format!("there is no rule {}", parsed.rule.value);
        complaints.push(Diagnostic::new(file, parsed.rule.at(), message));
    }
    let now = parsed.now.as_deref().unwrap_or(NOW);
    let mut cases = Vec::new();
    for case in parsed.cases {
        let mut resources = BTreeMap::new();
        for spanned in parsed.resources.iter().chain(&case.resources) {
            if spanned.is_filled() {
                continue;
            }
            let resource = resource(&spanned.value);
            if let Err(message) = check_resource(&resource) {
                complaints.push(Diagnostic::new(file, spanned.at(), message));
            }
            let key = (
                resource.account.clone(),
                resource.region.clone(),
                resource.ty.clone(),
                resource.id.clone(),
            );
            resources.insert(key, resource);
        }
        let place = case.name.at();
        match inventory(now, resources.into_values().collect(), &case.coverage) {
            Ok(inventory) => cases.push(Case {
                name: case.name.value,
                inventory,
                expect: case.expect.into_iter().map(|(id, status)| (id, status.into())).collect(),
                says: case.says,
                params: case.params,
                endpoints: case.endpoints,
                counts: case.counts,
                place,
            }),
            Err(message) => complaints.push(Diagnostic::new(file, place, message)),
        }
    }
    if complaints.is_empty() {
        Ok(Cases { rule: parsed.rule.value, file: file.clone(), cases })
    } else {
        Err(diagnostic::in_order(complaints))
    }
}

impl From<StatusSource> for Status {
    fn from(status: StatusSource) -> Status {
        match status {
            StatusSource::Pass => Status::Pass,
            StatusSource::Fail => Status::Fail,
            StatusSource::Unknown => Status::Unknown,
            StatusSource::NotApplicable => Status::NotApplicable,
        }
    }
}

fn resource(source: &ResourceSource) -> Resource {
    let source = source.clone();
    let global = types::find(&source.r#type).is_some_and(|t| t.scope == Scope::Global);
    let region = source.region.unwrap_or_else(|| if global { GLOBAL } else { REGION }.to_owned());
    Resource {
        arn: source.arn.unwrap_or_default(),
        account: source.account.unwrap_or_else(|| ACCOUNT.to_owned()),
        region,
        name: source.name.unwrap_or_else(|| source.id.clone()),
        ty: source.r#type,
        id: source.id,
        tags: source.tags,
        properties: source.properties,
        status: source.status,
    }
}

fn check_resource(resource: &Resource) -> Result<(), String> {
    if types::find(&resource.ty).is_none() {
        return Err(format!("{} is no resource type that is collected", resource.ty));
    }
    for (part, values) in [("properties", &resource.properties), ("status", &resource.status)] {
        let object = Ty::Object(ty::part(&resource.ty, part));
        fits(&object, &Json::Object(values.clone()), part)?;
    }
    Ok(())
}

/// Whether `value` is what the schema says at `path`.
fn fits(ty: &Ty, value: &Json, path: &str) -> Result<(), String> {
    match (ty, value) {
        (Ty::Any, _)
        | (Ty::Bool, Json::Bool(_))
        | (Ty::Num, Json::Number(_))
        | (Ty::Str, Json::String(_)) => Ok(()),
        (Ty::Nullable(inner), value) => {
            if value.is_null() {
                Ok(())
            } else {
                fits(inner, value, path)
            }
        }
        (Ty::List(of), Json::Array(items)) => items
            .iter()
            .enumerate()
            .try_for_each(|(i, item)| fits(of, item, &format!("{path}[{i}]"))),
        (Ty::Map(of), Json::Object(entries)) => {
            entries.iter().try_for_each(|(key, item)| fits(of, item, &format!("{path}.{key}")))
        }
        (Ty::Object(object), Json::Object(entries)) => {
            entries.iter().try_for_each(|(key, item)| {
                let ty = object.fields.get(key).ok_or_else(|| {
                    let known: Vec<&str> = object.fields.keys().map(String::as_str).collect();
                    format!("{path} has no {key}; it has {}", known.join(", "))
                })?;
                fits(ty, item, &format!("{path}.{key}"))
            })
        }
        (ty, value) => Err(format!("{path} must be a {ty}, not {value}")),
    }
}

fn inventory(
    now: &str,
    resources: Vec<Resource>,
    coverage: &CoverageSource,
) -> Result<Inventory, String> {
    let mut accounts: Vec<String> = resources.iter().map(|r| r.account.clone()).collect();
    let mut regions: Vec<String> =
        resources.iter().map(|r| r.region.clone()).filter(|r| r != GLOBAL).collect();
    accounts.push(ACCOUNT.to_owned());
    regions.push(REGION.to_owned());
    for list in [&mut accounts, &mut regions] {
        list.sort();
        list.dedup();
    }
    let mut records = complete(&accounts, &regions);
    if let CoverageSource::Except(except) = coverage {
        for gap in except {
            apply(gap, &mut records)?;
        }
    }
    Ok(Inventory { collected_at: now.to_owned(), accounts, regions, coverage: records, resources })
}

/// A record `ok` of every operation, account and region.
pub fn complete(accounts: &[String], regions: &[String]) -> Vec<Coverage> {
    let mut records = Vec::new();
    for account in accounts {
        for op in OPS {
            let global = [GLOBAL.to_owned()];
            let regions = if op.scope == Scope::Global { &global } else { regions };
            records.extend(regions.iter().map(|region| Coverage {
                account: account.clone(),
                region: region.clone(),
                operation: op.api.to_owned(),
                actions: op.actions.iter().map(|a| (*a).to_owned()).collect(),
                fills: op.fills.iter().map(|f| (*f).to_owned()).collect(),
                outcome: Outcome::Ok,
                resources: Vec::new(),
                message: String::new(),
            }));
        }
    }
    records
}

fn apply(gap: &NotRead, records: &mut Vec<Coverage>) -> Result<(), String> {
    if !records.iter().any(|r| r.operation == gap.operation) {
        return Err(format!("{} is no operation that is called", gap.operation));
    }
    match gap.outcome {
        None => records.retain(|r| r.operation != gap.operation),
        Some(outcome) => {
            for record in records.iter_mut().filter(|r| r.operation == gap.operation) {
                record.outcome = outcome;
                record.resources.clone_from(&gap.resources);
            }
        }
    }
    Ok(())
}
