"""CloudWatch: rules that mute alarms for a while, which moto lacks. Whether one is at work just now, `plant` says."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow

from supplement import Ask, cloudwatch, supplement
from wire import AwsError, Call

SCHEDULED, EXPIRED = "SCHEDULED", "EXPIRED"

Rule = dict[str, Any]


def mute_rules(account: str, region: str) -> dict[str, Rule]:
    return cloudwatch.backend(account, region).__dict__.setdefault("audit_mute_rules", {})


def mute_rule(account: str, region: str, name: str) -> Rule:
    try:
        return mute_rules(account, region)[name]
    except KeyError as cause:
        raise AwsError("ResourceNotFoundException", f"Alarm mute rule {name} does not exist", 404) from cause


@supplement("cloudwatch:PutAlarmMuteRule")
def put_mute_rule(call: Call, _ask: Ask) -> dict[str, Any]:
    given, known = call.params, mute_rules(call.account, call.region)
    schedule = given["Rule"]["Schedule"]["Expression"]
    if not schedule.startswith(("cron(", "at(")):
        raise cloudwatch.invalid(f"Invalid schedule expression: {schedule}")
    members = ("Name", "Description", "Rule", "MuteTargets", "StartDate", "ExpireDate")
    known[given["Name"]] = {member: given[member] for member in members if member in given} | {
        "AlarmMuteRuleArn": f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm-mute-rule:{given['Name']}",
        "LastUpdatedTimestamp": utcnow(),
        "MuteType": "RECURRING" if schedule.startswith("cron(") else "ONE_TIME",
    }
    return {}


@supplement("cloudwatch:ListAlarmMuteRules")
def list_mute_rules(call: Call, _ask: Ask) -> dict[str, Any]:
    members = ("AlarmMuteRuleArn", "ExpireDate", "Status", "MuteType", "LastUpdatedTimestamp")
    alarm, statuses = call.params.get("AlarmName"), call.params.get("Statuses")
    shown = [_shown(rule) for _, rule in sorted(mute_rules(call.account, call.region).items())]
    found = [
        {member: rule[member] for member in members if member in rule}
        for rule in shown
        if alarm in (None, *(rule.get("MuteTargets") or {}).get("AlarmNames", []))
        and (not statuses or rule["Status"] in statuses)
    ]
    return {"AlarmMuteRuleSummaries": found}


@supplement("cloudwatch:GetAlarmMuteRule")
def get_mute_rule(call: Call, _ask: Ask) -> dict[str, Any]:
    return _shown(mute_rule(call.account, call.region, call.params["AlarmMuteRuleName"]))


@supplement("cloudwatch:DeleteAlarmMuteRule")
def delete_mute_rule(call: Call, _ask: Ask) -> dict[str, Any]:
    mute_rules(call.account, call.region).pop(call.params["AlarmMuteRuleName"], None)
    return {}


def _shown(rule: Rule) -> Rule:
    expires = rule.get("ExpireDate")
    expired = expires is not None and expires.replace(tzinfo=None) < utcnow()
    return {"Status": EXPIRED if expired else SCHEDULED} | rule
