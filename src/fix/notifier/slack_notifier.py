"""Sends alerts of AWS to a Slack channel: a Lambda function (python3.13, handler `slack_notifier.handler`).

It is subscribed to SNS topics, and also takes a CloudWatch alarm that invokes it directly and an EventBridge event.
What it does not know is forwarded as it is: no alert is dropped because its form is new.

Environment: `WEBHOOK_SECRET` names what holds the incoming webhook's URL. A value that begins with `/`, or an ARN of
SSM, is an SSM parameter; any other a secret of Secrets Manager. `MESSAGE_LANG` is `en` (unless set) or `ja`.

When a message cannot be delivered the function raises. SNS, alarms and EventBridge all invoke it asynchronously: for
them the hand-over to Lambda is the delivery, and it is Lambda that then runs the function again, after one minute and
after two more, and at last gives the event to the on-failure destination if there is one. The metric `Errors` counts
each time. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
With several messages in an event those that had arrived come a second time. So does one whose answer got lost: an
alert that comes twice is better than one that never comes.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import re
import time
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

Json = dict[str, Any]
Facts = list[tuple[str, str]]

# Only an incoming webhook of Slack: no other host, scheme or port, and no workflow trigger (`/triggers/...`), which
# would answer 200 and show nothing. Tests replace both, to reach a server of their own.
WEBHOOK = re.compile(r"https://(hooks\.slack\.com|hooks\.slack-gov\.com)(/services/[A-Za-z0-9/_-]+)")
CONNECTION = http.client.HTTPSConnection  # it follows no redirect
TIMEOUT, BACKOFF, MARGIN = 5.0, (0.5, 1.0, 2.0), 0.5
NO_CONTEXT = 20.0
"""Seconds in all if nobody says how many are left."""
CACHED = 300.0
REASONS = re.compile(r"[a-z]+(_[a-z]+)+")
"""Slack's short answers, `no_service`: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""

HEADER, SECTION, FIELD, FIELDS = 150, 3000, 2000, 10
"""Slack's limits: https://docs.slack.dev/reference/block-kit/blocks"""
TEXT = 2500
"""What we show of a text, well below the limit: it is read on a phone."""

