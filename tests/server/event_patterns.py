"""Event patterns of EventBridge, read and compared as its reference says.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import ipaddress
import json
import operator
import re
from collections.abc import Callable
from typing import Any

ABSENT = object()
OR = "$or"
NUMERIC = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}
# Of `anything-but`, these take another filter.
NEGATED = ("prefix", "suffix", "equals-ignore-case", "wildcard")


class Invalid(ValueError):
    """AWS would refuse the pattern."""


def parse(text: str) -> dict[str, Any]:
    try:
        pattern = json.loads(text)
    except ValueError as cause:
        raise Invalid("Filter is not valid JSON") from cause
    if not isinstance(pattern, dict):
        raise Invalid("Filter is not an object")
    _check(pattern)
    return pattern


def _check(pattern: dict[str, Any]) -> None:
    if not pattern:
        raise Invalid("Empty objects are not allowed")
    for name, value in pattern.items():
        if name == OR:
            for alternative in value:
                _check(alternative)
        elif isinstance(value, dict):
            _check(value)
        elif not isinstance(value, list):
            raise Invalid(f'"{name}" must be an object or an array')
        elif not value:
            raise Invalid("Empty arrays are not allowed")
        else:
            for test in value:
                _check_test(test)


def _check_test(test: Any) -> None:
    if isinstance(test, list):
        raise Invalid("Match value must be String, number, true, false, or null")
    if not isinstance(test, dict):
        return
    if len(test) != 1:
        raise Invalid("Only one key allowed in match expression")
    [(name, value)] = test.items()
    if name not in (*TESTS, "exists"):
        raise Invalid(f"Unrecognized match type {name}")
    if name == "numeric" and (len(value) not in (2, 4) or any(sign not in NUMERIC for sign in value[::2])):
        raise Invalid("Bad numeric range operator")


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Every member of a pattern must match; a list of objects does if one of them matches."""
    if isinstance(event, list):
        return any(matches(pattern, each) for each in event)
    found = event if isinstance(event, dict) else {}
    for name, wanted in pattern.items():
        if name == OR:
            if not any(matches(alternative, event) for alternative in wanted):
                return False
        elif isinstance(wanted, dict):
            if not matches(wanted, found.get(name, {})):
                return False
        elif not _any(wanted, found.get(name, ABSENT)):
            return False
    return True


def _any(tests: list[Any], value: Any) -> bool:
    return any(_passes(test, value) for test in tests)


def _passes(test: Any, value: Any) -> bool:
    if isinstance(test, dict) and "exists" in test:
        is_leaf = value is not ABSENT and not isinstance(value, dict)
        return is_leaf == test["exists"]
    if value is ABSENT or isinstance(value, dict):
        return False
    values = value if isinstance(value, list) else [value]
    if isinstance(test, dict):
        [(name, wanted)] = test.items()
        return any(TESTS[name](wanted, each) for each in values)
    return any(_same(test, each) for each in values)


def _same(wanted: Any, value: Any) -> bool:
    """`1` is not `true`, though Python says so."""
    return wanted == value and isinstance(wanted, bool) == isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _edge(of: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def test(wanted: Any, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        if isinstance(wanted, dict):
            return of(value.lower(), wanted["equals-ignore-case"].lower())
        return of(value, wanted)

    return test


def _numeric(wanted: list[Any], value: Any) -> bool:
    pairs = zip(wanted[::2], wanted[1::2], strict=True)
    return _number(value) and all(NUMERIC[sign](value, bound) for sign, bound in pairs)


def _anything_but(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        [(name, inner)] = wanted.items()
        return name in NEGATED and not any(TESTS[name](each, value) for each in _listed(inner))
    return not any(_same(each, value) for each in _listed(wanted))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _wildcard(wanted: str, value: Any) -> bool:
    pattern = ".*".join(re.escape(part) for part in wanted.split("*"))
    return isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


def _cidr(wanted: str, value: Any) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": lambda wanted, value: isinstance(value, str) and value.lower() == wanted.lower(),
    "numeric": _numeric,
    "prefix": _edge(str.startswith),
    "suffix": _edge(str.endswith),
    "wildcard": _wildcard,
}
