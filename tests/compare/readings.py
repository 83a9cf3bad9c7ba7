"""What `prowler.py` compares: which of Prowler's checks mean what our rules mean, on which accounts, and where and why
the two read an account differently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

REGION = "ap-northeast-1"
# Name -> number. `faulty` and `edges` are healthy accounts, the one with the faults of the rules that are compared, the
# other with what the two read differently.
ACCOUNTS = {
    "healthy": "111111111111",
    "mvp": "222222222222",
    "empty": "333333333333",
    "faulty": "444444444444",
    "edges": "555555555555",
}
# What Prowler leaves to its user, set to what our rules ask: critical findings only, and any retention at all.
SETTINGS = "aws:\n  ecr_repository_vulnerability_minimum_severity: CRITICAL\n  log_group_retention_days: 1\n"
ABSENT = "-"
ROOT_USER = "<root_account>"


@dataclass(frozen=True)
class Found:
    """A finding of Prowler's."""

    check: str
    status: str
    name: str
    arn: str
    region: str


@dataclass(frozen=True)
class Seen:
    """What both made of one account."""

    account: str
    """Its name in `ACCOUNTS`."""
    number: str
    ours: dict[str, dict[str, str]]
    """Rule -> resource -> status."""
    theirs: list[Found]
    broken: list[str]
    """What Prowler says of checks that it could not run."""
    definitions: dict[str, list[str]]
    """Task definition's ARN -> services that run it."""


Place = Callable[[Found, Seen], list[str]]


def account(_found: Found, seen: Seen) -> list[str]:
    return [seen.number]


def region(found: Found, _seen: Seen) -> list[str]:
    return [found.region]


def named(found: Found, _seen: Seen) -> list[str]:
    return [found.name]


def user(found: Found, _seen: Seen) -> list[str]:
    """By the ARN: the name may carry which key it is about."""
    return [ROOT_USER if found.arn.endswith(":root") else found.arn.rsplit("/", 1)[-1]]


def repository(found: Found, seen: Seen) -> list[str]:
    """What is said of a registry holds for all its repositories."""
    return list(seen.ours["ecr-scan-on-push"]) if ":registry/" in found.arn else [found.name]


def service(found: Found, seen: Seen) -> list[str]:
    """The services that run a task definition; without any, its own name."""
    return seen.definitions.get(found.arn) or [found.name]


@dataclass(frozen=True)
class Pair:
    """A rule, and the checks of Prowler's that together mean the same."""

    rule: str
    checks: tuple[str, ...]
    place: Place
    either: bool = False
    """One of the checks is enough to pass."""
    healthy: bool = False
    """Not broken in `faulty`, where that would keep Prowler from another check."""


PAIRS = (
    Pair(
        "cloudtrail-enabled",
        ("cloudtrail_multi_region_enabled", "cloudtrail_multi_region_enabled_logging_management_events"),
        account,
    ),
    Pair("cloudtrail-log-validation", ("cloudtrail_log_file_validation_enabled",), named),
    Pair("config-enabled", ("config_recorder_all_regions_enabled",), region),
    Pair("guardduty-enabled", ("guardduty_is_enabled",), region),
    Pair("guardduty-no-open-findings", ("guardduty_no_high_severity_findings",), region),
    Pair("trusted-advisor-clear", ("trustedadvisor_errors_and_warnings",), account),
    Pair("iam-user-in-use", ("iam_user_accesskey_unused", "iam_user_console_access_unused"), user),
    Pair("iam-access-key-rotated", ("iam_rotate_access_key_90_days",), user),
    Pair("iam-user-mfa", ("iam_user_mfa_enabled_console_access",), user),
    Pair("iam-root-protected", ("iam_root_mfa_enabled", "iam_no_root_access_key"), account),
    Pair(
        "alarm-notifies", ("cloudwatch_alarm_actions_alarm_state_configured", "cloudwatch_alarm_actions_enabled"), named
    ),
    Pair(
        "ecr-scan-on-push",
        ("ecr_repositories_scan_images_on_push_enabled", "ecr_registry_scan_images_on_push_enabled"),
        repository,
        either=True,
        healthy=True,
    ),
    Pair("ecr-no-critical-findings", ("ecr_repositories_scan_vulnerabilities_in_latest_image",), repository),
    Pair("ecs-task-logs", ("ecs_task_definitions_logging_enabled",), service),
    Pair("log-group-retention", ("cloudwatch_log_group_retention_policy_specific_days_enabled",), named),
)


def called(service: str, method: str, **arguments: Any) -> dict[str, Any]:
    """The body of a call to AWS, as boto3 would make it."""
    return {"service": service, "method": method, "arguments": arguments}


@dataclass(frozen=True)
class Reason:
    """Why the two differ on resources, each `account:resource` and a pattern of its own."""

    rule: str
    ours: str
    theirs: str
    resources: tuple[str, ...]
    why: str


