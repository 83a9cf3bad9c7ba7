//! The harness of tests that talk to an AWS: `tests/server`, moto made honest, started once per test process.
//!
//! ```ignore
//! mod support;
//! use support::{Account, server};
//!
//! let account = Account::new(server());
//! account.seed("healthy");
//! account.plant("rds-cpu-alarm");
//! let output = account.command().args(["run", "--format", "json"]).output().unwrap();
//! ```
//!
//! Each test makes an account of its own, so tests run in parallel on one server. The server ends when this process
//! does, however it ends. Needs Python 3.10 or newer with `venv`; the packages are installed below `target/tmp` once.

#![allow(
    dead_code,
    unused_imports,
    reason = "every test binary compiles this module and uses its own part of it"
)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a harness that cannot go on should stop the test, saying why"
)]

mod account;
pub mod authorization;
mod process;
pub mod venv;

pub use account::{Account, REGION, Request, longest_chain};
pub use process::{Server, server};
