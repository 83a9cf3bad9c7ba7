//! What makes a collection impossible: exit 2, a sentence that says what to do, nothing written.

use std::process::Output;

use crate::support::{Account, server};

fn refused(output: &Output, words: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(stderr.contains(word), "{stderr} lacks {word}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn no_credentials() {
    let account = Account::new(server());
    let file = account.home().join("s.json");
    let mut command = account.command();
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let output = command.args(["collect", "-o"]).arg(&file).output().expect("audit starts");
    refused(&output, &["credentials"]);
    assert!(!file.exists());
}

#[test]
fn no_region() {
    let account = Account::new(server());
    let output =
        account.command().env_remove("AWS_REGION").arg("run").output().expect("audit starts");
    refused(&output, &["region", "--region"]);
}

#[test]
fn an_endpoint_that_nobody_answers() {
    let account = Account::new(server());
    let output = account
        .command()
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .arg("run")
        .output()
        .expect("audit starts");
    refused(&output, &["127.0.0.1:1"]);
}

#[test]
fn a_portal_that_answers_html() {
    let account = Account::new(server());
    account.fault("sts:GetCallerIdentity", "html");
    refused(
        &account.command().arg("run").output().expect("audit starts"),
        &["is not the AWS API", "AWS_ENDPOINT_URL"],
    );
}

#[test]
fn wrong_usage_is_found_before_anything_is_asked() {
    let account = Account::new(server());
    account.clear_requests();
    let output =
        account.command().args(["run", "--select", "no-such-rule"]).output().expect("audit starts");
    refused(&output, &["no-such-rule", "audit rules list"]);
    assert!(account.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_collection_at_once_and_leaves_nothing() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    for signal in ["-INT", "-TERM"] {
        let account = Account::new(server());
        account.latency(5_000);
        let mut command = account.command();
        command.args(["collect", "-o", "s.json"]).stderr(Stdio::piped());
        let child = command.spawn().expect("audit starts");
        std::thread::sleep(Duration::from_millis(700));
        let began = Instant::now();
        let killed = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .expect("kill runs");
        assert!(killed.success());
        let output = child.wait_with_output().expect("ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{signal}: {stderr}");
        assert!(began.elapsed() < Duration::from_secs(3), "{signal} took {:?}", began.elapsed());
        assert!(stderr.contains("interrupted"), "{stderr}");
        let left: Vec<_> =
            std::fs::read_dir(account.home()).expect("the folder").flatten().collect();
        assert!(left.is_empty(), "{signal} left {left:?}");
    }
}
