//! The printed IAM policy: enough, nothing too much, and nothing in it that a linter dislikes.

use std::collections::BTreeSet;

use audit::model::OPS;
use serde_json::{Value, json};

use crate::run;
use crate::support::authorization::{actions, review};
use crate::support::{Account, server};

/// Accounts that together have something of everything.
const SCENARIOS: [&str; 2] = ["healthy", "mvp"];

/// Actions of the policy that no run on these scenarios needs, each with its reason.
const NEEDED_ELSEWHERE: [&str; 0] = [];

/// What `audit policy run` prints.
fn printed() -> String {
    let output = Account::new(server()).command().args(["policy", "run"]).output();
    let output = output.expect("audit starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The actions that a policy allows.
fn allowed(policy: &str) -> BTreeSet<String> {
    let policy: Value = serde_json::from_str(policy).expect("the policy is JSON");
    let statements = policy["Statement"].as_array().expect("statements");
    let actions = statements.iter().flat_map(|s| s["Action"].as_array().expect("actions"));
    actions.map(|action| action.as_str().expect("a text").to_owned()).collect()
}

/// The policy without one of its actions.
fn without(policy: &str, action: &str) -> String {
    let mut policy: Value = serde_json::from_str(policy).expect("the policy is JSON");
    for statement in policy["Statement"].as_array_mut().expect("statements") {
        statement["Action"].as_array_mut().expect("actions").retain(|it| it != action);
    }
    policy.to_string()
}

#[test]
fn it_allows_what_is_called_and_nothing_else() {
    let mut called = BTreeSet::new();
    for scenario in SCENARIOS {
        let account = Account::new(server());
        account.seed(scenario);
        account.clear_requests();
        run(&account, &[]);
        called.extend(account.requests().into_iter().map(|(operation, _)| operation));
    }
    let needed = actions(called.iter().map(String::as_str)).into_values();
    let needed: BTreeSet<String> = needed.flatten().collect();
    let allowed = allowed(&printed());
    let missing: Vec<_> = needed.difference(&allowed).collect();
    assert!(missing.is_empty(), "called, but not allowed: {missing:?}");
    let idle: Vec<_> = allowed.difference(&needed).collect();
    assert_eq!(idle, NEEDED_ELSEWHERE, "allowed, but not called");
}

/// Coverage and gaps tell people these names, also of operations that others share an action with.
#[test]
fn each_operation_of_the_table_names_its_action() {
    let known = actions(OPS.iter().map(|op| op.api));
    for op in OPS {
        let needed: Vec<&str> = known[op.api].as_deref().into_iter().collect();
        assert_eq!(op.actions, needed, "{}", op.api);
    }
}

#[test]
fn with_it_alone_a_run_sees_everything() {
    let policy = printed();
    for scenario in SCENARIOS {
        let account = Account::new(server());
        account.seed(scenario);
        let before = run(&account, &[]);
        account.enforce(&policy);
        let after = run(&account, &[]);
        assert_eq!(after.gaps(), before.gaps(), "{scenario}");
        assert_eq!(after.statuses(), before.statuses(), "{scenario}");
    }
}

/// The policy really is all the caller has; and a gap names what is missing as IAM does, not as the API does.
#[test]
fn without_one_of_its_actions_a_gap_names_it() {
    let action = "budgets:ViewBudget";
    let account = Account::new(server());
    account.seed("healthy");
    account.enforce(&without(&printed(), action));
    let report = run(&account, &[]);
    assert!(report.gaps().contains("budgets:DescribeBudgets"), "{:?}", report.gaps());
    let gaps = report.json["gaps"].as_array().expect("gaps");
    let named = |gap: &Value| gap["message"].as_str().is_some_and(|it| it.contains(action));
    assert!(gaps.iter().any(named), "{gaps:?}");
    assert_eq!(report.exit, 3);
}

#[test]
fn it_only_reads_and_the_linter_finds_nothing_else() {
    let [review] = &review(&[printed()])[..] else { panic!("one policy, one review") };
    for (action, level) in &review.levels {
        assert!(matches!(level.as_deref(), Some("List" | "Read")), "{action}: {level:?}");
    }
    // The one thing we see otherwise, for the reasons at `Policy::reading`.
    assert_eq!(review.issues(), ["RESOURCE_STAR"]);
}

#[test]
fn the_linter_does_find_what_is_wrong() {
    let policy = |version: &str, action: &str, resource: &str| {
        let statement = json!({"Effect": "Allow", "Action": [action], "Resource": resource});
        json!({"Version": version, "Statement": [statement]}).to_string()
    };
    let (now, queue) = ("2012-10-17", "arn:aws:sqs:eu-west-1:123456789012:queue");
    let wrong = [
        (policy(now, "sns:ListTopic", "*"), "UNKNOWN_ACTION"),
        (policy(now, "budgets:DescribeBudgets", "*"), "UNKNOWN_ACTION"),
        (policy(now, "monitoring:DescribeAlarms", "*"), "UNKNOWN_PREFIX"),
        (policy(now, "sns:GetTopicAttributes", queue), "RESOURCE_MISMATCH"),
        (policy(now, "iam:PassRole", "*"), "PERMISSIONS_MANAGEMENT_ACTIONS"),
        (policy("2008-10-17", "sns:ListTopics", "*"), "OLD_VERSION"),
    ];
    let (policies, issues): (Vec<String>, Vec<&str>) = wrong.into_iter().unzip();
    for ((policy, issue), review) in policies.iter().zip(issues).zip(review(&policies)) {
        assert!(review.issues().contains(&issue), "{policy}: {:?}", review.findings);
    }
    let writes = &review(&[policy(now, "sns:Publish", "*")])[0].levels;
    assert_eq!(writes["sns:Publish"].as_deref(), Some("Write"));
}
