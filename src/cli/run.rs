//! `audit run`: collect or read, evaluate, report.

use std::io::Write;
use std::path::Path;
#[cfg(feature = "aws")]
use std::path::PathBuf;

use clap::Args;

use super::config::Config;
use super::output::{self, Target};
use super::source::Source;
use super::{Common, Exit, Failure, Selected};
use crate::engine::{Evaluation, World};
use crate::model::{Finding, Lang, RuleInfo, Severity, Status};
use crate::report::{Findings, Registered, Render, Style, Wanted};
use crate::snapshot::Snapshot;

/// Options of `audit run`.
#[derive(Args, Debug)]
pub struct RunArgs {
    #[command(flatten)]
    source: Source,
    /// Keep what was collected: .json or .jsonl, with .zst or .gz compressed
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "FILE", conflicts_with = "snapshot", help_heading = "Collection")]
    save_snapshot: Option<PathBuf>,
    /// Format on stdout: table, json, junit
    #[arg(
        long, value_name = "FORMAT", default_value = "table", value_parser = output::format,
        help_heading = "Report"
    )]
    format: &'static Registered,
    /// Also write this format to this file; repeatable
    #[arg(short, long = "output", value_name = "FORMAT=FILE", help_heading = "Report")]
    outputs: Vec<Target>,
    /// Least severity that fails the gate: critical, high, medium, low, info
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = severity, help_heading = "Gate")]
    fail_on: Severity,
    /// Do not fail the gate for what could not be seen
    #[arg(long, help_heading = "Gate")]
    allow_unknown: bool,
    #[command(flatten)]
    rules: Selected,
}

fn severity(word: &str) -> Result<Severity, String> {
    Severity::WORST_FIRST
        .into_iter()
        .find(|s| s.as_str() == word)
        .ok_or_else(|| "expected critical, high, medium, low or info".to_owned())
}

/// Runs it.
pub fn run(args: &RunArgs, common: &Common) -> Result<Exit, Failure> {
    // Everything the user may have got wrong is found before anything is asked of AWS.
    places(args)?;
    let config = Config::load(common.config.as_deref())?;
    let rules = args.rules.load(&config)?;
    let snapshot = snapshot(args, common, &config)?;
    common.note(&format!("evaluating {} rules on {} resources", rules.rules.len(), snapshot.len()));
    let world = World::new(&snapshot, &rules.rules, config.team());
    let evaluation = Evaluation::of(&world, &rules.rules);
    for target in &args.outputs {
        let lang = lang(target.format, common);
        output::to_file(&target.path, |out| {
            write(&evaluation, target.format, lang, &Style::default(), out)
        })?;
    }
    let lang = lang(args.format, common);
    output::to_stdout(|out| write(&evaluation, args.format, lang, &common.style(), out))?;
    Ok(exit(args, &evaluation))
}

/// Each output has a place, and its own: two in one place would leave only one of them.
fn places(args: &RunArgs) -> Result<(), Failure> {
    let outputs = args.outputs.iter().map(|target| target.path.as_path());
    #[cfg(feature = "aws")]
    if let Some(path) = &args.save_snapshot {
        output::is_a_place_for_a_snapshot(path)?;
    }
    #[cfg(feature = "aws")]
    let outputs = outputs.chain(args.save_snapshot.as_deref());
    let paths: Vec<&Path> = outputs.collect();
    for (i, path) in paths.iter().enumerate() {
        if *path == Path::new("-") {
            return Err(
                anyhow::anyhow!("stdout is for --format; name a file instead of `-`").into()
            );
        }
        if paths[..i].contains(path) && path.metadata().map_or(true, |m| m.is_file()) {
            return Err(anyhow::anyhow!("two outputs are named {}", path.display()).into());
        }
        output::is_a_place(path)?;
    }
    Ok(())
}

#[cfg(feature = "aws")]
fn snapshot(args: &RunArgs, common: &Common, config: &Config) -> Result<Snapshot, Failure> {
    args.source.kept(common, config, args.save_snapshot.as_deref())
}

#[cfg(not(feature = "aws"))]
fn snapshot(args: &RunArgs, common: &Common, config: &Config) -> Result<Snapshot, Failure> {
    args.source.snapshot(common, config)
}

/// The language of a format: the one asked for; else the locale's for people, English for machines.
fn lang(format: &Registered, common: &Common) -> Lang {
    match common.lang_asked() {
        Some(lang) => lang,
        None if format.for_people => common.lang_for_people(),
        None => Lang::En,
    }
}

struct View<'a> {
    evaluation: &'a Evaluation<'a>,
    lang: Lang,
}

impl Findings for View<'_> {
    fn select<'s: 'w, 'w>(
        &'s self,
        wanted: Wanted<'w>,
    ) -> Box<dyn Iterator<Item = Finding<'s>> + 'w> {
        let wanted: &'w mut (dyn FnMut(&RuleInfo, Status) -> bool + 'w) = wanted;
        Box::new(self.evaluation.findings(self.lang, wanted))
    }

    fn render(
        &self,
        rule: &RuleInfo,
        render: Render<'_>,
        out: &mut dyn Write,
    ) -> std::io::Result<usize> {
        self.evaluation.render(&rule.id, self.lang, render, |bytes| out.write_all(bytes))
    }
}

fn write(
    evaluation: &Evaluation<'_>,
    format: &Registered,
    lang: Lang,
    style: &Style,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    format.format.write(&evaluation.report(lang), &View { evaluation, lang }, style, out)
}

fn exit(args: &RunArgs, evaluation: &Evaluation<'_>) -> Exit {
    if evaluation.any(Status::Fail, args.fail_on) {
        Exit::Failing
    } else if !args.allow_unknown && evaluation.any(Status::Unknown, args.fail_on) {
        Exit::Unknown
    } else {
        Exit::Clean
    }
}
