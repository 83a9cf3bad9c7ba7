//! `audit fix`: a plan from failing findings; with `--apply`, what it says is done.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use self::export::Export;
use self::page::Page;
use super::config::Config;
use super::{Common, Exit, Failure, Selected, output};
use crate::engine::{Evaluation, World};
use crate::fix::draft::{self, Draft};
use crate::fix::offline;
use crate::fix::plan::Plan;
use crate::fix::planner::{self, Present};
use crate::fix::render::Values;
use crate::fix::told::{self, Told};
use crate::rules::RuleSet;
use crate::snapshot::Snapshot;

#[cfg(feature = "aws")]
mod after;
#[cfg(feature = "aws")]
mod after_words;
#[cfg(feature = "aws")]
mod apply;
mod ask;
mod export;
#[cfg(feature = "aws")]
mod outcome;
mod page;
mod value;
mod words;

/// The exit codes of `audit fix`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    planned; with --apply, every finding it was for is closed
  1    applied, and some of them are still open, or need --include-review
  2    wrong usage, configuration, rule, snapshot or plan; or something changed since the plan
  3    something failed or is unknown
  4    everything else is closed, but a person must act
  130  interrupted";

/// Options of `audit fix`.
#[derive(Args, Debug)]
pub struct FixArgs {
    /// Plan from this snapshot instead of a live account; `-` reads stdin
    #[arg(long, value_name = "FILE", help_heading = "Collection")]
    #[cfg_attr(feature = "aws", arg(conflicts_with_all = ["regions", "all_regions", "profiles"]))]
    snapshot: Option<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    live: super::collect::LiveArgs,
    /// Save the plan: JSON to read, keep and apply; `-` writes it to stdout instead of the page
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    plan: Option<PathBuf>,
    /// Write the plan into a folder as files for other hands: aws-cli or cloudformation
    #[arg(long, value_names = ["FORMAT", "DIR"], num_args = 2, action = clap::ArgAction::Set, help_heading = "Plan")]
    #[cfg_attr(feature = "aws", arg(conflicts_with_all = ["apply", "resume", "undo"]))]
    export: Vec<OsString>,
    /// Apply: the plan in this file, else the one made now
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "PLAN", num_args = 0..=1, conflicts_with = "snapshot", help_heading = "Apply")]
    apply: Option<Option<PathBuf>>,
    /// Apply without asking
    #[cfg(feature = "aws")]
    #[arg(short, long, help_heading = "Apply")]
    yes: bool,
    /// Apply what changes existing resources or costs noticeably, too
    #[cfg(feature = "aws")]
    #[arg(long, help_heading = "Apply")]
    include_review: bool,
    /// Refuse to apply more actions than this
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "NUMBER", help_heading = "Apply")]
    max_actions: Option<usize>,
    /// Refuse to apply what costs more than this, in US dollars
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "USD", value_parser = us_dollars, help_heading = "Apply")]
    max_monthly_cost: Option<f64>,
    /// Where every step is written down [default: audit-journal-TIME.jsonl]
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "FILE", help_heading = "Apply")]
    journal: Option<PathBuf>,
    /// Seconds to wait for AWS to show what was done
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "SECONDS", default_value_t = 300, help_heading = "Apply")]
    wait: u64,
    /// Go on with the run that this journal tells of
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["apply", "plan", "snapshot", "undo"], help_heading = "Apply")]
    resume: Option<PathBuf>,
    /// Take back what this journal tells was made, newest first
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["apply", "plan", "snapshot"], help_heading = "Apply")]
    undo: Option<PathBuf>,
    #[command(flatten)]
    rules: Selected,
}

/// An amount. `nan` would be a bound that nothing crosses.
#[cfg(feature = "aws")]
fn us_dollars(text: &str) -> Result<f64, &'static str> {
    let amount = text.parse::<f64>().ok().filter(|usd| usd.is_finite() && *usd >= 0.0);
    amount.ok_or("expected an amount of US dollars, such as 20")
}

/// Runs it.
pub fn run(args: &FixArgs, common: &Common) -> Result<Exit, Failure> {
    if let Some(path) = args.plan.as_deref().filter(|path| *path != Path::new("-")) {
        output::is_a_place(path)?;
    }
    Export::of(&args.export)?;
    let config = Config::load(common.config.as_deref())?;
    let rules = args.rules.load(&config)?;
    let mut told = config.told(common.lang_for_people());
    if let Some(path) = &args.snapshot {
        let snapshot = Snapshot::read(path)?;
        let present = |draft: &Draft| Ok(offline::present(draft, &snapshot));
        let plan = plan_of(&snapshot, &rules, (&config, &mut told), common, present)?;
        return planned(args, common, &plan);
    }
    live(args, common, (&rules, &config), &mut told)
}

