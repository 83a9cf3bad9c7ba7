//! An AWS account of one test's own, and the command under test pointed at it.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::process::Server;

/// The region in which accounts are seeded.
pub const REGION: &str = "ap-northeast-1";

/// What the team of a healthy account says of it.
const TEAM: &str = r#"[[endpoints]]
url = "https://app.example.com/health"

[iam]
users = ["alice"]
"#;

/// Passed on to the command under test; everything else of the environment is kept from it.
const INHERITED: [&str; 3] = ["PATH", "LLVM_PROFILE_FILE", "RUST_BACKTRACE"];

/// A request that the server has heard.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Request {
    /// `rds:DescribeDBInstances`
    pub operation: String,
    /// The region of its signature.
    pub region: String,
    /// A hash of path, query and body.
    pub question: String,
    /// When it came, in seconds of the server's clock.
    pub began: f64,
    /// When it was answered; none while it is not.
    pub ended: Option<f64>,
    /// Whether it changes anything.
    pub write: bool,
}

/// The most of these requests that came one after the other, each after the answer to the one before: where latency
/// is long against everything else, the longest chain of dependent calls.
pub fn longest_chain(log: &[Request]) -> usize {
    let mut answered: Vec<(f64, f64)> =
        log.iter().filter_map(|request| Some((request.began, request.ended?))).collect();
    answered.sort_by(|one, other| one.1.total_cmp(&other.1));
    let (mut length, mut free) = (0, f64::MIN);
    for (began, ended) in answered {
        if began >= free {
            (length, free) = (length + 1, ended);
        }
    }
    length
}

/// An account that no other test of this server has.
pub struct Account<'a> {
    server: &'a Server,
    id: String,
    home: TempDir,
}

impl<'a> Account<'a> {
    /// A new, empty account.
    pub fn new(server: &'a Server) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(1);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        // The process id tells logs apart; the counter alone makes the account unique on its server.
        let id = format!("{:06}{number:06}", std::process::id() % 900_000 + 100_000);
        let home = tempfile::tempdir().expect("make a home folder");
        Self { server, id, home }
    }

    /// The 12 digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The folder that is both home and working directory of the command under test.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// The binary under test with this account's credentials, the server as its AWS and nothing else around it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_audit"));
        command.env_clear().current_dir(self.home());
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("AWS_ACCESS_KEY_ID", &self.id)
            .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
            .env("AWS_ENDPOINT_URL", self.server.url())
            .env("AWS_REGION", REGION)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("LANG", "C.UTF-8")
            .env("HOME", self.home());
        command
    }

    /// Builds a scenario of `tests/server/seeds`: `healthy`, `mvp`, `scale`, `secrets` or `empty`.
    pub fn seed(&self, scenario: &str) {
        self.post("seed", json!({ "scenario": scenario }));
        if scenario == "healthy" {
            self.configure(TEAM);
        }
    }

    /// Writes the account's audit.toml.
    pub fn configure(&self, text: &str) {
        std::fs::write(self.home().join("audit.toml"), text).expect("a file");
    }

    /// Builds the scenario `scale` with so many products.
    pub fn seed_products(&self, products: u32) {
        self.post("seed", json!({ "scenario": "scale", "scale": products }));
    }

    /// Plants a fault of `tests/server/seeds/faults.py`, named like the rule it breaks, in a healthy account.
    pub fn plant(&self, fault: &str) {
        self.post("fault", json!({ "fault": fault, "action": "plant" }));
    }

    /// Mends what `plant` planted.
    pub fn mend(&self, fault: &str) {
        self.post("fault", json!({ "fault": fault, "action": "mend" }));
    }

    /// Every plantable fault, with the (rule, resource id) pairs that it turns to `fail` in this account.
    pub fn faults(&self) -> BTreeMap<String, Vec<(String, String)>> {
        let answer = self.server.get(&format!("expectations?account={}&region={REGION}", self.id));
        serde_json::from_value(answer).expect("faults and their findings")
    }

    /// Plants a state that no API can bring about; see `tests/server/plant.py` for the kinds.
    pub fn state(&self, fact: Value) {
        self.post("state", fact);
    }

    /// From now on, calls of this operation (`rds:DescribeDBInstances`, or a glob) are denied.
    pub fn deny(&self, operation: &str) {
        self.fault(operation, "deny");
    }

    /// Denies everything but these operations.
    pub fn deny_all_except(&self, spared: &[&str]) {
        self.fault_with(json!({ "operation": "*", "except": spared, "kind": "deny" }));
    }

    /// From now on, calls of this operation fail: `deny`, `throttle`, `error500`, `cut`, `html`, `endless` or `hang`.
    pub fn fault(&self, operation: &str, kind: &str) {
        self.fault_with(json!({ "operation": operation, "kind": kind }));
    }

    /// From now on, calls of this operation are answered with this error of AWS's.
    pub fn error(&self, operation: &str, code: &str, message: &str, status: u16) {
        let error = json!({ "code": code, "message": message, "status": status });
        self.fault_with(with(with(error, "operation", operation.into()), "kind", "error".into()));
    }

    /// A fault with `times`, `region` (else all) or `match` (a text of the request) beside `operation` and `kind`.
    pub fn fault_with(&self, fault: Value) {
        self.post("faults", with(fault, "region", Value::Null));
    }

    /// From now on, this IAM policy is all that the caller has.
    pub fn enforce(&self, policy: &str) {
        self.post("policy", json!({ "policy": policy }));
    }

    /// Someone else calls AWS in this account: a service's client, a method and its arguments, as boto3 has them.
    pub fn someone(&self, service: &str, method: &str, arguments: Value) {
        self.post("call", json!({ "service": service, "method": method, "arguments": arguments }));
    }

    /// Every call takes so much longer.
    pub fn latency(&self, milliseconds: u32) {
        self.post("latency", json!({ "ms": milliseconds }));
    }

    /// Lists come in pages of at most so many items.
    pub fn pages_of(&self, size: u32) {
        self.post("page", json!({ "size": size }));
    }

    /// Takes back every fault, the policy and the latency.
    pub fn clear_faults(&self) {
        self.server.delete(&format!("faults?account={}", self.id));
    }

    /// What was called, in order: operation (`rds:DescribeDBInstances`) and region. Seeding leaves no trace here.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.log().into_iter().map(|request| (request.operation, request.region)).collect()
    }

    /// What was called, in order, each with what was asked and when.
    pub fn log(&self) -> Vec<Request> {
        let answer = self.server.get(&format!("requests?account={}", self.id));
        serde_json::from_value(answer).expect("a list of requests")
    }

    /// Everything in the account that a fix may touch, by type and name.
    pub fn dump(&self) -> Value {
        self.server.get(&format!("dump?account={}&region={REGION}", self.id))
    }

    /// Forgets what was called.
    pub fn clear_requests(&self) {
        self.server.delete(&format!("requests?account={}", self.id));
    }

    /// A control call about this account, in the default region unless the body names one.
    fn post(&self, name: &str, body: Value) {
        let body = with(body, "region", Value::from(REGION));
        self.server.post(name, &with(body, "account", Value::from(self.id.as_str())));
    }
}

/// The object with one more member, unless it has it already.
fn with(mut object: Value, key: &str, value: Value) -> Value {
    object.as_object_mut().expect("a JSON object").entry(key).or_insert(value);
    object
}
