//! `audit.toml`: strict, with the place of every complaint.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value as Json;

/// The name that is looked for.
const NAME: &str = "audit.toml";

/// What a team says of its account.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Regions to collect.
    #[serde(default)]
    #[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "only live collection asks"))]
    pub regions: Vec<String>,
    /// Parameters by rule id.
    #[serde(default)]
    pub params: BTreeMap<String, BTreeMap<String, Json>>,
    /// Which rules.
    #[serde(default)]
    pub rules: RulesConfig,
    /// The file it was read from; empty without one.
    #[serde(skip)]
    pub path: PathBuf,
}

/// Which rules.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesConfig {
    /// Ids, globs or `section:NAME` to leave out.
    #[serde(default)]
    pub skip: Vec<String>,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read the configuration {}: {error}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It says something that is wrong.
    #[error("{}: {error}", path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// What, with its place.
        error: toml::de::Error,
    },
}

impl Config {
    /// Reads the file that `--config` names, else the nearest `audit.toml` at or above the working
    /// directory, else nothing.
    ///
    /// # Errors
    /// A named file that does not exist, or any file that is not right.
    pub fn load(named: Option<&Path>) -> Result<Config, ConfigError> {
        let found = match named {
            Some(path) => Some(path.to_owned()),
            None => std::env::current_dir().ok().and_then(|dir| {
                dir.ancestors().map(|dir| dir.join(NAME)).find(|path| path.is_file())
            }),
        };
        let Some(path) = found else { return Ok(Config::default()) };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| ConfigError::Read { path: path.clone(), error })?;
        match toml::from_str::<Config>(&text) {
            Ok(config) => Ok(Config { path, ..config }),
            Err(error) => Err(ConfigError::Parse { path, error }),
        }
    }
}
