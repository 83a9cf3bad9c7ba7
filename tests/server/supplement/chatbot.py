"""Amazon Q Developer in chat applications, still `chatbot` in its API, which moto does not have at all.

A workspace is there once a person has authorized it (`plant` does). Configurations belong to the account, whichever of
the service's regions is asked, and listen to topics of any region.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from supplement import Ask, iam, sns, supplement
from wire import AwsError, Call

ENDPOINT = "https://global.sns-api.chatbot.amazonaws.com"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
CHANGEABLE = (
    "GuardrailPolicyArns",
    "IamRoleArn",
    "LoggingLevel",
    "SlackChannelId",
    "SlackChannelName",
    "SnsTopicArns",
    "UserAuthorizationRequired",
)

Configuration = dict[str, Any]
# Account -> id of a workspace -> its name; account -> ARN -> configuration.
workspaces: dict[str, dict[str, str]] = defaultdict(dict)
configurations: dict[str, dict[str, Configuration]] = defaultdict(dict)


def refused(message: str) -> AwsError:
    return AwsError("InvalidRequestException", f"Invalid request provided: {message}")


@supplement("chatbot:DescribeSlackWorkspaces")
def describe_workspaces(call: Call, _ask: Ask) -> dict[str, Any]:
    known = workspaces[call.account]
    shown = [{"SlackTeamId": team, "SlackTeamName": name, "State": "ENABLED"} for team, name in sorted(known.items())]
    return {"SlackWorkspaces": shown}


@supplement("chatbot:DescribeSlackChannelConfigurations")
def describe_configurations(call: Call, _ask: Ask) -> dict[str, Any]:
    wanted = call.params.get("ChatConfigurationArn")
    known = configurations[call.account]
    shown = [known[arn] for arn in sorted(known) if wanted in (None, arn)]
    return {"SlackChannelConfigurations": shown}


@supplement("chatbot:CreateSlackChannelConfiguration")
def create_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    given, account = call.params, call.account
    team, channel, name = given["SlackTeamId"], given["SlackChannelId"], given["ConfigurationName"]
    if team not in workspaces[account]:
        raise refused(
            f"AWS Chatbot can't create the configuration because Slack workspace {team} is not authorized with AWS "
            f"account {account}."
        )
    arn = f"arn:aws:chatbot::{account}:chat-configuration/slack-channel/{name}"
    if arn in configurations[account]:
        raise AwsError("ConflictException", f"Configuration {name} already exists.", 409)
    _check_channel(account, team, channel, arn)
    _check_references(account, given)
    made = {
        "ChatConfigurationArn": arn,
        "ConfigurationName": name,
        "GuardrailPolicyArns": given.get("GuardrailPolicyArns") or [ADMINISTRATOR],
        "IamRoleArn": given["IamRoleArn"],
        "LoggingLevel": given.get("LoggingLevel", "NONE"),
        "SlackChannelId": channel,
        "SlackChannelName": given.get("SlackChannelName", channel),
        "SlackTeamId": team,
        "SlackTeamName": workspaces[account][team],
        "SnsTopicArns": given.get("SnsTopicArns") or [],
        "State": "ENABLED",
        "Tags": given.get("Tags") or [],
        "UserAuthorizationRequired": given.get("UserAuthorizationRequired", False),
    }
    configurations[account][arn] = made
    iam.link(account, "management.chatbot.amazonaws.com")
    _listen(account)
    return {"ChannelConfiguration": made}


@supplement("chatbot:UpdateSlackChannelConfiguration")
def update_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    """What is not given stays."""
    found = _configuration(call)
    _check_channel(call.account, found["SlackTeamId"], call.params["SlackChannelId"], found["ChatConfigurationArn"])
    _check_references(call.account, call.params)
    found |= {member: call.params[member] for member in CHANGEABLE if member in call.params}
    _listen(call.account)
    return {"ChannelConfiguration": found}


@supplement("chatbot:DeleteSlackChannelConfiguration")
def delete_configuration(call: Call, _ask: Ask) -> dict[str, Any]:
    found = _configuration(call)
    del configurations[call.account][found["ChatConfigurationArn"]]
    _listen(call.account)
    return {}


@supplement("chatbot:TagResource")
def tag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    found, new = _tagged(call), call.params["Tags"]
    kept = [tag for tag in found["Tags"] if tag["TagKey"] not in [n["TagKey"] for n in new]]
    found["Tags"] = kept + new
    return {}


@supplement("chatbot:UntagResource")
def untag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    found = _tagged(call)
    found["Tags"] = [tag for tag in found["Tags"] if tag["TagKey"] not in call.params["TagKeys"]]
    return {}


@supplement("chatbot:ListTagsForResource")
def list_tags(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"Tags": _tagged(call)["Tags"]}


def _configuration(call: Call, member: str = "ChatConfigurationArn") -> Configuration:
    try:
        return configurations[call.account][call.params[member]]
    except KeyError as cause:
        message = "We were unable to find the resource for your request"
        raise AwsError("ResourceNotFoundException", message, 404) from cause


def _tagged(call: Call) -> Configuration:
    return _configuration(call, "ResourceARN")


def _check_channel(account: str, team: str, channel: str, arn: str) -> None:
    """A channel has one configuration in an account."""
    for other in configurations[account].values():
        same = (other["SlackTeamId"], other["SlackChannelId"]) == (team, channel)
        if same and other["ChatConfigurationArn"] != arn:
            raise refused(
                f"Slack channel with ID {channel} in Slack team {team} has already been configured for AWS account "
                f"{account}"
            )


def _check_references(account: str, given: dict[str, Any]) -> None:
    arn = given.get("IamRoleArn")
    if arn is not None and iam.role(account, arn) is None:
        raise refused(f"Role {arn} does not exist.")
    for topic in given.get("SnsTopicArns") or []:
        if sns.topic(account, topic) is None:
            raise refused(f"Topic {topic} does not exist.")


def _listen(account: str) -> None:
    """The service subscribes to each topic of a configuration, confirms it itself, and leaves topics of none."""
    wanted = {topic for found in configurations[account].values() for topic in found["SnsTopicArns"]}
    for region, owner in list(sns.sns_backends[account].items()):
        mine = {s.topic_arn: s for s in list(owner.subscriptions.values()) if s.endpoint == ENDPOINT}
        for arn in sorted(wanted - set(mine)):
            if arn.split(":")[3] == region and arn in owner.topics:
                sns.set_state(owner.subscribe(arn, ENDPOINT, "https"), sns.CONFIRMED)
        for arn, subscription in mine.items():
            if arn not in wanted:
                owner.unsubscribe(subscription.arn)
