//! What a careful person would look for before letting `audit fix` near an account that others use too.

use std::fs;

use serde_json::{Value, json};

use crate::fix::{APPLY, account, audit, journal, picture, undo};
use crate::support::{Account, REGION, server};

fn plan(account: &Account<'_>, more: &[&str]) -> (i32, Value) {
    let planned = audit(account, &[&["fix", "--plan", "plan.json"][..], more].concat());
    let plan = fs::read_to_string(account.home().join("plan.json")).expect("a plan");
    (planned.exit, serde_json::from_str(&plan).expect("JSON"))
}

fn types(plan: &Value) -> Vec<&str> {
    let actions = plan["actions"].as_array().expect("actions").iter();
    actions.map(|action| action["resource"]["type"].as_str().expect("a type")).collect()
}

/// A trail that delivers into someone else's bucket would be worse than none.
#[test]
fn nothing_is_made_upon_what_could_not_be_read() {
    let account = account("empty");
    account.error("s3:HeadBucket", "AccessDenied", "Forbidden", 403);
    let (exit, plan) = plan(&account, &["--select", "cloudtrail-enabled,config-enabled"]);
    assert_eq!(exit, 3);
    for left_out in
        ["AWS::S3::BucketPolicy", "AWS::CloudTrail::Trail", "AWS::Config::DeliveryChannel"]
    {
        assert!(!types(&plan).contains(&left_out), "{plan}");
    }
    let applied =
        audit(&account, &[&APPLY[..], &["--select", "cloudtrail-enabled,config-enabled"]].concat());
    assert_eq!(applied.exit, 3, "{applied:?}");
    assert!(account.dump()["AWS::CloudTrail::Trail"].as_object().expect("trails").is_empty());
}

#[test]
fn functions_and_roles_of_others_are_not_made_over() {
    let account = account("empty");
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    account.someone("iam", "create_role", json!({"RoleName": "audit-slack-notifier", "AssumeRolePolicyDocument": trust.to_string(), "Description": "ours since 2019"}));
    let before = picture(&account);
    let (exit, plan) = plan(&account, &["--select", "budget-alerts"]);
    assert_eq!(exit, 3);
    let types = types(&plan);
    assert!(
        !types.contains(&"AWS::IAM::Role") && !types.contains(&"AWS::Lambda::Function"),
        "{types:?}"
    );
    let told = plan["unplanned"].to_string();
    assert!(told.contains("was not made by audit"), "{told}");
    assert_eq!(picture(&account), before);
}

/// Two services whose names run together, and an alarm that someone has made his own.
#[test]
fn alarms_are_told_apart_and_not_made_over() {
    let account = account("mvp");
    let topic = format!("arn:aws:sns:{REGION}:{}:mvp-alerts", account.id());
    account.someone("cloudwatch", "put_metric_alarm", json!({
        "AlarmName": "audit-rds-orders-db-cpu", "Namespace": "AWS/RDS", "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders-db"}], "Statistic": "Average",
        "Period": 60, "EvaluationPeriods": 1, "Threshold": 101, "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": [topic], "AlarmDescription": "runbook: wiki/db",
    }));
    let before = account.dump()["AWS::CloudWatch::Alarm"]["audit-rds-orders-db-cpu"].clone();
    let applied = audit(&account, &[&APPLY[..], &["--select", "rds-cpu-alarm"]].concat());
    assert!(applied.out.contains("alarm audit-rds-orders-db-cpu is there"), "{}", applied.out);
    assert_eq!(account.dump()["AWS::CloudWatch::Alarm"]["audit-rds-orders-db-cpu"], before);

    let task = json!({"family": "x", "containerDefinitions": [{"name": "x", "image": "x", "memory": 128}]});
    account.someone("ecs", "register_task_definition", task);
    account.someone("ecs", "create_cluster", json!({"clusterName": "mvp-batch"}));
    account.someone("ecs", "create_service", json!({"cluster": "mvp-batch", "serviceName": "x", "taskDefinition": "x", "desiredCount": 1, "launchType": "FARGATE"}));
    account.someone("ecs", "create_service", json!({"cluster": "mvp", "serviceName": "batch-x", "taskDefinition": "x", "desiredCount": 1, "launchType": "FARGATE"}));
    let (_, plan) = plan(&account, &["--select", "ecs-cpu-alarm"]);
    let text = plan.to_string();
    assert!(
        text.contains("audit-ecs-mvp-batch/x-cpu") && text.contains("audit-ecs-mvp/batch-x-cpu"),
        "{text}"
    );
}

