//! An account that a fix reads and changes: every handler, called in the region where the resource is.

use std::pin::Pin;
use std::time::Duration;

use crate::fix::handler::{CallLog, Change, Hands, Reply, State, Target};

use super::clients::Session;
use super::gate::Gate;
use super::handlers::handler;
use super::{CollectError, CollectOptions};

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

    /// `aws`, `aws-cn`, `aws-us-gov`, ...
    pub fn partition(&self) -> &str {
        &self.session.partition
    }

    /// Regions asked for, sorted.
    pub fn regions(&self) -> &[String] {
        &self.session.regions
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
