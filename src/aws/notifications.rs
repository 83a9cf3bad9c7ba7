//! AWS User Notifications: what of the account is told to whom without a rule of EventBridge's own.

use std::collections::BTreeMap;

use aws_sdk_notifications::Client;
use aws_sdk_notifications::types as sdk;
use futures::future::{FutureExt, LocalBoxFuture, join};
use serde_json::Value;

use crate::model::types::notifications::{
    EventRule, EventRuleProperties, EventRuleStatus, ManagedNotificationConfiguration,
    ManagedNotificationConfigurationProperties, ManagedNotificationConfigurationStatus,
    NotificationConfiguration, NotificationConfigurationProperties,
    NotificationConfigurationStatus,
};
use crate::model::{Resource, ops};

use super::cx::{Answer, Collect, Cx, Step};
use super::holds::Holds;
use super::shape::resource;

/// Collects notification configurations, the account's own and AWS's.
pub struct Notifications;

static STEPS: [Step; 5] = [
    Step { op: &ops::LIST_NOTIFICATION_CONFIGURATIONS, after: &[] },
    Step { op: &ops::LIST_EVENT_RULES, after: &[&ops::LIST_NOTIFICATION_CONFIGURATIONS] },
    Step { op: &ops::LIST_CHANNELS, after: &[&ops::LIST_NOTIFICATION_CONFIGURATIONS] },
    Step { op: &ops::LIST_MANAGED_NOTIFICATION_CONFIGURATIONS, after: &[] },
    Step {
        op: &ops::LIST_MANAGED_NOTIFICATION_CHANNEL_ASSOCIATIONS,
        after: &[&ops::LIST_MANAGED_NOTIFICATION_CONFIGURATIONS],
    },
];

impl Collect for Notifications {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            join(own(cx, &client), managed(cx, &client)).await;
        }
        .boxed_local()
    }
}

async fn own(cx: &Cx<'_>, client: &Client) {
    let listed = cx.pages(
        &ops::LIST_NOTIFICATION_CONFIGURATIONS,
        &[],
        |token| {
            let request = client.list_notification_configurations().set_next_token(token);
            request.customize().interceptor(Holds("\"notificationConfigurations\"")).send()
        },
        |out| Some((out.notification_configurations, out.next_token)),
    );
    let found = listed.await.known().unwrap_or_default();
    let read = cx.each(found, |it| async move {
        let arn = it.arn.clone();
        let (channels, rules) = join(channels(cx, client, &arn), rules(cx, client, &arn)).await;
        match channels {
            Answer::Gone => rules,
            channels => [vec![configuration(cx, it, channels.known())], rules].concat(),
        }
    });
    cx.keep(read.await.into_iter().flatten());
}

async fn channels(cx: &Cx<'_>, client: &Client, arn: &str) -> Answer<Vec<String>> {
    cx.pages(
        &ops::LIST_CHANNELS,
        &[arn],
        |token| {
            let request = client.list_channels().notification_configuration_arn(arn);
            let request = request.set_next_token(token).customize();
            request.interceptor(Holds("\"channels\"")).send()
        },
        |out| Some((out.channels, out.next_token)),
    )
    .await
}

fn configuration(
    cx: &Cx<'_>,
    it: sdk::NotificationConfigurationStructure,
    channels: Option<Vec<String>>,
) -> Resource {
    let name = it.name.clone();
    let properties = NotificationConfigurationProperties {
        name: it.name,
        aggregation_duration: it.aggregation_duration.map(|it| it.as_str().to_owned()),
    };
    let status = NotificationConfigurationStatus {
        status: Some(it.status.as_str().to_owned()),
        channels: channels.map(sorted),
    };
    let made = resource::<NotificationConfiguration>(
        cx,
        it.arn.clone(),
        it.arn,
        Some(properties),
        Some(status),
    );
    Resource { name, ..made }
}

