"""Accounts to test against: `healthy`, `mvp`, `scale`, `secrets`, and the single faults to plant in a healthy one.

Everything is built with the same calls as boto3's on an `Aws`: `local.LocalAws` or `seed.RemoteAws`.
"""

from __future__ import annotations

from typing import Any, Protocol


class Aws(Protocol):
    """An account in a region, with clients and with the states that no API can plant."""

    account: str
    region: str

    def client(self, service: str, region: str | None = None) -> Any: ...

    def state(self, kind: str, **request: Any) -> None: ...
