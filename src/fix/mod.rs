//! Fixes: from failing findings to a plan, from a plan to an account that passes, and back.
//!
//! A rule's fix is data: desired resources, in CloudFormation's vocabulary. A [`plan::Plan`] is the
//! difference between them and what is there; applying it is a loop that reads, compares, writes and
//! reads again; undoing it is its inverse; an export is the same data written as a template.
//!
//! Nothing here talks to the network: [`handler::Handler`] says what a resource type must be able to do,
//! and `aws` does it. May use `model`, `snapshot`, `rules` and `engine`.

pub mod apply;
pub mod cost;
pub mod draft;
pub mod ending;
pub mod export;
pub mod handler;
pub mod heartbeat;
pub mod journal;
pub mod kinds;
pub mod merge;
pub mod needs;
pub mod notifier;
pub mod offline;
pub mod plan;
pub mod planner;
pub mod pristine;
pub mod render;
pub mod told;
pub mod undo;
