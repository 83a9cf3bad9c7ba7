//! What must hold of any input, whatever it is: one file per thing that is read. Each `run` panics
//! where it does not.
//!
//! The fuzzer calls them with inputs of its own (`cargo +nightly fuzz run snapshot`), and the test
//! `tests/offline/corpus.rs` with those kept in `fuzz/corpus/`, which are also where the fuzzer begins. An
//! input that once broke something is kept there under a name that says what.

// Each binary takes one of them.
#![allow(dead_code)]
#![allow(clippy::expect_used, clippy::panic, reason = "what does not hold must be seen")]

pub mod config;
pub mod expression;
pub mod rule;
pub mod snapshot;
mod world;
