//! Which operations the fixes of a set of rules can need: to read, make, change and take back what their
//! templates name, and no more.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::{self, Kind, Step};
use crate::model::Op;
use crate::rules::RuleSet;
use crate::rules::fix::Desired;

/// Every operation that the fixes of these rules can need, and every permission that those ask for.
pub fn operations(rules: &RuleSet) -> Vec<&'static Op> {
    let of_rules = rules.rules.iter().filter_map(|rule| rule.fix.as_ref());
    let of_rules = of_rules.flat_map(|fix| &fix.resources);
    let of_parts = rules.parts.iter().flat_map(|part| &part.resources);
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Desired { ty, properties, status, .. } in of_rules.chain(of_parts) {
        let names = properties.keys().chain(status.keys()).map(String::as_str);
        named.entry(ty).or_default().extend(names);
    }
    let of_type = |(ty, names): (&str, BTreeSet<&str>)| {
        kinds::find(ty).map(|kind| of_kind(kind, &names)).unwrap_or_default()
    };
    let mut found: Vec<&'static Op> = named.into_iter().flat_map(of_type).collect();
    found.sort_by_key(|op| op.api);
    found.dedup_by_key(|op| op.api);
    found
}

fn of_kind(kind: &'static Kind, names: &BTreeSet<&str>) -> Vec<&'static Op> {
    let steps = || kind.creates.iter().chain(kind.updates);
    let is_needed =
        |step: &&Step| step.of.is_empty() || step.of.iter().any(|name| names.contains(name));
    // What takes a step back is needed only where the step is.
    let is_idle = |op: &Op| {
        let mut its = steps().filter(|step| step.op.api == op.api).peekable();
        its.peek().is_some() && !its.any(|step| is_needed(&step))
    };
    let deletes = kind.deletes.iter().copied().filter(|op| !is_idle(op));
    let steps = steps().filter(is_needed).map(|step| step.op);
    kind.reads.iter().copied().chain(steps).chain(deletes).collect()
}
