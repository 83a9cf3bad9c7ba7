"""ACM: steady ids of certificates. What comes of a request for one, `plant` says."""

from __future__ import annotations

from typing import Any

from moto.acm import utils as acm_utils
from moto.acm.models import acm_backends

from drawn import Drawer
from supplement import Ask, supplement
from wire import Call

_drawer = Drawer()
acm_utils.mock_random = _drawer  # type: ignore[assignment]


@supplement("acm:RequestCertificate")
def request_certificate(call: Call, ask: Ask) -> dict[str, Any]:
    owner = acm_backends[call.account][call.region].__dict__
    owner["audit_requested"] = owner.get("audit_requested", 0) + 1
    with _drawer.from_name(call.region, call.params["DomainName"], str(owner["audit_requested"])):
        return ask()
