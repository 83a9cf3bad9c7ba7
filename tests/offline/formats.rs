//! Machine formats against their own definitions, and the files that `-o` writes.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{audit, audit_in, fixture, root, stdout};

fn json(args: &[&str], exit: i32) -> Value {
    let mvp = fixture("ecs-fargate-mvp.json");
    let mut all = vec!["run", "--snapshot", &mvp, "--format", "json"];
    all.extend(args);
    serde_json::from_str(&stdout(&audit(&all), exit)).expect("JSON")
}

fn validate(schema: &Value, instance: &Value) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(instance).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_json_report_keeps_its_contract() {
    let schema = fs::read_to_string(root().join("tests/offline/audit-report-1.schema.json"))
        .expect("the schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    for lang in ["en", "ja"] {
        let report = json(&["--lang", lang], 1);
        validate(&schema, &report);
        let findings = report["findings"].as_array().expect("findings");
        let counted =
            |status: &str| findings.iter().filter(|f| f["status"] == status).count() as u64;
        for status in ["pass", "fail", "unknown", "not_applicable", "waived"] {
            assert_eq!(report["summary"][status].as_u64(), Some(counted(status)), "{status}");
        }
    }
}

#[test]
fn junit_is_read_by_another_parser_with_the_same_counts() {
    let mvp = fixture("ecs-fargate-mvp.json");
    let xml = stdout(&audit(&["run", "--snapshot", &mvp, "--format", "junit"]), 1);
    let report = json(&[], 1);
    let script = "import sys, json, xml.etree.ElementTree as e\nr = e.parse(sys.stdin).getroot()\n\
        c = lambda tag: len(r.findall('.//testcase/' + tag))\n\
        s = lambda key: sum(int(x.get(key)) for x in r.findall('testsuite'))\n\
        print(json.dumps({'fail': c('failure'), 'unknown': c('error'), 'skipped': c('skipped'), 'all': len(r.findall('.//testcase')), 'failures': s('failures'), 'errors': s('errors'), 'tests': s('tests')}))";
    let mut python = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed");
    python.stdin.take().expect("stdin").write_all(xml.as_bytes()).expect("read");
    let counts: Value =
        serde_json::from_slice(&python.wait_with_output().expect("ends").stdout).expect("JSON");
    let summary = &report["summary"];
    let number = |key: &str| summary[key].as_u64().expect("a count");
    assert_eq!(counts["fail"].as_u64(), Some(number("fail")));
    assert_eq!(counts["failures"], counts["fail"]);
    assert_eq!(counts["unknown"].as_u64(), Some(number("unknown")));
    assert_eq!(counts["errors"], counts["unknown"]);
    assert_eq!(counts["skipped"].as_u64(), Some(number("not_applicable") + number("waived")));
    assert_eq!(counts["tests"], counts["all"]);
}

#[test]
fn any_number_of_files_beside_stdout() {
    let folder = tempfile::tempdir().expect("a folder");
    let mvp = fixture("ecs-fargate-mvp.json");
    let args = [
        "run",
        "--snapshot",
        &mvp,
        "-q",
        "-o",
        "json=a.json",
        "-o",
        "junit=b.xml",
        "-o",
        "json=c.json",
    ];
    let table = stdout(&audit_in(folder.path(), &args), 1);
    assert!(table.contains("Summary"));
    let read = |name: &str| fs::read(folder.path().join(name)).expect(name);
    assert_eq!(read("a.json"), read("c.json"));
    assert!(read("b.xml").starts_with(b"<?xml"));
    let names = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(names, 3, "nothing temporary is left");
}

#[test]
fn rule_case_and_part_files_keep_the_schemas_that_editors_get() {
    let schema = |more: &[&str]| -> Value {
        let printed = audit(&[&["rules", "schema"], more].concat());
        serde_json::from_str(&stdout(&printed, 0)).expect("JSON")
    };
    let (rules, cases, parts) = (schema(&[]), schema(&["--cases"]), schema(&["--parts"]));
    let mut seen = 0;
    for section in
        fs::read_dir(root().join("rules")).expect("rules").flatten().filter(|e| e.path().is_dir())
    {
        for file in fs::read_dir(section.path()).expect("a section").flatten() {
            let text = fs::read_to_string(file.path()).expect("a file");
            let value: Value = serde_saphyr::from_str(&text).expect("YAML");
            let name = file.file_name().to_string_lossy().into_owned();
            validate(
                match name.as_str() {
                    name if name.ends_with(".cases.yaml") => &cases,
                    name if name.ends_with(".part.yaml") => &parts,
                    _ => &rules,
                },
                &value,
            );
            seen += 1;
        }
    }
    assert!(seen >= 32, "16 rules and their cases, not {seen} files");
}

#[test]
fn stdin_is_a_snapshot_too() {
    let mvp = fs::read(fixture("ecs-fargate-mvp.json")).expect("the fixture");
    let mut child = Command::new(env!("CARGO_BIN_EXE_audit"))
        .args(["run", "--snapshot", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("audit starts");
    child.stdin.take().expect("stdin").write_all(&mvp).expect("read");
    let output = child.wait_with_output().expect("ends");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report, json(&[], 1));
}

#[test]
fn the_order_of_resources_in_the_file_never_matters() {
    let text = fs::read_to_string(fixture("ecs-fargate-mvp.json")).expect("the fixture");
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    snapshot["resources"].as_array_mut().expect("resources").reverse();
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("reversed.json"), snapshot.to_string()).expect("written");
    let mvp = fixture("ecs-fargate-mvp.json");
    for format in ["table", "json", "junit"] {
        let reversed =
            audit_in(folder.path(), &["run", "--snapshot", "reversed.json", "--format", format]);
        let straight = audit(&["run", "--snapshot", &mvp, "--format", format]);
        assert_eq!(stdout(&reversed, 1), stdout(&straight, 1), "{format}");
    }
}
