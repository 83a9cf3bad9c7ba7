//! `audit fix` when the account is not as it hoped: calls denied and throttled, others at work in it,
//! plans that were edited or are for something else. Each ends with clear words, and nothing is lost.

use std::fs;

use serde_json::{Value, json};

use crate::fix::{APPLY, Done, account, audit, command, done, journal, picture};
use crate::fix::{resume, text, undo, writes};
use crate::support::{Account, server};

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
    assert!(applied.out.contains("Findings: 3 closed, 4 still open"), "{}", applied.out);
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
