"""AWS clients without a network: the same calls as boto3's, put straight to the inner layers of this server.

Seeding an account is some fifty calls; this way it takes a fraction of a second and leaves no trace in the records.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from botocore import xform_name

import models
from protocols import build_call, parse_reply
from wire import Handler


@cache
def _operations(service: str) -> dict[str, str]:
    """boto3's method names to the API's operation names."""
    model = models.service_model(service)
    assert model is not None, service
    return {xform_name(name): name for name in model.operation_names}


class LocalClient:
    def __init__(self, aws: LocalAws, service: str, region: str) -> None:
        self._aws = aws
        self.service = service
        self._region = region

    def operation(self, method: str) -> str:
        return _operations(self.service)[method]

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        operation = self.operation(method)

        def call(**params: Any) -> dict[str, Any]:
            question = build_call(self._aws.account, self._region, self.service, operation, params)
            return parse_reply(question, self._aws.inner(question))

        return call


class LocalAws:
    """What `seed` builds accounts with; `RemoteAws` is its twin over the network."""

    def __init__(self, inner: Handler, account: str, region: str) -> None:
        self.inner = inner
        self.account = account
        self.region = region

    def client(self, service: str, region: str | None = None) -> Any:
        return LocalClient(self, service, region or self.region)

    def state(self, kind: str, **request: Any) -> None:
        import plant  # it needs all of moto; see `supplement.MODULES`

        region = request.pop("region", self.region)
        plant.plant(self.account, region, {"kind": kind, **request})
