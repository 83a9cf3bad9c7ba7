"""What travels between the layers of the server: a `Call` inward, a `Reply` outward.

A layer is a function that takes the next layer and returns a handler; a handler turns a call into a reply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Environ = dict[str, Any]
Params = dict[str, Any]

# How the names of operations that change something begin.
WRITING = (
    "Add",
    "Associate",
    "Attach",
    "Create",
    "Delete",
    "Deregister",
    "Detach",
    "Disable",
    "Disassociate",
    "Enable",
    "Modify",
    "Put",
    "Register",
    "Remove",
    "Set",
    "Start",
    "Stop",
    "Subscribe",
    "Tag",
    "Unsubscribe",
    "Untag",
    "Update",
)


@dataclass
class Call:
    """One API request, understood as far as its service and operation."""

    environ: Environ
    body: bytes
    account: str
    region: str
    service: str
    """botocore's name of the service, `cloudwatch`."""
    prefix: str
    """The service's IAM prefix, `cloudwatch`."""
    operation: str
    """The API's name of the operation, `DescribeAlarms`, or `Unknown`."""
    protocol: str
    """`query`, `json`, `rest-json`, `rest-xml`, `ec2` or `cbor`."""
    uri_params: Params = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`cloudwatch:DescribeAlarms`: what faults, records and supplements go by."""
        return f"{self.prefix}:{self.operation}"

    @property
    def writes(self) -> bool:
        """It changes the account, as far as its name tells."""
        return self.operation.startswith(WRITING)

    @property
    def path(self) -> str:
        return self.environ.get("PATH_INFO", "/")

    @cached_property
    def params(self) -> Params:
        """The operation's parameters under the API's own names."""
        import protocols

        return protocols.parse_params(self)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    cut: bool = False
    """Promise the whole body, send half of it and hang up."""
    silent: bool = False
    """Say nothing until the client hangs up."""
    result: dict[str, Any] | None = None
    """The members of the answer, while no layer has needed the body yet; `protocols.finish` writes it."""


class AwsError(Exception):
    """An error that AWS itself would answer."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class Refused(Exception):
    """Moto answered an inner question with an error; hand that very reply to the client."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"status {reply.status}: {reply.body[:200]!r}")
        self.reply = reply


Handler = Callable[[Call], Reply]


def not_implemented() -> Reply:
    """The honest answer to an operation this server does not know: no AWS error code in it."""
    return Reply(501, {"Content-Type": "text/plain"}, b"not implemented")
