"""AWS Budgets: subscribers and tags, which moto never shows, updates, and the limits of notifications."""

from __future__ import annotations

from typing import Any

from moto.budgets.models import Budget, Notification, budgets_backends
from moto.core.utils import unix_time

from supplement import Ask, guard, supplement
from wire import AwsError, Call

PARTITION = "aws"
MOST_SUBSCRIBERS = {"EMAIL": 10, "SNS": 1}
MOST_NOTIFICATIONS = 10


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


@guard("budgets:CreateBudget")
def check_new_budget(call: Call) -> None:
    wanted = call.params.get("NotificationsWithSubscribers") or []
    if len(wanted) > MOST_NOTIFICATIONS:
        raise AwsError("CreationLimitExceededException", f"at most {MOST_NOTIFICATIONS} notifications for a budget")
    identities = [_identity(item["Notification"]) for item in wanted]
    if len(set(identities)) < len(identities):
        raise AwsError("DuplicateRecordException", "Error creating budget: duplicate notifications.")
    for item in wanted:
        _check_subscribers(item["Subscribers"])


@supplement("budgets:CreateBudget")
def create_budget(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    made = budget(call.account, call.params["Budget"]["BudgetName"])
    made.audit_tags = call.params.get("ResourceTags") or []  # type: ignore[attr-defined]
    return result


@supplement("budgets:UpdateBudget")
def update_budget(call: Call, _ask: Ask) -> dict[str, Any]:
    """The whole budget anew, but for its notifications and, unless given, its period; nothing is spent yet."""
    new = call.params["NewBudget"]
    found = budget(call.account, new["BudgetName"])
    period = {edge: unix_time(time) for edge, time in new.get("TimePeriod", {}).items()}
    period = found.budget["TimePeriod"] | period
    found.budget = new | {"TimePeriod": period, "LastUpdatedTime": unix_time()}
    return {}


@guard("budgets:CreateNotification")
def check_new_notification(call: Call) -> None:
    found = budget(call.account, call.params["BudgetName"])
    known = [_identity(n.details) for n in found.notifications]
    if _identity(call.params["Notification"]) in known:
        raise AwsError("DuplicateRecordException", "Error creating notification - the notification already exists.")
    if len(known) >= MOST_NOTIFICATIONS:
        raise AwsError("CreationLimitExceededException", f"at most {MOST_NOTIFICATIONS} notifications for a budget")
    _check_subscribers(call.params["Subscribers"])


@supplement("budgets:DeleteNotification")
def delete_notification(call: Call, _ask: Ask) -> dict[str, Any]:
    found = budget(call.account, call.params["BudgetName"])
    found.notifications.remove(_notification(call))
    return {}


@supplement("budgets:UpdateNotification")
def update_notification(call: Call, _ask: Ask) -> dict[str, Any]:
    new, subject = call.params["NewNotification"], _notification(call, "OldNotification")
    others = [n for n in budget(call.account, call.params["BudgetName"]).notifications if n is not subject]
    if _identity(new) in [_identity(n.details) for n in others]:
        raise AwsError("DuplicateRecordException", "Error updating notification - the notification already exists.")
    subject.details = new
    return {}


@supplement("budgets:CreateSubscriber")
def create_subscriber(call: Call, _ask: Ask) -> dict[str, Any]:
    subscribers: Any = _notification(call).subscribers
    if call.params["Subscriber"] in subscribers:
        raise AwsError("DuplicateRecordException", "Error creating subscriber - the subscriber already exists.")
    _check_subscribers([*subscribers, call.params["Subscriber"]])
    subscribers.append(call.params["Subscriber"])
    return {}


@supplement("budgets:DeleteSubscriber")
def delete_subscriber(call: Call, _ask: Ask) -> dict[str, Any]:
    """With its last subscriber a notification goes, too."""
    subject = _notification(call)
    subscribers: Any = subject.subscribers
    if call.params["Subscriber"] not in subscribers:
        raise AwsError("NotFoundException", "Unable to delete subscriber - the subscriber doesn't exist.")
    subscribers.remove(call.params["Subscriber"])
    if not subscribers:
        budget(call.account, call.params["BudgetName"]).notifications.remove(subject)
    return {}


@supplement("budgets:ListTagsForResource")
def list_tags(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"ResourceTags": getattr(_tagged(call), "audit_tags", [])}


@supplement("budgets:TagResource")
def tag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    subject: Any = _tagged(call)
    new = call.params["ResourceTags"]
    kept = [tag for tag in getattr(subject, "audit_tags", []) if tag["Key"] not in [n["Key"] for n in new]]
    subject.audit_tags = kept + new
    return {}


@supplement("budgets:UntagResource")
def untag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    subject: Any = _tagged(call)
    gone = call.params["ResourceTagKeys"]
    subject.audit_tags = [tag for tag in getattr(subject, "audit_tags", []) if tag["Key"] not in gone]
    return {}


def _tagged(call: Call) -> Budget:
    """`arn:aws:budgets::111111111111:budget/monthly`."""
    return budget(call.account, call.params["ResourceARN"].split(":budget/", 1)[-1])


def _check_subscribers(subscribers: list[dict[str, str]]) -> None:
    if not subscribers:
        raise AwsError("InvalidParameterException", "a notification needs at least one subscriber")
    for kind, most in MOST_SUBSCRIBERS.items():
        if sum(1 for s in subscribers if s["SubscriptionType"] == kind) > most:
            raise AwsError("CreationLimitExceededException", f"at most {most} {kind} subscribers for a notification")
    if len({(s["SubscriptionType"], s["Address"]) for s in subscribers}) < len(subscribers):
        raise AwsError("DuplicateRecordException", "the subscriber already exists")


def _notification(call: Call, member: str = "Notification") -> Notification:
    wanted = _identity(call.params[member])
    for candidate in budget(call.account, call.params["BudgetName"]).notifications:
        if _identity(candidate.details) == wanted:
            return candidate
    raise AwsError("NotFoundException", "Unable to find the notification - the notification doesn't exist.")


def _identity(details: dict[str, Any]) -> tuple[Any, ...]:
    """What tells one notification of a budget from another."""
    return (
        details["NotificationType"],
        details["ComparisonOperator"],
        float(details["Threshold"]),
        details.get("ThresholdType", "PERCENTAGE"),
    )
