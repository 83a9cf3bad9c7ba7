"""CloudWatch Synthetics: the life of a canary, and the runtimes that there are.

Moto can only create and show a canary, with times in a wrong format.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

from botocore import xform_name
from moto.core.utils import utcnow
from moto.synthetics.models import Canary, SyntheticsBackend, synthetics_backends

import policies
from drawn import uuid_id
from supplement import Ask, canary_functions, guard, iam, supplement
from wire import AwsError, Call

PASSED, FAILED = "PASSED", "FAILED"
CREATING, READY, ERROR = "CREATING", "READY", "ERROR"
# What may be done in which states. Being started, stopped, changed and deleted takes no time here.
STARTABLE = (READY, "STOPPED", ERROR)
STEADY = (*STARTABLE, "RUNNING")
NAME = re.compile(r"^[0-9a-z_-]{1,255}$")
RATE = re.compile(r"^rate\((\d+) (minute|minutes|hour)\)$")
SHORTEST, LONGEST = 3, 840
# Runtime -> the days on which it was released and on which it ends, if that is known.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Library.html
RUNTIMES: dict[str, tuple[str, str | None]] = {
    "syn-nodejs-puppeteer-6.2": ("2024-02-08", "2026-02-03"),
    "syn-nodejs-puppeteer-7.0": ("2024-03-26", "2026-02-03"),
    "syn-nodejs-puppeteer-8.0": ("2024-08-07", "2026-02-03"),
    "syn-nodejs-puppeteer-9.0": ("2024-08-30", None),
    "syn-nodejs-puppeteer-9.1": ("2024-10-02", None),
    "syn-nodejs-puppeteer-10.0": ("2025-04-01", None),
    "syn-nodejs-puppeteer-11.0": ("2025-09-02", None),
    "syn-nodejs-playwright-1.0": ("2024-11-22", None),
    "syn-nodejs-playwright-2.0": ("2025-04-01", None),
    "syn-nodejs-playwright-3.0": ("2025-09-02", None),
    "syn-python-selenium-4.1": ("2024-10-14", None),
    "syn-python-selenium-5.1": ("2025-03-13", None),
    "syn-python-selenium-6.0": ("2025-05-21", None),
}
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
        made = canary(call.account, call.region, name)
        made.id, made.state = uuid_id(call.region, name), CREATING
    else:
        name = call.params["Name"]
    return {"Canary": _looked_at(call, canary(call.account, call.region, name))}


def _looked_at(call: Call, subject: Canary) -> dict[str, Any]:
    """A new canary is still being made at the first look; without a role that Lambda can take it comes to nothing."""
    shown = _shown(call, subject)
    if subject.state == CREATING and call.operation != "CreateCanary":
        role = iam.role(call.account, subject.execution_role_arn)
        fine = role is not None and policies.trusts(role.assume_role_policy_document, "lambda.amazonaws.com")
        subject.state = READY if fine else ERROR
        if not fine:
            reason = "The role defined for the function cannot be assumed by Lambda."
            why = {"StateReason": reason, "StateReasonCode": "CREATE_FAILED"}
            subject.audit_reason = why  # type: ignore[attr-defined]
    return shown


@supplement("synthetics:DescribeCanaries")
def describe_canaries(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"Canaries": [_looked_at(call, c) for c in _chosen(call)]}


@supplement("synthetics:DescribeCanariesLastRun")
def describe_canaries_last_run(call: Call, _ask: Ask) -> dict[str, Any]:
    runs = [(c.name, getattr(c, "audit_run", None)) for c in _chosen(call)]
    return {"CanariesLastRun": [{"CanaryName": name, "LastRun": last} for name, last in runs if last]}


@supplement("synthetics:DescribeRuntimeVersions")
def describe_runtime_versions(_call: Call, _ask: Ask) -> dict[str, Any]:
    """The newest first."""
    shown = [
        {"VersionName": name, "Description": f"Dependencies: {name}", "ReleaseDate": datetime.fromisoformat(since)}
        | ({"DeprecationDate": datetime.fromisoformat(until)} if until else {})
        for name, (since, until) in RUNTIMES.items()
    ]
    return {"RuntimeVersions": sorted(shown, key=lambda runtime: runtime["ReleaseDate"], reverse=True)}


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


@guard("synthetics:CreateCanary")
def check_new(call: Call) -> None:
    given = call.params
    if given["Name"] in backend(call.account, call.region).canaries:
        raise invalid(f"Canary with name {given['Name']} already exists")
    if not NAME.match(given["Name"]):
        raise invalid(f"Value '{given['Name']}' at 'name' failed to satisfy constraint: {NAME.pattern}")


@guard("synthetics:CreateCanary", "synthetics:UpdateCanary")
def check_settings(call: Call) -> None:
    """A runtime that has not ended, and a time limit that ends before the next run begins."""
    given = call.params
    since, until = RUNTIMES.get(given.get("RuntimeVersion", ""), (None, None))
    today = utcnow().date().isoformat()
    if "RuntimeVersion" in given and (since is None or (until is not None and until < today)):
        raise invalid(f"RuntimeVersion {given['RuntimeVersion']} is not supported")
    limit = given.get("RunConfig", {}).get("TimeoutInSeconds")
    if limit is not None and not SHORTEST <= limit <= LONGEST:
        raise invalid(f"TimeoutInSeconds must be between {SHORTEST} and {LONGEST}: {limit}")
    before = backend(call.account, call.region).canaries.get(given["Name"])
    schedule: Any = given.get("Schedule") or (before.schedule if before else {})
    between = _seconds(schedule.get("Expression", ""))
    if limit is not None and between is not None and limit > between:
        raise invalid(f"TimeoutInSeconds {limit} must not be longer than the frequency of the runs")


def _seconds(expression: str) -> int | None:
    """Between two runs; none for a canary that runs once, or by the calendar."""
    rate = RATE.match(expression)
    if rate is None or rate[1] == "0":
        return None
    return int(rate[1]) * (3600 if rate[2] == "hour" else 60)


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
    function = f"{canary_functions.name(subject)}:{canary_functions.VERSION}"
    shown["EngineArn"] = f"arn:aws:lambda:{call.region}:{call.account}:function:{function}"
    return {member: value for member, value in shown.items() if value is not None}
