"""What holds for a whole account: records, people, guard, costs and scanning."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dumps import GLOBAL, Description, asked, every, lists, policy, some, tags, without
from local import LocalAws

BUCKET_PARTS = {
    "Encryption": ("get_bucket_encryption", "ServerSideEncryptionConfiguration"),
    "Lifecycle": ("get_bucket_lifecycle_configuration", "Rules"),
    "Ownership": ("get_bucket_ownership_controls", "OwnershipControls"),
    "PublicAccessBlock": ("get_public_access_block", "PublicAccessBlockConfiguration"),
    "Tags": ("get_bucket_tagging", "TagSet"),
    "Versioning": ("get_bucket_versioning", "Status"),
}
BUDGET_PARTS = ("BudgetLimit", "BudgetType", "CostFilters", "CostTypes", "TimePeriod", "TimeUnit")
SUMMARY_PARTS = ("AccountAccessKeysPresent", "AccountMFAEnabled", "AccountPasswordPresent")
MONITOR_PARTS = ("MonitorDimension", "MonitorName", "MonitorSpecification", "MonitorType")
SUBSCRIPTION_PARTS = ("Frequency", "Subscribers", "SubscriptionName", "ThresholdExpression")


@lists("AWS::::Account")
def account(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    yield aws.account, some(aws.client("iam", GLOBAL).get_account_summary()["SummaryMap"], SUMMARY_PARTS)


@lists("AWS::S3::Bucket")
def buckets(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    """Those of all regions."""
    for bucket in aws.client("s3", GLOBAL).list_buckets().get("Buckets") or []:
        name = bucket["Name"]
        place = aws.client("s3", GLOBAL).get_bucket_location(Bucket=name).get("LocationConstraint") or GLOBAL
        client = aws.client("s3", place)
        found = {
            part: asked(getattr(client, method), member, Bucket=name) for part, (method, member) in BUCKET_PARTS.items()
        }
        versions = client.list_object_versions(Bucket=name)
        yield name, found | {
            "Objects": len(versions.get("Versions") or []) + len(versions.get("DeleteMarkers") or []),
            "Policy": policy(asked(client.get_bucket_policy, "Policy", Bucket=name)),
            "Region": place,
            "Tags": tags(found["Tags"]),
        }


@lists("AWS::IAM::Role")
def roles(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("iam", GLOBAL)
    for listed in every(client, "list_roles"):
        name = listed["RoleName"]
        role = client.get_role(RoleName=name)["Role"]
        inline = {
            each: policy(client.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"])
            for each in every(client, "list_role_policies", RoleName=name)
        }
        yield name, {
            "AssumeRolePolicyDocument": policy(role["AssumeRolePolicyDocument"]),
            "AttachedPolicies": sorted(
                each["PolicyArn"] for each in every(client, "list_attached_role_policies", RoleName=name)
            ),
            "Description": role.get("Description"),
            "InlinePolicies": inline,
            "MaxSessionDuration": role.get("MaxSessionDuration"),
            "Path": role["Path"],
            "Tags": tags(role.get("Tags")),
        }


@lists("AWS::IAM::User")
def users(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("iam", GLOBAL)
    for user in every(client, "list_users"):
        name = user["UserName"]
        keys = client.list_access_keys(UserName=name)["AccessKeyMetadata"]
        yield name, {
            "AccessKeys": [key["Status"] for key in keys],
            "HasPassword": asked(client.get_login_profile, "LoginProfile", UserName=name) is not None,
            "MFADevices": sorted(d["SerialNumber"] for d in client.list_mfa_devices(UserName=name)["MFADevices"]),
            "Path": user["Path"],
        }


@lists("AWS::KMS::Key")
def keys(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    """Those that have an alias of the team's own."""
    client = aws.client("kms")
    for alias in client.list_aliases().get("Aliases") or []:
        if alias["AliasName"].startswith("alias/aws/"):
            continue
        key = client.describe_key(KeyId=alias["AliasName"])["KeyMetadata"]
        text = client.get_key_policy(KeyId=key["KeyId"])["Policy"]
        yield alias["AliasName"], some(key, ("Description", "KeyState")) | {"Policy": policy(text)}


