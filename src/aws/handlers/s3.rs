//! Amazon S3: buckets for logs, and their policies.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::types::{self as sdk, BucketLocationConstraint, CreateBucketConfiguration};
use serde_json::json;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::fix;
use crate::model::types::s3::{
    BucketPolicyProperties, BucketProperties, PublicAccessBlockConfiguration,
};

use super::{TAG, built, differs, document, kind, only, properties, settle, state};
use crate::aws::gate::{Gate, impossible, incomplete};

/// The region whose name must not be said when a bucket is made:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html>.
const UNSAID_REGION: &str = "us-east-1";

/// Elsewhere than at AWS, buckets have no host names of their own.
fn client(cx: &Gate<'_>) -> Client {
    let is_elsewhere = cx.config().endpoint_url().is_some();
    Client::from_conf(Builder::from(cx.config()).force_path_style(is_elsewhere).build())
}

/// A bucket; its id is its name.
pub struct Bucket;

impl<'g> Handler<Gate<'g>> for Bucket {
    fn kind(&self) -> &'static Kind {
        kind("AWS::S3::Bucket")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            if !is_there(cx, id).await? {
                return Ok(None);
            }
            let request = client(cx).get_public_access_block().bucket(id);
            let request = request.expected_bucket_owner(cx.account()).send();
            let shut = cx.read(&fix::GET_PUBLIC_ACCESS_BLOCK, request).await?;
            let shut = shut.and_then(|out| out.public_access_block_configuration);
            Ok(Some(state(&BucketProperties {
                bucket_name: id.to_owned(),
                public_access_block_configuration: shut.map(|it| PublicAccessBlockConfiguration {
                    block_public_acls: it.block_public_acls.unwrap_or_default(),
                    block_public_policy: it.block_public_policy.unwrap_or_default(),
                    ignore_public_acls: it.ignore_public_acls.unwrap_or_default(),
                    restrict_public_buckets: it.restrict_public_buckets.unwrap_or_default(),
                }),
            })))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            // Asked first: in us-east-1, to make one's own bucket again is no error. One without any tags is
            // one whose making was cut off; those of others are not ours to replace.
            if is_there(cx, id).await? {
                let request = client(cx).get_bucket_tagging().bucket(id);
                let request = request.expected_bucket_owner(cx.account()).send();
                if cx.read(&fix::GET_BUCKET_TAGGING, request).await?.is_none() {
                    tag(cx, id).await?;
                }
                return settle(self, &fix::CREATE_BUCKET, cx, id, to).await;
            }
            make(cx, id).await?;
            let new =
                BucketProperties { bucket_name: id.to_owned(), ..BucketProperties::default() };
            self.update(cx, id, &state(&new), to).await
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let (op, what) = (&fix::PUT_PUBLIC_ACCESS_BLOCK, "PublicAccessBlockConfiguration");
            only(op, from, to, &["BucketName", what])?;
            if !differs(from, to, what) {
                return Ok(());
            }
            let off = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls"];
            let mut unsaid = json!({"BucketName": id, what: {"RestrictPublicBuckets": false}});
            off.iter().for_each(|name| unsaid[what][*name] = false.into());
            let to: BucketProperties = properties(op, to, &unsaid)?;
            shut(cx, id, to.public_access_block_configuration).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = client(cx);
            let request =
                || client.delete_bucket().bucket(id).expected_bucket_owner(cx.account()).send();
            cx.write(&fix::DELETE_BUCKET, request).await.map(drop)
        })
    }
}

/// What a HEAD tells of a bucket.
enum Head {
    Ours,
    /// Another account's, or we may not ask: the answer has no body, so no more is known.
    Shut,
    /// In another region.
    Elsewhere,
}

/// Whether there is such a bucket, and ours.
async fn is_there(cx: &Gate<'_>, id: &str) -> Result<bool, Refused> {
    let op = &fix::HEAD_BUCKET;
    let request = client(cx).head_bucket().bucket(id).expected_bucket_owner(cx.account()).send();
    let look = async {
        match request.await {
            Err(SdkError::ServiceError(error)) => match error.raw().status().as_u16() {
                403 => Ok(Head::Shut),
                301 => Ok(Head::Elsewhere),
                _ => Err(SdkError::ServiceError(error)),
            },
            other => other.map(|out| match out.bucket_region {
                Some(region) if region != cx.region() => Head::Elsewhere,
                _ => Head::Ours,
            }),
        }
    };
    match cx.read(op, look).await? {
        None => Ok(false),
        Some(Head::Ours) => Ok(true),
        Some(Head::Shut) => Err(impossible(
            op,
            format!(
                "the bucket name {id} is taken by another account, or s3:ListBucket on it is not \
                 allowed"
            ),
        )),
        Some(Head::Elsewhere) => Err(impossible(
            op,
            format!("the bucket {id} is in another region than {}", cx.region()),
        )),
    }
}

