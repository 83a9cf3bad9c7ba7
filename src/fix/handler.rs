//! What must be possible with a resource type for a fix to use it: to read, create, update and delete
//! one, as CloudFormation's own handlers do.

use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::kinds::Kind;
use crate::model::Op;

/// A resource as it stands or should stand: settable properties, and what of its status can be set.
///
/// Names as in snapshots: CloudFormation's under `properties`, the API's own under `status`. What is
/// absent is null; a null never stands here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// CloudFormation's properties.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub properties: Map<String, Value>,
    /// Facts of the running system that can be brought about: `recording`, `State`, `IsLogging`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub status: Map<String, Value>,
}

/// Which resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// CloudFormation resource type.
    #[serde(rename = "type")]
    pub ty: String,
    /// Region code, or `global`.
    pub region: String,
    /// Its physical id; of what has none, the ids it hangs on, with `|` between.
    pub id: String,
}

/// Why a call to AWS did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{api}: {message}")]
pub struct Refused {
    /// The operation, such as `sns:CreateTopic`.
    pub api: String,
    /// What kind of refusal.
    pub kind: RefusedKind,
    /// The service's own words in one line without secrets, or what went wrong on the way.
    pub message: String,
}

/// Kinds of refusal, by what to do about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedKind {
    /// IAM said no.
    Denied,
    /// Asked too often, or no answer in time, retries included: whether it was done is not known.
    Exhausted,
    /// Anything else that the service says no to.
    Other,
    /// The journal could not be written, so nothing more is called.
    Journal,
}

/// What comes of asking AWS.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, Refused>> + 'a>>;

/// A resource type that can be read, created, updated and deleted. `C` is the way to call AWS.
///
/// Each of the four may be cut off after any of its calls, and is then called again: it must go on from
/// whatever is there. What exists already when it should be made is brought to the desired state.
pub trait Handler<C: ?Sized>: Sync {
    /// What is known of the type without asking: its operations and their use.
    fn kind(&self) -> &'static Kind;

    /// The state of the resource; none when it does not exist.
    fn read<'a>(&'a self, cx: &'a C, id: &'a str) -> Reply<'a, Option<State>>;

    /// Makes the resource, with these tags where its type has any.
    fn create<'a>(&'a self, cx: &'a C, id: &'a str, to: &'a State) -> Reply<'a, ()>;

    /// Brings a resource that is there from one state to another. Both are whole states; what they
    /// agree in is left alone wherever the API allows it.
    fn update<'a>(
        &'a self,
        cx: &'a C,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()>;

    /// Deletes the resource; that it is gone already is no error.
    fn delete<'a>(&'a self, cx: &'a C, id: &'a str, from: &'a State) -> Reply<'a, ()>;
}

/// Hears of every call that changes the account: before it is made, and when it was answered.
///
/// # Errors
/// That it could not be written down, after which nothing more may be called.
pub trait CallLog {
    /// `op` is about to be called.
    fn calling(&self, op: &'static Op) -> std::io::Result<()>;
    /// It was answered: `ok`, or an error's code and words.
    fn called(&self, op: &'static Op, outcome: &str) -> std::io::Result<()>;
}

/// What the account can be asked and told: the handlers of all types, each called where it belongs.
pub trait Hands {
    /// The state of a resource; none when it does not exist.
    fn read<'a>(&'a self, target: &'a Target) -> Reply<'a, Option<State>>;

    /// Waits so many seconds.
    fn wait<'a>(&'a self, seconds: u64) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

    /// Makes, changes or deletes a resource; every writing call is told to `log`.
    fn change<'a>(
        &'a self,
        target: &'a Target,
        change: Change<'a>,
        log: &'a dyn CallLog,
    ) -> Reply<'a, ()>;
}

/// From what to what.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// Make it.
    Create(&'a State),
    /// Bring it from one state to another.
    Update(&'a State, &'a State),
    /// Delete what is in this state.
    Delete(&'a State),
}
