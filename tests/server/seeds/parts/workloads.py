"""What a team runs: clusters and services with their logs and images, databases, load balancers and canaries."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from seeds import Aws
from seeds.parts.alerting import alarm, evaluated
from seeds.parts.base import SECRET, shared_role

APP = "app.example.com"
HEALTH_PATH = "/health"
LAMBDA = "lambda.amazonaws.com"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
SENTRY = "SENTRY_DSN"


def cluster(aws: Aws, name: str) -> None:
    aws.client("ecs").create_cluster(
        clusterName=name,
        settings=[{"name": "containerInsights", "value": "enabled"}],
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
    )


def task_definition(
    aws: Aws,
    cluster_name: str,
    name: str,
    *,
    image: str | None = None,
    sentry: str | None = "secret",
    logs: bool = True,
    more: list[dict[str, Any]] | None = None,
) -> str:
    """A revision of a service's task definition; `sentry` is `secret`, `environment` or none. Its ARN."""
    family = f"{cluster_name}-{name}"
    password = f"{SECRET}db-password"
    container: dict[str, Any] = {
        "name": name,
        "image": image_uri(aws, image or f"{cluster_name}/{name}"),
        "essential": True,
        "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
        "environment": [{"name": "DATABASE_URL", "value": f"postgres://shop:{password}@db.internal:5432/shop"}],
    }
    if sentry == "environment":
        dsn = f"https://{SECRET}sentry@sentry.example.com/1"
        container["environment"].append({"name": SENTRY, "value": dsn})
    if sentry == "secret":
        arn = f"arn:aws:secretsmanager:{aws.region}:{aws.account}:secret:{cluster_name}/sentry-AbCdEf"
        container["secrets"] = [{"name": SENTRY, "valueFrom": arn}]
    if logs:
        container["logConfiguration"] = awslogs(aws, family, name)
    made = aws.client("ecs").register_task_definition(
        family=family,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        executionRoleArn=shared_role(aws, "ecs-execution", "ecs-tasks.amazonaws.com"),
        cpu="256",
        memory="512",
        containerDefinitions=[container, *(more or [])],
    )
    return made["taskDefinition"]["taskDefinitionArn"]


def awslogs(aws: Aws, family: str, prefix: str) -> dict[str, Any]:
    options = {
        "awslogs-group": f"/ecs/{family}",
        "awslogs-region": aws.region,
        "awslogs-stream-prefix": prefix,
    }
    return {"logDriver": "awslogs", "options": options}


def service(
    aws: Aws,
    cluster_name: str,
    name: str,
    *,
    definition: dict[str, Any] | None = None,
    retention: int | None = 30,
    **placement: Any,
) -> None:
    """A service of two tasks with a log group; on Fargate unless `placement` says otherwise."""
    log_group(aws, f"/ecs/{cluster_name}-{name}", retention)
    task_definition(aws, cluster_name, name, **definition or {})
    placed = placement if {"launchType", "capacityProviderStrategy"} & set(placement) else {"launchType": "FARGATE"}
    aws.client("ecs").create_service(
        cluster=cluster_name,
        serviceName=name,
        taskDefinition=f"{cluster_name}-{name}",
        desiredCount=2,
        **placement | placed,
    )


def log_group(aws: Aws, name: str, retention: int | None) -> None:
    client = aws.client("logs")
    client.create_log_group(logGroupName=name)
    if retention is not None:
        client.put_retention_policy(logGroupName=name, retentionInDays=retention)


def autoscaled(aws: Aws, cluster_name: str, name: str, least: int = 2, most: int = 6) -> None:
    """As many tasks as keep the CPU at 60 percent."""
    client = aws.client("application-autoscaling")
    of = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{cluster_name}/{name}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    client.register_scalable_target(**of, MinCapacity=least, MaxCapacity=most)
    tracking = {
        "TargetValue": 60.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
    }
    policy = client.put_scaling_policy(
        **of,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=tracking,
    )
    for each in policy["Alarms"]:
        evaluated(aws, each["AlarmName"])


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


def certificate(aws: Aws, domain: str, *others: str) -> str:
    """Issued by ACM, its owner having proved that the domain is theirs."""
    names = {"SubjectAlternativeNames": [domain, *others]} if others else {}
    made = aws.client("acm").request_certificate(DomainName=domain, ValidationMethod="DNS", **names)
    aws.state("certificate", domain=domain, status="ISSUED")
    return made["CertificateArn"]


