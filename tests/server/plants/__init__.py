"""The table of kinds that `plant` knows. Each is a function over (account, region, request); the request's keys are its
parameters.

A moment is an ISO 8601 time or a number of days ago, and null means never.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

Request = dict[str, Any]
KINDS: dict[str, Callable[[str, str, Request], None]] = {}


class Unknown(LookupError):
    """There is no such kind, or nothing of this name to plant it on."""


def kind(function: Callable[[str, str, Request], None]) -> Callable[[str, str, Request], None]:
    KINDS[function.__name__] = function
    return function


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _parsed(text: str) -> datetime:
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return at.astimezone(timezone.utc).replace(tzinfo=None) if at.tzinfo else at


def when(request: Request) -> datetime:
    """`at` (ISO 8601) or `minutes_ago`, else now; naive UTC, as moto has it."""
    if "at" in request:
        return _parsed(request["at"])
    return _now() - timedelta(minutes=request.get("minutes_ago", 0))


def moment(value: str | float | None) -> datetime | None:
    """A moment of a request, as `when` has it; in whole seconds, as IAM tells them."""
    if value is None:
        return None
    return (_parsed(value) if isinstance(value, str) else _now() - timedelta(days=value)).replace(microsecond=0)
