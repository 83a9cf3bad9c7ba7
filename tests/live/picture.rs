//! All that a run leaves behind, so that two runs can be compared: verdicts, gaps, coverage, resources, requests.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::report::{Key, Report};
use crate::support::{Account, server};

/// Attempts of a call: enough to see one repeated, few enough to wait for.
pub const ATTEMPTS: usize = 2;

/// What came of a run.
pub struct Picture {
    /// The exit code.
    pub exit: i32,
    /// Status of every finding.
    pub statuses: BTreeMap<Key, String>,
    /// Operation to outcome and IAM actions, as the report tells its gaps.
    pub gaps: BTreeMap<String, (String, Vec<String>)>,
    /// Operation and region to the snapshot's record.
    pub coverage: BTreeMap<Key, Value>,
    /// Type and id to the snapshot's resource; every region's.
    pub resources: BTreeMap<Key, Value>,
    /// Operation to requests made.
    pub requests: BTreeMap<String, usize>,
    /// Operation to when it was asked.
    pub spans: BTreeMap<String, Span>,
}

/// When an operation was asked, in seconds of the server's clock.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The first request.
    pub first: f64,
    /// The last request.
    pub last: f64,
    /// The first answer.
    pub answered: f64,
}

impl Picture {
    /// Runs `audit` on the account, `attempts` for each call.
    pub fn take(account: &Account<'_>, attempts: usize) -> Picture {
        account.clear_requests();
        let file = account.home().join("picture.json");
        let output = account
            .command()
            .env("AWS_MAX_ATTEMPTS", attempts.to_string())
            .env("AWS_RETRY_MODE", "standard")
            .args(["run", "--format", "json", "--save-snapshot"])
            .arg(&file)
            .output()
            .expect("audit starts");
        let report = Report::of(&output);
        let snapshot: Value =
            serde_json::from_slice(&fs::read(&file).expect("a snapshot")).expect("JSON");
        let mut requests = BTreeMap::new();
        let mut spans: BTreeMap<String, Span> = BTreeMap::new();
        for request in account.log() {
            let ended = request.ended.unwrap_or(f64::MAX);
            let began = request.began;
            let new = Span { first: began, last: began, answered: ended };
            let span = spans.entry(request.operation.clone()).or_insert(new);
            span.first = span.first.min(began);
            span.last = span.last.max(began);
            span.answered = span.answered.min(ended);
            *requests.entry(request.operation).or_default() += 1;
        }
        Picture {
            exit: report.exit,
            statuses: report.statuses(),
            gaps: items(&report.json, "gaps").map(gap).collect(),
            coverage: keyed(&snapshot, "coverage", "operation", "region"),
            resources: keyed(&snapshot, "resources", "type", "id"),
            requests,
            spans,
        }
    }
}

fn items<'v>(value: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
    value[list].as_array().expect("a list").iter()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn gap(gap: &Value) -> (String, (String, Vec<String>)) {
    let actions = items(gap, "actions").map(text).collect();
    (text(&gap["operation"]), (text(&gap["outcome"]), actions))
}

fn keyed(value: &Value, list: &str, first: &str, second: &str) -> BTreeMap<Key, Value> {
    items(value, list).map(|it| ((text(&it[first]), text(&it[second])), it.clone())).collect()
}

/// Whether all that `part` says stands in `whole` too: a gap takes away, and adds or changes nothing.
pub fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|w| is_part(value, w)))
        }
        _ => part == whole,
    }
}

/// A healthy account and what a run of it leaves behind.
pub struct Lane {
    /// The account.
    pub account: Account<'static>,
    /// Its picture without a fault.
    pub before: Picture,
}

impl Lane {
    fn new() -> Lane {
        let account = Account::new(server());
        account.seed("healthy");
        let before = Picture::take(&account, ATTEMPTS);
        assert_eq!(before.exit, 0, "healthy");
        Lane { account, before }
    }
}

/// Does `work` for each job, in so many healthy accounts side by side.
pub fn in_lanes<J: Sync>(lanes: usize, jobs: &[J], work: impl Fn(&Lane, &J) + Sync) {
    // Making one takes as long as using it twice, so those of other tests are used again.
    static IDLE: Mutex<Vec<Lane>> = Mutex::new(Vec::new());
    let idle = || IDLE.lock().expect("nobody panics with it");
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..lanes.min(jobs.len()) {
            scope.spawn(|| {
                let taken = idle().pop();
                let lane = taken.unwrap_or_else(Lane::new);
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(&lane, job);
                    lane.account.clear_faults();
                }
                idle().push(lane);
            });
        }
    });
}
