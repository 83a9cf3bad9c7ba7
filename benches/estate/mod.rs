//! A made-up estate of any size with the proportions of a real one, as a snapshot in lines.
//!
//! The unit is a product as the tool's users run them: a service, a database, a repository, a canary
//! and the alarms on them; fifty products share a cluster, a topic with two receivers and a notifier;
//! a thousand products share an account. Some of everything is broken, so that passes and failures
//! both have to be explained. The same size gives the same bytes, in the order in which the tool
//! writes them.
//!
//! `templates.txt` holds a resource per line behind the unit it stands for, as a live collection wrote
//! it, with what differs in braces.

use std::io::{self, Write};
use std::ops::Range;

use audit::model::{GLOBAL, ops};

const TEMPLATES: &str = include_str!("templates.txt");
const REGION: &str = "ap-northeast-1";
const PER_ACCOUNT: usize = 1000;
const PER_GROUP: usize = 50;

/// An estate.
#[derive(Clone, Copy, Debug)]
pub struct Estate {
    products: usize,
    per_account: usize,
    /// The units that are written.
    units: &'static [&'static str],
}

impl Estate {
    /// An estate of as many whole products as fit into `resources`.
    pub fn of(resources: usize) -> Estate {
        let units = &["account", "group", "product", "database"];
        let estate = Estate { products: PER_ACCOUNT, per_account: PER_ACCOUNT, units };
        Estate { products: resources * PER_ACCOUNT / estate.lines().len(), ..estate }
    }

    /// One account with this many databases, two alarms on each, and nothing else.
    pub fn databases(databases: usize) -> Estate {
        Estate { products: databases, per_account: databases, units: &["database"] }
    }

    /// Writes it.
    ///
    /// # Errors
    /// As `out` does.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        let lines = self.lines();
        writeln!(out, "{}", self.header(lines.len()))?;
        let mut line = String::new();
        for (account, template, product) in lines {
            fill(template, account, product, &mut line);
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    /// Its text.
    ///
    /// # Panics
    /// Never: memory takes everything, and all of it is ASCII.
    pub fn text(self) -> String {
        let mut text = Vec::new();
        self.write(&mut text).expect("memory takes everything");
        String::from_utf8(text).expect("all of it is ASCII")
    }

    /// The account, template and product of each resource. What stands for a group or an account is
    /// named after its first product.
    fn lines(self) -> Vec<(usize, &'static str, usize)> {
        let templates: Vec<(&str, &str)> = TEMPLATES
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(unit, _)| self.units.contains(unit))
            .collect();
        let mut lines = Vec::new();
        for account in 0..self.products.div_ceil(self.per_account) {
            let first = account * self.per_account;
            let products = first..self.products.min(first + self.per_account);
            // Neighbours of one type take turns, so that ids come sorted.
            let kind =
                |(unit, template): &(&str, &'static str)| (ty(template), step(unit, &products));
            for turn in templates.chunk_by(|a, b| kind(a) == kind(b)) {
                for product in products.clone().step_by(kind(&turn[0]).1) {
                    lines.extend(turn.iter().map(|(_, template)| (account, *template, product)));
                }
            }
        }
        lines
    }

    fn header(self, count: usize) -> serde_json::Value {
        let accounts: Vec<String> =
            (0..self.products.div_ceil(self.per_account)).map(number).collect();
        let records = accounts.iter().flat_map(|account| {
            ops::OPS.iter().map(move |op| {
                let region = if op.scope == ops::Scope::Global { GLOBAL } else { REGION };
                serde_json::json!({
                    "account": account, "region": region, "operation": op.api,
                    "actions": op.actions, "fills": op.fills, "outcome": "ok",
                })
            })
        });
        serde_json::json!({
            "format": "audit-snapshot/1", "tool": {"name": "audit", "version": "0.1.0"},
            "collected_at": "2026-11-23T07:30:00Z", "accounts": accounts, "regions": [REGION],
            "coverage": records.collect::<Vec<_>>(), "resource_count": count,
        })
    }
}

/// How many products share a unit.
fn step(unit: &str, products: &Range<usize>) -> usize {
    match unit {
        "account" => products.len(),
        "group" => PER_GROUP,
        _ => 1,
    }
}

fn ty(template: &str) -> Option<&str> {
    template.split('"').nth(3)
}

fn number(account: usize) -> String {
    format!("{:012}", 100_000_000_000 + account)
}

/// Fills a template. One product in ten does not scan its images, one in twenty alarms a topic that is
/// gone, and the alarm of one database in twenty-five watches another.
fn fill(template: &str, account: usize, product: usize, line: &mut String) {
    let name = |product: usize| format!("product-{product:07}");
    let group = format!("group-{:06}", product / PER_GROUP);
    let every = |n: usize| product % n == n - 1;
    line.clear();
    let mut rest = template;
    // Braces of JSON itself never hold a single capital.
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        line.push_str(before);
        let word = match after.as_bytes().get(1..3) {
            Some([b'A', b'}']) => number(account),
            Some([b'P', b'}']) => name(product),
            Some([b'G', b'}']) => group.clone(),
            Some([b'T', b'}']) if every(20) => "gone".to_owned(),
            Some([b'T', b'}']) => format!("{group}-alerts"),
            Some([b'W', b'}']) => name(if every(25) { product - 1 } else { product }),
            Some([b'S', b'}']) => (!every(10)).to_string(),
            Some([b'F', b'}']) => if every(10) { "MANUAL" } else { "SCAN_ON_PUSH" }.to_owned(),
            Some([b'M', b'}']) => if every(3) { "50" } else { "200" }.to_owned(),
            _ => {
                line.push('{');
                rest = &after[1..];
                continue;
            }
        };
        line.push_str(&word);
        rest = &after[3..];
    }
    line.push_str(rest);
    line.push('\n');
}
