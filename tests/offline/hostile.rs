//! Names that mean harm: shown, but never able to steer a terminal, to turn text around, to hide, or
//! to break a format.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::{audit_in, fixture, refusal, stdout};

/// Line breaks, quotes, markup, terminal escapes of both kinds with a hyperlink, a bell, marks that
/// turn text around, what has no width, what is no character, and the end of an XML section.
const HOSTILE: &str = "\n\r\t\\\"'`<&>]]><!--\u{0}\u{8}\u{7f}\u{1b}[31mRED\u{1b}]8;;http://evil\u{7}link\u{1b}]8;;\u{1b}\\\u{9b}2J\u{9d}0;title\u{9c}\u{85}\u{2028}\u{2029}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}\u{202b}\u{202d}\u{202e}gpj.exe\u{202c}\u{2066}\u{2067}\u{2068}\u{2069}\u{2060}\u{feff}\u{fff9}\u{fffe}\u{1ffff}\u{e0041}\u{180e}end";

/// Whether a terminal could be steered or a reader fooled by it; line breaks of the page are not.
fn is_dangerous(c: char) -> bool {
    let ranges = [
        ('\0', '\u{9}'),
        ('\u{b}', '\u{1f}'),
        ('\u{7f}', '\u{9f}'),
        ('\u{61c}', '\u{61c}'),
        ('\u{180e}', '\u{180e}'),
        ('\u{200b}', '\u{200b}'),
        ('\u{200e}', '\u{200f}'),
        ('\u{2028}', '\u{202e}'),
        ('\u{2060}', '\u{2069}'),
        ('\u{feff}', '\u{feff}'),
        ('\u{fff9}', '\u{fffb}'),
        ('\u{fffe}', '\u{ffff}'),
        ('\u{1fffe}', '\u{1ffff}'),
        ('\u{e0000}', '\u{e0fff}'),
    ];
    ranges.iter().any(|(from, to)| (*from..=*to).contains(&c))
}

#[track_caller]
fn assert_harmless(text: &str) {
    if let Some(at) = text.find(is_dangerous) {
        let start = text.floor_char_boundary(at.saturating_sub(60));
        let end = text.floor_char_boundary(at + 20);
        panic!("{:?}", &text[start..end]);
    }
}

/// That no name goes on in a line of its own, where it could pass for something else.
#[track_caller]
fn assert_unbroken(text: &str) {
    assert!(!text.lines().any(|line| line.trim_start().starts_with('␍')), "{text}");
}

/// The fixture with many faults, its names made hostile and long, so that every way to show a name
/// is taken: findings, evidence, gaps, notices.
fn hostile_snapshot(folder: &Path) {
    let text = fs::read_to_string(fixture("ecs-fargate-mvp.json")).expect("a fixture");
    let escaped = serde_json::to_string(HOSTILE).expect("JSON");
    let escaped = &escaped[1..escaped.len() - 1];
    let mut text = text;
    for name in ["orders-db", "legacy-db", "chat-relay", "oncall-mail", "pager", "slack-direct"] {
        assert!(text.contains(name), "{name}");
        text = text.replace(name, &format!("{name}{escaped}"));
    }
    text = text.replace("slack-relay", &format!("slack-relay{}", "x".repeat(10_000)));
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    for record in snapshot["coverage"].as_array_mut().expect("coverage").iter_mut().take(8) {
        record["outcome"] = json!("error");
        record["message"] = json!(HOSTILE);
    }
    let resources = snapshot["resources"].as_array_mut().expect("resources");
    let mut foreign = resources[0].clone();
    foreign["type"] = json!(format!("T{HOSTILE}"));
    foreign["region"] = json!(format!("r{HOSTILE}"));
    foreign["name"] = json!(HOSTILE);
    foreign["tags"] = json!({ HOSTILE: HOSTILE });
    resources.push(foreign);
    snapshot["resource_count"] = json!(resources.len());
    fs::write(folder.join("s.json"), snapshot.to_string()).expect("written");
}

/// JSON that is YAML too, which allows fewer characters as they are.
fn yaml(value: &Value) -> String {
    let escaped = |c: char| match c {
        ' '..='~' => c.to_string(),
        '\0'..='\u{ffff}' => format!("\\u{:04x}", c as u32),
        _ => format!("\\U{:08x}", c as u32),
    };
    value.to_string().chars().map(escaped).collect()
}

/// A user's rule whose every word is hostile.
fn hostile_rule(folder: &Path) {
    let words =
        |text: &str| json!({"en": format!("{text}{HOSTILE}"), "ja": format!("{text}{HOSTILE}")});
    let rule = json!({
        "id": "my-rule",
        "section": "cost",
        "severity": "low",
        "title": words("title"),
        "for": "AWS::RDS::DBInstance",
        "where": [{"when": "resource.name != 'x'", "reason": words("reason")}],
        "undecided": [{"when": "resource.name == 'x'", "reason": words("undecided")}],
        "require": "resource.name == 'x'",
        "params": {format!("p{HOSTILE}"): HOSTILE},
        "message": words("${resource.name} ${resource.id} says "),
        "why": words("why"),
        "remediation": words("do"),
        "references": [HOSTILE],
        "frameworks": {HOSTILE: [HOSTILE]},
    });
    fs::create_dir_all(folder.join("rules")).expect("made");
    fs::write(folder.join("rules/my-rule.yaml"), yaml(&rule)).expect("written");
}

