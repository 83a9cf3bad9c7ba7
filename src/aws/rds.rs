//! Amazon RDS: database instances; Neptune's and DocumentDB's come by the same call.

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbInstance, Tag};
use futures::future::{FutureExt, LocalBoxFuture};

use crate::model::types::rds::{DBInstance, DBInstanceProperties, DBInstanceStatus};
use crate::model::{Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::shape::{resource, time};

/// Collects database instances.
pub struct Rds;

static STEPS: [Step; 1] = [Step { op: &ops::DESCRIBE_DB_INSTANCES, after: &[] }];

impl Collect for Rds {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let instances = cx.pages(
                &ops::DESCRIBE_DB_INSTANCES,
                &[],
                |token| client.describe_db_instances().max_records(100).set_marker(token).send(),
                |out| {
                    let instances = out.db_instances?.into_iter().map(|it| instance(cx, it));
                    Some((instances.collect::<Option<_>>()?, out.marker))
                },
            );
            cx.keep(instances.await.known().unwrap_or_default());
        }
        .boxed_local()
    }
}

fn instance(cx: &Cx<'_>, mut it: DbInstance) -> Option<Resource> {
    let (arn, tags) = (it.db_instance_arn.take(), it.tag_list.take());
    let (properties, status) = shapes(it)?;
    let id = properties.db_instance_identifier.clone();
    let arn = arn.unwrap_or_else(|| cx.arn("rds", &format!("db:{id}")));
    let tags = tags.unwrap_or_default().into_iter().filter_map(tag).collect();
    Some(Resource { tags, ..resource::<DBInstance>(cx, id, arn, Some(properties), Some(status)) })
}

/// What is kept of an instance; none when a required part is missing.
pub(super) fn shapes(it: DbInstance) -> Option<(DBInstanceProperties, DBInstanceStatus)> {
    let properties = DBInstanceProperties {
        db_instance_identifier: it.db_instance_identifier?,
        engine: it.engine?,
        engine_version: it.engine_version,
        db_instance_class: it.db_instance_class,
        allocated_storage: it.allocated_storage.map(i64::from),
        max_allocated_storage: it.max_allocated_storage.map(i64::from),
        storage_type: it.storage_type,
        db_cluster_identifier: it.db_cluster_identifier,
        multi_az: it.multi_az,
    };
    let status = DBInstanceStatus {
        db_instance_status: it.db_instance_status,
        instance_create_time: time(it.instance_create_time),
    };
    Some((properties, status))
}

fn tag(tag: Tag) -> Option<(String, String)> {
    Some((tag.key?, tag.value.unwrap_or_default()))
}
