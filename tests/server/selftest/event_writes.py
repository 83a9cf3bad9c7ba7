"""EventBridge: its rules, targets and patterns; and AWS User Notifications, which use them."""

from __future__ import annotations

import json
from typing import Any

from selftest.baseline_reads import pages
from selftest.harness import REGION, Account, Server, error_of, same

US = "us-east-1"
PATTERN = json.dumps({"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}})
TAGS = [{"Key": "managed-by", "Value": "audit"}]


def test_rule_writes(server: Server) -> None:
    account = Account(server)
    client = account.client("events")
    arn = client.put_rule(Name="findings", EventPattern=PATTERN, Description="for us", Tags=TAGS)["RuleArn"]
    same(arn, f"arn:aws:events:{REGION}:{account.id}:rule/findings")
    topic = {"Id": "topic", "Arn": f"arn:aws:sns:{REGION}:{account.id}:alerts"}
    same(client.put_targets(Rule="findings", Targets=[topic])["FailedEntryCount"], 0)
    same(pages(account, "events", "list_targets_by_rule", "Targets", Rule="findings"), [topic])
    client.put_rule(Name="findings", EventPattern=PATTERN, State="DISABLED", Tags=[{"Key": "x", "Value": "y"}])
    [rule] = pages(account, "events", "list_rules", "Rules")
    same((rule["State"], "Description" in rule, rule["EventBusName"]), ("DISABLED", False, "default"))
    same(client.list_tags_for_resource(ResourceARN=arn)["Tags"], TAGS)
    client.tag_resource(ResourceARN=arn, Tags=[{"Key": "team", "Value": "ops"}])
    same(len(client.list_tags_for_resource(ResourceARN=arn)["Tags"]), 2)
    same(error_of(client.delete_rule, Name="findings"), ("ValidationException", 400))
    client.remove_targets(Rule="findings", Ids=["topic"])
    client.delete_rule(Name="findings")
    client.delete_rule(Name="findings")
    for gone in (client.list_targets_by_rule, client.put_targets, client.remove_targets):
        more = {"put_targets": {"Targets": [topic]}, "remove_targets": {"Ids": ["topic"]}}.get(gone.__name__, {})
        same(error_of(gone, Rule="findings", **more), ("ResourceNotFoundException", 400))
    same(error_of(client.describe_rule, Name="findings"), ("ResourceNotFoundException", 400))


def test_what_rules_refuse(server: Server) -> None:
    account = Account(server)
    client = account.client("events")
    for wrong in ("{", "[]", "{}", '{"source":"aws.health"}', '{"source":[]}', '{"a":[{"like":"x"}]}', '{"a":[["b"]]}'):
        refused = error_of(client.put_rule, Name="x", EventPattern=wrong)
        same(refused, ("InvalidEventPatternException", 400))
    same(error_of(client.put_rule, Name="x"), ("ValidationException", 400))
    refused = error_of(client.put_rule, Name="x", EventPattern=PATTERN, EventBusName="none")
    same(refused, ("ResourceNotFoundException", 400))
    client.put_rule(Name="x", EventPattern=PATTERN)
    target = {"Arn": f"arn:aws:sns:{REGION}:{account.id}:alerts"}
    many = [target | {"Id": str(number)} for number in range(6)]
    same(error_of(client.put_targets, Rule="x", Targets=many), ("LimitExceededException", 400))
    both = target | {"Id": "1", "Input": "{}", "InputPath": "$.detail"}
    same(error_of(client.put_targets, Rule="x", Targets=[both]), ("ValidationException", 400))
    stream = {"Id": "1", "Arn": f"arn:aws:kinesis:{REGION}:{account.id}:stream/x"}
    same(error_of(client.put_targets, Rule="x", Targets=[stream]), ("ValidationException", 400))
    account.post("state", kind="event_rule", name="x", managed_by="securityhub.amazonaws.com")
    same(client.list_rules()["Rules"][0]["ManagedBy"], "securityhub.amazonaws.com")
    for call, name in ((client.delete_rule, "Name"), (client.remove_targets, "Rule")):
        more = {"Ids": ["1"]} if name == "Rule" else {}
        same(error_of(call, **{name: "x"}, **more), ("ManagedRuleException", 400))


def test_buses(server: Server) -> None:
    account = Account(server)
    client = account.client("events")
    client.create_event_bus(Name="audit")
    same([b["Name"] for b in pages_of(account, "list_event_buses", "EventBuses")], ["default", "audit"])
    arn = client.put_rule(Name="x", EventBusName="audit", EventPattern=PATTERN)["RuleArn"]
    assert arn.endswith(":rule/audit/x")
    same(client.list_rules()["Rules"], [])
    same([rule["Name"] for rule in client.list_rules(EventBusName="audit")["Rules"]], ["x"])


def pages_of(account: Account, method: str, member: str) -> list[Any]:
    """Of an operation for which botocore has no paginator."""
    client, found, token = account.client("events"), [], {}
    account.post("page", size=1)
    while True:
        page = getattr(client, method)(**token)
        found += page[member]
        if "NextToken" not in page:
            account.post("page", size=None)
            return found
        token = {"NextToken": page["NextToken"]}


def event(**more: Any) -> str:
    whole = {"id": "1", "account": "1" * 12, "source": "aws.guardduty", "time": "2026-01-01T00:00:00Z"}
    whole |= {"region": REGION, "resources": [], "detail-type": "GuardDuty Finding", "detail": {}}
    return json.dumps(whole | more)


def test_patterns(server: Server) -> None:
    client = Account(server).client("events")

    def matches(pattern: Any, **more: Any) -> bool:
        return client.test_event_pattern(EventPattern=json.dumps(pattern), Event=event(**more))["Result"]

    def severity(test: Any, value: Any) -> bool:
        return matches({"detail": {"severity": [test]}}, detail={"severity": value})

    assert severity({"numeric": [">=", 7]}, 8.5) and not severity({"numeric": [">=", 7]}, 6.9)
    assert severity(8, 8.0) and not severity(8, 8.5) and not severity({"numeric": [">", 7, "<", 8]}, 8)
    assert not severity({"numeric": [">=", 7]}, "8") and not severity(1, True)
    assert matches({"source": ["aws.health", "aws.guardduty"]}) and not matches({"source": ["aws.health*"]})
    assert matches({"source": [{"prefix": "aws."}]}) and matches({"source": [{"wildcard": "aws.*duty"}]})
    assert matches({"source": [{"prefix": {"equals-ignore-case": "AWS."}}]})
    assert matches({"source": [{"suffix": "duty"}]})
    assert matches({"source": [{"anything-but": ["aws.health"]}]})
    assert not matches({"source": [{"anything-but": {"prefix": "aws."}}]})
    assert matches({"detail": {"x": [{"exists": False}]}}) and not matches({"detail": {"x": [{"exists": True}]}})
    assert matches({"$or": [{"source": ["a"]}, {"detail-type": ["GuardDuty Finding"]}]})
    assert matches({"resources": ["b"]}, resources=["a", "b"]) and not matches({"resources": ["c"]}, resources=["a"])
    assert matches({"detail": {"ip": [{"cidr": "10.0.0.0/24"}]}}, detail={"ip": "10.0.0.7"})
    assert matches({"detail": {"list": {"a": [1]}}}, detail={"list": [{"a": 2}, {"a": 1}]})
    refused = error_of(client.test_event_pattern, EventPattern=PATTERN, Event='{"source": "x"}')
    same(refused, ("ValidationException", 400))
    refused = error_of(client.test_event_pattern, EventPattern='{"a": 1}', Event=event())
    same(refused, ("InvalidEventPatternException", 400))


def test_notifications(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("notifications", US)
    [found] = pages(account, "notifications", "list_notification_configurations", "notificationConfigurations", US)
    same((found["name"], found["status"]), ("database-events", "ACTIVE"))
    of = {"notificationConfigurationArn": found["arn"]}
    [rule] = pages(account, "notifications", "list_event_rules", "eventRules", US, **of)
    same((rule["source"], rule["statusSummaryByRegion"][REGION]["status"]), ("aws.rds", "ACTIVE"))
    [managed] = [r["ManagedBy"] for r in account.client("events").list_rules()["Rules"] if "ManagedBy" in r]
    same(managed, "notifications.amazonaws.com")
    [channel] = pages(account, "notifications", "list_channels", "channels", US, **of)
    same(error_of(client.associate_channel, **of, arn=channel), ("ConflictException", 409))
    more = f"arn:aws:chatbot::{account.id}:chat-configuration/slack-channel/ops"
    client.associate_channel(**of, arn=more)
    same(len(pages(account, "notifications", "list_channels", "channels", US, **of)), 2)
    client.disassociate_channel(**of, arn=more)
    account.post("state", kind="notification_rule", name="database-events", place=REGION, status="INACTIVE")
    same(client.list_notification_configurations()["notificationConfigurations"][0]["status"], "INACTIVE")
    client.delete_notification_configuration(arn=found["arn"])
    same(error_of(client.list_channels, **of), ("ResourceNotFoundException", 404))
    same([r["Name"] for r in account.client("events").list_rules()["Rules"]], ["guardduty-findings", "health-events"])


def test_managed_notifications(server: Server) -> None:
    account = Account(server)
    client = account.client("notifications", US)
    method = "list_managed_notification_configurations"
    found = pages(account, "notifications", method, "managedNotificationConfigurations", US)
    same(len(found), 4)
    of = {"managedNotificationConfigurationArn": found[0]["arn"]}
    [contact] = client.list_managed_notification_channel_associations(**of)["channelAssociations"]
    same((contact["channelIdentifier"], contact["channelType"]), ("ACCOUNT_PRIMARY", "ACCOUNT_CONTACT"))
    chat = f"arn:aws:chatbot::{account.id}:chat-configuration/slack-channel/ops"
    client.associate_managed_notification_additional_channel(**of, channelArn=chat)
    client.disassociate_managed_notification_account_contact(**of, contactIdentifier="ACCOUNT_PRIMARY")
    method = "list_managed_notification_channel_associations"
    [left] = pages(account, "notifications", method, "channelAssociations", US, **of)
    same((left["channelIdentifier"], left["channelType"]), (chat, "CHATBOT"))
    account.post("state", kind="managed_notification", channels=[])
    same(client.list_managed_notification_channel_associations(**of)["channelAssociations"], [])
