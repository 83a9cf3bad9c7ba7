//! The inputs that the fuzzer begins with, and those that once broke something: what must hold of
//! any input holds of them.

use std::fs;

use crate::root;

#[path = "../../fuzz/targets/mod.rs"]
mod targets;

/// Runs a target on every input that is kept for it.
fn run(target: &str, on: fn(&[u8])) {
    let folder = root().join("fuzz/corpus").join(target);
    let mut inputs: Vec<_> = fs::read_dir(folder).expect("a corpus").flatten().collect();
    inputs.sort_by_key(fs::DirEntry::path);
    assert!(inputs.len() >= 10, "{target} has {} inputs", inputs.len());
    for input in inputs {
        let data = fs::read(input.path()).expect("readable");
        let held = std::panic::catch_unwind(|| on(&data));
        assert!(held.is_ok(), "{} shows what does not hold", input.path().display());
    }
}

#[test]
fn snapshots() {
    run("snapshot", targets::snapshot::run);
}

#[test]
fn rules() {
    run("rule", targets::rule::run);
}

#[test]
fn expressions() {
    run("expression", targets::expression::run);
}

#[test]
fn configurations() {
    run("config", targets::config::run);
}
