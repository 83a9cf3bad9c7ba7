"""IAM: the credential report, which is made when asked for and takes a moment, and what is known of root.

Moto's report misses root and the uses of keys, and dates a password by its user. Unlike AWS, which keeps a report for
four hours come what may, a report is out of date here as soon as it would say something else, so that tests need not
wait; `plant` can keep an old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from moto.core.utils import utcnow
from moto.iam.models import AccessKey, SigningCertificate, User

from supplement import Ask, iam, supplement
from wire import AwsError, Call

KEPT = timedelta(hours=4)
ROOT = "<root_account>"
KEY_COLUMNS = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_1_{column}" for column in KEY_COLUMNS),
    *(f"access_key_2_{column}" for column in KEY_COLUMNS),
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)
NONE, NO_INFORMATION, NOT_SUPPORTED = "N/A", "no_information", "not_supported"


@dataclass
class Root:
    """What the account's first user has; without a password its credentials were removed centrally."""

    mfa: bool = False
    has_password: bool = True
    password_last_used: datetime | None = None
    access_keys: int = 0
    created: datetime = field(default_factory=lambda: utcnow() - timedelta(days=1000))


@dataclass
class Report:
    """A credential report, from the moment it is asked for."""

    content: str
    made: datetime
    ready: bool = False
    kept: bool = False
    """It stays until it is four hours old, whatever it says."""


@dataclass(frozen=True)
class Use:
    """The last use of an access key, as moto has it."""

    timestamp: datetime
    service: str
    region: str


def root(account: str) -> Root:
    return iam.backend(account).__dict__.setdefault("audit_root", Root())


def report(account: str) -> Report | None:
    return iam.backend(account).__dict__.get("audit_report")


def set_report(account: str, found: Report | None) -> None:
    iam.backend(account).__dict__["audit_report"] = found


def user(account: str, name: str) -> User:
    return iam.backend(account).get_user(name)


def content(account: str) -> str:
    """The report as it would be made now: root first, then the users by their names."""
    users = sorted(iam.backend(account).users.values(), key=lambda u: u.name.lower())
    rows = [COLUMNS, _root_row(account), *(_row(each) for each in users)]
    return "\n".join(",".join(row) for row in rows)


def _date(at: datetime | None, otherwise: str = NONE) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else otherwise


def _bool(value: object) -> str:
    return "true" if value else "false"


def _root_row(account: str) -> list[str]:
    known = root(account)
    keys = [cell for number in range(2) for cell in [_bool(known.access_keys > number), *[NONE] * 4]]
    for number in range(known.access_keys):
        keys[number * len(KEY_COLUMNS) + 1] = _date(known.created)
    used = _date(known.password_last_used, NO_INFORMATION) if known.has_password else NONE
    return [
        ROOT,
        f"arn:aws:iam::{account}:root",
        _date(known.created),
        _bool(known.has_password),
        used,
        NOT_SUPPORTED if known.has_password else NONE,
        NOT_SUPPORTED,
        _bool(known.mfa),
        *keys,
        *("false", NONE) * 2,
    ]


def _row(of: User) -> list[str]:
    keys = sorted(of.access_keys, key=lambda key: key.access_key_id)
    certificates = list(of.signing_certificates.values())
    return [
        of.name,
        of.arn,
        _date(of.create_date),
        *_password(of),
        _bool(of.mfa_devices),
        *(cell for number in range(2) for cell in _key(keys[number] if number < len(keys) else None)),
        *(cell for n in range(2) for cell in _certificate(certificates[n] if n < len(certificates) else None)),
    ]


def _password(of: User) -> list[str]:
    if not of.password:
        return ["false", NONE, NONE, NONE]
    changed = getattr(of, "audit_password_changed", of.create_date)
    return ["true", _date(of.password_last_used, NO_INFORMATION), _date(changed), NONE]


def _key(key: AccessKey | None) -> list[str]:
    if key is None:
        return ["false", *[NONE] * 4]
    used = key.last_used
    where = [_date(used.timestamp), used.region, used.service] if used else [NONE] * 3
    return [_bool(key.status == "Active"), _date(key.create_date), *where]


def _certificate(certificate: SigningCertificate | None) -> list[str]:
    if certificate is None:
        return ["false", NONE]
    return [_bool(certificate.status == "Active"), _date(certificate.upload_date)]


def _current(account: str) -> Report | None:
    """The report, if it is there and still says what is true, or is one that a test has planted."""
    found = report(account)
    if found is None or utcnow() - found.made > KEPT:
        return None
    return found if found.kept or found.content == content(account) else None


@supplement("iam:GenerateCredentialReport")
def generate_credential_report(call: Call, _ask: Ask) -> dict[str, Any]:
    """It is under way at the first question, and there at the second."""
    found = _current(call.account)
    if found is None:
        set_report(call.account, Report(content(call.account), utcnow()))
        return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}
    found.ready = True
    return {"State": "COMPLETE"}


@supplement("iam:GetCredentialReport")
def get_credential_report(call: Call, _ask: Ask) -> dict[str, Any]:
    """As it was when made. While it is under way the first question finds it so."""
    found = report(call.account)
    if found is None:
        raise AwsError("ReportNotPresent", "No report exists. Generate one first.", 410)
    if utcnow() - found.made > KEPT:
        raise AwsError("ReportExpired", "The most recent report has expired. Generate a new one.", 410)
    if not found.ready:
        found.ready = True
        raise AwsError("ReportInProgress", "The report is still being generated.", 404)
    return {"Content": found.content.encode(), "ReportFormat": "text/csv", "GeneratedTime": found.made}


@supplement("iam:CreateLoginProfile", "iam:UpdateLoginProfile")
def set_password(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    subject: Any = user(call.account, call.params["UserName"])
    if call.params.get("Password"):
        subject.audit_password_changed = utcnow()
    return result


@supplement("iam:GetAccountSummary")
def get_account_summary(call: Call, ask: Ask) -> dict[str, Any]:
    known, summary = root(call.account), ask()["SummaryMap"]
    devices = sum(len(u.mfa_devices) for u in iam.backend(call.account).users.values())
    return {
        "SummaryMap": summary
        | {
            "AccountAccessKeysPresent": min(known.access_keys, 1),
            "AccountMFAEnabled": int(known.mfa),
            "AccountPasswordPresent": int(known.has_password),
            "MFADevicesInUse": devices + known.mfa,
        }
    }
