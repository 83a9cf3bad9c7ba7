//! A saved snapshot gives the answer of the live run, byte for byte.

use crate::support::{Account, server};

fn stdout(account: &Account<'_>, args: &[&str]) -> (Vec<u8>, Option<i32>) {
    let output = account.command().args(args).output().expect("audit starts");
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.stdout, output.status.code())
}

#[test]
fn live_and_offline_agree_in_every_format() {
    let account = Account::new(server());
    account.seed("mvp");
    for format in ["table", "json", "junit"] {
        for name in ["s.json", "s.jsonl", "s.json.gz", "s.jsonl.zst"] {
            let file = account.home().join(name).display().to_string();
            let live = stdout(&account, &["run", "--format", format, "--save-snapshot", &file]);
            let offline = stdout(&account, &["run", "--format", format, "--snapshot", &file]);
            assert_eq!(live, offline, "{format} {name}");
            assert_eq!(
                stdout(&account, &["run", "--format", format, "--snapshot", &file]),
                offline
            );
        }
    }
}

#[test]
fn several_regions_side_by_side() {
    let account = Account::new(server());
    account.seed("healthy");
    let report = crate::run(&account, &["--region", "ap-northeast-1,us-east-1"]);
    let statuses = report.statuses();
    let of =
        |rule: &str, id: &str| statuses.get(&(rule.to_owned(), id.to_owned())).map(String::as_str);
    assert_eq!(of("guardduty-enabled", "ap-northeast-1"), Some("pass"));
    assert_eq!(of("guardduty-enabled", "us-east-1"), Some("fail"));
    assert_eq!(of("cloudtrail-enabled", account.id()), Some("pass"));
}
