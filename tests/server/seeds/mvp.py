"""`mvp`: "ecs-fargate-mvp", a product as small teams really run it, with some of everything missing.

What is fine here is fine on purpose: the service `web`, the topic `mvp-alerts` with the function `slack-notifier`, and
the canary `api-health`. Every other resource carries the fault that its comment names.
"""

from __future__ import annotations

from seeds import Aws, parts

CLUSTER = "mvp"
ALERTS = "mvp-alerts"
WEBHOOK = f"https://hooks.slack.com/services/T00000000/B00000000/{parts.SECRET}webhook"
ON_CALL = "oncall-mail"
SLACK_DIRECT = "slack-direct"
RELAYED = "chat-relay"
GUARDED = "pager"
SECURITY = "security-mail"
LOAD_BALANCER = "mvp"
ADMIN = "admin.example.com"


def build(aws: Aws) -> None:
    account(aws)
    topics(aws)
    security(aws)
    people(aws)
    canaries(aws)
    databases(aws)
    front(aws)
    services(aws)
    service_alarms(aws)
    odd_alarms(aws)
    repositories(aws)
    images(aws)
    budgets(aws)


def account(aws: Aws) -> None:
    """A trail of one region that never logged, a recorder of two types that fails, and Trusted Advisor's warnings."""
    parts.trail(aws, "management-events", multi_region=False, validation=False, logging=False)
    parts.config_recorder(aws, {"resourceTypes": ["AWS::S3::Bucket", "AWS::IAM::User"]})
    aws.state("config_recorder", last_status="FAILURE", error="AccessDenied")
    aws.state("delivery_channel", status="FAILURE", error="NoSuchBucket", message="the bucket is gone")


    aws.state("trusted_advisor", check="Security Groups - Specific Ports Unrestricted", status="error", flagged=2)
    aws.state("trusted_advisor", check="Amazon RDS Multi-AZ", status="warning", flagged=2, suppressed=1)
    aws.state("trusted_advisor", check="IAM Password Policy", status="ok", suppressed=1)  # someone took it out
    aws.state("trusted_advisor", check="Idle Load Balancers", status="warning", flagged=1)  # costs, no danger


def topics(aws: Aws) -> None:
    execution = parts.role(aws, "notifier", "lambda.amazonaws.com")
    parts.topic(aws, ALERTS, parts.publishers_policy(aws, ALERTS))
    parts.subscribe(aws, ALERTS, "lambda", parts.function(aws, "slack-notifier", execution))
    parts.allow_topic(aws, "slack-notifier", ALERTS)
    parts.subscribe(aws, ALERTS, "email", "former-colleague@example.com")  # never confirmed; the function reads it

    parts.topic(aws, ON_CALL)  # its only subscription was never confirmed
    parts.subscribe(aws, ON_CALL, "email", "oncall@example.com")

    parts.topic(aws, SLACK_DIRECT)  # a webhook can never confirm
    parts.subscribe(aws, SLACK_DIRECT, "https", WEBHOOK)

    parts.topic(aws, RELAYED)  # its function is dead
    parts.subscribe(aws, RELAYED, "lambda", parts.function(aws, "slack-relay", execution))
    parts.allow_topic(aws, "slack-relay", RELAYED)
    aws.state("function", name="slack-relay", state="Failed", reason="image deleted", last_update_status="Failed")

    parts.topic(aws, GUARDED)  # its function lets nobody in
    parts.subscribe(aws, GUARDED, "lambda", parts.function(aws, "pager-relay", execution))

    parts.topic(aws, SECURITY)  # its policy shuts EventBridge out
    parts.subscribe(aws, SECURITY, "email", "security@example.com", confirm=True)

    parts.topic(aws, "unused")  # used by nothing, so no subject of any rule


def security(aws: Aws) -> None:
    """GuardDuty, which somebody suspended over a finding that is still open, and two rules that miss the worst.

    One was written when 8.9 was the highest severity, the other's topic lets no events in. Of Health nobody hears.
    """
    aws.client("guardduty").create_detector(Enable=False)
    mining = "CryptoCurrency:Runtime/BitcoinTool.B!DNS"
    aws.state("finding", id="d" * 32, type=mining, severity=8.2, minutes_ago=60 * 24 * 20)
    parts.event_rule(aws, "guardduty-high", parts.guardduty_pattern(*parts.SEVERITIES), ALERTS)
    parts.event_rule(aws, "guardduty-mail", parts.guardduty_pattern({"numeric": [">=", 7]}), SECURITY)


def people(aws: Aws) -> None:
    """`founder` is fine; `contractor` left long ago. Root is used, without MFA. Nobody has asked for a report yet."""
    aws.state("root", mfa=False, access_keys=0, password_last_used=3)
    parts.user(aws, "founder", mfa=True, password_used=1, key_age=20, key_used=1)
    parts.user(aws, "contractor", mfa=False, password_used=210, key_age=420, key_used=200)


