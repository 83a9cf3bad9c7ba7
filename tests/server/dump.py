"""What an account holds, as AWS would tell it, for tests that compare an account before and after by its resources.

A JSON object of CloudFormation's type names, each a map from a name to a description under the API's own members; see
`dumps`. Nothing here is recorded as a request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from dumps import LISTERS, Description, accounts, alerting, workloads
from local import LocalAws

__all__ = ["accounts", "alerting", "dump", "workloads"]


def dump(aws: LocalAws) -> dict[str, dict[str, Description]]:
    """Everything in this account and region, and what is global."""
    found = {kind: _sorted(work(aws)) for kind, work in sorted(LISTERS.items())}
    return json.loads(json.dumps(found, default=str, sort_keys=True))


def _sorted(items: Iterator[tuple[str, Description]]) -> dict[str, Description]:
    return dict(sorted(items, key=lambda item: item[0]))
