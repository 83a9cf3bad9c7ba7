"""GuardDuty: one detector in a region, its tags, and the role that the first one brings along."""

from __future__ import annotations

from typing import Any

from moto.guardduty.models import Detector, GuardDutyBackend, guardduty_backends

from supplement import Ask, guard, iam, supplement
from wire import AwsError, Call

NOT_OWNED = "The request is rejected because the input detectorId is not owned by the current account."


def backend(account: str, region: str) -> GuardDutyBackend:
    return guardduty_backends[account][region]


def refused(message: str) -> AwsError:
    return AwsError("BadRequestException", message)


@guard("guardduty:CreateDetector")
def check_only_one(call: Call) -> None:
    if backend(call.account, call.region).detectors:
        raise refused("The request is rejected because a detector already exists for the current account.")


@supplement("guardduty:CreateDetector")
def create_detector(call: Call, ask: Ask) -> dict[str, Any]:
    """The service-linked role stays when the detector goes."""
    result = ask()
    iam.link(call.account, "guardduty.amazonaws.com")
    return result


@guard("guardduty:DeleteDetector")
def check_there(call: Call) -> None:
    if call.params["DetectorId"] not in backend(call.account, call.region).detectors:
        raise refused(NOT_OWNED)


@supplement("guardduty:TagResource")
def tag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    subject = _tagged(call)
    subject.tags = (subject.tags or {}) | call.params["Tags"]
    return {}


@supplement("guardduty:UntagResource")
def untag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    subject = _tagged(call)
    gone = call.params["TagKeys"]
    subject.tags = {key: value for key, value in (subject.tags or {}).items() if key not in gone}
    return {}


@supplement("guardduty:ListTagsForResource")
def list_tags(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"Tags": _tagged(call).tags or {}}


def _tagged(call: Call) -> Detector:
    arn = call.params["ResourceArn"]
    found = backend(call.account, call.region).detectors.get(arn.rsplit("/", 1)[-1])
    if found is None:
        raise refused(f"The request is rejected because the resource ARN {arn} is not owned by the current account.")
    return found