#[test]
fn what_a_later_run_or_someone_else_uses_stays() {
    let account = account("mvp");
    let first = [&APPLY[..], &["--select", "rds-cpu-alarm", "--journal", "first.jsonl"]].concat();
    assert_eq!(audit(&account, &first).exit, 4);
    let second =
        [&APPLY[..], &["--select", "ecs-memory-alarm", "--journal", "second.jsonl"]].concat();
    let applied = audit(&account, &second);
    assert!([0, 4].contains(&applied.exit), "{applied:?}");
    let undone = audit(&account, &["fix", "--undo", "first.jsonl", "--yes"]);
    assert_eq!(undone.exit, 3, "{undone:?}");
    assert!(undone.out.contains("still sent to by alarms"), "{}", undone.out);
    assert!(account.dump()["AWS::SNS::Topic"]["audit-alerts"].is_object());
    for name in ["second.jsonl", "first.jsonl"] {
        assert_eq!(audit(&account, &["fix", "--undo", name, "--yes"]).exit, 0, "{name}");
    }
    assert!(account.dump()["AWS::SNS::Topic"]["audit-alerts"].is_null());
}

/// What could not be listed afterwards is not closed.
#[test]
fn findings_do_not_close_because_nothing_could_be_read() {
    let account = account("mvp");
    assert_eq!(
        audit(&account, &["fix", "--plan", "plan.json", "--select", "rds-cpu-alarm"]).exit,
        0
    );
    account.deny("rds:DescribeDBInstances");
    let apply = [
        "fix",
        "--apply",
        "plan.json",
        "--yes",
        "--include-review",
        "--wait",
        "0",
        "--select",
        "rds-cpu-alarm",
    ];
    let applied = audit(&account, &apply);
    assert_eq!(applied.exit, 3, "{applied:?}");
    assert!(applied.out.contains("unknown") && !applied.out.contains("closed"), "{}", applied.out);
}

#[test]
fn an_account_that_cannot_be_read_is_not_one_that_needs_nothing() {
    let account = account("mvp");
    account.deny_all_except(&["sts:GetCallerIdentity"]);
    for arguments in [&["fix"][..], &APPLY] {
        let done = audit(&account, arguments);
        assert_eq!(done.exit, 3, "{done:?}");
        assert!(
            done.out.contains("Not planned") && done.out.contains("DescribeAlarms"),
            "{}",
            done.out
        );
    }
}

#[test]
fn what_was_left_out_is_named_and_not_closed() {
    let account = account("mvp");
    let safe = audit(&account, &["fix", "--apply", "--yes", "--wait", "0"]);
    assert_eq!(safe.exit, 1, "{safe:?}");
    for open in ["left out, still open:", "guardduty-enabled", "ecr-scan-on-push"] {
        assert!(safe.out.contains(open), "{} lacks {open}", safe.out);
    }
}

#[test]
fn a_channel_hears_the_topics_of_every_region() {
    let account = Account::new(server());
    let config = "[notify]\nslack_channel = { workspace = \"T0123456\", channel = \"C0123456\" }\n\n[budget]\nmonthly_usd = 50\n";
    fs::write(account.home().join("audit.toml"), config).expect("a configuration");
    account.state(json!({"kind": "chatbot_workspace", "team": "T0123456"}));
    for (region, name) in [(REGION, "one.jsonl"), ("us-east-1", "two.jsonl")] {
        let apply =
            [&APPLY[..], &["--select", "budget-alerts", "--region", region, "--journal", name]]
                .concat();
        audit(&account, &apply);
        // The first region's budget makes the second region's unnecessary.
        account.someone(
            "budgets",
            "delete_budget",
            json!({"AccountId": account.id(), "BudgetName": "audit-monthly"}),
        );
    }
    let topics =
        &account.dump()["AWS::Chatbot::SlackChannelConfiguration"]["audit-alerts"]["SnsTopicArns"];
    assert_eq!(topics.as_array().map(Vec::len), Some(2), "{topics}");
}

#[test]
fn a_topic_that_is_not_here_is_refused() {
    let account = account("empty");
    for arn in
        ["arn:aws:sns:us-east-1:999999999999:central", "arn:aws:sns:eu-west-1:111111111111:x"]
    {
        let config = format!(
            "[notify]\ntopic = \"{arn}\"\nemail = [\"a@example.com\"]\n\n[budget]\nmonthly_usd = 9\n"
        );
        fs::write(account.home().join("audit.toml"), config).expect("a configuration");
        let refused = audit(&account, &["fix"]);
        assert_eq!((refused.exit, refused.err.contains(arn)), (2, true), "{refused:?}");
    }
}

#[test]
fn a_budget_and_a_trail_that_are_there_keep_their_settings() {
    let account = account("empty");
    assert_eq!(audit(&account, &APPLY).exit, 4);
    fs::remove_file(journal(&account)).expect("removed");
    account.someone("cloudtrail", "stop_logging", json!({"Name": "audit-trail"}));
    let (_, plan) = plan(&account, &["--select", "cloudtrail-enabled"]);
    assert_eq!(types(&plan), ["AWS::CloudTrail::Trail"], "{plan}");
    assert_eq!(plan["actions"][0]["calls"], json!(["cloudtrail:StartLogging"]));
    let started = audit(&account, &[&APPLY[..], &["--select", "cloudtrail-enabled"]].concat());
    assert_eq!(started.exit, 0, "{started:?}");
    assert_eq!(undo(&account).exit, 0);
}
