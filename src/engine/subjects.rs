//! What a rule speaks of: resources, accounts, regions, and what could not be listed.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::gaps::GapId;
use super::node::{EngineValue, Node};
use super::world::World;
use crate::model::{ACCOUNT_TYPE, GLOBAL, REGION_TYPE, ResourceRef, Scope, types};
use crate::rules::Rule;
use crate::rules::expr::Value;

/// One thing a rule speaks of.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A resource, by its place in the snapshot.
    Resource(u32),
    /// An account.
    Account(&'a str),
    /// A region of an account.
    Region(&'a str, &'a str),
    /// All resources of a type that could not be listed: type, account, region, why.
    Unlisted(&'static str, &'a str, &'a str, GapId),
}

/// The subjects of a rule, sorted by account, region, type and id.
pub fn of<'a>(world: &'a World<'a>, rule: &Rule) -> Vec<Subject<'a>> {
    let mut subjects = Vec::new();
    let header = world.snapshot.header();
    for ty in &rule.subjects {
        match ty.as_str() {
            ACCOUNT_TYPE => subjects.extend(header.accounts.iter().map(|a| Subject::Account(a))),
            REGION_TYPE => subjects.extend(
                header
                    .accounts
                    .iter()
                    .flat_map(|a| header.regions.iter().map(move |r| Subject::Region(a, r))),
            ),
            ty => {
                subjects.extend(world.snapshot.of_type(ty).map(Subject::Resource));
                unlisted(world, ty, &mut subjects);
            }
        }
    }
    // Resources come sorted already; only a mixture needs sorting.
    let mixed =
        subjects.iter().any(|s| !matches!(s, Subject::Resource(_))) || rule.subjects.len() > 1;
    if mixed {
        subjects.sort_by(|a, b| compare(world, *a, *b));
    }
    subjects
}

fn unlisted<'a>(world: &'a World<'a>, ty: &str, subjects: &mut Vec<Subject<'a>>) {
    let Some(info) = types::find(ty) else { return };
    let header = world.snapshot.header();
    for account in &header.accounts {
        let mut add = |region: &'a str| {
            if let Some(gap) = world.list_gap(ty, account, region) {
                subjects.push(Subject::Unlisted(info.name, account, region, gap));
            }
        };
        match info.scope {
            Scope::Global => add(GLOBAL),
            Scope::Regional => header.regions.iter().for_each(|region| add(region)),
        }
    }
}

fn compare(world: &World<'_>, a: Subject<'_>, b: Subject<'_>) -> Ordering {
    if let (Subject::Resource(a), Subject::Resource(b)) = (a, b) {
        return a.cmp(&b);
    }
    let (a, b) = (a.reference(world), b.reference(world));
    (&a.account, &a.region, &a.ty, &a.id).cmp(&(&b.account, &b.region, &b.ty, &b.id))
}

impl<'a> Subject<'a> {
    /// How reports speak of it.
    pub fn reference(self, world: &'a World<'a>) -> ResourceRef<'a> {
        let plain =
            |ty: &'static str, id: &'a str, account: &'a str, region: &'a str| ResourceRef {
                ty: ty.into(),
                id: id.into(),
                arn: Cow::Borrowed(""),
                account: account.into(),
                region: region.into(),
                name: id.into(),
            };
        match self {
            Subject::Resource(i) => {
                let view = world.snapshot.get(i);
                ResourceRef {
                    ty: view.ty().into(),
                    id: view.id(),
                    arn: view.arn(),
                    account: view.account().into(),
                    region: view.region().into(),
                    name: view.name(),
                }
            }
            Subject::Account(account) => plain(ACCOUNT_TYPE, account, account, GLOBAL),
            Subject::Region(account, region) => plain(REGION_TYPE, region, account, region),
            Subject::Unlisted(ty, account, region, _) => plain(ty, "*", account, region),
        }
    }

    /// The `resource` of a rule's expressions.
    pub fn value(self, world: &'a World<'a>) -> EngineValue<'a> {
        match self {
            Subject::Resource(i) => Value::Object(Node::Resource(world.node(i))),
            Subject::Account(account) => {
                Value::Object(Node::Subject(ACCOUNT_TYPE, account, GLOBAL))
            }
            Subject::Region(account, region) => {
                Value::Object(Node::Subject(REGION_TYPE, account, region))
            }
            Subject::Unlisted(..) => Value::Null,
        }
    }
}
