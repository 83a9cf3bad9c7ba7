//! AWS Config: the customer-managed recorder of a region, and where it delivers.

use aws_sdk_config::Client;
use aws_sdk_config::types::{self as sdk, Tag};
use serde_json::{Map, Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::{self, fix};
use crate::model::types::config::{
    ConfigurationRecorderProperties, DeliveryChannelProperties, RecordingGroup, RecordingMode,
};

use super::{TAG, built, flag, kind, properties, settle, state};
use crate::aws::config::{channel, recorder};
use crate::aws::gate::{Gate, incomplete};
use crate::aws::known::Known;

/// A recorder; its id is its name.
pub struct ConfigurationRecorder;

impl<'g> Handler<Gate<'g>> for ConfigurationRecorder {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Config::ConfigurationRecorder")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let Some(found) = find(cx, &client, id).await? else { return Ok(None) };
            let op = &ops::DESCRIBE_CONFIGURATION_RECORDERS;
            let (_, it) = recorder(found).ok_or_else(|| incomplete(op))?;
            let is_recording = is_recording(cx, &client, id).await?;
            Ok(Some(State {
                status: Map::from_iter([("recording".to_owned(), Value::Bool(is_recording))]),
                ..state(&it)
            }))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::PUT_CONFIGURATION_RECORDER;
            let client = Client::new(cx.config());
            if find(cx, &client, id).await?.is_some() {
                return settle(self, op, cx, id, to).await;
            }
            put_recorder(cx, &client, id, to, true).await?;
            record(cx, &client, id, (flag(to, "recording") == Some(true)).then_some(true)).await
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
            let client = Client::new(cx.config());
            // A wish for nothing but recording has no properties.
            if !to.properties.is_empty() && from.properties != to.properties {
                replaceable(cx, &client).await?;
                put_recorder(cx, &client, id, to, false).await?;
            }
            let wanted = flag(to, "recording");
            record(cx, &client, id, wanted.filter(|_| wanted != flag(from, "recording"))).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            record(cx, &client, id, Some(false)).await?;
            let request =
                || client.delete_configuration_recorder().configuration_recorder_name(id).send();
            cx.write(&fix::DELETE_CONFIGURATION_RECORDER, request).await.map(drop)
        })
    }
}

/// The customer-managed recorder of this name; without arguments, AWS tells of no other kind.
async fn find(
    cx: &Gate<'_>,
    client: &Client,
    id: &str,
) -> Result<Option<sdk::ConfigurationRecorder>, Refused> {
    let op = &ops::DESCRIBE_CONFIGURATION_RECORDERS;
    let out = cx.read(op, client.describe_configuration_recorders().send()).await?;
    let recorders = out.and_then(|out| out.configuration_recorders);
    let mut recorders = recorders.ok_or_else(|| incomplete(op))?.into_iter();
    Ok(recorders.find(|it| it.name.as_deref() == Some(id)))
}

async fn is_recording(cx: &Gate<'_>, client: &Client, id: &str) -> Result<bool, Refused> {
    let op = &ops::DESCRIBE_CONFIGURATION_RECORDER_STATUS;
    let out = cx.read(op, client.describe_configuration_recorder_status().send()).await?;
    let statuses = out.and_then(|out| out.configuration_recorders_status);
    let mut statuses = statuses.ok_or_else(|| incomplete(op))?.into_iter();
    let status = statuses.find(|it| it.name.as_deref() == Some(id));
    status.map(|it| it.recording).ok_or_else(|| incomplete(op))
}

/// What of a recorder can be put back, or comes by itself; services' own recorders and those of other
/// clouds have more: <https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorder.html>.
const RECORDER: &str = "
    ConfigurationRecorders allSupported arn description exclusionByResourceTypes
    includeGlobalResourceTypes name recordingFrequency recordingGroup recordingMode
    recordingModeOverrides recordingScope recordingStrategy resourceTypes roleARN useOnly";

/// That the recorder holds nothing that would be lost with the next `PutConfigurationRecorder`, which
/// replaces it whole.
async fn replaceable(cx: &Gate<'_>, client: &Client) -> Result<(), Refused> {
    let request = client.describe_configuration_recorders().customize();
    let known = Known::of(RECORDER);
    let request = request.interceptor(known.clone()).send();
    cx.read(&ops::DESCRIBE_CONFIGURATION_RECORDERS, request).await?;
    known.is_all(&fix::PUT_CONFIGURATION_RECORDER)
}

async fn put_recorder(
    cx: &Gate<'_>,
    client: &Client,
    id: &str,
    to: &State,
    is_new: bool,
) -> Result<(), Refused> {
    let op = &fix::PUT_CONFIGURATION_RECORDER;
    // <https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html>
    let defaults = json!({"Name": id, "RecordingGroup": {
        "AllSupported": false, "IncludeGlobalResourceTypes": false, "ResourceTypes": [],
    }});
    let to: ConfigurationRecorderProperties = properties(op, to, &defaults)?;
    let group = to.recording_group.map(recording_group);
    let mode = to.recording_mode.map(recording_mode).transpose()?;
    let recorder = sdk::ConfigurationRecorder::builder()
        .name(id)
        .set_role_arn(to.role_arn)
        .set_recording_group(group)
        .set_recording_mode(mode)
        .build();
    let tags = is_new.then(|| vec![Tag::builder().key(TAG.0).value(TAG.1).build()]);
    let request = || {
        let request = client.put_configuration_recorder().configuration_recorder(recorder.clone());
        request.set_tags(tags.clone()).send()
    };
    cx.write(op, request).await.map(drop)
}

