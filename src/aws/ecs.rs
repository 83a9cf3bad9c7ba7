//! Amazon ECS: clusters, their services and what these run.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self as sdk, ClusterField, ServiceField};
use futures::future::{FutureExt, LocalBoxFuture, join3};
use serde_json::Value;

use crate::model::types::ecs::{
    CapacityProviderStrategyItem, Cluster, ClusterProperties, ClusterSetting, ClusterStatus,
    Deployment, DeploymentController, RunningImage, Service, ServiceProperties, ServiceStatus,
};
use crate::model::{Op, Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::shape::{last_part, map, resource, time, unread, words};
use super::task_definitions::Known;
use super::tasks;

/// Clusters a call of `DescribeClusters` takes.
const CLUSTER_BATCH: usize = 100;

/// Services a call of `DescribeServices` takes.
const SERVICE_BATCH: usize = 10;

/// Collects clusters and services.
pub struct Ecs;

static STEPS: [Step; 8] = [
    Step { op: &ops::LIST_CLUSTERS, after: &[] },
    Step { op: &ops::DESCRIBE_CLUSTERS, after: &[&ops::LIST_CLUSTERS] },
    Step { op: &ops::LIST_TASKS, after: &[&ops::LIST_CLUSTERS] },
    Step { op: &ops::DESCRIBE_TASKS, after: &[&ops::LIST_TASKS] },
    Step { op: &ops::LIST_SERVICES, after: &[&ops::LIST_CLUSTERS] },
    Step { op: &ops::DESCRIBE_SERVICES, after: &[&ops::LIST_SERVICES] },
    Step { op: &ops::DESCRIBE_TASK_DEFINITION, after: &[&ops::DESCRIBE_SERVICES] },
    Step { op: &ops::DESCRIBE_LOG_GROUPS, after: &[&ops::DESCRIBE_TASK_DEFINITION] },
];

impl Collect for Ecs {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let known = Known::default();
            let running = Mutex::default();
            let clusters = cx.page_by_page(
                &ops::LIST_CLUSTERS,
                &[],
                |token| client.list_clusters().max_results(100).set_next_token(token).send(),
                |out| Some((out.cluster_arns?, out.next_token)),
                |arns| read(cx, &client, (&known, &running), arns),
            );
            clusters.await;
            cx.tell_running(running.into_inner().unwrap_or_else(PoisonError::into_inner));
        }
        .boxed_local()
    }
}

/// Reads clusters with what they run, and their services.
async fn read(
    cx: &Cx<'_>,
    client: &Client,
    (known, running): (&Known, &Mutex<HashSet<String>>),
    arns: Vec<String>,
) {
    let batches = arns.chunks(CLUSTER_BATCH).map(<[String]>::to_vec).collect();
    let (clusters, images, _) = join3(
        cx.each(batches, |arns| describe_clusters(cx, client, arns)),
        cx.each(arns.clone(), |arn| async move {
            let images = tasks::images(cx, client, &arn).await;
            (arn, images)
        }),
        cx.each(arns, |arn| services(cx, client, known, arn)),
    )
    .await;
    let mut images: HashMap<String, _> = images.into_iter().collect();
    let found = images.values().flatten().flatten();
    let digests = found.filter_map(|image: &RunningImage| image.image_digest.clone());
    running.lock().unwrap_or_else(PoisonError::into_inner).extend(digests);
    cx.keep(clusters.into_iter().flatten().map(|mut cluster| {
        let Some(images) = images.remove(&cluster.arn).flatten() else {
            return unread(cluster, "images");
        };
        let images = images.iter().map(|image| Value::Object(map(image))).collect();
        cluster.status.insert("images".to_owned(), Value::Array(images));
        cluster
    }));
}

async fn describe_clusters(cx: &Cx<'_>, client: &Client, arns: Vec<String>) -> Vec<Resource> {
    let op = &ops::DESCRIBE_CLUSTERS;
    let ids: Vec<&str> = arns.iter().map(|arn| last_part(arn)).collect();
    let request = client
        .describe_clusters()
        .set_clusters(Some(arns.clone()))
        .include(ClusterField::Tags)
        .include(ClusterField::Settings)
        .send();
    let read = cx.call(op, &ids, request, |out| {
        let clusters =
            out.clusters?.into_iter().map(|it| cluster(cx, it)).collect::<Option<Vec<_>>>()?;
        Some((clusters, out.failures.unwrap_or_default()))
    });
    let Some((clusters, failures)) = read.await.known() else { return Vec::new() };
    check(cx, op, &arns, &clusters, failures, |arn| last_part(arn).to_owned());
    clusters
}

/// Records every asked one that the answer neither holds nor calls `MISSING`, which means deleted
/// since it was listed.
fn check(
    cx: &Cx<'_>,
    op: &'static Op,
    asked: &[String],
    got: &[Resource],
    failures: Vec<sdk::Failure>,
    id: impl Fn(&str) -> String,
) {
    let mut told: HashSet<String> = got.iter().map(|it| it.arn.clone()).collect();
    for failure in failures {
        let arn = failure.arn.unwrap_or_default();
        let reason = failure.reason.as_deref().unwrap_or("no reason");
        if reason != "MISSING" {
            let detail = failure.detail.as_deref().unwrap_or_default();
            cx.fail(op, &[&id(&arn)], format!("failure: {reason} {detail}").trim_end());
        }
        told.insert(arn);
    }
    for arn in asked.iter().filter(|arn| !told.contains(*arn)) {
        cx.fail(op, &[&id(arn)], "the answer does not mention it");
    }
}

