//! What IAM says of operations and policies, by `tests/server/authorization.py`.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

use super::venv;

/// A linter's complaint.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Complaint {
    /// Of what kind.
    pub issue: String,
    /// What about.
    pub detail: Value,
}

/// What there is to say of a policy.
#[derive(Debug, Deserialize)]
pub struct Review {
    /// The linter's complaints.
    pub findings: Vec<Complaint>,
    /// Access level of each action, `List` or `Read` where nothing can be changed; none if it is not known.
    pub levels: BTreeMap<String, Option<String>>,
}

impl Review {
    /// Of what kinds the complaints are.
    pub fn issues(&self) -> Vec<&str> {
        self.findings.iter().map(|it| it.issue.as_str()).collect()
    }
}

/// The IAM action that each of these operations needs; none where anyone may call it.
pub fn actions<'a>(
    operations: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<String, Option<String>> {
    let operations: Vec<&str> = operations.into_iter().collect();
    let question = serde_json::to_string(&operations).expect("a list of texts");
    ask("actions", &question)
}

/// The IAM actions that some parameters of each of these operations ask for beside its own.
pub fn further<'a>(operations: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, Vec<String>> {
    let operations: Vec<&str> = operations.into_iter().collect();
    let question = serde_json::to_string(&operations).expect("a list of texts");
    ask("further", &question)
}

/// Lints policies.
pub fn review(policies: &[String]) -> Vec<Review> {
    let question = serde_json::to_string(policies).expect("a list of texts");
    ask("review", &question)
}

fn ask<T: for<'de> Deserialize<'de>>(what: &str, question: &str) -> T {
    let mut child = Command::new(venv::python())
        .arg(venv::server_folder().join("authorization.py"))
        .arg(what)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("start Python");
    let mut stdin = child.stdin.take().expect("its input is piped");
    stdin.write_all(question.as_bytes()).expect("ask");
    drop(stdin);
    let output = child.wait_with_output().expect("an answer");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).expect("the answer is JSON")
}
