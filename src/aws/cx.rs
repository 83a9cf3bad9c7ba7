//! The one gate to AWS: [`Cx::call`], [`Cx::pages`] and [`Cx::page_by_page`] hold the permits, bound the time, classify
//! what went wrong and keep the record of what was and was not read.

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::future::LocalBoxFuture;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Notify, Semaphore, watch};

use crate::model::{GLOBAL, Op, Resource};

use super::Progress;
use super::clients::{self, Session};
use super::ledger::Ledger;
use super::outcome::Refusal;

/// Requests of an operation under way at once in a region. AWS limits each operation, or a few that are alike, by itself;
/// these many stay below the bursts that it allows.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html>
pub const PERMITS: usize = 32;

/// Bound of a call from outside, above the SDK's own, which should end it first.
const CALL_SECONDS: u64 = clients::OPERATION_SECONDS + 10;

/// An operation a collector uses, and those whose full answers say whether there is anything to ask.
pub struct Step {
    /// The operation.
    pub op: &'static Op,
    /// When all of these answered in full and `op` was still not called, there was nothing to ask.
    pub after: &'static [&'static Op],
}

/// The collector of one AWS service.
pub trait Collect: Sync {
    /// Every operation it uses, prerequisites first.
    fn steps(&self) -> &'static [Step];

    /// Reads what there is in the region of `cx`.
    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()>;
}

/// What a call brought.
#[derive(Debug)]
pub enum Answer<T> {
    /// The answer.
    Known(T),
    /// What was asked about does not exist (any more).
    Gone,
    /// Nothing; the record says why.
    Unknown,
}

impl<T> Answer<T> {
    /// The answer, if there is one.
    pub fn known(self) -> Option<T> {
        match self {
            Answer::Known(value) => Some(value),
            Answer::Gone | Answer::Unknown => None,
        }
    }
}

/// One collection of one account.
pub struct Run<'a> {
    session: Session,
    ledger: Mutex<Ledger>,
    /// By region and operation.
    permits: Mutex<BTreeMap<(String, &'static str), Arc<Semaphore>>>,
    /// Digests of the images that run, by region, as soon as they are known.
    running: watch::Sender<BTreeMap<String, Arc<HashSet<String>>>>,
    /// Takes the ARNs that resources refer to, as long as there may be more.
    references: Mutex<Option<UnboundedSender<String>>>,
    /// Rings when an operation is not to be called any more.
    given_up: Notify,
    progress: &'a dyn Progress,
}

impl<'a> Run<'a> {
    /// A collection that knows nothing yet; `references` takes the ARNs that resources refer to.
    pub fn new(
        session: Session,
        references: UnboundedSender<String>,
        progress: &'a dyn Progress,
    ) -> Run<'a> {
        Run {
            session,
            ledger: Mutex::default(),
            permits: Mutex::default(),
            running: watch::Sender::default(),
            references: Mutex::new(Some(references)),
            given_up: Notify::new(),
            progress,
        }
    }

    /// Who asks, and where.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What was learnt so far. Never held over a wait.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn references(&self) -> MutexGuard<'_, Option<UnboundedSender<String>>> {
        self.references.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who take references that all were made.
    pub fn all_referred(&self) {
        self.references().take();
    }

    /// What was learnt, at the end.
    pub fn into_parts(self) -> (Session, Ledger) {
        (self.session, self.ledger.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// The gate to a region, which need not be one of those asked for.
    pub fn at(&self, region: &str) -> Cx<'_> {
        self.cx(region, region)
    }

    /// The gate to services that know no regions.
    pub fn global(&self) -> Cx<'_> {
        self.cx(GLOBAL, self.session.global_endpoint_region())
    }

    fn cx(&self, region: &str, endpoint: &str) -> Cx<'_> {
        let config = clients::at(&self.session.config, endpoint);
        Cx { run: self, region: region.to_owned(), config }
    }

    fn permits(&self, region: &str, op: &'static Op) -> Arc<Semaphore> {
        let mut permits = self.permits.lock().unwrap_or_else(PoisonError::into_inner);
        let of_operation = permits.entry((region.to_owned(), op.api));
        Arc::clone(of_operation.or_insert_with(|| Arc::new(Semaphore::new(PERMITS))))
    }

    /// Tells how many operations are planned in `region`.
    pub fn planned(&self, region: &str, operations: usize) {
        self.progress.planned(&self.session.account, region, operations);
    }

    /// Tells that `op` is finished in `region`, once.
    pub fn settle(&self, region: &str, op: &'static Op) {
        if self.ledger().settle(region, op) {
            self.progress.done(&self.session.account, region, op.api);
        }
    }
}

/// The gate to one region of one account.
pub struct Cx<'a> {
    run: &'a Run<'a>,
    region: String,
    config: SdkConfig,
}

impl<'a> Cx<'a> {
    /// What SDK clients are made from.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Twelve-digit account number.
    pub fn account(&self) -> &str {
        &self.run.session.account
    }

    /// Region code, or `global`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Whether `region` is one of those asked for.
    pub fn collects(&self, region: &str) -> bool {
        self.run.session.regions.iter().any(|asked| asked == region)
    }

