"""AWS Config: the status of delivery channels, a recorder that succeeds once started, and buckets that let it in."""

from __future__ import annotations

from typing import Any

from moto.config.models import ConfigBackend, config_backends
from moto.core.utils import utcnow

from policies import Attempt, allows
from supplement import Ask, guard, iam, s3, supplement
from wire import AwsError, Call

SUCCESS = "SUCCESS"
SERVICE = "config.amazonaws.com"


def backend(account: str, region: str) -> ConfigBackend:
    return config_backends[account][region]


@guard("config:PutDeliveryChannel")
def check_bucket(call: Call) -> None:
    """The recorder's role must be there, and Config writes a file into the bucket before it takes the channel."""
    recorders = backend(call.account, call.region).recorders
    channel = call.params["DeliveryChannel"]
    name = channel.get("s3BucketName")
    if not recorders or not name:
        return
    bucket = s3.bucket(name)
    if bucket is None:
        raise AwsError("NoSuchBucketException", f"Cannot find a S3 bucket with name '{name}'.")
    role = next(iter(recorders.values())).role_arn
    shut = f"Insufficient delivery policy to s3 bucket: {name}, "
    if iam.role(call.account, role) is None:
        raise AwsError("InsufficientDeliveryPolicyException", f"{shut}unable to assume role: {role}.")
    prefix = channel.get("s3KeyPrefix")
    if not all(allows(bucket.policy, attempt) for attempt in _attempts(call.account, name, prefix)):
        reason = f"unable to write to bucket, provided s3 key prefix is '{prefix or 'null'}'."
        raise AwsError("InsufficientDeliveryPolicyException", shut + reason)


def _attempts(account: str, bucket: str, prefix: str | None) -> list[Attempt]:
    """https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html"""
    arn = f"arn:aws:s3:::{bucket}"
    folder = f"{arn}/{prefix}" if prefix else arn
    who = {"aws:sourceaccount": account}
    written = f"{folder}/AWSLogs/{account}/Config/ConfigWritabilityCheckFile"
    return [
        Attempt(SERVICE, "s3:GetBucketAcl", arn, who),
        Attempt(SERVICE, "s3:PutObject", written, who | {"s3:x-amz-acl": "bucket-owner-full-control"}),
    ]


@supplement("config:PutConfigurationRecorder")
def put_configuration_recorder(call: Call, ask: Ask) -> dict[str, Any]:
    owner = backend(call.account, call.region)
    name = call.params["ConfigurationRecorder"].get("name", "default")
    before = owner.recorders[name].role_arn if name in owner.recorders else None
    result = ask()
    if before is not None and before != owner.recorders[name].role_arn:
        _mended(owner)
    return result


def _mended(owner: ConfigBackend) -> None:
    """The cause of a planted failure is gone: a recorder that runs has success from now on, another once it is started."""
    owner.audit_mended = True  # type: ignore[attr-defined]
    running = [recorder.status for recorder in owner.recorders.values() if recorder.status.recording]
    for status in running:
        _heal(owner, status)


def _heal(owner: ConfigBackend, status: Any) -> None:
    status.last_status, status.last_error_code, status.last_error_message = SUCCESS, None, None
    if getattr(owner, "audit_mended", False):
        owner.audit_mended = False  # type: ignore[attr-defined]
        for channel in owner.delivery_channels.values():
            channel._audit_delivery = {}  # type: ignore[attr-defined]


@supplement("config:PutDeliveryChannel")
def put_delivery_channel(call: Call, ask: Ask) -> dict[str, Any]:
    """Moto makes the channel anew; a planted failure stays until another bucket mends its cause."""
    owner = backend(call.account, call.region)
    name = call.params["DeliveryChannel"].get("name", "default")
    before = owner.delivery_channels.get(name)
    result = ask()
    after: Any = owner.delivery_channels[name]
    if before is not None:
        after._audit_delivery = getattr(before, "_audit_delivery", {})
        if (before.s3_bucket_name, before.s3_key_prefix) != (after.s3_bucket_name, after.s3_key_prefix):
            _mended(owner)
    return result


@supplement("config:StartConfigurationRecorder")
def start_configuration_recorder(call: Call, ask: Ask) -> dict[str, Any]:
    """It succeeds, unless a failure is planted and neither another role nor another bucket has mended its cause."""
    owner = backend(call.account, call.region)
    known = owner.recorders.get(call.params["ConfigurationRecorderName"])
    before = known.status.last_status if known else None
    result = ask()
    status = owner.recorders[call.params["ConfigurationRecorderName"]].status
    if status.last_error_code is not None and not getattr(owner, "audit_mended", False):
        status.last_status = before
        return result
    _heal(owner, status)
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
    planted = getattr(channel, "_audit_delivery", {})
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
