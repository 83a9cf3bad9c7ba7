//! How AWS is reached: credentials, regions, retries and time limits, shared by all clients; and
//! who is asking.

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::{RetryConfig, RetryMode};
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_sts::config::{SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::tls;
use futures::future::try_join_all;

use super::CollectOptions;
use super::credentials;
use super::error::CollectError;
use super::outcome::Refusal;

/// Seconds for a TCP and TLS connection.
const CONNECT_SECONDS: u64 = 5;

/// Seconds for one attempt, its answer's body included.
const ATTEMPT_SECONDS: u64 = 20;

/// Seconds for an operation with all its attempts and the waits between them.
pub const OPERATION_SECONDS: u64 = 25;

/// Attempts of a throttled or broken call, the first included.
const ATTEMPTS: u32 = 5;

/// Attempts of the first call, whose failure a person waits for.
const FIRST_ATTEMPTS: u32 = 3;

/// Seconds for one attempt of the first call.
const FIRST_ATTEMPT_SECONDS: u64 = 6;

/// Seconds for the first call with all its attempts.
const FIRST_SECONDS: u64 = 15;

/// Who asks, and where.
pub struct Session {
    /// What every client is made from, but for the region.
    pub config: SdkConfig,
    /// Twelve-digit account number.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov`, ...
    pub partition: String,
    /// Regions asked for, sorted.
    pub regions: Vec<String>,
    /// Whether these are all that the account has enabled.
    pub all_regions: bool,
}

impl Session {
    /// Finds credentials and regions, and asks AWS who that is.
    pub async fn open(options: &CollectOptions) -> Result<Session, CollectError> {
        let variable = |name: &str| std::env::var(name).ok();
        let config = load(options, retries(variable)?).await;
        let asked = regions(options, &config)?;
        let profile = options.profile.clone().or_else(|| variable("AWS_PROFILE"));
        let config = credentials::found(config, profile.as_deref()).await?;
        // In every region: a region that is misspelt or not enabled should be told at once, and once.
        let callers = asked.iter().map(|region| identify(&config, region));
        let callers = try_join_all(callers).await?;
        let (account, partition) = callers.into_iter().next().ok_or(CollectError::NoRegion)?;
        let all_regions = options.all_regions;
        let session = Session { config, account, partition, regions: asked, all_regions };
        if !all_regions {
            return Ok(session);
        }
        let regions = enabled(&at(&session.config, session.global_endpoint_region())).await?;
        Ok(Session { regions, ..session })
    }

    /// The region whose endpoint serves what knows no regions; other partitions' rules find it from any.
    pub fn global_endpoint_region(&self) -> &str {
        match (self.partition.as_str(), self.regions.first()) {
            ("aws", _) | (_, None) => "us-east-1",
            (_, Some(region)) => region,
        }
    }
}

/// The configuration for another region.
pub fn at(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}

/// How often a throttled or broken call is repeated: as the SDK's own variables say, else as here. The
/// SDK itself would panic at a value that makes no sense.
fn retries(variable: impl Fn(&str) -> Option<String>) -> Result<RetryConfig, CollectError> {
    let said = |name| variable(name).filter(|value| !value.is_empty());
    let wrong = |name: &str, value: String, expected: &'static str| CollectError::Variable {
        name: name.to_owned(),
        value,
        expected,
    };
    let mut retries = RetryConfig::adaptive()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(500))
        .with_max_backoff(Duration::from_secs(5));
    if let Some(attempts) = said("AWS_MAX_ATTEMPTS") {
        retries = match attempts.parse() {
            Ok(number) if number > 0 => retries.with_max_attempts(number),
            _ => return Err(wrong("AWS_MAX_ATTEMPTS", attempts, "a whole number above 0")),
        };
    }
    if let Some(mode) = said("AWS_RETRY_MODE") {
        retries = match mode.parse::<RetryMode>() {
            Ok(known) => retries.with_retry_mode(known),
            Err(_) => return Err(wrong("AWS_RETRY_MODE", mode, "standard or adaptive")),
        };
    }
    Ok(retries)
}

fn timeouts(attempt: u64, operation: u64) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
        .operation_attempt_timeout(Duration::from_secs(attempt))
        .operation_timeout(Duration::from_secs(operation))
        .build()
}

