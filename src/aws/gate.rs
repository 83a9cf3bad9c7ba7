//! The gate through which handlers call AWS: what reads, and what writes, told to the journal before and
//! after; waited for where AWS takes its time.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::fix::handler::{CallLog, Refused, RefusedKind};
use crate::model::{GLOBAL, Op, Outcome};

use super::clients::{self, OPERATION_SECONDS, Session};
use super::outcome::Refusal;
use super::pager::Pager;

/// Seconds between attempts at what is not possible yet. IAM's changes are seen everywhere after some
/// seconds, now and then after a minute:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>.
const PAUSES: &[u64] = &[1, 2, 3, 5, 5, 10, 10, 15, 15];

/// Bound of a call from outside, above the SDK's own, which should end it first.
const CALL_SECONDS: u64 = OPERATION_SECONDS + 10;

/// "Not yet": what was made a moment ago is not seen everywhere, or something else is under way.
/// Operation, code, and what the message must hold where the code alone says too little. Codes are those
/// of the API references; the words, where AWS documents none, are those that it is known to answer with.
const NOT_YET: &[(&str, &str, &str)] = &[
    ("application-autoscaling:DeleteScalingPolicy", "ConcurrentUpdateException", ""),
    ("application-autoscaling:DeregisterScalableTarget", "ConcurrentUpdateException", ""),
    ("application-autoscaling:PutScalingPolicy", "ConcurrentUpdateException", ""),
    ("application-autoscaling:PutScalingPolicy", "ObjectNotFoundException", ""),
    ("application-autoscaling:RegisterScalableTarget", "ConcurrentUpdateException", ""),
    ("ce:CreateAnomalySubscription", "UnknownMonitorException", ""),
    ("chatbot:CreateSlackChannelConfiguration", "InvalidRequestException", "role"),
    ("cloudtrail:CreateTrail", "ConflictException", ""),
    ("cloudtrail:CreateTrail", "InsufficientS3BucketPolicyException", ""),
    ("cloudtrail:CreateTrail", "S3BucketDoesNotExistException", ""),
    ("cloudtrail:DeleteTrail", "ConflictException", ""),
    ("cloudtrail:StartLogging", "ConflictException", ""),
    ("cloudtrail:StopLogging", "ConflictException", ""),
    ("cloudtrail:UpdateTrail", "ConflictException", ""),
    ("cloudtrail:UpdateTrail", "InsufficientS3BucketPolicyException", ""),
    ("cloudtrail:UpdateTrail", "S3BucketDoesNotExistException", ""),
    ("config:PutConfigurationRecorder", "InvalidRoleException", ""),
    ("config:PutDeliveryChannel", "InsufficientDeliveryPolicyException", ""),
    ("config:PutDeliveryChannel", "NoAvailableConfigurationRecorderException", ""),
    ("config:PutDeliveryChannel", "NoSuchBucketException", ""),
    ("config:StartConfigurationRecorder", "NoAvailableDeliveryChannelException", ""),
    ("events:DeleteRule", "ConcurrentModificationException", ""),
    ("events:PutRule", "ConcurrentModificationException", ""),
    ("events:PutTargets", "ConcurrentModificationException", ""),
    ("events:PutTargets", "ResourceNotFoundException", ""),
    ("events:RemoveTargets", "ConcurrentModificationException", ""),
    ("iam:AttachRolePolicy", "NoSuchEntity", ""),
    ("iam:CreateRole", "ConcurrentModification", ""),
    ("iam:DeleteRole", "ConcurrentModification", ""),
    // A policy that was taken off a moment ago still counts.
    ("iam:DeleteRole", "DeleteConflict", ""),
    ("iam:PutRolePolicy", "NoSuchEntity", ""),
    ("lambda:AddPermission", "ResourceConflictException", "in progress"),
    ("lambda:CreateFunction", "InvalidParameterValueException", "KMS"),
    ("lambda:CreateFunction", "InvalidParameterValueException", "role"),
    ("lambda:DeleteFunction", "ResourceConflictException", ""),
    ("lambda:UpdateFunctionCode", "ResourceConflictException", ""),
    ("lambda:UpdateFunctionConfiguration", "InvalidParameterValueException", "role"),
    ("lambda:UpdateFunctionConfiguration", "ResourceConflictException", ""),
    ("logs:CreateLogGroup", "OperationAbortedException", ""),
    ("logs:DeleteLogGroup", "OperationAbortedException", ""),
    ("logs:DeleteRetentionPolicy", "OperationAbortedException", ""),
    ("logs:PutRetentionPolicy", "OperationAbortedException", ""),
    ("rds:ModifyDBInstance", "InvalidDBInstanceState", ""),
    ("s3:CreateBucket", "OperationAborted", ""),
    ("s3:DeleteBucket", "OperationAborted", ""),
    ("s3:DeletePublicAccessBlock", "OperationAborted", ""),
    ("s3:PutBucketPolicy", "NoSuchBucket", ""),
    ("s3:PutBucketPolicy", "OperationAborted", ""),
    ("s3:PutBucketTagging", "NoSuchBucket", ""),
    ("s3:PutBucketTagging", "OperationAborted", ""),
    ("s3:PutPublicAccessBlock", "NoSuchBucket", ""),
    ("s3:PutPublicAccessBlock", "OperationAborted", ""),
    ("synthetics:CreateCanary", "ValidationException", "role"),
    ("synthetics:DeleteCanary", "ConflictException", ""),
    ("synthetics:StartCanary", "ConflictException", ""),
    ("synthetics:StopCanary", "ConflictException", ""),
    ("synthetics:UpdateCanary", "ConflictException", ""),
];

