//! The code of canaries, run against a site of its own: `tests/heartbeat`.

use std::path::Path;
use std::process::Command;

use crate::support::venv;

#[test]
fn the_heartbeat_tells_what_is_well_and_keeps_queries_to_itself() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/heartbeat/test_heartbeat.py");
    let output = Command::new(venv::python())
        .arg(tests)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("start Python");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("\nOK"), "{said}");
    let ran = said.lines().find_map(|line| line.strip_prefix("Ran ")).expect("a count");
    let count: usize = ran.split(' ').next().and_then(|n| n.parse().ok()).expect("a number");
    assert!(count >= 9, "only {count} tests");
}
