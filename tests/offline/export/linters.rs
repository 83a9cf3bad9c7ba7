//! Linters, run for real on everything that is exported: cfn-lint and shellcheck, each started once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use audit::fix::export::File;
use audit::fix::plan::Plan;
use audit::model::Lang;
use serde_json::Value;

use super::{files, plans};
use crate::{root, venv};

/// Plans, each with a name.
fn cases() -> Vec<(String, Plan)> {
    let mvp = plans::mvp();
    let mut cases = vec![
        ("healthy".to_owned(), plans::of("ecs-fargate-healthy.json")),
        ("two-regions".to_owned(), plans::two_regions()),
        ("rare".to_owned(), plans::rare()),
    ];
    for (number, nasty) in plans::NASTY.iter().enumerate() {
        // What comes from outside: names of services, databases, canaries, alarms.
        let outside = ["batch", "orders-db", "top-page", "worker", "legacy-db"];
        cases.push((format!("nasty-{number}"), plans::renamed(&mvp, &outside, nasty)));
    }
    cases.push(("mvp".to_owned(), mvp));
    cases
}

/// Writes the files of a format below `folder`, and gives the paths of those that end so.
fn write(folder: &Path, format: &str, end: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (name, plan) in cases() {
        for (code, lang) in [("en", Lang::En), ("ja", Lang::Ja)] {
            let place = folder.join(format!("{name}-{code}"));
            fs::create_dir(&place).expect("a folder");
            for File { name, text } in files(format, &plan, lang) {
                let path = place.join(&name);
                fs::write(&path, text).expect("a file");
                paths.extend(name.ends_with(end).then(|| path.display().to_string()));
            }
        }
    }
    paths
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
    let paths = write(folder.path(), "cloudformation", ".yaml");
    assert!(paths.len() > 10, "{paths:?}");
    let whole = fs::read_to_string(paths.last().expect("a template")).expect("a template");
    // What is wrong is found.
    let wrong = [
        ("property", whole.replacen("TopicName:", "TopicNam:", 1), "\"E3002\""),
        ("dependency", whole.replacen("- TopicAuditAlerts", "- NoSuchTopic", 1), "\"E3005\""),
        ("handler", whole.replacen("Type: AWS::SNS::Topic\n", "Type: AWS::SNS::Topik\n", 1), "\"E3006\""),
        ("kept", whole.replacen("    DeletionPolicy: RetainExceptOnCreate\n", "", 1), "\"I3011\""),
    ];
    let mut linter = linter("cfn-lint");
    linter.args(["--format", "json", "--include-checks", "I", "--template"]).args(&paths);
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
    let paths = write(folder.path(), "aws-cli", ".sh");
    let wrong = folder.path().join("wrong");
    let whole = fs::read_to_string(paths.last().expect("a script")).expect("a script");
    fs::write(&wrong, whole.replacen("\"$account\"", "$account", 1)).expect("a file");
    let mut linter = linter("shellcheck");
    linter.args(["--format", "json", "--shell", "bash"]).args(&paths).arg(&wrong);
    let mut found = complaints(&mut linter, "file", "/code");
    let rules = found.remove(&wrong.display().to_string()).unwrap_or_default();
    assert!(rules.contains("2053"), "what is wrong is found: {rules:?}");
    assert_eq!(found, BTreeMap::new());
    for path in paths {
        let text = fs::read_to_string(&path).expect("a script");
        assert!(!text.contains("shellcheck disable"));
        let output = Command::new("bash").args(["-n", &path]).output().expect("bash starts");
        assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// PyYAML, which is no relative of the writer, reads every text of a plan as it was.
#[test]
fn yaml_says_what_the_plan_says() {
    const READ: &str = "import json, sys, yaml\n\
        print(json.dumps([yaml.safe_load(open(path, encoding='utf-8')) for path in sys.argv[1:]]))";
    let folder = tempfile::tempdir().expect("a folder");
    let (mut paths, mut wanted) = (Vec::new(), Vec::new());
    for (name, plan) in cases() {
        for File { name: file, text } in files("cloudformation", &plan, Lang::En) {
            if file.ends_with(".yaml") {
                let path = folder.path().join(format!("{name}-{file}"));
                fs::write(&path, text).expect("a file");
                paths.push(path);
                wanted.push(plan.clone());
            }
        }
    }
    let output = linter("python").args(["-c", READ]).args(&paths).output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    let read: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {complaint}"));
    for ((template, plan), path) in read.iter().zip(wanted).zip(paths) {
        let resources = template["Resources"].as_object().expect("resources");
        for resource in resources.values() {
            let made = plan.actions.iter().filter(|action| resource["Type"] == action.resource.ty.as_str());
            let says = |action: &audit::fix::plan::Action| {
                action.after.properties.iter().all(|(key, value)| {
                    let adapted = ["Handler", "PolicyDocument", "FifoTopic", "RecordingGroup"].contains(&key.as_str());
                    adapted || resource["Properties"][key] == *value
                })
            };
            assert!(made.into_iter().any(says), "{}: {resource:#}", path.display());
        }
    }
}
