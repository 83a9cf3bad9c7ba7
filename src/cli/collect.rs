//! `audit collect`, and the live half of `audit run`.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::config::Config;
use super::{Common, Exit, Failure, interrupt, output};
use crate::aws::{self, CollectOptions};
use crate::model::{Coverage, Inventory, Lang};

/// Options of everything that asks AWS.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Collection")]
pub struct LiveArgs {
    /// Region to collect; repeatable or comma-separated [default: audit.toml's, else the SDK's]
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    regions: Vec<String>,
    /// Collect every region that the account has enabled
    #[arg(long, conflicts_with = "regions")]
    all_regions: bool,
    /// Profile of the AWS configuration; repeatable or comma-separated, one for each account
    #[arg(long = "profile", value_name = "PROFILE", value_delimiter = ',')]
    profiles: Vec<String>,
    /// No progress bars
    #[arg(long)]
    pub no_progress: bool,
}

/// Options of `audit collect`.
#[derive(Args, Debug)]
pub struct CollectArgs {
    /// Snapshot to write: .json or .jsonl, with .zst or .gz compressed; `-` writes to stdout
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    live: LiveArgs,
}

/// Runs it.
pub fn run(args: &CollectArgs, common: &Common) -> Result<Exit, Failure> {
    output::is_a_place_for_a_snapshot(&args.output)?;
    let config = Config::load(common.config.as_deref())?;
    let inventory = collect(&args.live, common, &config)?;
    crate::snapshot::write(&inventory, &args.output)?;
    if let Some(words) = unread(&inventory, common.lang_for_people()) {
        common.hint(&words);
    }
    Ok(Exit::Clean)
}

/// What could not be read, if anything: whoever grants the permissions is often at hand now, and not
/// where the snapshot is evaluated.
fn unread(inventory: &Inventory, lang: Lang) -> Option<String> {
    let known = |record: &&Coverage| !record.outcome.is_known();
    let unread: BTreeSet<String> = (inventory.coverage.iter().filter(known))
        .map(|record| format!("{} ({})", record.operation, record.outcome.as_str()))
        .collect();
    let list = unread.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    (!unread.is_empty()).then(|| match lang {
        Lang::En => format!(
            "not everything could be read: {list}; rules that need it will say unknown, and -vv tells more"
        ),
        Lang::Ja => format!(
            "読み取れなかったものがあります: {list}。これを必要とするルールは「不明」になります (-vv で詳細を表示)"
        ),
    })
}

impl LiveArgs {
    /// What to ask of AWS: of the regions named here, else those named there.
    pub fn options(&self, otherwise: &[String]) -> CollectOptions {
        let regions = if self.regions.is_empty() { otherwise } else { &self.regions };
        CollectOptions { all_regions: self.all_regions, ..self.of_regions(regions) }
    }

    /// What to ask of AWS, of exactly these regions: those that something was made for.
    ///
    /// # Errors
    /// Others are named here. To leave one out would make what is wrong in it seem mended.
    pub fn only(&self, regions: &[String]) -> Result<CollectOptions, Failure> {
        let set = |regions: &[String]| regions.iter().cloned().collect::<BTreeSet<_>>();
        let named = match (self.all_regions, self.regions.is_empty()) {
            (true, _) => "--all-regions names others".to_owned(),
            (false, false) if set(&self.regions) != set(regions) => {
                format!("--region names {}", self.regions.join(", "))
            }
            _ => return Ok(self.of_regions(regions)),
        };
        Err(anyhow::anyhow!(
            "the plan is for {}, and {named}; leave that out, or make a plan for the regions that it names",
            regions.join(", ")
        )
        .into())
    }

    fn of_regions(&self, regions: &[String]) -> CollectOptions {
        let regions = regions.to_vec();
        let profile = self.profiles.first().cloned();
        CollectOptions { regions, all_regions: false, profile }
    }

