"""The Account service's list of regions, which moto lacks: which there are, and which the account has opted into."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from supplement import Ask, supplement
from wire import AwsError, Call

# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
BY_DEFAULT = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
OPT_IN = (
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
)
STATUSES = ("ENABLED", "ENABLING", "DISABLING", "DISABLED", "ENABLED_BY_DEFAULT")

# Account -> region -> its status, where it is not as AWS gives it to a new account.
statuses: dict[str, dict[str, str]] = defaultdict(dict)


@supplement("account:ListRegions")
def list_regions(call: Call, _ask: Ask) -> dict[str, Any]:
    asked = call.params.get("AccountId") or call.account
    if asked != call.account:
        message = f"User: arn:aws:iam::{call.account}:user/auditor is not authorized to perform: account:ListRegions"
        raise AwsError("AccessDeniedException", message, 403)
    known = dict.fromkeys(BY_DEFAULT, "ENABLED_BY_DEFAULT") | dict.fromkeys(OPT_IN, "DISABLED")
    known |= statuses[call.account]
    wanted = call.params.get("RegionOptStatusContains") or STATUSES
    shown = [{"RegionName": name, "RegionOptStatus": known[name]} for name in sorted(known) if known[name] in wanted]
    return {"Regions": shown}
