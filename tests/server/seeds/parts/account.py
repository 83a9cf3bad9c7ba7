"""What holds for a whole account: its records, its people, its guard, and what it costs."""

from __future__ import annotations

from typing import Any

from seeds import Aws
from seeds.parts.base import SECRET, delivery_bucket, topic_arn

GLOBAL = "us-east-1"


def trail(aws: Aws, name: str, *, multi_region: bool, validation: bool, logging: bool) -> None:
    client = aws.client("cloudtrail")
    client.create_trail(
        Name=name,
        S3BucketName=delivery_bucket(aws, f"{name}-logs", "cloudtrail"),
        IsMultiRegionTrail=multi_region,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=validation,
    )
    if logging:
        selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
        client.put_event_selectors(TrailName=name, EventSelectors=[selector])
        client.start_logging(Name=name)


def config_role(aws: Aws) -> str:
    """Config's service-linked role, one for all regions."""
    client, path = aws.client("iam"), "/aws-service-role/config.amazonaws.com/"
    if not client.list_roles(PathPrefix=path)["Roles"]:
        client.create_service_linked_role(AWSServiceName="config.amazonaws.com")
    return f"arn:aws:iam::{aws.account}:role{path}AWSServiceRoleForConfig"


def config_recorder(aws: Aws, recording_group: dict[str, Any]) -> None:
    client = aws.client("config")
    recorder = {"name": "default", "roleARN": config_role(aws), "recordingGroup": recording_group}
    client.put_configuration_recorder(ConfigurationRecorder=recorder)
    name = delivery_bucket(aws, "config", "config")
    client.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": name})
    client.start_configuration_recorder(ConfigurationRecorderName="default")


def user(
    aws: Aws, name: str, *, mfa: bool, password_used: float | None, key_age: float, key_used: float | None
) -> None:
    """Someone with a password and an access key; when they were used, and how old the key is, in days."""
    client = aws.client("iam")
    client.create_user(UserName=name)
    client.create_login_profile(UserName=name, Password=f"{SECRET}password")
    client.create_access_key(UserName=name)
    if mfa:
        mfa_device(aws, name)
    aws.state("user", name=name, created=key_age + 300, password_changed=key_age, password_last_used=password_used)
    aws.state("access_key", user=name, created=key_age, last_used=key_used, place=aws.region)


def mfa_device(aws: Aws, name: str) -> None:
    client = aws.client("iam")
    known = [each["SerialNumber"] for each in client.list_virtual_mfa_devices()["VirtualMFADevices"]]
    serial = f"arn:aws:iam::{aws.account}:mfa/{name}"
    if serial not in known:
        client.create_virtual_mfa_device(VirtualMFADeviceName=name)
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
    client.enable_mfa_device(UserName=name, SerialNumber=serial, **codes)


def credential_report(aws: Aws) -> None:
    """Somebody has asked for one just now: it is there at once."""
    for _ in range(2):
        aws.client("iam").generate_credential_report()


def notification(threshold: float, kind: str = "ACTUAL") -> dict[str, Any]:
    return {
        "NotificationType": kind,
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": threshold,
        "ThresholdType": "PERCENTAGE",
    }


def budget(aws: Aws, name: str, limit: int, notifications: list[dict[str, Any]]) -> None:
    aws.client("budgets").create_budget(
        AccountId=aws.account,
        Budget={
            "BudgetName": name,
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": str(limit), "Unit": "USD"},
        },
        NotificationsWithSubscribers=notifications,
    )
    aws.state("budget", name=name, actual=limit * 0.4, forecast=limit * 0.8)


def anomaly_monitor(aws: Aws, name: str) -> str:
    """Of every AWS service; an account has one at most."""
    monitor = {"MonitorName": name, "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    made = aws.client("ce", GLOBAL).create_anomaly_monitor(AnomalyMonitor=monitor)["MonitorArn"]
    aws.state("anomaly_monitor", name=name, values=14, evaluated=1)
    return made


def anomaly_subscription(aws: Aws, name: str, monitor: str, topic: str) -> None:
    """The topic hears at once of what costs 20 dollars more than it should."""
    impact = {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": ["20"]}
    subscription = {
        "SubscriptionName": name,
        "MonitorArnList": [monitor],
        "Frequency": "IMMEDIATE",
        "Subscribers": [{"Type": "SNS", "Address": topic_arn(aws, topic)}],
        "ThresholdExpression": {"Dimensions": impact},
    }
    aws.client("ce", GLOBAL).create_anomaly_subscription(AnomalySubscription=subscription)


def anomaly_monitors(aws: Aws) -> list[dict[str, Any]]:
    return aws.client("ce", GLOBAL).get_anomaly_monitors()["AnomalyMonitors"]


def anomaly_subscriptions(aws: Aws) -> list[dict[str, Any]]:
    return aws.client("ce", GLOBAL).get_anomaly_subscriptions()["AnomalySubscriptions"]
