"""ECR: the effective scanning configuration of a repository, from its own flag and the registry's rules."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

from moto.ecr.models import ECRBackend, Repository, ecr_backends

from supplement import Ask, guard, supplement
from wire import AwsError, Call

MOST_NAMES = 25
# Type of scanning -> the frequencies that it knows.
FREQUENCIES = {"BASIC": ("SCAN_ON_PUSH", "MANUAL"), "ENHANCED": ("SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL")}
MOST_FILTERS = 100
FILTER = re.compile(r"^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$")


def backend(account: str, region: str) -> ECRBackend:
    return ecr_backends[account][region]


@supplement("ecr:BatchGetRepositoryScanningConfiguration")
def batch_get_repository_scanning_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    names = call.params["repositoryNames"]
    if len(names) > MOST_NAMES:
        raise AwsError("InvalidParameterException", "repositoryNames: at most 25 members")
    registry = backend(call.account, call.region)
    return {
        "scanningConfigurations": [
            effective(registry, registry.repositories[n]) for n in names if n in registry.repositories
        ],
        "failures": [_failure(n) for n in names if n not in registry.repositories],
    }


@guard("ecr:PutRegistryScanningConfiguration")
def check_rules(call: Call) -> None:
    """One rule for each frequency, and only such as the type of scanning knows."""
    before = backend(call.account, call.region).registry_scanning_configuration
    kind, rules = call.params.get("scanType", before["scanType"]), call.params.get("rules") or []
    frequencies = [rule["scanFrequency"] for rule in rules]
    if len(set(frequencies)) < len(frequencies):
        raise invalid("rules", "at most one rule for each scan frequency")
    if any(frequency not in FREQUENCIES[kind] for frequency in frequencies):
        raise invalid("rules", f"{kind} scanning knows {', '.join(FREQUENCIES[kind])}")
    for rule in rules:
        filters = rule["repositoryFilters"]
        if len(filters) > MOST_FILTERS or not all(FILTER.match(each["filter"]) for each in filters):
            raise invalid("repositoryFilters", f"at most {MOST_FILTERS} filters, each of {FILTER.pattern}")


def invalid(parameter: str, constraint: str) -> AwsError:
    message = f"Invalid parameter at '{parameter}' failed to satisfy constraint: '{constraint}'"
    return AwsError("InvalidParameterException", message)


@supplement("ecr:GetRegistryScanningConfiguration")
def get_registry_scanning_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    scanning = backend(call.account, call.region).registry_scanning_configuration
    return {"registryId": call.account, "scanningConfiguration": scanning}


def effective(registry: ECRBackend, repository: Repository) -> dict[str, Any]:
    scanning = registry.registry_scanning_configuration
    rule, applied = next(
        ((r, f) for r in scanning["rules"] for f in r["repositoryFilters"] if _covers(f, repository.name)),
        (None, None),
    )
    frequency = rule["scanFrequency"] if rule else "MANUAL"
    if frequency == "MANUAL" and scanning["scanType"] == "BASIC" and _own_flag(repository):
        frequency = "SCAN_ON_PUSH"
    return {
        "repositoryArn": repository.arn,
        "repositoryName": repository.name,
        "scanOnPush": frequency != "MANUAL",
        "scanFrequency": frequency,
        "appliedScanFilters": [applied] if applied else [],
    }


def _covers(repository_filter: dict[str, str], name: str) -> bool:
    """A filter without a wildcard means *contains*."""
    pattern = repository_filter["filter"]
    return fnmatchcase(name, pattern) if "*" in pattern else pattern in name


def _own_flag(repository: Repository) -> bool:
    return bool((repository.image_scanning_configuration or {}).get("scanOnPush"))


def _failure(name: str) -> dict[str, str]:
    reason = f"The repository with name '{name}' does not exist"
    return {"repositoryName": name, "failureCode": "REPOSITORY_NOT_FOUND", "failureReason": reason}
