"""Pages as AWS cuts them. Moto gives most lists whole, so collectors that forget the second page would pass.

Each listed operation's complete answer is fetched from the inner layers and cut here. A test may make the pages of its
account smaller over the control API.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import models
from protocols import build_call, parse_reply, serialize_error, unwritten
from wire import AwsError, Call, Handler, Refused, Reply

# Operation -> items on a page unless asked, and at most.
PAGES = {
    "account:ListRegions": (50, 50),
    "application-autoscaling:DescribeScalableTargets": (50, 50),
    "application-autoscaling:DescribeScalingPolicies": (10, 10),
    "budgets:DescribeBudgets": (100, 1000),
    "budgets:DescribeNotificationsForBudget": (100, 100),
    "budgets:DescribeSubscribersForNotification": (100, 100),
    "ce:GetAnomalyMonitors": (100, 100),
    "ce:GetAnomalySubscriptions": (100, 100),
    "chatbot:DescribeSlackChannelConfigurations": (100, 100),
    "chatbot:DescribeSlackWorkspaces": (100, 100),
    "cloudwatch:DescribeAlarms": (50, 100),
    "cloudwatch:ListAlarmMuteRules": (50, 100),
    "ecr:DescribeImageScanFindings": (100, 1000),
    "ecr:DescribeImages": (100, 1000),
    "ecr:DescribeRepositories": (100, 1000),
    "ecs:ListClusters": (100, 100),
    "ecs:ListServices": (10, 100),
    "ecs:ListTasks": (100, 100),
    "elasticloadbalancing:DescribeListenerCertificates": (400, 400),
    "elasticloadbalancing:DescribeListeners": (400, 400),
    "elasticloadbalancing:DescribeLoadBalancers": (400, 400),
    "elasticloadbalancing:DescribeRules": (400, 400),
    "elasticloadbalancing:DescribeTargetGroups": (400, 400),
    "events:ListEventBuses": (100, 100),
    "events:ListRules": (100, 100),
    "events:ListTargetsByRule": (100, 100),
    "guardduty:ListDetectors": (50, 50),
    "guardduty:ListFindings": (50, 50),
    "iam:ListUsers": (100, 1000),
    "logs:DescribeLogGroups": (50, 50),
    "notifications:ListChannels": (20, 100),
    "notifications:ListEventRules": (20, 1000),
    "notifications:ListManagedNotificationChannelAssociations": (20, 100),
    "notifications:ListManagedNotificationConfigurations": (20, 100),
    "notifications:ListNotificationConfigurations": (20, 100),
    "rds:DescribeDBInstances": (100, 100),
    "sns:ListSubscriptions": (100, 100),
    "sns:ListSubscriptionsByTopic": (100, 100),
    "sns:ListTopics": (100, 100),
    "synthetics:DescribeCanaries": (20, 20),
    "synthetics:DescribeCanariesLastRun": (100, 100),
    "synthetics:DescribeRuntimeVersions": (100, 100),
}


class PageSizes:
    """The page size a test has set for its account."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def set(self, account: str, size: int | None) -> None:
        if size is None:
            self._sizes.pop(account, None)
        else:
            self._sizes[account] = size

    def of(self, account: str, wanted: int) -> int:
        return min(wanted, self._sizes.get(account, wanted))


def layer(inner: Handler, sizes: PageSizes) -> Handler:
    def handle(call: Call) -> Reply:
        pager = models.pager(call.service, call.operation) if call.name in PAGES else None
        if pager is None:
            return inner(call)
        try:
            start = _offset(call, pager)
            result, items = _everything(call, pager, inner)
        except Refused as refused:
            return refused.reply
        except AwsError as error:
            return serialize_error(call, error)
        size = sizes.of(call.account, _wanted(call, pager))
        return unwritten(_page(result, items, pager, start, size))

    return handle


def _wanted(call: Call, pager: models.Pager) -> int:
    default, most = PAGES[call.name]
    asked = call.params.get(pager.limit) if pager.limit else None
    return min(int(asked), most) if asked else default


def _offset(call: Call, pager: models.Pager) -> int:
    token = call.params.get(pager.input_token)
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("page-"))
    except (binascii.Error, ValueError) as cause:
        raise AwsError("InvalidNextToken", f"invalid token {token}") from cause


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"page-{offset}".encode()).decode()


def _everything(call: Call, pager: models.Pager, inner: Handler) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """The first answer, and all items of all of moto's own pages with the member each stands under."""
    params = {k: v for k, v in call.params.items() if k not in (pager.input_token, pager.limit)}
    first: dict[str, Any] | None = None
    items: list[tuple[str, Any]] = []
    while True:
        question = build_call(call.account, call.region, call.service, call.operation, params)
        result = parse_reply(question, inner(question))
        first = first if first is not None else result
        for member in pager.results:
            items += [(member, item) for item in _member(result, member) or []]
        token = result.get(pager.output_token)
        if not token:
            return first, items
        params = {**params, pager.input_token: token}


def _page(
    result: dict[str, Any], items: list[tuple[str, Any]], pager: models.Pager, start: int, size: int
) -> dict[str, Any]:
    page: dict[str, Any] = {k: v for k, v in result.items() if v is not None}
    page.pop(pager.output_token, None)
    end = start + size
    for member in pager.results:
        _set_member(page, member, [item for name, item in items[start:end] if name == member])
    if end < len(items):
        page[pager.output_token] = _token(end)
    if "IsTruncated" in page:
        page["IsTruncated"] = end < len(items)
    return page


def _member(result: dict[str, Any], path: str) -> Any:
    """A member of an answer, which may lie within another one: `imageScanFindings.findings`."""
    found: Any = result
    for step in path.split("."):
        found = (found or {}).get(step)
    return found


def _set_member(page: dict[str, Any], path: str, value: list[Any]) -> None:
    """Nothing is put within a member that the answer has not."""
    within, _, last = path.rpartition(".")
    if not within:
        page[last] = value
    elif within in page:
        page[within] = page[within] | {last: value}
