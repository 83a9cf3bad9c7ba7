//! The whole command on snapshots of growing size, beside the plain parse of the same lines: time and
//! peak memory. Prints the table that the README shows.
//!
//! `cargo bench --bench whole` measures all; `-- write N FILE` only writes an estate of `N` resources.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a script: it prints and may panic")]

#[allow(dead_code, reason = "the other bench uses the rest")]
mod estate;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use estate::Estate;

/// Runs of which the best counts: what else the machine does only ever adds.
const RUNS: usize = 3;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", size, path] => write(Estate::of(size.parse().expect("a number")), path.as_ref()),
        ["parse", path] => parse(path.as_ref()),
        _ => table(),
    }
}

fn write(estate: Estate, path: &Path) {
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    estate.write(&mut out).and_then(|()| out.flush()).expect("written");
}

/// The plain way: one `serde_json::Value` per line, on one thread, all of them held.
fn parse(path: &Path) {
    let lines = BufReader::new(File::open(path).expect("a file")).lines();
    let values: Vec<serde_json::Value> =
        lines.map(|line| serde_json::from_str(&line.expect("UTF-8")).expect("JSON")).collect();
    // Nobody waits for the memory to be given back.
    std::mem::forget(values);
}

fn table() {
    let folder = tempfile::tempdir().expect("a folder");
    let audit = env!("CARGO_BIN_EXE_audit");
    println!(
        "| resources | file | plain parse | `audit run` JSON | table | memory: plain | audit |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|");
    for size in [10_000, 100_000, 1_000_000, 2_000_000] {
        let path = folder.path().join(format!("{size}.jsonl"));
        write(Estate::of(size), &path);
        let file = fs::metadata(&path).expect("written").len() as f64;
        let own = std::env::current_exe().expect("this program");
        let plain = best(|| Command::new(&own).arg("parse").arg(&path).measured());
        let run = |format: &str| {
            best(|| {
                let mut run = Command::new(audit);
                run.arg("run").arg("--snapshot").arg(&path).args(["--format", format]).measured()
            })
        };
        let (json, words) = (run("json"), run("table"));
        println!(
            "| {size} | {:.0} MB | {:.2} s | {:.2} s ({:.0} %) | {:.2} s ({:.0} %) | {:.1} × file | {:.2} × file |",
            file / 1e6,
            plain.time.as_secs_f64(),
            json.time.as_secs_f64(),
            100.0 * json.time.as_secs_f64() / plain.time.as_secs_f64(),
            words.time.as_secs_f64(),
            100.0 * words.time.as_secs_f64() / plain.time.as_secs_f64(),
            plain.memory / file,
            json.memory.max(words.memory) / file,
        );
        fs::remove_file(path).expect("removed");
    }
    let start = best(|| Command::new(audit).arg("--version").measured());
    println!("\nStart-up (`audit --version`): {:.1} ms", start.time.as_secs_f64() * 1e3);
}

struct Cost {
    time: Duration,
    /// Bytes that were resident at most.
    memory: f64,
}

fn best(mut run: impl FnMut() -> Cost) -> Cost {
    let first = run();
    (1..RUNS).fold(first, |best, _| {
        let next = run();
        Cost { time: best.time.min(next.time), memory: best.memory.max(next.memory) }
    })
}

trait Measured {
    fn measured(&mut self) -> Cost;
}

impl Measured for Command {
    /// Runs to the end; the kernel's high-water mark of its memory is read as long as it lives.
    fn measured(&mut self) -> Cost {
        self.env("LANG", "C.UTF-8").stdout(Stdio::null()).stderr(Stdio::null());
        let begin = Instant::now();
        let mut child = self.spawn().expect("it starts");
        let status = format!("/proc/{}/status", child.id());
        let mut memory = 0.0;
        loop {
            if let Some(peak) = fs::read_to_string(&status).ok().and_then(|text| peak(&text)) {
                memory = peak;
            }
            if child.try_wait().expect("its own child").is_some() {
                return Cost { time: begin.elapsed(), memory };
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }
}

fn peak(status: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0)
}
