//! The built binary on snapshots: no network, no account.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bad_config;
mod bad_rules;
mod bad_snapshots;
mod corpus;
mod determinism;
mod endless;
mod export;
mod fix;
mod formats;
mod hostile;
mod no_endpoint;
mod outputs;
mod pages;
mod paths;
mod policy;
mod readme;
mod unknown_types;
mod usage;
mod wrong_kinds;

#[allow(dead_code, reason = "the server's environment is only for tests that talk to it")]
#[path = "../support/venv.rs"]
mod venv;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the project.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A fixture's path.
fn fixture(name: &str) -> String {
    root().join("fixtures").join(name).display().to_string()
}

/// `audit` in `folder` with nothing of the environment but what a bare shell has.
fn audit_in(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audit"));
    command.env_clear().env("LANG", "C.UTF-8").current_dir(folder).args(args);
    command.output().expect("audit starts")
}

/// `audit` in a folder of its own.
fn audit(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    audit_in(folder.path(), args)
}

/// What a run printed, after its exit code was looked at.
fn stdout(output: &Output, exit: i32) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "{stderr}");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The complaint of a run that was refused.
fn refusal(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(output.stdout.is_empty());
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}
