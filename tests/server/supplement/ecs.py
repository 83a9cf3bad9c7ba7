"""ECS: capacity providers of services, tasks that run, and the limits of the batch calls."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from moto.core.utils import utcnow
from moto.ecs.models import Service, ecs_backends

from supplement import Ask, ecr, supplement
from wire import AwsError, Call

MOST_SERVICES = 10
MOST_CLUSTERS = 100
MOST_TASKS = 100


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


def _tasks(account: str, region: str, cluster: str) -> dict[str, dict[str, Any]]:
    """The tasks that the services of a cluster run, by ARN; moto starts none."""
    backend = ecs_backends[account][region]
    name = cluster.rsplit("/", 1)[-1]
    tasks = {}
    for subject in backend.services.values():
        if subject.cluster_name != name:
            continue
        for number in range(subject.running_count):
            of = f"{subject.name}|{number}|{subject.task_definition}"
            arn = f"arn:aws:ecs:{region}:{account}:task/{name}/{sha256(of.encode()).hexdigest()[:32]}"
            definition = backend.describe_task_definition(subject.task_definition)
            tasks[arn] = {
                "taskArn": arn,
                "clusterArn": subject.cluster_arn,
                "group": f"service:{subject.name}",
                "lastStatus": "RUNNING",
                "desiredStatus": "RUNNING",
                "taskDefinitionArn": definition.arn,
                "containers": [
                    {"name": it["name"], "image": it["image"], "lastStatus": "RUNNING"} | _digest(account, region, it["image"])
                    for it in definition.container_definitions
                ],
            }
    return tasks


def _digest(account: str, region: str, uri: str) -> dict[str, str]:
    """Of an image of the account's own registry; where it was pulled from elsewhere, some digest."""
    name, _, tag = uri.rpartition("/")[-1].partition(":")
    prefix = f"{account}.dkr.ecr.{region}.amazonaws.com/"
    if not uri.startswith(prefix):
        return {"imageDigest": "sha256:" + sha256(uri.encode()).hexdigest()}
    repository = ecr.backend(account, region).repositories.get(uri.removeprefix(prefix).partition(":")[0])
    images = repository.images if repository else []
    found = [image for image in images if (tag or "latest") in image.image_tags]
    return {"imageDigest": found[0].image_digest} if found and name else {}


@supplement("ecs:ListTasks")
def list_tasks(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"taskArns": list(_tasks(call.account, call.region, _known(call)))}


@supplement("ecs:DescribeTasks")
def describe_tasks(call: Call, _ask: Ask) -> dict[str, Any]:
    asked = call.params["tasks"]
    if len(asked) > MOST_TASKS:
        raise AwsError("InvalidParameterException", f"tasks can have at most {MOST_TASKS} items.")
    tasks = _tasks(call.account, call.region, _known(call))
    failures = [{"arn": arn, "reason": "MISSING"} for arn in asked if arn not in tasks]
    return {"tasks": [tasks[arn] for arn in asked if arn in tasks], "failures": failures}


def _known(call: Call) -> str:
    cluster = call.params.get("cluster", "default").rsplit("/", 1)[-1]
    if cluster not in ecs_backends[call.account][call.region].clusters:
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    return cluster