@lists("AWS::Config::ConfigurationRecorder")
def recorders(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("config")
    status = client.describe_configuration_recorder_status().get("ConfigurationRecordersStatus") or []
    recording = {each["name"]: each["recording"] for each in status}
    for recorder in client.describe_configuration_recorders().get("ConfigurationRecorders") or []:
        yield recorder["name"], recorder | {"recording": recording[recorder["name"]]}


@lists("AWS::Config::DeliveryChannel")
def channels(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for channel in aws.client("config").describe_delivery_channels().get("DeliveryChannels") or []:
        yield channel["name"], channel


@lists("AWS::CloudTrail::Trail")
def trails(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    """Those at home here."""
    client = aws.client("cloudtrail")
    for trail in client.describe_trails(includeShadowTrails=False).get("trailList") or []:
        arn = trail["TrailARN"]
        tagged = client.list_tags(ResourceIdList=[arn]).get("ResourceTagList") or [{}]
        yield trail["Name"], trail | {
            "EventSelectors": without(client.get_event_selectors(TrailName=arn), "TrailARN"),
            "IsLogging": client.get_trail_status(Name=arn)["IsLogging"],
            "Tags": tags(tagged[0].get("TagsList")),
        }


@lists("AWS::GuardDuty::Detector")
def detectors(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    """Under a number: a detector's id is drawn."""
    client = aws.client("guardduty")
    for number, detector in enumerate(every(client, "list_detectors")):
        whole = client.get_detector(DetectorId=detector)
        yield str(number), some(whole, ("FindingPublishingFrequency", "Status", "Tags"))


@lists("AWS::ECR::RegistryScanningConfiguration")
def registry(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    yield aws.account, aws.client("ecr").get_registry_scanning_configuration()["scanningConfiguration"]


@lists("AWS::Budgets::Budget")
def budgets(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("budgets", GLOBAL)
    for budget in every(client, "describe_budgets", AccountId=aws.account):
        name = budget["BudgetName"]
        of = {"AccountId": aws.account, "BudgetName": name}
        notifications = [
            without(notification, "NotificationState")
            | {
                "Subscribers": sorted(
                    f"{each['SubscriptionType']} {each['Address']}"
                    for each in every(
                        client, "describe_subscribers_for_notification", **of, Notification=notification
                    )
                )
            }
            for notification in every(client, "describe_notifications_for_budget", **of)
        ]
        arn = f"arn:aws:budgets::{aws.account}:budget/{name}"
        yield name, some(budget, BUDGET_PARTS) | {
            "Notifications": sorted(notifications, key=lambda each: json.dumps(each, sort_keys=True)),
            "Tags": tags(client.list_tags_for_resource(ResourceARN=arn).get("ResourceTags")),
        }


@lists("AWS::CE::AnomalyMonitor")
def anomaly_monitors(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("ce", GLOBAL)
    for monitor in every(client, "get_anomaly_monitors"):
        found = client.list_tags_for_resource(ResourceArn=monitor["MonitorArn"]).get("ResourceTags")
        yield monitor["MonitorName"], some(monitor, MONITOR_PARTS) | {"Tags": tags(found)}


@lists("AWS::CE::AnomalySubscription")
def anomaly_subscriptions(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    """With the names of its monitors."""
    client = aws.client("ce", GLOBAL)
    names = {each["MonitorArn"]: each["MonitorName"] for each in every(client, "get_anomaly_monitors")}
    for found in every(client, "get_anomaly_subscriptions"):
        tagged = client.list_tags_for_resource(ResourceArn=found["SubscriptionArn"]).get("ResourceTags")
        yield found["SubscriptionName"], some(found, SUBSCRIPTION_PARTS) | {
            "Monitors": sorted(names[arn] for arn in found["MonitorArnList"]),
            "Tags": tags(tagged),
        }
