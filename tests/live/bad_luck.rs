//! `audit fix` when things go wrong: killed at every step, denied, throttled, with others at work in the
//! account, with edited plans, full disks and twins. Each ends with clear words, a journal that tells the
//! truth, and nothing that an undo does not take back.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::fix::{APPLY, Done, account, audit, command, done, journal, picture};
use crate::support::{Account, server};

/// Accounts side by side.
const LANES: usize = 2;

/// Longest wait for a run to come to a certain call.
const PATIENCE: Duration = Duration::from_secs(60);

/// Does `work` for each job, some side by side.
fn side_by_side<J: Copy + Sync>(jobs: &[J], work: impl Fn(J) + Sync) {
    let next = AtomicUsize::new(0);
    let lane = || {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(*job);
        }
    };
    std::thread::scope(|scope| (0..LANES).for_each(|_| drop(scope.spawn(lane))));
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn spawn(account: &Account<'_>, arguments: &[&str]) -> Child {
    let mut command = command(account, arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("audit starts")
}

fn undo(account: &Account<'_>) -> Done {
    audit(account, &["fix", "--undo", text(&journal(account)), "--yes"])
}

fn resume(account: &Account<'_>) -> Done {
    let journal = journal(account);
    audit(account, &["fix", "--resume", text(&journal), "--wait", "0"])
}

/// The picture with the account's number taken out, to be compared with another account's.
fn anonymous(account: &Account<'_>) -> Value {
    let text = picture(account).to_string().replace(account.id(), "ACCOUNT");
    serde_json::from_str(&text).expect("JSON")
}

/// Writes so far.
fn writes(account: &Account<'_>) -> usize {
    account.log().iter().filter(|request| request.write).count()
}

/// What an apply that nothing disturbs makes of a scenario, with how many writes.
fn undisturbed(scenario: &str) -> (Value, usize) {
    let calm = account(scenario);
    let applied = audit(&calm, &APPLY);
    assert_eq!(applied.exit, 4, "{applied:?}");
    (anonymous(&calm), writes(&calm))
}

/// Kills an apply in its write number `step`, either before AWS did anything (`hang`) or after it did all
/// (`stall`); what is left can be finished, and can be taken back.
fn killed(scenario: &str, step: usize, kind: &str, finished: &Value) {
    // What was cut off before AWS did anything is finished here, taken back there.
    let ending = if kind == "hang" && step.is_multiple_of(2) { "undo" } else { "resume" };
    let account = account(scenario);
    let before = picture(&account);
    account.fault_with(json!({"operation": "write:*", "kind": kind, "after": step}));
    let mut child = spawn(&account, &APPLY);
    let began = Instant::now();
    let is_there = || {
        let log = account.log();
        let writes: Vec<_> = log.iter().filter(|it| it.write).collect();
        writes.len() > step && (kind == "hang" || writes[step].ended.is_some())
    };
    while !is_there() {
        assert!(began.elapsed() < PATIENCE, "{scenario} {kind} {step}: never came there");
        sleep(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    child.wait().expect("dead");
    account.clear_faults();

    let place = format!("{scenario}, {kind} in write {step}, then {ending}");
    if ending == "resume" {
        let resumed = resume(&account);
        assert_eq!(resumed.exit, 4, "{place}: {resumed:?}");
        assert_eq!(&anonymous(&account), finished, "{place}");
    }
    let undone = undo(&account);
    assert_eq!(undone.exit, 0, "{place}: {undone:?}");
    assert_eq!(picture(&account), before, "{place}");
}

#[test]
fn killed_at_every_step_of_setting_up() {
    let (finished, steps) = undisturbed("empty");
    let kills: Vec<(usize, &str)> =
        (0..steps).flat_map(|step| [(step, "hang"), (step, "stall")]).collect();
    side_by_side(&kills, |(step, kind)| killed("empty", step, kind, &finished));
}

/// The mended product adds updates of what was there.
#[test]
fn killed_while_mending() {
    let (finished, steps) = undisturbed("mvp");
    let kind = |step: usize| if step.is_multiple_of(2) { "stall" } else { "hang" };
    let kills: Vec<(usize, &str)> =
        (0..steps).rev().step_by(5).map(|step| (step, kind(step))).collect();
    side_by_side(&kills, |(step, kind)| killed("mvp", step, kind, &finished));
}

#[test]
fn an_undo_that_is_killed_goes_on() {
    let (_, steps) = undisturbed("empty");
    let every_third: Vec<usize> = (0..steps).step_by(3).collect();
    side_by_side(&every_third, |step| {
        let account = account("empty");
        let before = picture(&account);
        assert_eq!(audit(&account, &APPLY).exit, 4);
        account.clear_requests();
        account.fault_with(json!({"operation": "write:*", "kind": "stall", "after": step}));
        let journal = journal(&account);
        let mut child = spawn(&account, &["fix", "--undo", text(&journal), "--yes"]);
        let began = Instant::now();
        let is_there = || {
            let log = account.log();
            log.iter().filter(|it| it.write).nth(step).is_some_and(|it| it.ended.is_some())
        };
        // Undoing takes fewer writes than doing; then it has ended.
        while !is_there() && child.try_wait().expect("a child").is_none() {
            assert!(began.elapsed() < PATIENCE, "{step}: never came there");
            sleep(Duration::from_millis(20));
        }
        child.kill().ok();
        child.wait().expect("dead");
        account.clear_faults();
        let undone = undo(&account);
        assert_eq!(undone.exit, 0, "{step}: {undone:?}");
        assert_eq!(picture(&account), before, "{step}");
    });
}

#[test]
fn a_denied_write_stops_what_hangs_on_it_and_nothing_else() {
    let account = account("empty");
    let before = picture(&account);
    account.deny("sns:CreateTopic");
    let applied = audit(&account, &APPLY);
    assert_eq!(applied.exit, 3, "{applied:?}");
    for words in [
        "failed: sns:CreateTopic",
        "allow the IAM action sns:CreateTopic, sns:TagResource",
        "not tried: it depends on action",
    ] {
        let flat = applied.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{} lacks {words}", applied.out);
    }
    // Trail, recorder and detector have nothing to do with it.
    assert!(applied.out.contains("Findings: 3 closed, 1 still open"), "{}", applied.out);
    account.clear_faults();
    let resumed = resume(&account);
    assert_eq!(resumed.exit, 4, "{resumed:?}");
    assert_eq!(undo(&account).exit, 0);
    assert_eq!(picture(&account), before);
}

#[test]
fn a_throttle_storm_passes_or_ends_in_words() {
    let calm = account("empty");
    calm.fault_with(json!({"operation": "write:*", "kind": "throttle", "times": 3}));
    let mut patient = command(&calm, &APPLY);
    let applied = done(patient.env("AWS_MAX_ATTEMPTS", "5").output().expect("audit starts"));
    assert_eq!(applied.exit, 4, "{applied:?}");

    let wild = account("empty");
    let before = picture(&wild);
    wild.fault("write:*", "throttle");
    let applied = audit(&wild, &APPLY);
    assert_eq!((applied.exit, applied.out.contains("Rate exceeded")), (3, true), "{applied:?}");
    assert_eq!(picture(&wild), before);
    wild.clear_faults();
    assert_eq!(resume(&wild).exit, 4);
}

#[test]
fn what_iam_has_not_spread_yet_is_waited_for() {
    let account = account("empty");
    let fault = |operation: &str, code: &str, message: &str| {
        account.fault_with(json!({"operation": operation, "kind": "error", "code": code, "message": message, "status": 400, "times": 2}));
    };
    fault(
        "lambda:CreateFunction",
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
    );
    fault(
        "cloudtrail:CreateTrail",
        "InsufficientS3BucketPolicyException",
        "Incorrect S3 bucket policy is detected",
    );
    fault(
        "config:PutDeliveryChannel",
        "InsufficientDeliveryPolicyException",
        "Insufficient delivery policy",
    );
    let applied = audit(&account, &APPLY);
    assert_eq!(applied.exit, 4, "{applied:?}");
}

/// Saves a plan, lets someone change something, and applies it.
fn changed_between(service: &str, method: &str, arguments: Value) -> (Account<'static>, Done) {
    let account = account("mvp");
    assert_eq!(audit(&account, &["fix", "--plan", "plan.json"]).exit, 0);
    account.someone(service, method, arguments);
    let apply = ["fix", "--apply", "plan.json", "--yes", "--include-review", "--wait", "0"];
    let applied = audit(&account, &apply);
    (account, applied)
}

#[test]
fn what_someone_changed_since_the_plan_is_left_alone() {
    let alarm = json!({
        "AlarmName": "web-cpu-silenced", "Namespace": "AWS/ECS", "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "ClusterName", "Value": "mvp"}, {"Name": "ServiceName", "Value": "web"}],
        "Statistic": "Average", "Period": 60, "EvaluationPeriods": 1, "Threshold": 42,
        "ComparisonOperator": "GreaterThanThreshold", "ActionsEnabled": false,
    });
    let (account, applied) = changed_between("cloudwatch", "put_metric_alarm", alarm);
    assert_eq!(applied.exit, 2, "{applied:?}");
    let flat = applied.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("refused: web-cpu-silenced is not as it was when this was planned"),
        "{}",
        applied.out
    );
    assert!(flat.contains("Threshold"), "{}", applied.out);
    let apply = ["fix", "--apply", "plan.json", "--yes", "--include-review", "--wait", "0"];
    let again = ["--journal", "again.jsonl", "--lang", "ja"];
    let again = audit(&account, &[&apply[..], &again].concat());
    let words = "中止: web-cpu-silenced は計画時の状態と異なります:";
    assert!(again.err.contains(words), "{}", again.err);
    let alarms = &account.dump()["AWS::CloudWatch::Alarm"];
    assert_eq!(
        (&alarms["web-cpu-silenced"]["Threshold"], &alarms["web-cpu-silenced"]["ActionsEnabled"]),
        (&json!(42.0), &json!(false))
    );
    assert!(alarms["audit-rds-orders-db-cpu"].is_object(), "everything else was done");
}

#[test]
fn what_someone_did_meanwhile_is_done_once() {
    // The very topic that the plan makes.
    let (account, applied) =
        changed_between("sns", "create_topic", json!({"Name": "audit-alerts"}));
    assert_eq!(applied.exit, 4, "{applied:?}");
    assert!(applied.err.contains("nothing to do: it is so already"), "{}", applied.err);
    // It was not made here, so it is not taken back.
    assert_eq!(undo(&account).exit, 0);
    assert!(account.dump()["AWS::SNS::Topic"]["audit-alerts"].is_object());
}

#[test]
fn what_someone_changed_since_it_was_made_is_not_taken_back() {
    let account = account("mvp");
    assert_eq!(audit(&account, &APPLY).exit, 4);
    account.someone("rds", "modify_db_instance", json!({"DBInstanceIdentifier": "legacy-db", "MaxAllocatedStorage": 77, "ApplyImmediately": true}));
    account.someone("sns", "subscribe", json!({"TopicArn": format!("arn:aws:sns:ap-northeast-1:{}:audit-alerts", account.id()), "Protocol": "sqs", "Endpoint": format!("arn:aws:sqs:ap-northeast-1:{}:queue", account.id())}));
    let undone = undo(&account);
    let flat = undone.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_ne!(undone.exit, 0, "{undone:?}");
    assert!(
        flat.contains("legacy-db was changed since it was made here; it is left as it is"),
        "{}",
        undone.out
    );
    assert!(flat.contains("confirmed subscription"), "{}", undone.out);
    let dump = account.dump();
    assert_eq!(dump["AWS::RDS::DBInstance"]["legacy-db"]["MaxAllocatedStorage"], 77);
    assert!(dump["AWS::SNS::Topic"]["audit-alerts"].is_object());
    assert!(
        dump["AWS::CloudWatch::Alarm"]["audit-rds-orders-db-cpu"].is_null(),
        "the rest was taken back"
    );
}

#[test]
fn plans_that_were_touched_or_are_not_for_this_are_refused() {
    let account = account("empty");
    assert_eq!(audit(&account, &["fix", "--plan", "plan.json"]).exit, 0);
    let plan = fs::read_to_string(account.home().join("plan.json")).expect("a plan");
    let other = "111122223333";
    let cases = [
        (plan.replace("\"Threshold\": 80", "\"Threshold\": 8"), "changed after it was made"),
        (plan.replace("\"review\"", "\"safe\""), "changed after it was made"),
        (plan.replace(account.id(), other), "changed after it was made"),
        (plan.replace("audit-plan/1", "audit-plan/2"), "its format is audit-plan/2"),
        (plan.replace("\"version\": \"0.1.0\"", "\"version\": \"0.0.9\""), "make it anew"),
        (plan.replace("\"actions\"", "\"acts\""), "is no plan"),
        (plan[..plan.len() / 2].to_owned(), "is no plan"),
        ("[]".to_owned(), "names no format"),
        (String::new(), "is no plan"),
    ];
    for (text, words) in cases {
        assert_ne!(text, plan, "{words}");
        fs::write(account.home().join("bad.json"), text).expect("written");
        let refused = audit(&account, &["fix", "--apply", "bad.json", "--yes", "--include-review"]);
        assert_eq!((refused.exit, refused.err.contains(words)), (2, true), "{words}: {refused:?}");
    }
    // Sound, but another account's.
    let stranger = Account::new(server());
    fs::write(stranger.home().join("plan.json"), &plan).expect("written");
    let refused = audit(&stranger, &["fix", "--apply", "plan.json", "--yes", "--include-review"]);
    assert_eq!(refused.exit, 2, "{refused:?}");
    assert!(
        refused.err.contains(account.id()) && refused.err.contains(stranger.id()),
        "{refused:?}"
    );
    for nobody in [&account, &stranger] {
        assert_eq!(writes(nobody), 0);
    }
    let missing = audit(&account, &["fix", "--apply", "no.json", "--yes"]);
    assert_eq!((missing.exit, missing.err.contains("no.json")), (2, true), "{missing:?}");
}

/// What is not looked at again would seem closed.
#[test]
fn a_plan_keeps_to_its_regions() {
    let account = account("mvp");
    let planned = audit(&account, &["fix", "--plan", "plan.json"]);
    assert_eq!(planned.exit, 0, "{planned:?}");
    let apply =
        ["fix", "--apply", "plan.json", "--yes", "--wait", "0", "--select", "rds-cpu-alarm"];
    let elsewhere = audit(&account, &[&apply[..], &["--region", "us-east-1"]].concat());
    assert_eq!((elsewhere.exit, writes(&account)), (2, 0), "{elsewhere:?}");
    assert!(elsewhere.err.contains("the plan is for ap-northeast-1"), "{elsewhere:?}");
    let here = audit(&account, &[&apply[..], &["--region", "ap-northeast-1"]].concat());
    let (_, outcome) = here.out.split_once("\nActions: ").expect("an outcome");
    assert!(outcome.contains("Findings: 2 closed"), "{outcome}");
    // Of what is for a person, only what belongs to the selected rule.
    assert!(outcome.contains("put the Slack webhook"), "{outcome}");
    assert!(!outcome.contains("ecs-service-on-fargate"), "{outcome}");
    let (written, made) = (journal(&account), writes(&account));
    for option in ["--resume", "--undo"] {
        let elsewhere =
            audit(&account, &["fix", option, text(&written), "--yes", "--region", "us-east-1"]);
        assert_eq!((elsewhere.exit, writes(&account)), (2, made), "{option}: {elsewhere:?}");
    }
}

/// ` of 24 done`
fn of_all(applied: &Done) -> &str {
    let (_, ended) = applied.out.split_once("\nActions: ").expect("an outcome");
    let (_, all) = ended.split_once(" of ").expect("a count");
    all.split(';').next().expect("a count")
}

/// A limit on the size of files stands for a full disk: at different sizes, it is reached before, after
/// and between calls.
#[test]
fn a_disk_that_is_full_stops_everything() {
    let account = account("empty");
    let before = picture(&account);
    let (whole, all) = {
        let calm = crate::fix::account("empty");
        let applied = audit(&calm, &APPLY);
        (fs::metadata(journal(&calm)).expect("a journal").len(), of_all(&applied).to_owned())
    };
    // In units of 512 bytes, as the shell counts; the plan alone takes the larger part.
    let most = usize::try_from(whole / 512).expect("a small file");
    for blocks in (most - 40..most).step_by(8) {
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let audit_itself = command(&account, &APPLY);
        let mut shell = Command::new("sh");
        shell.args(["-c", &limited, "sh"]).arg(audit_itself.get_program()).args(APPLY);
        shell.env_clear().current_dir(account.home());
        shell.envs(audit_itself.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let applied = done(shell.output().expect("sh starts"));
        assert_ne!(applied.exit, 0, "{blocks}: {applied:?}");
        let told = format!("{}{}", applied.err, applied.out);
        assert!(told.contains("journal"), "{blocks}: {applied:?}");
        // What was never tried is counted all the same.
        assert_eq!(of_all(&applied), all, "{blocks}: {applied:?}");
        // What was called last stands in the journal, so that nothing is forgotten.
        let undone = undo(&account);
        assert_eq!(undone.exit, 0, "{blocks}: {undone:?}");
        assert_eq!(picture(&account), before, "{blocks}");
        fs::remove_file(journal(&account)).expect("removed");
    }
}

#[test]
fn two_runs_at_once_make_everything_once() {
    let (finished, _) = undisturbed("empty");
    let account = account("empty");
    let before = picture(&account);
    let twins = ["one.jsonl", "two.jsonl"];
    let arguments = |name| [&APPLY[..], &["--journal", name]].concat();
    let children = twins.map(|name| {
        let mut command = command(&account, &arguments(name));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("audit starts")
    });
    let ended = children.map(|child| done(child.wait_with_output().expect("ended")));
    for twin in &ended {
        // Each either did it, found it done, or saw that someone else is at it.
        assert!([2, 3, 4].contains(&twin.exit), "{twin:?}");
    }
    let last = audit(&account, &[&APPLY[..], &["--journal", "three.jsonl"]].concat());
    assert!([0, 4].contains(&last.exit), "{last:?}");
    assert_eq!(anonymous(&account), finished);
    // What one made, the other may have built upon, so it takes turns.
    let journals =
        ["three.jsonl", "two.jsonl", "one.jsonl"].map(|name| (name, account.home().join(name)));
    for _ in 0..journals.len() {
        for (name, _) in journals.iter().filter(|(_, path)| path.exists()) {
            audit(&account, &["fix", "--undo", name, "--yes"]);
        }
    }
    assert_eq!(picture(&account), before);
}

#[test]
fn one_journal_is_not_shared_or_written_over() {
    let account = account("empty");
    account.fault_with(json!({"operation": "write:*", "kind": "hang", "after": 3}));
    let mut child = spawn(&account, &[&APPLY[..], &["--journal", "mine.jsonl"]].concat());
    let began = Instant::now();
    while writes(&account) < 4 {
        assert!(began.elapsed() < PATIENCE);
        sleep(Duration::from_millis(20));
    }
    for way in [&["fix", "--resume", "mine.jsonl"][..], &["fix", "--undo", "mine.jsonl", "--yes"]] {
        let refused = audit(&account, way);
        assert_eq!(
            (refused.exit, refused.err.contains("another audit fix is at work")),
            (2, true),
            "{refused:?}"
        );
    }
    child.kill().expect("killed");
    child.wait().expect("dead");
    let over = audit(&account, &[&APPLY[..], &["--journal", "mine.jsonl"]].concat());
    assert_eq!((over.exit, over.err.contains("never written over")), (2, true), "{over:?}");
}

#[test]
fn an_interrupted_run_says_how_to_go_on() {
    let account = account("empty");
    account.fault_with(json!({"operation": "write:*", "kind": "hang", "after": 3}));
    let mut command = command(&account, &APPLY);
    let child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("audit starts");
    let began = Instant::now();
    while writes(&account) < 4 {
        assert!(began.elapsed() < PATIENCE);
        sleep(Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill starts").success());
    let ended = done(child.wait_with_output().expect("ended"));
    assert_eq!(ended.exit, 130, "{ended:?}");
    assert!(ended.err.contains("--resume") && ended.err.contains("--undo"), "{ended:?}");
    account.clear_faults();
    assert_eq!(resume(&account).exit, 4);
}

#[test]
fn what_cannot_be_read_is_not_planned() {
    let account = account("empty");
    account.deny("s3:HeadBucket");
    let planned = audit(&account, &["fix"]);
    assert_eq!(planned.exit, 3, "{planned:?}");
    assert!(
        planned.out.contains("Not planned") && planned.out.contains("s3:ListBucket"),
        "{}",
        planned.out
    );
}

#[test]
fn journals_that_are_none_are_refused() {
    let account = account("empty");
    for (text, words) in [
        ("", "the file is empty"),
        ("{}\n", "is no line of a journal"),
        ("{\"at\":\"now\",\"event\":\"resumed\"}\n", "does not begin with a plan"),
    ] {
        fs::write(account.home().join("bad.jsonl"), text).expect("written");
        for option in ["--resume", "--undo"] {
            let refused = audit(&account, &["fix", option, "bad.jsonl", "--yes"]);
            assert_eq!((refused.exit, refused.err.contains(words)), (2, true), "{refused:?}");
        }
    }
}
