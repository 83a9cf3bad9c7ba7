"""The way of an alert: topics, their readers, alarms, rules of EventBridge, and AWS's own messengers."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import Any

from seeds import Aws
from seeds.parts.base import SECRET, topic_arn

GLOBAL = "us-east-1"
# Severities as they were written out before patterns knew numbers; the newest are missing.
SEVERITIES = [n / 10 if n % 10 else n // 10 for n in range(70, 90)]
HEALTH: dict[str, Any] = {"source": ["aws.health"], "detail-type": ["AWS Health Event"]}


def guardduty_pattern(*severities: Any) -> dict[str, Any]:
    """Findings of these severities, each a number or a test."""
    return {
        "source": ["aws.guardduty"],
        "detail-type": ["GuardDuty Finding"],
        "detail": {"severity": list(severities)},
    }


@cache
def _code() -> bytes:
    """The smallest function there is. Nothing here ever runs it."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return None\n")
    return memory.getvalue()


def function(aws: Aws, name: str, role_arn: str) -> str:
    """A function that forwards alerts to Slack, its webhook in the environment as so often."""
    webhook = f"https://hooks.slack.com/services/T00000000/B00000000/{SECRET}webhook"
    made = aws.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role=role_arn,
        Code={"ZipFile": _code()},
        Environment={"Variables": {"SLACK_WEBHOOK_URL": webhook, "LOG_LEVEL": "info"}},
    )
    return made["FunctionArn"]


def allow_topic(aws: Aws, function_name: str, topic: str) -> None:
    aws.client("lambda").add_permission(
        FunctionName=function_name,
        StatementId=f"sns-{topic}",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic_arn(aws, topic),
    )


def topic(aws: Aws, name: str, policy: dict[str, Any] | None = None, *, key: str | None = None) -> str:
    """With the alias of a `key`, it is encrypted."""
    encrypted = {"Attributes": {"KmsMasterKeyId": f"alias/{key}"}} if key else {}
    arn = aws.client("sns").create_topic(Name=name, **encrypted)["TopicArn"]
    if policy is not None:
        put_policy(aws, name, policy)
    return arn


def put_policy(aws: Aws, name: str, policy: dict[str, Any]) -> None:
    aws.client("sns").set_topic_attributes(
        TopicArn=topic_arn(aws, name), AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def publishers_policy(aws: Aws, name: str, *, budgets: bool = True, costs: bool = False) -> dict[str, Any]:
    """The owner, CloudWatch, EventBridge and (unless told otherwise) Budgets may publish; Cost Explorer if told so."""
    arn = topic_arn(aws, name)
    owner = {
        "Sid": "owner",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Subscribe", "SNS:Publish"],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": aws.account}},
    }
    alarms = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{aws.region}:{aws.account}:alarm:*"}}
    spend = {
        "StringEquals": {"aws:SourceAccount": aws.account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:budgets::{aws.account}:*"},
    }
    statements = [
        owner,
        _publisher("cloudwatch", arn) | {"Condition": alarms},
        _publisher("events", arn),
    ]
    if budgets:
        statements.append(_publisher("budgets", arn) | {"Condition": spend})
    if costs:
        own = {"StringEquals": {"aws:SourceAccount": aws.account}}
        statements.append(_publisher("costalerts", arn) | {"Condition": own})
    return {"Version": "2012-10-17", "Statement": statements}


def _publisher(service: str, arn: str) -> dict[str, Any]:
    return {
        "Sid": service,
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": arn,
    }


def subscribe(aws: Aws, name: str, protocol: str, endpoint: str, *, confirm: bool = False) -> None:
    aws.client("sns").subscribe(TopicArn=topic_arn(aws, name), Protocol=protocol, Endpoint=endpoint)
    if confirm:
        aws.state("subscription", topic=name, endpoint=endpoint, state="confirmed")


def alarm(
    aws: Aws,
    name: str,
    metric: str,
    dimensions: dict[str, str],
    threshold: float,
    *,
    topic: str | None,
    below: bool = False,
    **more: Any,
) -> None:
    """A metric alarm; `metric` is `namespace/name`, the name after the last slash."""
    namespace, metric_name = metric.rsplit("/", 1)
    settings = {
        "AlarmName": name,
        "Namespace": namespace,
        "MetricName": metric_name,
        "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
        "Statistic": "Average",
        "Period": 300,
        "EvaluationPeriods": 3,
        "Threshold": threshold,
        "ComparisonOperator": "LessThanThreshold" if below else "GreaterThanThreshold",
        "AlarmActions": [topic_arn(aws, topic)] if topic else [],
        "OKActions": [topic_arn(aws, topic)] if topic else [],
    }
    aws.client("cloudwatch").put_metric_alarm(**settings | more)
    evaluated(aws, name)


def evaluated(aws: Aws, name: str) -> None:
    """A new alarm has no data; this one has been looked at, and all is well."""
    aws.state("alarm", name=name, value="OK", reason="Unchecked: Initial alarm creation")


def event_rule(aws: Aws, name: str, pattern: dict[str, Any], topic: str, *, state: str = "ENABLED") -> None:
    """A rule of the default bus that tells a topic."""
    client = aws.client("events")
    client.put_rule(Name=name, EventPattern=json.dumps(pattern), State=state)
    client.put_targets(Rule=name, Targets=[{"Id": "topic", "Arn": topic_arn(aws, topic)}])


def email_contact(aws: Aws, name: str) -> str:
    """The ARN of an address that AWS User Notifications write to."""
    return f"arn:aws:notifications-contacts::{aws.account}:emailcontact/{name:0<27}"


def notice(aws: Aws, name: str, source: str, event_type: str, channel: str) -> None:
    """AWS User Notifications tell a channel of such events."""
    client = aws.client("notifications", GLOBAL)
    if not client.list_notification_hubs()["notificationHubs"]:
        client.register_notification_hub(notificationHubRegion=GLOBAL)
    arn = client.create_notification_configuration(name=name, description="from the console")["arn"]
    of = {"notificationConfigurationArn": arn}
    client.create_event_rule(**of, source=source, eventType=event_type, regions=[aws.region])
    client.associate_channel(**of, arn=channel)
