"""IAM: service-linked roles, AWS's own policies, and trust policies that are read before they are taken."""

from __future__ import annotations

import json
import uuid
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, Role, iam_backends

import policies
from supplement import Ask, guard, supplement
from wire import AwsError, Call

PARTITION = "aws"
AWS_POLICY = "arn:aws:iam::aws:policy/"
LINKED_PATH = "/aws-service-role/"
# Service -> its role, and AWS's policy of that role.
LINKED = {
    "cloudtrail.amazonaws.com": ("AWSServiceRoleForCloudTrail", "CloudTrailServiceRolePolicy"),
    "config.amazonaws.com": ("AWSServiceRoleForConfig", "AWSConfigServiceRolePolicy"),
    "ecs.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    "guardduty.amazonaws.com": ("AWSServiceRoleForAmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    "management.chatbot.amazonaws.com": ("AWSServiceRoleForAWSChatbot", "AWSChatbotServiceLinkedRolePolicy"),
}


def backend(account: str) -> IAMBackend:
    return iam_backends[account][PARTITION]


def role(account: str, arn_or_name: str) -> Role | None:
    """A role of the account, if it is there."""
    name = arn_or_name.rsplit("/", 1)[-1]
    found = next((r for r in list(backend(account).roles.values()) if r.name == name), None)
    if found is None or (arn_or_name.startswith("arn:") and found.arn != arn_or_name):
        return None
    return found


@cache
def _aws_policies() -> dict[str, Any]:
    return json.loads(aws_managed_policies_data)


def _know_aws_policy(account: str, arn: str) -> None:
    """Puts one of AWS's 1,500 policies into the account, all of which would make every account slow."""
    name = arn.rsplit("/", 1)[-1]
    known, found = backend(account).managed_policies, _aws_policies().get(name)
    if arn in known or found is None:
        return
    policy = AWSManagedPolicy.from_data(name, account, PARTITION, found)
    if policy.arn == arn:
        known[arn] = policy


@guard("iam:AttachRolePolicy", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:CreateRole")
def aws_policies_exist(call: Call) -> None:
    arn = call.params.get("PolicyArn") or call.params.get("PermissionsBoundary") or ""
    if arn.startswith(AWS_POLICY):
        _know_aws_policy(call.account, arn)


@guard("iam:CreateRole", "iam:UpdateAssumeRolePolicy")
def check_trust(call: Call) -> None:
    text = call.params.get("AssumeRolePolicyDocument") or call.params.get("PolicyDocument") or ""
    try:
        found = policies.statements(text)
    except (ValueError, AttributeError) as cause:
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json") from cause
    if not found:
        raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")
    for statement in found:
        if "Resource" in statement:
            raise AwsError("MalformedPolicyDocument", "Has prohibited field Resource")
        if "Principal" not in statement:
            raise AwsError("MalformedPolicyDocument", "Missing required field Principal")


@guard(
    "iam:AttachRolePolicy",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
)
def protected(call: Call) -> None:
    """A service-linked role is its service's own."""
    found = role(call.account, call.params["RoleName"])
    if found is not None and found.path.startswith(LINKED_PATH):
        message = (
            f"Cannot perform the operation on the protected role '{found.name}' - this role is only modifiable by AWS"
        )
        raise AwsError("UnmodifiableEntity", message)


@supplement("iam:CreateServiceLinkedRole")
def create_service_linked_role(call: Call, ask: Ask) -> dict[str, Any]:
    service = call.params["AWSServiceName"]
    if service not in LINKED or call.params.get("CustomSuffix"):
        return ask()
    name = LINKED[service][0]
    if role(call.account, name) is not None:
        message = f"Service role name {name} has been taken in this account, please try a different suffix."
        raise AwsError("InvalidInput", message)
    link(call.account, service, call.params.get("Description", ""))
    return ask({"RoleName": name}, "GetRole")


def link(account: str, service: str, description: str = "") -> None:
    """Makes the role of a service unless it is there, as some services do by themselves when first used."""
    name, policy = LINKED[service]
    if role(account, name) is not None:
        return
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = backend(account).create_role(
        name,
        json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        f"{LINKED_PATH}{service}/",
        permissions_boundary=None,
        description=description,
        tags=[],
        max_session_duration="3600",
        linked_service=service,
    )
    arn = f"{AWS_POLICY}aws-service-role/{policy}"
    _know_aws_policy(account, arn)
    if arn in backend(account).managed_policies:
        backend(account).managed_policies[arn].attach_to(made)


@supplement("iam:DeleteServiceLinkedRole")
def delete_service_linked_role(call: Call, _ask: Ask) -> dict[str, Any]:
    """Deletes it unless its service still uses it; what came of that is asked of the task."""
    found = role(call.account, call.params["RoleName"])
    if found is None or not found.path.startswith(LINKED_PATH):
        raise AwsError("NoSuchEntity", f"The role with name {call.params['RoleName']} cannot be found.", 404)
    users = _users(call.account, found.arn)
    if not users:
        for policy in list(found.managed_policies.values()):
            policy.detach_from(found)
        backend(call.account).delete_role(found.name)
    task = f"task{found.path}{found.name}/{uuid.uuid4()}"
    _tasks(call.account)[task] = {"polls": 0, "users": users}
    return {"DeletionTaskId": task}


@supplement("iam:GetServiceLinkedRoleDeletionStatus")
def get_service_linked_role_deletion_status(call: Call, _ask: Ask) -> dict[str, Any]:
    """The first look finds it under way, as the first look at AWS does."""
    task = _tasks(call.account).get(call.params["DeletionTaskId"])
    if task is None:
        raise AwsError("NoSuchEntity", f"Deletion task {call.params['DeletionTaskId']} cannot be found.", 404)
    task["polls"] += 1
    if task["polls"] == 1:
        return {"Status": "IN_PROGRESS"}
    if not task["users"]:
        return {"Status": "SUCCEEDED"}
    usage = [{"Region": region, "Resources": resources} for region, resources in task["users"].items()]
    return {"Status": "FAILED", "Reason": {"Reason": "The role is in use.", "RoleUsageList": usage}}


def _users(account: str, arn: str) -> dict[str, list[str]]:
    """Recorders of each region that use the role."""
    from moto.config.models import config_backends

    recorders = {
        region: [r.name for r in found.recorders.values() if r.role_arn == arn]
        for region, found in config_backends[account].items()
    }
    return {region: names for region, names in recorders.items() if names}


def _tasks(account: str) -> dict[str, dict[str, Any]]:
    owner = backend(account)
    if not hasattr(owner, "audit_deletions"):
        owner.audit_deletions = {}  # type: ignore[attr-defined]
    return owner.audit_deletions  # type: ignore[attr-defined]
