"""`scale`: `healthy` and N products, each with a cluster, a service that scales, a database, three alarms of its own
and two of its scaling, images, and a rule on its deployments. All are reached over one internal load balancer.

With N = 30 this is the account of the design's table of numbers: 30 products and about 100 alarms that people made.
"""

from __future__ import annotations

from typing import Any

from seeds import Aws, healthy, parts
from seeds.healthy import TOPIC

PRODUCTS = 30
LOAD_BALANCER = "products"
PRODUCTS_OF_A_DEVELOPER = 10
ERRORS, LATENCY = ("HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"), "TargetResponseTime"


def build(aws: Aws, products: int = PRODUCTS) -> None:
    healthy.build(aws)
    listener = _front(aws)
    for number in range(1, products + 1):
        name = f"product-{number:03}"
        _product(aws, name)
        parts.host_rule(aws, listener, number, f"{name}.internal.example.com", parts.target_group(aws, name))
        if number % PRODUCTS_OF_A_DEVELOPER == 0:
            parts.user(aws, f"developer-{number:03}", mfa=True, password_used=3, key_age=60, key_used=2)
    parts.credential_report(aws)


def _front(aws: Aws) -> str:
    """The ARN of the listener that knows all products."""
    arn = parts.load_balancer(aws, LOAD_BALANCER, scheme="internal")
    for metric in ERRORS:
        parts.load_balancer_alarm(aws, f"{LOAD_BALANCER}-{metric}", LOAD_BALANCER, metric, 10, topic=TOPIC)
    parts.load_balancer_alarm(aws, f"{LOAD_BALANCER}-slow", LOAD_BALANCER, LATENCY, 2, topic=TOPIC)
    return parts.listener(aws, arn, parts.certificate(aws, "*.internal.example.com"))


def _product(aws: Aws, name: str) -> None:
    parts.repository(aws, f"{name}/web", scan=True)
    parts.image(aws, f"{name}/web", "latest", days_ago=2)
    parts.cluster(aws, name)
    parts.service(aws, name, "web")
    parts.autoscaled(aws, name, "web")
    parts.database(aws, f"{name}-db", MaxAllocatedStorage=500)
    parts.event_rule(aws, f"{name}-deployments", _deployments_of(aws, name), TOPIC)
    service = {"ClusterName": name, "ServiceName": "web"}
    parts.alarm(aws, f"{name}-cpu-high", "AWS/ECS/CPUUtilization", service, 80, topic=TOPIC)
    parts.alarm(aws, f"{name}-memory-high", "AWS/ECS/MemoryUtilization", service, 80, topic=TOPIC)
    database = {"DBInstanceIdentifier": f"{name}-db"}
    parts.alarm(aws, f"{name}-db-cpu-high", "AWS/RDS/CPUUtilization", database, 80, topic=TOPIC)


def _deployments_of(aws: Aws, name: str) -> dict[str, Any]:
    """Deployments of the product that failed."""
    return {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": [f"arn:aws:ecs:{aws.region}:{aws.account}:service/{name}/web"],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
    }
