"""States of what runs: canaries, functions, databases, services, images, load balancers and logs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.acm.models import acm_backends
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends
from moto.logs.models import logs_backends
from moto.rds.models import rds_backends

from plants import Request, Unknown, kind, moment, when
from supplement import ecs, functions, image_scans, synthetics

_EPOCH = datetime(1970, 1, 1)

@kind
def canary(account: str, region: str, request: Request) -> None:
    """`state` (RUNNING, STOPPED, ERROR...) of canary `name`, with a `reason`."""
    subject = synthetics.canary(account, region, request["name"])
    synthetics.set_state(subject, request["state"])
    if "reason" in request:
        subject.audit_reason = {"StateReason": request["reason"]}  # type: ignore[attr-defined]


@kind
def canary_run(account: str, region: str, request: Request) -> None:
    """The last run of canary `name`: `status` PASSED | FAILED, `at` or `minutes_ago`, `reason`; `status` null
    forgets it."""
    subject = synthetics.canary(account, region, request["name"])
    if request["status"] is None:
        subject.__dict__.pop("audit_run", None)
    else:
        synthetics.run(subject, request["status"], when(request), request.get("reason", "Navigation timed out"))


@kind
def canary_environment(account: str, region: str, request: Request) -> None:
    """The `variables` of canary `name`'s environment, all of them."""
    subject = synthetics.canary(account, region, request["name"])
    subject.run_config = subject.run_config | {"EnvironmentVariables": request["variables"]}


@kind
def function(account: str, region: str, request: Request) -> None:
    """`state`, `last_update_status`, `concurrency` and `reason` of function `name`."""
    subject = functions.function(account, region, request["name"])
    subject.state = request.get("state", subject.state)
    planted = {}
    if "reason" in request:
        planted["StateReason"] = request["reason"]
    if "last_update_status" in request:
        planted["LastUpdateStatus"] = request["last_update_status"]
    subject.audit_configuration = planted  # type: ignore[attr-defined]
    if "concurrency" in request:
        subject.reserved_concurrency = request["concurrency"]


@kind
def db_instance(account: str, region: str, request: Request) -> None:
    """`status`, `engine` or `storage_type` of database `name`."""
    subject = rds_backends[account][region].databases[request["name"]]
    for member, attribute in (("status", "status"), ("engine", "engine"), ("storage_type", "storage_type")):
        if member in request:
            setattr(subject, attribute, request[member])


@kind
def service(account: str, region: str, request: Request) -> None:
    """`running` tasks, `rollout` state with its `reason` of service `name` in `cluster`; `launch_type` (null: none)."""
    subject = ecs.service(account, region, request["cluster"], request["name"])
    if "running" in request:
        ecs.set_running(subject, request["running"])
    if "rollout" in request:
        for deployment in subject.deployments:
            deployment["rolloutState"] = request["rollout"]
            deployment["rolloutStateReason"] = request.get("reason", deployment["rolloutStateReason"])
    if "launch_type" in request:
        subject.launch_type = request["launch_type"]


@kind
def container_instances(account: str, region: str, request: Request) -> None:
    """`count` of EC2 and external instances that are registered with `cluster`."""
    subject = ecs_backends[account][region].clusters[request["cluster"]]
    subject.registered_container_instances_count = request["count"]


@kind
def image(account: str, region: str, request: Request) -> None:
    """When an image (`tag` or `digest`) of `repository` was pushed: `at` or `minutes_ago`; its `media_type`."""
    subject: Any = _image(account, region, request)
    if "at" in request or "minutes_ago" in request:
        subject.image_pushed_at = int((when(request) - _EPOCH).total_seconds())
    subject.image_manifest_media_type = request.get("media_type", subject.image_manifest_media_type)


@kind
def image_scan(account: str, region: str, request: Request) -> None:
    """What the scan of an image (`tag` or `digest`) of `repository` came to: `status` (null: never scanned) with its
    `description`, `severities` as counts, `at` or `minutes_ago`; with `summary`, DescribeImages shows it."""
    subject = _image(account, region, request)
    if request["status"] is None:
        image_scans.set_scan(subject, None)
        return
    found = {
        "status": request["status"],
        "description": request.get("description"),
        "at": when(request),
        "severities": request.get("severities") or {},
        "summary": request.get("summary", False),
    }
    image_scans.set_scan(subject, found)


def _image(account: str, region: str, request: Request) -> Any:
    wanted = {"imageTag": request.get("tag"), "imageDigest": request.get("digest")}
    of = image_scans.repository(account, region, request["repository"])
    return image_scans.image(of, {member: value for member, value in wanted.items() if value})


@kind
def certificate(account: str, region: str, request: Request) -> None:
    """`status` ISSUED | PENDING_VALIDATION | EXPIRED ... of the certificates for `domain`."""
    backend: Any = acm_backends[account][region]
    hits = [c for c in backend._certificates.values() if c.common_name == request["domain"]]
    if not hits:
        raise Unknown(f"no certificate {request}")
    for hit in hits:
        hit.status = request["status"]


@kind
def load_balancer(account: str, region: str, request: Request) -> None:
    """`state` active | provisioning | active_impaired | failed of load balancer `name`."""
    [found] = [each for each in elbv2_backends[account][region].load_balancers.values() if each.name == request["name"]]
    found.state = request["state"]


@kind
def log_group(account: str, region: str, request: Request) -> None:
    """When log group `name` was `created` (a moment)."""
    found: Any = logs_backends[account][region].groups[request["name"]]
    found.creation_time = moment(request["created"])
