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
pub mod mute;
pub mod policy;
pub mod subscription;
pub mod suppose;
pub mod topic;

use std::sync::Arc;

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

/// Where a signal ends. Cheap to clone: a thousand alarms on one topic share its links.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The answer.
    pub end: End,
    /// For [`End::Someone`] the links of the way; otherwise the first broken or open link of each.
    pub links: Arc<Vec<Link>>,
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

impl Reach {
    /// A way that is whole.
    pub fn someone(link: Link) -> Reach {
        Reach { end: End::Someone, links: Arc::new(vec![link]) }
    }

    /// A way that breaks here.
    pub fn nobody(link: Link) -> Reach {
        Reach { end: End::Nobody, links: Arc::new(vec![link]) }
    }

    /// A way that cannot be followed further, because AWS's answer does not tell.
    pub fn undecided(link: Link) -> Reach {
        Reach { end: End::Unknown(link.reason.clone().into()), links: Arc::new(vec![link]) }
    }

    /// A way that cannot be followed further, because a call did not answer.
    pub fn unknown(unknown: Unknown) -> Reach {
        Reach { end: End::Unknown(unknown), links: Arc::default() }
    }

    /// The best of several ways.
    pub fn any(ways: impl IntoIterator<Item = Reach>) -> Reach {
        let mut all: Option<Reach> = None;
        for way in ways {
            match (&mut all, way.end) {
                (_, End::Someone) => return Reach { end: End::Someone, links: way.links },
                (None, end) => all = Some(Reach { end, links: way.links }),
                (Some(all), end) => {
                    if all.end == End::Nobody {
                        all.end = end;
                    }
                    Arc::make_mut(&mut all.links).extend(way.links.iter().cloned());
                }
            }
        }
        all.unwrap_or(Reach { end: End::Nobody, links: Arc::default() })
    }

    /// The same way, seen to begin one link earlier; what breaks stays the first broken link.
    pub fn through(mut self, link: Link) -> Reach {
        if self.end == End::Someone {
            Arc::make_mut(&mut self.links).insert(0, link);
        }
        self
    }
}

/// What is sent, which decides who lets it in and what filters do to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal<'a> {
    /// A CloudWatch alarm of this ARN: JSON without message attributes.
    Alarm(&'a str),
    /// AWS Budgets in this account: plain text without message attributes.
    Budget(&'a str),
    /// A rule of EventBridge of this ARN, and whether it makes the message over: JSON without message attributes.
    Event(&'a str, bool),
    /// A subscription to cost anomalies of this ARN: JSON without message attributes.
    Anomaly(&'a str),
}

impl Signal<'_> {
    /// The service that publishes.
    pub fn publisher(self) -> &'static str {
        match self {
            Signal::Alarm(_) => "CloudWatch",
            Signal::Budget(_) => "Budgets",
            Signal::Event(..) => "EventBridge",
            Signal::Anomaly(_) => "CostAnomalyDetection",
        }
    }

    /// The kind of message, without who sent it.
    pub fn message(self) -> Message {
        match self {
            Signal::Event(_, true) => Message::Made,
            Signal::Alarm(_) | Signal::Event(..) | Signal::Anomaly(_) => Message::Json,
            Signal::Budget(_) => Message::Text,
        }
    }
}

/// The kind of message that receivers see. None carries message attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// An AWS service's JSON document.
    Json,
    /// What a rule made of one, in words of the team's own.
    Made,
    /// Plain text.
    Text,
}
