//! Mistakes in `audit.toml`: exit 2, all of them, each with file, line, column and caret.

use std::fs;

use crate::{audit_in, fixture, refusal};

/// What a run says of a configuration, found upward from a folder below it.
fn complaints(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("audit.toml"), text).expect("written");
    let below = folder.path().join("below");
    fs::create_dir(&below).expect("made");
    let healthy = fixture("ecs-fargate-healthy.json");
    let words = refusal(&audit_in(&below, &["run", "--snapshot", &healthy]));
    assert!(words.contains("audit.toml"), "{words}");
    words
}

/// Each complaint as `LINE:COLUMN its first line`, and whether it has a caret.
fn places(words: &str) -> Vec<String> {
    let complaints = words.split("\n\nerror: ").map(|c| c.trim_start_matches("error: "));
    let places = complaints.map(|complaint| {
        let mut lines = complaint.lines();
        let message = lines.next().expect("a message");
        let place = lines.next().expect("a place").split_once("audit.toml:").expect("a place").1;
        assert!(lines.any(|line| line.trim_start_matches(['|', ' ']).starts_with('^')), "{words}");
        format!("{place} {message}")
    });
    places.collect()
}

#[test]
fn each_is_told_at_its_place() {
    let list = "; `audit rules list` shows all ids";
    let section = ", and `section:NAME` selects a section: prerequisites, security, external-monitoring, resource-monitoring, notification, application, cost";
    for (text, expected) in [
        (
            "nonsense = 1\n",
            "1:1 unknown key nonsense; there are regions, endpoints, iam, notify, budget, params, rules".to_owned(),
        ),
        ("\n[rules]\nskp = []\n", "3:1 unknown key skp; there are skip".to_owned()),
        ("regions = 3\n", "1:11 expected a list, found 3".to_owned()),
        ("regions = [\"a\", 3]\n", "1:17 expected a string, found 3".to_owned()),
        ("rules = 1\n", "1:9 expected keys with values, found 1".to_owned()),
        ("[params]\nx = true", "2:5 expected keys with values, found true".to_owned()),
        (
            "[params.rds-cpu-alarm]\nthreshhold = 3\n",
            "2:1 the rule has no parameter threshhold; it has threshold".to_owned(),
        ),
        (
            "[params.rds-cpu-alarm]\nthreshold = \"3\"\n",
            "2:13 expected a number, found \"3\"".to_owned(),
        ),
        (
            "params = {rds-cpu-alarm = {threshold = 2026-01-01}}",
            "1:40 expected a number, found \"2026-01-01\"".to_owned(),
        ),
        ("[params.rds-cpu-alarm]\nthreshold = nan", "2:13 this number cannot be used".to_owned()),
        (
            "[params.canary-timeout]\nmax_seconds = -5",
            "2:15 expected a number that is not negative, found -5".to_owned(),
        ),
        ("[params.nope]\nx = 1\n", format!("1:9 there is no such rule nope{list}")),
        ("[params.nope]\n", format!("1:9 there is no such rule nope{list}")),
        (
            "[rules]\nskip = [\n  \"rds-*\",\n  \"no-such-*\",\n]\n",
            format!("4:3 [rules] skip \"no-such-*\" matches no rule{list}{section}"),
        ),
        ("a = 1\na = 2\n", "2:1 duplicate key".to_owned()),
        ("x = \n", "1:5 string values must be quoted, expected literal string".to_owned()),
    ] {
        let words = complaints(text);
        let found = places(&words);
        assert!(found.contains(&expected), "{text}: {words}");
        assert_eq!(found.len(), 1, "{text}: {words}");
    }
}

#[test]
fn all_are_told_in_the_order_of_the_file() {
    let shape = "region = []\n[params.x]\n[rules]\nskip = [1, \"rds-*\", true]\n[more]\n";
    assert_eq!(
        places(&complaints(shape)),
        [
            "1:1 unknown key region; there are regions, endpoints, iam, notify, budget, params, rules",
            "4:9 expected a string, found 1",
            "4:21 expected a string, found true",
            "5:2 unknown key more; there are regions, endpoints, iam, notify, budget, params, rules",
        ]
    );
    let meaning = "[rules]\nskip = [\"x\", \"y\"]\n[params.rds-cpu-alarm]\nthreshold = []\nz = 1\n";
    let found = places(&complaints(meaning));
    let starts: Vec<&str> = found.iter().map(|f| f.split(' ').next().expect("a place")).collect();
    assert_eq!(starts, ["2:9", "2:14", "4:13", "5:1"], "{found:?}");
    // Two values of a rule that is not there are one complaint, and so are brackets without end.
    assert_eq!(places(&complaints("[params.nope]\nx = 1\ny = 1\n")).len(), 1);
    assert_eq!(places(&complaints(&format!("x = {}", "[".repeat(1_000)))).len(), 2);
    let syntax = places(&complaints("a = \nb = !\nc = 'x\n"));
    assert!(syntax.len() >= 3 && syntax[0].starts_with("1:5"), "{syntax:?}");
}

#[test]
fn what_is_right_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "[params.rds-cpu-alarm]\nthreshold = 60\n[rules]\nskip = [\"rds-storage-*\"]\n";
    fs::write(folder.path().join("audit.toml"), text).expect("written");
    let healthy = fixture("ecs-fargate-healthy.json");
    let args = ["run", "--snapshot", &healthy, "--format", "json"];
    let report = crate::stdout(&audit_in(folder.path(), &args), 0);
    assert!(report.contains("rds-cpu-alarm") && !report.contains("rds-storage-alarm"));
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("latin1.toml"), b"# \xe9\n").expect("written");
    for name in ["latin1.toml", "missing.toml", "."] {
        let healthy = fixture("ecs-fargate-healthy.json");
        let args = ["run", "--snapshot", &healthy, "--config", name];
        let words = refusal(&audit_in(folder.path(), &args));
        assert!(words.contains(&format!("cannot read the configuration {name}:")), "{words}");
    }
}
