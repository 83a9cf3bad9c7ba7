//! The script, run by bash with an `aws` that only writes down what it is asked.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use audit::fix::plan::{Action, ChangeKind, Plan};
use audit::model::Lang;
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::{file, files, plans};

/// Writes its arguments down, each call ended by two zero bytes; keeps archives that it is given. Tells the account in
/// `ACCOUNT`. Where `FULL` is not set, nothing exists and lists are empty.
const AWS: &str = r#"#!/usr/bin/env bash
printf '%s\0' "$@" >> "$LOG/calls"
printf '\0' >> "$LOG/calls"
for word in "$@"; do
  case $word in fileb://*) cp "${word#fileb://}" "$LOG/code.zip" ;; esac
done
case $* in
  *--query\ length* | *--query\ FailedEntryCount*) echo 0 ; exit ;;
  *'DetectorIds[0]'*) echo 12abc ; exit ;;
esac
case "$1 $2" in
  'sts get-caller-identity') echo "$ACCOUNT" ;;
  'sns get-topic-attributes' | 's3api head-bucket' | 'synthetics get-canary' | *' get-trail' | *' get-role' | *' get-bucket-tagging' | *' describe-'* | *' get-function-'*)
    if [[ -z ${FULL-} && $* != *--query* ]]; then
      for code in 404 NotFound TrailNotFoundException NoSuchEntity NotFoundException ResourceNotFoundException \
        NoSuchConfigurationRecorderException NoSuchTagSet; do
        echo "An error occurred ($code) when calling the X operation: no" >&2
      done
      exit 254
    fi ;;
esac
"#;

/// What the script did.
struct Run {
    output: Output,
    calls: Vec<Vec<String>>,
    folder: tempfile::TempDir,
}

impl Run {
    fn of(plan: &Plan, account: &str, exists: bool) -> Run {
        let folder = tempfile::tempdir().expect("a folder");
        let aws = folder.path().join("aws");
        fs::write(&aws, AWS).expect("a program");
        fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).expect("a program");
        let place = folder.path().join("work");
        fs::create_dir(&place).expect("a folder");
        fs::write(
            folder.path().join("apply.sh"),
            file(&files("aws-cli", plan, Lang::Ja), "apply.sh"),
        )
        .expect("a script");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        command.arg("../apply.sh").current_dir(&place).env_clear();
        command.env("PATH", format!("{}:{path}", folder.path().display()));
        command
            .env("LOG", folder.path())
            .env("ACCOUNT", account)
            .env("HOME", &place)
            .env("LC_ALL", "C");
        if exists {
            command.env("FULL", "1");
        }
        let output = command.output().expect("bash starts");
        assert_eq!(
            fs::read_dir(&place).expect("a folder").count(),
            0,
            "something of a name was run"
        );
        let log = fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
        let calls =
            log.split_terminator("\0\0").map(|call| call.split('\0').map(str::to_owned).collect());
        Run { output, calls: calls.collect(), folder }
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// `sns create-topic`, each as often as it was called.
    fn commands(&self) -> Vec<String> {
        self.calls.iter().map(|call| call[..2].join(" ")).collect()
    }

    /// Every text in the documents of the calls; those that are documents themselves are read, too.
    fn texts(&self) -> BTreeSet<String> {
        let mut texts = BTreeSet::new();
        for call in &self.calls {
            for pair in call.windows(2).filter(|pair| pair[0] == "--cli-input-json") {
                let document: Value =
                    serde_json::from_str(&pair[1]).unwrap_or_else(|e| panic!("{e}: {}", pair[1]));
                collect(&document, &mut texts);
            }
        }
        texts
    }
}

fn collect(value: &Value, texts: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            if let Ok(inner @ Value::Object(_)) = serde_json::from_str(text) {
                collect(&inner, texts);
            }
            texts.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(map) => map.values().for_each(|value| collect(value, texts)),
        _ => {}
    }
}

