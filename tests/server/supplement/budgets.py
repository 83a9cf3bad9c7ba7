"""AWS Budgets: the subscribers of notifications, which moto keeps and never shows."""

from __future__ import annotations

from typing import Any

from moto.budgets.models import Budget, Notification, budgets_backends

from supplement import Ask, supplement
from wire import AwsError, Call

PARTITION = "aws"


def budget(account: str, name: str) -> Budget:
    try:
        return budgets_backends[account][PARTITION].budgets[account][name]
    except KeyError as cause:
        message = f"Unable to get budget: {name} - the budget doesn't exist."
        raise AwsError("NotFoundException", message) from cause


@supplement("budgets:DescribeNotificationsForBudget")
def describe_notifications(call: Call, _ask: Ask) -> dict[str, Any]:
    found = budget(call.account, call.params["BudgetName"])
    shown = [{"ThresholdType": "PERCENTAGE", "NotificationState": "OK"} | n.details for n in found.notifications]
    return {"Notifications": shown}


@supplement("budgets:DescribeSubscribersForNotification")
def describe_subscribers(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"Subscribers": list(_notification(call).subscribers)}


@supplement("budgets:CreateSubscriber")
def create_subscriber(call: Call, _ask: Ask) -> dict[str, Any]:
    subscribers: Any = _notification(call).subscribers
    if call.params["Subscriber"] in subscribers:
        raise AwsError("DuplicateRecordException", "the subscriber already exists")
    subscribers.append(call.params["Subscriber"])
    return {}


@supplement("budgets:DeleteSubscriber")
def delete_subscriber(call: Call, _ask: Ask) -> dict[str, Any]:
    subscribers: Any = _notification(call).subscribers
    if call.params["Subscriber"] not in subscribers:
        raise AwsError("NotFoundException", "the subscriber doesn't exist")
    subscribers.remove(call.params["Subscriber"])
    return {}


def _notification(call: Call) -> Notification:
    wanted = _identity(call.params["Notification"])
    for candidate in budget(call.account, call.params["BudgetName"]).notifications:
        if _identity(candidate.details) == wanted:
            return candidate
    raise AwsError("NotFoundException", "Unable to get subscribers - the notification doesn't exist.")


def _identity(details: dict[str, Any]) -> tuple[Any, ...]:
    """What tells one notification of a budget from another."""
    return (
        details["NotificationType"],
        details["ComparisonOperator"],
        float(details["Threshold"]),
        details.get("ThresholdType", "PERCENTAGE"),
    )
