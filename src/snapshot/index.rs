//! A snapshot in memory: blocks of text, records sorted, and runs of one type in one place.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use jiff::Timestamp;
use rayon::prelude::*;

use super::error::{Place, Reason};
use super::header::Header;
use super::json::Json;
use super::record::{Record, Records};
use super::skip::{Span, unquote};
use crate::model::{Coverage, ResourceRef};

/// Text that records point into.
pub(super) struct Block {
    pub(super) text: String,
    /// Number of its first line.
    pub(super) first_line: usize,
}

/// Neighbouring resources of one type, account and region.
struct Run {
    ty: u32,
    account: u32,
    region: u32,
    start: u32,
    end: u32,
}

/// A snapshot in memory. Resources are numbered from 0 in the order of account, region, type and id,
/// whatever order the file has.
pub struct Snapshot {
    header: Header,
    coverage: Vec<Coverage>,
    blocks: Vec<Block>,
    /// Sorted by account, region, type, id.
    records: Vec<Record>,
    /// Sorted, numbered by the records; so are the regions.
    types: Vec<String>,
    regions: Vec<String>,
    /// Sorted by type, account, region.
    runs: Vec<Run>,
}

impl Snapshot {
    /// Joins what was read. Refuses two resources that are one.
    pub(super) fn new(
        header: Header,
        coverage: Vec<Coverage>,
        blocks: Vec<Block>,
        parts: Vec<Records>,
    ) -> Result<Snapshot, (Place, Reason)> {
        let (mut records, types, regions) = join(parts);
        sort(&mut records, &blocks);
        let runs = runs(&records);
        let snapshot = Snapshot { header, coverage, blocks, records, types, regions, runs };
        match snapshot.duplicate() {
            Some(refusal) => Err(refusal),
            None => Ok(snapshot),
        }
    }

    /// What the snapshot says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// When collection began: the `now` of every rule.
    pub fn now(&self) -> Timestamp {
        self.header.now
    }

    /// What came of each operation that was called, sorted by account, region and operation.
    pub fn coverage(&self) -> &[Coverage] {
        &self.coverage
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The types there are resources of, sorted.
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// The resource numbered `i`.
    ///
    /// # Panics
    ///
    /// Like a slice, when `i` is not below [`Snapshot::len`].
    pub fn get(&self, i: u32) -> ResourceView<'_> {
        ResourceView { snapshot: self, record: &self.records[i as usize] }
    }

    /// Every resource, sorted by account, region, type and id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = ResourceView<'_>> + Clone {
        self.records.iter().map(|record| ResourceView { snapshot: self, record })
    }

    /// The resources of type `ty`, sorted by account, region and id.
    pub fn of_type(&self, ty: &str) -> impl Iterator<Item = u32> + Clone + '_ {
        let runs = number(&self.types, ty).map_or(&[][..], |ty| {
            let start = self.runs.partition_point(|run| run.ty < ty);
            let end = self.runs.partition_point(|run| run.ty <= ty);
            &self.runs[start..end]
        });
        runs.iter().flat_map(|run| run.start..run.end)
    }

    /// The resources of type `ty` in one account and region, sorted by id.
    pub fn of_type_in(&self, ty: &str, account: &str, region: &str) -> Range<u32> {
        let key = || -> Option<(u32, u32, u32)> {
            let account = number(&self.header.accounts, account)?;
            Some((number(&self.types, ty)?, account, number(&self.regions, region)?))
        };
        key()
            .and_then(|key| {
                self.runs.binary_search_by_key(&key, |run| (run.ty, run.account, run.region)).ok()
            })
            .map_or(0..0, |run| self.runs[run].start..self.runs[run].end)
    }

    /// The regions that an account has resources in; some come more than once.
    pub fn regions_of(&self, account: &str) -> impl Iterator<Item = &str> {
        let account = number(&self.header.accounts, account);
        let runs = self.runs.iter().filter(move |run| Some(run.account) == account);
        runs.map(|run| name(&self.regions, run.region))
    }

    /// The resource with this type, account, region and id.
    pub fn find(&self, ty: &str, account: &str, region: &str, id: &str) -> Option<u32> {
        let Range { start, end } = self.of_type_in(ty, account, region);
        let run = &self.records[start as usize..end as usize];
        let found = run.binary_search_by(|record| {
            unquote(text(&self.blocks, record, record.id)).as_ref().cmp(id)
        });
        found.ok().map(|offset| start + offset as u32)
    }

    /// Where the resource numbered `i` stands in the snapshot it was read from, for messages.
    pub fn place(&self, i: u32) -> Place {
        place(&self.blocks, &self.records[i as usize])
    }

    /// The first two resources that are one, at the later of their places.
    fn duplicate(&self) -> Option<(Place, Reason)> {
        let same = |pair: &&[Record]| order(&pair[0], &pair[1], &self.blocks).is_eq();
        // By pairs that overlap: whichever thread finds it, the first pair is the same.
        let pair = self.records.par_windows(2).find_first(same)?;
        let view = ResourceView { snapshot: self, record: &pair[0] };
        let names = [view.ty(), &view.id(), "in", view.account(), view.region()];
        let what = names.map(|name| name.escape_debug().to_string()).join(" ");
        let first = place(&self.blocks, &pair[0]);
        Some((place(&self.blocks, &pair[1]), Reason::Duplicate { what, first }))
    }
}

/// A resource of a [`Snapshot`].
#[derive(Clone, Copy)]
pub struct ResourceView<'a> {
    snapshot: &'a Snapshot,
    record: &'a Record,
}

