"""What IAM says, from a source that shares nothing with what is tested: parliament's copy of AWS's Service
Authorization Reference, and moto's reading of policies.

`python authorization.py actions` maps operations to the actions they need, `... further` to those that some of their
parameters ask for beside it, `... review` lints policies. All read a JSON list of texts from stdin.
"""

from __future__ import annotations

import json
import sys
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wire import Call

# An operation needs the action of its own name, if there is one; these are called otherwise.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_budgets.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
RENAMED = {
    "budgets:CreateBudget": "budgets:ModifyBudget",
    "budgets:CreateNotification": "budgets:ModifyBudget",
    "budgets:CreateSubscriber": "budgets:ModifyBudget",
    "budgets:DeleteBudget": "budgets:ModifyBudget",
    "budgets:DeleteNotification": "budgets:ModifyBudget",
    "budgets:DeleteSubscriber": "budgets:ModifyBudget",
    "budgets:DescribeBudget": "budgets:ViewBudget",
    "budgets:DescribeBudgets": "budgets:ViewBudget",
    "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
    "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
    "budgets:UpdateBudget": "budgets:ModifyBudget",
    "budgets:UpdateNotification": "budgets:ModifyBudget",
    "budgets:UpdateSubscriber": "budgets:ModifyBudget",
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}

# Operations that need a further action once a parameter is given.
# https://docs.aws.amazon.com/service-authorization/latest/reference/
FURTHER = {
    "application-autoscaling:RegisterScalableTarget": {
        "ScalableDimension": "iam:CreateServiceLinkedRole",
        "Tags": "application-autoscaling:TagResource",
    },
    "budgets:CreateBudget": {"ResourceTags": "budgets:TagResource"},
    "ce:CreateAnomalyMonitor": {"ResourceTags": "ce:TagResource"},
    "ce:CreateAnomalySubscription": {"ResourceTags": "ce:TagResource"},
    "chatbot:CreateSlackChannelConfiguration": {"IamRoleArn": "iam:PassRole", "Tags": "chatbot:TagResource"},
    "chatbot:UpdateSlackChannelConfiguration": {"IamRoleArn": "iam:PassRole"},
    "cloudtrail:CreateTrail": {"CloudWatchLogsRoleArn": "iam:PassRole", "TagsList": "cloudtrail:AddTags"},
    "cloudwatch:PutCompositeAlarm": {"Tags": "cloudwatch:TagResource"},
    "cloudwatch:PutMetricAlarm": {"Tags": "cloudwatch:TagResource"},
    "config:PutConfigurationRecorder": {"ConfigurationRecorder": "iam:PassRole", "Tags": "config:TagResource"},
    "events:PutRule": {"RoleArn": "iam:PassRole", "Tags": "events:TagResource"},
    "guardduty:CreateDetector": {"Enable": "iam:CreateServiceLinkedRole", "Tags": "guardduty:TagResource"},
    "iam:CreateRole": {"Tags": "iam:TagRole"},
    "lambda:CreateFunction": {"Role": "iam:PassRole", "Tags": "lambda:TagResource"},
    "lambda:UpdateFunctionConfiguration": {"Role": "iam:PassRole"},
    "logs:CreateLogGroup": {"tags": "logs:TagResource"},
    "secretsmanager:CreateSecret": {"Tags": "secretsmanager:TagResource"},
    "sns:CreateTopic": {"Attributes": "sns:SetTopicAttributes", "Tags": "sns:TagResource"},
    "ssm:PutParameter": {"Tags": "ssm:AddTagsToResource"},
    "synthetics:CreateCanary": {"ExecutionRoleArn": "iam:PassRole", "Tags": "synthetics:TagResource"},
    "synthetics:UpdateCanary": {"ExecutionRoleArn": "iam:PassRole"},
}

# Younger than parliament's copy; each is called as its operation.
YOUNGER = {
    "cloudwatch:DeleteAlarmMuteRule",
    "cloudwatch:GetAlarmMuteRule",
    "cloudwatch:ListAlarmMuteRules",
    "cloudwatch:PutAlarmMuteRule",
}

# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permissions, whatever is denied.
NEEDS_NOTHING = {"sts:GetCallerIdentity"}


@cache
def parliament() -> Any:
    """The linter, imported when first needed: it reads 10 MB of definitions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the pkg_resources it uses
        import parliament
    return parliament


@cache
def levels() -> dict[str, str]:
    """The access level of every action: List, Read, Write, Permissions management or Tagging."""
    return {
        f"{service['prefix']}:{privilege['privilege']}": privilege["access_level"]
        for service in parliament().iam_definition
        for privilege in service["privileges"]
    }


def action_of(operation: str) -> str | None:
    """The action that allows an operation (`rds:DescribeDBInstances`); none where anyone may."""
    if operation in NEEDS_NOTHING:
        return None
    if operation in YOUNGER:
        return operation
    action = operation if operation in levels() else RENAMED.get(operation)
    if action not in levels():
        raise LookupError(f"AWS knows no action {action or operation}; if {operation} needs another, say so in RENAMED")
    return action


def needed(call: Call) -> list[str]:
    """Every action that a call needs."""
    own = action_of(call.name)
    if own is None:
        return []
    further = FURTHER.get(call.name, {})
    return [own, *(action for member, action in further.items() if call.params.get(member))]


def withheld(policy: str, call: Call) -> str | None:
    """The first action that a call needs and a policy does not grant; none if it may be made."""
    return next((action for action in needed(call) if not _granted_by(policy, action)), None)


def _granted_by(policy: str, action: str) -> bool:
    """On some resource at least: which of them a call means is not read here, nor are conditions."""
    from moto.iam.access_control import IAMPolicy, PermissionResult

    anywhere = []
    for statement in json.loads(policy)["Statement"]:
        narrow = statement.get("Resource") != "*" or "Condition" in statement
        if statement["Effect"] == "Allow" or not narrow:
            anywhere.append({k: v for k, v in statement.items() if k != "Condition"} | {"Resource": "*"})
    whole = IAMPolicy(json.dumps({"Version": "2012-10-17", "Statement": anywhere}))
    return whole.is_action_permitted(action) == PermissionResult.PERMITTED


def review(policy: str) -> dict[str, Any]:
    """What the linter complains of, and the access level of each action as far as it is known."""
    findings = parliament().analyze_policy_string(policy, include_community_auditors=True).findings
    return {"findings": [{"issue": it.issue, "detail": it.detail} for it in findings], "levels": _granted(policy)}


def _granted(policy: str) -> dict[str, str | None]:
    statements = json.loads(policy)["Statement"]
    actions = [action for statement in statements for action in statement["Action"]]
    return {action: levels().get(action) for action in actions}


if __name__ == "__main__":
    texts = json.load(sys.stdin)
    if sys.argv[1] == "actions":
        print(json.dumps({operation: action_of(operation) for operation in texts}))
    elif sys.argv[1] == "further":
        print(json.dumps({operation: list(FURTHER.get(operation, {}).values()) for operation in texts}))
    else:
        print(json.dumps([review(policy) for policy in texts], default=str))
