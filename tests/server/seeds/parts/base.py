"""Names, ARNs, and what everything else needs: roles, buckets and keys."""

from __future__ import annotations

import json
from typing import Any

from seeds import Aws

# Stands in every place where a real account holds a secret; must never be in anything that `audit` writes.
SECRET = "CANARY-SECRET-"
EMAIL = "ops@example.com"
GIB = 1024**3


def topic_arn(aws: Aws, name: str) -> str:
    return f"arn:aws:sns:{aws.region}:{aws.account}:{name}"


def function_arn(aws: Aws, name: str) -> str:
    return f"arn:aws:lambda:{aws.region}:{aws.account}:function:{name}"


def role_arn(aws: Aws, name: str) -> str:
    return f"arn:aws:iam::{aws.account}:role/{name}"


def role(aws: Aws, name: str, service: str) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"},
        ],
    }
    made = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return made["Role"]["Arn"]


def shared_role(aws: Aws, name: str, service: str) -> str:
    """A role that several things use, made by the first of them."""
    known = aws.client("iam").list_roles()["Roles"]
    return role_arn(aws, name) if name in [each["RoleName"] for each in known] else role(aws, name, service)


def bucket(aws: Aws, name: str) -> str:
    """A bucket; names are global, so the account and region are part of it."""
    full = f"{name}-{aws.account}-{aws.region}"
    place = {"LocationConstraint": aws.region}
    extra = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": place}
    aws.client("s3").create_bucket(Bucket=full, **extra)
    return full


def delivery_bucket(aws: Aws, name: str, service: str) -> str:
    """A bucket that a service may write its logs to."""
    full = bucket(aws, name)
    arn = f"arn:aws:s3:::{full}"
    writes = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": aws.account}}
    delivers = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            delivers | {"Sid": "look", "Action": ["s3:GetBucketAcl", "s3:ListBucket"], "Resource": arn},
            delivers
            | {
                "Sid": "write",
                "Action": "s3:PutObject",
                "Resource": f"{arn}/AWSLogs/{aws.account}/*",
                "Condition": writes,
            },
        ],
    }
    aws.client("s3").put_bucket_policy(Bucket=full, Policy=json.dumps(policy))
    return full


def key(aws: Aws, alias: str, *services: str) -> None:
    """A key of the team's own, with which these services may encrypt what they publish."""
    client = aws.client("kms")
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"}, "Action": "kms:*"}
    statements: list[dict[str, Any]] = [owner | {"Sid": "owner", "Resource": "*"}]
    for service in services:
        use = {"Sid": service, "Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
        statements.append(use | {"Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"})
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    made = client.create_key(Description=f"Encrypts {alias}", Policy=policy)["KeyMetadata"]["KeyId"]
    client.create_alias(AliasName=f"alias/{alias}", TargetKeyId=made)
