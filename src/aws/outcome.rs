//! What an AWS error means: one [`Outcome`] and one line of the service's own words.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::model::Outcome;

use super::words;

/// IAM refused.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "InsufficientPermissionsException",
    "NotAuthorized",
    "UnauthorizedException",
    "UnauthorizedOperation",
];

/// The account has not subscribed to the service.
const NOT_ENTITLED: &[&str] = &["OptInRequired", "SubscriptionRequiredException"];

/// The server does not know the operation; `InvalidAction` is the query protocol's word for it.
const UNSUPPORTED: &[&str] = &["InvalidAction", "UnknownOperation", "UnknownOperationException"];

/// The service is asked too often; the SDK has retried before such a code reaches us.
const THROTTLED: &[&str] = &[
    "LimitExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// The service's word for "what you ask about does not exist (any more)", where that is an answer.
const GONE: &[(&str, &str)] = &[
    ("acm:DescribeCertificate", "ResourceNotFoundException"),
    ("cloudwatch:GetAlarmMuteRule", "ResourceNotFoundException"),
    ("ecr:DescribeImageScanFindings", "ImageNotFoundException"),
    ("ecr:DescribeImageScanFindings", "RepositoryNotFoundException"),
    ("ecr:DescribeImageScanFindings", "ScanNotFoundException"),
    ("ecr:DescribeImages", "RepositoryNotFoundException"),
    ("ecs:ListServices", "ClusterNotFoundException"),
    ("elasticloadbalancing:DescribeListenerCertificates", "ListenerNotFound"),
    ("elasticloadbalancing:DescribeListeners", "LoadBalancerNotFound"),
    ("elasticloadbalancing:DescribeRules", "ListenerNotFound"),
    ("events:ListRules", "ResourceNotFoundException"),
    ("events:ListTargetsByRule", "ResourceNotFoundException"),
    ("kms:DescribeKey", "NotFoundException"),
    ("kms:GetKeyPolicy", "NotFoundException"),
    ("lambda:GetFunctionConcurrency", "ResourceNotFoundException"),
    ("lambda:GetFunctionConfiguration", "ResourceNotFoundException"),
    ("lambda:GetPolicy", "ResourceNotFoundException"),
    ("notifications:ListChannels", "ResourceNotFoundException"),
    ("notifications:ListEventRules", "ResourceNotFoundException"),
    ("sns:GetSubscriptionAttributes", "NotFound"),
    ("sns:GetTopicAttributes", "NotFound"),
];

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its class.
    pub outcome: Outcome,
    /// The service's error code, when it gave one.
    pub code: Option<String>,
    /// One line, safe to store: `code: message` of the service, or what went wrong on the way.
    pub message: String,
    /// Whether retries and patience were used up, so that asking again at once is pointless.
    pub exhausted: bool,
}

impl Refusal {
    /// An answer that makes no sense.
    pub fn senseless(message: impl Into<String>) -> Refusal {
        let message = words::public(&message.into());
        Refusal { outcome: Outcome::Error, code: None, message, exhausted: false }
    }

    /// No answer in time; `seconds` were waited.
    pub fn silence(seconds: u64) -> Refusal {
        let message = format!("no answer within {seconds} s, retries included");
        Refusal { outcome: Outcome::Error, code: None, message, exhausted: true }
    }

    /// What the SDK's error means.
    pub fn of<E>(error: &SdkError<E, HttpResponse>) -> Refusal
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(service) => of_service(service.err(), service.raw()),
            SdkError::TimeoutError(_) => {
                Refusal { exhausted: true, ..Refusal::senseless(causes(error)) }
            }
            SdkError::DispatchFailure(failure) => Refusal {
                exhausted: failure.is_timeout() || failure.is_io(),
                ..Refusal::senseless(causes(error))
            },
            _ => Refusal::senseless(causes(error)),
        }
    }

    /// Whether it says that the resource asked about does not exist (any more).
    pub fn is_gone(&self, api: &str) -> bool {
        self.code.as_deref().is_some_and(|code| GONE.contains(&(api, code)))
    }
}

fn of_service<E: ProvideErrorMetadata>(error: &E, raw: &HttpResponse) -> Refusal {
    let status = raw.status().as_u16();
    let code = error.code().filter(|code| !code.is_empty());
    let message = match code {
        Some(code) => {
            format!("{code}: {}", words::public(error.message().unwrap_or("no message")))
        }
        None => {
            let kind = raw.headers().get("content-type").unwrap_or("no content type");
            format!("HTTP {status} with {kind}, which is no answer of the AWS API")
        }
    };
    Refusal {
        outcome: classify(code, status),
        code: code.map(str::to_owned),
        message,
        exhausted: code.is_some_and(|code| THROTTLED.contains(&code)),
    }
}

/// The class of an error answer by its AWS code, if any, and HTTP status.
fn classify(code: Option<&str>, status: u16) -> Outcome {
    match (code, status) {
        (_, 501) | (None, 404) => Outcome::Unsupported,
        (Some(code), _) if DENIED.contains(&code) => Outcome::Denied,
        (Some(code), _) if NOT_ENTITLED.contains(&code) => Outcome::NotEntitled,
        (Some(code), _) if UNSUPPORTED.contains(&code) => Outcome::Unsupported,
        _ => Outcome::Error,
    }
}

/// An error's causes in one line, without the SDK's own wrappers and never their `Debug`, which
/// holds the answer's body.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let mut cause = Some(error.source().unwrap_or(error));
    while let Some(inner) = cause {
        let words = inner.to_string();
        if words != "other" && !text.contains(&words) {
            let between = if text.is_empty() { "" } else { ": " };
            text.extend([between, &words]);
        }
        cause = inner.source();
    }
    words::public(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_statuses_become_outcomes() {
        let cases = [
            (Some("AccessDenied"), 403, Outcome::Denied),
            (Some("AccessDeniedException"), 400, Outcome::Denied),
            (Some("AuthorizationError"), 403, Outcome::Denied),
            (Some("SubscriptionRequiredException"), 400, Outcome::NotEntitled),
            (Some("UnknownOperationException"), 404, Outcome::Unsupported),
            (Some("InvalidAction"), 400, Outcome::Unsupported),
            (Some("InternalFailure"), 501, Outcome::Unsupported),
            (None, 404, Outcome::Unsupported),
            (None, 501, Outcome::Unsupported),
            (Some("ResourceNotFoundException"), 404, Outcome::Error),
            (Some("InternalFailure"), 500, Outcome::Error),
            (Some("Throttling"), 400, Outcome::Error),
            (Some("ExpiredToken"), 403, Outcome::Error),
            (None, 200, Outcome::Error),
            (None, 403, Outcome::Error),
            (None, 500, Outcome::Error),
        ];
        for (code, status, outcome) in cases {
            assert_eq!(classify(code, status), outcome, "{code:?} {status}");
        }
    }

    #[test]
    fn only_listed_pairs_mean_gone() {
        let refusal = Refusal {
            code: Some("ResourceNotFoundException".to_owned()),
            ..Refusal::senseless("x")
        };
        assert!(refusal.is_gone("lambda:GetPolicy"));
        assert!(!refusal.is_gone("rds:DescribeDBInstances"));
    }
}
