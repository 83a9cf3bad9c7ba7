//! How each step grows with the snapshot, beside the plain parse of the same lines.
//!
//! `cargo bench --bench scale` measures all; `-- load` or `-- /10000$` a part of it.

#![allow(clippy::expect_used, reason = "a benchmark fails by panicking")]

mod estate;

use std::hint::black_box;
use std::io::{self, Write};

use audit::engine::{Evaluation, Team, World};
use audit::model::{Finding, Lang, RuleInfo, Status};
use audit::report::{self, Findings, Render, Style, Wanted};
use audit::rules::RuleSet;
use audit::snapshot::Snapshot;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use estate::Estate;

struct View<'a>(&'a Evaluation<'a>);

impl Findings for View<'_> {
    fn select<'s: 'w, 'w>(
        &'s self,
        wanted: Wanted<'w>,
    ) -> Box<dyn Iterator<Item = Finding<'s>> + 'w> {
        let wanted: &'w mut (dyn FnMut(&RuleInfo, Status) -> bool + 'w) = wanted;
        Box::new(self.0.findings(Lang::En, wanted))
    }

    fn render(
        &self,
        rule: &RuleInfo,
        render: Render<'_>,
        out: &mut dyn Write,
    ) -> io::Result<usize> {
        self.0.render(&rule.id, Lang::En, render, |bytes| out.write_all(bytes))
    }
}

fn report(evaluation: &Evaluation<'_>, format: &str) {
    let format = report::find(format).expect("a format").format;
    let report = evaluation.report(Lang::En);
    format
        .write(&report, &View(evaluation), &Style::default(), &mut io::sink())
        .expect("a sink takes everything");
}

/// Every step on 10,000, 100,000 and a million resources.
fn steps(c: &mut Criterion) {
    let rules = RuleSet::load(true, &[]).expect("the built-in rules are right").rules;
    for size in [10_000, 100_000, 1_000_000] {
        let text = Estate::of(size).text();
        let mut group = c.benchmark_group("steps");
        group.sample_size(10).throughput(Throughput::Elements(size as u64));
        let id = |step: &str| BenchmarkId::new(step, size);
        group.bench_function(id("plain-parse"), |b| {
            b.iter(|| {
                let values = text.lines().map(serde_json::from_str::<serde_json::Value>);
                black_box(values.collect::<Result<Vec<_>, _>>().expect("JSON"))
            });
        });
        let load =
            |text: &String| Snapshot::from_bytes(text.clone(), "estate").expect("a snapshot");
        group.bench_function(id("load"), |b| b.iter(|| load(&text)));
        let snapshot = load(&text);
        group.bench_function(id("index"), |b| {
            b.iter(|| black_box(World::new(&snapshot, &rules, Team::default())))
        });
        let world = World::new(&snapshot, &rules, Team::default());
        group.bench_function(id("evaluate"), |b| {
            b.iter(|| black_box(Evaluation::of(&world, &rules).summary()));
        });
        let evaluation = Evaluation::of(&world, &rules);
        for format in ["json", "junit", "table"] {
            group.bench_function(id(format), |b| b.iter(|| report(&evaluation, format)));
        }
        group.finish();
    }
}

/// The join that others do by comparing all with all: the alarms on each database.
fn join(c: &mut Criterion) {
    let mut rules = RuleSet::load(true, &[]).expect("the built-in rules are right");
    rules.select(&["rds-cpu-alarm".to_owned()]).expect("a rule");
    let mut group = c.benchmark_group("alarm-per-database");
    for size in [1_000, 10_000, 100_000] {
        let snapshot =
            Snapshot::from_bytes(Estate::databases(size).text(), "estate").expect("a snapshot");
        group.sample_size(10).throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter(|| {
                let world = World::new(&snapshot, &rules.rules, Team::default());
                black_box(Evaluation::of(&world, &rules.rules).summary())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, steps, join);
criterion_main!(benches);
