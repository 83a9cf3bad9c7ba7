//! The images that the tasks of an ECS cluster run.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{self as sdk, DesiredStatus};

use crate::model::ops;
use crate::model::types::ecs::RunningImage;

use super::cx::{Answer, Cx};
use super::shape::last_part;

/// Tasks a call of `DescribeTasks` takes.
const BATCH: usize = 100;

/// Each image once, sorted; none when they could not be read. Tasks that ended since they were listed run nothing.
pub async fn images(cx: &Cx<'_>, client: &Client, cluster: &str) -> Option<Vec<RunningImage>> {
    let about = [last_part(cluster)];
    let listed = cx.pages(
        &ops::LIST_TASKS,
        &about,
        |token| {
            let request = client.list_tasks().cluster(cluster).max_results(100);
            request.desired_status(DesiredStatus::Running).set_next_token(token).send()
        },
        |out| Some((out.task_arns?, out.next_token)),
    );
    let arns = match listed.await {
        Answer::Known(arns) => arns,
        Answer::Gone => Vec::new(),
        Answer::Unknown => return None,
    };
    let found = Mutex::new(BTreeSet::new());
    let batches = arns.chunks(BATCH).map(<[String]>::to_vec).collect();
    let read = cx.each(batches, |arns| async {
        let tasks = described(cx, client, cluster, arns).await?;
        let containers = tasks.into_iter().flat_map(|task| task.containers.unwrap_or_default());
        let images = containers.filter_map(|it| Some((it.image?, it.image_digest)));
        found.lock().unwrap_or_else(PoisonError::into_inner).extend(images);
        Some(())
    });
    if read.await.contains(&None) {
        return None;
    }
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
    Some(found.map(|(image, image_digest)| RunningImage { image, image_digest }).collect())
}

async fn described(
    cx: &Cx<'_>,
    client: &Client,
    cluster: &str,
    arns: Vec<String>,
) -> Option<Vec<sdk::Task>> {
    let op = &ops::DESCRIBE_TASKS;
    let about = [last_part(cluster)];
    let request = client.describe_tasks().cluster(cluster).set_tasks(Some(arns.clone())).send();
    let read =
        cx.call(op, &about, request, |out| Some((out.tasks?, out.failures.unwrap_or_default())));
    let (tasks, failures) = read.await.known()?;
    let told: HashSet<&str> = (tasks.iter().filter_map(|it| it.task_arn.as_deref()))
        .chain(failures.iter().filter_map(|it| it.arn.as_deref()))
        .collect();
    let refused = failures.iter().find(|it| it.reason.as_deref() != Some("MISSING"));
    if let Some(failure) = refused {
        let reason = failure.reason.as_deref().unwrap_or("no reason");
        cx.fail(op, &about, format!("failure: {reason}"));
        return None;
    }
    if arns.iter().any(|arn| !told.contains(arn.as_str())) {
        cx.fail(op, &about, "the answer does not mention every task");
        return None;
    }
    Some(tasks)
}
