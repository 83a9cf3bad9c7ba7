//! Mistakes in rules and their cases: exit 2, all of them, each with file, line, column and caret.

use std::fs;
use std::path::Path;

use crate::{audit_in, fixture, refusal, stdout};

const RULE: &str = "id: my-rule\nsection: cost\nseverity: low\ntitle: {en: t}\nfor: AWS::RDS::DBInstance\nrequire: |\n  resource.properties.Engin == 'x' && nope(1)\nmessage: {en: \"${resource.nme}\"}\nwhy: {en: w}\nremediation: {en: r}\n";

/// A rule whose `require` is this.
fn requiring(expression: &str) -> String {
    let right = RULE.replace("resource.nme", "resource.name");
    right.replace("resource.properties.Engin == 'x' && nope(1)", expression)
}

fn listed(folder: &Path) -> String {
    refusal(&audit_in(folder, &["rules", "list", "--no-builtin-rules", "--rules", "."]))
}

/// What is said of files by these names.
fn complaints(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    listed(folder.path())
}

/// Each complaint as `FILE:LINE:COLUMN its first line`; each has a caret.
fn places(words: &str) -> Vec<String> {
    let complaints = words.split("\n\nerror: ").map(|c| c.trim_start_matches("error: "));
    let places = complaints.map(|complaint| {
        let mut lines = complaint.lines();
        let message = lines.next().expect("a message");
        let place = lines.next().expect("a place").split_once("--> ./").expect("a place").1;
        assert!(lines.any(|line| line.trim_start_matches(['|', ' ']).starts_with('^')), "{words}");
        format!("{place} {message}")
    });
    places.collect()
}

#[test]
fn rules_are_refused_with_file_line_and_caret() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("my-rule.yaml"), RULE).expect("written");
    let other = RULE.replace("id: my-rule", "id: My_Rule\nfoo: 1");
    fs::write(folder.path().join("other.yaml"), other).expect("written");
    let words = refusal(&audit_in(folder.path(), &["rules", "list", "--rules", "."]));
    insta::assert_snapshot!("rule_errors", words);
}

#[test]
fn each_mistake_in_shape_is_told_at_its_place() {
    let right = requiring("resource.properties.Engine == 'x'");
    let changed = |from: &str, to: &str| {
        assert!(right.contains(from), "{from}");
        right.replacen(from, to, 1)
    };
    for (text, expected) in [
        (changed("why: {en: w}", "why: {en: w, fr: x}"), "9:14 unknown key fr; there are en, ja"),
        (changed("why: {en: w}", "why: [w]"), "9:6 expected keys with values, found a list"),
        (changed("why: {en: w}", "why: {en: [w]}"), "9:11 expected a string, found a list"),
        (changed("why: {en: w}", "why: {}"), "9:6 why needs words: en, ja or both"),
        (changed("why: {en: w}\n", ""), "1:1 the key why is missing"),
        (
            changed("low", "lo"),
            "3:11 expected one of info, low, medium, high, critical, found the string \"lo\"",
        ),
        (
            changed("low", "[low]"),
            "3:11 expected one of info, low, medium, high, critical, found a list",
        ),
        (
            changed("cost", "costs"),
            "2:10 there is no section costs; there are prerequisites, security, external-monitoring, resource-monitoring, notification, application, cost",
        ),
        (
            changed("my-rule", "My Rule"),
            "1:5 an id is made of lower-case letters, digits and hyphens",
        ),
        (
            changed("AWS::RDS::DBInstance", "AWS::RDS::DBInstnace"),
            "5:6 AWS::RDS::DBInstnace is no resource type that is collected",
        ),
        (
            changed("AWS::RDS::DBInstance", "[AWS::RDS::DBInstance, Nope]"),
            "5:29 Nope is no resource type that is collected",
        ),
        (changed("AWS::RDS::DBInstance", "[]"), "5:6 name at least one resource type"),
        (
            changed("AWS::RDS::DBInstance", "{a: b}"),
            "5:6 expected a string or a list, found keys with values",
        ),
        (changed("why:", "where: true\nwhy:"), "9:8 expected a list, found true"),
        (changed("why:", "where:\n  - reason: {en: x}\nwhy:"), "10:5 the key when is missing"),
        (
            changed("why:", "params: {x: {y: 1}}\nwhy:"),
            "9:13 a parameter is a number, a string, a bool or a list of strings",
        ),
        (changed("why:", "let: {x: [1]}\nwhy:"), "9:10 expected a string, found a list"),
        (
            changed("why:", "fix: {risk: wild}\nwhy:"),
            "9:13 expected one of safe, review, manual, found the string \"wild\"",
        ),
        (changed("why:", "fix: 3\nwhy:"), "9:6 expected keys with values, found 3"),
        (
            changed("why:", "why: {en: x}\nwhy:"),
            "10:1 duplicate mapping key `why` is not allowed here",
        ),
        ("- a\n".to_owned(), "1:1 expected keys with values, found a list"),
        ("id: a\n  b: c\n".to_owned(), "2:4 mapping values are not allowed in this context"),
    ] {
        let words = complaints(&[("r.yaml", &text)]);
        let expected = format!("r.yaml:{expected}");
        assert_eq!(places(&words), [expected], "{text}\n{words}");
    }
}

