"""CloudWatch Logs: days that a retention can have, and tags of groups that are there."""

from __future__ import annotations

from moto.logs.models import logs_backends

from supplement import guard
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
