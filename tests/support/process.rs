//! The server process and its control API.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;

use super::venv;

/// Longer than any control call takes, shorter than a person's patience.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the log of an earlier test process stays.
const LOGS_KEPT: Duration = Duration::from_secs(60 * 60);

/// The server of this test process, started when first asked for.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// A running test server. It serves until its standard input closes: when this is dropped, or this process ends.
pub struct Server {
    child: Child,
    port: u16,
    log: PathBuf,
    agent: ureq::Agent,
}

impl Server {
    /// Starts a server on a free port, making its Python environment first where that is missing or out of date.
    pub fn start() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        sweep(folder);
        let log = folder.join(format!("aws-server-{}.log", std::process::id()));
        let stderr =
            File::create(&log).unwrap_or_else(|error| panic!("create {}: {error}", log.display()));
        let mut child = Command::new(venv::python())
            .arg(venv::server_folder().join("server.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1") // nothing but sources belongs in the repository
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("start the test server");
        let port = read_port(&mut child, &log);
        Self { child, port, log, agent: agent() }
    }

    /// Where `AWS_ENDPOINT_URL` should point.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The server's standard error: tracebacks of moto's.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// `POST /_audit/NAME`; panics with the server's complaint unless it succeeds.
    pub fn post(&self, name: &str, body: &Value) -> Value {
        self.answer(name, self.agent.post(self.control(name)).send_json(body))
    }

    /// `GET /_audit/NAME`, the name with its query.
    pub fn get(&self, name: &str) -> Value {
        self.answer(name, self.agent.get(self.control(name)).call())
    }

    /// `DELETE /_audit/NAME`, the name with its query.
    pub fn delete(&self, name: &str) -> Value {
        self.answer(name, self.agent.delete(self.control(name)).call())
    }

    fn control(&self, name: &str) -> String {
        format!("{}/_audit/{name}", self.url())
    }

    fn answer(
        &self,
        name: &str,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Value {
        let log = self.log.display();
        let mut response =
            response.unwrap_or_else(|error| panic!("control call {name}: {error}; see {log}"));
        let status = response.status();
        let value: Value = response.body_mut().read_json().unwrap_or(Value::Null);
        assert!(status.is_success(), "control call {name}: {status} {value}; see {log}");
        value
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends by itself now; what is left is to collect it.
        let _ = self.child.wait();
    }
}

/// Removes the logs of earlier runs: a static server is never dropped, so no process takes its own away.
fn sweep(folder: &Path) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let is_log = entry.file_name().to_string_lossy().starts_with("aws-server-")
            && entry.path().extension().is_some_and(|extension| extension == "log");
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok());
        if is_log && age.is_some_and(|age| age > LOGS_KEPT) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Reads the one line that the server prints when it is ready.
fn read_port(child: &mut Child, log: &Path) -> u16 {
    let mut line = String::new();
    let stdout = child.stdout.take().expect("the server's output is piped");
    let read = BufReader::new(stdout).read_line(&mut line);
    let ready: Option<Value> = read.ok().and_then(|_| serde_json::from_str(&line).ok());
    let port =
        ready.and_then(|value| value["port"].as_u64()).and_then(|port| u16::try_from(port).ok());
    port.unwrap_or_else(|| {
        let complaint = std::fs::read_to_string(log).unwrap_or_default();
        panic!("the test server did not start; it says:\n{complaint}")
    })
}

/// A client that goes to the loopback interface whatever proxies the environment names.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .new_agent()
}
