"""AWS User Notifications, which moto does not have at all: what of an account is told to whom without rules of its own.

Configurations belong to the account. Those that AWS manages are there from the start, and tell the account's contacts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from moto.core.utils import utcnow
from moto.events.models import events_backends

from drawn import unused, word_id
from supplement import Ask, supplement
from wire import AwsError, Call

CATEGORY = "AWS-Health"
SUBCATEGORIES = ("Account-Specific-Issues", "Billing", "Health-Operations", "Security")
CONTACTS = (
    "ACCOUNT_PRIMARY",
    "ACCOUNT_ALTERNATE_BILLING",
    "ACCOUNT_ALTERNATE_OPERATIONS",
    "ACCOUNT_ALTERNATE_SECURITY",
)
KINDS = {"chatbot": "CHATBOT", "consoleapp": "MOBILE", "notifications-contacts": "EMAIL"}
MANAGER = "notifications.amazonaws.com"
ACTIVE = "ACTIVE"
MOST_HUBS = 3
ID_LENGTH = 27

Item = dict[str, Any]


@dataclass
class Account:
    """What an account has of it; channels by the ARN of a configuration."""

    configurations: dict[str, Item] = field(default_factory=dict)
    rules: dict[str, Item] = field(default_factory=dict)
    channels: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    hubs: dict[str, Item] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    managed: dict[str, list[str]] = field(default_factory=lambda: {name: [CONTACTS[0]] for name in SUBCATEGORIES})
    """Who hears what AWS itself tells, by its sub-category."""


accounts: dict[str, Account] = defaultdict(Account)


def not_found(arn: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Resource {arn} does not exist.", 404)


def _configuration(call: Call, member: str = "notificationConfigurationArn") -> Item:
    arn = call.params[member]
    found = accounts[call.account].configurations.get(arn)
    if found is None:
        raise not_found(arn)
    return found


def _status(account: Account, arn: str) -> str:
    """Of a configuration, from its rules in all their regions; one without rules can tell whatever it will be given."""
    rules = [rule for rule in account.rules.values() if rule["notificationConfigurationArn"] == arn]
    states = {of["status"] for rule in rules for of in rule["statusSummaryByRegion"].values()}
    if states <= {ACTIVE}:
        return ACTIVE
    return "PARTIALLY_ACTIVE" if ACTIVE in states else "INACTIVE"


def _shown(account: Account, found: Item) -> Item:
    return found | {"status": _status(account, found["arn"])}


@supplement("notifications:CreateNotificationConfiguration")
def create_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    given, account = call.params, accounts[call.account]
    if given["name"] in [known["name"] for known in account.configurations.values()]:
        raise AwsError("ConflictException", f"A notification configuration {given['name']} already exists.", 409)
    drawn = word_id("configuration", given["name"], length=ID_LENGTH)
    arn = f"arn:aws:notifications::{call.account}:configuration/{drawn}"
    account.configurations[arn] = {
        "arn": arn,
        "name": given["name"],
        "description": given["description"],
        "creationTime": utcnow(),
        "aggregationDuration": given.get("aggregationDuration", "NONE"),
        "subtype": "ACCOUNT",
    }
    account.tags[arn] = dict(given.get("tags") or {})
    return {"arn": arn, "status": _status(account, arn)}


@supplement("notifications:GetNotificationConfiguration")
def get_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    return _shown(accounts[call.account], _configuration(call, "arn"))


@supplement("notifications:ListNotificationConfigurations")
def list_configurations(call: Call, _ask: Ask) -> dict[str, Any]:
    """The newest first."""
    account, given = accounts[call.account], call.params
    shown = [_shown(account, found) for found in reversed(account.configurations.values())]

    def wanted(found: Item) -> bool:
        sources = [r["source"] for r in account.rules.values() if r["notificationConfigurationArn"] == found["arn"]]
        return (
            given.get("status") in (None, found["status"])
            and given.get("subtype") in (None, found["subtype"])
            and ("channelArn" not in given or given["channelArn"] in account.channels[found["arn"]])
            and ("eventRuleSource" not in given or given["eventRuleSource"] in sources)
        )

    return {"notificationConfigurations": [found for found in shown if wanted(found)]}


@supplement("notifications:UpdateNotificationConfiguration")
def update_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    found = _configuration(call, "arn")
    members = ("name", "description", "aggregationDuration")
    found |= {member: call.params[member] for member in members if member in call.params}
    return {"arn": found["arn"]}


@supplement("notifications:DeleteNotificationConfiguration")
def delete_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    """Its rules go with it."""
    arn, account = _configuration(call, "arn")["arn"], accounts[call.account]
    for rule in [rule for rule in account.rules.values() if rule["notificationConfigurationArn"] == arn]:
        _forget(call.account, rule)
    del account.configurations[arn]
    account.channels.pop(arn, None)
    account.tags.pop(arn, None)
    return {}


@supplement("notifications:CreateEventRule")
def create_event_rule(call: Call, _ask: Ask) -> dict[str, Any]:
    """In each of its regions the service makes a rule of EventBridge, which it manages itself."""
    given, of = call.params, _configuration(call)["arn"]
    known, kind = accounts[call.account].rules, (of.rsplit("/", 1)[-1], given["source"], given["eventType"])
    arn = unused(known, lambda number: f"{of}/rule/{word_id(*kind, number, length=ID_LENGTH)}")
    name = f"AWSUserNotificationsManagedRule-{arn.rsplit('/', 1)[-1][:7]}"
    made = {
        "arn": arn,
        "notificationConfigurationArn": of,
        "creationTime": utcnow(),
        "source": given["source"],
        "eventType": given["eventType"],
        "eventPattern": given.get("eventPattern", ""),
        "regions": given["regions"],
        "managedRules": [f"arn:aws:events:{region}:{call.account}:rule/{name}" for region in given["regions"]],
        "statusSummaryByRegion": {region: {"status": ACTIVE, "reason": ""} for region in given["regions"]},
    }
    for region in given["regions"]:
        pattern = f'{{"source":["{given["source"]}"],"detail-type":["{given["eventType"]}"]}}'
        events_backends[call.account][region].put_rule(name, event_pattern=pattern, managed_by=MANAGER)
    known[arn] = made
    return {member: made[member] for member in ("arn", "notificationConfigurationArn", "statusSummaryByRegion")}


@supplement("notifications:ListEventRules")
def list_event_rules(call: Call, _ask: Ask) -> dict[str, Any]:
    of = _configuration(call)["arn"]
    rules = reversed(accounts[call.account].rules.values())
    return {"eventRules": [rule for rule in rules if rule["notificationConfigurationArn"] == of]}


@supplement("notifications:GetEventRule")
def get_event_rule(call: Call, _ask: Ask) -> dict[str, Any]:
    return _rule(call)


@supplement("notifications:DeleteEventRule")
def delete_event_rule(call: Call, _ask: Ask) -> dict[str, Any]:
    _forget(call.account, _rule(call))
    return {}


def _rule(call: Call) -> Item:
    arn = call.params["arn"]
    found = accounts[call.account].rules.get(arn)
    if found is None:
        raise not_found(arn)
    return found


def _forget(account: str, rule: Item) -> None:
    del accounts[account].rules[rule["arn"]]
    for arn in rule["managedRules"]:
        events_backends[account][arn.split(":")[3]].delete_rule(arn.rsplit("/", 1)[-1], None)


@supplement("notifications:AssociateChannel")
def associate_channel(call: Call, _ask: Ask) -> dict[str, Any]:
    of, channel = _configuration(call)["arn"], call.params["arn"]
    known = accounts[call.account].channels[of]
    if channel in known:
        raise AwsError("ConflictException", f"Channel {channel} is already associated.", 409)
    known.append(channel)
    return {}


@supplement("notifications:DisassociateChannel")
def disassociate_channel(call: Call, _ask: Ask) -> dict[str, Any]:
    of, channel = _configuration(call)["arn"], call.params["arn"]
    known = accounts[call.account].channels[of]
    if channel not in known:
        raise not_found(channel)
    known.remove(channel)
    return {}


@supplement("notifications:ListChannels")
def list_channels(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"channels": list(accounts[call.account].channels[_configuration(call)["arn"]])}


def managed_arn(account: str, name: str) -> str:
    place = f"category/{CATEGORY}/sub-category/{name}"
    return f"arn:aws:notifications::{account}:managed-notification-configuration/{place}"


def _managed(call: Call, member: str = "managedNotificationConfigurationArn") -> str:
    """The sub-category that a call names."""
    arn = call.params[member]
    name = arn.rsplit("/", 1)[-1]
    if arn != managed_arn(call.account, name) or name not in SUBCATEGORIES:
        raise not_found(arn)
    return name


@supplement("notifications:ListManagedNotificationConfigurations")
def list_managed_configurations(call: Call, _ask: Ask) -> dict[str, Any]:
    channel, known = call.params.get("channelIdentifier"), accounts[call.account].managed
    shown = [_managed_shown(call.account, name) for name in SUBCATEGORIES if channel is None or channel in known[name]]
    return {"managedNotificationConfigurations": shown}


@supplement("notifications:GetManagedNotificationConfiguration")
def get_managed_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    name = _managed(call, "arn")
    return _managed_shown(call.account, name) | {"category": CATEGORY, "subCategory": name}


def _managed_shown(account: str, name: str) -> Item:
    return {"arn": managed_arn(account, name), "name": name, "description": f"AWS Health: {name.replace('-', ' ')}"}


@supplement("notifications:ListManagedNotificationChannelAssociations")
def list_managed_associations(call: Call, _ask: Ask) -> dict[str, Any]:
    found = accounts[call.account].managed[_managed(call)]
    return {"channelAssociations": [_association(channel) for channel in found]}


def _association(channel: str) -> Item:
    kind = "ACCOUNT_CONTACT" if channel in CONTACTS else KINDS[channel.split(":")[2]]
    return {"channelIdentifier": channel, "channelType": kind, "overrideOption": "ENABLED"}


@supplement(
    "notifications:AssociateManagedNotificationAccountContact",
    "notifications:AssociateManagedNotificationAdditionalChannel",
)
def associate_managed(call: Call, _ask: Ask) -> dict[str, Any]:
    known, channel = accounts[call.account].managed[_managed(call)], _channel(call)
    if channel in known:
        raise AwsError("ConflictException", f"Channel {channel} is already associated.", 409)
    known.append(channel)
    return {}


@supplement(
    "notifications:DisassociateManagedNotificationAccountContact",
    "notifications:DisassociateManagedNotificationAdditionalChannel",
)
def disassociate_managed(call: Call, _ask: Ask) -> dict[str, Any]:
    known, channel = accounts[call.account].managed[_managed(call)], _channel(call)
    if channel not in known:
        raise not_found(channel)
    known.remove(channel)
    return {}


def _channel(call: Call) -> str:
    return call.params.get("contactIdentifier") or call.params["channelArn"]


@supplement("notifications:RegisterNotificationHub")
def register_hub(call: Call, _ask: Ask) -> dict[str, Any]:
    region, hubs = call.params["notificationHubRegion"], accounts[call.account].hubs
    if region in hubs:
        raise AwsError("ConflictException", f"A notification hub in {region} already exists.", 409)
    if len(hubs) >= MOST_HUBS:
        raise AwsError("ServiceQuotaExceededException", f"At most {MOST_HUBS} notification hubs.", 402)
    hubs[region] = {
        "notificationHubRegion": region,
        "statusSummary": {"status": ACTIVE, "reason": ""},
        "creationTime": utcnow(),
    }
    return hubs[region]


@supplement("notifications:ListNotificationHubs")
def list_hubs(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"notificationHubs": list(accounts[call.account].hubs.values())}


@supplement("notifications:DeregisterNotificationHub")
def deregister_hub(call: Call, _ask: Ask) -> dict[str, Any]:
    region = call.params["notificationHubRegion"]
    gone = accounts[call.account].hubs.pop(region, None)
    if gone is None:
        raise not_found(region)
    return {"notificationHubRegion": region, "statusSummary": {"status": "DEREGISTERING", "reason": ""}}


@supplement("notifications:ListTagsForResource")
def list_tags(call: Call, _ask: Ask) -> dict[str, Any]:
    if call.params["arn"] not in accounts[call.account].tags:
        raise not_found(call.params["arn"])
    return {"tags": accounts[call.account].tags[call.params["arn"]]}
