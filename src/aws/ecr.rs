//! Amazon ECR: repositories with their newest images, the registry's scanning rules, and what scanning comes to.

use std::collections::{HashMap, HashSet};

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types as sdk;
use futures::future::{FutureExt, LocalBoxFuture, join};

use crate::model::ops;
use crate::model::types::Nothing;
use crate::model::types::ecr::{
    ImageScanningConfiguration, RegistryScanningConfiguration, RegistryScanningProperties,
    Repository, RepositoryFilter, RepositoryProperties, RepositoryScanningConfiguration,
    RepositoryStatus, ScanningFilter, ScanningRule,
};

use super::cx::{Collect, Cx, Step};
use super::ecr_images;
use super::shape::{resource, unread};

/// Repositories a call of `BatchGetRepositoryScanningConfiguration` takes.
const BATCH: usize = 25;

/// Collects repositories and the registry's scanning rules.
pub struct Ecr;

static STEPS: [Step; 5] = [
    Step { op: &ops::DESCRIBE_REPOSITORIES, after: &[] },
    Step { op: &ops::GET_REGISTRY_SCANNING_CONFIGURATION, after: &[] },
    Step {
        op: &ops::BATCH_GET_REPOSITORY_SCANNING_CONFIGURATION,
        after: &[&ops::DESCRIBE_REPOSITORIES],
    },
    Step { op: &ops::DESCRIBE_IMAGES, after: &[&ops::DESCRIBE_REPOSITORIES] },
    Step { op: &ops::DESCRIBE_IMAGE_SCAN_FINDINGS, after: &[&ops::DESCRIBE_IMAGES] },
];

impl Collect for Ecr {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            join(registry(cx, &client), repositories(cx, &client)).await;
        }
        .boxed_local()
    }
}

async fn registry(cx: &Cx<'_>, client: &Client) {
    let request = client.get_registry_scanning_configuration().send();
    let read = cx.call(&ops::GET_REGISTRY_SCANNING_CONFIGURATION, &[], request, |out| {
        out.scanning_configuration.map(registry_properties)
    });
    let properties = read.await.known();
    let id = cx.account().to_owned();
    let registry =
        |it| resource::<RegistryScanningConfiguration>(cx, id, "", Some(it), Some(Nothing {}));
    cx.keep(properties.map(registry));
}

/// What is kept of the registry's scanning rules.
pub(super) fn registry_properties(
    it: sdk::RegistryScanningConfiguration,
) -> RegistryScanningProperties {
    RegistryScanningProperties {
        scan_type: it.scan_type.map(|ty| ty.as_str().to_owned()),
        rules: it.rules.unwrap_or_default().into_iter().map(rule).collect(),
    }
}

fn rule(it: sdk::RegistryScanningRule) -> ScanningRule {
    let filter = |it: sdk::ScanningRepositoryFilter| RepositoryFilter {
        filter: it.filter,
        filter_type: Some(it.filter_type.as_str().to_owned()),
    };
    ScanningRule {
        scan_frequency: it.scan_frequency.as_str().to_owned(),
        repository_filters: it.repository_filters.into_iter().map(filter).collect(),
    }
}

async fn repositories(cx: &Cx<'_>, client: &Client) {
    let repositories = cx.page_by_page(
        &ops::DESCRIBE_REPOSITORIES,
        &[],
        |token| client.describe_repositories().max_results(1000).set_next_token(token).send(),
        |out| {
            let repositories = out.repositories?.into_iter().map(repository);
            Some((repositories.collect::<Option<Vec<_>>>()?, out.next_token))
        },
        |found| with_scanning(cx, client, found),
    );
    repositories.await;
}