fn hostile_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    hostile_snapshot(folder.path());
    hostile_rule(folder.path());
    folder
}

fn run(folder: &Path, args: &[&str]) -> (String, String) {
    let all = [&["run", "-vv", "--snapshot", "s.json", "--rules", "rules"], args].concat();
    let output = audit_in(folder, &all);
    let stderr = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    (stdout(&output, 1), stderr)
}

#[test]
fn the_table_shows_them_harmless() {
    let folder = hostile_folder();
    for lang in ["en", "ja"] {
        let (table, stderr) = run(folder.path(), &["--lang", lang]);
        assert_harmless(&table);
        assert_unbroken(&table);
        assert_harmless(&stderr);
        assert!(table.contains("orders-db␊␍␉"), "{table}");
        assert!(table.contains("␛[31mRED") && table.contains("<U+202E>"), "{table}");
        assert!(table.lines().all(|line| line.chars().count() < 8_100), "no line without end");
    }
}

#[test]
fn json_holds_them_as_they_are() {
    let folder = hostile_folder();
    let (report, stderr) = run(folder.path(), &["--format", "json"]);
    assert_harmless(&stderr);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let id = format!("orders-db{HOSTILE}");
    assert!(findings.iter().any(|finding| finding["resource"]["id"] == id.as_str()));
    let notices = report["notices"].to_string();
    assert!(notices.contains("unknown-type"), "{notices}");
}

#[test]
fn junit_stays_xml() {
    let folder = hostile_folder();
    for lang in ["en", "ja"] {
        let (xml, _) = run(folder.path(), &["--format", "junit", "--lang", lang]);
        assert_harmless(&xml);
        // Another parser than the one it was written with, and one that is strict.
        let script = "import sys, xml.etree.ElementTree as e\nr = e.fromstring(sys.stdin.buffer.read())\nprint(len(r.findall('.//testcase')), sum('orders-db\\u240a' in t.get('name') for t in r.findall('.//testcase')))";
        let mut python = Command::new("python3")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed");
        python.stdin.take().expect("stdin").write_all(xml.as_bytes()).expect("read");
        let output = python.wait_with_output().expect("ends");
        assert!(output.status.success());
        let counts = String::from_utf8(output.stdout).expect("UTF-8");
        let counts: Vec<usize> = counts.split_whitespace().flat_map(str::parse).collect();
        assert!(counts[0] > 50 && counts[1] > 0, "{counts:?}");
    }
}

#[test]
fn the_catalogue_shows_them_harmless() {
    let folder = hostile_folder();
    for args in [
        &["rules", "list", "--rules", "rules"][..],
        &["rules", "list", "--lang", "ja", "--rules", "rules"],
        &["rules", "explain", "my-rule", "--rules", "rules"],
        &["rules", "explain", "my-rule", "--lang", "ja", "--rules", "rules"],
        &["rules", "test", "-v", "--rules", "rules"],
    ] {
        let page = stdout(&audit_in(folder.path(), args), 0);
        assert_harmless(&page);
        assert!(page.contains("my-rule"), "{page}");
    }
    let list = stdout(&audit_in(folder.path(), &["rules", "list", "--rules", "rules"]), 0);
    assert!(
        list.lines().any(|line| line.starts_with("  my-rule") && line.ends_with("end")),
        "{list}"
    );
}

#[test]
fn cases_that_fail_show_them_harmless() {
    let folder = hostile_folder();
    let cases = json!({"rule": "my-rule", "cases": [{
        "name": HOSTILE,
        "resources": [{"type": "AWS::RDS::DBInstance", "id": format!("i{HOSTILE}"), "name": HOSTILE}],
        "expect": {format!("i{HOSTILE}"): "pass", HOSTILE: "fail"},
        "says": {format!("i{HOSTILE}"): HOSTILE},
    }]});
    fs::write(folder.path().join("rules/my-rule.cases.yaml"), yaml(&cases)).expect("written");
    let page = stdout(&audit_in(folder.path(), &["rules", "test", "--rules", "rules"]), 1);
    assert_harmless(&page);
    assert_unbroken(&page);
    assert!(page.contains("my-rule: i") && page.contains("2 failed"), "{page}");
}

