//! Credentials of the SDK's chain, found before anything else is asked, so that what is wrong with
//! them is not taken for trouble with the network.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use super::error::CollectError;
use super::outcome::causes;

/// Seconds for the chain. A process that provides them may be asking a person for a code.
const CREDENTIALS_SECONDS: u64 = 60;

/// The configuration with credentials that are there; `profile` is the one they should come from.
pub async fn found(config: SdkConfig, profile: Option<&str>) -> Result<SdkConfig, CollectError> {
    let none = |why: String| CollectError::NoCredentials {
        why: match profile {
            Some(profile) => format!("profile '{profile}': {why}"),
            None => why,
        },
    };
    let chain = config.credentials_provider().ok_or_else(|| none(words(None)))?;
    let limit = Duration::from_secs(CREDENTIALS_SECONDS);
    let first = match tokio::time::timeout(limit, chain.provide_credentials()).await {
        Ok(Ok(first)) => first,
        Ok(Err(error)) => return Err(none(words(Some(&error)))),
        Err(_) => return Err(none(format!("no answer within {CREDENTIALS_SECONDS} s"))),
    };
    if !may_be_sent(&first) {
        return Err(none("the key id or the session token holds a line break or the like".into()));
    }
    let found = Found { first: Mutex::new(Some(first)), chain };
    Ok(config.into_builder().credentials_provider(SharedCredentialsProvider::new(found)).build())
}

/// What the chain says, without the list of everything that it tried.
fn words(error: Option<&CredentialsError>) -> String {
    match error {
        None => "there is no provider of any".to_owned(),
        Some(error @ CredentialsError::CredentialsNotLoaded(_)) => match causes(error).as_str() {
            // A profile of which nothing more can be said.
            "the credential provider was not enabled" => {
                "it is not defined in the AWS configuration files, or without credentials"
                    .to_owned()
            }
            said if said.contains("no credentials found in chain")
                || said.contains("no providers in chain") =>
            {
                "none in the environment, the profile, or the role of a container or an instance"
                    .to_owned()
            }
            said => said.to_owned(),
        },
        Some(error) => causes(error),
    }
}

/// Whether key id and token can stand in a header; the SDK panics at a key id that cannot.
fn may_be_sent(credentials: &Credentials) -> bool {
    let visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    visible(credentials.access_key_id()) && credentials.session_token().is_none_or(visible)
}

/// Gives what was found already, then asks the chain again.
#[derive(Debug)]
struct Found {
    first: Mutex<Option<Credentials>>,
    chain: SharedCredentialsProvider,
}

impl ProvideCredentials for Found {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(first) => future::ProvideCredentials::ready(Ok(first)),
            None => self.chain.provide_credentials(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_stand_in_a_header_is_not_sent() {
        let of = |id: &str, token: Option<&str>| {
            may_be_sent(&Credentials::new(id, "any\nthing", token.map(str::to_owned), None, "test"))
        };
        assert!(of("AKIAIOSFODNN7EXAMPLE", None) && of("ASIA", Some("a/b+c==")));
        assert!(!of("AKIA\n", None) && !of("AKIÄ", None) && !of("ASIA", Some("a b")));
    }
}
