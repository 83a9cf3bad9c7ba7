"""ECS: capacity providers of services, tasks that run, and the limits of the batch calls."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.ecs.models import Service, ecs_backends

from supplement import Ask, supplement
from wire import AwsError, Call

MOST_SERVICES = 10
MOST_CLUSTERS = 100


def service(account: str, region: str, cluster: str, name: str) -> Service:
    return ecs_backends[account][region].services[f"{cluster}:{name}"]


def set_running(subject: Service, running: int) -> None:
    """Tasks of the service that run; the deployment has completed once all do."""
    subject.running_count = running
    subject.pending_count = max(subject.desired_count - running, 0)
    for deployment in subject.deployments:
        done = running >= subject.desired_count
        deployment |= {
            "desiredCount": subject.desired_count,
            "runningCount": running,
            "pendingCount": subject.pending_count,
            "rolloutState": "COMPLETED" if done else "IN_PROGRESS",
            "rolloutStateReason": f"ECS deployment {deployment['id']} {'completed' if done else 'in progress'}.",
        }


@supplement("ecs:CreateService")
def create_service(call: Call, ask: Ask) -> dict[str, Any]:
    """Launch type or capacity providers, never both: moto drops the latter and says EC2."""
    created = ask()["service"]
    cluster = created["clusterArn"].rsplit("/", 1)[-1]
    subject = service(call.account, call.region, cluster, created["serviceName"])
    strategy = call.params.get("capacityProviderStrategy")
    if not strategy and not call.params.get("launchType"):
        owner = ecs_backends[call.account][call.region].clusters[cluster]
        strategy = owner.default_capacity_provider_strategy
    if strategy:
        whole = [{"weight": 0, "base": 0} | item for item in strategy]
        subject.capacity_provider_strategy = whole  # type: ignore[attr-defined]
        subject.launch_type = None
        created["capacityProviderStrategy"] = whole
        created.pop("launchType", None)
        for deployment in subject.deployments:
            deployment |= {"launchType": None, "capacityProviderStrategy": whole}
    set_running(subject, subject.desired_count)
    return {"service": created | {"runningCount": subject.running_count, "pendingCount": 0}}


@supplement("ecs:UpdateService")
def update_service(call: Call, ask: Ask) -> dict[str, Any]:
    """Another task definition is another deployment, which has completed at once; moto goes on with the old one."""
    answer = ask()["service"]
    subject = service(call.account, call.region, answer["clusterArn"].rsplit("/", 1)[-1], answer["serviceName"])
    if "taskDefinition" in call.params:
        for deployment in subject.deployments:
            deployment |= {"taskDefinition": subject.task_definition, "createdAt": utcnow(), "updatedAt": utcnow()}
    if "taskDefinition" in call.params or "desiredCount" in call.params:
        set_running(subject, subject.desired_count)
    shown = {"deployments": subject.deployments, "runningCount": subject.running_count, "pendingCount": 0}
    return {"service": answer | shown}


@supplement("ecs:DescribeServices")
def describe_services(call: Call, ask: Ask) -> dict[str, Any]:
    return _bounded(call, ask, "services", MOST_SERVICES)


@supplement("ecs:DescribeClusters")
def describe_clusters(call: Call, ask: Ask) -> dict[str, Any]:
    result = _bounded(call, ask, "clusters", MOST_CLUSTERS)
    services = ecs_backends[call.account][call.region].services.values()
    for shown in result["clusters"]:
        own = [s for s in services if s.cluster_arn == shown["clusterArn"]]
        shown["activeServicesCount"] = len(own)
        shown["runningTasksCount"] = sum(s.running_count for s in own)
        shown["pendingTasksCount"] = sum(s.pending_count for s in own)
    return result


def _bounded(call: Call, ask: Ask, member: str, most: int) -> dict[str, Any]:
    if len(call.params.get(member) or []) > most:
        raise AwsError("InvalidParameterException", f"{member} can have at most {most} items.")
    return ask()
