//! Linters, run for real on everything that is exported: cfn-lint and shellcheck, each started once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use audit::fix::export::File;
use audit::fix::plan::{Action, Plan};
use audit::model::Lang;
use serde_json::Value;

use super::{files, plans};
use crate::{root, venv};

/// Plans, each with a name and a language; the one for the product as many start out is the last.
fn cases() -> Vec<(String, Plan, Lang)> {
    // What comes from outside: names of services, databases, canaries, alarms.
    let outside = ["batch", "orders-db", "top-page", "worker", "legacy-db"];
    let nasty = plans::nasty(&outside).into_iter().zip(1..);
    let mut cases: Vec<_> =
        nasty.map(|(plan, number)| (format!("nasty-{number}"), plan, Lang::En)).collect();
    let more = [
        ("healthy", plans::of("ecs-fargate-healthy.json"), Lang::En),
        ("two-regions", plans::two_regions(), Lang::En),
        ("rare", plans::rare(), Lang::En),
        ("mvp-ja", plans::mvp(), Lang::Ja),
        ("mvp", plans::mvp(), Lang::En),
    ];
    cases.extend(more.map(|(name, plan, lang)| (name.to_owned(), plan, lang)));
    cases
}

/// Writes the files of a format below `folder`, and gives those that end so, each with its plan.
fn write(folder: &Path, format: &str, end: &str) -> Vec<(PathBuf, Plan)> {
    let mut written = Vec::new();
    for (name, plan, lang) in cases() {
        for File { name: file, text } in files(format, &plan, lang) {
            let path = folder.join(format!("{name}-{file}"));
            fs::write(&path, text).expect("a file");
            if file.ends_with(end) {
                written.push((path, plan.clone()));
            }
        }
    }
    written
}

fn linter(name: &str) -> Command {
    let requirements = root().join("tests/lint/requirements.txt");
    Command::new(venv::environment("lint-venv", &requirements).join(name))
}

/// Runs a linter that prints a list of complaints; by file, what they are.
fn complaints(linter: &mut Command, file: &str, rule: &str) -> BTreeMap<String, BTreeSet<String>> {
    let output = linter.output().expect("the linter starts");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    let mut by_file: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for complaint in said.as_array().expect("a list of complaints") {
        let file = complaint[file].as_str().expect("a file").to_owned();
        let what = complaint.pointer(rule).expect("a rule").to_string();
        by_file.entry(file).or_default().insert(what);
    }
    by_file
}

#[test]
fn templates() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = write(folder.path(), "cloudformation", ".yaml");
    let (last, _) = written.last().expect("a template");
    let whole = fs::read_to_string(last).expect("a template");
    // What is wrong is found.
    let wrong = [
        ("property", whole.replacen("TopicName:", "TopicNam:", 1), "\"E3002\""),
        ("dependency", whole.replacen("- TopicAuditAlerts", "- NoSuchTopic", 1), "\"E3005\""),
        (
            "type",
            whole.replacen("Type: AWS::SNS::Topic\n", "Type: AWS::SNS::Topik\n", 1),
            "\"E3006\"",
        ),
        ("kept", whole.replacen("    UpdateReplacePolicy: Retain\n", "", 1), "\"W3011\""),
    ];
    let mut linter = linter("cfn-lint");
    linter.args(["--format", "json", "--include-checks", "I", "--template"]);
    linter.args(written.iter().map(|(path, _)| path));
    for (name, text, _) in &wrong {
        assert_ne!(*text, whole, "{name}");
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        linter.arg(&path);
    }
    let mut found = complaints(&mut linter, "Filename", "/Rule/Id");
    for (name, _, rule) in wrong {
        let path = folder.path().join(name).display().to_string();
        let rules = found.remove(&path).unwrap_or_default();
        assert!(rules.contains(rule), "{name}: {rules:?}");
    }
    assert_eq!(found, BTreeMap::new());
}

#[test]
fn scripts() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = write(folder.path(), "aws-cli", ".sh");
    let wrong = folder.path().join("wrong");
    let (last, _) = written.last().expect("a script");
    let whole = fs::read_to_string(last).expect("a script");
    fs::write(&wrong, whole.replacen("\"$account\"", "$account", 1)).expect("a file");
    let mut linter = linter("shellcheck");
    linter.args(["--format", "json", "--shell", "bash"]).args(written.iter().map(|(path, _)| path));
    let mut found = complaints(linter.arg(&wrong), "file", "/code");
    let rules = found.remove(&wrong.display().to_string()).unwrap_or_default();
    assert!(rules.contains("2053"), "what is wrong is found: {rules:?}");
    assert_eq!(found, BTreeMap::new());
    for (path, _) in written {
        let text = fs::read_to_string(&path).expect("a script");
        assert!(!text.contains("shellcheck disable"));
        let output = Command::new("bash").arg("-n").arg(&path).output().expect("bash starts");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {complaint}", path.display());
    }
}

/// PyYAML, which is no relative of the writer, reads every text of a plan as it was.
#[test]
fn yaml_says_what_the_plan_says() {
    const READ: &str = "import json, sys, yaml\n\
        print(json.dumps([yaml.safe_load(open(path, encoding='utf-8')) for path in sys.argv[1:]]))";
    // What differs from a plan by intention.
    const ADAPTED: [&str; 6] = [
        "Handler",
        "PolicyDocument",
        "FifoTopic",
        "MonitorArnList",
        "RecordingGroup",
        "ThresholdExpression",
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let written = write(folder.path(), "cloudformation", ".yaml");
    let mut python = linter("python");
    python.args(["-c", READ]).args(written.iter().map(|(path, _)| path));
    let output = python.output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    let read: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {complaint}"));
    for (template, (path, plan)) in read.iter().zip(written) {
        for resource in template["Resources"].as_object().expect("resources").values() {
            let mut of_type =
                plan.actions.iter().filter(|it| resource["Type"] == it.resource.ty.as_str());
            let says = |action: &Action| {
                action.after.properties.iter().all(|(key, value)| {
                    ADAPTED.contains(&key.as_str()) || resource["Properties"][key] == *value
                })
            };
            assert!(of_type.any(says), "{}: {resource:#}", path.display());
        }
    }
}
