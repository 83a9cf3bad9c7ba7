//! Bad input: exit 2, the place, the reason, what to do; nothing half-written.

use std::fs;

use crate::{audit, audit_in, fixture, refusal, stdout};

fn snapshot_refused(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.json"), text).expect("written");
    refusal(&audit_in(folder.path(), &["run", "--snapshot", "s.json"]))
}

#[test]
fn snapshots() {
    let whole = fs::read_to_string(fixture("ecs-fargate-healthy.json")).expect("a fixture");
    for (text, part) in [
        (String::new(), "s.json"),
        ("hello".to_owned(), "s.json"),
        (whole[..whole.len() / 2].to_owned(), "s.json"),
        (whole.replace("audit-snapshot/1", "audit-snapshot/9"), "audit-snapshot/9"),
        (
            whole.replacen("\"regions\": [\n    \"ap-northeast-1\"\n  ]", "\"regions\": []", 1),
            "region",
        ),
        (
            whole.replacen(
                "\"regions\": [\n    \"ap-northeast-1\"\n  ]",
                "\"regions\": [\"global\"]",
                1,
            ),
            "region",
        ),
        (
            whole.replacen("\"outcome\": \"ok\"", "\"outcome\": \"ok\", \"resources\": [\"x\"]", 1),
            "failed for",
        ),
    ] {
        let words = snapshot_refused(&text);
        assert!(words.contains(part), "{words}");
    }
    assert!(
        refusal(&audit(&["run", "--snapshot", "no-such-file.json"])).contains("no-such-file.json")
    );
}

#[test]
fn rules_are_refused_with_file_line_and_caret() {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = "id: my-rule\nsection: cost\nseverity: low\ntitle: {en: t}\nfor: AWS::RDS::DBInstance\nrequire: |\n  resource.properties.Engin == 'x' && nope(1)\nmessage: {en: \"${resource.nme}\"}\nwhy: {en: w}\nremediation: {en: r}\n";
    fs::write(folder.path().join("my-rule.yaml"), rule).expect("written");
    fs::write(folder.path().join("other.yaml"), rule.replace("id: my-rule", "id: My_Rule\nfoo: 1"))
        .expect("written");
    let words = refusal(&audit_in(folder.path(), &["rules", "list", "--rules", "."]));
    insta::assert_snapshot!("rule_errors", words);
}

#[test]
fn a_users_rule_in_one_language_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = "id: my-rule\nsection: cost\nseverity: low\ntitle: {ja: エンジン}\nfor: AWS::RDS::DBInstance\nrequire: |\n  resource.properties.Engine == 'mysql'\nmessage: {ja: \"${resource.name} は ${resource.properties.Engine} です\"}\nwhy: {ja: 理由}\nremediation: {ja: 対処}\n";
    fs::write(folder.path().join("my-rule.yaml"), rule).expect("written");
    let healthy = fixture("ecs-fargate-healthy.json");
    let args =
        ["run", "--snapshot", &healthy, "--rules", ".", "--no-builtin-rules", "--format", "json"];
    let report = stdout(&audit_in(folder.path(), &args), 1);
    assert!(report.contains("shop-db は postgres です"), "{report}");
}

#[test]
fn configuration() {
    let healthy = fixture("ecs-fargate-healthy.json");
    for (text, parts) in [
        ("nonsense = 1\n", ["audit.toml", "nonsense"]),
        ("[params.rds-cpu-alarm]\nthreshhold = 3\n", ["threshhold", "threshold"]),
        ("[params.rds-cpu-alarm]\nthreshold = \"3\"\n", ["threshold", "number"]),
        ("[rules]\nskip = [\"no-such-*\"]\n", ["[rules] skip", "no-such-*"]),
        ("regions = 3\n", ["audit.toml", "regions"]),
        ("[params.nope]\nx = 1\n", ["audit.toml", "no such rule"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("audit.toml"), text).expect("written");
        let below = folder.path().join("below");
        fs::create_dir(&below).expect("made");
        let words = refusal(&audit_in(&below, &["run", "--snapshot", &healthy]));
        assert!(parts.iter().all(|part| words.contains(part)), "{text}: {words}");
    }
}

#[test]
fn usage() {
    for args in [
        &["run", "--format", "yaml"][..],
        &["run", "-o", "json"],
        &["run", "-o", "nope=x"],
        &["run", "--fail-on", "worst"],
        &["rules", "explain", "no-such-rule"],
        &["no-such-command"],
        &["run", "--snapshot", "x.json", "--rules", "."],
        &["run", "--snapshot", "x.json", "-o", "json=a", "-o", "junit=a"],
        &["run", "--snapshot", "x.json", "-o", "json=-"],
    ] {
        refusal(&audit(args));
    }
}

#[test]
fn what_cannot_be_written() {
    let healthy = fixture("ecs-fargate-healthy.json");
    let words = refusal_of_output(&audit(&[
        "run",
        "--snapshot",
        &healthy,
        "-o",
        "json=no/such/folder/a.json",
    ]));
    assert!(words.contains("no/such/folder/a.json"), "{words}");
    let words = refusal_of_output(&audit(&["run", "--snapshot", &healthy, "-o", "json=/dev/full"]));
    assert!(words.contains("/dev/full"), "{words}");
}

fn refusal_of_output(output: &std::process::Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[cfg(feature = "aws")]
#[test]
fn a_snapshot_is_not_asked_for_regions_it_may_not_hold() {
    let healthy = fixture("ecs-fargate-healthy.json");
    let words = refusal(&audit(&["run", "--snapshot", &healthy, "--region", "us-east-1"]));
    assert!(words.contains("--region"), "{words}");
}
