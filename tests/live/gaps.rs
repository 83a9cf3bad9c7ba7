//! What cannot be read is unknown, never a pass. Each operation by itself: see `each_operation`.

use std::collections::BTreeSet;

use crate::run;
use crate::support::{Account, server};

#[test]
fn with_everything_denied_nothing_passes() {
    let account = Account::new(server());
    account.seed("healthy");
    account.deny_all_except(&["sts:GetCallerIdentity"]);
    let report = run(&account, &[]);
    assert_eq!(report.with("pass"), BTreeSet::new());
    assert_eq!(report.with("fail"), BTreeSet::new());
    assert!(!report.with("unknown").is_empty());
    assert_eq!(report.exit, 3);
}

#[test]
fn what_the_pages_before_a_broken_one_told_stays_told() {
    let account = Account::new(server());
    account.seed("mvp");
    let whole = run(&account, &[]).statuses();
    account.pages_of(2);
    // The first page comes, all others do not.
    account.fault_with(serde_json::json!({
        "operation": "rds:DescribeDBInstances", "kind": "deny", "match": "Marker="
    }));
    let report = run(&account, &[]);
    let after = report.statuses();
    assert!(after.contains_key(&("rds-cpu-alarm".to_owned(), "*".to_owned())), "there may be more");
    let seen = after.keys().filter(|(rule, id)| rule == "rds-cpu-alarm" && id != "*").count();
    assert_eq!(seen, 2, "the first page");
    for (key, status) in &after {
        assert!(status == "unknown" || whole.get(key) == Some(status), "{key:?} is {status}");
    }
}

/// Also who only collects hears of it, unless they want to hear nothing.
#[test]
fn collecting_tells_what_could_not_be_read() {
    let account = Account::new(server());
    account.seed("healthy");
    let told = |more: &[&str]| {
        let collect = account.command().args(["collect", "-o", "s.json"]).args(more).output();
        let output = collect.expect("audit starts");
        assert!(output.status.success());
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert_eq!(told(&[]), "");
    account.fault("sns:ListTopics", "deny");
    let words = told(&[]);
    assert!(words.contains("could be read: sns:ListTopics (denied);"), "{words}");
    assert!(told(&["--lang", "ja"]).contains("読み取れなかったものがあります: sns:ListTopics"));
    assert_eq!(told(&["-q"]), "");
}
