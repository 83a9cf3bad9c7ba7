//! What a rule speaks of: resources, accounts, regions, and what could not be listed.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::endpoints::{self, Endpoint};
use super::gaps::GapId;
use super::node::{EngineValue, Node};
use super::world::World;
use crate::model::{ACCOUNT_TYPE, ENDPOINT_TYPE, GLOBAL, REGION_TYPE, ResourceRef, Scope, types};
use crate::rules::Rule;
use crate::rules::expr::Value;

/// One thing a rule speaks of.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A resource, by its place in the snapshot.
    Resource(u32),
    /// An account that the snapshot holds nothing of as a whole.
    Account(&'a str),
    /// A region of an account.
    Region(&'a str, &'a str),
    /// Something that users reach.
    Endpoint(&'a Endpoint),
    /// All resources of a type that could not be listed: type, account, region, why.
    Unlisted(&'static str, &'a str, &'a str, GapId),
}

/// The subjects of one rule, sorted by account, region, type and id. A million resources take eight
/// bytes each.
#[derive(Debug, Default)]
pub struct Subjects<'a> {
    places: Vec<Place>,
    others: Vec<Subject<'a>>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Resource(u32),
    Other(u32),
}

impl<'a> Subjects<'a> {
    /// The subjects of a rule.
    pub fn of(world: &'a World<'a>, rule: &Rule) -> Subjects<'a> {
        let mut resources = Vec::new();
        let mut others = Vec::new();
        let header = world.snapshot.header();
        for ty in &rule.subjects {
            match ty.as_str() {
                ACCOUNT_TYPE => {
                    for account in &header.accounts {
                        match world.snapshot.find(ACCOUNT_TYPE, account, GLOBAL, account) {
                            Some(i) => resources.push(i),
                            None => others.push(Subject::Account(account)),
                        }
                    }
                }
                REGION_TYPE => {
                    others.extend(world.places().map(|(a, r)| Subject::Region(a, r)));
                }
                ENDPOINT_TYPE => {
                    others.extend(world.endpoints.iter().map(Subject::Endpoint));
                    others.extend(world.places().filter_map(|(account, region)| {
                        let gap = endpoints::gap(world, account, region)?;
                        Some(Subject::Unlisted(ENDPOINT_TYPE, account, region, gap))
                    }));
                }
                ty => {
                    resources.extend(world.snapshot.of_type(ty));
                    unlisted(world, ty, &mut others);
                }
            }
        }
        // Resources are numbered in the order of findings.
        resources.sort_unstable();
        others.sort_by(|a, b| compare(world, *a, *b));
        let mut places = Vec::with_capacity(resources.len() + others.len());
        let mut resources = resources.into_iter().peekable();
        for (n, other) in others.iter().enumerate() {
            let before = |i: &u32| compare(world, Subject::Resource(*i), *other).is_le();
            while let Some(i) = resources.next_if(before) {
                places.push(Place::Resource(i));
            }
            places.push(Place::Other(n as u32));
        }
        places.extend(resources.map(Place::Resource));
        Subjects { places, others }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// The subject at a place below [`Subjects::count`].
    pub fn get(&self, at: usize) -> Subject<'a> {
        match self.places[at] {
            Place::Resource(i) => Subject::Resource(i),
            Place::Other(n) => self.others[n as usize],
        }
    }
}

fn unlisted<'a>(world: &'a World<'a>, ty: &str, subjects: &mut Vec<Subject<'a>>) {
    let Some(info) = types::find(ty) else { return };
    let places: Vec<(&'a str, &'a str)> = match info.scope {
        Scope::Global => {
            world.snapshot.header().accounts.iter().map(|it| (it.as_str(), GLOBAL)).collect()
        }
        Scope::Regional => world.places().collect(),
    };
    subjects.extend(places.into_iter().filter_map(|(account, region)| {
        let gap = world.list_gap(ty, account, region)?;
        Some(Subject::Unlisted(info.name, account, region, gap))
    }));
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
            Subject::Endpoint(it) => plain(ENDPOINT_TYPE, &it.url, &it.account, GLOBAL),
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
            Subject::Endpoint(it) => Value::Object(Node::Endpoint(it)),
            Subject::Unlisted(..) => Value::Null,
        }
    }
}
