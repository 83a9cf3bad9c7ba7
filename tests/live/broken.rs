//! What makes a collection impossible: exit 2, one sentence that says what to do, nothing written, and soon.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Account, server};

/// Each way to write something down, into files that are there already.
const WAYS: [&[&str]; 2] = [
    &["collect", "-o", "kept.json"],
    &["run", "--save-snapshot", "kept.json", "-o", "json=kept.report"],
];

/// Longest wait for a refusal; three attempts of the first call take fifteen seconds.
const PATIENCE: Duration = Duration::from_secs(40);

/// Runs each way of an account that `breaks` in the same way, and demands a refusal with `words`.
fn refused(breaks: impl Fn(&Account<'_>, &mut Command), words: &[&str]) {
    for way in WAYS {
        let account = Account::new(server());
        let mut command = account.command();
        command.args(way);
        breaks(&account, &mut command);
        refuses(&account, command, words);
    }
}

fn refuses(account: &Account<'_>, mut command: Command, words: &[&str]) {
    for name in ["kept.json", "kept.report"] {
        fs::write(account.home().join(name), "as it was").expect("a file");
    }
    let before = folder(account.home());
    let began = Instant::now();
    let output = command.output().expect("audit starts");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(began.elapsed() < PATIENCE, "{:?}: {stderr}", began.elapsed());
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!((stderr.lines().count(), stderr.starts_with("error: ")), (1, true), "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "{stderr} lacks {word}");
    }
    assert!(output.stdout.is_empty());
    assert_eq!(folder(account.home()), before, "{stderr}");
}

/// Name and content of every file.
pub fn folder(path: &Path) -> BTreeMap<String, String> {
    let entries = path.read_dir().expect("a folder").map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file());
    let named = files.map(|file| {
        let content = fs::read(file.path()).expect("a readable file");
        (file.file_name().display().to_string(), String::from_utf8_lossy(&content).into_owned())
    });
    named.collect()
}

fn without_keys(command: &mut Command) {
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
}

/// An endpoint that accepts connections and says nothing, as long as the listener lives.
fn silence() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}

#[test]
fn no_credentials_at_all() {
    let (_silence, silent) = silence();
    // What an instance's role would come from: off, not there, and there but mute.
    for metadata in [None, Some("http://127.0.0.1:1"), Some(&silent)] {
        let breaks = |_: &Account<'_>, command: &mut Command| {
            without_keys(command);
            if let Some(endpoint) = metadata {
                command.env_remove("AWS_EC2_METADATA_DISABLED");
                command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint);
            }
        };
        refused(breaks, &["no usable AWS credentials", "aws configure", "--profile"]);
    }
}

#[test]
fn a_profile_that_is_not_defined() {
    refused(
        |_, command| {
            command.args(["--profile", "nope"]);
        },
        &["no usable AWS credentials", "profile 'nope'", "not defined", "aws configure"],
    );
    refused(
        |_, command| {
            without_keys(command);
            command.env("AWS_PROFILE", "nope");
        },
        &["no usable AWS credentials", "profile 'nope'"],
    );
    let other = |account: &Account<'_>, command: &mut Command| {
        fs::write(account.home().join("config"), "[profile other]\nregion = eu-west-1\n")
            .expect("a file");
        command.env("AWS_CONFIG_FILE", "config").args(["--profile", "nope"]);
    };
    refused(other, &["profile 'nope'", "was not defined"]);
}

#[test]
fn credentials_that_aws_does_not_take() {
    let expired = ["has expired", "sign in again"];
    let bad = ["does not accept these credentials", "key is active", "clock"];
    for (code, status, words) in [
        ("ExpiredToken", 403, &expired[..]),
        ("ExpiredTokenException", 400, &expired),
        ("RequestExpired", 400, &expired),
        ("InvalidClientTokenId", 403, &bad),
        ("UnrecognizedClientException", 400, &bad),
        ("SignatureDoesNotMatch", 403, &bad),
        ("AccessDenied", 403, &bad),
        ("InternalFailure", 500, &["did not say who is asking", "repeat"]),
    ] {
        let breaks = |account: &Account<'_>, _: &mut Command| {
            account.error("sts:GetCallerIdentity", code, "no longer", status);
        };
        refused(breaks, words);
        refused(breaks, &[code, "no longer"]);
    }
}

