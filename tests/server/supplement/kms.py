"""KMS: the keys that AWS keeps for its services, which are there once a service uses them, and who may use those."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.kms import utils as kms_utils
from moto.kms.models import Key, KmsBackend, kms_backends

from drawn import Drawer
from supplement import Ask, guard, supplement
from wire import AwsError, Call

AWS_ALIAS = re.compile(r"(?:^|:)alias/aws/(\w+)$")
ARN = re.compile(r"^arn:aws:kms:([a-z0-9-]+):(\d{12}):(?:key|alias)/")

_drawer = Drawer()
kms_utils.mock_random = _drawer  # type: ignore[assignment]


def backend(account: str, region: str) -> KmsBackend:
    return kms_backends[account][region]


def key(account: str, region: str, name: str) -> Key:
    """By its id, ARN or alias."""
    owner = backend(account, region)
    return owner.keys[owner.any_id_to_key_id(name)]


@guard("kms:DescribeKey", "kms:GetKeyPolicy")
def check_place(call: Call) -> None:
    """A key is known in its own region only. A key of AWS's own comes to be when it is asked for."""
    name = call.params["KeyId"]
    place = ARN.match(name)
    if place and place[1] != call.region:
        raise AwsError("NotFoundException", f"Invalid arn {place[1]}")
    own = AWS_ALIAS.search(name)
    if own:
        _make_aws_key(call, own[1])


def _make_aws_key(call: Call, service: str) -> None:
    owner, alias = backend(call.account, call.region), f"alias/aws/{service}"
    if owner.alias_exists(alias):
        return
    via = {"kms:CallerAccount": call.account, "kms:ViaService": f"{service}.{call.region}.amazonaws.com"}
    use = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:ListGrants", "kms:DescribeKey"],
        "Resource": "*",
        "Condition": {"StringEquals": via},
    }
    policy = json.dumps({"Version": "2012-10-17", "Id": f"auto-{service}-1", "Statement": [use]})
    description = f"Default key that protects my {service.upper()} data when no other key is defined"
    with _drawer.from_name(call.region, alias):
        made: Any = owner.create_key(policy, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", description, [])
    made.key_manager = "AWS"
    owner.create_alias(made.id, alias)


@supplement("kms:CreateKey")
def create_key(call: Call, ask: Ask) -> dict[str, Any]:
    known = len(backend(call.account, call.region).keys)
    with _drawer.from_name(call.region, call.params.get("Description", ""), str(known)):
        return ask()


@supplement("kms:GetKeyPolicy")
def get_key_policy(call: Call, ask: Ask) -> dict[str, Any]:
    """A key has one policy, whose name need not be given."""
    return ask(call.params | {"PolicyName": call.params.get("PolicyName", "default")}) | {"PolicyName": "default"}
