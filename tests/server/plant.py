"""States that no API can bring about, as a table of kinds: a test plants a fact where AWS would have let it happen.

Each kind is a function over (account, region, request); the request's keys are its parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from moto.rds.models import rds_backends

from supplement import budgets, chatbot, cloudtrail, cloudwatch, config, ecs, functions, sns, synthetics

Request = dict[str, Any]
KINDS: dict[str, Callable[[str, str, Request], None]] = {}


class Unknown(LookupError):
    """There is no such kind, or nothing of this name to plant it on."""


def kind(function: Callable[[str, str, Request], None]) -> Callable[[str, str, Request], None]:
    KINDS[function.__name__] = function
    return function


def plant(account: str, region: str, request: Request) -> None:
    work = KINDS.get(request["kind"])
    if work is None:
        raise Unknown(f"no kind {request['kind']}; there are {', '.join(sorted(KINDS))}")
    work(account, region, request)


def when(request: Request) -> datetime:
    """`at` (ISO 8601) or `minutes_ago`, else now; naive UTC, as moto has it."""
    if "at" in request:
        at = datetime.fromisoformat(request["at"].replace("Z", "+00:00"))
        return at.astimezone(timezone.utc).replace(tzinfo=None) if at.tzinfo else at
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    return now - timedelta(minutes=request.get("minutes_ago", 0))


@kind
def subscription(account: str, region: str, request: Request) -> None:
    """`state` confirmed | pending | deleted, of `arn`, or of all with this `topic` (name) and, if given, `endpoint`."""
    hits = [
        s
        for s in sns.backend(account, region).subscriptions.values()
        if s.arn == request.get("arn")
        or (s.topic.name == request.get("topic") and s.endpoint == request.get("endpoint", s.endpoint))
    ]
    if not hits:
        raise Unknown(f"no subscription {request}")
    for hit in hits:
        sns.set_state(hit, request["state"])


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
def config_recorder(account: str, region: str, request: Request) -> None:
    """`last_status`, `recording`, `error` of the recorder."""
    for recorder in config.backend(account, region).recorders.values():
        recorder.status.last_status = request.get("last_status", recorder.status.last_status)
        recorder.status.recording = request.get("recording", recorder.status.recording)
        recorder.status.last_error_code = request.get("error")
        recorder.status.last_error_message = request.get("message", request.get("error"))


@kind
def delivery_channel(account: str, region: str, request: Request) -> None:
    """`status` SUCCESS | FAILURE of deliveries, with an `error` code and `message`."""
    for channel in config.backend(account, region).delivery_channels.values():
        channel._audit_delivery = request  # type: ignore[attr-defined]


@kind
def trail(account: str, region: str, request: Request) -> None:
    """`is_logging` and `delivery_error` (null: none) of trail `name`."""
    status = cloudtrail.trail(account, region, request["name"]).status
    status.is_logging = request.get("is_logging", status.is_logging)
    status.audit_delivery_error = request.get("delivery_error")  # type: ignore[attr-defined]


@kind
def alarm(account: str, region: str, request: Request) -> None:
    """`value` OK | ALARM | INSUFFICIENT_DATA of alarm `name`, since `at` or `minutes_ago`."""
    subject = cloudwatch.alarm(account, region, request["name"])
    subject.update_state(request.get("reason", "planted"), "{}", request.get("value", subject.state_value))
    subject.state_updated_timestamp = when(request)


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
def budget(account: str, _region: str, request: Request) -> None:
    """`actual` and `forecast` spend of budget `name`, in dollars; a null forecast is left out, as AWS does."""
    spend = {"ActualSpend": {"Amount": str(request.get("actual", 0)), "Unit": "USD"}}
    if request.get("forecast") is not None:
        spend["ForecastedSpend"] = {"Amount": str(request["forecast"]), "Unit": "USD"}
    budgets.budget(account, request["name"]).budget["CalculatedSpend"] = spend


@kind
def chatbot_workspace(account: str, _region: str, request: Request) -> None:
    """A person authorizes the Slack workspace `team` (its id) with a `name`, or takes that back: `authorized` false."""
    if request.get("authorized", True):
        chatbot.workspaces[account][request["team"]] = request.get("name", request["team"])
    else:
        chatbot.workspaces[account].pop(request["team"], None)