def front(aws: Aws) -> None:
    """A load balancer without an alarm, and behind it a host that no canary probes."""
    listener = parts.listener(aws, parts.load_balancer(aws, LOAD_BALANCER), parts.certificate(aws, parts.APP, ADMIN))
    parts.host_rule(aws, listener, 10, parts.APP, parts.target_group(aws, "mvp-web"))
    parts.host_rule(aws, listener, 20, ADMIN, parts.target_group(aws, "mvp-admin"))


def canaries(aws: Aws) -> None:
    parts.canary(aws, "api-health")
    parts.canary_alarm(aws, "api-health-failing", "api-health", topic=ALERTS)
    parts.canary(aws, "top-page")  # no alarm
    parts.canary(aws, "login-flow", start=False)  # never started, its alarm fine
    parts.canary_alarm(aws, "login-flow-failing", "login-flow", topic=ALERTS)
    parts.canary(aws, "checkout", schedule="rate(1 hour)")  # too rare, and its last run failed
    parts.canary_alarm(aws, "checkout-failing", "checkout", topic=ALERTS)
    aws.state("canary_run", name="checkout", status="FAILED", minutes_ago=40)


def databases(aws: Aws) -> None:
    """`orders-db` lacks a CPU alarm, `legacy-db` everything; Aurora measures its storage otherwise."""
    parts.database(aws, "orders-db", MaxAllocatedStorage=500)
    orders = {"DBInstanceIdentifier": "orders-db"}
    little = 0.2 * parts.GIB
    parts.alarm(aws, "orders-db-memory-low", "AWS/RDS/FreeableMemory", orders, little, topic=ALERTS, below=True)
    # Ten bytes, where ten gigabytes were meant.
    parts.alarm(aws, "orders-db-storage-low", "AWS/RDS/FreeStorageSpace", orders, 10, topic=ALERTS, below=True)
    parts.alarm(aws, "orders-db-connections-high", "AWS/RDS/DatabaseConnections", orders, 80, topic=None)

    parts.database(aws, "legacy-db", Engine="mysql", AllocatedStorage=20)

    aws.client("rds").create_db_cluster(
        DBClusterIdentifier="analytics",
        Engine="aurora-postgresql",
        MasterUsername="shop",
        MasterUserPassword=f"{parts.SECRET}master-password",
    )
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier="analytics-1",
        DBClusterIdentifier="analytics",
        DBInstanceClass="db.t4g.medium",
        Engine="aurora-postgresql",
    )
    analytics = {"DBInstanceIdentifier": "analytics-1"}
    parts.alarm(aws, "analytics-1-cpu-high", "AWS/RDS/CPUUtilization", analytics, 85, topic=ALERTS)


def services(aws: Aws) -> None:
    """`worker` does not scale, keeps its logs for ever, and its sidecar has none; `batch` tells Sentry nothing, and its
    scaling rests.
    """
    parts.cluster(aws, CLUSTER)
    parts.service(aws, CLUSTER, "web")
    parts.autoscaled(aws, CLUSTER, "web")
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 3}, {"capacityProvider": "FARGATE", "weight": 1, "base": 1}]
    sidecar = {"name": "metrics", "image": "public.ecr.aws/aws-observability/aws-otel-collector:latest"}
    silent = {"sentry": "environment", "more": [sidecar | {"essential": False}]}
    parts.service(aws, CLUSTER, "worker", definition=silent, retention=None, capacityProviderStrategy=spot)
    parts.service(aws, CLUSTER, "batch", definition={"sentry": None}, launchType="EC2")
    parts.autoscaled(aws, CLUSTER, "batch", 1, 4)
    aws.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{CLUSTER}/batch",
        ScalableDimension="ecs:service:DesiredCount",
        SuspendedState={"DynamicScalingOutSuspended": True},
    )


def service_alarms(aws: Aws) -> None:
    """`web` is watched, by metric math and by a composite; `worker` not its memory; `batch` not at all."""
    web = {"ClusterName": CLUSTER, "ServiceName": "web"}
    worker = {"ClusterName": CLUSTER, "ServiceName": "worker"}
    _math_alarm(aws, "web-cpu-high", web)
    parts.alarm(aws, "web-memory-high", "AWS/ECS/MemoryUtilization", web, 80, topic=None)
    aws.client("cloudwatch").put_composite_alarm(
        AlarmName="web-unhealthy",
        AlarmRule='ALARM("web-memory-high") OR ALARM("api-health-failing")',
        AlarmActions=[parts.topic_arn(aws, ALERTS)],
        ActionsEnabled=True,
    )
    parts.evaluated(aws, "web-unhealthy")
    parts.alarm(aws, "worker-cpu-high", "AWS/ECS/CPUUtilization", worker, 80, topic=ON_CALL)
    # The cluster's average says nothing of one service.
    parts.alarm(aws, "mvp-cluster-cpu-high", "AWS/ECS/CPUUtilization", {"ClusterName": CLUSTER}, 80, topic=ALERTS)


