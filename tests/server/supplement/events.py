"""EventBridge: rules as AWS writes them, targets as many as it takes, and whether an event matches a pattern."""

from __future__ import annotations

import json
from typing import Any

from moto.events.models import EventBus, EventPattern, EventsBackend, Rule, events_backends

import event_patterns
from supplement import Ask, guard, supplement
from wire import AwsError, Call

DEFAULT_BUS = "default"
MOST_RULES, MOST_TARGETS = 300, 5
STATES = ("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
OF_EVENTS = ("id", "account", "source", "time", "region", "resources", "detail-type")
ROLE_TAKERS = (":event-bus/", ":kinesis:", ":states:", ":ecs:", ":firehose:", ":api-destination/", ":ssm:")


def backend(account: str, region: str) -> EventsBackend:
    return events_backends[account][region]


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def _bus(call: Call) -> EventBus | None:
    name = (call.params.get("EventBusName") or DEFAULT_BUS).rsplit("/", 1)[-1]
    return backend(call.account, call.region).event_buses.get(name)


def rule(account: str, region: str, name: str, bus: str = DEFAULT_BUS) -> Rule | None:
    found = backend(account, region).event_buses.get(bus)
    return found.rules.get(name) if found else None


def _pattern(text: str) -> dict[str, Any]:
    try:
        return event_patterns.parse(text)
    except event_patterns.Invalid as cause:
        raise AwsError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {cause}") from cause


@guard("events:PutRule")
def check_rule(call: Call) -> None:
    given, bus = call.params, _bus(call)
    if "EventPattern" in given:
        _pattern(given["EventPattern"])
    if given.get("State", STATES[0]) not in STATES:
        raise invalid(f"Value '{given['State']}' at 'state' failed to satisfy constraint")
    if bus is not None and given["Name"] not in bus.rules and len(bus.rules) >= MOST_RULES:
        raise AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")


@supplement("events:PutRule")
def put_rule(call: Call, ask: Ask) -> dict[str, Any]:
    """What is not given is no more; but the targets and the tags of a rule that is there stay."""
    known = _named(call, call.params["Name"])
    given = {k: v for k, v in call.params.items() if k != "Tags"} if known else call.params
    return ask(given)


def _named(call: Call, name: str) -> Rule | None:
    bus = _bus(call)
    return bus.rules.get(name) if bus else None


@guard("events:PutRule", "events:DeleteRule", "events:EnableRule", "events:DisableRule")
def check_unmanaged(call: Call) -> None:
    _refuse_managed(_named(call, call.params["Name"]), call)


@guard("events:PutTargets", "events:RemoveTargets")
def check_unmanaged_targets(call: Call) -> None:
    _refuse_managed(_named(call, call.params["Rule"]), call)


def _refuse_managed(found: Rule | None, call: Call) -> None:
    if found is not None and found.managed_by and not call.params.get("Force"):
        message = f"Rule {found.name} is managed by {found.managed_by} and cannot be changed by other principals."
        raise AwsError("ManagedRuleException", message)


@guard("events:PutTargets")
def check_targets(call: Call) -> None:
    found, given = _named(call, call.params["Rule"]), call.params["Targets"]
    if found is None:
        return
    ids = {target["Id"] for target in found.targets} | {target["Id"] for target in given}
    if len(ids) > MOST_TARGETS:
        raise AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    for target in given:
        if sum(1 for kind in ("Input", "InputPath", "InputTransformer") if kind in target) > 1:
            message = f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
            raise invalid(message)
        if "RoleArn" not in target and any(part in target["Arn"] for part in ROLE_TAKERS):
            raise invalid(f"RoleArn is required for target {target['Arn']}.")


@guard("events:DescribeRule", "events:ListTargetsByRule", "events:EnableRule", "events:DisableRule")
def check_there(call: Call) -> None:
    name, bus = call.params.get("Name") or call.params["Rule"], _bus(call)
    if bus is not None and name not in bus.rules:
        message = f"Rule {name} does not exist on EventBus {bus.name}."
        raise AwsError("ResourceNotFoundException", message)


@supplement("events:ListRules")
def list_rules(call: Call, ask: Ask) -> dict[str, Any]:
    """By their names."""
    result = ask()
    result["Rules"] = sorted(result["Rules"], key=lambda each: each["Name"])
    return result


@supplement("events:TestEventPattern")
def test_event_pattern(call: Call, _ask: Ask) -> dict[str, Any]:
    pattern = _pattern(call.params["EventPattern"])
    try:
        event = json.loads(call.params["Event"])
    except ValueError as cause:
        raise invalid("Parameter Event is not valid.") from cause
    missing = [member for member in OF_EVENTS if not isinstance(event, dict) or member not in event]
    if missing:
        raise invalid(f"Parameter Event is not valid. Reason: missing {', '.join(missing)}.")
    if _is_beyond_moto(event):
        return {"Result": event_patterns.matches(pattern, event)}
    return {"Result": EventPattern.load(call.params["EventPattern"]).matches_event(event)}


def _is_beyond_moto(value: Any, in_list: bool = False) -> bool:
    """Its matcher does not look into objects in lists, and takes booleans for numbers."""
    if isinstance(value, dict):
        return in_list or any(_is_beyond_moto(member) for member in value.values())
    if isinstance(value, list):
        return any(_is_beyond_moto(item, True) for item in value)
    return isinstance(value, bool)
