"""Cost Explorer: anomaly monitors and who hears of them, which moto does not have. They belong to the account.

What AWS refuses and how is measured, where its reference is silent: a second monitor of a dimension is a
`ValidationException`, as are e-mails at once and topics by the day.
"""

from __future__ import annotations

import re
from typing import Any

from moto.ce.models import CostExplorerBackend, ce_backends
from moto.core.utils import utcnow

from drawn import unused, uuid_id
from supplement import Ask, guard, supplement
from wire import AwsError, Call

PARTITION = "aws"
ADDRESSES = {
    "EMAIL": re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    "SNS": re.compile(r"^arn:aws:sns:[a-z0-9-]+:\d{12}:.+$"),
}
MOST_CUSTOM_MONITORS = 500
MOST_SUBSCRIBERS = {"EMAIL": 10, "SNS": 1}
ABSOLUTE = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"

Item = dict[str, Any]


def backend(account: str) -> CostExplorerBackend:
    return ce_backends[account][PARTITION]


def monitors(account: str) -> dict[str, Item]:
    return backend(account).__dict__.setdefault("audit_monitors", {})


def subscriptions(account: str) -> dict[str, Item]:
    return backend(account).__dict__.setdefault("audit_subscriptions", {})


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def monitor(account: str, arn: str) -> Item:
    try:
        return monitors(account)[arn]
    except KeyError as cause:
        raise AwsError("UnknownMonitorException", f"Could not find any monitor with arn {arn}") from cause


def subscription(account: str, arn: str) -> Item:
    try:
        return subscriptions(account)[arn]
    except KeyError as cause:
        raise AwsError("UnknownSubscriptionException", f"Could not find any subscription with arn {arn}") from cause


def _now() -> str:
    return utcnow().strftime("%Y-%m-%dT%H:%M:%SZ")


def _arn(account: str, kind: str, name: str, known: dict[str, Item]) -> str:
    return unused(known, lambda number: f"arn:aws:ce::{account}:{kind}/{uuid_id(kind, name, number)}")


@supplement("ce:CreateAnomalyMonitor")
def create_anomaly_monitor(call: Call, ask: Ask) -> dict[str, Any]:
    given = call.params["AnomalyMonitor"]
    _check_monitor(call.account, given)
    arn = _arn(call.account, "anomalymonitor", given["MonitorName"], monitors(call.account))
    members = ("MonitorName", "MonitorType", "MonitorDimension", "MonitorSpecification")
    made = {member: given[member] for member in members if member in given}
    made |= {"MonitorArn": arn, "CreationDate": _now(), "LastUpdatedDate": _now(), "DimensionalValueCount": 0}
    monitors(call.account)[arn] = made
    _tag(call, ask, arn)
    return {"MonitorArn": arn}


def _check_monitor(account: str, given: Item) -> None:
    kind, dimension = given["MonitorType"], given.get("MonitorDimension")
    known = [m for m in monitors(account).values() if m["MonitorType"] == kind]
    if kind == "CUSTOM":
        if dimension or "MonitorSpecification" not in given:
            raise invalid("A custom monitor needs a MonitorSpecification, and no MonitorDimension")
        if len(known) >= MOST_CUSTOM_MONITORS:
            raise invalid("Limit exceeded on custom spend monitor creation")
        return
    if dimension is None:
        raise invalid("MonitorDimension must be specified for a dimensional monitor")
    if (dimension in ("TAG", "COST_CATEGORY")) != ("MonitorSpecification" in given):
        raise invalid("MonitorSpecification must be specified for the dimensions TAG and COST_CATEGORY only")
    if any(m["MonitorDimension"] == dimension for m in known):
        raise invalid("Limit exceeded on dimensional spend monitor creation")


@supplement("ce:UpdateAnomalyMonitor")
def update_anomaly_monitor(call: Call, _ask: Ask) -> dict[str, Any]:
    found = monitor(call.account, call.params["MonitorArn"])
    found["MonitorName"] = call.params.get("MonitorName", found["MonitorName"])
    found["LastUpdatedDate"] = _now()
    return {"MonitorArn": found["MonitorArn"]}


@supplement("ce:DeleteAnomalyMonitor")
def delete_anomaly_monitor(call: Call, _ask: Ask) -> dict[str, Any]:
    """Subscriptions go on without it."""
    arn = monitor(call.account, call.params["MonitorArn"])["MonitorArn"]
    del monitors(call.account)[arn]
    for each in subscriptions(call.account).values():
        each["MonitorArnList"] = [other for other in each["MonitorArnList"] if other != arn]
    backend(call.account).tagger.delete_all_tags_for_resource(arn)
    return {}


@supplement("ce:GetAnomalyMonitors")
def get_anomaly_monitors(call: Call, _ask: Ask) -> dict[str, Any]:
    wanted = call.params.get("MonitorArnList") or list(monitors(call.account))
    return {"AnomalyMonitors": [monitor(call.account, arn) for arn in wanted]}