fn types(names: Vec<String>) -> Vec<sdk::ResourceType> {
    names.iter().map(|name| sdk::ResourceType::from(name.as_str())).collect()
}

fn recording_group(it: RecordingGroup) -> sdk::RecordingGroup {
    let exclusion = it.exclusion_by_resource_types.map(|it| {
        let types = Some(types(it.resource_types));
        sdk::ExclusionByResourceTypes::builder().set_resource_types(types).build()
    });
    let strategy = it.recording_strategy.map(|it| {
        let use_only = sdk::RecordingStrategyType::from(it.use_only.as_str());
        sdk::RecordingStrategy::builder().use_only(use_only).build()
    });
    sdk::RecordingGroup::builder()
        .all_supported(it.all_supported)
        .include_global_resource_types(it.include_global_resource_types)
        .set_resource_types(Some(types(it.resource_types)))
        .set_exclusion_by_resource_types(exclusion)
        .set_recording_strategy(strategy)
        .build()
}

fn recording_mode(it: RecordingMode) -> Result<sdk::RecordingMode, Refused> {
    let op = &fix::PUT_CONFIGURATION_RECORDER;
    let mut mode = sdk::RecordingMode::builder()
        .recording_frequency(sdk::RecordingFrequency::from(it.recording_frequency.as_str()));
    for it in it.recording_mode_overrides.unwrap_or_default() {
        let frequency = sdk::RecordingFrequency::from(it.recording_frequency.as_str());
        let exception = sdk::RecordingModeOverride::builder()
            .set_description(it.description)
            .set_resource_types(Some(types(it.resource_types)))
            .recording_frequency(frequency);
        mode = mode.recording_mode_overrides(built(op, exception.build())?);
    }
    built(op, mode.build())
}

/// Starts or stops the recorder, or leaves it.
async fn record(
    cx: &Gate<'_>,
    client: &Client,
    id: &str,
    wanted: Option<bool>,
) -> Result<(), Refused> {
    match wanted {
        Some(true) => {
            let request =
                || client.start_configuration_recorder().configuration_recorder_name(id).send();
            cx.write(&fix::START_CONFIGURATION_RECORDER, request).await.map(drop)
        }
        Some(false) => {
            let request =
                || client.stop_configuration_recorder().configuration_recorder_name(id).send();
            cx.write(&fix::STOP_CONFIGURATION_RECORDER, request).await.map(drop)
        }
        None => Ok(()),
    }
}

/// What of a delivery channel, which is replaced whole, can be put back:
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_DeliveryChannel.html>.
const CHANNEL: &str = "
    DeliveryChannels configSnapshotDeliveryProperties deliveryFrequency name s3BucketName s3KeyPrefix
    s3KmsKeyArn snsTopicARN";

/// A delivery channel; its id is its name.
pub struct DeliveryChannel;

impl<'g> Handler<Gate<'g>> for DeliveryChannel {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Config::DeliveryChannel")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let op = &ops::DESCRIBE_DELIVERY_CHANNELS;
            let request = Client::new(cx.config()).describe_delivery_channels().send();
            let channels = cx.read(op, request).await?.and_then(|out| out.delivery_channels);
            let mut channels = channels.ok_or_else(|| incomplete(op))?.into_iter();
            let found = channels.find(|it| it.name.as_deref() == Some(id)).and_then(channel);
            Ok(found.map(|it| state(&it)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::PUT_DELIVERY_CHANNEL;
            match self.read(cx, id).await? {
                Some(_) => settle(self, op, cx, id, to).await,
                None => put_channel(cx, id, to).await,
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
            if from.properties == to.properties {
                return Ok(());
            }
            let request = Client::new(cx.config()).describe_delivery_channels().customize();
            let known = Known::of(CHANNEL);
            let request = request.interceptor(known.clone()).send();
            cx.read(&ops::DESCRIBE_DELIVERY_CHANNELS, request).await?;
            known.is_all(&fix::PUT_DELIVERY_CHANNEL)?;
            put_channel(cx, id, to).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let request = || client.delete_delivery_channel().delivery_channel_name(id).send();
            cx.write(&fix::DELETE_DELIVERY_CHANNEL, request).await.map(drop)
        })
    }
}

async fn put_channel(cx: &Gate<'_>, id: &str, to: &State) -> Result<(), Refused> {
    let op = &fix::PUT_DELIVERY_CHANNEL;
    let to: DeliveryChannelProperties = properties(op, to, &json!({"Name": id}))?;
    let snapshots = to.config_snapshot_delivery_properties.map(|it| {
        let frequency = sdk::MaximumExecutionFrequency::from(it.delivery_frequency.as_str());
        sdk::ConfigSnapshotDeliveryProperties::builder().delivery_frequency(frequency).build()
    });
    let channel = sdk::DeliveryChannel::builder()
        .name(id)
        .set_s3_bucket_name(to.s3_bucket_name)
        .set_s3_key_prefix(to.s3_key_prefix)
        .set_s3_kms_key_arn(to.s3_kms_key_arn)
        .set_sns_topic_arn(to.sns_topic_arn)
        .set_config_snapshot_delivery_properties(snapshots)
        .build();
    let client = Client::new(cx.config());
    let request = || client.put_delivery_channel().delivery_channel(channel.clone()).send();
    cx.write(op, request).await.map(drop)
}
