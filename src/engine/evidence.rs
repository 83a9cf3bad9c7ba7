//! What host functions saw on the way to a verdict, written down only for findings that are printed.

use std::borrow::Cow;
use std::cell::RefCell;

use super::alarms::Fire;
use super::path::{End, Link, Reach};
use super::reason::Reason;
use crate::model::{Evidence, Lang};
use crate::snapshot::ResourceView;

/// The most evidence a finding shows.
pub const CAP: usize = 20;

/// Writes down what is seen.
#[derive(Debug, Default)]
pub struct Recorder<'a>(RefCell<Vec<(Option<ResourceView<'a>>, Seen<'a>)>>);

/// What is seen of a resource; each knows whether it speaks for a pass or against one.
#[derive(Debug)]
enum Seen<'a> {
    Fire(&'a Fire),
    /// Each broken link is told of what it breaks for.
    Reach(Reach),
    /// Something to know beside the verdict, whichever it is.
    Aside(Reason),
}

impl<'a> Recorder<'a> {
    /// What was seen of an alarm's threshold.
    pub fn fire(&self, alarm: ResourceView<'a>, fire: &'a Fire) {
        self.0.borrow_mut().push((Some(alarm), Seen::Fire(fire)));
    }

    /// Something to know beside the verdict, whichever it is.
    pub fn aside(&self, of: ResourceView<'a>, reason: Reason) {
        self.0.borrow_mut().push((Some(of), Seen::Aside(reason)));
    }

    /// What was seen of where a resource's signal ends.
    pub fn reach(&self, of: ResourceView<'a>, reach: Reach) {
        self.0.borrow_mut().push((Some(of), Seen::Reach(reach)));
    }

    /// What was seen of where something ends that no resource sends; each link speaks for itself.
    pub fn walked(&self, reach: Reach) {
        self.0.borrow_mut().push((None, Seen::Reach(reach)));
    }

    /// What speaks for a pass (`good`) or against one, sorted, at most [`CAP`]; and how many more.
    pub fn take(self, good: bool, lang: Lang) -> (Vec<Evidence<'a>>, usize) {
        let mut evidence = Vec::new();
        for (of, seen) in self.0.into_inner() {
            let mut add = |reason: &Reason, link: Option<&Link>| {
                let note = reason.text(lang);
                let (ty, id) = match (of, link) {
                    (Some(of), _) => (of.ty(), of.id()),
                    (None, link) => {
                        link.map(|it| (it.ty, it.id.clone().into())).unwrap_or_default()
                    }
                };
                evidence.push(Evidence { ty: Cow::Borrowed(ty), id, note });
            };
            match seen {
                Seen::Fire(Fire::Can(reason)) if good => add(reason, None),
                Seen::Fire(Fire::Cannot(reason)) if !good => add(reason, None),
                Seen::Reach(reach) if (reach.end == End::Someone) == good => {
                    reach.links().iter().for_each(|link| add(&link.reason, Some(link)));
                }
                Seen::Aside(reason) => add(&reason, None),
                Seen::Fire(_) | Seen::Reach(_) => {}
            }
        }
        evidence.sort();
        evidence.dedup();
        let omitted = evidence.len().saturating_sub(CAP);
        evidence.truncate(CAP);
        (evidence, omitted)
    }
}
