//! What a collection costs: `cargo bench --bench collect`.
//!
//! An account of 30 products on the tests' AWS server, collected by the release build: requests by operation, the longest
//! chain of dependent calls, time without and with latency, and the memory of the process at its highest.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement prints, and fails by panicking"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use support::{Account, Request, longest_chain, server};

const PRODUCTS: u32 = 30;

const LATENCY_MS: u32 = 100;

/// Long against all else, so that only what depends on an answer comes after it.
const LONG_MS: u32 = 1_000;

const RUNS: usize = 5;

/// What Prowler 5.46 needs for its ten services of the same account, on the same server.
const PROWLER: Cost = Cost { seconds: 26.0, megabytes: 450.0, requests: 1872.0 };

#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    megabytes: f64,
    requests: f64,
}

fn main() {
    let account = Account::new(server());
    account.seed_products(PRODUCTS);
    let quick = median(&account);
    let resources = resources(&account);
    let log = account.log();
    account.latency(LATENCY_MS);
    let slow = median(&account);
    // In the last run; the server computes the same in each.
    let waited = waited(&account.log());
    account.latency(LONG_MS);
    collect(&account);
    let chain = longest_chain(&account.log());

    println!("{PRODUCTS} products, {resources} resources; median of {RUNS} runs\n");
    for (operation, times) in counted(&log) {
        println!("{times:>6} {operation}");
    }
    let requests = quick.requests;
    println!("\n{requests:>6} requests, {:.2} for each resource", requests / resources as f64);
    println!("{chain:>6} dependent calls in the longest chain\n");
    let at_best = chain as f64 * f64::from(LATENCY_MS) / 1000.0;
    println!("| | time | memory | requests |\n|---|---|---|---|");
    row("audit", quick);
    row(&format!("audit, each request {LATENCY_MS} ms"), slow);
    row("Prowler 5.46", PROWLER);
    println!(
        "\n{:.0} times as fast, 1/{:.0} of the requests, 1/{:.0} of the memory",
        PROWLER.seconds / quick.seconds,
        PROWLER.requests / quick.requests,
        PROWLER.megabytes / quick.megabytes,
    );
    println!(
        "with latency {:.2} times the latency of the longest chain, {:.2} times what the server took for its answers",
        slow.seconds / at_best,
        slow.seconds / waited,
    );
}

/// Seconds from question to answer along the chain where that takes longest, the server's own computing included.
fn waited(log: &[Request]) -> f64 {
    let mut answered: Vec<(f64, f64)> =
        log.iter().filter_map(|request| Some((request.began, request.ended?))).collect();
    answered.sort_by(|one, other| one.1.total_cmp(&other.1));
    let mut longest = vec![0.0; answered.len()];
    for (at, (began, ended)) in answered.iter().enumerate() {
        let before = answered[..at].iter().zip(&longest).filter(|((_, end), _)| end <= began);
        let before = before.map(|(_, seconds)| *seconds).fold(0.0, f64::max);
        longest[at] = before + ended - began;
    }
    longest.into_iter().fold(0.0, f64::max)
}

fn row(name: &str, cost: Cost) {
    let Cost { seconds, megabytes, requests } = cost;
    println!("| {name} | {seconds:.2} s | {megabytes:.0} MB | {requests} |");
}

/// The run of the median time, with the most memory of any.
fn median(account: &Account<'_>) -> Cost {
    let mut costs: Vec<Cost> = (0..RUNS).map(|_| collect(account)).collect();
    costs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let megabytes = costs.iter().map(|cost| cost.megabytes).fold(0.0, f64::max);
    Cost { megabytes, ..costs[RUNS / 2] }
}

fn collect(account: &Account<'_>) -> Cost {
    account.clear_requests();
    let began = Instant::now();
    let mut child =
        account.command().args(["collect", "-o", "s.json"]).spawn().expect("audit starts");
    let megabytes = watch(&mut child);
    let seconds = began.elapsed().as_secs_f64();
    assert!(child.wait().expect("audit ends").success());
    Cost { seconds, megabytes, requests: account.requests().len() as f64 }
}

/// Waits for the end; gives the most memory that the process had, in megabytes, where the system tells.
fn watch(child: &mut Child) -> f64 {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0.0;
    while child.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        most = kilobytes.map_or(most, |kilobytes: f64| kilobytes / 1024.0);
        std::thread::sleep(Duration::from_millis(1));
    }
    most
}

fn resources(account: &Account<'_>) -> u64 {
    let snapshot = fs::read(account.home().join("s.json")).expect("a snapshot");
    let snapshot: serde_json::Value = serde_json::from_slice(&snapshot).expect("JSON");
    snapshot["resource_count"].as_u64().expect("a number")
}

fn counted(log: &[Request]) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for request in log {
        *counted.entry(request.operation.as_str()).or_default() += 1;
    }
    counted
}