/// `config:PutDeliveryChannel` as the AWS CLI calls it.
fn command(api: &str) -> String {
    let (service, operation) = api.split_once(':').expect("a service and an operation");
    let service = match service {
        "s3" => "s3api",
        "config" => "configservice",
        service => service,
    };
    let letters: Vec<char> = operation.chars().collect();
    let mut name = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let after_small = at > 0 && letters[at - 1].is_ascii_lowercase();
        let before_small = at > 0 && letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && (after_small || before_small) {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    format!("{service} {name}")
}

#[test]
fn it_calls_what_the_plan_says_in_the_same_order() {
    let plan = plans::mvp();
    let run = Run::of(&plan, &plan.account, false);
    assert!(run.output.status.success(), "{}", run.stderr());
    // A canary's code goes by its bucket.
    let is_read = |call: &String| {
        let reads = [" get-", " describe-", " head-", " list-", "s3api put-object"];
        reads.iter().any(|verb| call.contains(verb))
    };
    let mut written = run.commands().into_iter().filter(|call| !is_read(call));
    for action in &plan.actions {
        let mut wanted: Vec<String> = action.calls.iter().map(|api| command(api)).collect();
        let mut called: Vec<String> = written.by_ref().take(wanted.len()).collect();
        wanted.sort();
        called.sort();
        assert_eq!(called, wanted, "{}", action.line());
        assert!(run.stderr().contains(&format!("{} {}", action.id, action.line())));
    }
    assert_eq!(written.next(), None, "more than the plan says");
}

#[test]
fn what_is_there_is_not_made_again() {
    let plan = plans::mvp();
    let run = Run::of(&plan, &plan.account, true);
    assert!(run.output.status.success(), "{}", run.stderr());
    let called = run.commands();
    for made in [
        "s3api create-bucket",
        "cloudtrail create-trail",
        "iam create-role",
        "sns create-topic",
        "budgets create-budget",
        "lambda create-function",
    ] {
        assert!(!called.iter().any(|call| call == made), "{made}");
    }
    for kept in ["cloudtrail update-trail", "lambda update-function-code", "iam put-role-policy"] {
        assert!(called.iter().any(|call| call == kept), "{kept}");
    }
}

#[test]
fn another_account_is_left_alone() {
    let plan = plans::mvp();
    let run = Run::of(&plan, "999900001111", false);
    assert_eq!(run.output.status.code(), Some(1));
    assert!(run.stderr().contains("999900001111; nothing was changed"), "{}", run.stderr());
    assert_eq!(run.commands(), ["sts get-caller-identity"]);
}

/// Whatever a name holds, it arrives as it is, and nothing of it is run.
#[test]
fn names_arrive_as_they_are() {
    let outside = [
        "audit-alerts",
        "batch",
        "orders-db",
        "legacy-db",
        "top-page",
        "login-flow",
        "slack-notifier",
        "audit-config",
        "oncall",
        "example.com",
        "audit-monthly",
    ];
    for plan in plans::nasty(&outside) {
        let run = Run::of(&plan, &plan.account, false);
        assert!(run.output.status.success(), "{}", run.stderr());
        let texts = run.texts();
        for action in plan.actions.iter().filter(|it| it.change == ChangeKind::Create) {
            for text in wanted(action) {
                assert!(texts.contains(&text), "{text:?} of {}", action.line());
            }
        }
    }
}

/// Every text of an action's properties, but for code, which is no part of a document.
fn wanted(action: &Action) -> BTreeSet<String> {
    let mut properties = action.after.properties.clone();
    properties.remove("Code");
    let mut texts = BTreeSet::new();
    collect(&Value::Object(properties), &mut texts);
    texts
}

/// The archive that `audit fix --apply` makes, by whose hash it knows its own function.
#[test]
fn the_code_is_packed_as_audit_packs_it() {
    let plan = plans::mvp();
    let run = Run::of(&plan, &plan.account, false);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .system(System::Unix);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("slack_notifier.py", options).expect("an archive");
    archive.write_all(audit::fix::notifier::SOURCE.as_bytes()).expect("an archive");
    let wanted = archive.finish().expect("an archive").into_inner();
    assert!(read(run.folder.path(), "code.zip") == wanted, "the archive is another");
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn operations_are_named_as_the_cli_does() {
    assert_eq!(command("rds:ModifyDBInstance"), "rds modify-db-instance");
    assert_eq!(command("config:PutDeliveryChannel"), "configservice put-delivery-channel");
}
