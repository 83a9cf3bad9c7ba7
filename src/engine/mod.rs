//! From a snapshot and rules to findings: subjects, gaps, joins, the functions that rules call, and
//! the alert path. Plain functions over plain values; nothing here talks to the network or prints.
//!
//! May use `model`, `snapshot` and `rules`.

pub mod alarms;
pub mod cases;
pub mod endpoints;
pub mod evaluate;
pub mod events;
pub mod evidence;
pub mod gaps;
pub mod host;
pub mod joins;
pub mod maybe;
pub mod metrics;
pub mod node;
pub mod notices;
pub mod path;
pub mod reason;
pub mod schedule;
pub mod signals;
pub mod subjects;
pub mod team;
pub mod world;

pub use evaluate::Evaluation;
pub use team::{Counts, Team};
pub use world::World;
