"""What an account holds, as AWS would tell it, for tests that compare an account before and after by its resources.

A JSON object of CloudFormation's type names, each a map from a name to a description under the API's own members. Ids
that AWS draws, times and what only the running system knows (an alarm's state, a canary's last run) are left out, so
that two dumps of the same account are equal. Nothing here is recorded as a request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import models
from local import LocalAws
from wire import Refused

Description = dict[str, Any]
Lister = Callable[[LocalAws], Iterator[tuple[str, Description]]]

GLOBAL, CHAT_REGION = "us-east-1", "us-east-2"
LISTERS: dict[str, Lister] = {}

CONFIRMATIONS = {"PendingConfirmation": "pending", "Deleted": "deleted"}
OF_STATE = ("StateReason", "StateReasonData", "StateTransitionedTimestamp", "StateUpdatedTimestamp", "StateValue")
BUCKET_PARTS = {
    "Encryption": ("get_bucket_encryption", "ServerSideEncryptionConfiguration"),
    "Lifecycle": ("get_bucket_lifecycle_configuration", "Rules"),
    "Ownership": ("get_bucket_ownership_controls", "OwnershipControls"),
    "PublicAccessBlock": ("get_public_access_block", "PublicAccessBlockConfiguration"),
    "Tags": ("get_bucket_tagging", "TagSet"),
    "Versioning": ("get_bucket_versioning", "Status"),
}
FUNCTION_PARTS = ("CodeSha256", "Description", "Environment", "Handler", "MemorySize", "Role", "Runtime", "Timeout")
DATABASE_PARTS = ("AllocatedStorage", "DBClusterIdentifier", "Engine", "MaxAllocatedStorage", "StorageType")
BUDGET_PARTS = ("BudgetLimit", "BudgetType", "CostFilters", "CostTypes", "TimePeriod", "TimeUnit")


def dump(aws: LocalAws) -> dict[str, dict[str, Description]]:
    """Everything in this account and region, and what is global."""
    found = {kind: dict(sorted(work(aws), key=_name)) for kind, work in sorted(LISTERS.items())}
    return json.loads(json.dumps(found, default=str, sort_keys=True))


def _name(item: tuple[str, Description]) -> str:
    return item[0]


def lists(kind: str) -> Callable[[Lister], Lister]:
    def register(function: Lister) -> Lister:
        LISTERS[kind] = function
        return function

    return register


def every(client: Any, method: str, **params: Any) -> Iterator[Any]:
    """The items of all pages."""
    pager = models.pager(client.service, client.operation(method))
    assert pager is not None, method
    while True:
        page = getattr(client, method)(**params)
        for member in pager.results:
            yield from page.get(member) or []
        if not page.get(pager.output_token):
            return
        params[pager.input_token] = page[pager.output_token]


def asked(call: Callable[..., Description], member: str, **params: Any) -> Any:
    """A member of an answer; none where AWS says that there is no such thing."""
    try:
        return call(**params).get(member)
    except Refused as refused:
        if refused.reply.status == 404:
            return None
        raise


def some(whole: Description, members: tuple[str, ...]) -> Description:
    return {member: whole.get(member) for member in members}


def without(whole: Description, *members: str) -> Description:
    return {member: value for member, value in whole.items() if member not in members}


def tags(pairs: list[dict[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    return {pair[key]: pair[value] for pair in pairs or []}


def policy(text: str | None) -> Any:
    return None if text is None else json.loads(unquote(text) if text.startswith("%") else text)


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


@lists("AWS::Lambda::Function")
def functions(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("lambda")
    for function in every(client, "list_functions"):
        name = function["FunctionName"]
        whole = client.get_function(FunctionName=name)
        yield name, some(whole["Configuration"], FUNCTION_PARTS) | {
            "Policy": policy(asked(client.get_policy, "Policy", FunctionName=name)),
            "ReservedConcurrentExecutions": (whole.get("Concurrency") or {}).get("ReservedConcurrentExecutions"),
            "Tags": client.list_tags(Resource=function["FunctionArn"]).get("Tags") or {},
        }


@lists("AWS::SNS::Topic")
def topics(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("sns")
    for topic in every(client, "list_topics"):
        arn = topic["TopicArn"]
        attributes = client.get_topic_attributes(TopicArn=arn)["Attributes"]
        yield arn.rsplit(":", 1)[-1], {
            "Attributes": attributes | {"Policy": policy(attributes["Policy"])},
            "Tags": tags(client.list_tags_for_resource(ResourceArn=arn).get("Tags")),
        }


@lists("AWS::SNS::Subscription")
def subscriptions(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    """Under `topic|protocol|endpoint`: a subscription's ARN is drawn, and not told before it is confirmed."""
    client = aws.client("sns")
    for found in every(client, "list_subscriptions"):
        arn = found["SubscriptionArn"]
        attributes = {}
        if arn not in CONFIRMATIONS:
            attributes = client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        key = f"{found['TopicArn'].rsplit(':', 1)[-1]}|{found['Protocol']}|{found['Endpoint']}"
        yield key, {
            "Attributes": without(attributes, "SubscriptionArn"),
            "State": CONFIRMATIONS.get(arn, "confirmed"),
            "TopicArn": found["TopicArn"],
        }


def _alarms(aws: LocalAws, kind: str) -> Iterator[tuple[str, Description]]:
    client = aws.client("cloudwatch")
    for alarm in every(client, "describe_alarms", AlarmTypes=[kind]):
        found = client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"]).get("Tags")
        plain = without(alarm, "AlarmConfigurationUpdatedTimestamp", *OF_STATE)
        yield alarm["AlarmName"], plain | {"Tags": tags(found)}


@lists("AWS::CloudWatch::Alarm")
def metric_alarms(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    return _alarms(aws, "MetricAlarm")


@lists("AWS::CloudWatch::CompositeAlarm")
def composite_alarms(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    return _alarms(aws, "CompositeAlarm")


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


@lists("AWS::ECR::Repository")
def repositories(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("ecr")
    for repository in every(client, "describe_repositories"):
        found = client.list_tags_for_resource(resourceArn=repository["repositoryArn"]).get("tags")
        yield repository["repositoryName"], without(repository, "createdAt") | {"tags": tags(found)}


@lists("AWS::RDS::DBInstance")
def databases(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for database in every(aws.client("rds"), "describe_db_instances"):
        yield database["DBInstanceIdentifier"], some(database, DATABASE_PARTS) | {"Tags": tags(database.get("TagList"))}


@lists("AWS::Synthetics::Canary")
def canaries(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for canary in every(aws.client("synthetics"), "describe_canaries"):
        plain = without(canary, "EngineArn", "Id", "Status", "Timeline")
        yield canary["Name"], plain | {"State": canary["Status"]["State"]}


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


@lists("AWS::Logs::LogGroup")
def log_groups(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("logs")
    for group in every(client, "describe_log_groups"):
        found = client.list_tags_for_resource(resourceArn=group["logGroupArn"]).get("tags")
        yield group["logGroupName"], {"retentionInDays": group.get("retentionInDays"), "tags": found or {}}


@lists("AWS::Chatbot::SlackChannelConfiguration")
def chats(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for chat in every(aws.client("chatbot", CHAT_REGION), "describe_slack_channel_configurations"):
        yield chat["ConfigurationName"], chat | {"Tags": tags(chat.get("Tags"), "TagKey", "TagValue")}
