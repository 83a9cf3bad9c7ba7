"""SNS: subscriptions that wait for a person. Moto confirms every one at once."""

from __future__ import annotations

from typing import Any

from moto.sns.models import SNSBackend, Subscription, sns_backends

from supplement import Ask, supplement
from wire import AwsError, Call

# These answer a confirmation request themselves, or never; the others are confirmed by AWS at once.
ASKED_FIRST = ("email", "email-json", "http", "https")
CONFIRMED, PENDING, DELETED = "confirmed", "pending", "deleted"
SHOWN_ARN = {PENDING: "PendingConfirmation", DELETED: "Deleted"}


def backend(account: str, region: str) -> SNSBackend:
    return sns_backends[account][region]


def state_of(subscription: Subscription) -> str:
    return getattr(subscription, "audit_state", CONFIRMED)


def set_state(subscription: Subscription, state: str) -> None:
    subscription.audit_state = state  # type: ignore[attr-defined]
    subscription.attributes["PendingConfirmation"] = state == PENDING


@supplement("sns:Subscribe")
def subscribe(call: Call, ask: Ask) -> dict[str, Any]:
    arn = ask()["SubscriptionArn"]
    subscription = backend(call.account, call.region).subscriptions[arn]
    if subscription.protocol in ASKED_FIRST and not hasattr(subscription, "audit_state"):
        set_state(subscription, PENDING)
    if state_of(subscription) == PENDING and not call.params.get("ReturnSubscriptionArn"):
        return {"SubscriptionArn": "pending confirmation"}
    return {"SubscriptionArn": arn}


@supplement("sns:ListSubscriptions", "sns:ListSubscriptionsByTopic")
def list_subscriptions(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    known = backend(call.account, call.region).subscriptions
    for item in result["Subscriptions"]:
        subscription = known.get(item["SubscriptionArn"])
        if subscription is not None:
            item["SubscriptionArn"] = SHOWN_ARN.get(state_of(subscription), subscription.arn)
    return result


@supplement("sns:GetSubscriptionAttributes")
def get_subscription_attributes(call: Call, ask: Ask) -> dict[str, Any]:
    arn = call.params.get("SubscriptionArn", "")
    if not arn.startswith("arn:"):
        reason = f"An ARN must have at least 6 elements, not {len(arn.split(':'))}"
        raise AwsError("InvalidParameter", f"Invalid parameter: SubscriptionArn Reason: {reason}")
    return ask()


@supplement("sns:GetTopicAttributes")
def get_topic_attributes(call: Call, ask: Ask) -> dict[str, Any]:
    result = ask()
    arn = call.params["TopicArn"]
    states = [
        state_of(s) for s in backend(call.account, call.region).subscriptions.values() if s.topic_arn == arn
    ]
    attributes = result["Attributes"]
    attributes["SubscriptionsConfirmed"] = str(states.count(CONFIRMED))
    attributes["SubscriptionsPending"] = str(states.count(PENDING))
    attributes["SubscriptionsDeleted"] = str(states.count(DELETED))
    return {"Attributes": {k: v for k, v in attributes.items() if v}}
