"""Faults of writes: answers held back after the deed, faults that wait, names of operations, and what they need."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

from selftest.harness import REGION, Account, Server, error_of, same

FORM, XML = "application/x-www-form-urlencoded", "application/xml"
HERE = {"LocationConstraint": REGION}


def ask_and_leave(account: Account, service: str, method: str, path: str, content: str, body: bytes) -> None:
    """A client that is killed while it waits for an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", account.server.port, timeout=0.5)
    connection.request(method, path, body, account.signed(service, **{"Content-Type": content}))
    try:
        connection.getresponse()
    except TimeoutError:
        connection.close()
        return
    raise AssertionError("nothing should have been answered")


def test_stall_acts_and_hang_does_not(server: Server) -> None:
    for kind, expected in (("stall", 1), ("hang", 0)):
        account = Account(server)
        account.post("faults", operation="write:*", kind=kind)
        ask_and_leave(account, "sns", "POST", "/", FORM, b"Action=CreateTopic&Name=alerts&Version=2010-03-31")
        [entry] = account.get("requests")
        same((entry["operation"], entry["write"], "ended" in entry), ("sns:CreateTopic", True, True))
        same(len(account.client("sns").list_topics()["Topics"]), expected)


def test_stall_of_a_bucket(server: Server) -> None:
    account = Account(server)
    account.post("faults", operation="s3:CreateBucket", kind="stall", times=1)
    body = f"<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>"
    ask_and_leave(account, "s3", "PUT", f"/stalled-{account.id}", XML, body.encode())
    again = {"Bucket": f"stalled-{account.id}", "CreateBucketConfiguration": HERE}
    same(error_of(account.client("s3").create_bucket, **again), ("BucketAlreadyOwnedByYou", 409))


def test_after(server: Server) -> None:
    """The third write fails, whichever it is; what only reads is not counted."""
    account = Account(server)
    account.post("faults", operation="write:*", kind="error500", after=2, times=1)
    sns, logs = account.client("sns"), account.client("logs")
    sns.create_topic(Name="one")
    sns.list_topics()
    logs.create_log_group(logGroupName="two")
    logs.describe_log_groups()
    same(error_of(sns.create_topic, Name="three"), ("InternalFailure", 500))
    sns.create_topic(Name="three")
    same([r["write"] for r in account.get("requests")], [True, False, True, False, True, True])


def test_narrow_writes(server: Server) -> None:
    account = Account(server)
    account.post("faults", operation="write:s3:*", kind="deny")
    account.client("sns").create_topic(Name="one")
    account.client("s3").list_buckets()
    refused = error_of(account.client("s3").create_bucket, Bucket=f"b-{account.id}", CreateBucketConfiguration=HERE)
    same(refused, ("AccessDenied", 403))


def test_names_of_rest_operations(server: Server) -> None:
    """Path style, and names that only the query tells apart."""
    account = Account(server)
    name = f"names-{account.id}"
    s3, of = account.client("s3"), {"Bucket": name}
    s3.create_bucket(**of, CreateBucketConfiguration=HERE)
    s3.head_bucket(**of)
    s3.get_bucket_location(**of)
    s3.put_bucket_versioning(**of, VersioningConfiguration={"Status": "Enabled"})
    s3.get_public_access_block(**of)
    s3.put_bucket_tagging(**of, Tagging={"TagSet": []})
    s3.list_objects_v2(**of)
    s3.list_object_versions(**of)
    s3.delete_bucket_policy(**of)
    s3.delete_bucket(**of)
    account.client("iam", "us-east-1").list_roles()  # a global service
    same(error_of(account.client("secretsmanager").describe_secret, SecretId="x")[0], "ResourceNotFoundException")
    account.client("budgets", "us-east-1").describe_budgets(AccountId=account.id)
    account.client("chatbot", "us-east-2").describe_slack_workspaces()
    seen = [f"{r['operation']} {r['region']}" for r in account.get("requests")]
    expected = [
        "CreateBucket",
        "HeadBucket",
        "GetBucketLocation",
        "PutBucketVersioning",
        "GetPublicAccessBlock",
        "PutBucketTagging",
        "ListObjectsV2",
        "ListObjectVersions",
        "DeleteBucketPolicy",
        "DeleteBucket",
    ]
    others = [
        "iam:ListRoles us-east-1",
        f"secretsmanager:DescribeSecret {REGION}",
        "budgets:DescribeBudgets us-east-1",
        "chatbot:DescribeSlackWorkspaces us-east-2",
    ]
    same(seen, [f"s3:{each} {REGION}" for each in expected] + others)


