"""What a resource's policy lets an AWS service do: enough of IAM's evaluation to refuse what AWS would refuse.

CloudTrail and Config try the bucket before they take it, so a policy that names another trail, account or prefix is as
good as none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

Statement = dict[str, Any]

# AWS's services speak TLS only.
ENCRYPTED = {"aws:securetransport": "true"}


@dataclass(frozen=True)
class Attempt:
    """What a service tries, with what it says of itself; the names of conditions in small letters."""

    service: str
    action: str
    resource: str
    context: dict[str, str] = field(default_factory=dict)


def statements(policy: str | bytes | None) -> list[Statement]:
    """The statements of a policy's text; none if there is no policy."""
    if not policy:
        return []
    found = json.loads(policy).get("Statement", [])
    return found if isinstance(found, list) else [found]


def allows(policy: str | bytes | None, attempt: Attempt) -> bool:
    """Some statement allows it, and none denies it."""
    hits = [s.get("Effect") for s in statements(policy) if _concerns(s, attempt)]
    return "Allow" in hits and "Deny" not in hits


def trusts(policy: str | None, service: str) -> bool:
    """A role's trust policy lets the service assume it."""
    return any(
        s.get("Effect") == "Allow"
        and _names(s.get("Principal"), service)
        and "sts:AssumeRole" in listed(s.get("Action"))
        for s in statements(policy)
    )


def listed(value: Any) -> list[Any]:
    """An element that may be a list or a single value, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _concerns(statement: Statement, attempt: Attempt) -> bool:
    return (
        _names(statement.get("Principal"), attempt.service)
        and _covers(statement, "Action", attempt.action.lower(), lower=True)
        and _covers(statement, "Resource", attempt.resource, lower=False)
        and all(_holds(operator, wanted, attempt) for operator, wanted in statement.get("Condition", {}).items())
    )


def _names(principal: Any, service: str) -> bool:
    if not isinstance(principal, dict):
        return principal == "*"
    return service in listed(principal.get("Service")) or "*" in listed(principal.get("AWS"))


def _covers(statement: Statement, element: str, value: str, *, lower: bool) -> bool:
    def within(patterns: Any) -> bool:
        return any(fnmatchcase(value, p.lower() if lower else p) for p in listed(patterns))

    if f"Not{element}" in statement:
        return not within(statement[f"Not{element}"])
    return within(statement.get(element))


def _holds(operator: str, wanted: dict[str, Any], attempt: Attempt) -> bool:
    """A condition on what the service does not say does not hold, unless it is one `IfExists`."""
    optional = operator.endswith("IfExists")
    test = operator.removesuffix("IfExists")
    for key, values in wanted.items():
        actual = (ENCRYPTED | attempt.context).get(key.lower())
        if actual is None:
            if not optional:
                return False
        elif not _compares(test, actual, [str(v) for v in listed(values)]):
            return False
    return True


def _compares(test: str, actual: str, values: list[str]) -> bool:
    if test in ("StringLike", "ArnLike", "ArnEquals"):
        return any(fnmatchcase(actual, value) for value in values)
    if test == "Bool":
        return actual.lower() in [value.lower() for value in values]
    if test == "StringEqualsIgnoreCase":
        return actual.lower() in [value.lower() for value in values]
    return test == "StringEquals" and actual in values