/// Keeps repositories with what their scanning comes to.
async fn with_scanning(cx: &Cx<'_>, client: &Client, found: Vec<(String, RepositoryProperties)>) {
    let names: Vec<String> = found.iter().map(|(_, it)| it.repository_name.clone()).collect();
    let batches = names.chunks(BATCH).map(<[String]>::to_vec).collect();
    let (scans, images) = join(
        cx.each(batches, |names| scanning(cx, client, names)),
        cx.each(names.clone(), |name| async move {
            let images = ecr_images::images(cx, client, &name).await;
            (name, images)
        }),
    )
    .await;
    let mut images: HashMap<String, _> = images.into_iter().collect();
    let mut gone = HashSet::new();
    let mut scanning = HashMap::new();
    for batch in scans {
        gone.extend(batch.gone);
        scanning.extend(batch.configurations);
    }
    let present = found.into_iter().filter(|(_, it)| !gone.contains(&it.repository_name));
    cx.keep(present.map(|(arn, it)| {
        let images = images.remove(&it.repository_name).flatten();
        let is_known = images.is_some();
        let status = RepositoryStatus {
            scanning_configuration: scanning.remove(&it.repository_name),
            images: images.unwrap_or_default(),
        };
        let id = it.repository_name.clone();
        let kept = resource::<Repository>(cx, id, arn, Some(it), Some(status));
        if is_known { kept } else { unread(kept, "Images") }
    }));
}

fn repository(it: sdk::Repository) -> Option<(String, RepositoryProperties)> {
    let scanning = it.image_scanning_configuration;
    let properties = RepositoryProperties {
        repository_name: it.repository_name?,
        image_scanning_configuration: scanning
            .map(|it| ImageScanningConfiguration { scan_on_push: it.scan_on_push }),
        image_tag_mutability: it.image_tag_mutability.map(|it| it.as_str().to_owned()),
    };
    Some((it.repository_arn?, properties))
}

/// What a batch of repositories' scanning comes to.
#[derive(Default)]
struct Scans {
    configurations: HashMap<String, RepositoryScanningConfiguration>,
    /// Repositories deleted since they were listed.
    gone: Vec<String>,
}

async fn scanning(cx: &Cx<'_>, client: &Client, names: Vec<String>) -> Scans {
    let op = &ops::BATCH_GET_REPOSITORY_SCANNING_CONFIGURATION;
    let about: Vec<&str> = names.iter().map(String::as_str).collect();
    let request = client
        .batch_get_repository_scanning_configuration()
        .set_repository_names(Some(names.clone()))
        .send();
    let read = cx.call(op, &about, request, |out| {
        let configurations = out.scanning_configurations?.into_iter();
        let named = configurations.map(|it| Some((it.repository_name.clone()?, configuration(it))));
        Some((named.collect::<Option<HashMap<_, _>>>()?, out.failures.unwrap_or_default()))
    });
    let Some((configurations, failures)) = read.await.known() else { return Scans::default() };
    let mut scans = Scans { configurations, gone: Vec::new() };
    let mut told: HashSet<String> = scans.configurations.keys().cloned().collect();
    for failure in failures {
        let name = failure.repository_name.unwrap_or_default();
        told.insert(name.clone());
        match failure.failure_code {
            Some(sdk::ScanningConfigurationFailureCode::RepositoryNotFound) => {
                scans.gone.push(name)
            }
            code => cx.fail(
                op,
                &[&name],
                format!("failure: {}", code.as_ref().map_or("no code", |c| c.as_str())),
            ),
        }
    }
    for name in names.iter().filter(|name| !told.contains(*name)) {
        cx.fail(op, &[name], "the answer does not mention it");
    }
    scans
}

fn configuration(it: sdk::RepositoryScanningConfiguration) -> RepositoryScanningConfiguration {
    let filter = |it: sdk::ScanningRepositoryFilter| ScanningFilter {
        filter: it.filter,
        filter_type: Some(it.filter_type.as_str().to_owned()),
    };
    RepositoryScanningConfiguration {
        scan_on_push: it.scan_on_push,
        scan_frequency: it.scan_frequency.map(|it| it.as_str().to_owned()),
        applied_scan_filters: it
            .applied_scan_filters
            .unwrap_or_default()
            .into_iter()
            .map(filter)
            .collect(),
    }
}