def _math_alarm(aws: Aws, name: str, dimensions: dict[str, str]) -> None:
    """A share of what is reserved, from Container Insights."""

    def metric(query: str, metric_name: str) -> dict[str, object]:
        of = {
            "Namespace": "ECS/ContainerInsights",
            "MetricName": metric_name,
            "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
        }
        return {"Id": query, "MetricStat": {"Metric": of, "Period": 60, "Stat": "Average"}, "ReturnData": False}

    share = {"Id": "share", "Expression": "100 * used / reserved", "Label": "CPU", "ReturnData": True}
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Metrics=[share, metric("used", "CpuUtilized"), metric("reserved", "CpuReserved")],
        Threshold=80,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=3,
        AlarmActions=[parts.topic_arn(aws, ALERTS)],
    )
    parts.evaluated(aws, name)


def odd_alarms(aws: Aws) -> None:
    """Alarms that look alive."""
    web = {"ClusterName": CLUSTER, "ServiceName": "web"}
    parts.alarm(aws, "web-cpu-maxed-out", "AWS/ECS/CPUUtilization", web, 100, topic=ALERTS)  # > 100 percent
    legacy = {"DBInstanceIdentifier": "legacy-db"}
    parts.alarm(aws, "legacy-db-cpu-high", "AWS/RDS/CPUUtilization", legacy, 80, topic=SLACK_DIRECT)
    parts.alarm(aws, "worker-memory-peak", "AWS/ECS/MemoryUtilization", {"ServiceName": "worker"}, 80, topic=RELAYED)
    parts.alarm(aws, "pager-test", "AWS/ECS/CPUUtilization", web, 95, topic=GUARDED)
    parts.alarm(aws, "web-cpu-silenced", "AWS/ECS/CPUUtilization", web, 70, topic=ALERTS, ActionsEnabled=False)
    parts.alarm(aws, "queue-depth-high", "Shop/Jobs/Depth", {"Queue": "mail"}, 1000, topic=ALERTS)
    aws.state("alarm", name="queue-depth-high", value="INSUFFICIENT_DATA", minutes_ago=60 * 24 * 9)
    aws.state("alarm", name="orders-db-memory-low", value="ALARM", minutes_ago=60 * 24 * 5)
    _band_alarm(aws)


def _band_alarm(aws: Aws) -> None:
    """Anomaly detection: an upper bound that moves."""
    metric = {
        "Namespace": "AWS/RDS",
        "MetricName": "ReadLatency",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders-db"}],
    }
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName="orders-db-latency-unusual",
        Metrics=[
            {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}, "ReturnData": True},
            {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)", "ReturnData": True},
        ],
        ThresholdMetricId="band",
        ComparisonOperator="GreaterThanUpperThreshold",
        EvaluationPeriods=3,
        AlarmActions=[parts.topic_arn(aws, ALERTS)],
    )
    parts.evaluated(aws, "orders-db-latency-unusual")


def budgets(aws: Aws) -> None:
    """Nobody hears of the bill: one budget, long exceeded, tells a topic that lets Budgets not in and reaches nobody,
    one no one. AWS watches for unusual costs by itself, and tells no one either.
    """
    subscriber = {"SubscriptionType": "SNS", "Address": parts.topic_arn(aws, ON_CALL)}
    heard = [{"Notification": parts.notification(100), "Subscribers": [subscriber]}]
    parts.budget(aws, "mvp-monthly", 150, heard)
    aws.state("budget", name="mvp-monthly", actual=186, forecast=241)
    parts.budget(aws, "mvp-forecast", 300, [])
    parts.anomaly_monitor(aws, "Default-Services-Monitor")


def repositories(aws: Aws) -> None:
    """`mvp/web` scans by its own flag, `mvp/worker` and `tools/migrate` do not, `base/node` by the registry's rule."""
    parts.repository(aws, "mvp/web", scan=True)
    parts.repository(aws, "mvp/worker", scan=False)
    parts.repository(aws, "tools/migrate", scan=False)
    parts.repository(aws, "base/node", scan=False)
    aws.client("ecr").put_registry_scanning_configuration(
        scanType="BASIC",
        rules=[
            {
                "scanFrequency": "SCAN_ON_PUSH",
                "repositoryFilters": [{"filter": "base/*", "filterType": "WILDCARD"}],
            }
        ],
    )


def images(aws: Aws) -> None:
    """Of `mvp/web` and `base/node` nothing bad is known, of `tools/migrate` nothing; `mvp/worker` has the worst."""
    for repository in ("mvp/web", "mvp/worker", "base/node"):
        parts.image(aws, repository, "v41", days_ago=30)
        parts.image(aws, repository, "latest", days_ago=4)
    parts.image(aws, "tools/migrate", "latest", days_ago=200)
    worst = {"CRITICAL": 2, "HIGH": 9, "MEDIUM": 31}
    aws.state("image_scan", repository="mvp/worker", tag="latest", status="COMPLETE", severities=worst)
    aws.state("image_scan", repository="mvp/worker", tag="v41", status="COMPLETE", severities={"HIGH": 7})
