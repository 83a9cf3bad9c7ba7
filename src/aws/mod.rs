//! The only room that talks to the network: reads one AWS account into an [`Inventory`].
//!
//! A file per AWS service holds a collector; [`cx`] is the one gate through which they call, and
//! keeps the record of what could and could not be read. [`gate`] is the other, for what a fix reads and
//! writes. May use model, snapshot and fix only.

use futures::future::{join_all, join4};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::model::{GLOBAL, Inventory, ops};

pub use account::Account;
pub use error::CollectError;

use clients::Session;
use cx::{Collect, Cx, Run};

mod account;
mod clients;
mod credentials;
mod cx;
mod error;
mod gate;
mod handlers;
mod holds;
mod known;
mod ledger;
mod lists;
mod outcome;
mod pager;
mod shape;
mod words;

mod autoscaling;
mod budgets;
mod canary_urls;
mod ce;
mod chatbot;
mod cloudtrail;
mod cloudwatch;
mod config;
mod credential_report;
mod ecr;
mod ecr_images;
mod ecs;
mod elbv2;
mod events;
mod guardduty;
mod iam;
mod kms;
mod lambda;
mod mute_rules;
mod notifications;
mod rds;
mod sns;
mod support;
mod synthetics;
mod task_definitions;
mod tasks;
mod whole;

/// Collectors that find what refers to functions, which are read as soon as they are named.
static REFERRING: &[&dyn Collect] = &[&cloudwatch::CloudWatch, &events::EventBridge, &sns::Sns];

/// The other collectors that run in every region, that of the longest chain of calls first.
static REGIONAL: &[&dyn Collect] = &[
    &ecs::Ecs,
    &elbv2::Elbv2,
    &autoscaling::AutoScaling,
    &cloudtrail::CloudTrail,
    &config::Config,
    &ecr::Ecr,
    &guardduty::GuardDuty,
    &rds::Rds,
    &synthetics::Synthetics,
];

/// Collectors of services that know no regions.
static GLOBAL_SERVICES: &[&dyn Collect] = &[
    &iam::Iam,
    &notifications::Notifications,
    &budgets::Budgets,
    &ce::CostExplorer,
    &chatbot::Chatbot,
    &whole::WholeAccount,
];

/// What to collect.
#[derive(Clone, Debug, Default)]
pub struct CollectOptions {
    /// Region codes; when empty, the one region that the SDK finds (environment, profile).
    pub regions: Vec<String>,
    /// Every region that the account has enabled, instead.
    pub all_regions: bool,
    /// Profile of the shared configuration files; else the SDK's default.
    pub profile: Option<String>,
}

/// Hears how a collection goes on.
pub trait Progress: Send + Sync {
    /// So many operations will be made in a region (or `global`); said before the first is done.
    fn planned(&self, account: &str, region: &str, operations: usize);
    /// One of them is finished, whatever came of it.
    fn done(&self, account: &str, region: &str, operation: &str);
}

/// Reads the account that the SDK's default credentials belong to.
///
/// Only what makes it impossible is an error; what could not be read is in the coverage.
pub async fn collect(
    options: &CollectOptions,
    progress: &dyn Progress,
) -> Result<Inventory, CollectError> {
    let began = Timestamp::now().as_second();
    let (referring, references) = mpsc::unbounded_channel();
    let run = Run::new(Session::open(options).await?, referring, progress);
    let regions: Vec<Cx<'_>> = run.session().regions.iter().map(|region| run.at(region)).collect();
    let global = run.global();
    plan(&run);

    let referring = async {
        everywhere(&regions, REFERRING).await;
        run.all_referred();
    };
    join4(
        join_all(GLOBAL_SERVICES.iter().map(|c| global.run(*c))),
        everywhere(&regions, REGIONAL),
        referring,
        lambda::collect(&run, references),
    )
    .await;

    drop((regions, global));
    Ok(inventory(run, began))
}

async fn everywhere(regions: &[Cx<'_>], collectors: &[&dyn Collect]) {
    let pairs = collectors.iter().flat_map(|collector| regions.iter().map(|cx| cx.run(*collector)));
    join_all(pairs).await;
}

/// Announces what will be asked, and records the call that told who is asking.
fn plan(run: &Run<'_>) {
    let count =
        |collectors: &[&dyn Collect]| collectors.iter().map(|c| c.steps().len()).sum::<usize>();
    run.planned(GLOBAL, count(GLOBAL_SERVICES) + 1);
    for region in &run.session().regions {
        run.planned(region, count(REFERRING) + count(REGIONAL) + lambda::OPS.len());
    }
    run.ledger().answered(GLOBAL, &ops::GET_CALLER_IDENTITY);
    run.settle(GLOBAL, &ops::GET_CALLER_IDENTITY);
    if run.session().all_regions {
        run.ledger().answered(GLOBAL, &ops::LIST_REGIONS);
    }
}

fn inventory(run: Run<'_>, began: i64) -> Inventory {
    let (session, ledger) = run.into_parts();
    let (coverage, resources) = ledger.close(&session.account);
    Inventory {
        collected_at: Timestamp::from_second(began).unwrap_or_default().to_string(),
        accounts: vec![session.account],
        regions: session.regions,
        coverage,
        resources,
    }
}
