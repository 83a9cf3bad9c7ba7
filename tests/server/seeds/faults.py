"""One fault per rule for a `healthy` account: how to plant it, how to mend it, and which findings turn to `fail`.

Each touches as little as it can, so that a test can demand the exact list. Where a fault of an existing resource would
turn a dozen findings (a topic that reaches nobody), an additional resource carries it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seeds import Aws, healthy, parts
from seeds.healthy import BUDGET, CANARY, CLUSTER, DATABASE, LOAD_BALANCER, NOTIFIER, TOPIC, TRAIL, USER

WEB = {"ClusterName": CLUSTER, "ServiceName": "web"}
WORKER = f"{CLUSTER}/worker"
MUTE_ALARM, IMPOSSIBLE_ALARM, UNHEARD_ALARM = "web-cpu-warning", "web-cpu-over-100", "web-memory-warning"
UNHEARD_TOPIC = "oncall"
STRANGER = "mallory"
OPEN_FINDING = "c" * 32
CHECK = "Security Groups - Specific Ports Unrestricted"
ENDPOINT = f"https://{parts.APP}{parts.HEALTH_PATH}"
LOG_GROUP = f"/ecs/{CLUSTER}-worker"


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


def _instances(count: int) -> Callable[[Aws], object]:
    return lambda aws: aws.state("container_instances", cluster=CLUSTER, count=count)


def _do_not_scale(aws: Aws) -> None:
    """The target stays, though nothing moves it."""
    aws.client("application-autoscaling").delete_scaling_policy(
        ServiceNamespace="ecs",
        ResourceId=f"service/{WORKER}",
        ScalableDimension="ecs:service:DesiredCount",
        PolicyName="cpu",
    )


def _event_rule(name: str, enabled: bool) -> Callable[[Aws], object]:
    def switch(aws: Aws) -> None:
        client = aws.client("events")
        (client.enable_rule if enabled else client.disable_rule)(Name=name)

    return switch


def _finding(**request: object) -> Callable[[Aws], object]:
    return lambda aws: aws.state("finding", id=OPEN_FINDING, severity=8, minutes_ago=90, **request)


def _advice(**request: object) -> Callable[[Aws], object]:
    return lambda aws: aws.state("trusted_advisor", check=CHECK, **request)


def _password_used(days_ago: float) -> Callable[[Aws], object]:
    return lambda aws: aws.state("user", name=USER, password_last_used=days_ago)


def _key_made(days_ago: float) -> Callable[[Aws], object]:
    return lambda aws: aws.state("access_key", user=USER, created=days_ago)


def _no_mfa(aws: Aws) -> None:
    client = aws.client("iam")
    for device in client.list_mfa_devices(UserName=USER)["MFADevices"]:
        client.deactivate_mfa_device(UserName=USER, SerialNumber=device["SerialNumber"])


def _probe(url: str) -> Callable[[Aws], object]:
    return lambda aws: aws.state("canary_environment", name=CANARY, variables=parts.canary_environment(url))


def _canary_timeout(seconds: int) -> Callable[[Aws], object]:
    return lambda aws: aws.client("synthetics").update_canary(Name=CANARY, RunConfig={"TimeoutInSeconds": seconds})


def _worst_that_runs(**severities: int) -> Callable[[Aws], object]:
    """What was found in the image that runs; a newer one that does not yet run is clean."""
    found = {"repository": "shop/worker", "tag": "latest", "status": "COMPLETE", "severities": severities}

    def worst(aws: Aws) -> None:
        parts.image(aws, "shop/worker", "next", days_ago=1)
        aws.state("image_scan", **found)

    return worst


def _clean_again(aws: Aws) -> None:
    next_one = [{"imageTag": "next"}]
    aws.client("ecr").batch_delete_image(repositoryName="shop/worker", imageIds=next_one)
    healthy.clean_scan(aws, "shop/worker")


def _rollout(state: str, reason: str) -> Callable[[Aws], object]:
    return lambda aws: aws.state("service", cluster=CLUSTER, name="worker", rollout=state, reason=reason)


def _revise(**definition: object) -> Callable[[Aws], object]:
    """Another revision of the worker's task definition, and the worker on it."""

    def revise(aws: Aws) -> None:
        image = {"image": "shop/worker"}
        arn = parts.task_definition(aws, CLUSTER, "worker", **image | definition)  # type: ignore[arg-type]
        aws.client("ecs").update_service(cluster=CLUSTER, service="worker", taskDefinition=arn)

    return revise


def _spend(actual: float) -> Callable[[Aws], object]:
    return lambda aws: aws.state("budget", name=BUDGET, actual=actual, forecast=max(actual, healthy.LIMIT * 0.8))


def _silence_costs(aws: Aws) -> None:
    for found in parts.anomaly_subscriptions(aws):
        aws.client("ce", "us-east-1").delete_anomaly_subscription(SubscriptionArn=found["SubscriptionArn"])