LOOKS = {
    "ALARM": ("🔴", "#d92d20"),
    "OK": ("🟢", "#12b76a"),
    "INSUFFICIENT_DATA": ("🟡", "#f5b50a"),
    "INFO": ("🔵", "#2e90fa"),
}
AWS = "console.aws.amazon.com"
CONSOLES = {
    "cn-": "console.amazonaws.cn",
    "us-gov-": "console.amazonaws-us-gov.com",
    "eusc-": "console.amazonaws-eusc.eu",
    "": AWS,
}
"""Of the regions whose names begin so; those of other partitions have none that we could link to."""
WORDS = {
    "en": {
        "ALARM": "ALARM", "OK": "OK", "INSUFFICIENT_DATA": "No data",
        "budget": "Budget", "anomaly": "Cost anomaly", "other": "Notification",
        "state": "State", "metric": "Metric", "children": "Caused by", "about": "About this alarm", "region": "Region",
        "account": "Account", "time": "Time", "local": "your time", "severity": "Severity", "type": "Type",
        "9": "Critical", "7": "High", "4": "Medium", "0": "Low", "event": "Event", "status": "Status",
        "issue": "AWS Health issue", "scheduledChange": "AWS Health scheduled change",
        "accountNotification": "AWS Health notice", "investigation": "AWS Health investigation",
        "open": "Ongoing", "closed": "Closed", "upcoming": "Upcoming", "starts": "Start", "ends": "End",
        "affected": "Affected", "more": "and {} more", "action": "To do", "ACTION_REQUIRED": "Action is required",
        "ACTION_MAY_BE_REQUIRED": "Action may be required", "page": "Page",
        "Budgeted Amount": "Budget", "Alert Threshold": "Alert threshold", "ACTUAL Amount": "Actual",
        "FORECASTED Amount": "Forecast", "spend": "Spent ${:,.2f} where ${:,.2f} was expected: ${:,.2f} too much",
        "monitor": "Monitor", "cause": "Cause", "since": "Since", "steps": "Next steps",
        "link": "Open in the AWS console",
    },
    "ja": {
        "ALARM": "アラーム", "OK": "正常", "INSUFFICIENT_DATA": "データ不足",
        "budget": "予算", "anomaly": "コスト異常", "other": "通知",
        "state": "状態", "metric": "メトリクス", "children": "原因のアラーム", "about": "アラームの説明", "region": "リージョン",
        "account": "アカウント", "time": "時刻", "local": "現地時刻", "severity": "重要度", "type": "種類",
        "9": "重大", "7": "高", "4": "中", "0": "低", "event": "イベント", "status": "状況",
        "issue": "AWS Health 障害情報", "scheduledChange": "AWS Health 変更予定",
        "accountNotification": "AWS Health お知らせ", "investigation": "AWS Health 調査中",
        "open": "継続中", "closed": "終了", "upcoming": "予定", "starts": "開始", "ends": "終了",
        "affected": "影響を受けるリソース", "more": "ほか {} 件", "action": "対応", "ACTION_REQUIRED": "対応が必要です",
        "ACTION_MAY_BE_REQUIRED": "対応が必要な場合があります", "page": "ページ",
        "Budgeted Amount": "予算額", "Alert Threshold": "通知のしきい値", "ACTUAL Amount": "実績",
        "FORECASTED Amount": "予測", "spend": "実績 ${:,.2f}、想定 ${:,.2f}、超過 ${:,.2f}",
        "monitor": "モニター", "cause": "原因", "since": "開始日", "steps": "次の手順", "link": "AWS コンソールで開く",
    },
}  # fmt: skip

# At the level DEBUG botocore logs what it received, and that is the webhook.
logging.getLogger("botocore").setLevel(logging.INFO)
_cache: dict[str, tuple[str, float]] = {}


class Undelivered(Exception):
    """Says what did not arrive and why, never where it was to go."""


@dataclass
class Notice:
    """What is to be said, before it is in Slack's form. Facts are named by their key in `WORDS`."""

    kind: str
    look: str
    title: str
    body: str = ""
    facts: Facts = field(default_factory=list)
    link: str = ""
    name: str = ""
    """What the log calls it; nothing secret and no body."""
    markup: bool = False
    """The texts are in Slack's markup already."""


def handler(event: Any, context: Any = None) -> Json:
    left = context.get_remaining_time_in_millis() / 1000 if context else NO_CONTEXT
    end = time.monotonic() + left - MARGIN
    records = event.get("Records") if isinstance(event, dict) else None
    records = records if records and isinstance(records, list) else [event]
    failures = []
    for index, record in enumerate(records):
        # Each has its share of the time, so that one that hangs does not use up that of the others.
        now = time.monotonic()
        deadline = now + (end - now) / (len(records) - index)
        notice = understand(record)
        failure, status = deliver(notice, deadline)
        line = {"kind": notice.kind, "name": notice.name[:200], "outcome": failure or "delivered", "status": status}
        print(json.dumps(line), flush=True)
        if failure:
            failures.append(f"{notice.kind} {notice.name[:200]}".strip() + f": {failure}")
    if failures:
        raise Undelivered(f"{len(failures)} of {len(records)} not delivered: " + "; ".join(failures))
    return {"delivered": len(records)}


# What happened


