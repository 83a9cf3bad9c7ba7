//! Where a snapshot comes from: a file, or a live account.

#[cfg(feature = "aws")]
use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use super::config::Config;
use super::{Common, Failure};
use crate::snapshot::Snapshot;

/// Options of everything that looks at a snapshot.
#[derive(Args, Debug)]
pub struct Source {
    /// Evaluate this snapshot instead of a live account; `-` reads stdin
    #[arg(long, value_name = "FILE", help_heading = "Collection")]
    #[cfg_attr(feature = "aws", arg(conflicts_with_all = ["regions", "all_regions", "profiles"]))]
    snapshot: Option<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    live: super::collect::LiveArgs,
}

#[cfg(feature = "aws")]
impl Source {
    /// The snapshot.
    pub fn snapshot(&self, common: &Common, config: &Config) -> Result<Snapshot, Failure> {
        self.kept(common, config, None)
    }

    /// The snapshot, which is also written to `file` if it is collected.
    pub fn kept(
        &self,
        common: &Common,
        config: &Config,
        file: Option<&Path>,
    ) -> Result<Snapshot, Failure> {
        if let Some(path) = &self.snapshot {
            return Ok(Snapshot::read(path)?);
        }
        let inventory = super::collect::collect(&self.live, common, config)?;
        if let Some(path) = file {
            crate::snapshot::write(&inventory, path)?;
        }
        Ok(Snapshot::from_inventory(&inventory)?)
    }
}

#[cfg(not(feature = "aws"))]
impl Source {
    /// The snapshot.
    pub fn snapshot(&self, _: &Common, _: &Config) -> Result<Snapshot, Failure> {
        match &self.snapshot {
            Some(path) => Ok(Snapshot::read(path)?),
            None => Err(anyhow::anyhow!(
                "this build cannot collect; name a snapshot with --snapshot FILE"
            )
            .into()),
        }
    }
}