/// "It is so already": what should be made is there, what should go is gone. Also what a read says of
/// what does not exist. Operation, code and words, as in [`NOT_YET`], which goes first.
const SETTLED: &[(&str, &str, &str)] = &[
    ("application-autoscaling:DeleteScalingPolicy", "ObjectNotFoundException", ""),
    ("application-autoscaling:DeregisterScalableTarget", "ObjectNotFoundException", ""),
    ("budgets:CreateBudget", "DuplicateRecordException", ""),
    ("budgets:CreateNotification", "DuplicateRecordException", ""),
    ("budgets:DeleteBudget", "NotFoundException", ""),
    ("budgets:DeleteNotification", "NotFoundException", ""),
    ("budgets:DescribeBudget", "NotFoundException", ""),
    ("budgets:DescribeNotificationsForBudget", "NotFoundException", ""),
    ("budgets:DescribeSubscribersForNotification", "NotFoundException", ""),
    ("ce:DeleteAnomalyMonitor", "UnknownMonitorException", ""),
    ("ce:DeleteAnomalySubscription", "UnknownSubscriptionException", ""),
    ("chatbot:CreateSlackChannelConfiguration", "ConflictException", ""),
    ("chatbot:DeleteSlackChannelConfiguration", "ResourceNotFoundException", ""),
    ("cloudtrail:CreateTrail", "TrailAlreadyExistsException", ""),
    ("cloudtrail:DeleteTrail", "TrailNotFoundException", ""),
    ("cloudtrail:GetEventSelectors", "TrailNotFoundException", ""),
    ("cloudtrail:GetTrailStatus", "TrailNotFoundException", ""),
    ("cloudtrail:StopLogging", "TrailNotFoundException", ""),
    ("cloudwatch:DeleteAlarms", "ResourceNotFound", ""),
    ("config:DeleteConfigurationRecorder", "NoSuchConfigurationRecorderException", ""),
    ("config:DeleteDeliveryChannel", "NoSuchDeliveryChannelException", ""),
    ("config:StopConfigurationRecorder", "NoSuchConfigurationRecorderException", ""),
    ("events:DeleteRule", "ResourceNotFoundException", ""),
    ("events:DescribeRule", "ResourceNotFoundException", ""),
    ("events:ListTargetsByRule", "ResourceNotFoundException", ""),
    ("events:RemoveTargets", "ResourceNotFoundException", ""),
    ("guardduty:CreateDetector", "BadRequestException", "already exists"),
    ("guardduty:DeleteDetector", "BadRequestException", "not owned by the current account"),
    ("guardduty:GetDetector", "BadRequestException", "not owned by the current account"),
    ("iam:CreateRole", "EntityAlreadyExists", ""),
    ("iam:CreateServiceLinkedRole", "InvalidInput", "has been taken"),
    ("iam:DeleteRole", "NoSuchEntity", ""),
    ("iam:DeleteRolePolicy", "NoSuchEntity", ""),
    ("iam:DeleteServiceLinkedRole", "NoSuchEntity", ""),
    ("iam:DetachRolePolicy", "NoSuchEntity", ""),
    ("iam:GetRole", "NoSuchEntity", ""),
    ("iam:GetRolePolicy", "NoSuchEntity", ""),
    ("iam:ListAttachedRolePolicies", "NoSuchEntity", ""),
    ("iam:ListRolePolicies", "NoSuchEntity", ""),
    ("lambda:AddPermission", "ResourceConflictException", ""),
    ("lambda:CreateFunction", "ResourceConflictException", ""),
    ("lambda:DeleteFunction", "ResourceNotFoundException", ""),
    ("lambda:GetFunctionConfiguration", "ResourceNotFoundException", ""),
    ("lambda:GetPolicy", "ResourceNotFoundException", ""),
    ("lambda:RemovePermission", "ResourceNotFoundException", ""),
    ("logs:CreateLogGroup", "ResourceAlreadyExistsException", ""),
    ("logs:DeleteLogGroup", "ResourceNotFoundException", ""),
    ("rds:DescribeDBInstances", "DBInstanceNotFound", ""),
    ("s3:CreateBucket", "BucketAlreadyOwnedByYou", ""),
    ("s3:DeleteBucket", "NoSuchBucket", ""),
    ("s3:DeleteBucketPolicy", "NoSuchBucket", ""),
    ("s3:GetBucketPolicy", "NoSuchBucket", ""),
    ("s3:GetBucketPolicy", "NoSuchBucketPolicy", ""),
    ("s3:GetBucketTagging", "NoSuchTagSet", ""),
    ("s3:GetPublicAccessBlock", "NoSuchBucket", ""),
    ("s3:GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", ""),
    // What the SDK makes of a 404 without a body.
    ("s3:HeadBucket", "NotFound", ""),
    ("sns:CreateTopic", "InvalidParameter", "already exists with different"),
    ("sns:DeleteTopic", "NotFound", ""),
    ("sns:GetTopicAttributes", "NotFound", ""),
    ("sns:ListSubscriptionsByTopic", "NotFound", ""),
    ("sns:Unsubscribe", "NotFound", ""),
    ("synthetics:CreateCanary", "ValidationException", "already exists"),
    ("synthetics:DeleteCanary", "ResourceNotFoundException", ""),
    ("synthetics:GetCanary", "ResourceNotFoundException", ""),
    ("synthetics:StopCanary", "ResourceNotFoundException", ""),
];

