//! What could not be read, and which types and fields that leaves unknown.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{Coverage, GLOBAL, Gap, OPS, Op, Scope, ops};
use crate::snapshot::Snapshot;

/// A gap by its place in the list of [`Gaps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GapId(pub u32);

/// A field that could not be read.
#[derive(Debug)]
pub struct FieldGap {
    /// `properties` or `status`, or one field of them: `status.LastRun`.
    pub path: String,
    /// Why.
    pub gap: GapId,
    /// The resources it is missing from; all when empty.
    pub resources: Vec<String>,
}

/// What is unknown of one type in one account and region.
#[derive(Debug, Default)]
pub struct TypeGaps {
    /// Why there may be more resources than are listed.
    pub list: Option<GapId>,
    /// Fields that could not be read.
    pub fields: Vec<FieldGap>,
}

/// Everything that could not be read.
#[derive(Debug)]
pub struct Gaps {
    list: Vec<Gap>,
    /// By type, account and region.
    by_type: FxHashMap<&'static str, FxHashMap<String, FxHashMap<String, TypeGaps>>>,
    read: FxHashSet<(String, String)>,
    /// Where anything was called at all.
    asked: FxHashSet<(String, String)>,
    none: TypeGaps,
}

impl Gaps {
    /// Reads a snapshot's coverage against the table of operations.
    pub fn of(snapshot: &Snapshot) -> Gaps {
        let mut gaps = Gaps {
            list: Vec::new(),
            by_type: FxHashMap::default(),
            read: FxHashSet::default(),
            asked: snapshot
                .coverage()
                .iter()
                .map(|record| (record.account.clone(), record.region.clone()))
                .collect(),
            none: TypeGaps::default(),
        };
        let records: FxHashMap<(&str, &str, &str), &Coverage> = snapshot
            .coverage()
            .iter()
            .map(|c| ((c.account.as_str(), c.region.as_str(), c.operation.as_str()), c))
            .collect();
        for account in &snapshot.header().accounts {
            for region in regions(snapshot, account) {
                gaps.read.insert((account.clone(), region.clone()));
                for op in OPS.iter().filter(|op| (op.scope == Scope::Global) == (region == GLOBAL))
                {
                    let record = records.get(&(account.as_str(), region.as_str(), op.api)).copied();
                    if !record.is_some_and(|r| r.outcome.is_known()) && !op.fills.is_empty() {
                        let resources = record.map_or(&[][..], |r| &r.resources);
                        gaps.add(gap(account, &region, op, record), op.fills, resources);
                    }
                }
            }
        }
        // An operation of another version of the tool says itself what it would have filled.
        let foreign = snapshot.coverage().iter().filter(|c| ops::find(&c.operation).is_none());
        for record in foreign.filter(|c| !c.outcome.is_known()) {
            let fills: Vec<&str> = record.fills.iter().map(String::as_str).collect();
            let gap = Gap {
                account: record.account.clone(),
                region: record.region.clone(),
                operation: record.operation.clone(),
                actions: record.actions.clone(),
                outcome: record.outcome.as_str().to_owned(),
                message: record.message.clone(),
            };
            gaps.add(gap, &fills, &record.resources);
        }
        gaps
    }

    fn add(&mut self, gap: Gap, fills: &[&str], resources: &[String]) {
        let id = GapId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        for filled in fills {
            let (ty, field) =
                filled.split_once('.').map_or((*filled, None), |(ty, field)| (ty, Some(field)));
            let Some(ty) = crate::model::types::find(ty).map(|t| t.name) else { continue };
            let accounts = self.by_type.entry(ty).or_default();
            let regions = accounts.entry(gap.account.clone()).or_default();
            let entry = regions.entry(gap.region.clone()).or_default();
            match field {
                None => entry.list = entry.list.or(Some(id)),
                Some(path) => entry.fields.push(FieldGap {
                    path: path.to_owned(),
                    gap: id,
                    resources: resources.to_vec(),
                }),
            }
        }
        self.list.push(gap);
    }

    /// What is unknown of a type in an account and region.
    pub fn of_type(&self, account: &str, region: &str, ty: &str) -> &TypeGaps {
        let known = || self.by_type.get(ty)?.get(account)?.get(region);
        known().unwrap_or(&self.none)
    }

    /// Whether anything was asked of a region; of one that nothing was asked of, nothing is known.
    pub fn was_read(&self, account: &str, region: &str) -> bool {
        self.read.contains(&(account.to_owned(), region.to_owned()))
    }

    /// Whether anything was called in a region of an account.
    pub fn was_asked(&self, account: &str, region: &str) -> bool {
        self.asked.contains(&(account.to_owned(), region.to_owned()))
    }

    /// The gap behind an id.
    pub fn get(&self, id: GapId) -> Option<&Gap> {
        self.list.get(id.0 as usize)
    }

    /// All gaps of the regions that were asked for, sorted; elsewhere only what was tried counts.
    pub fn sorted(&self, regions: &[String]) -> Vec<Gap> {
        let asked = |gap: &&Gap| {
            gap.region == GLOBAL || regions.contains(&gap.region) || gap.outcome != Gap::NOT_CALLED
        };
        let mut list: Vec<Gap> = self.list.iter().filter(asked).cloned().collect();
        list.sort();
        list
    }
}

fn gap(account: &str, region: &str, op: &Op, record: Option<&Coverage>) -> Gap {
    Gap {
        account: account.to_owned(),
        region: region.to_owned(),
        operation: op.api.to_owned(),
        actions: op.actions.iter().map(|a| (*a).to_owned()).collect(),
        outcome: Gap::outcome_word(record.map(|r| r.outcome)).to_owned(),
        message: record.map(|r| r.message.clone()).unwrap_or_default(),
    }
}

/// Regions of an account that something is or should be known of: those that were asked for and
/// `global`; and those that merely hold something referred to (a function, a trail's home), which
/// are judged by what was asked of them.
fn regions(snapshot: &Snapshot, account: &str) -> Vec<String> {
    let mut regions = snapshot.header().regions.clone();
    regions.push(GLOBAL.to_owned());
    // Coverage is sorted by account.
    let coverage = snapshot.coverage();
    let from = coverage.partition_point(|c| c.account.as_str() < account);
    let asked = coverage[from..].iter().take_while(|c| c.account == account);
    regions.extend(asked.map(|c| c.region.clone()));
    regions.extend(snapshot.regions_of(account).map(str::to_owned));
    regions.sort();
    regions.dedup();
    regions
}
