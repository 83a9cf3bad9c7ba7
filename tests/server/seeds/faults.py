"""One fault per rule for a `healthy` account: how to plant it, how to mend it, and which findings turn to `fail`.

Each touches as little as it can, so that a test can demand the exact list. Where a fault of an existing resource would
turn a dozen findings (a topic that reaches nobody), an additional resource carries it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seeds import Aws, healthy, parts
from seeds.healthy import BUDGET, CANARY, CLUSTER, DATABASE, NOTIFIER, TOPIC, TRAIL

WEB = {"ClusterName": CLUSTER, "ServiceName": "web"}
WORKER = f"{CLUSTER}/worker"
MUTE_ALARM, IMPOSSIBLE_ALARM, UNHEARD_ALARM = "web-cpu-warning", "web-cpu-over-100", "web-memory-warning"
UNHEARD_TOPIC = "oncall"


@dataclass(frozen=True)
class Fault:
    plant: Callable[[Aws], object]
    mend: Callable[[Aws], object]
    expect: list[tuple[str, str]]
    """(rule, resource id); `{account}` and `{region}` stand for the account's own."""


def delete_alarms(*names: str) -> Callable[[Aws], object]:
    return lambda aws: aws.client("cloudwatch").delete_alarms(AlarmNames=list(names))


def _detector(aws: Aws, enable: bool) -> None:
    client = aws.client("guardduty")
    for detector in client.list_detectors()["DetectorIds"]:
        client.update_detector(DetectorId=detector, Enable=enable)


def _storage(aws: Aws, ceiling: int) -> None:
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=DATABASE, MaxAllocatedStorage=ceiling, ApplyImmediately=True
    )


def _fill_storage(aws: Aws) -> None:
    _storage(aws, healthy.STORAGE)
    delete_alarms(f"{DATABASE}-storage-low")(aws)


def _free_storage(aws: Aws) -> None:
    _storage(aws, healthy.CEILING)
    healthy.database_storage_alarm(aws)


def _launch(launch_type: str) -> Callable[[Aws], object]:
    return lambda aws: aws.state("service", cluster=CLUSTER, name="worker", launch_type=launch_type)


def _scan(on_push: bool) -> Callable[[Aws], object]:
    return lambda aws: aws.client("ecr").put_image_scanning_configuration(
        repositoryName="shop/worker", imageScanningConfiguration={"scanOnPush": on_push}
    )


def _validation(on: bool) -> Callable[[Aws], object]:
    return lambda aws: aws.client("cloudtrail").update_trail(Name=TRAIL, EnableLogFileValidation=on)


def _mute_alarm(aws: Aws) -> None:
    parts.alarm(aws, MUTE_ALARM, "AWS/ECS/CPUUtilization", WEB, 60, topic=None)


def _impossible_alarm(aws: Aws) -> None:
    parts.alarm(aws, IMPOSSIBLE_ALARM, "AWS/ECS/CPUUtilization", WEB, 100, topic=TOPIC)


def _unheard_topic(aws: Aws) -> None:
    parts.topic(aws, UNHEARD_TOPIC)
    parts.subscribe(aws, UNHEARD_TOPIC, "email", "oncall@example.com")
    parts.alarm(aws, UNHEARD_ALARM, "AWS/ECS/MemoryUtilization", WEB, 60, topic=UNHEARD_TOPIC)


def _no_unheard_topic(aws: Aws) -> None:
    delete_alarms(UNHEARD_ALARM)(aws)
    aws.client("sns").delete_topic(TopicArn=parts.topic_arn(aws, UNHEARD_TOPIC))


def _policy(budgets: bool) -> Callable[[Aws], object]:
    return lambda aws: parts.put_policy(aws, TOPIC, parts.publishers_policy(aws, TOPIC, budgets=budgets))


def _silence_budget(aws: Aws) -> None:
    aws.client("budgets").delete_notification(
        AccountId=aws.account, BudgetName=BUDGET, Notification=healthy.NOTIFICATION
    )


