//! AWS Config: the customer-managed recorder and the delivery channel of a region.

use std::collections::HashMap;

use aws_sdk_config::Client;
use aws_sdk_config::types as sdk;
use futures::future::{FutureExt, LocalBoxFuture, join};

use crate::model::ops;
use crate::model::types::config::{
    ConfigSnapshotDeliveryProperties, ConfigurationRecorder, ConfigurationRecorderProperties,
    ConfigurationRecorderStatus, DeliveryChannel, DeliveryChannelProperties, DeliveryChannelStatus,
    DeliveryInfo, ExclusionByResourceTypes, RecordingGroup, RecordingMode, RecordingModeOverride,
    RecordingStrategy,
};

use super::cx::{Collect, Cx, Step};
use super::shape::{resource, time, words};

/// Collects recorder and delivery channel.
pub struct Config;

// The calls for statuses name no recorder or channel, so nothing waits for anything.
static STEPS: [Step; 4] = [
    Step { op: &ops::DESCRIBE_CONFIGURATION_RECORDERS, after: &[] },
    Step { op: &ops::DESCRIBE_CONFIGURATION_RECORDER_STATUS, after: &[] },
    Step { op: &ops::DESCRIBE_DELIVERY_CHANNELS, after: &[] },
    Step { op: &ops::DESCRIBE_DELIVERY_CHANNEL_STATUS, after: &[] },
];

impl Collect for Config {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            join(recorders(cx, &client), channels(cx, &client)).await;
        }
        .boxed_local()
    }
}

async fn recorders(cx: &Cx<'_>, client: &Client) {
    let (recorders, statuses) = join(
        // Without arguments the customer-managed recorder only, never a service's own.
        cx.call(
            &ops::DESCRIBE_CONFIGURATION_RECORDERS,
            &[],
            client.describe_configuration_recorders().send(),
            |out| {
                out.configuration_recorders?.into_iter().map(recorder).collect::<Option<Vec<_>>>()
            },
        ),
        cx.call(
            &ops::DESCRIBE_CONFIGURATION_RECORDER_STATUS,
            &[],
            client.describe_configuration_recorder_status().send(),
            |out| {
                let statuses = out.configuration_recorders_status?.into_iter();
                statuses
                    .map(|it| Some((it.name.clone()?, recorder_status(it))))
                    .collect::<Option<HashMap<_, _>>>()
            },
        ),
    )
    .await;
    let mut statuses = statuses.known().unwrap_or_default();
    let recorders = recorders.known().unwrap_or_default().into_iter();
    cx.keep(recorders.map(|(arn, it)| {
        let status = statuses.remove(&it.name);
        resource::<ConfigurationRecorder>(cx, it.name.clone(), arn, Some(it), status)
    }));
}

/// A recorder's ARN, and what is kept of it.
pub(super) fn recorder(
    it: sdk::ConfigurationRecorder,
) -> Option<(String, ConfigurationRecorderProperties)> {
    let properties = ConfigurationRecorderProperties {
        name: it.name?,
        role_arn: it.role_arn,
        recording_group: it.recording_group.map(recording_group),
        recording_mode: it.recording_mode.map(recording_mode),
    };
    Some((it.arn.unwrap_or_default(), properties))
}

fn recording_group(it: sdk::RecordingGroup) -> RecordingGroup {
    let names = |types: Option<Vec<sdk::ResourceType>>| {
        types.unwrap_or_default().iter().map(|ty| ty.as_str().to_owned()).collect()
    };
    let strategy = it.recording_strategy.and_then(|strategy| strategy.use_only);
    let exclusion = it.exclusion_by_resource_types;
    RecordingGroup {
        all_supported: it.all_supported,
        include_global_resource_types: it.include_global_resource_types,
        resource_types: names(it.resource_types),
        recording_strategy: strategy
            .map(|it| RecordingStrategy { use_only: it.as_str().to_owned() }),
        exclusion_by_resource_types: exclusion
            .map(|it| ExclusionByResourceTypes { resource_types: names(it.resource_types) }),
    }
}

