"""`healthy`: a small shop on ECS and Fargate in which every rule passes.

Alarms and the budget go to the topic `audit-alerts`, which a confirmed e-mail and the function `slack-notifier` read.
"""

from __future__ import annotations

from typing import Any

from seeds import Aws, parts

TOPIC = "audit-alerts"
NOTIFIER = "slack-notifier"
TRAIL = "main-trail"
CANARY = "app-health"
DATABASE = "shop-db"
CLUSTER = "prod"
SERVICES = ("web", "worker")
REPOSITORIES = ("shop/web", "shop/worker")
BUDGET = "monthly"
NOTIFICATION = parts.notification(80)

STORAGE, CEILING = 50, 200


def build(aws: Aws) -> None:
    account(aws)
    notifying(aws)
    parts.canary(aws, CANARY)
    canary_alarm(aws)
    parts.database(aws, DATABASE, AllocatedStorage=STORAGE, MaxAllocatedStorage=CEILING)
    for put in DATABASE_ALARMS.values():
        put(aws)
    parts.cluster(aws, CLUSTER)
    for service in SERVICES:
        parts.service(aws, CLUSTER, service)
        cpu_alarm(aws, service)
        memory_alarm(aws, service)
    for repository in REPOSITORIES:
        parts.repository(aws, repository, scan=True)


def account(aws: Aws) -> None:
    """What holds for the whole account."""
    parts.trail(aws, TRAIL, multi_region=True, validation=True, logging=True)
    parts.config_recorder(aws, {"allSupported": True, "includeGlobalResourceTypes": True})
    aws.client("guardduty").create_detector(Enable=True)


def notifying(aws: Aws) -> None:
    """The way of an alert to people, and the budget that uses it."""
    parts.topic(aws, TOPIC, parts.publishers_policy(aws, TOPIC))
    execution = parts.role(aws, "slack-notifier", "lambda.amazonaws.com")
    notifier = parts.function(aws, NOTIFIER, execution)
    parts.allow_topic(aws, NOTIFIER, TOPIC)
    parts.subscribe(aws, TOPIC, "lambda", notifier)
    parts.subscribe(aws, TOPIC, "email", parts.EMAIL, confirm=True)
    parts.budget(aws, BUDGET, 200, [{"Notification": NOTIFICATION, "Subscribers": subscribers(aws)}])


def subscribers(aws: Aws) -> list[dict[str, Any]]:
    """Of the budget's notification."""
    return [
        {"SubscriptionType": "SNS", "Address": parts.topic_arn(aws, TOPIC)},
        {"SubscriptionType": "EMAIL", "Address": parts.EMAIL},
    ]


def canary_alarm(aws: Aws) -> None:
    parts.canary_alarm(aws, f"{CANARY}-failing", CANARY, topic=TOPIC)


def _database_alarm(aws: Aws, name: str, metric: str, threshold: float, below: bool) -> None:
    dimensions = {"DBInstanceIdentifier": DATABASE}
    parts.alarm(aws, name, f"AWS/RDS/{metric}", dimensions, threshold, topic=TOPIC, below=below)


def database_cpu_alarm(aws: Aws) -> None:
    _database_alarm(aws, f"{DATABASE}-cpu-high", "CPUUtilization", 80, False)


def database_memory_alarm(aws: Aws) -> None:
    _database_alarm(aws, f"{DATABASE}-memory-low", "FreeableMemory", 0.2 * parts.GIB, True)


def database_storage_alarm(aws: Aws) -> None:
    _database_alarm(aws, f"{DATABASE}-storage-low", "FreeStorageSpace", 5 * parts.GIB, True)


DATABASE_ALARMS = {
    f"{DATABASE}-cpu-high": database_cpu_alarm,
    f"{DATABASE}-memory-low": database_memory_alarm,
    f"{DATABASE}-storage-low": database_storage_alarm,
}


def cpu_alarm(aws: Aws, service: str) -> None:
    _service_alarm(aws, f"{CLUSTER}-{service}-cpu-high", "CPUUtilization", service)


def memory_alarm(aws: Aws, service: str) -> None:
    _service_alarm(aws, f"{CLUSTER}-{service}-memory-high", "MemoryUtilization", service)


def _service_alarm(aws: Aws, name: str, metric: str, service: str) -> None:
    parts.alarm(aws, name, f"AWS/ECS/{metric}", {"ClusterName": CLUSTER, "ServiceName": service}, 80, topic=TOPIC)