def understand(record: Any) -> Notice:
    sns = record.get("Sns") if isinstance(record, dict) else None
    event, text, subject, topic = record, json.dumps(record, ensure_ascii=False, indent=1), "", ""
    if isinstance(sns, dict):
        text, subject, topic = str(sns.get("Message") or ""), str(sns.get("Subject") or ""), str(sns.get("TopicArn"))
        try:
            event = json.loads(text)
        except ValueError:
            event = None
    try:
        notice = _known(event if isinstance(event, dict) else {}, subject, text, _arn(topic, 3))
    except Exception:  # a form we thought to know: say it as it is rather than not at all
        notice = None
    notice = notice or Notice("other", "INFO", subject or _word("other"), text)
    if topic:
        said = dict(notice.facts)
        notice.facts += [fact for fact in _place("", _arn(topic, 4), sns.get("Timestamp")) if not said.get(fact[0])]
    return notice


def _known(event: Json, subject: str, text: str, region: str) -> Notice | None:
    source, kind, detail = event.get("source"), str(event.get("detail-type") or ""), event.get("detail") or {}
    where, whose = event.get("region"), event.get("account") or event.get("accountId")
    if "AlarmName" in event and "NewStateValue" in event:
        return _alarm_of_sns(event, region)
    if "alarmData" in event:
        return _alarm(event["alarmData"], event.get("alarmArn"), whose, where)
    if kind.startswith("CloudWatch Alarm") and kind.endswith("State Change"):
        return _alarm(detail, next(iter(event.get("resources") or []), None), whose, where)
    if source == "aws.guardduty" and "severity" in detail:
        return _guardduty(event, detail)
    if source == "aws.health" and "eventTypeCode" in detail:
        return _health(event, detail)
    if "anomalyId" in event or "anomalyId" in detail:
        return _anomaly(event if "anomalyId" in event else detail, str(region or where))
    if source == "custom" and isinstance(event.get("content"), dict):
        return _custom(event["content"], subject)
    if subject.startswith("AWS Budgets:") or text.startswith("AWS Budget Notification"):
        return _budget(subject, text, region)
    return _event(event, detail, kind) if kind and source else None


def _alarm_of_sns(event: Json, region: str) -> Notice:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html

    `Region` is a name for people, "Asia Pacific (Tokyo)"; a composite alarm has `TriggeringChildren`, no `Trigger`.
    """
    trigger = event.get("Trigger") or {}
    state = {"value": event["NewStateValue"], "reason": event.get("NewStateReason")}
    data = {
        "alarmName": event["AlarmName"],
        "state": state | {"timestamp": event.get("StateChangeTime"), "children": event.get("TriggeringChildren")},
        "previousState": {"value": event.get("OldStateValue")},
        "configuration": {"description": event.get("AlarmDescription"), "metrics": trigger.get("Metrics") or [trigger]},
    }
    return _alarm(data, event.get("AlarmArn"), event.get("AWSAccountId"), region)


def _alarm(data: Json, arn: Any, account: Any, region: Any) -> Notice:
    """Direct, and EventBridge's `detail`, which has the same form:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    state, before, about = data["state"], data.get("previousState") or {}, data.get("configuration") or {}
    value, name = str(state["value"]), str(data["alarmName"])
    region = _arn(arn, 3) or str(region or "")
    words = [_word(word) for word in dict.fromkeys((str(before.get("value") or value), value))]
    children = state.get("children") or json.loads(state.get("reasonData") or "{}").get("triggeringAlarms") or []
    arns = (child if isinstance(child, str) else child.get("Arn") or child.get("arn") for child in children)
    facts = [("state", " → ".join(words)), ("metric", _metrics(about.get("metrics") or []))]
    facts.append(("children", "\n".join(str(one).split(":alarm:", 1)[-1] for one in arns)))
    facts += _place(region, account or _arn(arn, 4), state.get("timestamp"))
    facts.append(("about", str(about.get("description") or "")))
    link = _console(region, f"cloudwatch/home?region={region}#alarmsV2:alarm/{quote(name, safe='')}")
    look = value if value in LOOKS else "INFO"
    return Notice("alarm", look, f"{_word(value)}: {name}", str(state.get("reason") or ""), facts, link, name)


