"""CloudTrail: delivery errors, the selectors of a new trail, and names that count in the home region only."""

from __future__ import annotations

from typing import Any

from moto.cloudtrail.models import Trail, cloudtrail_backends

from supplement import Ask, supplement
from wire import AwsError, Call

# What AWS gives a trail for which nobody has put selectors.
DEFAULT_SELECTORS = [
    {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "DataResources": [],
        "ExcludeManagementEventSources": [],
    }
]


def trail(account: str, region: str, name: str) -> Trail:
    return cloudtrail_backends[account][region].trails[name]


def _find(call: Call, name: str) -> Trail:
    """A trail by its name in this region, or by its ARN from anywhere."""
    home = name.split(":")[3] if name.startswith("arn:") else call.region
    short = name.rsplit("/", 1)[-1]
    try:
        found = trail(call.account, home, short)
    except KeyError:
        found = None
    if found is None or (home != call.region and not found.is_multi_region):
        arn = name if name.startswith("arn:") else f"arn:aws:cloudtrail:{call.region}:{call.account}:trail/{name}"
        raise AwsError("TrailNotFoundException", f"Unknown trail: {arn} for the user: {call.account}")
    return found


@supplement("cloudtrail:GetTrailStatus")
def get_trail_status(call: Call, _ask: Ask) -> dict[str, Any]:
    found = _find(call, call.params["Name"])
    status = {k: v for k, v in found.status.description().items() if v != ""}
    if "LatestDeliveryTime" in status:
        # Moto delivers at every look, which makes two looks differ.
        status["LatestDeliveryTime"] = status["StartLoggingTime"]
    error = getattr(found.status, "audit_delivery_error", None)
    return status | ({"LatestDeliveryError": error} if error else {})


@supplement("cloudtrail:GetEventSelectors")
def get_event_selectors(call: Call, _ask: Ask) -> dict[str, Any]:
    found = _find(call, call.params["TrailName"])
    selectors, advanced = found.get_event_selectors()
    result: dict[str, Any] = {"TrailARN": found.arn}
    if advanced and not selectors:
        return result | {"AdvancedEventSelectors": advanced}
    return result | {"EventSelectors": selectors or DEFAULT_SELECTORS}
