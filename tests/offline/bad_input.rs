//! Bad input: exit 2, the place, the reason, what to do; nothing half-written.

use std::fs;

use crate::{audit, audit_in, fixture, refusal};

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
