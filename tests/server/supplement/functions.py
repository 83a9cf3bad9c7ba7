"""Lambda: a function's state, the outcome of its last update, its policy, and roles that it can assume."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.awslambda.utils import get_backend

import policies
from supplement import Ask, canary_functions, guard, iam, supplement
from wire import AwsError, Call

SERVICE = "lambda.amazonaws.com"


def function(account: str, region: str, name: str) -> LambdaFunction:
    return get_backend(account, region).get_function(name)


@supplement("lambda:GetFunction")
def get_function(call: Call, ask: Ask) -> dict[str, Any]:
    of_canary = canary_functions.configuration(call)
    if of_canary is not None:
        return {"Configuration": of_canary}
    result = ask()
    subject = _subject(call)
    result["Configuration"] |= _planted(subject)
    if subject.reserved_concurrency is not None:
        result["Concurrency"] = {"ReservedConcurrentExecutions": subject.reserved_concurrency}
    return result


@supplement("lambda:GetFunctionConfiguration")
def get_function_configuration(call: Call, ask: Ask) -> dict[str, Any]:
    of_canary = canary_functions.configuration(call)
    return of_canary if of_canary is not None else ask() | _planted(_subject(call))


@supplement("lambda:UpdateFunctionCode")
def update_function_code(call: Call, ask: Ask) -> dict[str, Any]:
    """New code mends a function whose state is planted."""
    result = ask()
    subject = _subject(call)
    subject.state = "Active"
    subject.audit_configuration = {}  # type: ignore[attr-defined]
    return result | {"State": "Active", "LastUpdateStatus": "Successful"}


@supplement("lambda:GetFunctionConcurrency")
def get_function_concurrency(call: Call, ask: Ask) -> dict[str, Any]:
    if canary_functions.configuration(call) is not None:
        return {}
    return {member: value for member, value in ask().items() if value is not None}


@guard("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")
def check_role(call: Call) -> None:
    """It must be there and trust Lambda. IAM tells Lambda of a new role some seconds late, with the same error."""
    arn = call.params.get("Role")
    if arn is None:
        return
    role = iam.role(call.account, arn)
    if role is None or not policies.trusts(role.assume_role_policy_document, SERVICE):
        message = "The role defined for the function cannot be assumed by Lambda."
        raise AwsError("InvalidParameterValueException", message)


@guard("lambda:AddPermission")
def check_statement(call: Call) -> None:
    known = _statements(call)
    if call.params["StatementId"] in known:
        message = (
            f"The statement id ({call.params['StatementId']}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        )
        raise AwsError("ResourceConflictException", message, 409)


@guard("lambda:RemovePermission")
def check_removal(call: Call) -> None:
    known = _statements(call)
    if call.params["StatementId"] not in known:
        message = f"Statement {call.params['StatementId']} is not found in resource policy."
        raise AwsError("ResourceNotFoundException", message, 404)


def _statements(call: Call) -> list[str]:
    """The ids in the policy of the function, which must be there."""
    try:
        subject = _subject(call)
    except Exception as cause:  # moto's own, of several kinds
        raise not_found(call) from cause
    return [statement.get("Sid", "") for statement in subject.policy.statements]


def not_found(call: Call) -> AwsError:
    name = call.params["FunctionName"]
    arn = name if name.startswith("arn:") else f"arn:aws:lambda:{call.region}:{call.account}:function:{name}"
    return AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)


def _subject(call: Call) -> LambdaFunction:
    """The unqualified function: its state is planted there."""
    name = call.params["FunctionName"]
    if name.startswith("arn:"):
        name = name.split(":")[6]
    return function(call.account, call.region, name.split(":")[0])


def _planted(subject: LambdaFunction) -> dict[str, Any]:
    return {"State": subject.state} | getattr(subject, "audit_configuration", {})
