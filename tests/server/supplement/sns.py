"""SNS: subscriptions that wait for a person, which moto confirms at once, and parameters that AWS reads first."""

from __future__ import annotations

import re
from typing import Any

from moto.sns.models import SNSBackend, Subscription, Topic, sns_backends

import policies
from supplement import Ask, guard, supplement
from wire import AwsError, Call

# These answer a confirmation request themselves, or never; the others are confirmed by AWS at once.
ASKED_FIRST = ("email", "email-json", "http", "https")
CONFIRMED, PENDING, DELETED = "confirmed", "pending", "deleted"
SHOWN_ARN = {PENDING: "PendingConfirmation", DELETED: "Deleted"}

PROTOCOLS = ("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")
# What an endpoint looks like; the others are taken as they come.
ENDPOINTS = {
    "email": re.compile(r"^[^@\s]+@[^@\s]+$"),
    "email-json": re.compile(r"^[^@\s]+@[^@\s]+$"),
    "http": re.compile(r"^http://"),
    "https": re.compile(r"^https://"),
    "lambda": re.compile(r"^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:.+"),
    "sqs": re.compile(r"^arn:aws:sqs:[a-z0-9-]+:\d{12}:.+"),
}
# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
IN_SCOPE = {
    "addpermission",
    "deletetopic",
    "getdataprotectionpolicy",
    "gettopicattributes",
    "listsubscriptionsbytopic",
    "listtagsforresource",
    "publish",
    "putdataprotectionpolicy",
    "receive",
    "removepermission",
    "settopicattributes",
    "subscribe",
}


def backend(account: str, region: str) -> SNSBackend:
    return sns_backends[account][region]


def topic(account: str, arn: str) -> Topic | None:
    """A topic of any region of the account, if it is there."""
    region = arn.split(":")[3] if arn.count(":") == 5 else ""
    return backend(account, region).topics.get(arn) if region in sns_backends[account] else None


def invalid(what: str) -> AwsError:
    return AwsError("InvalidParameter", f"Invalid parameter: {what}")


@guard("sns:CreateTopic")
def check_same(call: Call) -> None:
    """A topic that is there already is the answer, unless other tags or attributes are asked of it."""
    arn = f"arn:aws:sns:{call.region}:{call.account}:{call.params['Name']}"
    known = topic(call.account, arn)
    _check_policy(arn, (call.params.get("Attributes") or {}).get("Policy"))
    if known is None:
        return
    tags = {tag["Key"]: tag["Value"] for tag in call.params.get("Tags") or []}
    if tags and tags != known._tags:  # noqa: SLF001
        raise invalid("Tags Reason: Topic already exists with different tags")
    for name, value in (call.params.get("Attributes") or {}).items():
        if name == "DisplayName" and value != known.display_name:
            raise invalid("Attributes Reason: Topic already exists with different attributes")


@guard("sns:SetTopicAttributes")
def check_attribute(call: Call) -> None:
    if call.params["AttributeName"] == "Policy":
        _check_policy(call.params["TopicArn"], call.params.get("AttributeValue"))


def _check_policy(arn: str, text: str | None) -> None:
    """Each action by its own name: AWS refuses `SNS:*`."""
    if not text:
        return
    try:
        found = policies.statements(text)
    except (ValueError, AttributeError) as cause:
        raise invalid("Policy Error: null") from cause
    for statement in found:
        for action in policies.listed(statement.get("Action")):
            prefix, _, name = action.lower().partition(":")
            if prefix != "sns" or name not in IN_SCOPE:
                raise invalid("Policy statement action out of service scope!")
        if any(resource != arn for resource in policies.listed(statement.get("Resource"))):
            raise invalid("Policy statement resource is not this topic")


@guard("sns:Subscribe")
def check_endpoint(call: Call) -> None:
    protocol, endpoint = call.params["Protocol"], call.params.get("Endpoint") or ""
    if protocol not in PROTOCOLS:
        raise invalid(f"Does not support this protocol string: {protocol}")
    shape = ENDPOINTS.get(protocol)
    if shape is not None and not shape.match(endpoint):
        raise invalid("Email address" if protocol.startswith("email") else "Endpoint")


@guard("sns:Unsubscribe")
def check_confirmed(call: Call) -> None:
    """What waits for its person stays until that person answers, or two days have passed."""
    arn = call.params["SubscriptionArn"]
    if not arn.startswith("arn:"):
        raise invalid(f"SubscriptionArn Reason: {arn} does not start with arn")
    subscription = backend(call.account, call.region).subscriptions.get(arn)
    if subscription is not None and state_of(subscription) == PENDING:
        raise invalid("SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation")


def state_of(subscription: Subscription) -> str:
    return getattr(subscription, "audit_state", CONFIRMED)


def set_state(subscription: Subscription, state: str) -> None:
    subscription.audit_state = state  # type: ignore[attr-defined]
    subscription.attributes["PendingConfirmation"] = state == PENDING


@supplement("sns:Subscribe")
def subscribe(call: Call, ask: Ask) -> dict[str, Any]:
    arn = ask()["SubscriptionArn"]
    subscription = backend(call.account, call.region).subscriptions[arn]
    if not hasattr(subscription, "audit_state") or state_of(subscription) == DELETED:
        set_state(subscription, PENDING if subscription.protocol in ASKED_FIRST else CONFIRMED)
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
