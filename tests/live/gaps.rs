//! What cannot be read is unknown, never a pass.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

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

/// What no verdict needs in a healthy account: no built-in rule speaks of clusters, and a
/// repository's effective scanning decides without the registry's rules.
const DECIDES_NOTHING: [&str; 2] = ["ecs:DescribeClusters", "ecr:GetRegistryScanningConfiguration"];

/// Every operation in turn, by `kind`: no verdict changes but to unknown, and at least one does.
fn each_operation(kind: &str) {
    let account = Account::new(server());
    account.seed("healthy");
    account.clear_requests();
    let before = run(&account, &[]).statuses();
    let operations: BTreeSet<String> =
        account.requests().into_iter().map(|(operation, _)| operation).collect();
    assert!(operations.len() > 25, "{operations:?}");
    for operation in operations.iter().filter(|o| *o != "sts:GetCallerIdentity") {
        account.fault(operation, kind);
        let began = Instant::now();
        let report = run(&account, &[]);
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{kind} {operation} took {:?}",
            began.elapsed()
        );
        account.clear_faults();
        let after = report.statuses();
        assert!(
            report.gaps().contains(operation),
            "{kind} {operation} is a gap: {:?}",
            report.gaps()
        );
        let decides = !DECIDES_NOTHING.contains(&operation.as_str());
        let unknown = after.values().any(|s| s == "unknown");
        assert_eq!(unknown, decides, "{kind} {operation} leaves something unknown");
        for (key, status) in &after {
            let same = before.get(key) == Some(status);
            // Without an operation only `*` may be new: what could not be listed.
            assert!(same || status == "unknown", "{kind} {operation} turns {key:?} to {status}");
        }
        let whole = before.keys().filter(|key| !after.contains_key(*key));
        for key in whole {
            let star = (key.0.clone(), "*".to_owned());
            assert!(after.contains_key(&star), "{kind} {operation} loses {key:?} without a word");
        }
        assert_eq!(report.exit, if decides { 3 } else { 0 }, "{kind} {operation}");
    }
}

#[test]
fn each_operation_denied() {
    each_operation("deny");
}

#[test]
fn each_operation_answered_by_a_portal() {
    each_operation("html");
}

#[test]
fn endless_pages_end() {
    let account = Account::new(server());
    account.seed("healthy");
    account.fault("rds:DescribeDBInstances", "endless");
    let report = run(&account, &[]);
    assert!(report.with("unknown").contains(&("rds-cpu-alarm".to_owned(), "*".to_owned())));
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
