"""Writes along the alert path: topics, subscriptions, alarms, budgets, and AWS's chat service."""

from __future__ import annotations

import json
from typing import Any

from selftest.harness import REGION, Account, Server, error_of, same

CHAT = "https://global.sns-api.chatbot.amazonaws.com"
ALARM = {
    "AlarmName": "full",
    "AlarmDescription": "all there is",
    "Namespace": "AWS/RDS",
    "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "shop-db"}],
    "ExtendedStatistic": "p99",
    "Period": 60,
    "EvaluationPeriods": 5,
    "DatapointsToAlarm": 3,
    "Threshold": 80.5,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "breaching",
    "EvaluateLowSampleCountPercentile": "ignore",
    "Unit": "Percent",
    "ActionsEnabled": False,
}


def topic_arn(account: Account, name: str) -> str:
    return f"arn:aws:sns:{REGION}:{account.id}:{name}"


def test_topic(server: Server) -> None:
    account = Account(server)
    client = account.client("sns")
    tags = [{"Key": "managed-by", "Value": "audit"}]
    topic = client.create_topic(Name="alerts", Tags=tags)["TopicArn"]
    same(client.create_topic(Name="alerts")["TopicArn"], topic)
    same(client.create_topic(Name="alerts", Tags=tags)["TopicArn"], topic)
    other = [{"Key": "managed-by", "Value": "hand"}]
    same(error_of(client.create_topic, Name="alerts", Tags=other), ("InvalidParameter", 400))
    same(client.list_tags_for_resource(ResourceArn=topic)["Tags"], tags)
    first = json.loads(client.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    same((first["Version"], first["Statement"][0]["Sid"]), ("2008-10-17", "__default_statement_ID"))
    allow = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Resource": topic}

    def put(action: str) -> dict[str, Any]:
        policy = {"Version": "2012-10-17", "Statement": [allow | {"Action": action}]}
        return {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": json.dumps(policy)}

    client.set_topic_attributes(**put("sns:Publish"))
    same(error_of(client.set_topic_attributes, **put("SNS:*")), ("InvalidParameter", 400))
    cut = put("sns:Publish") | {"AttributeValue": "{"}
    same(error_of(client.set_topic_attributes, **cut), ("InvalidParameter", 400))
    found = json.loads(client.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    same(found["Statement"], [allow | {"Action": "sns:Publish"}])
    client.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    client.delete_topic(TopicArn=topic)
    client.delete_topic(TopicArn=topic)
    same(client.list_subscriptions()["Subscriptions"], [])
    same(error_of(client.get_topic_attributes, TopicArn=topic), ("NotFound", 404))


def test_subscription_writes(server: Server) -> None:
    account = Account(server)
    client = account.client("sns")
    topic = client.create_topic(Name="alerts")["TopicArn"]
    email = {"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com"}
    pending = client.subscribe(**email, ReturnSubscriptionArn=True)["SubscriptionArn"]
    same(client.subscribe(**email, ReturnSubscriptionArn=True)["SubscriptionArn"], pending)
    same(client.subscribe(**email)["SubscriptionArn"], "pending confirmation")
    for arn in (pending, "PendingConfirmation", "pending confirmation"):
        same(error_of(client.unsubscribe, SubscriptionArn=arn), ("InvalidParameter", 400))
    account.post("state", kind="subscription", arn=pending, state="confirmed")
    client.unsubscribe(SubscriptionArn=pending)
    client.unsubscribe(SubscriptionArn=pending)
    same(client.list_subscriptions()["Subscriptions"], [])
    function = {"TopicArn": topic, "Protocol": "lambda", "Endpoint": f"arn:aws:lambda:{REGION}:{account.id}:function:f"}
    arns = {client.subscribe(**function)["SubscriptionArn"] for _ in range(2)}
    same(len(arns), 1)
    account.post("state", kind="subscription", arn=arns.pop(), state="deleted")
    assert client.subscribe(**function)["SubscriptionArn"].startswith(topic)
    same(client.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"], "1")
    for wrong in ({"Protocol": "mail"}, {"Endpoint": "example.com"}):
        same(error_of(client.subscribe, **email | wrong), ("InvalidParameter", 400))
    same(error_of(client.subscribe, **email | {"TopicArn": f"{topic}-2"}), ("NotFound", 404))


def shown(client: Any, name: str) -> dict[str, Any]:
    found = client.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    [alarm] = found["MetricAlarms"] + found["CompositeAlarms"]
    return alarm


def test_metric_alarm_writes(server: Server) -> None:
    account = Account(server)
    client, topic = account.client("cloudwatch"), topic_arn(account, "alerts")
    actions = {member: [topic] for member in ("AlarmActions", "OKActions", "InsufficientDataActions")}
    client.put_metric_alarm(**ALARM, **actions, Tags=[{"Key": "managed-by", "Value": "audit"}])
    found = shown(client, "full")
    same({member: found.get(member) for member in ALARM | actions}, ALARM | actions)
    same(found["StateValue"], "INSUFFICIENT_DATA")
    account.post("state", kind="alarm", name="full", value="ALARM")

    kept = ("AlarmName", "Namespace", "MetricName", "Period", "EvaluationPeriods")
    plain = {member: ALARM[member] for member in kept}
    plain |= {"Threshold": 90, "Statistic": "Average", "ComparisonOperator": "GreaterThanThreshold"}
    client.put_metric_alarm(**plain, Tags=[{"Key": "managed-by", "Value": "hand"}])
    found = shown(client, "full")
    same((found["AlarmActions"], found["ActionsEnabled"], found["StateValue"]), ([], True, "ALARM"))
    assert not {"AlarmDescription", "Unit", "TreatMissingData", "DatapointsToAlarm", "ExtendedStatistic"} & set(found)
    arn = found["AlarmArn"]
    same(client.list_tags_for_resource(ResourceARN=arn)["Tags"], [{"Key": "managed-by", "Value": "audit"}])
    for wrong in (
        {"ExtendedStatistic": "p99"},
        {"DatapointsToAlarm": 9},
        {"Period": 61},
        {"TreatMissingData": "never"},
        {"AlarmActions": ["alerts"]},
        {"ThresholdMetricId": "band"},
    ):
        same(error_of(client.put_metric_alarm, **plain | wrong), ("ValidationError", 400))
    client.delete_alarms(AlarmNames=["full", "never-was"])
    same(error_of(client.list_tags_for_resource, ResourceARN=arn)[0], "ResourceNotFoundException")
    client.put_metric_alarm(**plain)
    same(client.list_tags_for_resource(ResourceARN=arn)["Tags"], [])


def test_math_alarm_writes(server: Server) -> None:
    client = Account(server).client("cloudwatch")
    metric = {"Namespace": "ECS/ContainerInsights", "MetricName": "CpuUtilized", "Dimensions": []}
    stat = {"Metric": metric, "Period": 60, "Stat": "p99.9", "Unit": "Percent"}
    math = {
        "AlarmName": "math",
        "Metrics": [
            {"Id": "share", "Expression": "m / 2", "Label": "CPU", "ReturnData": True},
            {"Id": "m", "MetricStat": stat, "ReturnData": False, "AccountId": "111111111111"},
            {"Id": "q", "Expression": "SELECT MAX(CPUUtilization)", "Period": 60, "ReturnData": False},
        ],
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 0.5,
        "ComparisonOperator": "LessThanThreshold",
    }
    client.put_metric_alarm(**math)
    found = shown(client, "math")
    same({member: found.get(member) for member in math}, math)
    band = {
        "AlarmName": "band",
        "Metrics": [
            {"Id": "m1", "MetricStat": {k: v for k, v in stat.items() if k != "Unit"}, "ReturnData": True},
            {"Id": "ad", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)", "ReturnData": True},
        ],
        "ThresholdMetricId": "ad",
        "EvaluationPeriods": 3,
        "ComparisonOperator": "GreaterThanUpperThreshold",
    }
    client.put_metric_alarm(**band)
    found = shown(client, "band")
    same({member: found.get(member) for member in band}, band)
    assert "Threshold" not in found


def test_composite_alarm_writes(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("cloudwatch")
    composite = {
        "AlarmName": "unhealthy",
        "AlarmRule": 'ALARM("shop-db-cpu-high") OR ALARM(app-health-failing)',
        "AlarmActions": [topic_arn(account, "audit-alerts")],
        "ActionsEnabled": True,
        "ActionsSuppressor": "prod-web-cpu-high",
        "ActionsSuppressorWaitPeriod": 60,
        "ActionsSuppressorExtensionPeriod": 120,
    }
    client.put_composite_alarm(**composite, Tags=[{"Key": "a", "Value": "b"}])
    found = shown(client, "unhealthy")
    same({member: found.get(member) for member in composite}, composite)
    for rule in ("ALARM(never-was)", "ALARM(", "what"):
        same(error_of(client.put_composite_alarm, AlarmName="x", AlarmRule=rule), ("ValidationError", 400))
    names = ["shop-db-cpu-high", "prod-worker-cpu-high"]
    same(error_of(client.delete_alarms, AlarmNames=names), ("ValidationError", 400))
    same(shown(client, "prod-worker-cpu-high")["AlarmName"], "prod-worker-cpu-high")
    client.delete_alarms(AlarmNames=["unhealthy", *names])


def test_budget_writes(server: Server) -> None:
    account = Account(server)
    client = account.client("budgets", "us-east-1")
    budget = {"BudgetName": "monthly", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    budget |= {"BudgetLimit": {"Amount": "100", "Unit": "USD"}}
    of = {"AccountId": account.id, "BudgetName": "monthly"}
    at = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
    sns = {"SubscriptionType": "SNS", "Address": topic_arn(account, "alerts")}
    people = [{"SubscriptionType": "EMAIL", "Address": f"{n}@example.com"} for n in range(11)]
    tags = [{"Key": "managed-by", "Value": "audit"}]
    make = {"AccountId": account.id, "Budget": budget, "ResourceTags": tags}
    heard = [{"Notification": at, "Subscribers": [sns, *people[:10]]}]
    for many in ([*people], [sns, {**sns, "Address": f"{sns['Address']}-2"}]):
        wanted = [{"Notification": at, "Subscribers": many}]
        refused = error_of(client.create_budget, **make, NotificationsWithSubscribers=wanted)
        same(refused, ("CreationLimitExceededException", 400))
    client.create_budget(**make, NotificationsWithSubscribers=heard)
    same(error_of(client.create_budget, **make), ("DuplicateRecordException", 400))
    arn = f"arn:aws:budgets::{account.id}:budget/monthly"
    same(client.list_tags_for_resource(ResourceARN=arn)["ResourceTags"], tags)
    client.update_budget(AccountId=account.id, NewBudget=budget | {"BudgetLimit": {"Amount": "200", "Unit": "USD"}})
    same(client.describe_budget(**of)["Budget"]["BudgetLimit"]["Amount"], "200")
    full = of | {"Notification": at}
    refused = error_of(client.create_subscriber, **full, Subscriber=people[10])
    same(refused, ("CreationLimitExceededException", 400))
    same(error_of(client.create_notification, **full, Subscribers=[sns]), ("DuplicateRecordException", 400))
    client.create_notification(**of, Notification=at | {"Threshold": 100.0}, Subscribers=people[:1])
    lonely = of | {"Notification": at | {"Threshold": 100.0}, "Subscriber": people[0]}
    same(error_of(client.create_subscriber, **lonely), ("DuplicateRecordException", 400))
    client.delete_subscriber(**lonely)
    same(len(client.describe_notifications_for_budget(**of)["Notifications"]), 1)
    client.delete_notification(**full)
    same(error_of(client.delete_notification, **full), ("NotFoundException", 400))
    client.delete_budget(**of)
    for gone in (client.describe_budget, client.delete_budget):
        same(error_of(gone, **of), ("NotFoundException", 400))
    missing = error_of(client.update_budget, AccountId=account.id, NewBudget=budget)
    same(missing, ("NotFoundException", 400))


def test_chat(server: Server) -> None:
    account = Account(server, "healthy")
    client, sns = account.client("chatbot", "us-east-2"), account.client("sns")
    topic = topic_arn(account, "audit-alerts")
    same(client.describe_slack_workspaces()["SlackWorkspaces"], [])
    channel = {"SlackTeamId": "T0TEAM", "SlackChannelId": "C0ALERTS", "ConfigurationName": "audit-alerts"}
    channel |= {"IamRoleArn": f"arn:aws:iam::{account.id}:role/slack-notifier", "SnsTopicArns": [topic]}
    create = client.create_slack_channel_configuration
    same(error_of(create, **channel), ("InvalidRequestException", 400))
    account.post("state", kind="chatbot_workspace", team="T0TEAM", name="Shop")
    same([w["SlackTeamName"] for w in client.describe_slack_workspaces()["SlackWorkspaces"]], ["Shop"])
    same(error_of(create, **channel | {"IamRoleArn": f"{channel['IamRoleArn']}-2"})[0], "InvalidRequestException")
    made = create(**channel)["ChannelConfiguration"]
    same((made["State"], made["SlackTeamName"]), ("ENABLED", "Shop"))
    same(made["GuardrailPolicyArns"], ["arn:aws:iam::aws:policy/AdministratorAccess"])
    same(error_of(create, **channel), ("ConflictException", 409))
    same(error_of(create, **channel | {"ConfigurationName": "two"}), ("InvalidRequestException", 400))

    def chats() -> list[bool]:
        found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return [s["SubscriptionArn"].startswith(topic) for s in found if s["Endpoint"] == CHAT]

    same(chats(), [True])
    of = {"ChatConfigurationArn": made["ChatConfigurationArn"]}
    readonly = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    change = of | {"SlackChannelId": "C0OTHER", "GuardrailPolicyArns": readonly}
    client.update_slack_channel_configuration(**change)
    [found] = client.describe_slack_channel_configurations(**of)["SlackChannelConfigurations"]
    same((found["SlackChannelId"], found["GuardrailPolicyArns"], found["SnsTopicArns"]), ("C0OTHER", readonly, [topic]))
    same(len(account.client("chatbot", "us-west-2").describe_slack_channel_configurations()), 2)
    client.delete_slack_channel_configuration(**of)
    same(chats(), [])
    same(error_of(client.delete_slack_channel_configuration, **of), ("ResourceNotFoundException", 404))
    same(client.describe_slack_channel_configurations()["SlackChannelConfigurations"], [])
    names = {r["operation"] for r in account.get("requests") if r["operation"].startswith("chatbot:")}
    assert "chatbot:CreateSlackChannelConfiguration" in names and len(names) == 5, names
