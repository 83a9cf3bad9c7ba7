"""`scale`: N products, each with a cluster, a service, a database and three alarms, all healthy.

With N = 30 this is the account of the design's table of numbers: 30 products and about 100 alarms.
"""

from __future__ import annotations

from seeds import Aws, healthy, parts
from seeds.healthy import TOPIC

PRODUCTS = 30


def build(aws: Aws, products: int = PRODUCTS) -> None:
    healthy.build(aws)
    for number in range(1, products + 1):
        _product(aws, f"product-{number:03}")


def _product(aws: Aws, name: str) -> None:
    parts.cluster(aws, name)
    parts.service(aws, name, "web")
    parts.database(aws, f"{name}-db", MaxAllocatedStorage=500)
    service = {"ClusterName": name, "ServiceName": "web"}
    parts.alarm(aws, f"{name}-cpu-high", "AWS/ECS/CPUUtilization", service, 80, topic=TOPIC)
    parts.alarm(aws, f"{name}-memory-high", "AWS/ECS/MemoryUtilization", service, 80, topic=TOPIC)
    database = {"DBInstanceIdentifier": f"{name}-db"}
    parts.alarm(aws, f"{name}-db-cpu-high", "AWS/RDS/CPUUtilization", database, 80, topic=TOPIC)
