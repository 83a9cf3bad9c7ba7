"""CloudWatch: composite alarms, alarm types, and the fields of alarms that moto drops."""

from __future__ import annotations

from typing import Any

from botocore import xform_name
from moto.cloudwatch.models import Alarm, CloudWatchBackend, cloudwatch_backends

from supplement import Ask, supplement
from wire import Call

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


def backend(account: str, region: str) -> CloudWatchBackend:
    return cloudwatch_backends[account][region]


def alarm(account: str, region: str, name: str) -> Alarm:
    return backend(account, region).alarms[name]


@supplement("cloudwatch:PutMetricAlarm")
def put_metric_alarm(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    stored = alarm(call.account, call.region, call.params["AlarmName"])
    for query, given in zip(stored.metric_data_queries, call.params.get("Metrics") or [], strict=False):
        query.account_id = given.get("AccountId")  # type: ignore[attr-defined]
    return result


@supplement("cloudwatch:PutCompositeAlarm")
def put_composite_alarm(call: Call, _ask: Ask) -> dict[str, Any]:
    given = call.params
    stored = backend(call.account, call.region).put_metric_alarm(
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
    for member in SUPPRESSION:
        setattr(stored, xform_name(member), given.get(member))
    return {}


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
