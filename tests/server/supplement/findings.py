"""GuardDuty: findings, which nothing here makes but `plant`, and the account that looks after this one's GuardDuty."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.guardduty.models import Detector

from supplement import Ask, guard, guardduty, supplement
from wire import Call

MOST_IDS = 50
COMPARISONS = {
    "GreaterThan": lambda value, bound: value > bound,
    "GreaterThanOrEqual": lambda value, bound: value >= bound,
    "LessThan": lambda value, bound: value < bound,
    "LessThanOrEqual": lambda value, bound: value <= bound,
    "Gt": lambda value, bound: value > bound,
    "Gte": lambda value, bound: value >= bound,
    "Lt": lambda value, bound: value < bound,
    "Lte": lambda value, bound: value <= bound,
    "Equals": lambda value, values: _text(value) in values,
    "Eq": lambda value, values: _text(value) in values,
    "NotEquals": lambda value, values: _text(value) not in values,
    "Neq": lambda value, values: _text(value) not in values,
}

Finding = dict[str, Any]


def findings(detector: Detector) -> dict[str, Finding]:
    return detector.__dict__.setdefault("audit_findings", {})


def _text(value: Any) -> str:
    """Of a severity the whole part: AWS lists those from 7.0 to 8.9 as 7 and 8."""
    if isinstance(value, float):
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


@guard("guardduty:ListFindings", "guardduty:GetFindings", "guardduty:GetAdministratorAccount", "guardduty:GetDetector")
def check_detector(call: Call) -> None:
    if call.params["DetectorId"] not in guardduty.backend(call.account, call.region).detectors:
        raise guardduty.refused(guardduty.NOT_OWNED)


def _detector(call: Call) -> Detector:
    return guardduty.backend(call.account, call.region).detectors[call.params["DetectorId"]]


@supplement("guardduty:ListFindings")
def list_findings(call: Call, _ask: Ask) -> dict[str, Any]:
    criteria = (call.params.get("FindingCriteria") or {}).get("Criterion") or {}
    found = [f for f in findings(_detector(call)).values() if _meets(f, criteria)]
    return {"FindingIds": [finding["Id"] for finding in _sorted(found, call.params.get("SortCriteria"))]}


@supplement("guardduty:GetFindings")
def get_findings(call: Call, _ask: Ask) -> dict[str, Any]:
    """Ids that are not there are passed over."""
    ids = call.params["FindingIds"]
    if len(ids) > MOST_IDS:
        raise guardduty.refused("The request is rejected because the list of finding ids has more than 50 members.")
    known = findings(_detector(call))
    return {"Findings": _sorted([known[each] for each in ids if each in known], call.params.get("SortCriteria"))}


def _meets(finding: Finding, criteria: dict[str, dict[str, Any]]) -> bool:
    for path, conditions in criteria.items():
        value = _at(finding, path)
        for name, bound in conditions.items():
            if bound is None:
                continue
            if value is None or not COMPARISONS[name](value, bound):
                return False
    return True


def _at(finding: Finding, path: str) -> Any:
    """A member by its name in JSON, `service.archived`; times as milliseconds."""
    value: Any = finding
    for step in path.split("."):
        value = value.get(step[:1].upper() + step[1:]) if isinstance(value, dict) else None
    if path in ("updatedAt", "createdAt") and value is not None:
        return int(datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1000)
    return value


def _sorted(found: list[Finding], criteria: dict[str, str] | None) -> list[Finding]:
    if not criteria or "AttributeName" not in criteria:
        return found
    path, down = criteria["AttributeName"], criteria.get("OrderBy") == "DESC"
    return sorted(found, key=lambda finding: _at(finding, path) or 0, reverse=down)


@supplement("guardduty:GetAdministratorAccount")
def get_administrator_account(call: Call, _ask: Ask) -> dict[str, Any]:
    """An account that nobody else looks after gets an empty answer."""
    owner = guardduty.backend(call.account, call.region)
    found = getattr(owner, "audit_administrator", None)
    return {"Administrator": found} if found else {}