def granted(account: Account, *actions: str, **more: Any) -> None:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"} | more
    account.post("policy", policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def test_actions_of_other_names(server: Server) -> None:
    account = Account(server)
    s3, of = account.client("s3"), {"Bucket": f"actions-{account.id}"}
    granted(account, "s3:CreateBucket", "s3:ListBucket", "s3:PutEncryptionConfiguration")
    s3.create_bucket(**of, CreateBucketConfiguration=HERE)
    s3.head_bucket(**of)
    s3.list_objects_v2(**of)
    s3.delete_bucket_encryption(**of)
    for denied in (s3.get_bucket_encryption, s3.get_public_access_block, s3.delete_bucket, s3.get_bucket_location):
        same(error_of(denied, **of), ("AccessDenied", 403))
    granted(account, "s3:GetEncryptionConfiguration", "s3:GetBucketPublicAccessBlock", "s3:ListAllMyBuckets")
    s3.get_bucket_encryption(**of)
    s3.get_public_access_block(**of)
    s3.list_buckets()
    budgets = account.client("budgets", "us-east-1")
    missing = {"AccountId": account.id, "BudgetName": "none"}
    same(error_of(budgets.delete_budget, **missing), ("AccessDeniedException", 400))
    granted(account, "budgets:ModifyBudget", Resource=f"arn:aws:budgets::{account.id}:budget/*")
    same(error_of(budgets.delete_budget, **missing), ("NotFoundException", 400))


def test_further_actions(server: Server) -> None:
    """Tags and roles that are handed on need an action of their own."""
    account = Account(server)
    sns, tags = account.client("sns"), [{"Key": "managed-by", "Value": "audit"}]
    granted(account, "sns:CreateTopic")
    sns.create_topic(Name="plain")
    same(error_of(sns.create_topic, Name="tagged", Tags=tags), ("AccessDenied", 403))
    granted(account, "sns:CreateTopic", "sns:TagResource")
    sns.create_topic(Name="tagged", Tags=tags)
    granted(account, "config:*")
    recorder = {"name": "default", "roleARN": f"arn:aws:iam::{account.id}:role/x"}
    put = account.client("config").put_configuration_recorder
    same(error_of(put, ConfigurationRecorder=recorder), ("AccessDeniedException", 400))
    granted(account, "config:*", "iam:PassRole")
    put(ConfigurationRecorder=recorder)


def test_unmapped_actions_are_loud(server: Server) -> None:
    account = Account(server)
    granted(account, "*")
    refused = error_of(account.client("lambda").list_capacity_providers)
    same(refused, ("TestServerKnowsNoAction", 400))


def test_dump(server: Server) -> None:
    one, other = Account(server, "mvp"), Account(server, "mvp")
    before = one.get("dump")
    same(one.get("requests"), [])
    same(before, json.loads(json.dumps(other.get("dump")).replace(other.id, one.id)))
    assert all(before[f"AWS::{kind}"] for kind in ("S3::Bucket", "IAM::Role", "CloudWatch::CompositeAlarm")), before
    same(before["AWS::SNS::Subscription"]["oncall-mail|email|oncall@example.com"]["State"], "pending")
    other.post("page", size=2)
    same(other.get("dump"), json.loads(json.dumps(before).replace(one.id, other.id)))

    cloudwatch = one.client("cloudwatch")
    alarm = cloudwatch.describe_alarms(AlarmNames=["web-memory-high"])["MetricAlarms"][0]
    settings = {m: alarm[m] for m in ("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "Period")}
    settings |= {m: alarm[m] for m in ("EvaluationPeriods", "ComparisonOperator")}
    time.sleep(0.01)
    cloudwatch.put_metric_alarm(**settings, Threshold=85)
    one.client("sns").create_topic(Name="new", Tags=[{"Key": "managed-by", "Value": "audit"}])
    after = one.get("dump")
    changed = {kind: sorted(n for n in after[kind] if after[kind][n] != before[kind].get(n)) for kind in after}
    expected = {"AWS::CloudWatch::Alarm": ["web-memory-high"], "AWS::SNS::Topic": ["new"]}
    same({kind: names for kind, names in changed.items() if names}, expected)
    cloudwatch.put_metric_alarm(**settings, Threshold=80)
    one.client("sns").delete_topic(TopicArn=f"arn:aws:sns:{REGION}:{one.id}:new")
    same(one.get("dump"), before)