#[test]
fn complaints_quote_them_harmless() {
    let folder = hostile_folder();
    let snapshot = fs::read_to_string(folder.path().join("s.json")).expect("a file");
    let hostile = serde_json::to_string(HOSTILE).expect("JSON");
    let account = "\"account\":\"";
    let changes = [
        snapshot.replacen("\"status\":", &format!("{hostile}:"), 1),
        snapshot.replacen("\"format\":", &format!("{hostile}:1,\"format\":"), 1),
        snapshot.replacen("audit-snapshot/1", &hostile[1..hostile.len() - 1], 1),
        snapshot.replacen(
            "\"properties\":{",
            &format!("\"properties\":{{{hostile}:1,{hostile}:2,"),
            1,
        ),
        snapshot.replacen(account, &format!("{account}{}", &hostile[1..hostile.len() - 1]), 1),
        snapshot.replacen("\"outcome\":\"error\"", &format!("\"outcome\":{hostile}"), 1),
    ];
    for (i, change) in changes.iter().enumerate() {
        assert!(*change != snapshot, "{i}");
        fs::write(folder.path().join("bad.json"), change).expect("written");
        let words = refusal(&audit_in(folder.path(), &["run", "--snapshot", "bad.json"]));
        assert_harmless(&words);
        assert_eq!(words.lines().count(), 1, "{words}");
    }
    // The same resource twice is named by its id.
    let mut twice: Value = serde_json::from_str(&snapshot).expect("JSON");
    let resources = twice["resources"].as_array_mut().expect("resources");
    resources.push(resources[resources.len() - 1].clone());
    twice["resource_count"] = json!(resources.len());
    fs::write(folder.path().join("bad.json"), twice.to_string()).expect("written");
    let words = refusal(&audit_in(folder.path(), &["run", "--snapshot", "bad.json"]));
    assert_harmless(&words);
    assert!(words.contains("stands here and at") && words.lines().count() == 1, "{words}");
}

#[test]
fn complaints_about_rules_and_configuration_quote_them_harmless() {
    let folder = hostile_folder();
    let rule = fs::read_to_string(folder.path().join("rules/my-rule.yaml")).expect("a file");
    let quoted = yaml(&json!(HOSTILE));
    let raw: String = HOSTILE.chars().filter(|c| !matches!(c, '\n' | '\r' | '\\' | '"')).collect();
    for (from, to) in [
        ("\"my-rule\"", quoted.as_str()),
        ("\"cost\"", &quoted),
        ("\"low\"", &quoted),
        ("\"AWS::RDS::DBInstance\"", &quoted),
        (
            "\"require\":\"resource.name == 'x'\"",
            &format!("\"require\":{}", yaml(&json!(format!("{HOSTILE} == 1")))),
        ),
        (
            "\"require\":\"resource.name == 'x'\"",
            &format!("\"require\":{}", yaml(&json!(format!("resource.{raw}")))),
        ),
        ("\"why\":", &format!("{quoted}:")),
        ("\"why\":", &format!("\"{raw}\":")),
        ("\"why\":", &raw),
    ] {
        assert!(rule.contains(from), "{from}");
        fs::write(folder.path().join("rules/my-rule.yaml"), rule.replacen(from, to, 1))
            .expect("written");
        let words = refusal(&audit_in(folder.path(), &["rules", "list", "--rules", "rules"]));
        assert_harmless(&words);
        assert_unbroken(&words);
        assert!(words.starts_with("error: ") && words.contains("rules/my-rule.yaml:"), "{words}");
    }
    for text in [
        format!("{quoted} = 1"),
        format!("[params.{quoted}]"),
        format!("[params.rds-cpu-alarm]\n{quoted} = 1"),
        format!("[params.rds-cpu-alarm]\nthreshold = {quoted}"),
        format!("[rules]\nskip = [{quoted}]"),
        format!("# {raw}\nx"),
    ] {
        // TOML writes its escapes a little differently, which is a complaint as good as any.
        fs::write(folder.path().join("audit.toml"), text).expect("written");
        let words = refusal(&audit_in(folder.path(), &["run", "--snapshot", "s.json"]));
        assert_harmless(&words);
        assert_unbroken(&words);
        assert!(words.contains("audit.toml:"), "{words}");
    }
}

#[test]
fn complaints_about_the_command_line_quote_them_harmless() {
    let hostile: String = HOSTILE.chars().filter(|c| *c != '\0').collect();
    let folder = tempfile::tempdir().expect("a folder");
    for args in [
        &["run", "--snapshot", &hostile][..],
        &["run", "--snapshot", "x", "--format", &hostile],
        &[
            "run",
            "--snapshot",
            "x",
            "-o",
            &format!("json={hostile}"),
            "-o",
            &format!("json={hostile}"),
        ],
        &["run", "--snapshot", "x", "-o", &hostile],
        &["run", "--snapshot", "x", "--select", &hostile],
        &["run", "--snapshot", "x", "--skip", &hostile],
        &["run", "--snapshot", "x", "--rules", &hostile],
        &["run", "--snapshot", "x", "--config", &hostile],
        &["run", "--snapshot", "x", &format!("--{hostile}")],
        &["rules", "explain", &hostile],
        &[&hostile],
    ] {
        let words = refusal(&audit_in(folder.path(), args));
        assert_harmless(&words);
    }
}