async fn make(cx: &Gate<'_>, id: &str) -> Result<(), Refused> {
    let client = client(cx);
    let place = (cx.region() != UNSAID_REGION).then(|| {
        let region = BucketLocationConstraint::from(cx.region());
        CreateBucketConfiguration::builder().location_constraint(region).build()
    });
    let request =
        || client.create_bucket().bucket(id).set_create_bucket_configuration(place.clone()).send();
    match cx.write(&fix::CREATE_BUCKET, request).await? {
        Some(_) => tag(cx, id).await,
        None => Ok(()),
    }
}

async fn tag(cx: &Gate<'_>, id: &str) -> Result<(), Refused> {
    let client = client(cx);
    let op = &fix::PUT_BUCKET_TAGGING;
    let tag = built(op, sdk::Tag::builder().key(TAG.0).value(TAG.1).build())?;
    let tags = built(op, sdk::Tagging::builder().tag_set(tag).build())?;
    let request = || {
        let request = client.put_bucket_tagging().bucket(id).tagging(tags.clone());
        request.expected_bucket_owner(cx.account()).send()
    };
    cx.write(op, request).await.map(drop)
}

/// Shuts the bucket to the public, or takes back that it is shut.
async fn shut(
    cx: &Gate<'_>,
    id: &str,
    to: Option<PublicAccessBlockConfiguration>,
) -> Result<(), Refused> {
    let client = client(cx);
    let Some(to) = to else {
        let request = || {
            let request = client.delete_public_access_block().bucket(id);
            request.expected_bucket_owner(cx.account()).send()
        };
        return cx.write(&fix::DELETE_PUBLIC_ACCESS_BLOCK, request).await.map(drop);
    };
    let shut = sdk::PublicAccessBlockConfiguration::builder()
        .block_public_acls(to.block_public_acls)
        .block_public_policy(to.block_public_policy)
        .ignore_public_acls(to.ignore_public_acls)
        .restrict_public_buckets(to.restrict_public_buckets)
        .build();
    let request = || {
        let request = client.put_public_access_block().bucket(id);
        let request = request.public_access_block_configuration(shut.clone());
        request.expected_bucket_owner(cx.account()).send()
    };
    cx.write(&fix::PUT_PUBLIC_ACCESS_BLOCK, request).await.map(drop)
}

/// Who may use a bucket; its id is the bucket's.
pub struct BucketPolicy;

impl<'g> Handler<Gate<'g>> for BucketPolicy {
    fn kind(&self) -> &'static Kind {
        kind("AWS::S3::BucketPolicy")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let op = &fix::GET_BUCKET_POLICY;
            let request = client(cx).get_bucket_policy().bucket(id);
            let request = request.expected_bucket_owner(cx.account()).send();
            let Some(out) = cx.read(op, request).await? else { return Ok(None) };
            let policy = out.policy.ok_or_else(|| incomplete(op))?;
            Ok(Some(state(&BucketPolicyProperties {
                bucket: id.to_owned(),
                policy_document: document(op, &policy)?,
            })))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::PUT_BUCKET_POLICY;
            let to: BucketPolicyProperties = properties(op, to, &json!({"Bucket": id}))?;
            let client = client(cx);
            let request = || {
                let request = client.put_bucket_policy().bucket(id);
                let request = request.policy(to.policy_document.to_string());
                request.expected_bucket_owner(cx.account()).send()
            };
            cx.write(op, request).await.map(drop)
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        _from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        self.create(cx, id, to)
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = client(cx);
            let request = || {
                let request = client.delete_bucket_policy().bucket(id);
                request.expected_bucket_owner(cx.account()).send()
            };
            cx.write(&fix::DELETE_BUCKET_POLICY, request).await.map(drop)
        })
    }
}
