"""States that no API can bring about: a test plants a fact where AWS would have let it happen. See `plants`."""

from __future__ import annotations

from plants import KINDS, Request, Unknown, accounts, alerts, workloads

__all__ = ["accounts", "alerts", "plant", "workloads"]


def plant(account: str, region: str, request: Request) -> None:
    work = KINDS.get(request["kind"])
    if work is None:
        raise Unknown(f"no kind {request['kind']}; there are {', '.join(sorted(KINDS))}")
    work(account, region, request)