/// The gate to one region of one account.
pub struct Gate<'a> {
    session: &'a Session,
    region: String,
    config: SdkConfig,
    /// None where nothing may be written.
    log: Option<&'a dyn CallLog>,
}

impl<'a> Gate<'a> {
    /// The gate to a region, or to `global`; without a log it only reads.
    pub fn new(session: &'a Session, region: &str, log: Option<&'a dyn CallLog>) -> Gate<'a> {
        let endpoint = if region == GLOBAL { session.global_endpoint_region() } else { region };
        let config = clients::at(&session.config, endpoint);
        Gate { session, region: region.to_owned(), config, log }
    }

    /// What SDK clients are made from.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Twelve-digit account number.
    pub fn account(&self) -> &str {
        &self.session.account
    }

    /// `aws`, `aws-cn`, ...
    pub fn partition(&self) -> &str {
        &self.session.partition
    }

    /// Region code, or `global`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The ARN of a resource of this account and region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let region = if self.region == GLOBAL { "" } else { &self.region };
        format!("arn:{}:{service}:{region}:{}:{resource}", self.partition(), self.account())
    }

    /// Asks; nothing when what is asked about does not exist.
    pub async fn read<O, E>(
        &self,
        op: &'static Op,
        request: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<Option<O>, Refused>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match ask(request).await {
            Ok(output) => Ok(Some(output)),
            Err(refusal) if is_settled(op, &refusal) => Ok(None),
            Err(refusal) => Err(refused(op, &refusal)),
        }
    }

    /// Reads all pages of a list; nothing when what it belongs to does not exist. `request` makes a call
    /// for a next token, `part` takes a page's items and its next token out of the answer.
    pub async fn pages<O, E, T, F>(
        &self,
        op: &'static Op,
        request: impl Fn(Option<String>) -> F,
        part: impl Fn(O) -> (Vec<T>, Option<String>),
    ) -> Result<Option<Vec<T>>, Refused>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        let (mut items, mut pager) = (Vec::new(), Pager::default());
        while !pager.is_at_end() {
            let Some(output) = self.read(op, request(pager.token())).await? else {
                return Ok(None);
            };
            let (page, next) = part(output);
            pager.turn(page.is_empty(), next).map_err(|refusal| refused(op, &refusal))?;
            items.extend(page);
        }
        Ok(Some(items))
    }

    /// Writes: says so before and after, and tries again what is not possible yet. Nothing when it is so
    /// already: what should be made is there, what should go is gone.
    pub async fn write<O, E, F>(
        &self,
        op: &'static Op,
        request: impl Fn() -> F,
    ) -> Result<Option<O>, Refused>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        let mut pauses = PAUSES.iter();
        loop {
            self.tell(op, |log| log.calling(op))?;
            let answer = ask(request()).await;
            let outcome = answer.as_ref().err().map_or("ok", |refusal| &refusal.message);
            self.tell(op, |log| log.called(op, outcome))?;
            let refusal = match answer {
                Ok(output) => return Ok(Some(output)),
                Err(refusal) if is_settled(op, &refusal) => return Ok(None),
                Err(refusal) => refusal,
            };
            match pauses.next() {
                Some(seconds) if is_not_yet(op, &refusal) => {
                    tokio::time::sleep(Duration::from_secs(*seconds)).await;
                }
                _ => return Err(refused(op, &refusal)),
            }
        }
    }

    fn tell(
        &self,
        op: &'static Op,
        say: impl FnOnce(&dyn CallLog) -> std::io::Result<()>,
    ) -> Result<(), Refused> {
        let silent = || std::io::Error::other("nothing may be written now");
        self.log.ok_or_else(silent).and_then(say).map_err(|error| Refused {
            api: op.api.to_owned(),
            kind: RefusedKind::Journal,
            message: format!("the journal cannot be written: {error}"),
        })
    }
}

