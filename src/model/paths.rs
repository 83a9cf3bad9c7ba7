//! Where the signals of an account end, as `audit paths` tells it.

use serde::Serialize;

use super::finding::{Gap, Notice, ResourceRef};
use super::rule::Lang;

/// Signals and where they end.
#[derive(Debug)]
pub struct Paths<'a> {
    /// When the snapshot was collected, RFC 3339.
    pub collected_at: &'a str,
    /// The accounts it covers.
    pub accounts: &'a [String],
    /// The regions it covers.
    pub regions: &'a [String],
    /// How many signals there are in the snapshot.
    pub all: usize,
    /// Those that were asked for, by account, region and kind.
    pub signals: Vec<Signal<'a>>,
    /// Who hears any of them.
    pub receivers: Vec<Heard>,
    /// Calls that did not answer, and could have told of more signals or ways.
    pub gaps: Vec<Gap>,
    /// What is worth knowing beside them.
    pub notices: Vec<Notice>,
    /// Language of the texts.
    pub lang: Lang,
}

/// Something that may have to be told to a person.
#[derive(Debug, Serialize)]
pub struct Signal<'a> {
    /// What kind of signal.
    pub kind: SignalKind,
    /// What it comes from.
    pub resource: ResourceRef<'a>,
    /// What a person calls it.
    pub what: String,
    /// Whether somebody hears.
    pub end: PathEnd,
    /// All its ways.
    pub ways: Vec<Way>,
}

/// Kinds of signals, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalKind {
    /// A metric alarm.
    Alarm,
    /// A composite alarm.
    CompositeAlarm,
    /// What an AWS service tells EventBridge.
    Event,
    /// Other events, of which a rule of EventBridge tells someone.
    Rule,
    /// A notification of a budget.
    Budget,
    /// A subscription to cost anomalies.
    CostAnomaly,
}

/// Whether somebody hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PathEnd {
    /// Nobody does.
    Nobody,
    /// That cannot be told.
    Unknown,
    /// A living receiver does.
    Someone,
}

/// A way that a signal takes from where it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Way {
    /// Type of the resource that it comes to, or empty when a call did not answer.
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// Its id.
    pub id: String,
    /// What a person calls it, or what there is to say of it.
    pub label: String,
    /// Why it may not get past.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
    /// Whether somebody hears by this way.
    pub end: PathEnd,
    /// Who hears where it ends, or would if it were whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<Receiver>,
    /// Where it goes on.
    pub ways: Vec<Way>,
}

/// Somebody who hears, or something that tells them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Receiver {
    /// `email`, `https`, `lambda` or `slack`, as `[notify] counts` calls them; a function speaks to Slack.
    pub kind: &'static str,
    /// Address, or name.
    pub id: String,
}

/// A receiver and how much it hears.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// The receiver.
    #[serde(flatten)]
    pub receiver: Receiver,
    /// Signals that come to it.
    pub signals: usize,
}
