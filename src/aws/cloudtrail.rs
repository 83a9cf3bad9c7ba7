//! AWS CloudTrail: trails in their home regions, organizations' among them.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types as sdk;
use futures::future::{FutureExt, LocalBoxFuture, join};

use crate::model::types::cloudtrail::{
    AdvancedEventSelector, EventSelector, FieldSelector, Trail, TrailProperties, TrailStatus,
};
use crate::model::{Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::shape::{resource, time};

/// Collects trails.
pub struct CloudTrail;

static STEPS: [Step; 3] = [
    Step { op: &ops::DESCRIBE_TRAILS, after: &[] },
    Step { op: &ops::GET_TRAIL_STATUS, after: &[&ops::DESCRIBE_TRAILS] },
    Step { op: &ops::GET_EVENT_SELECTORS, after: &[&ops::DESCRIBE_TRAILS] },
];

impl Collect for CloudTrail {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let request =
                Client::new(cx.config()).describe_trails().include_shadow_trails(true).send();
            let trails = cx.call(&ops::DESCRIBE_TRAILS, &[], request, |out| {
                out.trail_list?.into_iter().map(Found::of).collect::<Option<Vec<_>>>()
            });
            let trails = trails.await.known().unwrap_or_default().into_iter();
            // A shadow whose home is collected too is left to its home region.
            let ours =
                trails.filter(|trail| trail.home == cx.region() || !cx.collects(&trail.home));
            cx.keep(cx.each(ours.collect(), |trail| read(cx, trail)).await);
        }
        .boxed_local()
    }
}

/// A trail with what always identifies it.
struct Found {
    name: String,
    arn: String,
    home: String,
    trail: sdk::Trail,
}

impl Found {
    fn of(trail: sdk::Trail) -> Option<Found> {
        let (name, arn) = (trail.name.clone()?, trail.trail_arn.clone()?);
        Some(Found { name, arn, home: trail.home_region.clone()?, trail })
    }
}

/// Reads the rest of a trail in its home region, where its status is kept and its gaps belong.
async fn read(asking: &Cx<'_>, found: Found) -> Resource {
    let home = asking.at(&found.home);
    let client = Client::new(home.config());
    let is_own = found.arn.split(':').nth(4) == Some(home.account());
    let id = if is_own { &found.name } else { &found.arn };
    let (status, selectors) = join(
        home.call(
            &ops::GET_TRAIL_STATUS,
            &[id],
            client.get_trail_status().name(&found.arn).send(),
            |out| {
                Some(TrailStatus {
                    is_logging: out.is_logging?,
                    latest_delivery_error: out
                        .latest_delivery_error
                        .filter(|error| !error.is_empty()),
                    latest_delivery_time: time(out.latest_delivery_time),
                })
            },
        ),
        home.call(
            &ops::GET_EVENT_SELECTORS,
            &[id],
            client.get_event_selectors().trail_name(&found.arn).send(),
            selectors,
        ),
    )
    .await;
    let properties = properties(found.name.clone(), found.trail, selectors.known());
    let trail = resource::<Trail>(&home, id, &found.arn, Some(properties), status.known());
    Resource { name: found.name, ..trail }
}

/// What is kept of a trail.
pub(super) fn properties(
    name: String,
    it: sdk::Trail,
    selectors: Option<Selectors>,
) -> TrailProperties {
    let (event_selectors, advanced_event_selectors) = selectors.unwrap_or_default();
    TrailProperties {
        trail_name: name,
        s3_bucket_name: it.s3_bucket_name,
        is_multi_region_trail: it.is_multi_region_trail.unwrap_or_default(),
        is_organization_trail: it.is_organization_trail.unwrap_or_default(),
        include_global_service_events: it.include_global_service_events.unwrap_or_default(),
        enable_log_file_validation: it.log_file_validation_enabled.unwrap_or_default(),
        cloud_watch_logs_log_group_arn: it.cloud_watch_logs_log_group_arn,
        kms_key_id: it.kms_key_id,
        event_selectors,
        advanced_event_selectors,
    }
}

/// Basic and advanced selectors.
pub(super) type Selectors = (Option<Vec<EventSelector>>, Option<Vec<AdvancedEventSelector>>);

/// Basic and advanced selectors; a trail has one kind or the other, and the unused one is absent.
pub(super) fn selectors(out: GetEventSelectorsOutput) -> Option<Selectors> {
    if out.event_selectors.is_none() && out.advanced_event_selectors.is_none() {
        return None;
    }
    let basic = |it: sdk::EventSelector| EventSelector {
        read_write_type: it.read_write_type.map(|ty| ty.as_str().to_owned()),
        include_management_events: it.include_management_events,
        exclude_management_event_sources: it.exclude_management_event_sources,
    };
    let field = |it: sdk::AdvancedFieldSelector| FieldSelector {
        field: it.field,
        equals: it.equals,
        not_equals: it.not_equals,
        starts_with: it.starts_with,
        not_starts_with: it.not_starts_with,
        ends_with: it.ends_with,
        not_ends_with: it.not_ends_with,
    };
    let advanced = |it: sdk::AdvancedEventSelector| AdvancedEventSelector {
        name: it.name,
        field_selectors: it.field_selectors.into_iter().map(field).collect(),
    };
    Some((
        non_empty(out.event_selectors).map(|list| list.into_iter().map(basic).collect()),
        non_empty(out.advanced_event_selectors)
            .map(|list| list.into_iter().map(advanced).collect()),
    ))
}

fn non_empty<T>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    list.filter(|list| !list.is_empty())
}
