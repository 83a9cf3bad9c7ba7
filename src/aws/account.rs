//! An account that a fix reads and changes: every handler, called in the region where the resource is.

use std::pin::Pin;
use std::time::Duration;

use futures::stream::{self, StreamExt};

use crate::fix::handler::{CallLog, Change, Hands, Refused, Reply, State, Target};

use super::clients::Session;
use super::gate::Gate;
use super::handlers::handler;
use super::{CollectError, CollectOptions};

/// Resources read side by side: few enough not to be throttled by IAM, the slowest to answer.
const SIDE_BY_SIDE: usize = 8;

/// The account that the SDK's default credentials belong to.
pub struct Account {
    session: Session,
}

impl Account {
    /// Finds credentials and regions, and asks AWS who that is.
    ///
    /// # Errors
    /// What makes it impossible to ask for anything, in words for people.
    pub async fn open(options: &CollectOptions) -> Result<Account, CollectError> {
        Ok(Account { session: Session::open(options).await? })
    }

    /// Twelve-digit account number.
    pub fn account(&self) -> &str {
        &self.session.account
    }

    /// The states of resources, in their order; a reading that failed is its own answer.
    pub async fn read_all<'a>(
        &'a self,
        targets: impl Iterator<Item = &'a Target>,
    ) -> Vec<Result<Option<State>, Refused>> {
        let reads = targets.map(|target| self.read(target));
        stream::iter(reads).buffered(SIDE_BY_SIDE).collect().await
    }
}

impl Hands for Account {
    fn read<'a>(&'a self, target: &'a Target) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let gate = Gate::new(&self.session, &target.region, None);
            handler(&target.ty)?.read(&gate, &target.id).await
        })
    }

    fn wait<'a>(&'a self, seconds: u64) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        Box::pin(tokio::time::sleep(Duration::from_secs(seconds)))
    }

    fn change<'a>(
        &'a self,
        target: &'a Target,
        change: Change<'a>,
        log: &'a dyn CallLog,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let gate = Gate::new(&self.session, &target.region, Some(log));
            let handler = handler(&target.ty)?;
            match change {
                Change::Create(to) => handler.create(&gate, &target.id, to).await,
                Change::Update(from, to) => handler.update(&gate, &target.id, from, to).await,
                Change::Delete(from) => handler.delete(&gate, &target.id, from).await,
            }
        })
    }
}
