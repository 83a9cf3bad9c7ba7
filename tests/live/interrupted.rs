//! Ctrl-C and SIGTERM end a run at once, with 130, and leave no half file.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::broken::folder;
use crate::support::{Account, server};

const SIGNALS: [&str; 2] = ["-INT", "-TERM"];

/// Waits until `it` holds.
fn until(it: impl Fn() -> bool) {
    let began = Instant::now();
    while !it() {
        assert!(began.elapsed() < Duration::from_secs(30), "it never comes to that");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends the signal, and demands a prompt end with 130; gives stderr.
fn ends(mut child: Child, signal: &str) -> String {
    let began = Instant::now();
    let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    while began.elapsed() < Duration::from_secs(3) && child.try_wait().expect("a child").is_none() {
        std::thread::sleep(Duration::from_millis(20));
    }
    // One that goes on must not hold the tests up.
    let _ = child.kill();
    let output = child.wait_with_output().expect("ends");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{signal}: {stderr}");
    stderr
}

#[test]
fn while_collecting() {
    for signal in SIGNALS {
        for way in [
            &["collect", "-o", "new.json"][..],
            &["collect", "-o", "kept.json"],
            &["run", "--save-snapshot", "new.json", "-o", "json=kept.json"],
        ] {
            let account = Account::new(server());
            account.latency(20_000);
            std::fs::write(account.home().join("kept.json"), "as it was").expect("a file");
            let before = folder(account.home());
            let mut command = account.command();
            let child = command.args(way).stderr(Stdio::piped()).spawn().expect("audit starts");
            until(|| !account.requests().is_empty());
            let stderr = ends(child, signal);
            assert!(stderr.contains("interrupted; nothing was written"), "{stderr}");
            assert_eq!(folder(account.home()), before, "{signal} {way:?}");
        }
    }
}

#[test]
fn after_collecting() {
    for signal in SIGNALS {
        let account = Account::new(server());
        // A pipe that nobody reads holds the report up.
        let pipe = account.home().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
        let mut command = account.command();
        command.args(["run", "--save-snapshot", "new.json", "-o", "json=pipe"]);
        let child = command.stderr(Stdio::piped()).spawn().expect("audit starts");
        until(|| Path::new(&account.home().join("new.json")).exists());
        // The report comes next.
        std::thread::sleep(Duration::from_millis(500));
        ends(child, signal);
    }
}
