//! `audit fix` on accounts of the server: from a plan to closed findings, and back to what was there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::{Account, REGION, server};

/// What the fixes are told.
pub const CONFIG: &str = r#"
[notify]
slack_webhook_secret = "audit/slack-webhook"

[budget]
monthly_usd = 200
"#;

/// Applies everything without asking, and does not wait: this server shows everything at once.
pub const APPLY: [&str; 6] = ["fix", "--apply", "--yes", "--include-review", "--wait", "0"];

/// An account with an audit.toml in its home.
pub fn account(scenario: &str) -> Account<'static> {
    let account = Account::new(server());
    account.seed(scenario);
    fs::write(account.home().join("audit.toml"), CONFIG).expect("a configuration");
    account
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Done {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

pub fn done(output: Output) -> Done {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Done {
        exit: output.status.code().expect("an exit code"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs `audit` with these arguments.
pub fn audit(account: &Account<'_>, arguments: &[&str]) -> Done {
    done(command(account, arguments).output().expect("audit starts"))
}

pub fn command(account: &Account<'_>, arguments: &[&str]) -> Command {
    let mut command = account.command();
    command.args(arguments).env("AWS_MAX_ATTEMPTS", "2");
    command
}

/// The only journal in the account's home.
pub fn journal(account: &Account<'_>) -> PathBuf {
    let entries = account.home().read_dir().expect("a folder").map(|it| it.expect("it").path());
    let is_journal = |path: &PathBuf| path.extension().is_some_and(|it| it == "jsonl");
    let journals: Vec<PathBuf> = entries.filter(is_journal).collect();
    match journals.as_slice() {
        [only] => only.clone(),
        others => panic!("{others:?}"),
    }
}

/// Everything that a fix may touch, without what no undo can bring back: services' own roles, and that a
/// canary has never run. (The plan says so.)
pub fn picture(account: &Account<'_>) -> Value {
    let mut dump = account.dump();
    let roles = dump["AWS::IAM::Role"].as_object_mut().expect("roles");
    roles.remove("AWSServiceRoleForAmazonGuardDuty");
    roles.remove("AWSServiceRoleForAWSChatbot");
    let canaries = dump["AWS::Synthetics::Canary"].as_object_mut().expect("canaries");
    for canary in canaries.values_mut().filter(|it| it["State"] == "READY") {
        canary["State"] = json!("STOPPED");
    }
    dump
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Takes back what the only journal tells of.
pub fn undo(account: &Account<'_>) -> Done {
    audit(account, &["fix", "--undo", text(&journal(account)), "--yes"])
}

/// Goes on with it.
pub fn resume(account: &Account<'_>) -> Done {
    let journal = journal(account);
    audit(account, &["fix", "--resume", text(&journal), "--wait", "0"])
}

/// The picture with the account's number taken out, to be compared with another account's.
pub fn anonymous(account: &Account<'_>) -> Value {
    let text = picture(account).to_string().replace(account.id(), "ACCOUNT");
    serde_json::from_str(&text).expect("JSON")
}

/// Writes so far.
pub fn writes(account: &Account<'_>) -> usize {
    account.log().iter().filter(|request| request.write).count()
}

/// What an apply that nothing disturbs makes of a scenario, with how many writes.
pub fn undisturbed(scenario: &str) -> (Value, usize) {
    let calm = account(scenario);
    let applied = audit(&calm, &APPLY);
    assert_eq!(applied.exit, 4, "{applied:?}");
    (anonymous(&calm), writes(&calm))
}

/// How many findings of each status a run has.
fn statuses(account: &Account<'_>) -> (Value, Vec<String>) {
    let run = audit(account, &["run", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let failing = findings.iter().filter(|it| it["status"] == "fail");
    let name = |it: &Value| {
        format!(
            "{} {}",
            it["rule"].as_str().expect("id"),
            it["resource"]["id"].as_str().expect("id")
        )
    };
    (report["summary"].clone(), failing.map(name).collect())
}

/// What was applied leaves nothing to apply, and an undo brings back what was there.
fn is_done_and_can_be_taken_back(account: &Account<'_>, before: &Value) {
    let again = audit(account, &["fix"]);
    assert_eq!((again.exit, again.out.contains("Nothing to change.")), (0, true), "{again:?}");
    let undone = undo(account);
    assert_eq!(undone.exit, 0, "{undone:?}");
    assert_eq!(&picture(account), before);
}

#[test]
fn an_empty_account_is_set_up_and_brought_back() {
    let account = account("empty");
    let before = picture(&account);
    let applied = audit(&account, &APPLY);
    // The webhook is for a person to put there.
    assert_eq!(applied.exit, 4, "{applied:?}");
    assert!(applied.out.contains("Findings: 7 closed\n"), "{}", applied.out);
    // Only root itself can protect root.
    let (summary, failing) = statuses(&account);
    assert_eq!(failing, [format!("iam-root-protected {}", account.id())]);
    // What a budget of today comes to AWS reckons later.
    assert_eq!(summary["unknown"], 1);

    is_done_and_can_be_taken_back(&account, &before);
}

#[test]
fn a_product_with_broken_alert_paths_is_mended_and_brought_back() {
    let account = account("mvp");
    let before = picture(&account);
    let applied = audit(&account, &APPLY);
    assert_eq!(applied.exit, 4, "{applied:?}");
    assert!(applied.out.contains("Findings: 41 closed\n"), "{}", applied.out);
    // What only a person can mend, and the plan said so.
    let root = format!("iam-root-protected {}", account.id());
    let advisor = format!("trusted-advisor-clear {}", account.id());
    let manual = [
        "ecs-service-on-fargate mvp/batch",
        "guardduty-no-open-findings ap-northeast-1",
        "iam-access-key-rotated contractor",
        root.as_str(),
        "iam-user-in-use contractor",
        "iam-user-mfa contractor",
        advisor.as_str(),
        "canary-running checkout",
        "alarm-can-fire orders-db-storage-low",
        "alarm-can-fire web-cpu-maxed-out",
        "ecr-no-critical-findings mvp/worker",
        "notifier-healthy slack-relay",
        "ecs-task-logs mvp/worker",
        "sentry-configured mvp/batch",
        "budget-within-limit mvp-monthly",
    ];
    let (summary, failing) = statuses(&account);
    assert_eq!(failing, manual);
    // An image that was never scanned, and what a budget of today comes to.
    assert_eq!(summary["unknown"], 2);

    is_done_and_can_be_taken_back(&account, &before);
}

#[test]
fn a_healthy_account_needs_nothing() {
    let account = account("healthy");
    let done = audit(&account, &APPLY);
    assert_eq!((done.exit, done.out.contains("Nothing to change.")), (0, true), "{done:?}");
    assert!(account.log().iter().all(|request| !request.write));
}

#[test]
fn planning_writes_nothing() {
    let account = account("mvp");
    let before = picture(&account);
    for arguments in
        [&["fix"][..], &["fix", "--plan", "plan.json"], &["fix", "--select", "section:cost"]]
    {
        let planned = audit(&account, arguments);
        assert_eq!(planned.exit, 0, "{planned:?}");
    }
    // Nor does an apply that nobody agreed to: there is no terminal to ask in.
    let unasked = audit(&account, &["fix", "--apply"]);
    assert_eq!((unasked.exit, unasked.err.contains("--yes")), (2, true), "{unasked:?}");
    let writes: Vec<_> = account.log().into_iter().filter(|request| request.write).collect();
    assert!(writes.is_empty(), "{writes:?}");
    assert_eq!(picture(&account), before);
}

#[test]
fn a_saved_plan_is_applied_as_it_was_read() {
    let account = account("empty");
    let planned = audit(&account, &["fix", "--plan", "plan.json"]);
    assert_eq!(planned.exit, 0, "{planned:?}");
    let plan: Value = serde_json::from_str(
        &fs::read_to_string(account.home().join("plan.json")).expect("a plan"),
    )
    .expect("JSON");
    assert_eq!((&plan["format"], &plan["account"]), (&json!("audit-plan/1"), &json!(account.id())));
    account.clear_requests();
    let applied = audit(
        &account,
        &["fix", "--apply", "plan.json", "--yes", "--include-review", "--wait", "0"],
    );
    assert_eq!(applied.exit, 4, "{applied:?}");

    // What was called is what the plan said, and each with the permissions that it named.
    let mut planned: Vec<&str> = plan["actions"]
        .as_array()
        .expect("actions")
        .iter()
        .flat_map(|action| action["calls"].as_array().expect("calls"))
        .map(|call| call.as_str().expect("a name"))
        .collect();
    let log = account.log();
    let mut called: Vec<&str> =
        log.iter().filter(|it| it.write).map(|it| it.operation.as_str()).collect();
    planned.sort_unstable();
    called.sort_unstable();
    assert_eq!(called, planned);
}

#[test]
fn only_what_is_selected_and_agreed_to_is_done() {
    let account = account("empty");
    let trail = ["--select", "cloudtrail-enabled"];
    let some = audit(&account, &[&APPLY[..], &trail].concat());
    assert_eq!((some.exit, some.out.contains("3 of 3 done")), (0, true), "{some:?}");
    assert!(
        some.out.contains("closed:") && some.out.contains("cloudtrail-enabled"),
        "{}",
        some.out
    );
    fs::remove_file(journal(&account)).expect("removed");

    // GuardDuty costs noticeably, so it needs to be agreed to.
    let safe = audit(
        &account,
        &["fix", "--apply", "--yes", "--wait", "0", "--select", "guardduty-enabled"],
    );
    assert_eq!(safe.exit, 1, "{safe:?}");
    assert!(safe.err.contains("--include-review"), "{safe:?}");
    assert!(account.log().iter().all(|it| it.operation != "guardduty:CreateDetector"));
}

#[test]
fn fuses_blow_before_anything_is_done() {
    let account = account("empty");
    for (fuse, words) in [
        (["--max-actions", "5"], "more than --max-actions 5"),
        (["--max-monthly-cost", "6.99"], "more than --max-monthly-cost 6.99"),
    ] {
        let refused = audit(&account, &[&APPLY[..], &fuse].concat());
        assert_eq!((refused.exit, refused.err.contains(words)), (2, true), "{refused:?}");
    }
    // What is no amount is no fuse either.
    for nonsense in ["nan", "inf", "-1", "much"] {
        let fuse = format!("--max-monthly-cost={nonsense}");
        let refused = audit(&account, &[&APPLY[..], &[&fuse]].concat());
        assert_eq!((refused.exit, refused.err.contains("US dollars")), (2, true), "{refused:?}");
    }
    assert!(account.log().iter().all(|request| !request.write));
    let allowed = [&APPLY[..], &["--max-actions", "22", "--max-monthly-cost", "7"]].concat();
    assert_eq!(audit(&account, &allowed).exit, 4);
}

#[test]
fn what_nobody_told_is_an_error_that_names_its_key() {
    let account = Account::new(server());
    let asked = audit(&account, &["fix"]);
    assert_eq!(asked.exit, 2, "{asked:?}");
    for key in [
        "[budget] monthly_usd",
        "[notify] email",
        "[notify] slack_webhook_secret",
        "[notify] slack_channel.channel",
    ] {
        assert!(asked.err.contains(key), "{} lacks {key}", asked.err);
    }
    // What needs nothing is planned without.
    assert_eq!(audit(&account, &["fix", "--select", "section:prerequisites"]).exit, 0);
}

/// Nobody but the person at the mailbox can confirm.
#[test]
fn an_e_mail_waits_for_a_person() {
    let account = account("mvp");
    let config = "[notify]\nemail = [\"ops@example.com\"]\n";
    fs::write(account.home().join("audit.toml"), config).expect("a configuration");
    let mailed = audit(&account, &[&APPLY[..], &["--select", "rds-cpu-alarm"]].concat());
    assert_eq!(mailed.exit, 4, "{mailed:?}");
    assert!(mailed.out.contains("awaiting a person"), "{}", mailed.out);
    assert!(mailed.out.contains("mailbox of ops@example.com"), "{}", mailed.out);
    // Until then a second run has nothing to do, and says what is waited for.
    let again = audit(&account, &["fix", "--select", "rds-cpu-alarm"]);
    assert!(again.out.contains("mailbox of ops@example.com"), "{}", again.out);
}

#[test]
fn the_chat_service_takes_the_place_of_a_webhook() {
    let account = account("empty");
    let config = "[notify]\nslack_channel = { workspace = \"T0123456\", channel = \"C0123456\" }\n\n[budget]\nmonthly_usd = 50\n";
    fs::write(account.home().join("audit.toml"), config).expect("a configuration");
    account.state(json!({"kind": "chatbot_workspace", "team": "T0123456"}));
    let before = picture(&account);
    let applied = audit(&account, &[&APPLY[..], &["--select", "budget-alerts"]].concat());
    // The workspace was authorized, but the app may have to be invited.
    assert_eq!(applied.exit, 4, "{applied:?}");
    assert!(applied.out.contains("Findings: 1 closed\n"), "{}", applied.out);
    let made = &account.dump()["AWS::Chatbot::SlackChannelConfiguration"]["audit-alerts"];
    assert_eq!(
        made["GuardrailPolicyArns"],
        json!(["arn:aws:iam::aws:policy/AWSDenyAll"]),
        "{made}"
    );
    let undone = audit(&account, &["fix", "--undo", text(&journal(&account)), "--yes"]);
    assert_eq!(undone.exit, 0, "{undone:?}");
    assert_eq!(picture(&account), before);
}

#[test]
fn plans_are_the_same_for_the_same_account() {
    let account = account("mvp");
    let collected = audit(&account, &["collect", "-o", "now.json"]);
    assert_eq!(collected.exit, 0, "{collected:?}");
    let plan = |name: &str| {
        let planned = audit(&account, &["fix", "--snapshot", "now.json", "--plan", name]);
        assert_eq!(planned.exit, 0, "{planned:?}");
        fs::read(account.home().join(name)).expect("a plan")
    };
    assert_eq!(plan("one.json"), plan("two.json"));
    // A plan of a snapshot can be applied too: before it writes, it looks.
    let applied = audit(
        &account,
        &["fix", "--apply", "one.json", "--yes", "--include-review", "--wait", "0"],
    );
    assert_eq!(applied.exit, 4, "{applied:?}");
    assert_eq!(REGION, "ap-northeast-1");
}