fn recording_mode(it: sdk::RecordingMode) -> RecordingMode {
    let exception = |it: sdk::RecordingModeOverride| RecordingModeOverride {
        description: it.description,
        resource_types: it.resource_types.iter().map(|ty| ty.as_str().to_owned()).collect(),
        recording_frequency: it.recording_frequency.as_str().to_owned(),
    };
    let exceptions = it.recording_mode_overrides.filter(|list| !list.is_empty());
    RecordingMode {
        recording_frequency: it.recording_frequency.as_str().to_owned(),
        recording_mode_overrides: exceptions.map(|list| list.into_iter().map(exception).collect()),
    }
}

fn recorder_status(it: sdk::ConfigurationRecorderStatus) -> ConfigurationRecorderStatus {
    ConfigurationRecorderStatus {
        recording: it.recording,
        last_status: it.last_status.map(|status| status.as_str().to_owned()),
        last_error_code: it.last_error_code,
        last_error_message: words(it.last_error_message),
        last_status_change_time: time(it.last_status_change_time),
    }
}

async fn channels(cx: &Cx<'_>, client: &Client) {
    let (channels, statuses) = join(
        cx.call(
            &ops::DESCRIBE_DELIVERY_CHANNELS,
            &[],
            client.describe_delivery_channels().send(),
            |out| out.delivery_channels?.into_iter().map(channel).collect::<Option<Vec<_>>>(),
        ),
        cx.call(
            &ops::DESCRIBE_DELIVERY_CHANNEL_STATUS,
            &[],
            client.describe_delivery_channel_status().send(),
            |out| {
                let statuses = out.delivery_channels_status?.into_iter();
                statuses
                    .map(|it| Some((it.name.clone()?, channel_status(it))))
                    .collect::<Option<HashMap<_, _>>>()
            },
        ),
    )
    .await;
    let mut statuses = statuses.known().unwrap_or_default();
    let channels = channels.known().unwrap_or_default().into_iter();
    cx.keep(channels.map(|it| {
        let status = statuses.remove(&it.name);
        resource::<DeliveryChannel>(cx, it.name.clone(), "", Some(it), status)
    }));
}

/// What is kept of a delivery channel.
pub(super) fn channel(it: sdk::DeliveryChannel) -> Option<DeliveryChannelProperties> {
    let snapshots = it.config_snapshot_delivery_properties.and_then(|it| it.delivery_frequency);
    Some(DeliveryChannelProperties {
        name: it.name?,
        s3_bucket_name: it.s3_bucket_name,
        s3_key_prefix: it.s3_key_prefix,
        s3_kms_key_arn: it.s3_kms_key_arn,
        sns_topic_arn: it.sns_topic_arn,
        config_snapshot_delivery_properties: snapshots.map(|frequency| {
            ConfigSnapshotDeliveryProperties { delivery_frequency: frequency.as_str().to_owned() }
        }),
    })
}

fn channel_status(it: sdk::DeliveryChannelStatus) -> DeliveryChannelStatus {
    let info = |status: Option<sdk::DeliveryStatus>, code, message| DeliveryInfo {
        last_status: status.map(|status| status.as_str().to_owned()),
        last_error_code: code,
        last_error_message: words(message),
    };
    let export = |it: sdk::ConfigExportDeliveryInfo| {
        info(it.last_status, it.last_error_code, it.last_error_message)
    };
    let stream = |it: sdk::ConfigStreamDeliveryInfo| {
        info(it.last_status, it.last_error_code, it.last_error_message)
    };
    DeliveryChannelStatus {
        config_history_delivery_info: it.config_history_delivery_info.map(export),
        config_snapshot_delivery_info: it.config_snapshot_delivery_info.map(export),
        config_stream_delivery_info: it.config_stream_delivery_info.map(stream),
    }
}
