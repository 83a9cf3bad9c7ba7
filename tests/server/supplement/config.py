"""AWS Config: the status of delivery channels, and a recorder that succeeds once it is started."""

from __future__ import annotations

from typing import Any

from moto.config.models import ConfigBackend, config_backends
from moto.core.utils import utcnow

from supplement import Ask, supplement
from wire import AwsError, Call

SUCCESS = "SUCCESS"


def backend(account: str, region: str) -> ConfigBackend:
    return config_backends[account][region]


@supplement("config:StartConfigurationRecorder")
def start_configuration_recorder(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    name = call.params["ConfigurationRecorderName"]
    backend(call.account, call.region).recorders[name].status.last_status = SUCCESS
    return result


@supplement("config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus")
def describe_recorders(call: Call, ask: Ask) -> dict[str, Any]:
    """Moto's answer with the ARN that AWS adds."""
    result = ask()
    for members in result.values():
        for item in members:
            item["arn"] = f"arn:aws:config:{call.region}:{call.account}:configuration-recorder/{item['name']}/audit"
    return result


@supplement("config:DescribeDeliveryChannelStatus")
def describe_delivery_channel_status(call: Call, _ask: Ask) -> dict[str, Any]:
    channels = backend(call.account, call.region).delivery_channels
    names = call.params.get("DeliveryChannelNames") or list(channels)
    for name in names:
        if name not in channels:
            message = f"Cannot find delivery channel with specified name '{name}'."
            raise AwsError("NoSuchDeliveryChannelException", message)
    return {"DeliveryChannelsStatus": [_delivery(name, channels[name]) for name in names]}


def _delivery(name: str, channel: Any) -> dict[str, Any]:
    """A channel delivers, unless a test has planted something else."""
    now = utcnow()
    planted = getattr(channel, "audit_delivery", {})
    status = {"lastStatus": planted.get("status", SUCCESS)}
    if planted.get("error"):
        status |= {"lastErrorCode": planted["error"], "lastErrorMessage": planted.get("message", "")}
    export = {**status, "lastAttemptTime": now}
    if status["lastStatus"].upper() == SUCCESS:
        export["lastSuccessfulTime"] = now
    return {
        "name": name,
        "configSnapshotDeliveryInfo": {"lastStatus": "NOT_APPLICABLE"},
        "configHistoryDeliveryInfo": export,
        "configStreamDeliveryInfo": {**status, "lastStatusChangeTime": now},
    }
