//! What a fix makes of each fault that can be planted in a healthy account: it closes the finding, or leaves it to
//! a person; and what it did is taken back, to the last setting.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::fix::{APPLY, CONFIG, audit, picture, undo};
use crate::report::Key;
use crate::support::{Account, REGION, server};

/// Accounts side by side.
const LANES: usize = 2;

/// Faults that no fix mends: what is wrong is a person's to decide, or only a person can do it.
const FOR_A_PERSON: [&str; 17] = [
    "alarm-can-fire",
    "budget-within-limit",
    "config-enabled",
    "ecr-no-critical-findings",
    "ecs-cluster-no-instances",
    "ecs-service-on-fargate",
    "ecs-service-steady",
    "ecs-task-logs",
    "guardduty-no-open-findings",
    "iam-access-key-rotated",
    "iam-root-protected",
    "iam-user-in-use",
    "iam-user-known",
    "iam-user-mfa",
    "notifier-healthy",
    "sentry-configured",
    "trusted-advisor-clear",
];

/// A healthy account whose team has told the fixes what they need.
fn healthy() -> Account<'static> {
    let account = Account::new(server());
    account.seed("healthy");
    let team = fs::read_to_string(account.home().join("audit.toml")).unwrap_or_default();
    account.configure(&format!("{team}\n{CONFIG}"));
    account
}

/// Findings that fail.
fn failing(account: &Account<'_>) -> BTreeSet<Key> {
    let run = audit(account, &["run", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    let findings = report["findings"].as_array().expect("findings").iter();
    let failing = findings.filter(|it| it["status"] == "fail");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    failing.map(|it| (text(&it["rule"]), text(&it["resource"]["id"]))).collect()
}

/// Whether a fix mended what this fault broke; what it did to the account is taken back.
fn is_mended(fault: &str) -> bool {
    let account = healthy();
    account.plant(fault);
    let before = picture(&account);
    let applied = audit(&account, &APPLY);
    assert!([0, 4].contains(&applied.exit), "{fault}: {applied:?}");
    let open = failing(&account);
    let is_mended = !account.faults()[fault].iter().any(|finding| open.contains(finding));
    if applied.out.contains("Nothing to change.") {
        assert!(!is_mended && applied.out.contains("For a person"), "{fault}: {applied:?}");
        return false;
    }
    let undone = undo(&account);
    assert_eq!(undone.exit, 0, "{fault}: {undone:?}");
    assert_eq!(picture(&account), before, "{fault}");
    is_mended
}

#[test]
fn each_fault_is_mended_and_taken_back_or_left_to_a_person() {
    let faults: Vec<String> = healthy().faults().into_keys().collect();
    let (next, left) = (AtomicUsize::new(0), Mutex::new(BTreeSet::new()));
    let lane = || {
        while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
            if !is_mended(fault) {
                left.lock().expect("no panic").insert(fault.clone());
            }
        }
    };
    std::thread::scope(|scope| (0..LANES).for_each(|_| drop(scope.spawn(lane))));
    let known = FOR_A_PERSON.map(str::to_owned);
    assert_eq!(left.into_inner().expect("no panic"), BTreeSet::from(known));
}

/// What a canary has stored stays, as the plan says, and keeps nothing else there.
#[test]
fn a_bucket_that_holds_something_is_all_that_stays() {
    let account = healthy();
    account.plant("canary-per-endpoint");
    let before = picture(&account);
    let applied = audit(&account, &APPLY);
    assert!(applied.out.contains("a bucket that holds anything by then stays"), "{applied:?}");
    let bucket = format!("audit-canaries-{}-{REGION}", account.id());
    let object = json!({"Bucket": bucket, "Key": "run.json", "Body": "{}"});
    account.someone("s3", "put_object", object);
    let undone = undo(&account);
    assert_eq!(undone.exit, 3, "{undone:?}");
    let mut after = picture(&account);
    let buckets = after["AWS::S3::Bucket"].as_object_mut().expect("buckets");
    assert!(buckets.remove(&bucket).is_some());
    assert_eq!(after, before);
}
