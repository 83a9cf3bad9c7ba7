"""The way of an alert: topics and their readers, alarms, rules of EventBridge, and AWS's own messengers."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dumps import CHAT_REGION, GLOBAL, Description, every, lists, policy, some, tags, without
from local import LocalAws

CONFIRMATIONS = {"PendingConfirmation": "pending", "Deleted": "deleted"}
OF_STATE = ("StateReason", "StateReasonData", "StateTransitionedTimestamp", "StateUpdatedTimestamp", "StateValue")
RULE_PARTS = ("Description", "RoleArn", "ScheduleExpression", "State")
NOTICE_PARTS = ("eventPattern", "eventType", "regions", "source")


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


@lists("AWS::CloudWatch::AlarmMuteRule")
def mute_rules(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("cloudwatch")
    for rule in every(client, "list_alarm_mute_rules"):
        name = rule["AlarmMuteRuleArn"].rsplit(":", 1)[-1]
        whole = client.get_alarm_mute_rule(AlarmMuteRuleName=name)
        yield name, some(whole, ("Description", "ExpireDate", "MuteTargets", "Rule", "StartDate"))


@lists("AWS::Events::EventBus")
def buses(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for bus in every(aws.client("events"), "list_event_buses"):
        yield bus["Name"], {"Policy": policy(bus.get("Policy"))}


@lists("AWS::Events::Rule")
def rules(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    """`name`, on another bus than the default one `bus|name`; not what services manage for themselves."""
    client = aws.client("events")
    for bus in every(client, "list_event_buses"):
        for rule in every(client, "list_rules", EventBusName=bus["Name"]):
            if rule.get("ManagedBy"):
                continue
            of = {"Rule": rule["Name"], "EventBusName": bus["Name"]}
            targets = every(client, "list_targets_by_rule", **of)
            pattern = rule.get("EventPattern")
            yield rule["Name"] if bus["Name"] == "default" else f"{bus['Name']}|{rule['Name']}", {
                "EventPattern": json.loads(pattern) if pattern else None,
                "Tags": tags(client.list_tags_for_resource(ResourceARN=rule["Arn"]).get("Tags")),
                "Targets": sorted(targets, key=lambda target: target["Id"]),
                **some(rule, RULE_PARTS),
            }


@lists("AWS::Chatbot::SlackChannelConfiguration")
def chats(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for chat in every(aws.client("chatbot", CHAT_REGION), "describe_slack_channel_configurations"):
        yield chat["ConfigurationName"], chat | {"Tags": tags(chat.get("Tags"), "TagKey", "TagValue")}


@lists("AWS::Notifications::NotificationConfiguration")
def notices(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("notifications", GLOBAL)
    for found in every(client, "list_notification_configurations"):
        of = {"notificationConfigurationArn": found["arn"]}
        yield found["name"], {
            "aggregationDuration": found["aggregationDuration"],
            "channels": sorted(every(client, "list_channels", **of)),
            "description": found["description"],
            "eventRules": [some(rule, NOTICE_PARTS) for rule in every(client, "list_event_rules", **of)],
            "tags": client.list_tags_for_resource(arn=found["arn"]).get("tags") or {},
        }


@lists("AWS::Notifications::ManagedNotificationConfiguration")
def managed_notices(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("notifications", GLOBAL)
    for found in every(client, "list_managed_notification_configurations"):
        of = {"managedNotificationConfigurationArn": found["arn"]}
        heard = every(client, "list_managed_notification_channel_associations", **of)
        yield found["name"], {"channels": sorted(each["channelIdentifier"] for each in heard)}
