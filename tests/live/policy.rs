//! The printed IAM policy: enough, nothing too much, and nothing in it that a linter dislikes.

use std::collections::BTreeSet;

use audit::model::OPS;
use audit::model::ops::fix;
use serde_json::{Value, json};

use crate::run;
use crate::support::authorization::{actions, further, review};
use crate::support::{Account, server};

/// Accounts that together have something of everything.
const SCENARIOS: [&str; 2] = ["healthy", "mvp"];

/// Actions of the policy that no run on these scenarios needs, each with its reason.
const NEEDED_ELSEWHERE: [&str; 2] = [
    "account:ListRegions",         // only with --all-regions
    "cloudwatch:GetAlarmMuteRule", // there is no mute rule
];

/// What `audit policy run` prints.
fn printed() -> String {
    printed_for("run")
}

/// What `audit policy` prints for a command.
fn printed_for(command: &str) -> String {
    let output = Account::new(server()).command().args(["policy", command]).output();
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

/// Actions that are younger than the linter's list.
const NEWER_THAN_THE_LINTER: [&str; 2] =
    ["cloudwatch:GetAlarmMuteRule", "cloudwatch:ListAlarmMuteRules"];

/// The policy as far as the linter knows its actions.
fn linted(policy: &str) -> String {
    NEWER_THAN_THE_LINTER.iter().fold(policy.to_owned(), |policy, action| without(&policy, action))
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
    let [review] = &review(&[linted(&printed())])[..] else { panic!("one policy, one review") };
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

/// Actions of the policy for fixes that no fix on these scenarios needs, each with its reason.
const NEEDED_BY_OTHER_FIXES: [(&str, &str); 21] = [
    ("account:ListRegions", "the collection before it, of all regions"),
    ("ce:UpdateAnomalySubscription", "the subscription of an earlier fix was changed"),
    ("chatbot:UpdateSlackChannelConfiguration", "a further region's topic for the channel"),
    ("cloudwatch:GetAlarmMuteRule", "the collection before it, where there are mute rules"),
    ("cloudwatch:PutCompositeAlarm", "a composite alarm that nobody hears"),
    ("ecs:UpdateService", "asked of whoever registers a service to be scaled"),
    ("iam:UpdateAssumeRolePolicy", "the role of an earlier fix was changed"),
    ("iam:UpdateRoleDescription", "the role of an earlier fix was changed"),
    ("kms:DescribeKey", "the collection before it, where topics have keys"),
    ("kms:GetKeyPolicy", "the collection before it, where topics have keys"),
    ("lambda:DeleteLayerVersion", "asked of whoever makes or changes a canary"),
    ("lambda:GetFunction", "asked of whoever makes or changes a canary"),
    ("lambda:GetLayerVersion", "asked of whoever makes or changes a canary"),
    ("lambda:PublishLayerVersion", "asked of whoever makes or changes a canary"),
    ("lambda:PublishVersion", "asked of whoever makes or changes a canary"),
    ("lambda:UpdateFunctionCode", "the function of an earlier version"),
    ("lambda:UpdateFunctionConfiguration", "the function of an earlier fix was changed"),
    ("notifications:ListChannels", "the collection before it, where notifications are configured"),
    (
        "notifications:ListEventRules",
        "the collection before it, where notifications are configured",
    ),
    ("s3:GetBucketTagging", "a run that was cut off before the bucket was tagged"),
    ("synthetics:UpdateCanary", "a canary whose timeout is too long"),
];

/// A fix and its undo on an account that has this policy and nothing else; what was called.
fn fix_and_undo(scenario: &str, config: &str, policy: &str, exit: i32) -> BTreeSet<String> {
    let account = crate::fix::account(scenario);
    std::fs::write(account.home().join("audit.toml"), config).expect("a configuration");
    account.state(json!({"kind": "chatbot_workspace", "team": "T0123456"}));
    let before = crate::fix::picture(&account);
    account.enforce(policy);
    account.clear_requests();
    let applied = crate::fix::audit(&account, &crate::fix::APPLY);
    assert_eq!(applied.exit, exit, "{applied:?}");
    let journal = crate::fix::journal(&account);
    let undo = ["fix", "--undo", journal.to_str().expect("UTF-8"), "--yes"];
    let undone = crate::fix::audit(&account, &undo);
    assert_eq!(undone.exit, 0, "{undone:?}");
    let called = account.requests().into_iter().map(|(operation, _)| operation).collect();
    account.clear_faults();
    assert_eq!(crate::fix::picture(&account), before);
    called
}

#[test]
fn with_it_alone_a_fix_does_everything_and_needs_nothing_less() {
    let policy = printed_for("fix");
    let chat = "[notify]\nemail = [\"a@example.com\"]\nslack_channel = { workspace = \"T0123456\", channel = \"C0123456\" }\n\n[budget]\nmonthly_usd = 50\n";
    let mut called = BTreeSet::new();
    called.extend(fix_and_undo("empty", crate::fix::CONFIG, &policy, 4));
    called.extend(fix_and_undo("mvp", crate::fix::CONFIG, &policy, 4));
    called.extend(fix_and_undo("empty", chat, &policy, 4));
    let own = actions(called.iter().map(String::as_str)).into_values().flatten();
    let more = further(called.iter().map(String::as_str)).into_values().flatten();
    let needed: BTreeSet<String> = own.chain(more).collect();
    let idle: Vec<String> = allowed(&policy).difference(&needed).cloned().collect();
    let known: Vec<&str> = NEEDED_BY_OTHER_FIXES.iter().map(|(action, _)| *action).collect();
    assert_eq!(idle, known, "allowed, but not called");
}

#[test]
fn each_operation_of_a_fix_names_its_actions() {
    let calls = || fix::OPS.iter().filter(|op| !op.is_grant).map(|op| op.api);
    let (own, more) = (actions(calls()), further(calls()));
    let granted: BTreeSet<&str> = fix::OPS
        .iter()
        .filter(|op| op.is_grant)
        .flat_map(|op| op.actions.iter().copied())
        .collect();
    for op in fix::OPS.iter().filter(|op| !op.is_grant) {
        let (first, beside) = op.actions.split_first().expect("an action");
        assert_eq!(own[op.api].as_deref(), Some(*first), "{}", op.api);
        for action in beside {
            assert!(more[op.api].iter().any(|it| it == action), "{} needs no {action}", op.api);
        }
        // What is not said here is said by a permission of its own, or asked for by what is never passed.
        let unsaid = more[op.api].iter().filter(|it| !beside.contains(&it.as_str()));
        for action in unsaid {
            let never =
                ["cloudtrail:CreateTrail", "cloudwatch:PutCompositeAlarm", "sns:CreateTopic"];
            assert!(
                granted.contains(action.as_str()) || never.contains(&op.api),
                "{}: {action}",
                op.api
            );
        }
    }
}

#[test]
fn without_one_of_its_actions_a_fix_names_it() {
    let account = crate::fix::account("empty");
    account.enforce(&without(&printed_for("fix"), "lambda:TagResource"));
    let applied = crate::fix::audit(&account, &crate::fix::APPLY);
    assert_eq!(applied.exit, 3, "{applied:?}");
    assert!(applied.out.contains("lambda:TagResource"), "{}", applied.out);
}

/// What it may write it may write only on what a fix makes, wherever IAM can tell.
#[test]
fn what_a_fix_may_write_is_narrowed() {
    let policy = printed_for("fix");
    let [review] = &review(&[linted(&policy)])[..] else { panic!("one policy, one review") };
    // Reading is on everything, for the reasons at `Policy::allowing`. A role is made for the notifier and
    // given to a function, and buckets get policies: whoever may do that could do more, and is told so.
    let known = [
        "PERMISSIONS_MANAGEMENT_ACTIONS",
        "PRIVILEGE_ESCALATION",
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        "RESOURCE_STAR",
    ];
    assert_eq!(review.issues().into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(known));
    let policy: Value = serde_json::from_str(&policy).expect("JSON");
    let everywhere = policy["Statement"][0]["Action"].as_array().expect("actions");
    let writes = everywhere
        .iter()
        .filter_map(Value::as_str)
        .filter(|action| !NEWER_THAN_THE_LINTER.contains(action))
        .filter(|action| !matches!(review.levels[*action].as_deref(), Some("List" | "Read")));
    // These know no resource, or none that could be told beforehand: a detector's id is AWS's to choose.
    let without_resource = [
        "ce:CreateAnomaly",
        "ce:TagResource",
        "chatbot:",
        "config:",
        "ecr:PutRegistry",
        "guardduty:Create",
        "guardduty:Tag",
        "sns:Unsubscribe",
        "synthetics:CreateCanary",
        "synthetics:TagResource",
    ];
    for action in writes {
        assert!(without_resource.iter().any(|it| action.starts_with(it)), "{action}");
    }
}
