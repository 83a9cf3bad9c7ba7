//! Amazon CloudWatch Synthetics: canaries, their last runs and what they probe.

use std::collections::HashMap;

use aws_sdk_lambda as lambda;
use aws_sdk_synthetics::Client;
use aws_sdk_synthetics::types as sdk;
use futures::future::{FutureExt, LocalBoxFuture, join};
use tokio::sync::OnceCell;

use crate::model::types::synthetics::{
    Canary, CanaryProperties, CanaryRun, CanaryRunConfig, CanarySchedule, CanaryStatus,
};
use crate::model::{Resource, ops};

use super::canary_urls;
use super::cx::{Collect, Cx, Step};
use super::shape::{resource, time, words};

/// Collects canaries.
pub struct Synthetics;

static STEPS: [Step; 2] = [
    Step { op: &ops::DESCRIBE_CANARIES, after: &[] },
    Step { op: &ops::DESCRIBE_CANARIES_LAST_RUN, after: &[&ops::DESCRIBE_CANARIES] },
];

impl Collect for Synthetics {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let functions = lambda::Client::new(cx.config());
            let runs = OnceCell::new();
            let canaries = cx.page_by_page(
                &ops::DESCRIBE_CANARIES,
                &[],
                |token| client.describe_canaries().set_next_token(token).send(),
                |out| Some((out.canaries?, out.next_token)),
                |page| async {
                    if !page.is_empty() {
                        let (runs, urls) = join(
                            runs.get_or_init(|| last_runs(cx, &client)),
                            cx.each(page.iter().collect(), |it| probed(cx, &functions, it)),
                        )
                        .await;
                        let canaries = page.into_iter().zip(urls);
                        cx.keep(canaries.filter_map(|(it, urls)| canary(cx, it, runs, urls)));
                    }
                },
            );
            canaries.await;
        }
        .boxed_local()
    }
}

async fn last_runs(cx: &Cx<'_>, client: &Client) -> HashMap<String, CanaryRun> {
    let runs = cx.pages(
        &ops::DESCRIBE_CANARIES_LAST_RUN,
        &[],
        |token| client.describe_canaries_last_run().max_results(100).set_next_token(token).send(),
        |out| {
            let runs = out.canaries_last_run?.into_iter();
            let named = runs.map(|it| Some((it.canary_name?, it.last_run.map(run))));
            Some((named.collect::<Option<Vec<_>>>()?, out.next_token))
        },
    );
    let mut by_name = HashMap::new();
    for (name, run) in runs.await.known().unwrap_or_default() {
        let Some(run) = run else { continue };
        // A canary with several browsers has a run for each: one that did not pass tells more.
        let known = by_name.entry(name).or_insert_with(|| run.clone());
        let passed = |run: &CanaryRun| run.state.as_deref() == Some("PASSED");
        if passed(known) && (!passed(&run) || run.started > known.started) {
            *known = run;
        }
    }
    by_name
}

/// The URLs that a canary may be probing.
async fn probed(cx: &Cx<'_>, functions: &lambda::Client, it: &sdk::Canary) -> Option<Vec<String>> {
    let name = it.name().unwrap_or_default();
    // With several browsers it has a function for each, all with the same environment.
    let configs = it.engine_configs.as_deref().unwrap_or_default();
    let engine = it.engine_arn().or_else(|| configs.iter().find_map(|it| it.engine_arn()));
    let tags = it.tags.iter().flat_map(|tags| tags.values());
    canary_urls::urls(cx, functions, (name, engine), tags).await
}

fn canary(
    cx: &Cx<'_>,
    it: sdk::Canary,
    runs: &HashMap<String, CanaryRun>,
    urls: Option<Vec<String>>,
) -> Option<Resource> {
    let Some((properties, mut status)) = shapes(it) else {
        cx.fail(&ops::DESCRIBE_CANARIES, &[], "a canary without name or schedule");
        return None;
    };
    let name = properties.name.clone();
    status.last_run = runs.get(&name).cloned();
    status.urls = urls;
    let arn = cx.arn("synthetics", &format!("canary:{name}"));
    // Of its tags only the addresses are kept: they stand among its URLs.
    Some(resource::<Canary>(cx, name, arn, Some(properties), Some(status)))
}

/// What is kept of a canary but its last run and its URLs; none when a required part is missing.
pub(super) fn shapes(it: sdk::Canary) -> Option<(CanaryProperties, CanaryStatus)> {
    let schedule = it.schedule?;
    let properties = CanaryProperties {
        name: it.name?,
        runtime_version: it.runtime_version,
        schedule: CanarySchedule {
            expression: schedule.expression.unwrap_or_default(),
            duration_in_seconds: schedule.duration_in_seconds,
        },
        run_config: it.run_config.map(|config| CanaryRunConfig {
            timeout_in_seconds: config.timeout_in_seconds.map(i64::from),
            memory_in_mb: config.memory_in_mb.map(i64::from),
            active_tracing: config.active_tracing,
        }),
        execution_role_arn: it.execution_role_arn,
        artifact_s3_location: it.artifact_s3_location,
    };
    let (state, state_reason) = it.status.map(|s| (s.state, s.state_reason)).unwrap_or_default();
    let (started, created) = it.timeline.map(|t| (t.last_started, t.created)).unwrap_or_default();
    let status = CanaryStatus {
        state: state.map(|state| state.as_str().to_owned()),
        state_reason: words(state_reason),
        engine_arn: it.engine_arn,
        last_started: time(started),
        created: time(created),
        last_run: None,
        urls: None,
    };
    Some((properties, status))
}

fn run(it: sdk::CanaryRun) -> CanaryRun {
    let (state, state_reason) = it.status.map(|s| (s.state, s.state_reason)).unwrap_or_default();
    let (started, completed) = it.timeline.map(|t| (t.started, t.completed)).unwrap_or_default();
    CanaryRun {
        state: state.map(|state| state.as_str().to_owned()),
        state_reason: words(state_reason),
        started: time(started),
        completed: time(completed),
    }
}