    /// Refuses several accounts where there can be only one.
    ///
    /// # Errors
    /// Several profiles are named.
    pub fn one_account(&self) -> Result<(), Failure> {
        match self.profiles.as_slice() {
            [] | [_] => Ok(()),
            many => {
                let named = many.join(", ");
                Err(anyhow::anyhow!("a plan is for one account; name one profile of {named}")
                    .into())
            }
        }
    }
}

/// Collects an account; a signal ends it at once.
pub fn collect(live: &LiveArgs, common: &Common, config: &Config) -> Result<Inventory, Failure> {
    let options = live.options(&config.regions);
    if live.profiles.len() < 2 {
        return collect_from(&options, live.no_progress, common);
    }
    let mut all = Vec::new();
    for profile in &live.profiles {
        let options = CollectOptions { profile: Some(profile.clone()), ..options.clone() };
        all.push(collect_from(&options, live.no_progress, common)?);
    }
    let twice = |account| {
        anyhow::anyhow!("two of the profiles are for account {account}; name one for each account")
    };
    Ok(Inventory::of_all(all).map_err(twice)?)
}

/// Collects these regions; a signal ends it at once.
pub fn collect_from(
    options: &CollectOptions,
    no_progress: bool,
    common: &Common,
) -> Result<Inventory, Failure> {
    let shown = std::io::stderr().is_terminal() && !no_progress && !common.quiet;
    let bars = Bars::new(shown);
    let began = Instant::now();
    let _listening = interrupt::Listening::begin()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            collected = aws::collect(options, &bars) => collected.map_err(Failure::from),
            () = interrupt::signalled() => Err(Failure::Interrupted),
        }
    });
    bars.clear();
    // Calls that were cut short must not hold up the exit.
    runtime.shutdown_timeout(Duration::from_millis(100));
    if let Ok(inventory) = &outcome {
        tell(inventory, began.elapsed(), common);
    }
    outcome
}

/// What was read, for those who asked to hear more; twice, each operation.
fn tell(inventory: &Inventory, took: Duration, common: &Common) {
    let (resources, accounts) = (inventory.resources.len(), inventory.accounts.join(", "));
    let regions = inventory.regions.join(", ");
    common.note(&format!(
        "read {resources} resources of {accounts} in {regions} in {:.1} s",
        took.as_secs_f64()
    ));
    if common.verbose > 1 {
        for record in &inventory.coverage {
            let (region, outcome) = (&record.region, record.outcome.as_str());
            common.note(&format!("  {region} {} {outcome} {}", record.operation, record.message));
        }
    }
}

/// A progress bar per account and region.
struct Bars {
    all: MultiProgress,
    each: Mutex<Vec<(String, ProgressBar)>>,
    shown: bool,
}

impl Bars {
    fn new(shown: bool) -> Bars {
        Bars { all: MultiProgress::new(), each: Mutex::default(), shown }
    }

    fn clear(&self) {
        for (_, bar) in self.each.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            bar.finish_and_clear();
        }
        // Nothing more to clear is no error; a terminal that is gone shows nothing anyway.
        let _ = self.all.clear();
    }

    fn with(&self, account: &str, region: &str, then: impl FnOnce(&ProgressBar)) {
        if !self.shown {
            return;
        }
        let label = format!("{account} {region}");
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let at = each.iter().position(|(known, _)| *known == label).unwrap_or_else(|| {
            // Fits into 60 columns.
            let style =
                ProgressStyle::with_template("{prefix:27} {bar:12} {pos:>3}/{len:3} {wide_msg}");
            let bar = self.all.add(ProgressBar::new(0).with_prefix(label.clone()));
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            each.push((label, bar));
            each.len() - 1
        });
        then(&each[at].1);
    }
}

impl aws::Progress for Bars {
    fn planned(&self, account: &str, region: &str, operations: usize) {
        self.with(account, region, |bar| bar.inc_length(operations as u64));
    }

    fn done(&self, account: &str, region: &str, operation: &str) {
        self.with(account, region, |bar| {
            bar.inc(1);
            bar.set_message(operation.to_owned());
        });
    }
}