#[test]
fn each_mistake_in_an_expression_is_told_at_its_place() {
    for (expression, expected) in [
        ("resource.properties.Engin == 'x'", "7:22 AWS::RDS::DBInstance properties has no Engin;"),
        ("nope(resource)", "7:7 there is no function nope;"),
        ("true || nope(1)", "7:15 there is no function nope;"),
        ("1 > 'a'", "7:7 expected number, found string"),
        ("resource.name", "7:3 expected a bool, found string"),
        ("'日本語' == resource.nme", "7:20 AWS::RDS::DBInstance has no nme;"),
        ("resource.name ==", "7:19 not a valid expression"),
        (
            "related(resource, 'AWS::Nope', 'X', 'y').size() > 0",
            "7:21 AWS::Nope is no resource type",
        ),
        ("alarms(resource, 'a', 'b', 'sideways').size() > 0", "7:30 expected one of above, below"),
        ("resource.properties.MultiAZ", "7:3 expected a bool, found "),
    ] {
        let words = complaints(&[("r.yaml", &requiring(expression))]);
        let found = places(&words);
        assert!(found[0].starts_with(&format!("r.yaml:{expected}")), "{expression}: {words}");
    }
}

#[test]
fn shape_and_expressions_of_all_files_are_told_together() {
    let broken =
        RULE.replace("severity: low", "severity: lo").replace("why: {en: w}\n", "whi: 1\n");
    let cases = "rule: nope\ncases:\n  - name: x\n    coverage: no\n    expect: {a: maybe}\n  - expect: 5\n";
    let words = complaints(&[("a.yaml", &broken), ("b.yaml", "- 1"), ("c.cases.yaml", cases)]);
    let starts: Vec<String> =
        places(&words).iter().map(|p| p.split(' ').next().expect("a place").to_owned()).collect();
    assert_eq!(
        starts,
        [
            "a.yaml:1:1",
            "a.yaml:3:11",
            "a.yaml:7:22",
            "a.yaml:7:43",
            "a.yaml:8:26",
            "a.yaml:9:1",
            "b.yaml:1:1",
            "c.cases.yaml:1:7",
            "c.cases.yaml:4:15",
            "c.cases.yaml:5:17",
            "c.cases.yaml:6:5",
            "c.cases.yaml:6:13",
        ],
        "{words}"
    );
}

#[test]
fn what_would_swell_or_nest_without_end_is_refused() {
    let right = requiring("true");
    let mut laughs = format!("{right}params:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..10 {
        let uses = vec![format!("*a{}", i - 1); 10].join(", ");
        laughs.push_str(&format!("  a{i}: &a{i} [{uses}]\n"));
    }
    for (text, part) in [
        (laughs, "too large or too complex"),
        (format!("{right}params: {}", "[".repeat(100_000)), "recursion limit exceeded"),
        (format!("{right}params: {}1{}", "{a: ".repeat(200), "}".repeat(200)), "too complex"),
        (requiring(&format!("1 == {}1", "-".repeat(20_000))), "longer than 16384 bytes"),
        (
            requiring(&format!("{}true{}", "(".repeat(200), ")".repeat(200))),
            "nests deeper than 100",
        ),
        (requiring(&"resource.name == 'x' || ".repeat(300)), "not a valid expression"),
        (requiring(&format!("1{} == 1", "+1".repeat(300))), "nests deeper than 100"),
        (
            requiring(
                &(0..7).fold("true".to_owned(), |inner, i| format!("[1].all(x{i}, {inner})")),
            ),
            "loops nest deeper than 6 levels",
        ),
        (
            requiring("again").replace("why:", "let: {again: more, more: again}\nwhy:"),
            "stands for itself, or for too much",
        ),
        (format!("{right}---\n{right}"), "only single YAML document expected"),
    ] {
        let words = complaints(&[("r.yaml", &text)]);
        assert!(places(&words).iter().any(|place| place.contains(part)), "{part}: {words}");
    }
}

#[test]
fn an_id_may_be_taken_once() {
    let right = requiring("true");
    let words = complaints(&[("a.yaml", &right), ("b.yaml", &right)]);
    assert_eq!(places(&words), ["b.yaml:1:5 the id my-rule is taken by ./a.yaml"]);
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.yaml"), right.replace("my-rule", "rds-cpu-alarm"))
        .expect("written");
    let words = refusal(&audit_in(folder.path(), &["rules", "list", "--rules", "."]));
    assert!(
        words.contains(
            "the id rds-cpu-alarm is taken by rules/resource-monitoring/rds-cpu-alarm.yaml"
        ),
        "{words}"
    );
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
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(listed(folder.path()).contains("holds no rule"));
    fs::write(folder.path().join("latin1.yaml"), b"id: \xe9\n").expect("written");
    assert!(listed(folder.path()).contains("cannot read rules from ./latin1.yaml"));
    let words = refusal(&audit_in(folder.path(), &["rules", "list", "--rules", "no-such-folder"]));
    assert!(words.contains("no-such-folder"), "{words}");
}
