"""Support: what Trusted Advisor's checks came to, and that most of them take a support plan.

Moto knows the checks, though not their results; all are well unless a test has planted something else.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.support.models import SupportBackend, support_backends

from supplement import Ask, guard, supplement
from wire import AwsError, Call

REGION = "us-east-1"
SAVINGS = {"estimatedMonthlySavings": 0.0, "estimatedPercentMonthlySavings": 0.0}

Item = dict[str, Any]


def backend(account: str) -> SupportBackend:
    return support_backends[account][REGION]


def results(account: str) -> dict[str, Item]:
    """What is planted of checks, by their ids."""
    return backend(account).__dict__.setdefault("audit_results", {})


def checks(account: str) -> dict[str, Item]:
    return {check["id"]: check for check in backend(account).describe_trusted_advisor_checks()}


@guard("support")
def check_plan(call: Call) -> None:
    if not getattr(backend(call.account), "audit_has_plan", True):
        message = "Amazon Web Services Premium Support Subscription is required to use this service."
        raise AwsError("SubscriptionRequiredException", message)


@supplement("support:DescribeServices")
def describe_services(_call: Call, _ask: Ask) -> dict[str, Any]:
    """Asked for by those who only want to know whether there is a plan."""
    categories = [{"code": "general-guidance", "name": "General Guidance"}]
    return {"services": [{"code": "general-info", "name": "General Info and Getting Started", "categories": categories}]}


@supplement("support:DescribeTrustedAdvisorCheckSummaries")
def describe_check_summaries(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"summaries": [_summary(call.account, check) for check in call.params["checkIds"]]}


@supplement("support:DescribeTrustedAdvisorCheckResult")
def describe_check_result(call: Call, _ask: Ask) -> dict[str, Any]:
    """A flagged resource is one row, its details under the columns of the check."""
    check = call.params["checkId"]
    summary = _summary(call.account, check)
    planted = results(call.account).get(check, {})
    flagged = [
        {
            "status": summary["status"],
            "region": "",
            "resourceId": f"{check}-{number}",
            "isSuppressed": number >= summary["resourcesSummary"]["resourcesFlagged"],
            "metadata": planted.get("metadata") or [],
        }
        for number in range(planted.get("flagged", 0) + planted.get("suppressed", 0))
    ]
    return {"result": summary | {"flaggedResources": flagged}}


def _summary(account: str, check: str) -> Item:
    known = checks(account)
    if check not in known:
        raise AwsError("InvalidParameterValueException", f"Unknown ID: {check}")
    planted = results(account).get(check, {})
    flagged, suppressed = planted.get("flagged", 0), planted.get("suppressed", 0)
    counts = {
        "resourcesProcessed": max(planted.get("processed", 10), flagged + suppressed),
        "resourcesFlagged": flagged,
        "resourcesIgnored": 0,
        "resourcesSuppressed": suppressed,
    }
    saves = known[check]["category"] == "cost_optimizing"
    return {
        "checkId": check,
        "timestamp": _refreshed(account),
        "status": planted.get("status", "ok"),
        "hasFlaggedResources": flagged > 0,
        "resourcesSummary": counts,
        "categorySpecificSummary": {"costOptimizing": SAVINGS} if saves else {},
    }


def _refreshed(account: str) -> str:
    """When the checks were last looked at: once, so that two collections agree."""
    return backend(account).__dict__.setdefault("audit_refreshed", utcnow().strftime("%Y-%m-%dT%H:%M:%SZ"))
