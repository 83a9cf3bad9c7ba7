"""What a test may inflict on its own account, and the record of what was called."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import unquote_plus

import authorization
import cbor
import models
from protocols import serialize_error, unwritten
from wire import AwsError, Call, Handler, Reply

KINDS = ("deny", "throttle", "error500", "cut", "html", "endless", "hang", "stall", "error")

# Before a name or a glob: only calls that change something.
WRITES = "write:"

PORTAL = b"""<!DOCTYPE html>
<html><head><title>Welcome to Guest Wi-Fi</title></head>
<body><h1>Please sign in to use this network</h1><form method="post" action="/login"></form></body></html>
"""


@dataclass
class Fault:
    operation: str
    """A name or a glob, `ecs:*`; `*` is everything, `write:*` everything that changes something."""
    kind: str
    region: str | None = None
    times: int | None = None
    match: str | None = None
    """Only calls whose path or body holds this text."""
    spared: list[str] = field(default_factory=list)
    error: AwsError | None = None
    """What the kind `error` answers."""
    after: int = 0
    """How many calls that it would hit it lets pass first."""

    def concerns(self, call: Call) -> bool:
        """It would hit this call."""
        if self.operation.startswith(WRITES) and not call.writes:
            return False
        if self.times == 0 or call.name in self.spared:
            return False
        if not fnmatchcase(call.name, self.operation.removeprefix(WRITES)):
            return False
        if self.region is not None and self.region != call.region:
            return False
        return self.match is None or self.match in _text(call)


def _text(call: Call) -> str:
    return f"{call.path}?{unquote_plus(call.environ.get('QUERY_STRING') or '')}\n" + unquote_plus(
        call.body.decode("latin-1")
    )


class Accounts:
    """Faults, policies, latency and records of every account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._policies: dict[str, str] = {}
        self._latency: dict[str, float] = {}
        self._requests: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def inflict(self, account: str, fault: Fault) -> None:
        with self._lock:
            self._faults[account].append(fault)

    def relieve(self, account: str) -> None:
        with self._lock:
            self._faults.pop(account, None)
            self._policies.pop(account, None)
            self._latency.pop(account, None)

    def enforce(self, account: str, policy: str) -> None:
        authorization.levels()  # read now, while nobody waits for it with a time limit
        self._policies[account] = policy

    def withheld(self, call: Call) -> str | None:
        """The action that the account's policy, if there is one, does not grant to this call."""
        policy = self._policies.get(call.account)
        return authorization.withheld(policy, call) if policy else None

    def delay(self, account: str, milliseconds: float) -> None:
        self._latency[account] = milliseconds / 1000

    def latency(self, account: str) -> float:
        return self._latency.get(account, 0)

    def record(self, call: Call) -> dict[str, Any]:
        """Notes a call; whoever answers it adds when it `ended`."""
        entry = {
            "operation": call.name,
            "region": call.region,
            "write": call.writes,
            "question": sha256(_text(call).encode()).hexdigest(),
            "began": time.monotonic(),
        }
        with self._lock:
            self._requests[call.account].append(entry)
        return entry

    def requests(self, account: str) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._requests[account])

    def forget_requests(self, account: str) -> None:
        with self._lock:
            self._requests.pop(account, None)

    def take(self, call: Call) -> Fault | None:
        """The first fault that hits this call; counts it, and the calls that others let pass."""
        with self._lock:
            for fault in self._faults.get(call.account, ()):
                if not fault.concerns(call):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                return fault
            return None


def layer(inner: Handler, accounts: Accounts) -> Handler:
    def handle(call: Call) -> Reply:
        entry = accounts.record(call)
        delay = accounts.latency(call.account)
        if delay:
            time.sleep(delay)
        try:
            action = accounts.withheld(call)
        except LookupError as unmapped:
            return serialize_error(call, AwsError("TestServerKnowsNoAction", str(unmapped), 400))
        if action is not None:
            return _denied(call, action)
        fault = accounts.take(call)
        reply = inner(call) if fault is None else _answer(fault, call, inner)
        entry["ended"] = time.monotonic()
        return reply

    return handle


def _answer(fault: Fault, call: Call, inner: Handler) -> Reply:
    return serialize_error(call, fault.error) if fault.error else _ANSWERS[fault.kind](call, inner)


def _deny(call: Call, _inner: Handler) -> Reply:
    return _denied(call, call.name)


def _denied(call: Call, action: str) -> Reply:
    rest_xml = call.protocol in ("query", "ec2", "rest-xml")
    code = "AccessDenied" if rest_xml else "AccessDeniedException"
    status = 403 if rest_xml or call.protocol == "rest-json" else 400
    message = (
        f"User: arn:aws:iam::{call.account}:user/auditor is not authorized to perform: {action} "
        "on resource: * because no identity-based policy allows the action"
    )
    return serialize_error(call, AwsError(code, message, status))


def _throttle(call: Call, _inner: Handler) -> Reply:
    if call.protocol in ("query", "ec2", "rest-xml"):
        return serialize_error(call, AwsError("Throttling", "Rate exceeded", 400))
    if call.protocol == "rest-json":
        code = "TooManyRequestsException" if call.service == "lambda" else "ThrottlingException"
        return serialize_error(call, AwsError(code, "Rate exceeded", 429))
    return serialize_error(call, AwsError("ThrottlingException", "Rate exceeded", 400))


def _error500(call: Call, _inner: Handler) -> Reply:
    return serialize_error(call, AwsError("InternalFailure", "An internal error occurred", 500))


def _cut(call: Call, inner: Handler) -> Reply:
    reply = inner(call)
    reply.cut = True
    return reply


def _hang(_call: Call, _inner: Handler) -> Reply:
    """Nothing is done, and nothing said."""
    return Reply(0, {}, b"", silent=True)


def _stall(call: Call, inner: Handler) -> Reply:
    """It is done, and nothing said: a client that is killed now never learns of it."""
    inner(call)
    return Reply(0, {}, b"", silent=True)


def _html(_call: Call, _inner: Handler) -> Reply:
    return Reply(200, {"Content-Type": "text/html; charset=utf-8"}, PORTAL)


_pages = count(1)


def _endless(call: Call, inner: Handler) -> Reply:
    """Nothing but the promise of more; each token differs, so that only a bound on pages ends it."""
    pager = models.pager(call.service, call.operation)
    if pager is None:
        return inner(call)
    result: dict[str, Any] = {member: [] for member in pager.results}
    result[pager.output_token] = f"again-{next(_pages)}"
    return cbor.success(call, result) if call.protocol == "cbor" else unwritten(result)


_ANSWERS = dict(zip(KINDS[:-1], (_deny, _throttle, _error500, _cut, _html, _endless, _hang, _stall), strict=True))
