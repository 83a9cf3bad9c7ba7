"""What IAM says, from a source that shares nothing with what is tested: parliament's copy of AWS's Service
Authorization Reference, and moto's reading of policies.

`python authorization.py actions` maps operations to the actions they need, `python authorization.py review` lints
policies. Both read a JSON list of texts from stdin.
"""

from __future__ import annotations

import json
import sys
import warnings
from functools import cache
from typing import Any

# An operation needs the action of its own name, if there is one; these are called otherwise.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_budgets.html
RENAMED = {
    "budgets:DescribeBudgets": "budgets:ViewBudget",
    "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
    "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
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
    action = operation if operation in levels() else RENAMED.get(operation)
    if action not in levels():
        raise LookupError(f"AWS knows no action {action or operation}; if {operation} needs another, say so in RENAMED")
    return action


def withheld(policy: str, operation: str) -> str | None:
    """The action that an operation needs and a policy does not grant; none if it may be called."""
    from moto.iam.access_control import IAMPolicy, PermissionResult

    action = action_of(operation)
    if action is None or IAMPolicy(policy).is_action_permitted(action) == PermissionResult.PERMITTED:
        return None
    return action


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
    else:
        print(json.dumps([review(policy) for policy in texts], default=str))