async fn load(options: &CollectOptions, retries: RetryConfig) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http.clone())
        .retry_config(retries)
        .timeout_config(timeouts(ATTEMPT_SECONDS, OPERATION_SECONDS));
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = options.regions.first() {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    match &options.profile {
        Some(profile) => with_profile(&config, profile, http),
        None => config,
    }
}

/// The configuration with a profile's credentials; in the default chain, keys in the environment
/// would win over the profile that was asked for.
fn with_profile(config: &SdkConfig, profile: &str, http: SharedHttpClient) -> SdkConfig {
    let settings = ProviderConfig::without_region()
        .with_region(config.region().cloned())
        .with_http_client(http);
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&settings)
        .profile_name(profile)
        .build();
    config.to_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

fn regions(options: &CollectOptions, config: &SdkConfig) -> Result<Vec<String>, CollectError> {
    let named = if options.all_regions { &[] } else { options.regions.as_slice() };
    let mut regions = named.to_vec();
    if regions.is_empty() {
        regions.push(config.region().ok_or(CollectError::NoRegion)?.to_string());
    }
    regions.sort();
    regions.dedup();
    match regions.iter().find(|region| !looks_like_a_region(region)) {
        Some(region) => Err(CollectError::RegionName { region: region.clone() }),
        None => Ok(regions),
    }
}

/// The regions that the account has enabled, sorted.
async fn enabled(config: &SdkConfig) -> Result<Vec<String>, CollectError> {
    let client = aws_sdk_account::Client::new(config);
    let enabled = [RegionOptStatus::Enabled, RegionOptStatus::EnabledByDefault];
    let mut pages = client
        .list_regions()
        .set_region_opt_status_contains(Some(enabled.to_vec()))
        .into_paginator()
        .send();
    let mut regions = Vec::new();
    while let Some(page) = pages.next().await {
        let page =
            page.map_err(|error| CollectError::Regions { message: Refusal::of(&error).message })?;
        regions
            .extend(page.regions.unwrap_or_default().into_iter().filter_map(|it| it.region_name));
    }
    regions.sort();
    regions.dedup();
    match regions.iter().find(|region| !looks_like_a_region(region)) {
        Some(region) => Err(CollectError::RegionName { region: region.clone() }),
        None if regions.is_empty() => {
            Err(CollectError::Regions { message: "the answer names none".to_owned() })
        }
        None => Ok(regions),
    }
}

/// Whether `name` has the form of a region code, `ap-northeast-1`; it goes into host names.
fn looks_like_a_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    words.len() >= 2
        && words.iter().all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase()))
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// Account and partition of the caller, as the region's endpoint tells.
async fn identify(config: &SdkConfig, region: &str) -> Result<(String, String), CollectError> {
    let timeouts = timeouts(FIRST_ATTEMPT_SECONDS, FIRST_SECONDS);
    let settings = aws_sdk_sts::config::Builder::from(&at(config, region))
        .retry_config(RetryConfig::standard().with_max_attempts(FIRST_ATTEMPTS))
        .timeout_config(timeouts);
    let client = aws_sdk_sts::Client::from_conf(settings.build());
    let caller = client
        .get_caller_identity()
        .send()
        .await
        .map_err(|error| CollectError::of_first_call(&error, region, config.endpoint_url()))?;
    let partition = caller.arn().and_then(|arn| arn.split(':').nth(1)).filter(|p| !p.is_empty());
    let account =
        caller.account().filter(|a| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit()));
    match (account, partition) {
        (Some(account), Some(partition)) => Ok((account.to_owned(), partition.to_owned())),
        _ => Err(CollectError::NotAws {
            region: region.to_owned(),
            why: "the answer names no account".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::looks_like_a_region;

    #[test]
    fn knows_the_form_of_region_codes() {
        for good in ["ap-northeast-1", "us-gov-west-1", "eu-central-2", "us-iso-east-1"] {
            assert!(looks_like_a_region(good), "{good}");
        }
        for bad in [
            "",
            "tokyo",
            "ap-northeast",
            "ap-northeast-",
            "AP-northeast-1",
            "evil.com/-a-1",
            "-a-1",
            "a-1",
        ] {
            assert!(!looks_like_a_region(bad), "{bad}");
        }
    }
}
