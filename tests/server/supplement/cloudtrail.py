"""CloudTrail: delivery errors, a new trail's selectors, names that count at home only, and buckets that let it in."""

from __future__ import annotations

from typing import Any

from moto.cloudtrail.models import Trail, cloudtrail_backends

from policies import Attempt, allows
from supplement import Ask, guard, s3, supplement
from wire import AwsError, Call

SERVICE = "cloudtrail.amazonaws.com"
MOST_TRAILS = 5

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
        raise AwsError("TrailNotFoundException", f"Unknown trail: {_arn(call, name)} for the user: {call.account}")
    return found


def _arn(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:cloudtrail:{call.region}:{call.account}:trail/{name}"


@guard("cloudtrail:CreateTrail")
def check_new(call: Call) -> None:
    known, name = cloudtrail_backends[call.account][call.region].trails, call.params["Name"]
    if name in known:
        raise AwsError("TrailAlreadyExistsException", f"Trail {name} already exists for customer: {call.account}")
    if len(known) >= MOST_TRAILS:
        message = f"User: {call.account} already has {MOST_TRAILS} trails in {call.region}."
        raise AwsError("MaximumNumberOfTrailsExceededException", message)
    _check_bucket(call, name, call.params["S3BucketName"], call.params.get("S3KeyPrefix"))


@guard("cloudtrail:DeleteTrail", "cloudtrail:StartLogging", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail")
def check_home(call: Call) -> None:
    """A trail is changed where it was made; a shadow of it elsewhere is only looked at."""
    name = call.params["Name"]
    found = _find(call, name)
    if found.region_name != call.region:
        message = f"Trail {_arn(call, name)} can only be changed in its home region {found.region_name}."
        raise AwsError("InvalidHomeRegionException", message)


@supplement("cloudtrail:UpdateTrail")
def update_trail(call: Call, ask: Ask) -> dict[str, Any]:
    """Another bucket mends a planted delivery error."""
    found, given = _find(call, call.params["Name"]), call.params
    if "S3BucketName" in given or "S3KeyPrefix" in given:
        before = (found.bucket_name, found.s3_key_prefix)
        after = (given.get("S3BucketName", before[0]), given.get("S3KeyPrefix", before[1]))
        _check_bucket(call, found.trail_name, *after)
        if after != before:
            found.status.audit_delivery_error = None  # type: ignore[attr-defined]
    return ask()


def _check_bucket(call: Call, name: str, bucket_name: str, prefix: str | None) -> None:
    """CloudTrail looks at the bucket's owner and writes an empty file before it takes a bucket."""
    bucket = s3.bucket(bucket_name)
    if bucket is None:
        raise AwsError("S3BucketDoesNotExistException", f"S3 bucket {bucket_name} does not exist!")
    arn = f"arn:aws:s3:::{bucket_name}"
    folder = f"{arn}/{prefix}" if prefix else arn
    who = {"aws:sourcearn": _arn(call, name), "aws:sourceaccount": call.account}
    attempts = (
        Attempt(SERVICE, "s3:GetBucketAcl", arn, who),
        Attempt(
            SERVICE,
            "s3:PutObject",
            f"{folder}/AWSLogs/{call.account}/CloudTrail/check",
            who | {"s3:x-amz-acl": "bucket-owner-full-control"},
        ),
    )
    if not all(allows(bucket.policy, attempt) for attempt in attempts):
        message = f"Incorrect S3 bucket policy is detected for bucket: {bucket_name}"
        raise AwsError("InsufficientS3BucketPolicyException", message)


@guard("cloudtrail:ListTags", "cloudtrail:AddTags", "cloudtrail:RemoveTags")
def check_tagged(call: Call) -> None:
    given = call.params
    for arn in given.get("ResourceIdList") or [given.get("ResourceId", "")]:
        if not arn.startswith("arn:aws:cloudtrail:"):
            raise AwsError("CloudTrailARNInvalidException", f"{arn} is not a CloudTrail ARN.")
        try:
            _find(call, arn)
        except AwsError as cause:
            raise AwsError("ResourceNotFoundException", f"Resource not found: {arn}") from cause


@guard("cloudtrail:GetTrail", "cloudtrail:DeleteTrail")
def check_there(call: Call) -> None:
    _find(call, call.params["Name"])


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
