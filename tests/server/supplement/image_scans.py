"""ECR: what the scans of images come to. A push is scanned at once where scanning covers it, and finds nothing.

As AWS's own scanner, which has replaced Clair, they show in DescribeImageScanFindings only; `plant` can have one shown
in the summary of DescribeImages, too.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from moto.core.utils import utcnow
from moto.ecr.models import Image, Repository

from supplement import Ask, ecr, supplement
from wire import AwsError, Call

COMPLETE = "COMPLETE"
# What can be scanned: no lists of images, one for each platform, and no signatures.
SCANNABLE = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)
BETWEEN_SCANS = timedelta(hours=24)

Scan = dict[str, Any]


def repository(account: str, region: str, name: str) -> Repository:
    found = ecr.backend(account, region).repositories.get(name)
    if found is None:
        message = f"The repository with name '{name}' does not exist in the registry with id '{account}'"
        raise AwsError("RepositoryNotFoundException", message)
    return found


def image(of: Repository, wanted: dict[str, str]) -> Image:
    """By digest or tag."""
    digest, tag = wanted.get("imageDigest"), wanted.get("imageTag")
    for candidate in of.images:
        if digest in (None, candidate.image_digest) and (tag is None or tag in candidate.image_tags):
            return candidate
    message = (
        f"The image with imageId {{imageDigest:'{digest or 'null'}', imageTag:'{tag or 'null'}'}} does not exist "
        f"within the repository with name '{of.name}' in the registry with id '{of.registry_id}'"
    )
    raise AwsError("ImageNotFoundException", message)


def scan(subject: Image) -> Scan | None:
    return getattr(subject, "audit_scan", None)


def set_scan(subject: Image, found: Scan | None) -> None:
    subject.audit_scan = found  # type: ignore[attr-defined]


def complete(at: datetime) -> Scan:
    return {"status": COMPLETE, "description": "The scan was completed successfully.", "at": at, "severities": {}}


@supplement("ecr:PutImage")
def put_image(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    of = repository(call.account, call.region, call.params["repositoryName"])
    subject = image(of, {"imageDigest": result["image"]["imageId"]["imageDigest"]})
    covered = ecr.effective(ecr.backend(call.account, call.region), of)["scanOnPush"]
    if covered and subject.image_manifest_media_type in SCANNABLE and scan(subject) is None:
        set_scan(subject, complete(utcnow()))
    return result


@supplement("ecr:StartImageScan")
def start_image_scan(call: Call, _ask: Ask) -> dict[str, Any]:
    of = repository(call.account, call.region, call.params["repositoryName"])
    subject = image(of, call.params["imageId"])
    scanning = ecr.backend(call.account, call.region).registry_scanning_configuration
    if scanning["scanType"] == "ENHANCED":
        raise AwsError("ValidationException", "This feature is disabled")
    if subject.image_manifest_media_type not in SCANNABLE:
        raise AwsError("UnsupportedImageTypeException", f"The image {subject.image_digest} cannot be scanned")
    before = scan(subject)
    if before is not None and utcnow() - before["at"] < BETWEEN_SCANS:
        message = f"The scan quota per image has been exceeded. Wait and try again: {subject.image_digest}"
        raise AwsError("LimitExceededException", message)
    set_scan(subject, complete(utcnow()))
    return _place(of, subject, call) | {"imageScanStatus": {"status": "IN_PROGRESS"}}


def _place(of: Repository, subject: Image, call: Call) -> dict[str, Any]:
    named = call.params["imageId"].get("imageTag")
    tagged = {"imageTag": named} if named else {}
    return {
        "registryId": of.registry_id,
        "repositoryName": of.name,
        "imageId": {"imageDigest": subject.image_digest} | tagged,
    }


@supplement("ecr:DescribeImageScanFindings")
def describe_image_scan_findings(call: Call, _ask: Ask) -> dict[str, Any]:
    of = repository(call.account, call.region, call.params["repositoryName"])
    subject = image(of, call.params["imageId"])
    found = scan(subject)
    if found is None:
        wanted = call.params["imageId"]
        message = (
            f"Image scan does not exist for the image with '{{imageDigest:'{wanted.get('imageDigest', 'null')}', "
            f"imageTag:'{wanted.get('imageTag', 'null')}'}}' in the repository with name '{of.name}' in the registry "
            f"with id '{of.registry_id}'"
        )
        raise AwsError("ScanNotFoundException", message)
    answer = _place(of, subject, call) | {"imageScanStatus": _status(found)}
    if _has_results(found):
        answer["imageScanFindings"] = _summary(found) | {"findings": _findings(found)}
    return answer


def _status(found: Scan) -> dict[str, str]:
    return {"status": found["status"]} | ({"description": found["description"]} if found.get("description") else {})


def _has_results(found: Scan) -> bool:
    return found["status"] in (COMPLETE, "ACTIVE")


def _summary(found: Scan) -> dict[str, Any]:
    return {
        "imageScanCompletedAt": found["at"],
        "vulnerabilitySourceUpdatedAt": found["at"],
        "findingSeverityCounts": dict(found["severities"]),
    }


def _findings(found: Scan) -> list[dict[str, Any]]:
    """As many of each severity as it counts."""
    severities = [severity for severity, count in found["severities"].items() for _ in range(count)]
    return [
        {
            "name": f"CVE-2026-{number:05}",
            "uri": f"https://nvd.nist.gov/vuln/detail/CVE-2026-{number:05}",
            "severity": severity,
            "attributes": [{"key": "package_name", "value": "openssl"}, {"key": "package_version", "value": "3.0.1"}],
        }
        for number, severity in enumerate(severities, start=1)
    ]


@supplement("ecr:DescribeImages")
def describe_images(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    of = repository(call.account, call.region, call.params["repositoryName"])
    for shown in result["imageDetails"]:
        subject = image(of, {"imageDigest": shown["imageDigest"]})
        shown.update(_artifact(subject))
        found = scan(subject)
        if found is None or not found.get("summary"):
            continue
        shown["imageScanStatus"] = _status(found)
        if _has_results(found):
            shown["imageScanFindingsSummary"] = _summary(found)
    return result


def _artifact(subject: Image) -> dict[str, str]:
    """What the image is, by its configuration; a list of images has none."""
    kind = json.loads(subject.image_manifest).get("config", {}).get("mediaType")
    return {"artifactMediaType": kind} if kind else {}
