//! Rules that would hardly ever end: refused when they nest without end, unknown when they loop so.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{audit_in, stdout};

/// A snapshot of one cluster and so many alarms.
fn many_alarms(folder: &Path, alarms: usize) {
    let text = fs::read_to_string(crate::fixture("ecs-fargate-healthy.json")).expect("a fixture");
    let mut header: Value = serde_json::from_str(&text).expect("JSON");
    let account = header["accounts"][0].clone();
    let region = header["regions"][0].clone();
    header.as_object_mut().expect("an object").remove("resources");
    header["resource_count"] = json!(alarms + 1);
    let mut lines = vec![header.to_string()];
    let resource =
        |ty: &str, id: String| json!({"type": ty, "id": id, "account": account, "region": region});
    lines.push(resource("AWS::ECS::Cluster", "prod".to_owned()).to_string());
    lines.extend(
        (0..alarms).map(|i| resource("AWS::CloudWatch::Alarm", format!("a{i:06}")).to_string()),
    );
    fs::write(folder.join("many.jsonl"), lines.join("\n")).expect("written");
}

fn run(folder: &Path, subject: &str, require: &str) -> Value {
    let rule = format!(
        "id: endless\nsection: cost\nseverity: low\ntitle: {{en: t}}\nfor: {subject}\nrequire: |\n  {require}\n\
         message: {{en: m}}\nwhy: {{en: w}}\nremediation: {{en: r}}\n"
    );
    fs::create_dir_all(folder.join("rules")).expect("made");
    fs::write(folder.join("rules/endless.yaml"), rule).expect("written");
    let args = [
        "run",
        "--snapshot",
        "many.jsonl",
        "--rules",
        "rules",
        "--no-builtin-rules",
        "--format",
        "json",
        "--allow-unknown",
    ];
    serde_json::from_str(&stdout(&audit_in(folder, &args), 0)).expect("JSON")
}

#[test]
fn a_loop_in_a_loop_over_a_large_account_is_unknown() {
    const ALL: &str = "resources(resource, 'AWS::CloudWatch::Alarm')";
    let folder = tempfile::tempdir().expect("a folder");
    many_alarms(folder.path(), 100_000);
    let nested = format!("{ALL}.all(a, {ALL}.all(b, a.id != b.id || b.name != ''))");
    let report = run(folder.path(), "AWS::ECS::Cluster", &nested);
    assert_eq!(report["summary"]["unknown"], 1, "{report}");
    let words = report["findings"][0]["message"].as_str().expect("a message");
    assert!(words.contains("compares too many resources with each other"), "{words}");
    // One loop is fine, however long the list.
    let report = run(
        folder.path(),
        "AWS::ECS::Cluster",
        &format!("{ALL}.all(a, a.name != '' && a.id != 'x')"),
    );
    assert_eq!(report["summary"]["pass"], 1, "{report}");
}

#[test]
fn each_against_all_others_is_unknown() {
    let folder = tempfile::tempdir().expect("a folder");
    many_alarms(folder.path(), 20_000);
    let others = "resources(resource, 'AWS::CloudWatch::Alarm').all(a, a.id != resource.id)";
    let report = run(folder.path(), "AWS::CloudWatch::Alarm", others);
    assert_eq!(report["summary"]["unknown"], 20_000);
}
