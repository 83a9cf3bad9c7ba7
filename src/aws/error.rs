//! What makes a collection impossible. Everything else is coverage.

use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use url::Url;

use super::outcome::Refusal;

/// Why nothing could be collected, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Neither the caller nor the environment names a region.
    #[error(
        "no AWS region is set; name one with --region, in audit.toml (regions = [\"...\"]) or in AWS_REGION"
    )]
    NoRegion,
    /// A region's name is none.
    #[error("'{region}' is not the code of an AWS region; codes look like ap-northeast-1")]
    RegionName {
        /// What was given.
        region: String,
    },
    /// A variable of the SDK's holds what makes no sense.
    #[error("{name} is '{value}', which is not {expected}; correct it or unset it")]
    Variable {
        /// Its name.
        name: String,
        /// What it holds.
        value: String,
        /// What it may hold.
        expected: &'static str,
    },
    /// The default chain found no usable credentials.
    #[error(
        "no usable AWS credentials ({why}); sign in (aws sso login, aws configure), set AWS_PROFILE or \
         --profile, or run where a role provides them"
    )]
    NoCredentials {
        /// The chain's own words.
        why: String,
    },
    /// The session is over.
    #[error("the AWS session has expired ({message}); sign in again (aws sso login) and repeat")]
    Expired {
        /// AWS's own words.
        message: String,
    },
    /// AWS does not accept the credentials.
    #[error(
        "AWS does not accept these credentials in {region} ({message}); check that the key is active, that the \
         clock is right and that the account has enabled {region}"
    )]
    Refused {
        /// Where it was asked.
        region: String,
        /// AWS's own words.
        message: String,
    },
    /// There is no connection.
    #[error(
        "cannot reach {endpoint} in {region} ({why}); check the region's name, the network and AWS_ENDPOINT_URL"
    )]
    Unreachable {
        /// Where it was asked.
        region: String,
        /// What was to be reached.
        endpoint: String,
        /// What went wrong.
        why: String,
    },
    /// The account's regions could not be listed.
    #[error(
        "cannot tell which regions the account has enabled ({message}); allow the IAM action account:ListRegions, or \
         name the regions with --region"
    )]
    Regions {
        /// What went wrong.
        message: String,
    },
    /// AWS answered, but not what was asked.
    #[error("AWS in {region} did not say who is asking ({message}); repeat in a few minutes")]
    Trouble {
        /// Where it was asked.
        region: String,
        /// What went wrong.
        message: String,
    },
    /// What answers is not AWS.
    #[error(
        "what answers in {region} is not the AWS API ({why}); check for a proxy or a sign-in page in between, \
         and AWS_ENDPOINT_URL"
    )]
    NotAws {
        /// Where it was asked.
        region: String,
        /// What it answered.
        why: String,
    },
}

/// AWS's words for a session that is over.
const EXPIRED: &[&str] =
    &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];

impl CollectError {
    /// What the failure of `sts:GetCallerIdentity`, the first call, means.
    pub fn of_first_call(
        error: &SdkError<GetCallerIdentityError, HttpResponse>,
        region: &str,
        endpoint: Option<&str>,
    ) -> CollectError {
        let region = region.to_owned();
        let Refusal { code, message, exhausted, .. } = Refusal::of(error);
        match (error, code) {
            (SdkError::ServiceError(_), None) => CollectError::NotAws { region, why: message },
            (SdkError::ServiceError(_), Some(code)) if EXPIRED.contains(&code.as_str()) => {
                CollectError::Expired { message }
            }
            (SdkError::ServiceError(service), _)
                if !exhausted && service.raw().status().is_client_error() =>
            {
                CollectError::Refused { region, message }
            }
            (SdkError::ServiceError(_) | SdkError::ResponseError(_), _) => {
                CollectError::Trouble { region, message }
            }
            _ => CollectError::Unreachable { region, endpoint: shown(endpoint), why: message },
        }
    }
}

/// An endpoint without what may be a password in it.
fn shown(endpoint: Option<&str>) -> String {
    let Some(endpoint) = endpoint else { return "AWS STS".to_owned() };
    match Url::parse(endpoint) {
        Ok(url) if url.has_host() => url.origin().ascii_serialization(),
        _ => "the endpoint".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn of_endpoints_scheme_host_and_port_are_shown() {
        assert_eq!(shown(Some("http://user:secret@[::1]:4566/x?y=secret")), "http://[::1]:4566");
        assert_eq!(shown(Some("https://aws.example.com/")), "https://aws.example.com");
        assert_eq!(shown(Some("user:secret@example.com")), "the endpoint");
        assert_eq!(shown(None), "AWS STS");
    }
}
