//! A JSON report as tests ask it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;

use serde_json::Value;

/// What a run printed, and its exit code.
pub struct Report {
    /// The exit code.
    pub exit: i32,
    /// The report.
    pub json: Value,
}

/// Rule and resource id.
pub type Key = (String, String);

impl Report {
    /// Reads what a run printed.
    pub fn of(output: &Output) -> Report {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let json = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("no JSON report ({error}): {stderr}"));
        Report { exit: output.status.code().expect("an exit code"), json }
    }

    /// Status of every finding.
    pub fn statuses(&self) -> BTreeMap<Key, String> {
        let findings = self.json["findings"].as_array().expect("findings");
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        findings
            .iter()
            .map(|f| ((text(&f["rule"]), text(&f["resource"]["id"])), text(&f["status"])))
            .collect()
    }

    /// Findings of one status.
    pub fn with(&self, status: &str) -> BTreeSet<Key> {
        self.statuses().into_iter().filter(|(_, s)| s == status).map(|(key, _)| key).collect()
    }

    /// Operations that could not be read.
    pub fn gaps(&self) -> BTreeSet<String> {
        let gaps = self.json["gaps"].as_array().expect("gaps");
        gaps.iter().filter_map(|gap| Some(gap["operation"].as_str()?.to_owned())).collect()
    }

    /// The message of a finding with its evidence.
    pub fn words(&self, rule: &str, id: &str) -> String {
        let findings = self.json["findings"].as_array().expect("findings");
        let found = findings.iter().find(|f| f["rule"] == rule && f["resource"]["id"] == id);
        let found = found.unwrap_or_else(|| panic!("no finding {rule} on {id}"));
        let notes =
            found["evidence"].as_array().into_iter().flatten().filter_map(|e| e["note"].as_str());
        format!(
            "{} | {}",
            found["message"].as_str().unwrap_or_default(),
            notes.collect::<Vec<_>>().join(" | ")
        )
    }
}