fn cluster(cx: &Cx<'_>, it: sdk::Cluster) -> Option<Resource> {
    let name = it.cluster_name?;
    let properties = ClusterProperties {
        cluster_name: name.clone(),
        capacity_providers: it.capacity_providers.unwrap_or_default(),
        default_capacity_provider_strategy: strategy(it.default_capacity_provider_strategy),
        cluster_settings: it.settings.unwrap_or_default().into_iter().filter_map(setting).collect(),
    };
    let status = ClusterStatus {
        status: it.status,
        registered_container_instances_count: it.registered_container_instances_count.into(),
        running_tasks_count: it.running_tasks_count.into(),
        active_services_count: it.active_services_count.into(),
        images: Vec::new(),
    };
    let cluster = resource::<Cluster>(cx, name, it.cluster_arn?, Some(properties), Some(status));
    Some(Resource { tags: tags(it.tags), ..cluster })
}

fn setting(it: sdk::ClusterSetting) -> Option<ClusterSetting> {
    Some(ClusterSetting { name: it.name?.as_str().to_owned(), value: it.value })
}

async fn services(cx: &Cx<'_>, client: &Client, known: &Known, cluster: String) {
    let about = [last_part(&cluster)];
    let services = cx.page_by_page(
        &ops::LIST_SERVICES,
        &about,
        |token| {
            client.list_services().cluster(&cluster).max_results(100).set_next_token(token).send()
        },
        |out| Some((out.service_arns?, out.next_token)),
        |arns| {
            let batches = arns.chunks(SERVICE_BATCH).map(<[String]>::to_vec).collect();
            cx.each(batches, |arns| describe_services(cx, client, known, (&cluster, arns)))
                .map(|_| ())
        },
    );
    services.await;
}

async fn describe_services(
    cx: &Cx<'_>,
    client: &Client,
    known: &Known,
    (cluster, arns): (&str, Vec<String>),
) {
    let op = &ops::DESCRIBE_SERVICES;
    let id = |arn: &str| format!("{}/{}", last_part(cluster), last_part(arn));
    let ids: Vec<String> = arns.iter().map(|arn| id(arn)).collect();
    let about: Vec<&str> = ids.iter().map(String::as_str).collect();
    let request = client.describe_services().cluster(cluster).set_services(Some(arns.clone()));
    let read = cx.call(op, &about, request.include(ServiceField::Tags).send(), |out| {
        let services = out.services?.into_iter().map(|it| service(cx, last_part(cluster), it));
        Some((services.collect::<Option<Vec<_>>>()?, out.failures.unwrap_or_default()))
    });
    if let Some((services, failures)) = read.await.known() {
        let (services, definitions): (Vec<Resource>, Vec<_>) = services.into_iter().unzip();
        check(cx, op, &arns, &services, failures, id);
        cx.keep(services);
        let definitions = definitions.into_iter().flatten().collect();
        cx.each(definitions, |arn| known.keep(cx, client, arn)).await;
    }
}

/// A service, and the task definition that it uses.
fn service(cx: &Cx<'_>, cluster: &str, it: sdk::Service) -> Option<(Resource, Option<String>)> {
    let name = it.service_name?;
    let definition = it.task_definition.clone().filter(|arn| !arn.is_empty());
    let properties = ServiceProperties {
        service_name: name.clone(),
        cluster: cluster.to_owned(),
        launch_type: it.launch_type.map(|ty| ty.as_str().to_owned()),
        capacity_provider_strategy: strategy(it.capacity_provider_strategy),
        desired_count: Some(it.desired_count.into()),
        task_definition: it.task_definition,
        scheduling_strategy: it.scheduling_strategy.map(|it| it.as_str().to_owned()),
        deployment_controller: it
            .deployment_controller
            .map(|it| DeploymentController { r#type: it.r#type.as_str().to_owned() }),
    };
    let status = ServiceStatus {
        status: it.status,
        running_count: it.running_count.into(),
        pending_count: it.pending_count.into(),
        created_at: time(it.created_at),
        deployments: it.deployments.unwrap_or_default().into_iter().map(deployment).collect(),
    };
    let id = format!("{cluster}/{name}");
    let service = resource::<Service>(cx, id, it.service_arn?, Some(properties), Some(status));
    Some((Resource { name, tags: tags(it.tags), ..service }, definition))
}

fn deployment(it: sdk::Deployment) -> Deployment {
    Deployment {
        status: it.status,
        rollout_state: it.rollout_state.map(|it| it.as_str().to_owned()),
        rollout_state_reason: words(it.rollout_state_reason),
        desired_count: Some(it.desired_count.into()),
        running_count: Some(it.running_count.into()),
        failed_tasks: Some(it.failed_tasks.into()),
        created_at: time(it.created_at),
        updated_at: time(it.updated_at),
    }
}

fn strategy(
    list: Option<Vec<sdk::CapacityProviderStrategyItem>>,
) -> Vec<CapacityProviderStrategyItem> {
    let item = |it: sdk::CapacityProviderStrategyItem| CapacityProviderStrategyItem {
        capacity_provider: it.capacity_provider,
        weight: Some(it.weight.into()),
        base: Some(it.base.into()),
    };
    list.unwrap_or_default().into_iter().map(item).collect()
}

fn tags(list: Option<Vec<sdk::Tag>>) -> BTreeMap<String, String> {
    let tag = |it: sdk::Tag| Some((it.key?, it.value.unwrap_or_default()));
    list.unwrap_or_default().into_iter().filter_map(tag).collect()
}