def _metrics(metrics: list[Json]) -> str:
    """A line for each; of metric math the expression first. SNS writes the keys in capitals, the others do not."""
    lines = []
    for metric in map(_small, metrics):
        if metric.get("expression"):
            lines.insert(0, f"{metric.get('label') or ''} {metric['expression']}".strip())
            continue
        metric = _small(_small(metric.get("metricstat") or {}).get("metric") or metric)
        sizes = metric.get("dimensions") or {}
        pairs = sizes.items() if isinstance(sizes, dict) else [(size["name"], size["value"]) for size in sizes]
        names = [metric.get("namespace"), metric.get("metricname") or metric.get("name")]
        lines.append(" ".join(str(name) for name in [*names, *(f"{key}={value}" for key, value in pairs)] if name))
    return "\n".join(line for line in lines if line)


def _small(keys: Json) -> Json:
    return {key.lower(): value for key, value in keys.items()}


def _guardduty(event: Json, detail: Json) -> Notice:
    """https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
    https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
    """
    severity, kind = float(detail["severity"]), str(detail.get("type") or "")
    level = next((least for least in (9, 7, 4) if severity >= least), 0)
    look = "ALARM" if level >= 7 else "INSUFFICIENT_DATA" if level else "INFO"
    region = str(detail.get("region") or event.get("region") or "")
    facts = [("severity", f"{_word(str(level))} ({severity:g})"), ("type", kind)]
    when = detail.get("updatedAt") or event.get("time")
    facts += _place(region, detail.get("accountId") or event.get("account"), when)
    finding = quote(f"id={detail.get('id')}", safe="")
    link = _console(region, f"guardduty/home?region={region}#/findings?search={finding}")
    title = f"GuardDuty: {detail.get('title') or kind}"
    return Notice("guardduty", look, title, str(detail.get("description") or ""), facts, link, kind)


def _health(event: Json, detail: Json) -> Notice:
    """https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html

    `region` is where the event was delivered (a backup region, perhaps); `eventRegion` is the one that is affected.
    """
    category, status = str(detail.get("eventTypeCategory") or "issue"), str(detail.get("statusCode") or "")
    looks = {"issue": "ALARM", "investigation": "ALARM", "scheduledChange": "INSUFFICIENT_DATA"}
    said = detail.get("eventDescription") or []
    texts = {str(text.get("language"))[:2]: str(text.get("latestDescription") or "") for text in said}
    body = texts.get(_lang()) or texts.get("en") or next(iter(texts.values()), "")
    affected = [str(entity.get("entityValue")) for entity in detail.get("affectedEntities") or []]
    if len(affected) > 10:
        affected[10:] = [_word("more").format(len(affected) - 10)]
    region, code = str(detail.get("eventRegion") or event.get("region") or ""), str(detail["eventTypeCode"])
    todo = str(detail.get("actionability") or "")
    facts = [("status", _word(status)), ("action", _word(todo) if todo.startswith("ACTION") else "")]
    facts += [("affected", "\n".join(affected)), ("starts", _time(detail.get("startTime")))]
    facts += [("ends", _time(detail.get("endTime"))), ("event", code)]
    facts += _place(region, detail.get("affectedAccount") or event.get("account"), event.get("time"))
    page = f"eventID={quote(str(detail.get('eventArn') or ''), safe='')}&eventTab=details"
    link = f"https://health.aws.amazon.com/health/home#/account/event-log?{page}" if _partition(region) == AWS else ""
    look, title = looks.get(category, "INFO"), f"{_word(category)}: {detail.get('service') or ''}"
    return Notice("health", "OK" if status == "closed" else look, title, body, facts, link, code)