    /// The gate to another region.
    pub fn at(&self, region: &str) -> Cx<'a> {
        self.run.at(region)
    }

    /// The ARN of a resource of this account and region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let region = if self.region == GLOBAL { "" } else { &self.region };
        format!(
            "arn:{}:{service}:{region}:{}:{resource}",
            self.run.session.partition,
            self.account()
        )
    }

    /// Keeps resources for the snapshot.
    pub fn keep(&self, resources: impl IntoIterator<Item = Resource>) {
        // Before the ledger is taken: making them may record failures in it.
        let resources: Vec<Resource> = resources.into_iter().collect();
        let mut ledger = self.run.ledger();
        resources.into_iter().for_each(|resource| ledger.keep(resource));
    }

    /// Makes one call. `about` are the ids of the resources it is about, empty for a list; `part`
    /// takes what is wanted out of the answer, `None` when a required part is missing.
    pub async fn call<O, E, T>(
        &self,
        op: &'static Op,
        about: &[&str],
        request: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        part: impl FnOnce(O) -> Option<T>,
    ) -> Answer<T>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match self.ask(op, request).await {
            Ok(output) => match part(output) {
                Some(value) => self.answered(op, about, value),
                None => self.refused(op, about, &incomplete()),
            },
            Err(refusal) => self.refused(op, about, &refusal),
        }
    }

    /// Records that an answer, though it came, tells nothing usable about `about`.
    pub fn fail(&self, op: &'static Op, about: &[&str], message: impl Into<String>) {
        self.failed(op, about, &Refusal::senseless(message));
    }

    /// Tells that something here refers to `arn`, which another service may have to be asked about.
    pub fn refer(&self, arn: &str) {
        if let Some(references) = &*self.run.references() {
            // Nobody takes them any more only when the collection ends.
            let _ = references.send(arn.to_owned());
        }
    }

    /// Tells the digests of all images that run in the region, as far as they could be read.
    pub fn tell_running(&self, digests: HashSet<String>) {
        let region = self.region.to_string();
        self.run.running.send_modify(|known| drop(known.insert(region, Arc::new(digests))));
    }

    /// Digests of the images that run in the region, once they are told.
    pub async fn running(&self) -> Arc<HashSet<String>> {
        let mut told = self.run.running.subscribe();
        let known = told.wait_for(|known| known.contains_key(&*self.region)).await;
        known.ok().and_then(|known| known.get(&*self.region).cloned()).unwrap_or_default()
    }

    /// Runs a collector, then records what it had no need to ask.
    pub async fn run(&self, collector: &dyn Collect) {
        collector.collect(self).await;
        for step in collector.steps() {
            self.finish(step);
        }
    }

    fn finish(&self, step: &Step) {
        let mut ledger = self.run.ledger();
        let nothing_to_ask = !step.after.is_empty()
            && !ledger.was_called(&self.region, step.op)
            && step.after.iter().all(|op| ledger.is_ok(&self.region, op));
        if nothing_to_ask {
            ledger.answered(&self.region, step.op);
        }
        drop(ledger);
        self.run.settle(&self.region, step.op);
    }

    pub(super) async fn ask<O, E>(
        &self,
        op: &'static Op,
        request: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<O, Refusal>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        // The semaphore is never closed; without a permit the call would only be less bounded.
        let permits = self.run.permits(&self.region, op);
        let _permit = permits.acquire().await.ok();
        let answer = tokio::time::timeout(Duration::from_secs(CALL_SECONDS), request);
        tokio::select! {
            biased;
            refusal = self.given_up(op) => Err(refusal),
            answer = answer => match answer {
                Ok(result) => result.map_err(|error| Refusal::of(&error)),
                Err(_) => Err(Refusal::silence(CALL_SECONDS)),
            },
        }
    }

    /// Waits until `op` is not to be called any more: a service that throttles without end would
    /// otherwise hold up the collection call by call.
    async fn given_up(&self, op: &'static Op) -> Refusal {
        loop {
            let changed = self.run.given_up.notified();
            if let Some(refusal) = self.run.ledger().given_up(&self.region, op) {
                return refusal;
            }
            changed.await;
        }
    }

    fn failed(&self, op: &'static Op, about: &[&str], refusal: &Refusal) {
        if self.run.ledger().failed(&self.region, op, about, refusal) {
            self.run.given_up.notify_waiters();
        }
    }

    pub(super) fn answered<T>(&self, op: &'static Op, about: &[&str], value: T) -> Answer<T> {
        self.run.ledger().answered(&self.region, op);
        self.settle_list(op, about);
        Answer::Known(value)
    }

    pub(super) fn refused<T>(
        &self,
        op: &'static Op,
        about: &[&str],
        refusal: &Refusal,
    ) -> Answer<T> {
        if refusal.is_gone(op.api) {
            self.run.ledger().answered(&self.region, op);
            return Answer::Gone;
        }
        self.failed(op, about, refusal);
        self.settle_list(op, about);
        Answer::Unknown
    }

    /// A list is called once, so it is finished; calls about single resources are when all were made.
    fn settle_list(&self, op: &'static Op, about: &[&str]) {
        if about.is_empty() {
            self.run.settle(&self.region, op);
        }
    }
}

/// The refusal of an answer without a required part.
pub fn incomplete() -> Refusal {
    Refusal::senseless("the answer lacks a part that the API always gives")
}
