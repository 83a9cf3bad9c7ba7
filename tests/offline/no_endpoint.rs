//! Services of which nothing tells what users reach: that nobody looked is said, and only then.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{audit_in, fixture, stdout};

/// The healthy account without resources whose types begin so.
fn without(prefixes: &[&str]) -> String {
    let text = fs::read_to_string(fixture("ecs-fargate-healthy.json")).expect("a fixture");
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    let resources = snapshot["resources"].as_array_mut().expect("resources");
    resources.retain(|it| {
        let ty = it["type"].as_str().expect("a type");
        !prefixes.iter().any(|prefix| ty.starts_with(prefix))
    });
    snapshot["resource_count"] = json!(resources.len());
    snapshot.to_string()
}

/// The kinds of notices in `lang`.
fn told(folder: &Path, lang: &str) -> Vec<String> {
    let args = ["run", "--snapshot", "s.json", "--format", "json", "--lang", lang];
    let report: Value = serde_json::from_str(&stdout(&audit_in(folder, &args), 0)).expect("JSON");
    let notices = report["notices"].as_array().expect("notices").iter();
    notices.map(|it| it["kind"].as_str().expect("a kind").to_owned()).collect()
}

#[test]
fn is_told_until_endpoints_are_declared_or_said_to_be_none() {
    const BALANCERS: &str = "AWS::ElasticLoadBalancingV2::";
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("s.json", &without(&[BALANCERS]));
    for lang in ["en", "ja"] {
        assert_eq!(told(folder.path(), lang), ["no-endpoint"]);
    }
    write("audit.toml", "endpoints = []");
    assert!(told(folder.path(), "en").is_empty());
    write("audit.toml", "[[endpoints]]\nurl = \"https://app.example.com/health\"");
    assert!(told(folder.path(), "en").is_empty());
    fs::remove_file(folder.path().join("audit.toml")).expect("removed");
    write("s.json", &without(&[BALANCERS, "AWS::ECS::Service"]));
    assert!(told(folder.path(), "en").is_empty(), "nothing that users could reach");
}