def _anomaly(event: Json, region: str) -> Notice:
    """https://docs.aws.amazon.com/cost-management/latest/userguide/cad-user-notifications.html (in `detail`; the
    message to SNS is that object alone, and may lack `monitorName`)
    """
    impact = event.get("impact") or {}
    amounts = ("totalActualSpend", "totalExpectedSpend", "totalImpact")
    spent = _word("spend").format(*(float(impact.get(amount) or 0) for amount in amounts))
    keys = ("service", "region", "usageType", "linkedAccountName", "linkedAccount")
    causes = [" / ".join(str(cause[key]) for key in keys if cause.get(key)) for cause in event.get("rootCauses") or []]
    what = str(event.get("dimensionalValue") or event.get("monitorName") or event["anomalyId"])
    facts = [("cause", "\n".join(causes[:3])), ("monitor", str(event.get("monitorName") or ""))]
    facts += [("account", str(event.get("accountId") or "")), ("since", str(event.get("anomalyStartDate") or "")[:10])]
    link = str(event.get("anomalyDetailsLink") or "")
    if not re.match(rf"https://([a-z0-9-]+\.)?({'|'.join(map(re.escape, CONSOLES.values()))})/", link):
        link = _console(region, "cost-management/home#/anomaly-detection")
    return Notice("anomaly", "INSUFFICIENT_DATA", f"{_word('anomaly')}: {what}", spent, facts, link, what)


def _budget(subject: str, text: str, region: str) -> Notice:
    """Plain text, of which we take the sentence and the lines `Name: value`; the form is documented nowhere, the
    topic is: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
    """
    values = dict(re.findall(r"^([A-Z][A-Za-z ]+): (.+)$", text, re.MULTILINE))
    sentence = re.search(r"^You requested .*$", text, re.MULTILINE)
    body = sentence[0].split(" You can find additional details")[0] if sentence else text
    account = re.search(r"AWS Account (\d{12})", text)
    name = values.get("Budget Name") or ""
    keys = ("Budgeted Amount", "Alert Threshold", "ACTUAL Amount", "FORECASTED Amount")
    facts = [(key, values.get(key) or "") for key in keys] + [("account", account[1] if account else "")]
    title = f"{_word('budget')}: {name}" if name else subject or _word("budget")
    link = _console(region, "billing/home#/budgets")
    return Notice("budget", "INSUFFICIENT_DATA", title, body, facts, link, name)


def _custom(content: Json, subject: str) -> Notice:
    """What `audit` itself publishes: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html

    Every text may be in Slack's markup, and none has to be there.
    """
    body, steps = str(content.get("description") or ""), [f"• {step}" for step in content.get("nextSteps") or []]
    if steps:
        body = "\n".join([body, "", f"*{_word('steps')}*", *steps]).strip()
    if content.get("keywords"):
        body += "\n\n" + " · ".join(str(word) for word in content["keywords"])
    return Notice("custom", "INFO", str(content.get("title") or subject or _word("other")), body, markup=True)


def _event(event: Json, detail: Json, kind: str) -> Notice:
    """Any other event of EventBridge; those of ECS say how bad it is.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
    """
    look = {"ERROR": "ALARM", "WARN": "INSUFFICIENT_DATA"}.get(str(detail.get("eventType")), "INFO")
    said = (f"{key}: {v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)}" for key, v in detail.items())
    facts = [("affected", "\n".join(str(arn) for arn in event.get("resources") or []))]
    facts += _place(event.get("region"), event.get("account"), event.get("time"))
    return Notice("event", look, kind, "\n".join(said), facts, name=kind)


def _place(region: Any, account: Any, when: Any) -> Facts:
    return [("region", str(region or "")), ("account", str(account or "")), ("time", _time(when))]


def _arn(arn: Any, part: int) -> str:
    parts = str(arn or "").split(":")
    return parts[part] if parts[0] == "arn" and len(parts) > part else ""


def _partition(region: str) -> str | None:
    named = re.fullmatch(r"[a-z]+(-[a-z]+)+-\d+", region) and "-iso" not in region
    return next(host for start, host in CONSOLES.items() if region.startswith(start)) if named else None


def _console(region: str, path: str) -> str:
    """A page of the region's console, if its partition has one; what came with the message names no host."""
    host = _partition(region)
    return f"https://{region}.{host}/{path}" if host else ""


