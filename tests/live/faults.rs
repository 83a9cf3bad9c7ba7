//! Every fault planted by itself in a healthy account turns exactly what it should; mending it closes it.

use std::collections::BTreeSet;

use crate::run;
use crate::support::{Account, server};

/// Ids of the rules that are built in.
fn catalogue(account: &Account<'_>) -> BTreeSet<String> {
    let output = account.command().args(["rules", "list"]).output().expect("audit starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let rows = text.lines().filter(|line| line.starts_with("  "));
    rows.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn a_healthy_account_passes_everything() {
    let account = Account::new(server());
    account.seed("healthy");
    let report = run(&account, &[]);
    let bad: Vec<_> =
        report.statuses().into_iter().filter(|(_, s)| s == "fail" || s == "unknown").collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(report.exit, 0);
    let passing: BTreeSet<String> = report.with("pass").into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(passing, catalogue(&account), "every rule has something to pass");
}

#[test]
fn each_planted_fault_turns_exactly_its_findings() {
    let account = Account::new(server());
    account.seed("healthy");
    let catalogue = catalogue(&account);
    let mut untested = catalogue.clone();
    for (fault, expected) in account.faults() {
        if !catalogue.contains(&fault) {
            continue;
        }
        untested.remove(&fault);
        account.plant(&fault);
        let report = run(&account, &[]);
        let expected: BTreeSet<_> =
            expected.into_iter().filter(|(rule, _)| catalogue.contains(rule)).collect();
        assert_eq!(report.with("fail"), expected, "planting {fault}");
        assert_eq!(report.with("unknown"), BTreeSet::new(), "planting {fault}");
        assert_eq!(report.exit, 1, "planting {fault}");
        account.mend(&fault);
        let mended = run(&account, &[]);
        assert_eq!(mended.with("fail"), BTreeSet::new(), "mending {fault}");
        assert_eq!(mended.exit, 0, "mending {fault}");
    }
    assert_eq!(untested, BTreeSet::new(), "every rule has a fault of its own");
}

#[test]
fn the_message_names_what_broke() {
    let account = Account::new(server());
    account.seed("healthy");
    account.plant("topic-reaches-someone");
    let words = run(&account, &[]).words("topic-reaches-someone", "oncall");
    assert!(words.contains("never confirmed"), "{words}");
}

#[test]
fn an_empty_account_fails_without_a_word_of_panic() {
    let account = Account::new(server());
    let report = run(&account, &[]);
    assert_eq!(report.exit, 1);
    let failing: BTreeSet<String> = report.with("fail").into_iter().map(|(rule, _)| rule).collect();
    for rule in ["cloudtrail-enabled", "config-enabled", "guardduty-enabled", "budget-alerts"] {
        assert!(failing.contains(rule), "{rule} in {failing:?}");
    }
    let passing: BTreeSet<String> = report.with("pass").into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(passing, BTreeSet::from(["trusted-advisor-clear".to_owned()]));
    assert_eq!(report.with("unknown"), BTreeSet::new());
}

#[test]
fn small_pages_change_nothing() {
    let account = Account::new(server());
    account.seed("healthy");
    let whole = run(&account, &[]).statuses();
    account.pages_of(1);
    assert_eq!(run(&account, &[]).statuses(), whole);
}

#[test]
fn fail_on_decides_what_fails_the_gate() {
    let account = Account::new(server());
    account.seed("healthy");
    account.plant("ecr-scan-on-push");
    assert_eq!(run(&account, &["--fail-on", "medium"]).exit, 1);
    assert_eq!(run(&account, &["--fail-on", "high"]).exit, 0);
    account.deny("ecr:DescribeRepositories");
    assert_eq!(run(&account, &["--fail-on", "medium"]).exit, 3);
    assert_eq!(run(&account, &["--fail-on", "medium", "--allow-unknown"]).exit, 0);
}
