//! The same snapshot gives the same bytes: whatever the threads, the locale, the time zone, the order
//! of resources in the file, and how the file is written.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[allow(dead_code, reason = "shared with the benchmarks")]
#[path = "../../benches/estate/mod.rs"]
mod estate;

/// Enough that findings are rendered in many shares, by all threads.
const RESOURCES: usize = 4_000;

const FORMATS: [&str; 3] = ["json", "junit", "table"];

fn run(folder: &Path, snapshot: &str, format: &str, lang: &str, env: &[(&str, &str)]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audit"));
    command.env_clear().envs(env.iter().copied()).current_dir(folder);
    command.args(["run", "--snapshot", snapshot, "--format", format, "--lang", lang]);
    let output = command.output().expect("audit starts");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn threads_locale_and_time_zone_do_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.jsonl"), estate::Estate::of(RESOURCES).text())
        .expect("written");
    for (format, lang) in [("json", "en"), ("junit", "ja"), ("table", "ja")] {
        let plain = run(folder.path(), "s.jsonl", format, lang, &[("RAYON_NUM_THREADS", "1")]);
        for env in [
            &[("RAYON_NUM_THREADS", "2"), ("LANG", "ja_JP.UTF-8"), ("TZ", "Asia/Tokyo")][..],
            &[("RAYON_NUM_THREADS", "7"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "America/St_Johns")],
            &[("LANG", "de_DE.ISO-8859-1"), ("LC_NUMERIC", "de_DE"), ("TZ", "nonsense")],
        ] {
            let same = run(folder.path(), "s.jsonl", format, lang, env) == plain;
            assert!(same, "{format} differs with {env:?}");
        }
    }
}

/// By rule as in the catalogue, then account, region, type and id, however many there are.
#[test]
fn findings_stand_in_their_order() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.jsonl"), estate::Estate::of(RESOURCES).text())
        .expect("written");
    let report = run(folder.path(), "s.jsonl", "json", "en", &[]);
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    let rules = report["rules"].as_array().expect("a list").iter().map(|rule| &rule["id"]);
    let rules: Vec<&Value> = rules.collect();
    let place = |finding: &Value| {
        let of = |key: &str| finding["resource"][key].as_str().expect("a string").to_owned();
        let rule = rules.iter().position(|rule| **rule == finding["rule"]).expect("a known rule");
        (rule, ["account", "region", "type", "id"].map(of))
    };
    let places: Vec<_> = report["findings"].as_array().expect("a list").iter().map(place).collect();
    assert!(places.len() > RESOURCES && places.is_sorted());
}

/// Machines get English whatever the locale says.
#[test]
fn the_locale_does_not_reach_formats_for_machines() {
    let folder = tempfile::tempdir().expect("a folder");
    let mvp = crate::fixture("ecs-fargate-mvp.json");
    let run = |format: &str, locale: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_audit"));
        command.env_clear().env("LC_ALL", locale).current_dir(folder.path());
        command.args(["run", "--snapshot", &mvp, "--format", format]);
        command.output().expect("audit starts").stdout
    };
    for format in ["json", "junit"] {
        assert!(run(format, "ja_JP.UTF-8") == run(format, "C"), "{format}");
    }
    assert!(run("table", "ja_JP.UTF-8") != run("table", "C"));
}

/// The mvp fixture, whose report has every status, with its resources, coverage and keys in another order.
#[test]
fn order_and_way_of_writing_do_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(crate::fixture("ecs-fargate-mvp.json")).expect("the fixture");
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).expect("written");
    };
    write("plain.json", text.as_bytes());
    for list in ["resources", "coverage"] {
        let list = snapshot[list].as_array_mut().expect("a list");
        // A fixed shuffle: every other one from the end.
        let (odd, even): (Vec<_>, Vec<_>) =
            list.drain(..).enumerate().partition(|(i, _)| i % 2 == 1);
        list.extend(odd.into_iter().rev().chain(even).map(|(_, one)| one));
    }
    write("shuffled.json", snapshot.to_string().as_bytes());
    let mut header = snapshot.clone();
    let resources = header.as_object_mut().expect("an object").remove("resources");
    let resources = resources.expect("resources");
    let lines = resources.as_array().expect("a list").iter().map(|one| format!("{one}\n"));
    let lines = format!("{header}\n{}", lines.collect::<String>());
    write("lines.jsonl", lines.as_bytes());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines.as_bytes()).expect("memory takes everything");
    write("lines.jsonl.gz", &gzip.finish().expect("compressed"));
    write("lines.jsonl.zst", &zstd::encode_all(lines.as_bytes(), 1).expect("compressed"));

    for format in FORMATS {
        let plain = run(folder.path(), "plain.json", format, "en", &[]);
        for other in ["shuffled.json", "lines.jsonl", "lines.jsonl.gz", "lines.jsonl.zst"] {
            let same = run(folder.path(), other, format, "en", &[]) == plain;
            assert!(same, "{format} of {other} differs");
        }
    }
}

/// Two rules that ask the same in another order have seen the same, which is told in one order.
#[test]
fn evidence_stands_in_one_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let [cpu, memory] = ["CPUUtilization", "MemoryUtilization"].map(|metric| {
        format!("alarms(resource, 'AWS/ECS', '{metric}', 'above').exists(a, reaches_someone(a))")
    });
    fs::create_dir(folder.path().join("rules")).expect("made");
    for (id, require) in [("one", [&cpu, &memory]), ("other", [&memory, &cpu])] {
        let [first, second] = require;
        let rule = format!(
            "id: {id}\nsection: cost\nseverity: low\ntitle: {{en: t}}\nfor: AWS::ECS::Service\n\
             require: |\n  {first} && {second}\nmessage: {{en: m}}\nwhy: {{en: w}}\nremediation: {{en: r}}\n"
        );
        fs::write(folder.path().join(format!("rules/{id}.yaml")), rule).expect("written");
    }
    let healthy = crate::fixture("ecs-fargate-healthy.json");
    let run = crate::audit_in(
        folder.path(),
        &[
            "run",
            "--snapshot",
            &healthy,
            "--rules",
            "rules",
            "--no-builtin-rules",
            "--format",
            "json",
        ],
    );
    let report: Value = serde_json::from_str(&crate::stdout(&run, 0)).expect("JSON");
    let seen = |id: &str| -> Vec<Value> {
        let findings = report["findings"].as_array().expect("a list").iter();
        findings.filter(|one| one["rule"] == id).map(|one| one["evidence"].clone()).collect()
    };
    let ids = |evidence: &Value| {
        let alarms = evidence.as_array().expect("a list").iter().map(|e| e["id"].to_string());
        alarms.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert!(seen("one").iter().all(|evidence| ids(evidence) > 1), "{:?}", seen("one"));
    assert_eq!(seen("one"), seen("other"));
}