#[test]
fn credentials_that_cannot_be_sent() {
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"] {
        let breaks = |_: &Account<'_>, command: &mut Command| {
            command.env(variable, "CANARY\nSECRET");
        };
        refused(breaks, &["no usable AWS credentials", "line break"]);
    }
}

#[test]
fn no_region() {
    let breaks = |_: &Account<'_>, command: &mut Command| {
        command.env_remove("AWS_REGION");
    };
    refused(breaks, &["region", "--region", "AWS_REGION"]);
}

#[test]
fn what_is_no_region() {
    refused(
        |_, command| {
            command.args(["--region", "tokyo"]);
        },
        &["'tokyo'", "ap-northeast-1"],
    );
    // It has the form of one, so AWS is looked for there.
    let breaks = |_: &Account<'_>, command: &mut Command| {
        command.env_remove("AWS_ENDPOINT_URL").args(["--region", "ap-northeast-9"]);
    };
    refused(breaks, &["cannot reach", "ap-northeast-9", "region's name"]);
}

#[test]
fn endpoints_that_are_none() {
    let (_silence, silent) = silence();
    let no_tls = server().url().replace("http:", "https:");
    for url in ["http://127.0.0.1:1", &no_tls, &silent] {
        let breaks = |_: &Account<'_>, command: &mut Command| {
            command.env("AWS_ENDPOINT_URL", url);
        };
        refused(breaks, &["cannot reach", url, "AWS_ENDPOINT_URL"]);
    }
    for url in ["localhost:4566", "nonsense"] {
        let breaks = |_: &Account<'_>, command: &mut Command| {
            command.env("AWS_ENDPOINT_URL", url);
        };
        refused(breaks, &["cannot reach", "AWS_ENDPOINT_URL"]);
    }
}

#[test]
fn a_portal_that_answers_everything_with_a_page() {
    let breaks = |account: &Account<'_>, _: &mut Command| account.fault("*", "html");
    refused(breaks, &["is not the AWS API", "proxy or a sign-in page", "AWS_ENDPOINT_URL"]);
}

#[test]
fn variables_that_make_no_sense() {
    for (name, value, expected) in [
        ("AWS_MAX_ATTEMPTS", "0", "a whole number above 0"),
        ("AWS_MAX_ATTEMPTS", "many", "a whole number above 0"),
        ("AWS_RETRY_MODE", "never", "standard or adaptive"),
    ] {
        let breaks = |_: &Account<'_>, command: &mut Command| {
            command.env(name, value);
        };
        refused(breaks, &[name, &format!("'{value}'"), expected, "unset it"]);
    }
}

#[test]
fn wrong_usage_is_found_before_anything_is_asked() {
    for (arguments, words) in [
        (&["run", "--select", "no-such-rule"][..], &["no-such-rule", "audit rules list"][..]),
        (&["run", "--save-snapshot", "snapshot.txt"], &["snapshot.txt", ".json"]),
        (&["run", "--save-snapshot", "no/folder.json"], &["no/folder.json", "no folder no"]),
        (&["run", "-o", "junit=no/folder.xml"], &["no/folder.xml", "no folder no"]),
        (&["collect", "-o", "snapshot.txt"], &["snapshot.txt", ".json"]),
        (&["collect", "-o", "no/folder.json"], &["no/folder.json", "no folder no"]),
    ] {
        let account = Account::new(server());
        let mut command = account.command();
        command.args(arguments);
        refuses(&account, command, words);
        assert!(account.requests().is_empty(), "{arguments:?}");
    }
}