async fn rules(cx: &Cx<'_>, client: &Client, arn: &str) -> Vec<Resource> {
    let about = [arn];
    let listed = cx.pages(
        &ops::LIST_EVENT_RULES,
        &about,
        |token| {
            let request = client.list_event_rules().notification_configuration_arn(arn);
            let request = request.set_next_token(token).customize();
            request.interceptor(Holds("\"eventRules\"")).send()
        },
        |out| Some((out.event_rules, out.next_token)),
    );
    let rules = listed.await.known().unwrap_or_default();
    rules.into_iter().filter_map(|it| rule(cx, it)).collect()
}

fn rule(cx: &Cx<'_>, it: sdk::EventRuleStructure) -> Option<Resource> {
    // An empty pattern takes every event of the source and type.
    let pattern = Some(it.event_pattern).filter(|text| !text.is_empty());
    let event_pattern = match pattern.map(|text| serde_json::from_str::<Value>(&text)) {
        Some(Ok(pattern)) => Some(pattern),
        Some(Err(_)) => {
            cx.fail(&ops::LIST_EVENT_RULES, &[&it.arn], "its event pattern is no JSON");
            return None;
        }
        None => None,
    };
    let summary = it.status_summary_by_region.into_iter();
    let summary: BTreeMap<String, String> =
        summary.map(|(region, it)| (region, it.status.as_str().to_owned())).collect();
    let properties = EventRuleProperties {
        notification_configuration_arn: it.notification_configuration_arn,
        source: it.source,
        event_type: it.event_type,
        event_pattern,
        regions: sorted(it.regions),
    };
    let status = EventRuleStatus { status_summary_by_region: summary };
    Some(resource::<EventRule>(cx, it.arn.clone(), it.arn, Some(properties), Some(status)))
}

async fn managed(cx: &Cx<'_>, client: &Client) {
    let listed = cx.pages(
        &ops::LIST_MANAGED_NOTIFICATION_CONFIGURATIONS,
        &[],
        |token| {
            let request = client.list_managed_notification_configurations().set_next_token(token);
            let request = request.customize();
            request.interceptor(Holds("\"managedNotificationConfigurations\"")).send()
        },
        |out| Some((out.managed_notification_configurations, out.next_token)),
    );
    let found = listed.await.known().unwrap_or_default();
    cx.keep(cx.each(found, |it| managed_configuration(cx, client, it)).await);
}

async fn managed_configuration(
    cx: &Cx<'_>,
    client: &Client,
    it: sdk::ManagedNotificationConfigurationStructure,
) -> Resource {
    let about: [&str; 1] = [&it.arn];
    let listed = cx.pages(
        &ops::LIST_MANAGED_NOTIFICATION_CHANNEL_ASSOCIATIONS,
        &about,
        |token| {
            let request = client.list_managed_notification_channel_associations();
            let request = request.managed_notification_configuration_arn(&it.arn);
            let request = request.set_next_token(token).customize();
            request.interceptor(Holds("\"channelAssociations\"")).send()
        },
        |out| Some((out.channel_associations, out.next_token)),
    );
    let heard = listed.await.known().map(|associations| {
        let enabled = associations.into_iter().filter(|it| {
            it.override_option != Some(sdk::ChannelAssociationOverrideOption::Disabled)
        });
        sorted(enabled.map(|it| it.channel_identifier).collect())
    });
    let part = |name: &str| {
        let mut parts = it.arn.split('/').skip_while(|part| *part != name);
        parts.nth(1).map(str::to_owned)
    };
    let properties = ManagedNotificationConfigurationProperties {
        name: it.name.clone(),
        category: part("category"),
        sub_category: part("sub-category"),
    };
    let status = ManagedNotificationConfigurationStatus { channels: heard };
    let (id, arn) = (it.arn.clone(), it.arn.clone());
    let made =
        resource::<ManagedNotificationConfiguration>(cx, id, arn, Some(properties), Some(status));
    Resource { name: it.name, ..made }
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list.dedup();
    list
}
