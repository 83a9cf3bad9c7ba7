//! Where output goes and where it cannot go: whole or not at all, and what was there before stays.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::{audit, audit_in, fixture, refusal};

const AUDIT: &str = env!("CARGO_BIN_EXE_audit");

/// Exit 2 with the reason, though stdout may hold something.
fn refused(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

/// The names and contents of a folder, sorted.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut found: Vec<_> = entries
        .map(|e| {
            (e.file_name().to_string_lossy().into_owned(), fs::read(e.path()).unwrap_or_default())
        })
        .collect();
    found.sort();
    found
}

/// A shell script, `$0` being audit and `$1` the snapshot.
fn sh(folder: &Path, script: &str) -> Output {
    let mvp = fixture("ecs-fargate-mvp.json");
    let mut command = Command::new("sh");
    command.args(["-c", script, AUDIT, &mvp]).current_dir(folder).output().expect("sh starts")
}

#[test]
fn a_place_that_cannot_be_written_is_named_and_stays_as_it_was() {
    let mvp = fixture("ecs-fargate-mvp.json");
    for target in ["no/such/folder/a.json", "a-folder", "a-folder/", "/dev/full", "/proc/no/a.json"]
    {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("a-folder")).expect("made");
        let before = contents(folder.path());
        let args = ["run", "--snapshot", &mvp, "-o", &format!("json={target}")];
        let words = refused(&audit_in(folder.path(), &args));
        assert!(words.contains(&format!("cannot write {target}: ")), "{words}");
        assert_eq!(contents(folder.path()), before, "{target}");
    }
}

#[test]
fn a_disk_that_fills_up_keeps_the_old_file_and_no_half_one() {
    for format in ["json", "table"] {
        for old in [None, Some("old words\n")] {
            let folder = tempfile::tempdir().expect("a folder");
            if let Some(old) = old {
                fs::write(folder.path().join("report"), old).expect("written");
            }
            let before = contents(folder.path());
            // No file may grow beyond some kilobytes, as on a disk with so much left.
            let script = format!(
                "trap '' XFSZ; ulimit -f 8; exec \"$0\" run --snapshot \"$1\" -o {format}=report"
            );
            let words = refused(&sh(folder.path(), &script));
            assert!(words.contains("cannot write report: "), "{words}");
            assert_eq!(contents(folder.path()), before, "{format}");
        }
    }
}

#[test]
fn stdout_on_a_full_disk_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in [
        "run --snapshot \"$1\"",
        "run --snapshot \"$1\" --format json",
        "run --snapshot \"$1\" --format junit",
        "rules list",
        "rules explain rds-cpu-alarm",
        "rules test",
        "rules functions",
        "rules schema",
        "completions bash",
        "--help",
        "--version",
        "run --help",
    ] {
        let words = refused(&sh(folder.path(), &format!("exec \"$0\" {command} > /dev/full")));
        assert!(words.contains("cannot write to stdout: No space left"), "{command}: {words}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mvp = fixture("ecs-fargate-mvp.json");
    for (args, exit) in [
        (&["run", "--snapshot", &mvp][..], 1),
        (&["run", "--snapshot", &mvp, "--format", "json"], 1),
        (&["run", "--snapshot", &mvp, "--format", "junit"], 1),
        (&["rules", "list"], 0),
        (&["rules", "explain", "rds-cpu-alarm"], 0),
        (&["rules", "test"], 0),
        (&["rules", "schema"], 0),
        (&["completions", "zsh"], 0),
        (&["--help"], 0),
    ] {
        let mut child = Command::new(AUDIT)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("audit starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("ends");
        assert_eq!(output.status.code(), Some(exit), "{args:?}: the verdict stands");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn stderr_that_nobody_reads_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for stderr in ["/dev/full", "&-"] {
        let script = format!("exec \"$0\" run -v --snapshot \"$1\" --format json 2>{stderr}");
        let output = sh(folder.path(), &script);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.ends_with(b"}\n"));
        assert_eq!(
            sh(folder.path(), &format!("exec \"$0\" run --nope 2>{stderr}")).status.code(),
            Some(2)
        );
    }
}

#[test]
fn a_selection_of_nothing_is_refused_with_what_it_was() {
    let mvp = fixture("ecs-fargate-mvp.json");
    for (args, part) in [
        (&["--select", "nope"][..], "--select \"nope\" matches no rule"),
        (&["--skip", "nope-*"], "--skip \"nope-*\" matches no rule"),
        (&["--select", "section:nope"], "--select \"section:nope\" matches no rule"),
        (&["--select", "rds-*,nope"], "--select \"nope\" matches no rule"),
        (&["--select", ""], "--select \"\" matches no rule"),
        (
            &["--skip", "rds-*", "--skip", "RDS-CPU-ALARM"],
            "--skip \"RDS-CPU-ALARM\" matches no rule",
        ),
        (&["--select", "rds-cpu-alarm", "--skip", "ecs-*"], "--skip \"ecs-*\" matches no rule"),
        (&["--select", "rds-*", "--skip", "rds-*"], "no rule is selected"),
        (&["--skip", "*"], "no rule is selected"),
    ] {
        let all = [&["run", "--snapshot", &mvp], args].concat();
        let words = refusal(&audit(&all));
        assert!(words.contains(part), "{args:?}: {words}");
    }
}
