//! `audit`: is this AWS ECS + Fargate product monitored so that a person really hears of trouble?
//!
//! Data flows one way, through plain functions over plain values:
//!
//! ```text
//! AWS APIs -> aws (collect) -> snapshot -> engine (evaluate rules) -> findings -> report
//! ```
//!
//! | room | holds | may use |
//! |---|---|---|
//! | [`model`] | the vocabulary: resources, findings, operations, typed properties | nothing |
//! | [`snapshot`] | reading, writing and indexing snapshots | model |
//! | [`rules`] | YAML to checked rules; the expression language | model |
//! | [`engine`] | evaluation, joins, the alert path | model, snapshot, rules |
//! | [`report`] | one file per output format | model |
//! | [`fix`] | plans, their application and undoing, exports; no network | model, snapshot, rules, engine |
//! | `aws` | the only room that talks to the network | model, snapshot, fix |
//! | [`cli`] | one file per command; the only room that prints | everything |

#[cfg(feature = "aws")]
pub mod aws;
pub mod cli;
pub mod engine;
pub mod fix;
pub mod model;
pub mod report;
pub mod rules;
pub mod snapshot;