def _hear_budget(aws: Aws) -> None:
    aws.client("budgets").create_notification(
        AccountId=aws.account,
        BudgetName=BUDGET,
        Notification=healthy.NOTIFICATION,
        Subscribers=healthy.subscribers(aws),
    )


FAULTS: dict[str, Fault] = {
    "ecs-service-on-fargate": Fault(_launch("EC2"), _launch("FARGATE"), [("ecs-service-on-fargate", WORKER)]),
    "cloudtrail-enabled": Fault(
        lambda aws: aws.client("cloudtrail").stop_logging(Name=TRAIL),
        lambda aws: aws.client("cloudtrail").start_logging(Name=TRAIL),
        [("cloudtrail-enabled", "{account}")],
    ),
    "cloudtrail-log-validation": Fault(
        _validation(False), _validation(True), [("cloudtrail-log-validation", TRAIL)]
    ),
    "config-enabled": Fault(
        lambda aws: aws.state("config_recorder", last_status="FAILURE", error="AccessDenied"),
        lambda aws: aws.state("config_recorder", last_status="SUCCESS"),
        [("config-enabled", "{region}")],
    ),
    "guardduty-enabled": Fault(
        lambda aws: _detector(aws, False),
        lambda aws: _detector(aws, True),
        [("guardduty-enabled", "{region}")],
    ),
    "canary-running": Fault(
        lambda aws: aws.client("synthetics").stop_canary(Name=CANARY),
        lambda aws: aws.client("synthetics").start_canary(Name=CANARY),
        [("canary-running", CANARY)],
    ),
    "canary-alarm": Fault(delete_alarms(f"{CANARY}-failing"), healthy.canary_alarm, [("canary-alarm", CANARY)]),
    "rds-cpu-alarm": Fault(
        delete_alarms(f"{DATABASE}-cpu-high"), healthy.database_cpu_alarm, [("rds-cpu-alarm", DATABASE)]
    ),
    "rds-memory-alarm": Fault(
        delete_alarms(f"{DATABASE}-memory-low"), healthy.database_memory_alarm, [("rds-memory-alarm", DATABASE)]
    ),
    "rds-storage-alarm": Fault(_fill_storage, _free_storage, [("rds-storage-alarm", DATABASE)]),
    "ecs-cpu-alarm": Fault(
        delete_alarms(f"{CLUSTER}-worker-cpu-high"),
        lambda aws: healthy.cpu_alarm(aws, "worker"),
        [("ecs-cpu-alarm", WORKER)],
    ),
    "ecs-memory-alarm": Fault(
        delete_alarms(f"{CLUSTER}-worker-memory-high"),
        lambda aws: healthy.memory_alarm(aws, "worker"),
        [("ecs-memory-alarm", WORKER)],
    ),
    "alarm-notifies": Fault(_mute_alarm, delete_alarms(MUTE_ALARM), [("alarm-notifies", MUTE_ALARM)]),
    "alarm-can-fire": Fault(
        _impossible_alarm, delete_alarms(IMPOSSIBLE_ALARM), [("alarm-can-fire", IMPOSSIBLE_ALARM)]
    ),
    "ecr-scan-on-push": Fault(_scan(False), _scan(True), [("ecr-scan-on-push", "shop/worker")]),
    "topic-reaches-someone": Fault(
        _unheard_topic,
        _no_unheard_topic,
        [("topic-reaches-someone", UNHEARD_TOPIC), ("alarm-notifies", UNHEARD_ALARM)],
    ),
    "topic-lets-publishers-in": Fault(_policy(False), _policy(True), [("topic-lets-publishers-in", TOPIC)]),
    "notifier-healthy": Fault(
        lambda aws: aws.state("function", name=NOTIFIER, state="Failed", reason="image deleted"),
        lambda aws: aws.state("function", name=NOTIFIER, state="Active"),
        [("notifier-healthy", NOTIFIER)],
    ),
    "budget-alerts": Fault(_silence_budget, _hear_budget, [("budget-alerts", "{account}")]),
}
