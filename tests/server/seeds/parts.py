"""Building blocks of accounts: one function per thing a team would make, with the team's usual settings."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import Any

from seeds import Aws

# Stands in every place where a real account holds a secret; must never be in anything that `audit` writes.
SECRET = "CANARY-SECRET-"
EMAIL = "ops@example.com"
GIB = 1024**3


def topic_arn(aws: Aws, name: str) -> str:
    return f"arn:aws:sns:{aws.region}:{aws.account}:{name}"


def function_arn(aws: Aws, name: str) -> str:
    return f"arn:aws:lambda:{aws.region}:{aws.account}:function:{name}"


def role(aws: Aws, name: str, service: str) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"},
        ],
    }
    made = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return made["Role"]["Arn"]


def bucket(aws: Aws, name: str) -> str:
    """A bucket; names are global, so the account and region are part of it."""
    full = f"{name}-{aws.account}-{aws.region}"
    place = {"LocationConstraint": aws.region}
    extra = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": place}
    aws.client("s3").create_bucket(Bucket=full, **extra)
    return full


def delivery_bucket(aws: Aws, name: str, service: str) -> str:
    """A bucket that a service may write its logs to."""
    full = bucket(aws, name)
    arn = f"arn:aws:s3:::{full}"
    writes = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": aws.account}}
    delivers = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            delivers | {"Sid": "look", "Action": ["s3:GetBucketAcl", "s3:ListBucket"], "Resource": arn},
            delivers
            | {
                "Sid": "write",
                "Action": "s3:PutObject",
                "Resource": f"{arn}/AWSLogs/{aws.account}/*",
                "Condition": writes,
            },
        ],
    }
    aws.client("s3").put_bucket_policy(Bucket=full, Policy=json.dumps(policy))
    return full


def trail(aws: Aws, name: str, *, multi_region: bool, validation: bool, logging: bool) -> None:
    client = aws.client("cloudtrail")
    client.create_trail(
        Name=name,
        S3BucketName=delivery_bucket(aws, f"{name}-logs", "cloudtrail"),
        IsMultiRegionTrail=multi_region,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=validation,
    )
    if logging:
        selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
        client.put_event_selectors(TrailName=name, EventSelectors=[selector])
        client.start_logging(Name=name)


def config_role(aws: Aws) -> str:
    """Config's service-linked role, one for all regions."""
    client, path = aws.client("iam"), "/aws-service-role/config.amazonaws.com/"
    if not client.list_roles(PathPrefix=path)["Roles"]:
        client.create_service_linked_role(AWSServiceName="config.amazonaws.com")
    return f"arn:aws:iam::{aws.account}:role{path}AWSServiceRoleForConfig"


def config_recorder(aws: Aws, recording_group: dict[str, Any]) -> None:
    client = aws.client("config")
    recorder = {"name": "default", "roleARN": config_role(aws), "recordingGroup": recording_group}
    client.put_configuration_recorder(ConfigurationRecorder=recorder)
    name = delivery_bucket(aws, "config", "config")
    client.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": name})
    client.start_configuration_recorder(ConfigurationRecorderName="default")


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


def topic(aws: Aws, name: str, policy: dict[str, Any] | None = None) -> str:
    arn = aws.client("sns").create_topic(Name=name)["TopicArn"]
    if policy is not None:
        put_policy(aws, name, policy)
    return arn


def put_policy(aws: Aws, name: str, policy: dict[str, Any]) -> None:
    aws.client("sns").set_topic_attributes(
        TopicArn=topic_arn(aws, name), AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def publishers_policy(aws: Aws, name: str, *, budgets: bool = True) -> dict[str, Any]:
    """The owner, CloudWatch, EventBridge and (unless told otherwise) Budgets may publish."""
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


def cluster(aws: Aws, name: str) -> None:
    aws.client("ecs").create_cluster(
        clusterName=name,
        settings=[{"name": "containerInsights", "value": "enabled"}],
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
    )


def service(aws: Aws, cluster_name: str, name: str, **placement: Any) -> None:
    """A service of two tasks; on Fargate unless `placement` says otherwise."""
    client = aws.client("ecs")
    family = f"{cluster_name}-{name}"
    password = f"{SECRET}db-password"
    container = {
        "name": name,
        "image": f"{aws.account}.dkr.ecr.{aws.region}.amazonaws.com/{cluster_name}/{name}:latest",
        "essential": True,
        "environment": [
            {"name": "DATABASE_URL", "value": f"postgres://shop:{password}@db.internal:5432/shop"},
            {"name": "SENTRY_DSN", "value": f"https://{SECRET}sentry@sentry.example.com/1"},
        ],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"/ecs/{family}",
                "awslogs-region": aws.region,
                "awslogs-stream-prefix": name,
            },
        },
    }
    client.register_task_definition(
        family=family,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[container],
    )
    placed = placement or {"launchType": "FARGATE"}
    client.create_service(
        cluster=cluster_name, serviceName=name, taskDefinition=family, desiredCount=2, **placed
    )


def database(aws: Aws, name: str, **settings: Any) -> None:
    defaults = {
        "DBInstanceClass": "db.t4g.small",
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "AllocatedStorage": 50,
        "MasterUsername": "shop",
        "MasterUserPassword": f"{SECRET}master-password",
    }
    if "Engine" in settings:
        del defaults["EngineVersion"]
    aws.client("rds").create_db_instance(DBInstanceIdentifier=name, **defaults | settings)


def canary(aws: Aws, name: str, *, schedule: str = "rate(5 minutes)", start: bool = True) -> None:
    client = aws.client("synthetics")
    client.create_canary(
        Name=name,
        Code={"Handler": "pageLoadBlueprint.handler", "S3Bucket": "canaries", "S3Key": f"{name}.zip"},
        ArtifactS3Location=f"s3://cw-syn-results-{aws.account}-{aws.region}",
        ExecutionRoleArn=f"arn:aws:iam::{aws.account}:role/canary",
        Schedule={"Expression": schedule},
        RunConfig={
            "TimeoutInSeconds": 60,
            "EnvironmentVariables": {
                "URL": "https://app.example.com/health",
                "LOGIN_PASSWORD": f"{SECRET}login-password",
            },
        },
        RuntimeVersion="syn-nodejs-puppeteer-10.0",
    )
    if start:
        client.start_canary(Name=name)


def canary_alarm(aws: Aws, name: str, canary_name: str, *, topic: str | None) -> None:
    alarm(
        aws,
        name,
        "CloudWatchSynthetics/SuccessPercent",
        {"CanaryName": canary_name},
        90,
        topic=topic,
        below=True,
        TreatMissingData="breaching",
    )


def repository(aws: Aws, name: str, *, scan: bool) -> None:
    aws.client("ecr").create_repository(repositoryName=name, imageScanningConfiguration={"scanOnPush": scan})


def notification(threshold: float, kind: str = "ACTUAL") -> dict[str, Any]:
    return {
        "NotificationType": kind,
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": threshold,
        "ThresholdType": "PERCENTAGE",
    }


def budget(aws: Aws, name: str, limit: int, notifications: list[dict[str, Any]]) -> None:
    aws.client("budgets").create_budget(
        AccountId=aws.account,
        Budget={
            "BudgetName": name,
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": str(limit), "Unit": "USD"},
        },
        NotificationsWithSubscribers=notifications,
    )
    aws.state("budget", name=name, actual=limit * 0.4, forecast=limit * 0.8)