FAULTS: dict[str, Fault] = {
    "ecs-service-on-fargate": Fault(_launch("EC2"), _launch("FARGATE"), [("ecs-service-on-fargate", WORKER)]),
    "ecs-cluster-no-instances": Fault(_instances(1), _instances(0), [("ecs-cluster-no-instances", CLUSTER)]),
    "ecs-service-autoscaling": Fault(
        _do_not_scale,
        lambda aws: parts.autoscaled(aws, CLUSTER, "worker"),
        [("ecs-service-autoscaling", WORKER)],
    ),
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
    "guardduty-notifies": Fault(
        _event_rule(healthy.GUARDDUTY_RULE, False),
        _event_rule(healthy.GUARDDUTY_RULE, True),
        [("guardduty-notifies", "{region}")],
    ),
    "guardduty-no-open-findings": Fault(
        _finding(), _finding(gone=True), [("guardduty-no-open-findings", "{region}")]
    ),
    "trusted-advisor-clear": Fault(
        _advice(status="warning", flagged=2, suppressed=1),
        _advice(status=None),
        [("trusted-advisor-clear", "{account}")],
    ),
    "iam-user-known": Fault(
        lambda aws: aws.client("iam").create_user(UserName=STRANGER),
        lambda aws: aws.client("iam").delete_user(UserName=STRANGER),
        [("iam-user-known", STRANGER)],
    ),
    "iam-user-in-use": Fault(
        _password_used(60), _password_used(healthy.PASSWORD_USED), [("iam-user-in-use", USER)]
    ),
    "iam-access-key-rotated": Fault(
        _key_made(120), _key_made(healthy.KEY_AGE), [("iam-access-key-rotated", USER)]
    ),
    "iam-user-mfa": Fault(_no_mfa, lambda aws: parts.mfa_device(aws, USER), [("iam-user-mfa", USER)]),
    "iam-root-protected": Fault(
        lambda aws: aws.state("root", mfa=False),
        lambda aws: aws.state("root", mfa=True),
        [("iam-root-protected", "{account}")],
    ),
    "health-notifies": Fault(
        _event_rule(healthy.HEALTH_RULE, False),
        _event_rule(healthy.HEALTH_RULE, True),
        [("health-notifies", "{region}")],
    ),
    "canary-per-endpoint": Fault(
        _probe("https://www.example.com/"), _probe(ENDPOINT), [("canary-per-endpoint", ENDPOINT)]
    ),
    "canary-running": Fault(
        lambda aws: aws.client("synthetics").stop_canary(Name=CANARY),
        lambda aws: aws.client("synthetics").start_canary(Name=CANARY),
        [("canary-running", CANARY)],
    ),
    "canary-timeout": Fault(_canary_timeout(120), _canary_timeout(60), [("canary-timeout", CANARY)]),
    "canary-alarm": Fault(delete_alarms(f"{CANARY}-failing"), healthy.canary_alarm, [("canary-alarm", CANARY)]),
    "alb-5xx-alarm": Fault(
        delete_alarms(f"{LOAD_BALANCER}-elb-5xx"),
        healthy.own_errors_alarm,
        [("alb-5xx-alarm", LOAD_BALANCER)],
    ),
    "alb-latency-alarm": Fault(
        delete_alarms(f"{LOAD_BALANCER}-slow"), healthy.latency_alarm, [("alb-latency-alarm", LOAD_BALANCER)]
    ),
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
    "ecr-no-critical-findings": Fault(
        _worst_that_runs(CRITICAL=1, HIGH=4),
        _clean_again,
        [("ecr-no-critical-findings", "shop/worker")],
    ),
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
    "ecs-service-steady": Fault(
        _rollout("FAILED", "ECS deployment circuit breaker: tasks failed to start."),
        _rollout("COMPLETED", "ECS deployment completed."),
        [("ecs-service-steady", WORKER)],
    ),
    "ecs-task-logs": Fault(_revise(logs=False), _revise(), [("ecs-task-logs", WORKER)]),
    "log-group-retention": Fault(
        lambda aws: aws.client("logs").delete_retention_policy(logGroupName=LOG_GROUP),
        lambda aws: aws.client("logs").put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=30),
        [("log-group-retention", LOG_GROUP)],
    ),
    "sentry-configured": Fault(_revise(sentry=None), _revise(), [("sentry-configured", WORKER)]),
    "budget-alerts": Fault(_silence_budget, _hear_budget, [("budget-alerts", "{account}")]),
    "budget-within-limit": Fault(
        _spend(healthy.LIMIT * 1.25), _spend(healthy.LIMIT * 0.4), [("budget-within-limit", BUDGET)]
    ),
    "cost-anomaly-alerts": Fault(
        _silence_costs, healthy.anomaly_subscription, [("cost-anomaly-alerts", "{account}")]
    ),
}
