//! The alert path: from a signal (an alarm, a budget) to a living receiver, link by link.
//!
//! Each link is one file: the alarm and its actions, composites above it, events and the rules that take them, the
//! topic with its policy and key, subscriptions, functions, chat channels. A link answers [`Reach`]: someone hears, nobody hears (with each
//! candidate's first broken link), or it cannot be told. A signal is heard if any way is whole;
//! a way that cannot be told keeps the answer open unless another is whole.

pub mod alarm;
pub mod alarm_rule;
pub mod arn;
pub mod chat;
pub mod composite;
pub mod event;
pub mod function;
pub mod key;
pub mod message;
pub mod mute;
pub mod policy;
pub mod senders;
pub mod subscription;
pub mod suppose;
pub mod told;
pub mod topic;

#[cfg(test)]
mod random_tests;

use std::sync::Arc;

pub use message::{Body, Message, Publisher, Signal};

use super::reason::{Reason, Unknown};

/// One thing seen on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Type of the resource it was seen on.
    pub ty: &'static str,
    /// Its id.
    pub id: String,
    /// What was seen.
    pub reason: Reason,
}

impl Link {
    /// A link.
    pub fn new(ty: &'static str, id: impl Into<String>, reason: Reason) -> Link {
        Link { ty, id: id.into(), reason }
    }
}

/// Where a signal ends, and by which ways. Cheap to clone: a thousand alarms on one topic share its ways.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The answer.
    pub end: End,
    ways: Arc<Ways>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// A living receiver hears it.
    Someone,
    /// Nobody does.
    Nobody,
    /// It cannot be told.
    Unknown(Unknown),
}

/// The ways that a signal takes.
#[derive(Debug)]
pub enum Ways {
    /// Here it ends, and the link says how; there is none where a call did not answer.
    End(Option<Link>),
    /// It goes on from here.
    Past(Hop, Reach),
    /// All of these, in the order in which AWS's answers name them.
    Several(Vec<Reach>),
}

/// What a signal passes.
#[derive(Clone, Debug)]
pub struct Hop {
    /// Type of the resource.
    pub ty: &'static str,
    /// Its id.
    pub id: String,
    /// What there is to say of it when the signal arrives.
    pub said: Option<Reason>,
    /// Why it may not get past, if it may not.
    pub doubt: Option<Unknown>,
}

impl Reach {
    fn ends(end: End, link: Option<Link>) -> Reach {
        Reach { end, ways: Arc::new(Ways::End(link)) }
    }

    /// A way that is whole.
    pub fn someone(link: Link) -> Reach {
        Reach::ends(End::Someone, Some(link))
    }

    /// A way of which nothing is worth saying but that it is whole.
    pub fn open() -> Reach {
        Reach::ends(End::Someone, None)
    }

    /// A way that breaks here.
    pub fn nobody(link: Link) -> Reach {
        Reach::ends(End::Nobody, Some(link))
    }

    /// A way that cannot be followed further, because AWS's answer does not tell.
    pub fn undecided(link: Link) -> Reach {
        Reach::ends(End::Unknown(link.reason.clone().into()), Some(link))
    }

    /// A way that cannot be followed further, because a call did not answer.
    pub fn unknown(unknown: Unknown) -> Reach {
        Reach::ends(End::Unknown(unknown), None)
    }

    /// All of several ways: someone hears if any is whole, and it cannot be told if none is and any cannot be followed.
    pub fn any(ways: impl IntoIterator<Item = Reach>) -> Reach {
        let mut ways: Vec<Reach> = ways.into_iter().collect();
        if let [_] = ways.as_slice() {
            return ways.remove(0);
        }
        let worth = |way: &&Reach| match way.end {
            End::Someone => 0,
            End::Unknown(_) => 1,
            End::Nobody => 2,
        };
        let end = ways.iter().min_by_key(worth).map_or(End::Nobody, |way| way.end.clone());
        Reach { end, ways: Arc::new(Ways::Several(ways)) }
    }

    /// The same way, seen to begin one link earlier; what breaks stays the first broken link.
    pub fn through(self, link: Link) -> Reach {
        let Link { ty, id, reason } = link;
        self.past(Hop { ty, id, said: Some(reason), doubt: None })
    }

    /// The same way, seen to come through a resource of which there is nothing to say.
    pub fn via(self, ty: &'static str, id: impl Into<String>) -> Reach {
        self.past(Hop { ty, id: id.into(), said: None, doubt: None })
    }

    /// The same way, which says that it ends at a resource if it says nothing else, as where a call did not answer.
    pub fn of(self, ty: &'static str, id: impl Into<String>) -> Reach {
        match &*self.ways {
            Ways::End(None) => self.via(ty, id),
            _ => self,
        }
    }

    /// The same way, if the signal gets past what this link tells of, which cannot be told; what breaks further on is
    /// broken all the same.
    pub fn perhaps(self, link: Link) -> Reach {
        let Link { ty, id, reason } = link;
        self.past(Hop { ty, id, said: None, doubt: Some(reason.into()) })
    }

    /// The same way behind what `guard` says of a resource, if it does not let the signal past for sure.
    pub fn behind(self, guard: Option<Reach>, ty: &'static str, id: impl Into<String>) -> Reach {
        let Some(guard) = guard else { return self.via(ty, id) };
        match (&guard.end, &*guard.ways) {
            (End::Someone, _) => self.via(ty, id),
            (End::Nobody, _) => guard,
            (End::Unknown(_), Ways::End(Some(link))) => self.perhaps(link.clone()),
            (End::Unknown(doubt), _) => {
                let doubt = Some(doubt.clone());
                self.past(Hop { ty, id: id.into(), said: None, doubt })
            }
        }
    }

    fn past(self, hop: Hop) -> Reach {
        let end = match (&self.end, &hop.doubt) {
            (End::Someone, Some(doubt)) => End::Unknown(doubt.clone()),
            (end, _) => end.clone(),
        };
        Reach { end, ways: Arc::new(Ways::Past(hop, self)) }
    }

    /// All its ways.
    pub fn ways(&self) -> &Ways {
        &self.ways
    }

    /// For [`End::Someone`] the links of the first way that is whole; otherwise the first broken or open link of each.
    pub fn links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        self.add_links(&mut links);
        links
    }

    fn add_links(&self, links: &mut Vec<Link>) {
        match &*self.ways {
            Ways::End(link) => links.extend(link.clone()),
            Ways::Past(hop, next) => {
                let link = |reason: &Reason| Link::new(hop.ty, hop.id.clone(), reason.clone());
                match (&hop.doubt, &hop.said) {
                    (Some(Unknown::Undecided(doubt)), _) if next.end != End::Nobody => {
                        links.push(link(doubt));
                    }
                    (None, Some(said)) if next.end == End::Someone => links.push(link(said)),
                    _ => {}
                }
                // Of a way that is open here, what holds further on says nothing.
                if hop.doubt.is_none() || next.end != End::Someone {
                    next.add_links(links);
                }
            }
            Ways::Several(ways) if self.end == End::Someone => {
                let whole = ways.iter().find(|way| way.end == End::Someone);
                whole.into_iter().for_each(|way| way.add_links(links));
            }
            Ways::Several(ways) => ways.iter().for_each(|way| way.add_links(links)),
        }
    }
}

/// Of two ends, both of which have to be whole, the one that a careful person would report.
pub fn worse(a: Reach, b: Reach) -> Reach {
    match (&a.end, &b.end) {
        (End::Nobody, _) | (End::Unknown(_), End::Someone | End::Unknown(_)) => a,
        (_, End::Nobody | End::Unknown(_)) => b,
        _ => a,
    }
}
