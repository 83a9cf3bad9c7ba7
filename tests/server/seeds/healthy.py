"""`healthy`: a small shop on ECS and Fargate in which every rule passes.

Alarms, events and the budget go to the topic `audit-alerts`, which a confirmed e-mail and the function `slack-notifier`
read; unusual costs go to `cost-alerts`, which is encrypted with a key of the team's own.
"""

from __future__ import annotations

from typing import Any

from seeds import Aws, parts

TOPIC, COST_TOPIC, COST_KEY = "audit-alerts", "cost-alerts", "alerts"
NOTIFIER = "slack-notifier"
TRAIL = "main-trail"
CANARY = "app-health"
DATABASE = "shop-db"
CLUSTER = "prod"
SERVICES = ("web", "worker")
REPOSITORIES = ("shop/web", "shop/worker")
BUDGET = "monthly"
NOTIFICATION = parts.notification(80)
LOAD_BALANCER = "app"
USER = "alice"
GUARDDUTY_RULE, HEALTH_RULE = "guardduty-findings", "health-events"
MONITOR, COST_SUBSCRIPTION = "services", "unusual-costs"

STORAGE, CEILING, LIMIT = 50, 200, 200
# Days: when the console was used, when the key was made and used.
PASSWORD_USED, KEY_AGE, KEY_USED = 2, 30, 1


def build(aws: Aws) -> None:
    account(aws)
    notifying(aws)
    costs(aws)
    parts.canary(aws, CANARY)
    canary_alarm(aws)
    parts.database(aws, DATABASE, AllocatedStorage=STORAGE, MaxAllocatedStorage=CEILING)
    for put in DATABASE_ALARMS.values():
        put(aws)
    for repository in REPOSITORIES:
        images(aws, repository)
    front(aws)
    parts.cluster(aws, CLUSTER)
    for service in SERVICES:
        parts.service(aws, CLUSTER, service, definition={"image": f"shop/{service}"})
        parts.autoscaled(aws, CLUSTER, service)
        cpu_alarm(aws, service)
        memory_alarm(aws, service)
    people(aws)


def account(aws: Aws) -> None:
    """What holds for the whole account. Of GuardDuty's findings one is archived and one is of little weight."""
    parts.trail(aws, TRAIL, multi_region=True, validation=True, logging=True)
    parts.config_recorder(aws, {"allSupported": True, "includeGlobalResourceTypes": True})
    aws.client("guardduty").create_detector(Enable=True)
    aws.state("finding", id="a" * 32, severity=8, archived=True, minutes_ago=60 * 24 * 30)
    aws.state("finding", id="b" * 32, severity=2, type="Recon:EC2/PortProbeUnprotectedPort", minutes_ago=600)


def notifying(aws: Aws) -> None:
    """The way of an alert to people, and the rules that take it."""
    parts.topic(aws, TOPIC, parts.publishers_policy(aws, TOPIC))
    execution = parts.role(aws, "slack-notifier", "lambda.amazonaws.com")
    notifier = parts.function(aws, NOTIFIER, execution)
    parts.allow_topic(aws, NOTIFIER, TOPIC)
    parts.subscribe(aws, TOPIC, "lambda", notifier)
    parts.subscribe(aws, TOPIC, "email", parts.EMAIL, confirm=True)
    parts.event_rule(aws, GUARDDUTY_RULE, parts.guardduty_pattern({"numeric": [">=", 7]}), TOPIC)
    parts.event_rule(aws, HEALTH_RULE, parts.HEALTH, TOPIC)
    contact = parts.email_contact(aws, "ops")
    parts.notice(aws, "database-events", "aws.rds", "RDS DB Instance Event", contact)


def costs(aws: Aws) -> None:
    """A budget that is kept, and someone who hears of what is unusual."""
    parts.budget(aws, BUDGET, LIMIT, [{"Notification": NOTIFICATION, "Subscribers": subscribers(aws)}])
    parts.key(aws, COST_KEY, "costalerts")
    policy = parts.publishers_policy(aws, COST_TOPIC, budgets=False, costs=True)
    parts.topic(aws, COST_TOPIC, policy, key=COST_KEY)
    parts.subscribe(aws, COST_TOPIC, "email", parts.EMAIL, confirm=True)
    parts.anomaly_monitor(aws, MONITOR)
    anomaly_subscription(aws)


def subscribers(aws: Aws) -> list[dict[str, Any]]:
    """Of the budget's notification."""
    return [
        {"SubscriptionType": "SNS", "Address": parts.topic_arn(aws, TOPIC)},
        {"SubscriptionType": "EMAIL", "Address": parts.EMAIL},
    ]


def anomaly_subscription(aws: Aws) -> None:
    [monitor] = parts.anomaly_monitors(aws)
    parts.anomaly_subscription(aws, COST_SUBSCRIPTION, monitor["MonitorArn"], COST_TOPIC)


def people(aws: Aws) -> None:
    """Root, which nobody uses, and one user. The report on them is there."""
    aws.state("root", mfa=True, access_keys=0, password_last_used=200)
    parts.user(aws, USER, mfa=True, password_used=PASSWORD_USED, key_age=KEY_AGE, key_used=KEY_USED)
    parts.credential_report(aws)


def images(aws: Aws, repository: str) -> None:
    """An old image and the newest, whose scan the summary shows for one repository only."""
    parts.repository(aws, repository, scan=True)
    parts.image(aws, repository, "v1", days_ago=40)
    parts.image(aws, repository, "latest", days_ago=3)
    aws.state("image_scan", repository=repository, tag="v1", status="COMPLETE", severities={"HIGH": 2, "LOW": 5})
    clean_scan(aws, repository)


def clean_scan(aws: Aws, repository: str) -> None:
    shown = repository == REPOSITORIES[0]
    found = {"MEDIUM": 1, "LOW": 3}
    aws.state("image_scan", repository=repository, tag="latest", status="COMPLETE", severities=found, summary=shown)


def front(aws: Aws) -> None:
    """The load balancer that `web` is reached by, and its alarms."""
    arn = parts.load_balancer(aws, LOAD_BALANCER)
    listener = parts.listener(aws, arn, parts.certificate(aws, parts.APP))
    parts.host_rule(aws, listener, 10, parts.APP, parts.target_group(aws, "web"))
    for put in FRONT_ALARMS.values():
        put(aws)


def _front_alarm(aws: Aws, name: str, metric: str, threshold: float) -> None:
    parts.load_balancer_alarm(aws, name, LOAD_BALANCER, metric, threshold, topic=TOPIC)


def target_errors_alarm(aws: Aws) -> None:
    _front_alarm(aws, f"{LOAD_BALANCER}-target-5xx", "HTTPCode_Target_5XX_Count", 10)


def own_errors_alarm(aws: Aws) -> None:
    _front_alarm(aws, f"{LOAD_BALANCER}-elb-5xx", "HTTPCode_ELB_5XX_Count", 10)


def latency_alarm(aws: Aws) -> None:
    _front_alarm(aws, f"{LOAD_BALANCER}-slow", "TargetResponseTime", 2)


FRONT_ALARMS = {
    f"{LOAD_BALANCER}-target-5xx": target_errors_alarm,
    f"{LOAD_BALANCER}-elb-5xx": own_errors_alarm,
    f"{LOAD_BALANCER}-slow": latency_alarm,
}


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
