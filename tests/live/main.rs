//! The built binary against an AWS over HTTP: collection, verdicts, exit codes.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
mod asked;
mod bad_luck;
mod broken;
mod careful;
mod cost;
mod each_operation;
mod faults;
mod fix;
mod gaps;
mod handlers;
mod heartbeat;
#[cfg(unix)]
mod interrupted;
#[cfg(unix)]
mod killed;
mod mended;
mod notifier;
mod patterns;
mod picture;
mod policy;
mod report;
mod rounds;
mod secrets;
mod snapshots;
mod watching;

use report::Report;
use support::Account;

/// Runs `audit run --format json` with `args` on the account.
fn run(account: &Account<'_>, args: &[&str]) -> Report {
    let output = account
        .command()
        .args(["run", "--format", "json"])
        .args(args)
        .output()
        .expect("audit starts");
    Report::of(&output)
}
