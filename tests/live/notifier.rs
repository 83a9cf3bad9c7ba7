//! The function that forwards alerts to Slack, run on sample events against an endpoint that plays Slack:
//! `tests/notifier`. Its secrets come from the same server as everything else.

use std::path::Path;
use std::process::Command;

use crate::support::venv;

#[test]
fn the_slack_notifier_delivers_and_keeps_its_secret() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notifier/test_notifier.py");
    let output = Command::new(venv::python())
        .arg(tests)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("UPDATE")
        .output()
        .expect("start Python");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("\nOK"), "{said}");
    let ran = said.lines().find_map(|line| line.strip_prefix("Ran ")).expect("a count");
    let count: usize = ran.split(' ').next().and_then(|n| n.parse().ok()).expect("a number");
    assert!(count >= 30, "only {count} tests");
}
