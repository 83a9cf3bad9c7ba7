//! What host functions saw on the way to a verdict, written down only for findings that are printed.

use std::cell::RefCell;

use super::fire::Fire;
use super::path::{End, Reach};
use super::reason::Reason;
use crate::model::{Evidence, Lang};

/// The most evidence a finding shows.
pub const CAP: usize = 20;

/// Writes down what is seen.
#[derive(Debug, Default)]
pub struct Recorder(RefCell<Vec<Seen>>);

#[derive(Debug)]
struct Seen {
    good: bool,
    ty: String,
    id: String,
    reason: Reason,
}

impl Recorder {
    /// What was seen of an alarm's threshold.
    pub fn fire(&self, ty: &str, id: &str, fire: &Fire) {
        let (good, reason) = match fire {
            Fire::Can(reason) => (true, reason),
            Fire::Cannot(reason) => (false, reason),
            Fire::Unknown(_) => return,
        };
        self.0.borrow_mut().push(Seen {
            good,
            ty: ty.to_owned(),
            id: id.to_owned(),
            reason: reason.clone(),
        });
    }

    /// Something to know beside the verdict, whichever it is.
    pub fn aside(&self, ty: &str, id: &str, reason: &Reason) {
        let seen =
            |good| Seen { good, ty: ty.to_owned(), id: id.to_owned(), reason: reason.clone() };
        self.0.borrow_mut().extend([seen(true), seen(false)]);
    }

    /// What was seen of where `(ty, id)` ends: each broken link is told of what it breaks for.
    pub fn reach(&self, ty: &str, id: &str, reach: &Reach) {
        let good = reach.end == End::Someone;
        self.0.borrow_mut().extend(reach.links.iter().map(|link| Seen {
            good,
            ty: ty.to_owned(),
            id: id.to_owned(),
            reason: link.reason.clone(),
        }));
    }

    /// What speaks for a pass (`good`) or against one, sorted, at most [`CAP`]; and how many more.
    pub fn take(self, good: bool, lang: Lang) -> (Vec<Evidence>, usize) {
        let seen = self.0.into_inner().into_iter().filter(|seen| seen.good == good);
        let mut evidence: Vec<Evidence> = seen
            .map(|seen| Evidence { note: seen.reason.text(lang), ty: seen.ty, id: seen.id })
            .collect();
        evidence.sort();
        evidence.dedup();
        let omitted = evidence.len().saturating_sub(CAP);
        evidence.truncate(CAP);
        (evidence, omitted)
    }
}