/// An answer that came, and lacks what it must hold.
pub fn incomplete(op: &'static Op) -> Refused {
    let message = "the answer lacks a part that AWS always gives".to_owned();
    Refused { api: op.api.to_owned(), kind: RefusedKind::Other, message }
}

/// Something that no call could do.
pub fn impossible(op: &'static Op, message: impl Into<String>) -> Refused {
    Refused { api: op.api.to_owned(), kind: RefusedKind::Other, message: message.into() }
}

async fn ask<O, E>(
    request: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
) -> Result<O, Refusal>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match tokio::time::timeout(Duration::from_secs(CALL_SECONDS), request).await {
        Ok(result) => result.map_err(|error| Refusal::of(&error)),
        Err(_) => Err(Refusal::silence(CALL_SECONDS)),
    }
}

fn is_settled(op: &Op, refusal: &Refusal) -> bool {
    is_listed(SETTLED, op, refusal) && !is_not_yet(op, refusal)
}

fn is_not_yet(op: &Op, refusal: &Refusal) -> bool {
    is_listed(NOT_YET, op, refusal)
}

fn is_listed(table: &[(&str, &str, &str)], op: &Op, refusal: &Refusal) -> bool {
    let code = refusal.code.as_deref().unwrap_or_default();
    table.iter().any(|(api, known, words)| {
        *api == op.api && *known == code && refusal.message.contains(words)
    })
}

fn refused(op: &Op, refusal: &Refusal) -> Refused {
    let kind = match refusal.outcome {
        Outcome::Denied => RefusedKind::Denied,
        _ if refusal.exhausted => RefusedKind::Exhausted,
        _ => RefusedKind::Other,
    };
    let message = match kind {
        RefusedKind::Denied => {
            format!("{} (allow the IAM action {})", refusal.message, op.actions.join(", "))
        }
        _ => refusal.message.clone(),
    };
    Refused { api: op.api.to_owned(), kind, message }
}