/// Prints a plan that is not applied.
fn planned(args: &FixArgs, common: &Common, plan: &Plan) -> Result<Exit, Failure> {
    show(args, common, plan)?;
    if let Some(export) = Export::of(&args.export)? {
        export.write(plan, common)?;
    } else if !plan.actions.is_empty() {
        let words = words::Words::of(common.lang_for_people());
        let saved = args.plan.as_ref().filter(|path| *path != Path::new("-"));
        common.hint(&match saved {
            Some(path) => words.saved(&path.display().to_string()),
            None => words.apply_it.to_owned(),
        });
    }
    Ok(if plan.unplanned.is_empty() { Exit::Clean } else { Exit::Unknown })
}

#[cfg(feature = "aws")]
fn live(
    args: &FixArgs,
    common: &Common,
    (rules, config): (&RuleSet, &Config),
    told: &mut Values,
) -> Result<Exit, Failure> {
    let live = apply::Live::new(args, common, rules, config)?;
    if let Some(journal) = &args.undo {
        return live.undo(journal);
    }
    if let Some(journal) = &args.resume {
        return live.resume(journal);
    }
    match &args.apply {
        None => planned(args, common, &live.plan(told)?),
        Some(Some(path)) => {
            let plan = Plan::read(path)?;
            show(args, common, &plan)?;
            live.apply(&plan)
        }
        Some(None) => {
            let plan = live.plan(told)?;
            show(args, common, &plan)?;
            live.apply(&plan)
        }
    }
}

#[cfg(not(feature = "aws"))]
fn live(_: &FixArgs, _: &Common, _: (&RuleSet, &Config), _: &mut Values) -> Result<Exit, Failure> {
    Err(anyhow::anyhow!("this build cannot ask AWS; name a snapshot with --snapshot FILE").into())
}

/// Plans; what is missing is asked for, until nothing is.
fn plan_of(
    snapshot: &Snapshot,
    rules: &RuleSet,
    (config, told): (&Config, &mut Values),
    common: &Common,
    present: impl FnOnce(&Draft) -> Result<Present, Failure>,
) -> Result<Plan, Failure> {
    let header = snapshot.header();
    if let [_, others @ ..] = header.accounts.as_slice()
        && !others.is_empty()
    {
        return Err(anyhow::anyhow!(
            "the snapshot holds {} accounts; a plan is for one",
            header.accounts.len()
        )
        .into());
    }
    let account = header.accounts.first().map_or("", String::as_str);
    topic_is_here(config, account, &header.regions)?;
    let partition = told::partition(header.regions.first().map_or("", String::as_str));
    let others: Vec<_> = (rules.rules.iter().filter_map(|rule| rule.fix.as_ref()))
        .flat_map(|fix| fix.expressions())
        .chain(rules.parts.iter().flat_map(|part| part.expressions()))
        .collect();
    let world = World::asked(snapshot, &rules.rules, config.team(), &others);
    let evaluation = Evaluation::of(&world, &rules.rules);
    loop {
        let with_facts = Told::new(told, (account, partition), &header.regions);
        let draft = draft::draft(&evaluation, &world, &rules.parts, &with_facts);
        if draft.missing.is_empty() {
            let present = present(&draft)?;
            return Ok(planner::plan(draft, &present, snapshot));
        }
        ask::missing(&draft, told, common)?;
    }
}

/// A topic that is named by its ARN must be this account's, in a region that is looked at: alarms send only
/// within their region, and to another account's topic only if that lets them in.
fn topic_is_here(config: &Config, account: &str, regions: &[String]) -> Result<(), Failure> {
    let Some(arn) = config.topic_arn() else { return Ok(()) };
    let parts: Vec<&str> = arn.split(':').collect();
    let (region, owner) = (parts.get(3).copied(), parts.get(4).copied());
    if owner == Some(account) && regions.iter().any(|it| Some(it.as_str()) == region) {
        return Ok(());
    }
    Err(anyhow::anyhow!(
        "[notify] topic is {arn}, which is not of account {account} in {}; name a topic of this account, by its name alone to have one in each region",
        regions.join(", ")
    )
    .into())
}

/// Prints the plan and saves it where asked.
fn show(args: &FixArgs, common: &Common, plan: &Plan) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(plan)?;
    match args.plan.as_deref() {
        Some(path) if path == Path::new("-") => {
            return output::to_stdout(|out| writeln!(out, "{json}"));
        }
        Some(path) => output::to_file(path, |out| writeln!(out, "{json}"))?,
        None => {}
    }
    let (style, lang) = (common.style(), common.lang_for_people());
    output::to_stdout(|out| Page::new(out, &style, lang).plan(plan))
}
