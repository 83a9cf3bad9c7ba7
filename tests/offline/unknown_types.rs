//! A resource type that nobody knows has no rule: that is said, since it may be misspelt.

use std::fs;

use serde_json::{Value, json};

use crate::{audit_in, fixture, stdout};

/// The healthy account with a resource of each of these types beside it.
fn with_types(types: &[&str]) -> String {
    let text = fs::read_to_string(fixture("ecs-fargate-healthy.json")).expect("a fixture");
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    let (account, region) = (snapshot["accounts"][0].clone(), snapshot["regions"][0].clone());
    let resources = snapshot["resources"].as_array_mut().expect("resources");
    for (i, ty) in types.iter().enumerate() {
        resources.insert(
            i,
            json!({"type": ty, "id": format!("x{i}"), "account": account, "region": region}),
        );
    }
    snapshot["resource_count"] = json!(resources.len());
    snapshot.to_string()
}

fn run(types: &[&str], args: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.json"), with_types(types)).expect("written");
    let mut all = vec!["run", "--snapshot", "s.json"];
    all.extend(args);
    stdout(&audit_in(folder.path(), &all), 0)
}

fn notices(types: &[&str], lang: &str) -> Value {
    let report: Value =
        serde_json::from_str(&run(types, &["--format", "json", "--lang", lang])).expect("JSON");
    report["notices"].clone()
}

#[test]
fn are_told_in_both_languages_and_fail_nothing() {
    assert_eq!(notices(&[], "en"), json!([]), "nothing to say of what is known");
    let types = ["AWS::RDS::DBInstnace", "Acme::Own::Thing", "AWS::RDS::DBInstnace"];
    let told = notices(&types, "en");
    assert_eq!(
        told,
        json!([{"kind": "unknown-type", "message": "no rule looks at these resource types, which this version does not know; are they spelt right? AWS::RDS::DBInstnace (2), Acme::Own::Thing (1)"}])
    );
    let told = notices(&types, "ja")[0]["message"].as_str().expect("words").to_owned();
    assert!(told.contains("綴り") && told.contains("AWS::RDS::DBInstnace (2)"), "{told}");
    let table = run(&types, &[]);
    assert!(table.contains("Notices") && table.contains("AWS::RDS::DBInstnace (2)"), "{table}");
}

#[test]
fn are_told_in_the_same_order_and_number_whatever_the_file_holds() {
    let types = ["T::6", "T::5", "T::4", "T::3", "T::2", "T::1"];
    let mut turned = types;
    turned.reverse();
    let told = notices(&types, "en");
    assert_eq!(told, notices(&turned, "en"));
    let words = told[0]["message"].as_str().expect("words");
    assert!(words.ends_with("T::1 (1), T::2 (1), T::3 (1), T::4 (1), T::5 (1), …"), "{words}");
}