NO_USER = "root is no user here: see `iam-root-protected`"
NOT_LOOKED_INTO = "Prowler looks only into repositories whose own flag scans on push"
REASONS = (
    Reason(
        "config-enabled",
        "fail",
        "PASS",
        ("mvp:*", "faulty:*"),
        "the recorder fails, or records some types only; Prowler asks whether it is on and not in status `Failure`, "
        "while AWS writes `FAILURE` (aws/aws-sdk#238)",
    ),
    Reason(
        "cloudtrail-enabled",
        "pass",
        "FAIL",
        ("edges:*",),
        "advanced selectors log every management event; Prowler takes only one of the name `Management events selector`, "
        "which is free text",
    ),
    Reason(
        "guardduty-no-open-findings",
        "fail",
        "PASS",
        ("edges:*",),
        "AWS calls a finding of 7 and more high, of 9 and more critical; Prowler asks for those of 8 alone",
    ),
    Reason(
        "trusted-advisor-clear",
        "pass",
        "FAIL",
        ("edges:*",),
        "items that somebody excluded and advice on cost do not count here; Prowler counts both",
    ),
    Reason(
        "iam-user-in-use",
        "fail",
        "PASS",
        ("edges:idle",),
        "a key that was never used counts from its making (CIS 3.0, 1.12); Prowler passes it over",
    ),
    Reason("iam-user-in-use", ABSENT, "PASS", (f"*:{ROOT_USER}",), NO_USER),
    Reason("iam-access-key-rotated", ABSENT, "PASS", (f"*:{ROOT_USER}",), NO_USER),
    Reason(
        "iam-root-protected",
        "pass",
        ABSENT,
        ("edges:*",),
        "root's credentials were removed centrally; Prowler then says nothing",
    ),
    Reason(
        "alarm-notifies",
        "fail",
        "PASS",
        ("mvp:legacy-db-cpu-high", "mvp:pager-test", "mvp:worker-cpu-high", "mvp:worker-memory-peak"),
        "it has an action, but behind the topic nobody hears it; Prowler asks only for an action",
    ),
    Reason(
        "alarm-notifies",
        "pass",
        "FAIL",
        ("mvp:web-memory-high",),
        "it has no action itself, but a composite alarm above it notifies",
    ),
    Reason("alarm-notifies", "pass", ABSENT, ("mvp:web-unhealthy",), "Prowler reads no composite alarms"),
    Reason(
        "ecr-scan-on-push",
        "pass",
        "FAIL",
        ("mvp:base/node",),
        "a rule of the registry covers its name; Prowler wants its own flag, or a rule for all repositories",
    ),
    Reason(
        "ecr-scan-on-push",
        "fail",
        "PASS",
        ("edges:shop/*",),
        "under enhanced scanning the registry's rules alone count, and none covers it; Prowler reads its own flag",
    ),
    Reason("ecr-no-critical-findings", "pass", ABSENT, ("mvp:base/node",), NOT_LOOKED_INTO),
    Reason("ecr-no-critical-findings", "fail", ABSENT, ("mvp:mvp/worker",), NOT_LOOKED_INTO),
    Reason("ecr-no-critical-findings", "unknown", ABSENT, ("mvp:tools/migrate",), NOT_LOOKED_INTO),
    Reason(
        "ecr-no-critical-findings",
        "fail",
        "PASS",
        ("faulty:shop/worker",),
        "the image that runs has critical findings; Prowler looks at the newest, which does not run yet",
    ),
    Reason("ecs-task-logs", ABSENT, "PASS", ("faulty:prod-worker:1",), "an old revision, which no service runs"),
    Reason(
        "log-group-retention",
        "fail",
        "PASS",
        ("mvp:/ecs/mvp-worker",),
        "it keeps its logs for ever: long enough for Prowler, an ever growing bill for us",
    ),
    Reason("log-group-retention", ABSENT, "PASS", ("faulty:/ecs/prod-worker",), "no service logs to it"),
)

MANAGEMENT = [{"Name": "all of them", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]
# What makes `edges` of a healthy account: requests of the test server's control API.
EDGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("call", called("cloudtrail", "put_event_selectors", TrailName="main-trail", AdvancedEventSelectors=MANAGEMENT)),
    ("call", called("ecr", "put_registry_scanning_configuration", scanType="ENHANCED", rules=[])),
    ("call", called("iam", "create_user", UserName="idle")),
    ("call", called("iam", "create_access_key", UserName="idle")),
    ("state", {"kind": "user", "name": "idle", "created": 90}),
    ("state", {"kind": "access_key", "user": "idle", "created": 60}),
    ("state", {"kind": "root", "mfa": False, "access_keys": 0, "password": False}),
    ("state", {"kind": "finding", "id": "e" * 32, "severity": 9.5, "minutes_ago": 60}),
    ("state", {"kind": "trusted_advisor", "check": "MFA on Root Account", "status": "warning", "suppressed": 1}),
    ("state", {"kind": "trusted_advisor", "check": "Idle Load Balancers", "status": "warning", "flagged": 1}),
)
