//! AWS CloudTrail: trails of this account, in their home regions.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types::{self as sdk, Tag};
use serde_json::{Map, Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::{self, fix};
use crate::model::types::cloudtrail::TrailProperties;

use super::{TAG, built, differs, flag, kind, only, properties, settle, state};
use crate::aws::cloudtrail::{properties as shape, selectors};
use crate::aws::gate::{Gate, impossible, incomplete};

/// A trail; its id is its name.
pub struct Trail;

/// What of a trail can be changed.
const SETTABLE: &[&str] = &[
    "S3BucketName",
    "IsMultiRegionTrail",
    "IncludeGlobalServiceEvents",
    "EnableLogFileValidation",
];

impl<'g> Handler<Gate<'g>> for Trail {
    fn kind(&self) -> &'static Kind {
        kind("AWS::CloudTrail::Trail")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let Some(trail) = find(cx, &client, id).await? else { return Ok(None) };
            let request = client.get_event_selectors().trail_name(id).send();
            let Some(out) = cx.read(&ops::GET_EVENT_SELECTORS, request).await? else {
                return Ok(None);
            };
            let selectors = selectors(out).ok_or_else(|| incomplete(&ops::GET_EVENT_SELECTORS))?;
            let request = client.get_trail_status().name(id).send();
            let Some(out) = cx.read(&ops::GET_TRAIL_STATUS, request).await? else {
                return Ok(None);
            };
            let is_logging = out.is_logging.ok_or_else(|| incomplete(&ops::GET_TRAIL_STATUS))?;
            Ok(Some(State {
                status: Map::from_iter([("IsLogging".to_owned(), Value::Bool(is_logging))]),
                ..state(&shape(id.to_owned(), trail, Some(selectors)))
            }))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_TRAIL;
            let wanted = typed(id, to)?;
            creatable(&wanted)?;
            let bucket = wanted.s3_bucket_name;
            let tag = built(op, Tag::builder().key(TAG.0).value(TAG.1).build())?;
            let client = Client::new(cx.config());
            let request = || {
                let request = client.create_trail().name(id).set_s3_bucket_name(bucket.clone());
                request
                    .is_multi_region_trail(wanted.is_multi_region_trail)
                    .include_global_service_events(wanted.include_global_service_events)
                    .enable_log_file_validation(wanted.enable_log_file_validation)
                    .tags_list(tag.clone())
                    .send()
            };
            match cx.write(op, request).await? {
                Some(_) => log(cx, &client, id, flag(to, "IsLogging") == Some(true)).await,
                None => settle(self, op, cx, id, to).await,
            }
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
            let op = &fix::UPDATE_TRAIL;
            let client = Client::new(cx.config());
            // A wish for nothing but logging has no properties.
            let is_whole = !to.properties.is_empty();
            if is_whole {
                only(op, from, to, SETTABLE)?;
            }
            if is_whole && SETTABLE.iter().any(|name| differs(from, to, name)) {
                let it = typed(id, to)?;
                let changed = |name, value: bool| differs(from, to, name).then_some(value);
                let bucket = it.s3_bucket_name.filter(|_| differs(from, to, "S3BucketName"));
                let (multi, global, validate) = (
                    changed("IsMultiRegionTrail", it.is_multi_region_trail),
                    changed("IncludeGlobalServiceEvents", it.include_global_service_events),
                    changed("EnableLogFileValidation", it.enable_log_file_validation),
                );
                let request = || {
                    let request = client.update_trail().name(id);
                    request
                        .set_s3_bucket_name(bucket.clone())
                        .set_is_multi_region_trail(multi)
                        .set_include_global_service_events(global)
                        .set_enable_log_file_validation(validate)
                        .send()
                };
                cx.write(op, request).await?;
            }
            match flag(to, "IsLogging") {
                Some(wanted) if flag(from, "IsLogging") == Some(wanted) => Ok(()),
                Some(true) => log(cx, &client, id, true).await,
                Some(false) => stop(cx, &client, id).await,
                None => Ok(()),
            }
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            stop(cx, &client, id).await?;
            cx.write(&fix::DELETE_TRAIL, || client.delete_trail().name(id).send()).await.map(drop)
        })
    }
}

/// The trail of this name whose home is this region.
async fn find(cx: &Gate<'_>, client: &Client, id: &str) -> Result<Option<sdk::Trail>, Refused> {
    let op = &ops::DESCRIBE_TRAILS;
    let request = client.describe_trails().trail_name_list(id).include_shadow_trails(false);
    let Some(out) = cx.read(op, request.send()).await? else { return Ok(None) };
    let trails = out.trail_list.ok_or_else(|| incomplete(op))?.into_iter();
    Ok(trails
        .filter(|it| it.home_region.as_deref() == Some(cx.region()))
        .find(|it| it.name.as_deref() == Some(id)))
}

fn typed(id: &str, state: &State) -> Result<TrailProperties, Refused> {
    // <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html>
    let defaults = json!({
        "TrailName": id,
        "IsMultiRegionTrail": false,
        "IsOrganizationTrail": false,
        "IncludeGlobalServiceEvents": true,
        "EnableLogFileValidation": false,
    });
    properties(&fix::CREATE_TRAIL, state, &defaults)
}

/// That a new trail is wanted with nothing that cannot be said here.
fn creatable(wanted: &TrailProperties) -> Result<(), Refused> {
    let is_plain = !wanted.is_organization_trail
        && wanted.kms_key_id.is_none()
        && wanted.cloud_watch_logs_log_group_arn.is_none();
    if is_plain {
        return Ok(());
    }
    Err(impossible(
        &fix::CREATE_TRAIL,
        "a trail with a key, a log group or of an organization cannot be made here",
    ))
}

async fn log(cx: &Gate<'_>, client: &Client, id: &str, is_wanted: bool) -> Result<(), Refused> {
    if !is_wanted {
        return Ok(());
    }
    cx.write(&fix::START_LOGGING, || client.start_logging().name(id).send()).await.map(drop)
}

async fn stop(cx: &Gate<'_>, client: &Client, id: &str) -> Result<(), Refused> {
    cx.write(&fix::STOP_LOGGING, || client.stop_logging().name(id).send()).await.map(drop)
}