def load_balancer(aws: Aws, name: str, *, scheme: str = "internet-facing") -> str:
    """An application load balancer in two zones, which sends everyone to HTTPS. Its ARN."""
    subnets = aws.client("ec2").describe_subnets()["Subnets"]
    zones = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in subnets}
    client = aws.client("elbv2")
    made = client.create_load_balancer(
        Name=name, Subnets=[zones[zone] for zone in sorted(zones)[:2]], Scheme=scheme, Type="application"
    )
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    aws.state("load_balancer", name=name, state="active")
    secure = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    redirect = [{"Type": "redirect", "RedirectConfig": secure}]
    client.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=redirect)
    return arn


def listener(aws: Aws, load_balancer_arn: str, *certificates: str) -> str:
    """HTTPS, with nothing for hosts that no rule knows. Its ARN."""
    client = aws.client("elbv2")
    nothing = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    made = client.create_listener(
        LoadBalancerArn=load_balancer_arn,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificates[0]}],
        DefaultActions=nothing,
    )
    arn = made["Listeners"][0]["ListenerArn"]
    for more in certificates[1:]:
        client.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": more}])
    return arn


def target_group(aws: Aws, name: str) -> str:
    """Tasks on Fargate, asked for their health. Its ARN."""
    network = aws.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    made = aws.client("elbv2").create_target_group(
        Name=name, Protocol="HTTP", Port=8080, VpcId=network, TargetType="ip", HealthCheckPath=HEALTH_PATH
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


def host_rule(aws: Aws, listener_arn: str, priority: int, host: str, group: str) -> None:
    hosts = {"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}
    forward = {"Type": "forward", "TargetGroupArn": group}
    aws.client("elbv2").create_rule(ListenerArn=listener_arn, Priority=priority, Conditions=[hosts], Actions=[forward])


def load_balancer_dimension(aws: Aws, name: str) -> str:
    """`app/name/id`, as CloudWatch calls it."""
    [found] = aws.client("elbv2").describe_load_balancers(Names=[name])["LoadBalancers"]
    return found["LoadBalancerArn"].split(":loadbalancer/", 1)[1]


def load_balancer_alarm(aws: Aws, name: str, of: str, metric: str, threshold: float, *, topic: str | None) -> None:
    """Of errors the sum; of seconds the average. Nothing is said of them while nobody asks."""
    settings = {"Statistic": "Average" if metric == "TargetResponseTime" else "Sum", "TreatMissingData": "notBreaching"}
    dimensions = {"LoadBalancer": load_balancer_dimension(aws, of)}
    alarm(aws, name, f"AWS/ApplicationELB/{metric}", dimensions, threshold, topic=topic, **settings)


def canary_environment(url: str) -> dict[str, str]:
    """What it probes, and how it signs in there."""
    return {"URL": url, "LOGIN_PASSWORD": f"{SECRET}login-password"}


def canary(
    aws: Aws,
    name: str,
    *,
    schedule: str = "rate(5 minutes)",
    start: bool = True,
    url: str = f"https://{APP}{HEALTH_PATH}",
) -> None:
    client = aws.client("synthetics")
    client.create_canary(
        Name=name,
        Code={"Handler": "pageLoadBlueprint.handler", "S3Bucket": "canaries", "S3Key": f"{name}.zip"},
        ArtifactS3Location=f"s3://cw-syn-results-{aws.account}-{aws.region}",
        ExecutionRoleArn=shared_role(aws, "canary", LAMBDA),
        Schedule={"Expression": schedule},
        RunConfig={
            "TimeoutInSeconds": 60,
            "EnvironmentVariables": canary_environment(url),
        },
        RuntimeVersion="syn-nodejs-puppeteer-10.0",
    )
    while client.get_canary(Name=name)["Canary"]["Status"]["State"] == "CREATING":
        pass
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


def image_uri(aws: Aws, repository_name: str, tag: str = "latest") -> str:
    return f"{aws.account}.dkr.ecr.{aws.region}.amazonaws.com/{repository_name}:{tag}"


def image(aws: Aws, repository_name: str, tag: str, *, days_ago: float, media_type: str = MANIFEST) -> None:
    """Pushed so long ago; scanned if scanning covers the repository."""
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 7023, "digest": _digest(tag)}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": media_type, "config": config, "layers": []})
    aws.client("ecr").put_image(
        repositoryName=repository_name,
        imageManifest=manifest,
        imageManifestMediaType=media_type,
        imageTag=tag,
        imageDigest=_digest(repository_name, tag),
    )
    aws.state("image", repository=repository_name, tag=tag, minutes_ago=days_ago * 24 * 60)


def _digest(*of: str) -> str:
    return "sha256:" + sha256("|".join(of).encode()).hexdigest()


def repository(aws: Aws, name: str, *, scan: bool) -> None:
    aws.client("ecr").create_repository(repositoryName=name, imageScanningConfiguration={"scanOnPush": scan})
