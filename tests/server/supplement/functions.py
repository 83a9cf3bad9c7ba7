"""Lambda: a function's state, the outcome of its last update, and a concurrency of zero."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.awslambda.utils import get_backend

from supplement import Ask, supplement
from wire import Call


def function(account: str, region: str, name: str) -> LambdaFunction:
    return get_backend(account, region).get_function(name)


@supplement("lambda:GetFunction")
def get_function(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    subject = _subject(call)
    result["Configuration"] |= _planted(subject)
    if subject.reserved_concurrency is not None:
        result["Concurrency"] = {"ReservedConcurrentExecutions": subject.reserved_concurrency}
    return result


@supplement("lambda:GetFunctionConfiguration")
def get_function_configuration(call: Call, ask: Ask) -> dict[str, Any]:
    return ask() | _planted(_subject(call))


@supplement("lambda:GetFunctionConcurrency")
def get_function_concurrency(call: Call, ask: Ask) -> dict[str, Any]:
    return {member: value for member, value in ask().items() if value is not None}


def _subject(call: Call) -> LambdaFunction:
    """The unqualified function: its state is planted there."""
    name = call.params["FunctionName"]
    if name.startswith("arn:"):
        name = name.split(":")[6]
    return function(call.account, call.region, name.split(":")[0])


def _planted(subject: LambdaFunction) -> dict[str, Any]:
    return {"State": subject.state} | getattr(subject, "audit_configuration", {})
