"""S3: buckets as AWS has made them since April 2023, that belong to one account and one region and refuse bad policies.

Moto lets every account into every bucket, answers for it in any region, and takes any text for a policy.
"""

from __future__ import annotations

import json
from typing import Any

from moto.s3.models import FakeBucket, PublicAccessBlock, s3_backends

import policies
from protocols import serialize_error
from supplement import Ask, guard, supplement
from wire import AwsError, Call, Refused, Reply

PARTITION = "aws"
ENCRYPTION = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}}
OWNERSHIP = "BucketOwnerEnforced"
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
# These are asked of an account, or answered wherever they are asked.
ANYWHERE = ("CreateBucket", "ListBuckets", "ListDirectoryBuckets", "GetBucketLocation")


def bucket(name: str) -> FakeBucket | None:
    """A bucket by its name, which is the only one in the world."""
    owner = s3_backends.bucket_accounts.get(name)
    return s3_backends[owner[1]][owner[0]].buckets.get(name) if owner else None


def own_bucket(account: str, name: str) -> FakeBucket | None:
    return s3_backends[account][PARTITION].buckets.get(name)


@guard("s3")
def belongs(call: Call) -> None:
    """Another account's bucket is closed, one of another region is elsewhere, and what asks for one names it."""
    name = call.uri_params.get("Bucket")
    found = bucket(name) if name and call.operation != "CreateBucket" else None
    if found is None:
        return
    if found.account_id != call.account:
        raise AwsError("AccessDenied", "Access Denied", 403)
    if found.region_name != call.region and call.operation not in ANYWHERE:
        raise Refused(_elsewhere(call, found.region_name))


def _elsewhere(call: Call, region: str) -> Reply:
    message = (
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint."
    )
    reply = serialize_error(call, AwsError("PermanentRedirect", message, 301))
    reply.headers["x-amz-bucket-region"] = region
    return reply


@supplement("s3:CreateBucket")
def create_bucket(call: Call, ask: Ask) -> dict[str, Any]:
    """Encrypted, closed to the public and without access control lists, as any new bucket is.

    In us-east-1 a second creation succeeds, and changes nothing of that.
    """
    known = own_bucket(call.account, call.params["Bucket"])
    result = ask()
    made = own_bucket(call.account, call.params["Bucket"])
    if known is None and made is not None:
        made.encryption = ENCRYPTION
        made.public_access_block = PublicAccessBlock(True, True, True, True)
        made.ownership_rule = call.params.get("ObjectOwnership") or OWNERSHIP
    return result


@supplement("s3:GetBucketVersioning")
def get_bucket_versioning(_call: Call, ask: Ask) -> Reply:
    """Moto names the answer after the operation, which some clients do not take for one."""
    members = "".join(f"<{member}>{value}</{member}>" for member, value in ask().items())
    name = "VersioningConfiguration"
    body = f'{XML_HEAD}<{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{members}</{name}>'
    return Reply(200, {"Content-Type": "application/xml"}, body.encode())


@supplement("s3:DeleteBucketEncryption")
def delete_bucket_encryption(call: Call, ask: Ask) -> dict[str, Any]:
    """There is no bucket without encryption: it goes back to S3's own keys."""
    result = ask()
    found = own_bucket(call.account, call.params["Bucket"])
    if found is not None:
        found.encryption = ENCRYPTION
    return result


@guard("s3:PutBucketPolicy")
def check_policy(call: Call) -> None:
    found = own_bucket(call.account, call.params["Bucket"])
    if found is None:
        return
    for statement in _statements(call.params["Policy"]):
        _check(statement, found)


def _statements(text: str | bytes) -> list[dict[str, Any]]:
    try:
        policy = json.loads(text)
    except ValueError as cause:
        message = "Policies must be valid JSON and the first byte must be '{'"
        raise AwsError("MalformedPolicy", message) from cause
    if not isinstance(policy, dict) or not policy.get("Statement"):
        raise AwsError("MalformedPolicy", "Missing required field Statement")
    return policies.statements(text)


def _check(statement: dict[str, Any], found: FakeBucket) -> None:
    for member in ("Effect", "Principal", "Action", "Resource"):
        if member not in statement and f"Not{member}" not in statement:
            raise AwsError("MalformedPolicy", f"Missing required field {member}")
    arn = f"arn:aws:s3:::{found.name}"
    if any(r != arn and not r.startswith(f"{arn}/") for r in policies.listed(statement.get("Resource"))):
        raise AwsError("MalformedPolicy", "Policy has invalid resource")
    if any(not action.startswith("s3:") and action != "*" for action in policies.listed(statement.get("Action"))):
        raise AwsError("MalformedPolicy", "Policy has invalid action")
    blocked = found.public_access_block is not None and found.public_access_block.block_public_policy
    if blocked and _public(statement):
        reason = "public policies are blocked by the BlockPublicPolicy block public access setting."
        message = f"User: arn:aws:iam::{found.account_id}:user/auditor is not authorized to perform: s3:PutBucketPolicy"
        raise AwsError("AccessDenied", f"{message} on resource: {arn} because {reason}", 403)


def _public(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    everyone = principal == "*" or (isinstance(principal, dict) and "*" in policies.listed(principal.get("AWS")))
    return everyone and statement["Effect"] == "Allow" and not statement.get("Condition")
