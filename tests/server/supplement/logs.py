"""CloudWatch Logs: days that a retention can have, tags of groups that are there, and groups asked for by name."""

from __future__ import annotations

from typing import Any

from moto.logs.models import logs_backends

from supplement import Ask, guard, supplement
from wire import AwsError, Call

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


@guard("logs:PutRetentionPolicy")
def check_days(call: Call) -> None:
    days = call.params["retentionInDays"]
    if days not in DAYS:
        message = (
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: "
            f"Member must satisfy enum value set: {list(DAYS)}"
        )
        raise AwsError("InvalidParameterException", message)


@guard("logs:TagResource", "logs:UntagResource", "logs:ListTagsForResource")
def check_group(call: Call) -> None:
    """The ARN is the one without `:*`, `logGroupArn` of DescribeLogGroups."""
    name = call.params["resourceArn"].split(":log-group:", 1)[-1]
    if name not in logs_backends[call.account][call.region].groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")


@supplement("logs:DescribeLogGroups")
def describe_log_groups(call: Call, ask: Ask) -> dict[str, Any]:
    """Names or ARNs that are not there are passed over, as is a pattern that nothing holds."""
    given = call.params
    wanted, part = given.get("logGroupIdentifiers"), given.get("logGroupNamePattern")
    if part and given.get("logGroupNamePrefix"):
        message = "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        raise AwsError("InvalidParameterException", message)
    result = ask()
    names = {name.split(":log-group:", 1)[-1].removesuffix(":*") for name in wanted or []}
    result["logGroups"] = [
        {"logGroupClass": "STANDARD"} | group
        for group in result["logGroups"]
        if (not names or group["logGroupName"] in names)
        and (not part or part.lower() in group["logGroupName"].lower())
    ]
    return result
