//! What a collection has learnt so far: a record per region and operation, and the resources.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::{Coverage, Op, Outcome, Resource};

use super::outcome::Refusal;

/// After so many calls in a row that used up all retries, an operation is not called again.
const PATIENCE: u32 = 3;

/// What came of an operation in a region so far.
struct Record {
    op: &'static Op,
    /// Something was read in full.
    answered: bool,
    /// It failed as a whole, not for single resources.
    failed_whole: bool,
    /// Ids of the resources it failed for.
    failed_for: BTreeSet<String>,
    worst: Outcome,
    message: String,
    /// Calls in a row that used up all retries.
    exhausted: u32,
    /// Why the last of them did.
    exhaustion: Option<Refusal>,
}

/// Records and resources of one account.
#[derive(Default)]
pub struct Ledger {
    records: BTreeMap<(String, &'static str), Record>,
    resources: BTreeMap<(String, String, String), Resource>,
    settled: HashSet<(String, &'static str)>,
}

impl Ledger {
    fn record(&mut self, region: &str, op: &'static Op) -> &mut Record {
        self.records.entry((region.to_owned(), op.api)).or_insert_with(|| Record {
            op,
            answered: false,
            failed_whole: false,
            failed_for: BTreeSet::new(),
            worst: Outcome::Ok,
            message: String::new(),
            exhausted: 0,
            exhaustion: None,
        })
    }

    /// `op` answered in full, or had nothing to be asked about.
    pub fn answered(&mut self, region: &str, op: &'static Op) {
        let record = self.record(region, op);
        record.answered = true;
        record.exhausted = 0;
    }

    /// `op` failed for the resources `about`, or as a whole when there are none. True when from now
    /// on it should not be called again.
    pub fn failed(
        &mut self,
        region: &str,
        op: &'static Op,
        about: &[&str],
        refusal: &Refusal,
    ) -> bool {
        let record = self.record(region, op);
        record.failed_whole |= about.is_empty();
        record.failed_for.extend(about.iter().map(|id| (*id).to_owned()));
        record.exhausted = if refusal.exhausted { record.exhausted + 1 } else { 0 };
        record.exhaustion = refusal.exhausted.then(|| refusal.clone());
        let new = (badness(refusal.outcome), refusal.message.as_str());
        let old = (badness(record.worst), record.message.as_str());
        // Of equally bad ones the first by letters, so that the order of arrival does not show.
        if new.0 > old.0 || (new.0 == old.0 && new.1 < old.1) {
            record.worst = refusal.outcome;
            record.message.clone_from(&refusal.message);
        }
        record.exhausted == PATIENCE
    }

    /// Why `op` should not be called again in `region`, if it should not.
    pub fn given_up(&self, region: &str, op: &'static Op) -> Option<Refusal> {
        let record = self.records.get(&(region.to_owned(), op.api))?;
        record.exhaustion.clone().filter(|_| record.exhausted >= PATIENCE)
    }

    /// Whether `op` was called in `region`.
    pub fn was_called(&self, region: &str, op: &'static Op) -> bool {
        self.records.contains_key(&(region.to_owned(), op.api))
    }

    /// Whether `op` was called in `region` and never failed.
    pub fn is_ok(&self, region: &str, op: &'static Op) -> bool {
        self.records.get(&(region.to_owned(), op.api)).is_some_and(|r| r.worst == Outcome::Ok)
    }

    /// Marks `op` as finished in `region`; false when it was already.
    pub fn settle(&mut self, region: &str, op: &'static Op) -> bool {
        self.settled.insert((region.to_owned(), op.api))
    }

    /// Keeps a resource; of two with the same region, type and id the first.
    pub fn keep(&mut self, resource: Resource) {
        let key = (resource.region.clone(), resource.ty.clone(), resource.id.clone());
        self.resources.entry(key).or_insert(resource);
    }

    /// Coverage and resources, sorted.
    pub fn close(self, account: &str) -> (Vec<Coverage>, Vec<Resource>) {
        let records = self.records.into_iter();
        let mut coverage: Vec<_> =
            records.map(|((region, _), record)| record.into_coverage(account, region)).collect();
        coverage.sort();
        (coverage, self.resources.into_values().collect())
    }
}

impl Record {
    fn into_coverage(self, account: &str, region: String) -> Coverage {
        let only_some = self.answered && !self.failed_whole;
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Coverage {
            account: account.to_owned(),
            region,
            operation: self.op.api.to_owned(),
            actions: words(self.op.actions),
            fills: words(self.op.fills),
            outcome: self.worst,
            resources: if only_some { self.failed_for.into_iter().collect() } else { Vec::new() },
            message: self.message,
        }
    }
}

/// Which outcome is told when an operation met several: the one a person can mend comes first.
fn badness(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Ok => 0,
        Outcome::NotInRegion => 1,
        Outcome::NotEntitled => 2,
        Outcome::Unsupported => 3,
        Outcome::Error => 4,
        Outcome::Denied => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ops;

    fn refusal(outcome: Outcome, message: &str) -> Refusal {
        Refusal { outcome, ..Refusal::senseless(message) }
    }

    fn only(ledger: Ledger) -> Coverage {
        ledger.close("1").0.remove(0)
    }

    #[test]
    fn names_the_resources_only_when_it_worked_for_others() {
        let op = &ops::GET_TOPIC_ATTRIBUTES;
        let mut some = Ledger::default();
        some.failed("r", op, &["b"], &refusal(Outcome::Error, "z"));
        some.failed("r", op, &["a"], &refusal(Outcome::Denied, "y"));
        some.answered("r", op);
        let some = only(some);
        assert_eq!(some.resources, ["a", "b"]);
        assert_eq!((some.outcome, some.message.as_str()), (Outcome::Denied, "y"));

        let mut all = Ledger::default();
        all.failed("r", op, &["a"], &refusal(Outcome::Error, "z"));
        assert!(only(all).resources.is_empty());
    }

    #[test]
    fn gives_up_after_exhausting_calls_in_a_row() {
        let op = &ops::GET_TOPIC_ATTRIBUTES;
        let mut ledger = Ledger::default();
        for _ in 1..PATIENCE {
            ledger.failed("r", op, &["a"], &Refusal::silence(1));
        }
        assert_eq!(ledger.given_up("r", op), None);
        ledger.failed("r", op, &["b"], &Refusal::silence(1));
        assert!(ledger.given_up("r", op).is_some());
        ledger.answered("r", op);
        assert_eq!(ledger.given_up("r", op), None);
    }
}