impl<'a> ResourceView<'a> {
    /// CloudFormation's resource type.
    pub fn ty(self) -> &'a str {
        name(&self.snapshot.types, self.record.ty)
    }

    /// Unique within type, account and region.
    pub fn id(self) -> Cow<'a, str> {
        unquote(self.text(self.record.id))
    }

    /// Amazon Resource Name; empty where there is none.
    pub fn arn(self) -> Cow<'a, str> {
        unquote(self.text(self.record.arn))
    }

    /// Account number.
    pub fn account(self) -> &'a str {
        name(&self.snapshot.header.accounts, self.record.account)
    }

    /// Region code, or [`crate::model::GLOBAL`].
    pub fn region(self) -> &'a str {
        name(&self.snapshot.regions, self.record.region)
    }

    /// What a person calls it; the id where the file has no name.
    pub fn name(self) -> Cow<'a, str> {
        unquote(self.text(self.record.name))
    }

    /// Tags: an object of strings.
    pub fn tags(self) -> Json<'a> {
        Json::trusted(self.text(self.record.tags))
    }

    /// CloudFormation's properties: an object.
    pub fn properties(self) -> Json<'a> {
        Json::trusted(self.text(self.record.properties))
    }

    /// Facts of the running system: an object.
    pub fn status(self) -> Json<'a> {
        Json::trusted(self.text(self.record.status))
    }

    /// The resource as a finding names it.
    pub fn reference(self) -> ResourceRef<'a> {
        ResourceRef {
            ty: Cow::Borrowed(self.ty()),
            id: self.id(),
            arn: self.arn(),
            account: Cow::Borrowed(self.account()),
            region: Cow::Borrowed(self.region()),
            name: self.name(),
        }
    }

    fn text(self, span: Span) -> &'a str {
        text(&self.snapshot.blocks, self.record, span)
    }
}

fn number(sorted: &[String], name: &str) -> Option<u32> {
    let found = sorted.binary_search_by(|known| known.as_str().cmp(name));
    found.ok().map(|number| number as u32)
}

fn name(names: &[String], number: u32) -> &str {
    names.get(number as usize).map_or("", String::as_str)
}

fn text<'a>(blocks: &'a [Block], record: &Record, span: Span) -> &'a str {
    blocks.get(record.block as usize).map_or("", |block| span.of(&block.text))
}

fn place(blocks: &[Block], record: &Record) -> Place {
    let (text, first_line) = blocks
        .get(record.block as usize)
        .map_or((&[][..], 1), |block| (block.text.as_bytes(), block.first_line));
    Place::of(text, record.id.start as usize, first_line)
}

/// Joins the parts' records, and numbers the names of all parts so that numbers sort as names do.
fn join(parts: Vec<Records>) -> (Vec<Record>, Vec<String>, Vec<String>) {
    let sorted = |names: &mut dyn Iterator<Item = &String>| -> Vec<String> {
        let mut sorted: Vec<String> = names.cloned().collect();
        sorted.sort_unstable();
        sorted.dedup();
        sorted
    };
    let types = sorted(&mut parts.iter().flat_map(|part| part.types.names()));
    let regions = sorted(&mut parts.iter().flat_map(|part| part.regions.names()));
    let mut records = Vec::with_capacity(parts.iter().map(|part| part.records.len()).sum());
    // Part by part, so that each is freed before the next is copied.
    for part in parts {
        let renumber = |names: &[String], all: &[String]| -> Vec<u32> {
            names.iter().map(|name| number(all, name).unwrap_or_default()).collect()
        };
        let type_numbers = renumber(part.types.names(), &types);
        let region_numbers = renumber(part.regions.names(), &regions);
        records.extend(part.records.into_iter().map(|record| Record {
            ty: type_numbers[record.ty as usize],
            region: region_numbers[record.region as usize],
            ..record
        }));
    }
    (records, types, regions)
}

/// By account, region, type and id.
fn order(one: &Record, two: &Record, blocks: &[Block]) -> Ordering {
    let place = |record: &Record| (record.account, record.region, record.ty);
    place(one)
        .cmp(&place(two))
        .then_with(|| unquote(text(blocks, one, one.id)).cmp(&unquote(text(blocks, two, two.id))))
}

/// Sorts by account, region, type, id, and equal ones by their place, so that a complaint about them
/// is the same every time.
fn sort(records: &mut [Record], blocks: &[Block]) {
    let place = |record: &Record| (record.block, record.id.start);
    let order = |one: &Record, two: &Record| {
        order(one, two, blocks).then_with(|| place(one).cmp(&place(two)))
    };
    // What audit wrote is sorted already.
    let sorted = |pair: &[Record]| order(&pair[0], &pair[1]).is_le();
    if !records.par_windows(2).all(sorted) {
        records.par_sort_unstable_by(order);
    }
}

fn runs(records: &[Record]) -> Vec<Run> {
    let key = |record: &Record| (record.account, record.region, record.ty);
    let mut runs = Vec::new();
    let mut start = 0;
    for run in records.chunk_by(|one, two| key(one) == key(two)) {
        let end = start + run.len() as u32;
        let Record { account, region, ty, .. } = run[0];
        runs.push(Run { ty, account, region, start, end });
        start = end;
    }
    runs.sort_unstable_by_key(|run| (run.ty, run.account, run.region));
    runs
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("header", &self.header)
            .field("resources", &self.len())
            .finish()
    }
}

impl std::fmt::Debug for ResourceView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.ty(), self.id())
    }
}
