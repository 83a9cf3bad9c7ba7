//! `audit paths` on the fixtures.

use serde_json::Value;

use crate::{audit, fixture, root, stdout};

fn paths(more: &[&str]) -> String {
    let mvp = fixture("ecs-fargate-mvp.json");
    let mut all = vec!["paths", "--snapshot", &mvp];
    all.extend(more);
    stdout(&audit(&all), 0)
}

#[test]
fn the_mvp_in_both_languages() {
    insta::assert_snapshot!("paths_en", paths(&[]));
    insta::assert_snapshot!("paths_ja", paths(&["--lang", "ja"]));
}

#[test]
fn the_healthy_one() {
    let healthy = fixture("ecs-fargate-healthy.json");
    insta::assert_snapshot!(stdout(&audit(&["paths", "--snapshot", &healthy]), 0));
}

/// Who hears if this database fills up?
#[test]
fn from_a_database_and_from_an_alarm() {
    insta::assert_snapshot!(paths(&["--from", "orders-db"]));
    let alarm = "arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:pager-test";
    assert_eq!(paths(&["--from", alarm]), paths(&["--from", "pager-test"]));
}

/// What does this channel hear?
#[test]
fn to_a_function_and_to_an_address() {
    insta::assert_snapshot!("paths_to_function", paths(&["--to", "slack-notifier"]));
    insta::assert_snapshot!("paths_to_address", paths(&["--to", "oncall@example.com"]));
    // Others hear what goes there, too: that is not asked.
    let former = paths(&["--to", "former-colleague@example.com"]);
    assert!(former.contains("Nobody hears") && !former.contains("Somebody hears"), "{former}");
    // It is subscribed, but what goes there breaks before.
    assert!(paths(&["--to", "security@example.com"]).contains("There is no such signal"));
}

#[test]
fn only_what_is_broken() {
    let broken = paths(&["--broken"]);
    assert!(broken.contains("11 of 24 signals") && !broken.contains('✓'), "{broken}");
}

/// A way that could not be followed still says where it was left.
#[test]
fn what_could_not_be_read_stands_where_it_was_asked() {
    let text = std::fs::read_to_string(fixture("ecs-fargate-mvp.json")).expect("the fixture");
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    for record in snapshot["coverage"].as_array_mut().expect("coverage") {
        if record["operation"] == "lambda:GetPolicy" {
            record["outcome"] = "denied".into();
        }
    }
    for resource in snapshot["resources"].as_array_mut().expect("resources") {
        if resource["type"] == "AWS::Lambda::Function" {
            resource["status"].as_object_mut().expect("a status").remove("Policy");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("denied.json");
    std::fs::write(&file, snapshot.to_string()).expect("written");
    let file = file.display().to_string();
    let told = stdout(&audit(&["paths", "--snapshot", &file, "--to", "slack-notifier"]), 0);
    assert!(told.contains("Lambda function slack-notifier\n"), "{told}");
    assert!(told.contains("? could not read: lambda:GetPolicy was denied"), "{told}");
    assert!(!told.contains('✓'), "{told}");
}

#[test]
fn names_that_nothing_has() {
    let mvp = fixture("ecs-fargate-mvp.json");
    let refused = |option: &str| {
        let output = audit(&["paths", "--snapshot", &mvp, option, "no-such-thing"]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    insta::assert_snapshot!(refused("--from") + &refused("--to"));
}

#[test]
fn the_json_document_keeps_its_contract() {
    let schema = root().join("tests/offline/audit-paths-1.schema.json");
    let schema = std::fs::read_to_string(schema).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for more in [&["--format", "json"][..], &["--format", "json", "--from", "orders-db"]] {
        let document: Value = serde_json::from_str(&paths(more)).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

/// The picture and the verdicts come from the same walk.
#[test]
fn agree_with_the_verdicts_on_alarms() {
    for file in ["ecs-fargate-mvp.json", "ecs-fargate-healthy.json"] {
        let file = fixture(file);
        let picture = stdout(&audit(&["paths", "--snapshot", &file, "--format", "json"]), 0);
        let picture: Value = serde_json::from_str(&picture).expect("JSON");
        let run =
            audit(&["run", "--snapshot", &file, "--format", "json", "--select", "alarm-notifies"]);
        let report: Value = serde_json::from_slice(&run.stdout).expect("JSON");
        let findings = report["findings"].as_array().expect("findings");
        let mut compared = 0;
        for signal in picture["signals"].as_array().expect("signals") {
            let of = |it: &&Value| it["resource"]["arn"] == signal["resource"]["arn"];
            if !signal["kind"].as_str().is_some_and(|kind| kind.ends_with("alarm")) {
                continue;
            }
            let finding = findings.iter().find(of).expect("a finding for each alarm");
            let expected = match finding["status"].as_str() {
                Some("pass") => "someone",
                Some("fail") => "nobody",
                _ => "unknown",
            };
            assert_eq!(signal["end"], expected, "{signal}");
            compared += 1;
        }
        assert!(compared > 5, "{compared} alarms");
    }
}
