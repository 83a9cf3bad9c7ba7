"""CloudWatch Synthetics: the life of a canary. Moto can only create and show one, with times in a wrong format."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow
from moto.synthetics.models import Canary, SyntheticsBackend, synthetics_backends

from supplement import Ask, supplement
from wire import AwsError, Call

PASSED, FAILED = "PASSED", "FAILED"


def backend(account: str, region: str) -> SyntheticsBackend:
    return synthetics_backends[account][region]


def canary(account: str, region: str, name: str) -> Canary:
    try:
        return backend(account, region).canaries[name]
    except KeyError as cause:
        raise AwsError("ResourceNotFoundException", f"Canary not found: {name}", 404) from cause


def run(subject: Canary, state: str, at: datetime, reason: str = "Navigation timed out") -> None:
    """Records a last run of the canary, with the `reason` if it did not pass."""
    subject.audit_run = {  # type: ignore[attr-defined]
        "Id": str(uuid.uuid4()),
        "Name": subject.name,
        "Status": {"State": state} | ({} if state == PASSED else {"StateReason": reason}),
        "Timeline": {"Started": at, "Completed": at},
        "ArtifactS3Location": f"{subject.artifact_s3_location}/{subject.name}",
    }


def set_state(subject: Canary, state: str) -> None:
    subject.state = state
    event = {"RUNNING": "LastStarted", "STOPPED": "LastStopped"}.get(state, "LastModified")
    subject.timeline[event] = utcnow()


@supplement("synthetics:CreateCanary", "synthetics:GetCanary")
def one_canary(call: Call, ask: Ask) -> dict[str, Any]:
    if call.operation == "CreateCanary":
        name = ask()["Canary"]["Name"]
    else:
        name = call.params["Name"]
    return {"Canary": _shown(call, canary(call.account, call.region, name))}


@supplement("synthetics:DescribeCanaries")
def describe_canaries(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"Canaries": [_shown(call, c) for c in _chosen(call)]}


@supplement("synthetics:DescribeCanariesLastRun")
def describe_canaries_last_run(call: Call, _ask: Ask) -> dict[str, Any]:
    runs = [(c.name, getattr(c, "audit_run", None)) for c in _chosen(call)]
    return {"CanariesLastRun": [{"CanaryName": name, "LastRun": last} for name, last in runs if last]}


@supplement("synthetics:StartCanary")
def start_canary(call: Call, _ask: Ask) -> dict[str, Any]:
    subject = canary(call.account, call.region, call.params["Name"])
    set_state(subject, "RUNNING")
    run(subject, PASSED, utcnow())
    return {}


@supplement("synthetics:StopCanary")
def stop_canary(call: Call, _ask: Ask) -> dict[str, Any]:
    set_state(canary(call.account, call.region, call.params["Name"]), "STOPPED")
    return {}


@supplement("synthetics:DeleteCanary")
def delete_canary(call: Call, _ask: Ask) -> dict[str, Any]:
    canary(call.account, call.region, call.params["Name"])
    del backend(call.account, call.region).canaries[call.params["Name"]]
    return {}


def _chosen(call: Call) -> list[Canary]:
    names = call.params.get("Names")
    every = backend(call.account, call.region).canaries.values()
    return [c for c in every if not names or c.name in names]


def _shown(call: Call, subject: Canary) -> dict[str, Any]:
    shown: dict[str, Any] = subject.to_dict()
    shown["Timeline"] = {event: at for event, at in subject.timeline.items() if at}
    shown["Status"] = {"State": subject.state} | getattr(subject, "audit_reason", {})
    shown["Code"] = {"Handler": subject.code.get("Handler", "index.handler")}
    shown["EngineArn"] = f"arn:aws:lambda:{call.region}:{call.account}:function:cwsyn-{subject.name}-{subject.id}:1"
    return {member: value for member, value in shown.items() if value is not None}