@supplement("ce:CreateAnomalySubscription")
def create_anomaly_subscription(call: Call, ask: Ask) -> dict[str, Any]:
    made = _checked(call.account, call.params["AnomalySubscription"])
    arn = _arn(call.account, "anomalysubscription", made["SubscriptionName"], subscriptions(call.account))
    subscriptions(call.account)[arn] = made | {"SubscriptionArn": arn, "AccountId": call.account}
    _tag(call, ask, arn)
    return {"SubscriptionArn": arn}


@supplement("ce:UpdateAnomalySubscription")
def update_anomaly_subscription(call: Call, _ask: Ask) -> dict[str, Any]:
    """What is not given stays."""
    arn = call.params["SubscriptionArn"]
    before = subscription(call.account, arn)
    if "Threshold" in call.params or "ThresholdExpression" in call.params:
        before = {member: value for member, value in before.items() if not member.startswith("Threshold")}
    made = _checked(call.account, before | call.params)
    subscriptions(call.account)[arn] = made | {"SubscriptionArn": arn, "AccountId": call.account}
    return {"SubscriptionArn": arn}


def _checked(account: str, given: Item) -> Item:
    """The subscription that AWS makes of what is asked for."""
    arns, subscribers = given["MonitorArnList"], given["Subscribers"]
    if not arns:
        raise invalid("At least one monitor must be specified")
    for arn in arns:
        monitor(account, arn)
    _check_subscribers(subscribers, given["Frequency"])
    if given.get("Threshold") is None and not given.get("ThresholdExpression"):
        raise invalid("Threshold and ThresholdExpression cannot both be null")
    made = {
        "SubscriptionName": given["SubscriptionName"],
        "Frequency": given["Frequency"],
        "MonitorArnList": list(arns),
        "Subscribers": [{"Address": s["Address"], "Type": s["Type"], "Status": "CONFIRMED"} for s in subscribers],
    }
    return made | _threshold(given)


def _threshold(given: Item) -> Item:
    """A threshold in the old style is shown in the new one, too."""
    if given.get("ThresholdExpression"):
        shown = {"ThresholdExpression": given["ThresholdExpression"]}
        return shown | ({"Threshold": given["Threshold"]} if "Threshold" in given else {})
    dollars = {"Key": ABSOLUTE, "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": [str(given["Threshold"])]}
    return {"Threshold": given["Threshold"], "ThresholdExpression": {"Dimensions": dollars}}


def _check_subscribers(subscribers: list[dict[str, str]], frequency: str) -> None:
    if not subscribers:
        raise invalid("At least one subscriber must be specified")
    kinds = [subscriber["Type"] for subscriber in subscribers]
    if frequency == "IMMEDIATE" and "EMAIL" in kinds:
        raise invalid("Immediate frequencies only support SNSTopic subscriptions")
    if frequency != "IMMEDIATE" and "SNS" in kinds:
        raise invalid("Daily or weekly frequencies only support Email subscriptions")
    for kind, most in MOST_SUBSCRIBERS.items():
        if kinds.count(kind) > most:
            raise invalid(f"At most {most} {kind} subscribers can be specified")
    for subscriber in subscribers:
        if not ADDRESSES[subscriber["Type"]].match(subscriber["Address"]):
            raise invalid(f"Invalid subscriber address: {subscriber['Address']}")


@supplement("ce:DeleteAnomalySubscription")
def delete_anomaly_subscription(call: Call, _ask: Ask) -> dict[str, Any]:
    arn = subscription(call.account, call.params["SubscriptionArn"])["SubscriptionArn"]
    del subscriptions(call.account)[arn]
    backend(call.account).tagger.delete_all_tags_for_resource(arn)
    return {}


@supplement("ce:GetAnomalySubscriptions")
def get_anomaly_subscriptions(call: Call, _ask: Ask) -> dict[str, Any]:
    wanted = call.params.get("SubscriptionArnList") or list(subscriptions(call.account))
    found = [subscription(call.account, arn) for arn in wanted]
    of = call.params.get("MonitorArn")
    return {"AnomalySubscriptions": [each for each in found if of is None or of in each["MonitorArnList"]]}


def _tag(call: Call, ask: Ask, arn: str) -> None:
    tags = call.params.get("ResourceTags")
    if tags:
        ask({"ResourceArn": arn, "ResourceTags": tags}, "TagResource")


@guard("ce:TagResource", "ce:UntagResource", "ce:ListTagsForResource")
def check_tagged(call: Call) -> None:
    arn = call.params["ResourceArn"]
    known = {**monitors(call.account), **subscriptions(call.account), **backend(call.account).cost_categories}
    if arn not in known:
        raise AwsError("ResourceNotFoundException", f"Resource not found: {arn}")
