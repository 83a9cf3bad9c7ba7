"""The Lambda functions of canaries, which CloudWatch Synthetics makes with them. They show what a canary does not: its
environment.
"""

from __future__ import annotations

import re
from typing import Any

from moto.synthetics.models import Canary, synthetics_backends

from wire import Call

NAME = re.compile(r"^(?:arn:aws:lambda:[a-z0-9-]+:\d{12}:function:)?(cwsyn-.+-([0-9a-f-]{36}))(?::(\w+))?$")
VERSION = "1"


def name(subject: Canary) -> str:
    return f"cwsyn-{subject.name}-{subject.id}"


def configuration(call: Call) -> dict[str, Any] | None:
    """Of the function that a call names; none if it is no canary's."""
    named = NAME.match(call.params["FunctionName"])
    if named is None:
        return None
    canaries = synthetics_backends[call.account][call.region].canaries.values()
    subject = next((canary for canary in canaries if name(canary) == named[1]), None)
    version = named[3] or call.params.get("Qualifier") or VERSION
    if subject is None or version not in (VERSION, "$LATEST"):
        return None
    settings: dict[str, Any] = subject.run_config
    environment = settings.get("EnvironmentVariables") or {}
    arn = f"arn:aws:lambda:{call.region}:{call.account}:function:{named[1]}"
    return {
        "FunctionName": named[1],
        "FunctionArn": f"{arn}:{version}",
        "Runtime": "nodejs20.x",
        "Role": subject.execution_role_arn,
        "Handler": subject.code.get("Handler", "index.handler"),
        "CodeSize": 1024,
        "Timeout": settings.get("TimeoutInSeconds", 840),
        "MemorySize": settings.get("MemoryInMB", 1000),
        "LastModified": subject.timeline["LastModified"].strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "Version": version,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
    } | ({"Environment": {"Variables": environment}} if environment else {})
