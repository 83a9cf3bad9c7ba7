"""CloudWatch: composite alarms, alarm types, the fields of alarms that moto drops, and what an update leaves alone."""

from __future__ import annotations

import re
from typing import Any

from botocore import xform_name
from moto.cloudwatch.models import Alarm, CloudWatchBackend, cloudwatch_backends

from supplement import Ask, guard, supplement
from wire import AwsError, Call

SUPPRESSION = ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
# What moto demands of every alarm and a composite one has not.
OF_METRICS = (
    "namespace",
    "metric_name",
    "comparison_operator",
    "evaluation_periods",
    "period",
    "threshold",
    "statistic",
)
METRIC, COMPOSITE = "MetricAlarm", "CompositeAlarm"
# What a new alarm is until its first evaluation, about a minute later.
UNEVALUATED = "INSUFFICIENT_DATA"
SHORT_PERIODS = (10, 20, 30)
CHILD = re.compile(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*["']?([^"')]+?)["']?\s*\)""")
RULE = re.compile(r"""^(?:\s|[()]|AND|OR|NOT|TRUE|FALSE)*$""", re.IGNORECASE)
STATE = ("state_value", "state_reason", "state_reason_data", "state_updated_timestamp")


def backend(account: str, region: str) -> CloudWatchBackend:
    return cloudwatch_backends[account][region]


def alarm(account: str, region: str, name: str) -> Alarm:
    return backend(account, region).alarms[name]


def invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message)


@guard("cloudwatch:PutMetricAlarm")
def check_metric_alarm(call: Call) -> None:
    given = call.params
    if "Metrics" not in given and ("Statistic" in given) == ("ExtendedStatistic" in given):
        raise invalid("Exactly one of Statistic and ExtendedStatistic must be specified")
    if "Metrics" in given and ("MetricName" in given or "Period" in given):
        raise invalid("Metrics list must be empty when MetricName or Period is specified")
    if ("Threshold" in given) == ("ThresholdMetricId" in given):
        raise invalid("Exactly one of Threshold and ThresholdMetricId must be specified")
    periods = given.get("EvaluationPeriods", 1)
    if given.get("DatapointsToAlarm", periods) > periods:
        raise invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
    period = given.get("Period", 60)
    if period not in SHORT_PERIODS and period % 60:
        raise invalid(f"Period must be 10, 20, 30 or a multiple of 60: {period}")
    if given.get("TreatMissingData", "missing") not in ("breaching", "notBreaching", "ignore", "missing"):
        raise invalid(f"Value '{given['TreatMissingData']}' at 'treatMissingData' failed to satisfy constraint")


@guard("cloudwatch:PutMetricAlarm", "cloudwatch:PutCompositeAlarm")
def check_actions(call: Call) -> None:
    for member in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for arn in call.params.get(member) or []:
            if not arn.startswith("arn:"):
                raise invalid(f"Invalid arn syntax: {arn}")


@guard("cloudwatch:PutCompositeAlarm")
def check_rule(call: Call) -> None:
    rule = call.params["AlarmRule"]
    if not RULE.match(CHILD.sub("TRUE", rule)) or rule.count("(") != rule.count(")"):
        raise invalid(f"AlarmRule contains invalid syntax: {rule}")
    known = backend(call.account, call.region).alarms
    missing = sorted(children(rule) - set(known))
    if missing:
        names = ", ".join(missing)
        raise invalid(f"Could not save the composite alarm as alarms [{names}] in the alarm rule do not exist")


def children(rule: str) -> set[str]:
    """The alarms that a rule names, by name or ARN."""
    return {name.split(":alarm:", 1)[-1] for name in CHILD.findall(rule)}


@guard("cloudwatch:DeleteAlarms")
def check_unused(call: Call) -> None:
    """An alarm that a composite one names stays; names that do not exist are no error."""
    doomed, known = set(call.params["AlarmNames"]), backend(call.account, call.region).alarms
    if sum(1 for name in doomed if name in known and known[name].rule) > 1:
        raise invalid("Cannot delete more than one composite alarm at once")
    composites = [found for found in list(known.values()) if found.rule and found.name not in doomed]
    used = sorted(name for name in doomed if any(name in children(str(c.rule)) for c in composites))
    if used:
        whom = "it" if len(used) == 1 else "them"
        raise invalid(f"Cannot delete {','.join(used)} as there are composite alarm(s) depending on {whom}.")


@supplement("cloudwatch:DeleteAlarms")
def delete_alarms(call: Call, ask: Ask) -> dict[str, Any]:
    """Tags die with an alarm; moto would give them to the next of that name."""
    owner = backend(call.account, call.region)
    doomed = [owner.alarms[name] for name in call.params["AlarmNames"] if name in owner.alarms]
    result = ask()
    for gone in doomed:
        owner.tagger.delete_all_tags_for_resource(gone.alarm_arn)
    return result


def settle(known: Alarm | None, stored: Alarm, tagger: Any, tags: dict[str, str]) -> None:
    """What AWS leaves alone when an alarm is put again: its state and its tags."""
    if known is None:
        stored.state_value = UNEVALUATED
        return
    for attribute in STATE:
        setattr(stored, attribute, getattr(known, attribute))
    tagger.delete_all_tags_for_resource(stored.alarm_arn)
    tagger.tag_resource(stored.alarm_arn, tagger.convert_dict_to_tags_input(tags))


@supplement("cloudwatch:PutMetricAlarm")
def put_metric_alarm(call: Call, ask: Ask) -> dict[str, Any]:
    owner, name = backend(call.account, call.region), call.params["AlarmName"]
    known = owner.alarms.get(name)
    tags = owner.tagger.get_tag_dict_for_resource(known.alarm_arn) if known else {}
    result = ask()
    stored = owner.alarms[name]
    settle(known, stored, owner.tagger, tags)
    for query, given in zip(stored.metric_data_queries, call.params.get("Metrics") or [], strict=False):
        query.account_id = given.get("AccountId")  # type: ignore[attr-defined]
    return result


@supplement("cloudwatch:PutCompositeAlarm")
def put_composite_alarm(call: Call, _ask: Ask) -> dict[str, Any]:
    given, owner = call.params, backend(call.account, call.region)
    known = owner.alarms.get(given["AlarmName"])
    tags = owner.tagger.get_tag_dict_for_resource(known.alarm_arn) if known else {}
    stored = owner.put_metric_alarm(
        name=given["AlarmName"],
        rule=given["AlarmRule"],
        description=given.get("AlarmDescription"),
        actions_enabled=given.get("ActionsEnabled", True),
        alarm_actions=given.get("AlarmActions") or [],
        ok_actions=given.get("OKActions") or [],
        insufficient_data_actions=given.get("InsufficientDataActions") or [],
        tags=given.get("Tags") or [],
        dimensions=[],
        **dict.fromkeys(OF_METRICS),  # type: ignore[arg-type]
    )
    settle(known, stored, owner.tagger, tags)
    for member in SUPPRESSION:
        setattr(stored, xform_name(member), given.get(member))
    return {}


@guard("cloudwatch:ListTagsForResource")
def check_alarm(call: Call) -> None:
    _, found, name = call.params["ResourceARN"].partition(":alarm:")
    if found and name not in backend(call.account, call.region).alarms:
        raise AwsError("ResourceNotFoundException", f"Alarm {name} does not exist", 404)


@supplement("cloudwatch:DescribeAlarms")
def describe_alarms(call: Call, ask: Ask) -> dict[str, Any]:
    """As AWS: metric alarms only, unless asked for composite ones, too."""
    result = ask()
    types = call.params.get("AlarmTypes") or [METRIC]
    shown = {
        "CompositeAlarms": result.get("CompositeAlarms") or [] if COMPOSITE in types else [],
        "MetricAlarms": result.get("MetricAlarms") or [] if METRIC in types else [],
    }
    for item in shown["CompositeAlarms"] + shown["MetricAlarms"]:
        item.setdefault("StateTransitionedTimestamp", item.get("StateUpdatedTimestamp"))
    return shown