def _time(when: Any) -> str:
    """In UTC, as `_mark` knows it; given is ISO 8601 or, by Health, RFC 1123."""
    try:
        moment = datetime.fromisoformat(str(when)) if str(when)[:1].isdigit() else parsedate_to_datetime(str(when))
        moment = moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc)
    except (ValueError, TypeError):
        return str(when or "")
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _lang() -> str:
    lang = os.environ.get("MESSAGE_LANG", "en")
    return lang if lang in WORDS else "en"


def _word(key: str) -> str:
    return WORDS[_lang()].get(key, key)


# In Slack's form


def rich(notice: Notice) -> Json:
    """The title, then details beside a colour bar. A link and no button: pressed, a button makes Slack call the app."""
    title = _title(notice)
    body = _text(notice.body, SECTION, notice.markup)
    blocks: list[Json] = [{"type": "section", "text": body}] if body["text"].strip() else []
    fields = [_text(f"*{_word(key)}*\n{value}", FIELD) for key, value in notice.facts if value]
    blocks += [{"type": "section", "fields": fields[:FIELDS]}] if fields else []
    link = {"type": "mrkdwn", "text": _link(notice.link), "verbatim": True}
    blocks += [{"type": "section", "text": link}] if link["text"] else []
    header = {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": True}}
    bar = {"color": LOOKS[notice.look][1], "blocks": blocks}
    return {"text": title, "blocks": [header]} | ({"attachments": [bar]} if blocks else {})


def plain(notice: Notice) -> Json:
    """For when Slack does not take the blocks: the same, in one text."""
    lines = [_title(notice), _marked(notice.body, TEXT, notice.markup)]
    lines += [f"{_word(key)}: {_marked(value, 600)}" for key, value in notice.facts if value]
    return {"text": "\n".join(line for line in [*lines, _link(notice.link)] if line)}


def _title(notice: Notice) -> str:
    title = " ".join((notice.title.replace("*", "") if notice.markup else notice.title).split())
    if title[:1] != ":" and unicodedata.category(title[:1] or " ") != "So":  # no symbol of its own
        title = f"{LOOKS[notice.look][0]} {title}"
    return _marked(title, HEADER, notice.markup, links=False)


def _text(text: str, limit: int, markup: bool = False) -> Json:
    # `verbatim`: Slack shall not make mentions of what only looks like one.
    return {"type": "mrkdwn", "text": _marked(text, min(limit, TEXT), markup), "verbatim": True}


def _link(url: str) -> str:
    link = f"<{_escaped(url).replace('|', '%7C')}|{_word('link')}>"
    return link if url and len(link) <= SECTION else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marked(text: str, limit: int, markup: bool = False, links: bool = True) -> str:
    """In Slack's markup, and cut before it is, lest an entity be torn."""
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    keep, shown = len(text), _mark(text, markup, links)
    while len(shown) > limit:
        keep -= max(1, (len(shown) - limit) // 8)
        shown = _mark(text[:keep].rstrip() + "…", markup, links)
    return shown


def _mark(text: str, markup: bool, links: bool) -> str:
    """Escaped, so that a name like `<!channel>` calls nobody; addresses to tap; of a time the reader's own as well.

    https://docs.slack.dev/messaging/formatting-message-text
    """
    if markup:  # its entities and links are meant; nothing else between angle brackets is
        text = re.sub(r"<(https?://[^|<>\s]+)\|([^<>\n]+)>", r"\2 \1" if links else r"\2", text)
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if not links:
        return _escaped(text)
    parts = re.split(r"(https?://[\w\-.~:/?#@!$&*+,;=%]*[\w\-~/#=%])", text, flags=re.ASCII)
    text = "".join(f"<{_escaped(part)}>" if index % 2 else _escaped(part) for index, part in enumerate(parts))
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", _local, text)


def _local(when: re.Match[str]) -> str:
    try:
        stamp = int(datetime.strptime(when[0], "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=timezone.utc).timestamp())
    except ValueError:
        return when[0]
    return f"{when[0]} ({_word('local')} <!date^{stamp}^{{date_num}} {{time}}|{when[0]}>)"


# To Slack


def deliver(notice: Notice, deadline: float) -> tuple[str, int | None]:
    """Why it could not be delivered, or an empty text; and what Slack answered last."""
    message, tries, reread, status, failure = rich(notice), 0, False, None, "no time was left"
    try:
        url = webhook()
        while time.monotonic() < deadline:
            status, reason, wait = _post(url, message, deadline)
            if status == 200:
                return "", status
            failure = f"Slack answered {status} {reason}".strip() if status else reason
            if status in (403, 404, 410) and not reread:
                url, reread = webhook(again=True), True  # it was rotated, perhaps
            elif status == 400 and "blocks" in message:
                message = plain(notice)
            elif (status is None or status == 429 or status >= 500) and tries < len(BACKOFF):
                wait, tries = BACKOFF[tries] if wait is None else wait, tries + 1
                if time.monotonic() + wait >= deadline:
                    break
                time.sleep(wait)
            else:
                break
    except Undelivered as error:
        failure = f"{failure}; {error}" if status else str(error)
    return failure, status


def _post(url: str, message: Json, deadline: float) -> tuple[int | None, str, float | None]:
    """Status, Slack's short reason, and how long it asks to wait. No error leaves here: one could name the address."""
    host, path = WEBHOOK.fullmatch(url).groups()
    connection = CONNECTION(host, timeout=max(0.1, min(TIMEOUT, deadline - time.monotonic())))
    try:
        connection.request("POST", path, json.dumps(message).encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        asked = answer.getheader("Retry-After") or ""
        wait = float(asked) if answer.status == 429 and re.fullmatch(r"[0-9]{1,6}", asked) else None
        reason = "" if answer.status == 200 else answer.read(100).decode("ascii", "replace").strip()
        # A text of anything else between us and Slack could repeat the path.
        return answer.status, reason if REASONS.fullmatch(reason) and reason not in path else "", wait
    except Exception as error:
        return None, f"Slack could not be reached ({type(error).__name__})", None
    finally:
        connection.close()


def webhook(again: bool = False) -> str:
    """The address, read again after five minutes. If it cannot be, the one we had is better than silence.

    The name is not told: someone may have put the address itself there.
    """
    name, now = os.environ.get("WEBHOOK_SECRET", ""), time.monotonic()
    known = _cache.get(name)
    if known and not again and now < known[1]:
        return known[0]
    url, failure = "", ""
    try:
        url = _address(_secret(name))
    except Exception as error:  # whatever it is, its text may hold what was read
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        failure = f"the secret that WEBHOOK_SECRET names cannot be read: {code}"
    if not failure and not WEBHOOK.fullmatch(url):
        failure = "the secret that WEBHOOK_SECRET names is no address of a Slack incoming webhook"
    if not failure:
        _cache[name] = url, now + CACHED
    elif known and not again:
        print(json.dumps({"kind": "webhook", "outcome": f"{failure}; the last known one is used"}), flush=True)
        url = known[0]
    else:
        raise Undelivered(failure)  # outside of `except`: it carries no error with it
    return url


def _secret(name: str) -> str:
    if "://" in name:
        raise ValueError  # asked for, it would be in CloudTrail
    settings = Config(connect_timeout=3, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
    place = {"region_name": _arn(name, 3) or None, "config": settings}
    if name.startswith("/") or _arn(name, 2) == "ssm":
        return boto3.client("ssm", **place).get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    return boto3.client("secretsmanager", **place).get_secret_value(SecretId=name)["SecretString"]


def _address(text: str) -> str:
    if text.strip().startswith("{"):
        values = json.loads(text)
        keys = ("url", "webhook", "webhook_url", "SLACK_WEBHOOK_URL")
        text = next((str(values[key]) for key in keys if values.get(key)), "")
    return text.strip()
