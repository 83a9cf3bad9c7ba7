//! Nothing secret is kept or printed: not the account's secrets, not the credentials, in no format, file or message.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Output;

use flate2::read::GzDecoder;

use crate::support::{Account, REGION, server};

/// Part of every secret in a seeded account.
const PLANTED: &str = "CANARY-SECRET";

/// The caller's own. The access key id is no secret, and the account's number here.
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY1";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaDmFwLW5vcnRoZWFzdC0xCANARYTOKEN";

const SNAPSHOTS: [&str; 4] = ["s.json", "s.jsonl", "s.json.gz", "s.jsonl.zst"];

/// Every format that there is.
fn formats() -> Vec<&'static str> {
    audit::report::FORMATS.iter().map(|format| format.name).collect()
}

fn seeded(scenario: &str) -> Account<'static> {
    let account = Account::new(server());
    account.seed(scenario);
    account
}

/// Runs `audit` with credentials that must not show, and every chance to tell what it knows.
fn run(account: &Account<'_>, arguments: &[&str]) -> Output {
    let mut command = account.command();
    command
        .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .env("AWS_SESSION_TOKEN", TOKEN)
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("RUST_BACKTRACE", "full")
        .env("RUST_LOG", "trace")
        .args(arguments);
    command.output().expect("audit starts")
}

fn clean(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for secret in [PLANTED, SECRET_KEY, TOKEN] {
        let found = text.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{what} tells {secret}");
    }
}

/// All that a run says and writes is clean; every format and every kind of snapshot.
fn all_clean(what: &str, account: &Account<'_>) {
    for snapshot in SNAPSHOTS {
        let output = run(account, &["run", "-vv", "--save-snapshot", snapshot]);
        clean(&format!("{what}: stdout"), &output.stdout);
        clean(&format!("{what}: stderr"), &output.stderr);
        assert!(!output.stderr.is_empty(), "{what}: -vv tells more");
        let bytes = plain(&account.home().join(snapshot));
        assert!(bytes.starts_with(b"{"), "{what}: {snapshot} is read");
        clean(&format!("{what}: {snapshot}"), &bytes);
    }
    for format in formats() {
        let file = format!("{format}=report");
        let output =
            run(account, &["run", "-vv", "--format", format, "-o", &file, "--snapshot", "s.json"]);
        assert!(!output.stdout.is_empty(), "{what}: {format}");
        clean(&format!("{what}: {format}"), &[output.stdout, output.stderr].concat());
        clean(&format!("{what}: -o {format}"), &plain(&account.home().join("report")));
    }
}

/// The file's content, decompressed.
fn plain(file: &Path) -> Vec<u8> {
    let bytes = fs::read(file).expect("a file");
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => {
            let mut plain = Vec::new();
            GzDecoder::new(&bytes[..]).read_to_end(&mut plain).expect("gzip");
            plain
        }
        Some("zst") => zstd::decode_all(&bytes[..]).expect("zstd"),
        _ => bytes,
    }
}

#[test]
fn of_an_account_full_of_them() {
    let account = seeded("secrets");
    all_clean("secrets", &account);
    let snapshot = String::from_utf8(plain(&account.home().join("s.json"))).expect("UTF-8");
    // What is left of them: names, whether they are empty, and where an address points.
    for kept in [
        r#""DATABASE_URL": true"#,
        r#""EMPTY": false"#,
        r#""https://hooks.slack.com""#,
        r#""https://hooks.example.com:8443""#,
        r#""http://hooks.example.com""#,
        "cannot open https://app.example.com [removed]",
    ] {
        assert!(snapshot.contains(kept), "{kept} is kept");
    }
}

#[test]
fn of_a_healthy_account() {
    all_clean("healthy", &seeded("healthy"));
}

/// What services answer that echo the request, or the configuration they choke on.
fn echoes() -> Vec<String> {
    let webhook = format!("https://hooks.slack.com/services/T0/B0/{PLANTED}");
    vec![
        format!(
            "The request signature we calculated does not match.\n\nThe Canonical String for this request should \
             have been\n'POST\n/\n\nx-amz-security-token:{TOKEN}\n'"
        ),
        format!(
            "request had headers: {{\"x-amz-security-token\": \"{TOKEN}\", \"host\": \"sns\"}}"
        ),
        format!("X-Amz-Security-Token: {TOKEN} is not valid in {REGION}"),
        format!("the token {TOKEN} is not valid, nor is {SECRET_KEY}"),
        format!("Invalid parameter: Endpoint Reason: {webhook} is no address"),
        format!("Invalid parameter: 'https://user:{PLANTED}@example.com/?token={PLANTED}'"),
        format!("cannot parse postgres://shop:{PLANTED}@db.internal:5432/shop, Password={PLANTED}"),
    ]
}

#[test]
fn in_errors_that_echo_them() {
    for (n, echo) in echoes().iter().enumerate() {
        let account = seeded("healthy");
        account.fault_with(serde_json::json!({
            "operation": "*", "except": ["sts:GetCallerIdentity"], "kind": "error",
            "code": "ValidationError", "message": echo, "status": 400,
        }));
        all_clean(&format!("echo {n}"), &account);
    }
}

#[test]
fn in_what_makes_a_collection_impossible() {
    let account = seeded("healthy");
    for (n, echo) in echoes().iter().enumerate() {
        account.clear_faults();
        account.error("sts:GetCallerIdentity", "SignatureDoesNotMatch", echo, 403);
        let output = run(&account, &["run", "-vv"]);
        assert_eq!(output.status.code(), Some(2));
        clean(&format!("echo {n}"), &[output.stdout, output.stderr].concat());
    }
    account.clear_faults();
    for endpoint in
        [format!("http://user:{PLANTED}@127.0.0.1:1/{PLANTED}?{PLANTED}"), format!("u:{PLANTED}@h")]
    {
        let mut command = account.command();
        let output = command
            .env("AWS_ENDPOINT_URL", &endpoint)
            .env("RUST_BACKTRACE", "full")
            .args(["run", "-vv"])
            .output()
            .expect("audit starts");
        assert_eq!(output.status.code(), Some(2));
        clean(&endpoint.replace(PLANTED, "..."), &[output.stdout, output.stderr].concat());
    }
}

/// A fix reads and writes more: function settings, policies, everything that a plan shows.
#[test]
fn fixes_tell_no_secrets() {
    for scenario in ["secrets", "mvp"] {
        let account = seeded(scenario);
        let config = "[notify]\nslack_webhook_secret = \"audit/hook\"\nemail = [\"a@example.com\"]\n\n[budget]\nmonthly_usd = 9\n";
        fs::write(account.home().join("audit.toml"), config).expect("a configuration");
        let apply = [
            "fix",
            "-vv",
            "--apply",
            "--yes",
            "--include-review",
            "--wait",
            "0",
            "--journal",
            "j.jsonl",
            "--plan",
            "p.json",
        ];
        let applied = run(&account, &apply);
        assert!(account.home().join("j.jsonl").exists(), "{applied:?}");
        let undone = run(&account, &["fix", "-vv", "--undo", "j.jsonl", "--yes"]);
        for (what, output) in [("apply", applied), ("undo", undone)] {
            clean(&format!("{scenario}: {what}"), &[output.stdout, output.stderr].concat());
        }
        for file in ["j.jsonl", "p.json"] {
            clean(&format!("{scenario}: {file}"), &plain(&account.home().join(file)));
        }
    }
}
