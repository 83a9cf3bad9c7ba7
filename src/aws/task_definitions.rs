//! The task definitions that ECS services use, each once, and the log groups that these name.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use aws_sdk_cloudwatchlogs as logs;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types as sdk;

use crate::model::types::Nothing;
use crate::model::types::ecs::{
    ContainerDefinition, EnvironmentFile, EnvironmentVariable, FirelensConfiguration,
    LogConfiguration, Secret, TaskDefinition, TaskDefinitionProperties, TaskDefinitionStatus,
};
use crate::model::types::logs::{LogGroup, LogGroupProperties};
use crate::model::{Resource, ops};

use super::cx::Cx;
use super::shape::resource;

/// Options of the `awslogs` driver that are kept; none of them is a secret.
const OPTIONS: [&str; 4] = ["awslogs-create-group", "awslogs-group", "awslogs-region", "mode"];

/// What was asked about so far.
#[derive(Default)]
pub struct Known {
    definitions: Mutex<HashSet<String>>,
    /// By region and name.
    groups: Mutex<HashSet<(String, String)>>,
}

impl Known {
    /// Keeps the task definition of this ARN with the log groups that it names.
    pub async fn keep(&self, cx: &Cx<'_>, client: &Client, arn: String) {
        let is_new =
            self.definitions.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.clone());
        if !is_new {
            return;
        }
        // `family:revision`, all that stands after the slash.
        let id = arn.rsplit('/').next().unwrap_or(&arn);
        let request = client.describe_task_definition().task_definition(&arn).send();
        let about = [id];
        let read = cx.call(&ops::DESCRIBE_TASK_DEFINITION, &about, request, |out| {
            out.task_definition.and_then(|it| shapes(id, it))
        });
        let Some((properties, status)) = read.await.known() else { return };
        let groups = self.new_groups(cx, &properties);
        cx.keep([resource::<TaskDefinition>(cx, id, &arn, Some(properties), Some(status))]);
        cx.each(groups, |(region, name)| group(cx, region, name)).await;
    }

    /// Region and name of log groups that were not asked about yet.
    fn new_groups(
        &self,
        cx: &Cx<'_>,
        properties: &TaskDefinitionProperties,
    ) -> Vec<(String, String)> {
        let mut known = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let containers = properties.container_definitions.iter();
        let options = containers.filter_map(|it| it.log_configuration.as_ref());
        let groups = options.filter_map(|it| {
            let region = it.options.get("awslogs-region").map_or(cx.region(), String::as_str);
            Some((region.to_owned(), it.options.get("awslogs-group")?.clone()))
        });
        groups.filter(|group| known.insert(group.clone())).collect()
    }
}

/// Reads a log group where it is. Its name comes first of those that begin with it.
async fn group(cx: &Cx<'_>, region: String, name: String) {
    let there = cx.at(&region);
    let client = logs::Client::new(there.config());
    let request = client.describe_log_groups().log_group_name_prefix(&name).send();
    let about: [&str; 1] = [&name];
    let read = there.call(&ops::DESCRIBE_LOG_GROUPS, &about, request, |out| out.log_groups);
    let found = read.await.known().unwrap_or_default().into_iter();
    let mut found = found.filter(|it| it.log_group_name.as_deref() == Some(&name));
    there.keep(found.next().map(|it| log_group(&there, name.clone(), it)));
}

fn log_group(cx: &Cx<'_>, name: String, it: logs::types::LogGroup) -> Resource {
    let properties = LogGroupProperties {
        log_group_name: name.clone(),
        retention_in_days: it.retention_in_days.map(i64::from),
    };
    let arn = cx.arn("logs", &format!("log-group:{name}"));
    resource::<LogGroup>(cx, name, arn, Some(properties), Some(Nothing {}))
}

/// What is kept of a task definition: of its containers' environment no values.
fn shapes(
    id: &str,
    it: sdk::TaskDefinition,
) -> Option<(TaskDefinitionProperties, TaskDefinitionStatus)> {
    let containers = it.container_definitions?.into_iter().map(container);
    let properties = TaskDefinitionProperties {
        family: it.family.unwrap_or_else(|| id.split(':').next().unwrap_or(id).to_owned()),
        network_mode: it.network_mode.map(|mode| mode.as_str().to_owned()),
        requires_compatibilities: it
            .requires_compatibilities
            .unwrap_or_default()
            .into_iter()
            .map(|it| it.as_str().to_owned())
            .collect(),
        container_definitions: containers.collect::<Option<Vec<_>>>()?,
    };
    let status = TaskDefinitionStatus { status: it.status.map(|it| it.as_str().to_owned()) };
    Some((properties, status))
}

fn container(it: sdk::ContainerDefinition) -> Option<ContainerDefinition> {
    let variable = |it: sdk::KeyValuePair| {
        let has_value = it.value.is_some_and(|value| !value.trim().is_empty());
        Some(EnvironmentVariable { name: it.name?, has_value })
    };
    let environment = it.environment.unwrap_or_default().into_iter().filter_map(variable);
    let files = it.environment_files.unwrap_or_default().into_iter();
    Some(ContainerDefinition {
        name: it.name?,
        image: it.image,
        essential: it.essential,
        environment: environment.collect(),
        secrets: it
            .secrets
            .unwrap_or_default()
            .into_iter()
            .map(|it| Secret { name: it.name })
            .collect(),
        environment_files: files
            .map(|it| EnvironmentFile { r#type: Some(it.r#type.as_str().to_owned()) })
            .collect(),
        log_configuration: it.log_configuration.map(log_configuration),
        firelens_configuration: it
            .firelens_configuration
            .map(|it| FirelensConfiguration { r#type: it.r#type.as_str().to_owned() }),
    })
}

/// Where output goes; options of other drivers may be passwords.
fn log_configuration(it: sdk::LogConfiguration) -> LogConfiguration {
    let log_driver = it.log_driver.as_str().to_owned();
    let all = it.options.filter(|_| log_driver == "awslogs").unwrap_or_default();
    let options: BTreeMap<String, String> =
        all.into_iter().filter(|(name, _)| OPTIONS.contains(&name.as_str())).collect();
    LogConfiguration { log_driver, options }
}
