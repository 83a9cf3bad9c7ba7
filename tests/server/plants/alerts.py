"""States along the alert path: subscriptions, alarms, rules, budgets, anomalies, and AWS's own messengers."""

from __future__ import annotations

from typing import Any

from plants import Request, Unknown, kind, moment, when
from supplement import budgets, ce, chatbot, cloudwatch, events, mute_rules, notifications, sns


@kind
def subscription(account: str, region: str, request: Request) -> None:
    """`state` confirmed | pending | deleted, of `arn`, or of all with this `topic` (name) and, if given, `endpoint`."""
    hits = [
        s
        for s in sns.backend(account, region).subscriptions.values()
        if s.arn == request.get("arn")
        or (s.topic.name == request.get("topic") and s.endpoint == request.get("endpoint", s.endpoint))
    ]
    if not hits:
        raise Unknown(f"no subscription {request}")
    for hit in hits:
        sns.set_state(hit, request["state"])


@kind
def alarm(account: str, region: str, request: Request) -> None:
    """`value` OK | ALARM | INSUFFICIENT_DATA of alarm `name`, since `at` or `minutes_ago`."""
    subject = cloudwatch.alarm(account, region, request["name"])
    subject.update_state(request.get("reason", "planted"), "{}", request.get("value", subject.state_value))
    subject.state_updated_timestamp = when(request)


@kind
def mute_rule(account: str, region: str, request: Request) -> None:
    """`status` SCHEDULED | ACTIVE | EXPIRED of alarm mute rule `name`."""
    mute_rules.mute_rule(account, region, request["name"])["Status"] = request["status"]


@kind
def event_rule(account: str, region: str, request: Request) -> None:
    """The service by which EventBridge rule `name` (of `bus`) is `managed_by`; null: by nobody."""
    found: Any = events.rule(account, region, request["name"], request.get("bus", events.DEFAULT_BUS))
    if found is None:
        raise Unknown(f"no rule {request}")
    found.managed_by = request["managed_by"]


@kind
def budget(account: str, _region: str, request: Request) -> None:
    """`actual` and `forecast` spend of budget `name`, in dollars; a null forecast is left out, as AWS does."""
    spend = {"ActualSpend": {"Amount": str(request.get("actual", 0)), "Unit": "USD"}}
    if request.get("forecast") is not None:
        spend["ForecastedSpend"] = {"Amount": str(request["forecast"]), "Unit": "USD"}
    budgets.budget(account, request["name"]).budget["CalculatedSpend"] = spend


@kind
def anomaly_monitor(account: str, _region: str, request: Request) -> None:
    """How many `values` cost anomaly monitor `name` watches, and when it last `evaluated` (a moment)."""
    [found] = [each for each in ce.monitors(account).values() if each["MonitorName"] == request["name"]]
    found["DimensionalValueCount"] = request.get("values", found["DimensionalValueCount"])
    evaluated = moment(request.get("evaluated"))
    if evaluated is not None:
        found["LastEvaluatedDate"] = evaluated.strftime("%Y-%m-%dT%H:%M:%SZ")


@kind
def anomaly_subscriber(account: str, _region: str, request: Request) -> None:
    """`status` CONFIRMED | DECLINED of the `address` in cost anomaly subscription `name`."""
    [found] = [each for each in ce.subscriptions(account).values() if each["SubscriptionName"] == request["name"]]
    for subscriber in found["Subscribers"]:
        if subscriber["Address"] == request["address"]:
            subscriber["Status"] = request["status"]


@kind
def chatbot_workspace(account: str, _region: str, request: Request) -> None:
    """A person authorizes the Slack workspace `team` (its id) with a `name`, or takes that back: `authorized` false."""
    if request.get("authorized", True):
        chatbot.workspaces[account][request["team"]] = request.get("name", request["team"])
    else:
        chatbot.workspaces[account].pop(request["team"], None)


@kind
def notification_rule(account: str, _region: str, request: Request) -> None:
    """`status` ACTIVE | INACTIVE ... with its `reason`, in `place` (a region), of the rules of configuration `name`."""
    known = notifications.accounts[account]
    [of] = [found["arn"] for found in known.configurations.values() if found["name"] == request["name"]]
    for rule in known.rules.values():
        if rule["notificationConfigurationArn"] == of:
            state = {"status": request["status"], "reason": request.get("reason", "")}
            rule["statusSummaryByRegion"][request["place"]] = state


@kind
def managed_notification(account: str, _region: str, request: Request) -> None:
    """Who hears what AWS Health itself tells: `channels` (contacts and ARNs) of `category`, or of all four."""
    known = notifications.accounts[account].managed
    for name in [request["category"]] if "category" in request else known:
        known[name] = list(request["channels"])
