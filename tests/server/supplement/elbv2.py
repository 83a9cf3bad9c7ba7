"""Elastic Load Balancing: the values of rules' conditions, which AWS shows in the old place, too, and steady ids."""

from __future__ import annotations

from typing import Any

from moto.elbv2 import models as elbv2_models

from drawn import Drawer, hex_id
from supplement import Ask, supplement
from wire import Call

CONFIGURATIONS = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
# What tells one from another of its kind.
NAMED_BY = {
    "CreateListener": ("LoadBalancerArn", "Port"),
    "CreateLoadBalancer": ("Name",),
    "CreateRule": ("ListenerArn", "Priority"),
    "CreateTargetGroup": ("Name",),
}

_drawer = Drawer()
elbv2_models.mock_random = _drawer  # type: ignore[assignment,attr-defined]


def _name(call: Call) -> list[str]:
    parts = [str(call.params.get(member)) for member in NAMED_BY[call.operation]]
    return [call.operation, call.region, *(part.replace(call.account, "") for part in parts)]


@supplement(
    "elasticloadbalancing:CreateListener",
    "elasticloadbalancing:CreateLoadBalancer",
    "elasticloadbalancing:CreateTargetGroup",
)
def create(call: Call, ask: Ask) -> dict[str, Any]:
    with _drawer.from_name(*_name(call)):
        return ask()


@supplement("elasticloadbalancing:CreateRule")
def create_rule(call: Call, ask: Ask) -> dict[str, Any]:
    with _drawer.from_name(*_name(call)):
        return _rules(call, ask())


@supplement("elasticloadbalancing:DescribeRules", "elasticloadbalancing:ModifyRule")
def rules(call: Call, ask: Ask) -> dict[str, Any]:
    return _rules(call, ask())


def _rules(call: Call, result: dict[str, Any]) -> dict[str, Any]:
    for rule in result["Rules"]:
        if rule.get("IsDefault"):
            listener = rule["RuleArn"].rsplit("/", 1)[0]
            rule["RuleArn"] = f"{listener}/{hex_id('default', listener.replace(call.account, ''))}"
        for condition in rule.get("Conditions") or []:
            member = CONFIGURATIONS.get(condition.get("Field"))
            if member is None:
                continue
            values = (condition.get(member) or {}).get("Values") or condition.get("Values") or []
            condition |= {"Values": values, member: {"Values": values}}
    return result
