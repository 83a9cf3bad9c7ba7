"""CloudWatch Synthetics: the life of a canary. Moto can only create and show one, with times in a wrong format."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from botocore import xform_name
from moto.core.utils import utcnow
from moto.synthetics.models import Canary, SyntheticsBackend, synthetics_backends

from supplement import Ask, guard, supplement
from wire import AwsError, Call

PASSED, FAILED = "PASSED", "FAILED"
# What may be done in which states; a canary passes through others while it is made, started, stopped and deleted.
STARTABLE = ("READY", "STOPPED", "ERROR")
STEADY = (*STARTABLE, "RUNNING")
CHANGEABLE = (
    "ArtifactConfig",
    "ArtifactS3Location",
    "Code",
    "ExecutionRoleArn",
    "FailureRetentionPeriodInDays",
    "ProvisionedResourceCleanup",
    "RuntimeVersion",
    "Schedule",
    "SuccessRetentionPeriodInDays",
    "VpcConfig",
)


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


@guard("synthetics:CreateCanary")
def check_new(call: Call) -> None:
    if call.params["Name"] in backend(call.account, call.region).canaries:
        raise AwsError("ValidationException", f"Canary with name {call.params['Name']} already exists")


@supplement("synthetics:StartCanary")
def start_canary(call: Call, _ask: Ask) -> dict[str, Any]:
    subject = _in(call, STARTABLE, "startable")
    set_state(subject, "RUNNING")
    subject.__dict__.pop("audit_reason", None)
    run(subject, PASSED, utcnow())
    return {}


@supplement("synthetics:StopCanary")
def stop_canary(call: Call, _ask: Ask) -> dict[str, Any]:
    set_state(_in(call, ("RUNNING",), "stoppable"), "STOPPED")
    return {}


@supplement("synthetics:UpdateCanary")
def update_canary(call: Call, _ask: Ask) -> dict[str, Any]:
    """What is not given stays. A running canary goes on by its new schedule."""
    subject = _in(call, STEADY, "updatable")
    for member in CHANGEABLE:
        if member in call.params:
            setattr(subject, xform_name(member), call.params[member])
    subject.run_config = subject.run_config | call.params.get("RunConfig", {})
    subject.timeline["LastModified"] = utcnow()
    return {}


@supplement("synthetics:DeleteCanary")
def delete_canary(call: Call, _ask: Ask) -> dict[str, Any]:
    _in(call, STARTABLE, "deletable")
    del backend(call.account, call.region).canaries[call.params["Name"]]
    return {}


@supplement("synthetics:TagResource")
def tag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    subject = _tagged(call)
    subject.tags = subject.tags | call.params["Tags"]
    return {}


@supplement("synthetics:UntagResource")
def untag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    subject = _tagged(call)
    subject.tags = {key: value for key, value in subject.tags.items() if key not in call.params["TagKeys"]}
    return {}


@supplement("synthetics:ListTagsForResource")
def list_tags(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"Tags": _tagged(call).tags}


def _tagged(call: Call) -> Canary:
    arn = call.params["ResourceArn"]
    found = backend(call.account, call.region).canaries.get(arn.rsplit(":", 1)[-1])
    if found is None:
        raise AwsError("NotFoundException", f"Resource not found: {arn}", 404)
    return found


def _in(call: Call, states: tuple[str, ...], word: str) -> Canary:
    """The canary of a call, which is in one of these states."""
    subject = canary(call.account, call.region, call.params["Name"])
    if subject.state not in states:
        raise AwsError("ConflictException", f"Canary is not in a {word} state: {subject.state}", 409)
    return subject


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
