"""States of an account: its records, its guard, its people and keys, its support plan and regions."""

from __future__ import annotations

import uuid
from typing import Any

from moto.core.utils import utcnow

from plants import Request, Unknown, kind, moment, when
from supplement import account as regions
from supplement import cloudtrail, config, credentials, findings, guardduty, kms, support


@kind
def config_recorder(account: str, region: str, request: Request) -> None:
    """`last_status`, `recording`, `error` of the recorder."""
    for recorder in config.backend(account, region).recorders.values():
        recorder.status.last_status = request.get("last_status", recorder.status.last_status)
        recorder.status.recording = request.get("recording", recorder.status.recording)
        recorder.status.last_error_code = request.get("error")
        recorder.status.last_error_message = request.get("message", request.get("error"))


@kind
def delivery_channel(account: str, region: str, request: Request) -> None:
    """`status` SUCCESS | FAILURE of deliveries, with an `error` code and `message`."""
    for channel in config.backend(account, region).delivery_channels.values():
        channel._audit_delivery = request  # type: ignore[attr-defined]


@kind
def trail(account: str, region: str, request: Request) -> None:
    """`is_logging` and `delivery_error` (null: none) of trail `name`."""
    status = cloudtrail.trail(account, region, request["name"]).status
    status.is_logging = request.get("is_logging", status.is_logging)
    status.audit_delivery_error = request.get("delivery_error")  # type: ignore[attr-defined]


@kind
def finding(account: str, region: str, request: Request) -> None:
    """A finding of the region's detector under its `id`: `type`, `severity`, `archived`, `at` or `minutes_ago`;
    `gone` takes it back."""
    detectors = list(guardduty.backend(account, region).detectors.values())
    if not detectors:
        raise Unknown(f"no detector in {region}")
    known, name = findings.findings(detectors[0]), request.get("id") or uuid.uuid4().hex
    if request.get("gone"):
        known.pop(name, None)
        return
    seen = when(request).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    kind_of = request.get("type", "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B")
    known[name] = {
        "AccountId": account,
        "Arn": f"arn:aws:guardduty:{region}:{account}:detector/{detectors[0].id}/finding/{name}",
        "CreatedAt": seen,
        "Description": request.get("description", f"Something of the kind {kind_of} was seen."),
        "Id": name,
        "Partition": "aws",
        "Region": region,
        "Resource": {"ResourceType": "AccessKey"},
        "SchemaVersion": "2.0",
        "Service": {
            "Archived": request.get("archived", False),
            "Count": 1,
            "DetectorId": detectors[0].id,
            "EventFirstSeen": seen,
            "EventLastSeen": seen,
            "ResourceRole": "TARGET",
            "ServiceName": "guardduty",
        },
        "Severity": float(request["severity"]),
        "Title": request.get("title", "Something was seen."),
        "Type": kind_of,
        "UpdatedAt": seen,
    }


@kind
def administrator(account: str, region: str, request: Request) -> None:
    """The `administrator` account (null: none) of this one's GuardDuty, and the `status` of that."""
    owner: Any = guardduty.backend(account, region)
    whom = request["administrator"]
    status = request.get("status", "Enabled")
    owner.audit_administrator = {"AccountId": whom, "RelationshipStatus": status} if whom else None


@kind
def support_plan(account: str, _region: str, request: Request) -> None:
    """`has` says whether the account has one that lets it see Trusted Advisor."""
    support.backend(account).audit_has_plan = request["has"]  # type: ignore[attr-defined]


@kind
def trusted_advisor(account: str, _region: str, request: Request) -> None:
    """`status` ok | warning | error | not_available (null: as before) of `check` (id or name), with numbers of
    resources: `flagged`, `suppressed`, `processed`; `metadata` of each."""
    known = support.checks(account).values()
    hits = [check["id"] for check in known if request["check"] in (check["id"], check["name"])]
    if not hits:
        raise Unknown(f"no check {request['check']}")
    if request["status"] is None:
        support.results(account).pop(hits[0], None)
    else:
        support.results(account)[hits[0]] = request


@kind
def user(account: str, _region: str, request: Request) -> None:
    """Moments of user `name`: `created`, `password_last_used`, `password_changed`."""
    subject: Any = credentials.user(account, request["name"])
    if "created" in request:
        subject.create_date = moment(request["created"])
    if "password_last_used" in request:
        subject.password_last_used = moment(request["password_last_used"])
    if "password_changed" in request:
        subject.audit_password_changed = moment(request["password_changed"])


@kind
def access_key(account: str, _region: str, request: Request) -> None:
    """Moments of the access key of `user` that is `number` (0 or 1) by its making: `created`, `last_used` with
    `service` and `place`."""
    subject: Any = credentials.user(account, request["user"]).access_keys[request.get("number", 0)]
    if "created" in request:
        subject.create_date = moment(request["created"])
    if "last_used" in request:
        used = moment(request["last_used"])
        where = (request.get("service", "s3"), request.get("place", "us-east-1"))
        subject.last_used = credentials.Use(used, *where) if used else None


@kind
def root(account: str, _region: str, request: Request) -> None:
    """Root's `mfa`, number of `access_keys`, `password` (false: taken away centrally), `password_last_used`."""
    known = credentials.root(account)
    known.mfa = request.get("mfa", known.mfa)
    known.access_keys = request.get("access_keys", known.access_keys)
    known.has_password = request.get("password", known.has_password)
    if "password_last_used" in request:
        known.password_last_used = moment(request["password_last_used"])


@kind
def credential_report(account: str, _region: str, request: Request) -> None:
    """A report of what is true now, made `at` or `minutes_ago`, which stays for four hours; `gone`: there is none."""
    made = None
    if not request.get("gone"):
        made = credentials.Report(credentials.content(account), when(request), ready=True, kept=True)
    credentials.set_report(account, made)


@kind
def key(account: str, region: str, request: Request) -> None:
    """`state` Enabled | Disabled | PendingDeletion | PendingImport | Unavailable of KMS `key` (id, ARN or alias)."""
    subject = kms.key(account, region, request["key"])
    subject.key_state = request["state"]
    subject.enabled = request["state"] == "Enabled"
    subject.deletion_date = utcnow() if request["state"] == "PendingDeletion" else None


@kind
def region(account: str, _region: str, request: Request) -> None:
    """`status` ENABLED | ENABLING | DISABLING | DISABLED | ENABLED_BY_DEFAULT of the region `name`."""
    regions.statuses[account][request["name"]] = request["status"]
