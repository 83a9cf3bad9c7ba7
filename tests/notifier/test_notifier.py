"""Tests the Slack notifier: `python test_notifier.py [unittest's arguments]`. Exits with 1 if anything fails.

The secrets come from the test server (`tests/server`), the answers from a Slack of our own. `UPDATE=1` writes what
`expected/` holds anew: the whole message for each of `events/`, in each language. Read it before it is committed.
"""

from __future__ import annotations

import contextlib
import copy
import http.client
import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
import traceback
import unittest
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
os.environ.update(AWS_DEFAULT_REGION="ap-northeast-1", AWS_SECRET_ACCESS_KEY="test", AWS_EC2_METADATA_DISABLED="true")
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "src" / "fix" / "notifier"))

import boto3  # noqa: E402
import slack_notifier as notifier  # noqa: E402

CANARY = "CANARY-SECRET-webhook"
LANGUAGES = ("en", "ja")
EVENTS = sorted(path.stem for path in (HERE / "events").glob("*.json"))
Answer = tuple[int, str, dict[str, str]]


class Slack(ThreadingHTTPServer):
    """Gives the answers of `script` in turn, then 200. Records every request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SlackHandler)
        self.script: list[Answer | str] = []
        self.requests: list[tuple[str, Any]] = []
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, *_: Any) -> None:
        """Clients that hang up are part of the tests."""


class SlackHandler(BaseHTTPRequestHandler):
    server: Slack

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        assert self.headers["Content-Type"] == "application/json"
        self.server.requests.append((self.path, json.loads(body)))
        answer = self.server.script.pop(0) if self.server.script else (200, "ok", {})
        if answer == "hang":
            self.server.released.wait(10)
            return
        if answer == "close":
            return
        if answer == "garbage":
            self.wfile.write(b"220 mail.example.com ESMTP\r\n")
            return
        status, text, headers = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        """Quiet."""


class Context:
    """Of a Lambda invocation: how much time it has."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self.end - time.monotonic()) * 1000)


server: subprocess.Popen[bytes]
accounts = count(700000000001)


def setUpModule() -> None:
    global server
    command = [sys.executable, str(ROOT / "tests" / "server" / "server.py")]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"


def tearDownModule() -> None:
    server.stdin.close()
    server.wait()
    server.stdout.close()


def sample(name: str) -> Any:
    return json.loads((HERE / "events" / f"{name}.json").read_text("utf-8"))


class Case(unittest.TestCase):
    """Each test has an account, a Slack and an empty cache of its own."""

    maxDiff = None

    def setUp(self) -> None:
        self.account = str(next(accounts))
        self.slack = Slack()
        self.addCleanup(self.slack.server_close)
        self.addCleanup(self.slack.shutdown)
        self.addCleanup(self.slack.released.set)
        self.url = f"http://127.0.0.1:{self.slack.server_port}/services/T0/B0/{CANARY}"
        allowed = re.compile(r"http://(127\.0\.0\.1:\d+)(/services/[A-Za-z0-9/_-]+)")
        settings = {"WEBHOOK": allowed, "CONNECTION": http.client.HTTPConnection, "BACKOFF": (0.01, 0.02, 0.03)}
        self.patch(mock.patch.multiple(notifier, TIMEOUT=0.8, MARGIN=0.0, _cache={}, **settings))
        environment = {"AWS_ACCESS_KEY_ID": self.account, "WEBHOOK_SECRET": "audit/slack", "MESSAGE_LANG": "en"}
        self.patch(mock.patch.dict(os.environ, environment))
        boto3.DEFAULT_SESSION = None

    def patch(self, patcher: Any) -> None:
        patcher.start()
        self.addCleanup(patcher.stop)

    def store(self, text: str | None = None, name: str = "audit/slack") -> str:
        secrets = boto3.client("secretsmanager")
        return secrets.create_secret(Name=name, SecretString=self.url if text is None else text)["ARN"]

    def control(self, method: str, path: str, **body: Any) -> Any:
        url = f"{os.environ['AWS_ENDPOINT_URL']}/_audit/{path}"
        if method != "POST":
            url += f"?account={self.account}"
        data = json.dumps({"account": self.account, **body}).encode() if method == "POST" else None
        with urllib.request.urlopen(urllib.request.Request(url, data, method=method)) as answer:
            return json.loads(answer.read())

    def reads(self) -> list[str]:
        wanted = ("secretsmanager:GetSecretValue", "ssm:GetParameter")
        return [call["operation"] for call in self.control("GET", "requests") if call["operation"] in wanted]

    @contextlib.contextmanager
    def listening(self) -> Iterator[io.StringIO]:
        """All that is printed and logged, at the level DEBUG; the canary must not be in it."""
        heard, root = io.StringIO(), logging.getLogger()
        echo, level = logging.StreamHandler(heard), root.level
        root.addHandler(echo)
        root.setLevel(logging.DEBUG)
        try:
            with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
                yield heard
        finally:
            root.removeHandler(echo)
            root.setLevel(level)
        self.assertNotIn(CANARY, heard.getvalue())

    def send(self, event: Any, seconds: float = 8) -> list[dict[str, Any]]:
        """Invokes the handler; returns its log."""
        with self.listening() as heard:
            notifier.handler(event, Context(seconds))
        return self.log(heard)

    def fail_to_send(self, event: Any, seconds: float = 8) -> tuple[str, list[dict[str, Any]]]:
        with self.listening() as heard, self.assertRaises(notifier.Undelivered) as caught:
            notifier.handler(event, Context(seconds))
        error = caught.exception
        self.assertIsNone(error.__cause__)
        self.assertIsNone(error.__context__)
        text = "".join(traceback.format_exception(error)) + repr(error.args)
        self.assertNotIn(CANARY, text)
        self.assertNotIn("/services/", text)
        return str(error), self.log(heard)

    @staticmethod
    def log(heard: io.StringIO) -> list[dict[str, Any]]:
        return [json.loads(line) for line in heard.getvalue().splitlines() if line.startswith('{"kind"')]

    def messages(self) -> list[Any]:
        return [body for _, body in self.slack.requests]


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every text of a message, with the limit that Slack sets it."""
    for block in value.get("blocks", []) + [b for a in value.get("attachments", []) for b in a["blocks"]]:
        for text in [block["text"]] if "text" in block else block["fields"]:
            kind = block["type"] if "text" in block else "field"
            yield kind, text["text"]
    yield "text", value["text"]


LIMITS = {"header": 150, "section": 3000, "field": 2000, "text": 4000}


class Messages(Case):
    def check(self, message: Any) -> None:
        for kind, text in texts(message):
            self.assertTrue(0 < len(text) <= LIMITS[kind], f"{kind} of {len(text)}")
            # Between angle brackets: nothing but addresses and dates.
            for inside in re.findall(r"<([^<>]*)>?", text):
                self.assertRegex(inside, r"^(https?://|!date\^\d+\^)")
            self.assertNotRegex(text, r"&(?!(amp|lt|gt);)")
            self.assertNotRegex(text, r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
        for block in (block for part in message.get("attachments", []) for block in part["blocks"]):
            self.assertLessEqual(len(block.get("fields", [])), 10)
            self.assertTrue(all(text["verbatim"] for text in block.get("fields") or [block["text"]]))
        json.dumps(message).encode()

    def test_whole_messages(self) -> None:
        self.store()
        expected = HERE / "expected"
        for name in EVENTS:
            for lang in LANGUAGES:
                with self.subTest(name=name, lang=lang), mock.patch.dict(os.environ, MESSAGE_LANG=lang):
                    self.send(sample(name))
                    message, path = self.messages()[-1], expected / f"{name}.{lang}.json"
                    self.check(message)
                    if os.environ.get("UPDATE"):
                        path.write_text(json.dumps(message, ensure_ascii=False, indent=2) + "\n", "utf-8")
                    self.assertEqual(json.loads(path.read_text("utf-8")), message)
        wanted = {f"{name}.{lang}.json" for name in EVENTS for lang in LANGUAGES}
        self.assertEqual(wanted, {path.name for path in expected.iterdir()})

    def test_plain_says_the_same(self) -> None:
        for name in EVENTS:
            for lang in LANGUAGES:
                with self.subTest(name=name, lang=lang), mock.patch.dict(os.environ, MESSAGE_LANG=lang):
                    event = sample(name)
                    notice = notifier.understand(event.get("Records", [event])[0])
                    message = notifier.plain(notice)
                    self.assertEqual(["text"], list(message))
                    self.check(message)
                    rich = notifier.rich(notice)
                    self.assertTrue(message["text"].startswith(rich["text"]))
                    for part in rich["attachments"]:
                        for block in part["blocks"]:
                            for text in block.get("fields") or [block["text"]]:
                                self.assertIn(text["text"].split("*\n")[-1], message["text"])

    def test_the_log_names_the_kind_and_what_it_was_about(self) -> None:
        self.store()
        for name, kind, about in (
            ("sns_alarm_metric", "alarm", "prod api CPU > 80%"),
            ("direct_alarm", "alarm", "lambda-demo-metric-alarm"),
            ("eventbridge_alarm", "alarm", "ServerCpuTooHigh"),
            ("sns_guardduty", "guardduty", "CryptoCurrency:Runtime/BitcoinTool.B!DNS"),
            ("sns_health_entities", "health", "AWS_LAMBDA_PLANNED_LIFECYCLE_EVENT"),
            ("sns_budget", "budget", "monthly-total"),
            ("sns_cost_anomaly", "anomaly", "AmazonCloudWatch"),
            ("sns_custom", "custom", ""),
            ("sns_text", "other", ""),
            ("eventbridge_ecs_deployment", "event", "ECS Deployment State Change"),
        ):
            with self.subTest(name=name):
                line = {"kind": kind, "name": about, "outcome": "delivered", "status": 200}
                self.assertEqual([line], self.send(sample(name)))

    def test_long_and_strange_texts_stay_within_the_limits(self) -> None:
        for text in (
            "&<>" * 4000,
            "長" * 9000,
            "\ud800\0\x1b[31m\u202e" * 900,
            "https://example.com/" + "a&" * 5000,
            "2026-11-23 07:24:35 UTC " * 300,
            "9999-99-99 99:99:99 UTC",
            " \n" * 3000,
        ):
            event = sample("sns_alarm_metric")["Records"][0]
            alarm = json.loads(event["Sns"]["Message"])
            alarm |= {"AlarmName": text, "NewStateReason": text, "AlarmDescription": text}
            event["Sns"]["Message"] = json.dumps(alarm)
            custom = {"source": "custom", "content": {"title": text, "description": text, "nextSteps": [text] * 30}}
            others = ({"Subject": text, "Message": text}, {"Message": json.dumps(custom)})
            for record in (event, *({"Sns": other} for other in others)):
                notice = notifier.understand(record)
                self.check(notifier.rich(notice))
                self.check(notifier.plain(notice))

    def test_what_is_cut_says_so(self) -> None:
        message = notifier.rich(notifier.understand({"Sns": {"Subject": "s", "Message": "word " * 3000}}))
        self.assertTrue(message["attachments"][0]["blocks"][0]["text"]["text"].endswith("word…"))

    def test_no_form_is_dropped(self) -> None:
        """Whatever part of a known form is missing or is something else, a message comes of it."""

        def variants(value: Any) -> Iterator[Any]:
            for other in (None, 7, "text", [], {}, [None], ["a"], {"a": 1}):
                yield other
            items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            for key, item in list(items):
                for other in variants(item):
                    changed = copy.copy(value)
                    changed[key] = other
                    yield changed
                if isinstance(value, dict):
                    yield {k: v for k, v in value.items() if k != key}

        for name in EVENTS:
            event = sample(name)
            inner = event["Records"][0]["Sns"]["Message"] if "Records" in event else json.dumps(event)
            try:
                body = json.loads(inner)
            except ValueError:
                body = {}
            for changed in variants(body):
                for record in (changed, {"Sns": {"Message": json.dumps(changed), "TopicArn": None}}):
                    notice = notifier.understand(record)
                    for message in (notifier.rich(notice), notifier.plain(notice)):
                        self.check(message)

    def test_anything_may_invoke_it(self) -> None:
        self.store()
        events: list[Any] = [{}, [], None, "text", 7, {"Records": []}, {"Records": 7}]
        events.append({"Records": [None, {"Sns": None}, "text"]})
        for event in events:
            with self.subTest(event=event):
                self.send(event)
        self.assertEqual(len(events) + 2, len(self.slack.requests))

    def test_what_is_not_understood_is_said_in_full(self) -> None:
        record = {"Sns": {"Subject": "S", "Message": '{"AlarmName": "a", "NewStateValue": "ALARM", "Trigger": 7}'}}
        notice = notifier.understand(record)
        self.assertEqual(("other", "S", record["Sns"]["Message"]), (notice.kind, notice.title, notice.body))

    def test_other_partitions_and_names_that_are_no_region(self) -> None:
        for region, start in (
            ("ap-northeast-1", "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#"),
            ("cn-northwest-1", "https://cn-northwest-1.console.amazonaws.cn/"),
            ("us-gov-east-1", "https://us-gov-east-1.console.amazonaws-us-gov.com/"),
            ("eusc-de-east-1", "https://eusc-de-east-1.console.amazonaws-eusc.eu/"),
            ("us-iso-east-1", None),
            ("evil.example/x-1", None),
            ("", None),
        ):
            arn = f"arn:aws:cloudwatch:{region}:111122223333:alarm:a"
            data = {"alarmName": "a b/c?#|<é>", "state": {"value": "ALARM"}}
            link = notifier.understand({"alarmData": data, "alarmArn": arn}).link
            if start:
                self.assertTrue(link.startswith(start), link)
                self.assertTrue(link.endswith("#alarmsV2:alarm/a%20b%2Fc%3F%23%7C%3C%C3%A9%3E"), link)
            else:
                self.assertEqual("", link)

    def test_the_link_of_an_anomaly_leads_to_the_console_only(self) -> None:
        for link in (
            "https://evil.example/console.aws.amazon.com/",
            "http://console.aws.amazon.com/x",
            "https://xconsole.aws.amazon.com/",
            "https://console.aws.amazon.com@evil.example/",
            "javascript:alert(1)",
        ):
            event = sample("sns_cost_anomaly")["Records"][0]
            anomaly = json.loads(event["Sns"]["Message"]) | {"anomalyDetailsLink": link}
            event["Sns"]["Message"] = json.dumps(anomaly)
            shown = notifier.understand(event).link
            self.assertEqual("https://us-east-1.console.aws.amazon.com/cost-management/home#/anomaly-detection", shown)

    def test_both_languages_have_every_word(self) -> None:
        self.assertEqual(set(notifier.WORDS["en"]), set(notifier.WORDS["ja"]))
        for lang, title in (("fr", "Notification"), ("", "Notification"), ("ja", "通知")):
            with mock.patch.dict(os.environ, MESSAGE_LANG=lang):
                self.assertEqual(title, notifier.understand({}).title)

    def test_severities_of_guardduty(self) -> None:
        for severity, word, look in (
            (9, "Critical", "ALARM"),
            (8.9, "High", "ALARM"),
            (7, "High", "ALARM"),
            (6.9, "Medium", "INSUFFICIENT_DATA"),
            (4, "Medium", "INSUFFICIENT_DATA"),
            (3.9, "Low", "INFO"),
            (1, "Low", "INFO"),
        ):
            event = {"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": {"severity": severity}}
            notice = notifier.understand(event)
            self.assertEqual((f"{word} ({severity})", look), (dict(notice.facts)["severity"], notice.look))

    def test_a_health_event_that_is_over_is_green(self) -> None:
        event = sample("health_public_issue")
        event["detail"]["statusCode"] = "closed"
        self.assertEqual("OK", notifier.understand(event).look)


class Secrets(Case):
    event = {"Records": [{"Sns": {"Subject": "S", "Message": "m"}}]}

    def test_every_place_and_form(self) -> None:
        ssm = boto3.client("ssm")
        arn = self.store(name="by/arn")
        for kind in ("SecureString", "String"):
            ssm.put_parameter(Name=f"/audit/{kind}", Value=self.url, Type=kind)
        names = [arn, "/audit/SecureString", "/audit/String"]
        names.append(f"arn:aws:ssm:ap-northeast-1:{self.account}:parameter/audit/SecureString")
        for key in ("url", "webhook", "webhook_url", "SLACK_WEBHOOK_URL"):
            self.store(json.dumps({"other": "x", key: f" {self.url}\n"}), key)
            names.append(key)
        self.store(f"{self.url}\n", "newline")
        for name in [*names, "newline"]:
            with self.subTest(name=name), mock.patch.dict(os.environ, WEBHOOK_SECRET=name):
                self.send(self.event)
        self.assertEqual({f"/services/T0/B0/{CANARY}"}, {path for path, _ in self.slack.requests})
        self.assertEqual(9, len(self.slack.requests))
        self.assertEqual(3, self.reads().count("ssm:GetParameter"))

    def test_the_region_of_an_arn_counts(self) -> None:
        other = boto3.client("secretsmanager", region_name="eu-west-1")
        arn = other.create_secret(Name="far", SecretString=self.url)["ARN"]
        with mock.patch.dict(os.environ, WEBHOOK_SECRET=arn):
            self.send(self.event)
        self.assertEqual(1, len(self.slack.requests))

    def test_only_webhooks_of_slack(self) -> None:
        """The check as it is deployed."""
        for url in ("https://hooks.slack.com/services/T0/B0/x-Y_9", "https://hooks.slack-gov.com/services/T0/B0/x"):
            self.assertTrue(DEPLOYED["WEBHOOK"].fullmatch(url), url)
        for url in (
            "http://hooks.slack.com/services/T0/B0/x",
            "https://hooks.slack.com.evil.example/services/T0/B0/x",
            "https://evil.example/services/T0/B0/x",
            "https://hooks.slack.com@evil.example/services/T0/B0/x",
            "https://user:pass@hooks.slack.com/services/T0/B0/x",
            "https://hooks.slack.com:444/services/T0/B0/x",
            "https://hooks.slack.com/services/T0/B0/x?to=y",
            "https://hooks.slack.com/services/T0/B0/x\r\nHost: evil.example",
            "https://hooks.slack.com/services/../triggers/x",
            "https://hooks.slack.com/triggers/T0/1/x",
            "https://hooksXslack.com/services/T0/B0/x",
            "https://hooks.slack.com/services/",
            " https://hooks.slack.com/services/T0/B0/x",
            "",
        ):
            self.assertFalse(DEPLOYED["WEBHOOK"].fullmatch(url), url)
        self.assertIs(http.client.HTTPSConnection, DEPLOYED["CONNECTION"])

    def test_what_is_no_webhook_is_refused_and_not_told(self) -> None:
        held = (
            f"https://evil.example/{CANARY}",
            f"https://[{CANARY}/",
            CANARY,
            f'{{"{CANARY}": 1}}',
            f'{{"url": "{CANARY}',
            f'{{"url": ["{CANARY}"]}}',
            f"{self.url}?{CANARY}",
            f"{self.url}\r\nX: y",
            "{}",
        )
        for index, text in enumerate(held):
            with self.subTest(text=text), mock.patch.dict(os.environ, WEBHOOK_SECRET=self.store(text, f"bad{index}")):
                error, log = self.fail_to_send(self.event)
                self.assertRegex(error, "is no address of a Slack incoming webhook$|cannot be read: JSONDecodeError$")
                self.assertEqual([None], [line["status"] for line in log])
        self.assertEqual([], self.slack.requests)

    def test_why_it_cannot_be_read(self) -> None:
        self.assertIn("cannot be read: ResourceNotFoundException", self.fail_to_send(self.event)[0])
        self.store()
        self.control("POST", "faults", operation="secretsmanager:GetSecretValue", kind="deny")
        error, log = self.fail_to_send(self.event)
        reason = "the secret that WEBHOOK_SECRET names cannot be read: AccessDeniedException"
        self.assertEqual(f"1 of 1 not delivered: other: {reason}", error)
        self.assertEqual([{"kind": "other", "name": "", "outcome": reason, "status": None}], log)
        with mock.patch.dict(os.environ, WEBHOOK_SECRET="/none"):
            self.assertIn("cannot be read: ParameterNotFound", self.fail_to_send(self.event)[0])
        with mock.patch.dict(os.environ, WEBHOOK_SECRET=""):
            self.assertIn("cannot be read: ParamValidationError", self.fail_to_send(self.event)[0])
        self.control("DELETE", "faults")
        boto3.client("secretsmanager").create_secret(Name="binary", SecretBinary=self.url.encode())
        with mock.patch.dict(os.environ, WEBHOOK_SECRET="binary"):
            self.assertIn("cannot be read: KeyError", self.fail_to_send(self.event)[0])

    def test_the_address_itself_in_the_environment_is_not_told(self) -> None:
        arn = f"arn:aws:ssm:ap-northeast-1:{self.account}:parameter/{CANARY}"
        for name in (self.url, f"hooks.slack.com/services/{CANARY}", f"/services/{CANARY}", arn):
            with self.subTest(name=name), mock.patch.dict(os.environ, WEBHOOK_SECRET=name):
                self.control("DELETE", "requests")
                self.assertIn("cannot be read", self.fail_to_send(self.event)[0])
                self.assertEqual("://" in name, not self.reads())

    def test_it_is_cached_for_five_minutes(self) -> None:
        self.assertEqual(300, notifier.CACHED)
        self.store()
        clock = time.monotonic()
        with mock.patch.object(notifier.time, "monotonic", lambda: clock):
            notifier.webhook()
            clock += 299
            notifier.webhook()
            self.assertEqual(1, len(self.reads()))
            clock += 2
            notifier.webhook()
        self.assertEqual(2, len(self.reads()))

    def test_if_it_cannot_be_read_again_the_last_one_is_used(self) -> None:
        self.store()
        self.send(self.event)
        self.control("POST", "faults", operation="secretsmanager:GetSecretValue", kind="deny")
        notifier._cache["audit/slack"] = (self.url, 0)
        first, second = self.send(self.event)
        self.assertEqual("webhook", first["kind"])
        self.assertIn("AccessDeniedException; the last known one is used", first["outcome"])
        self.assertEqual("delivered", second["outcome"])

    def test_a_rotated_webhook_is_read_at_once(self) -> None:
        self.store()
        for status, text in ((403, "invalid_token"), (404, "no_service"), (410, "channel_is_archived")):
            with self.subTest(status=status):
                notifier._cache["audit/slack"] = (self.url, time.monotonic() + 300)
                boto3.client("secretsmanager").put_secret_value(SecretId="audit/slack", SecretString=f"{self.url}2")
                self.slack.requests.clear()
                self.slack.script = [(status, text, {})]
                self.assertEqual("delivered", self.send(self.event)[0]["outcome"])
                paths = [path for path, _ in self.slack.requests]
                self.assertEqual([f"/services/T0/B0/{CANARY}", f"/services/T0/B0/{CANARY}2"], paths)

    def test_a_webhook_that_is_gone_is_tried_once_more_only(self) -> None:
        self.store()
        self.slack.script = [(404, "no_service", {})] * 5
        error, log = self.fail_to_send(self.event)
        self.assertEqual("1 of 1 not delivered: other: Slack answered 404 no_service", error)
        self.assertEqual(404, log[0]["status"])
        self.assertEqual((2, 2), (len(self.slack.requests), len(self.reads())))

    def test_gone_and_not_to_be_read_again(self) -> None:
        self.store()
        notifier.webhook()
        self.control("POST", "faults", operation="secretsmanager:GetSecretValue", kind="deny")
        self.slack.script = [(404, "no_service", {})]
        error, _ = self.fail_to_send(self.event)
        self.assertIn("404 no_service; the secret that WEBHOOK_SECRET names cannot be read: AccessDenied", error)


class Delivery(Case):
    event = {"Records": [{"Sns": {"Subject": "S", "Message": "m"}}]}

    def setUp(self) -> None:
        super().setUp()
        self.store()

    def test_what_slack_refuses_fails_with_its_word(self) -> None:
        for status, text in (
            (403, "action_prohibited"),
            (404, "channel_not_found"),
            (405, "method_not_allowed"),
            (410, "channel_is_archived"),
            (413, "too_large"),
        ):
            with self.subTest(status=status):
                self.slack.script = [(status, text, {})] * 3
                error, log = self.fail_to_send(self.event)
                self.assertTrue(error.endswith(f"Slack answered {status} {text}"), error)
                self.assertEqual(status, log[0]["status"])

    def test_what_is_not_slacks_word_is_not_repeated(self) -> None:
        for text in (f"cannot POST {self.url}", CANARY, "<html>", "\x1b[31m", "Z" * 9999, "services", "ü"):
            with self.subTest(text=text[:40]):
                self.slack.script = [(404, text, {})] * 3
                self.assertTrue(self.fail_to_send(self.event)[0].endswith("Slack answered 404"))

    def test_a_redirect_is_not_followed(self) -> None:
        for status in (301, 302, 303, 307, 308):
            self.slack.requests.clear()
            self.slack.script = [(status, "", {"Location": f"http://127.0.0.1:{self.slack.server_port}/elsewhere"})]
            self.assertTrue(self.fail_to_send(self.event)[0].endswith(f"Slack answered {status}"))
            self.assertEqual([f"/services/T0/B0/{CANARY}"], [path for path, _ in self.slack.requests])

    def test_refused_blocks_are_sent_as_text_once(self) -> None:
        for text in ("invalid_blocks", "invalid_payload"):
            self.slack.requests.clear()
            self.slack.script = [(400, text, {})]
            self.assertEqual("delivered", self.send(sample("sns_alarm_metric"))[0]["outcome"])
            rich, plain = self.messages()
            self.assertIn("blocks", rich)
            self.assertEqual(["text"], list(plain))
            self.assertIn("https://ap-northeast-1.console.aws.amazon.com/cloudwatch", plain["text"])
        self.slack.requests.clear()
        self.slack.script = [(400, "invalid_payload", {})] * 5
        self.assertTrue(self.fail_to_send(self.event)[0].endswith("Slack answered 400 invalid_payload"))
        self.assertEqual(2, len(self.slack.requests))

    def test_a_passing_fault_is_tried_again(self) -> None:
        for fault in ((500, "rollup_error", {}), (503, "", {}), "hang", "close", "garbage"):
            with self.subTest(fault=fault):
                self.slack.requests.clear()
                self.slack.script = [fault, fault]
                self.assertEqual(200, self.send(self.event)[0]["status"])
                self.assertEqual(3, len(self.slack.requests))

    def test_a_lasting_fault_is_given_up(self) -> None:
        faults = {"hang": "TimeoutError", "close": "RemoteDisconnected", "garbage": "BadStatusLine"}
        for fault, reason in [((500, "rollup_error", {}), "Slack answered 500 rollup_error"), *faults.items()]:
            with self.subTest(fault=fault):
                self.slack.requests.clear()
                self.slack.script = [fault] * 9
                error, log = self.fail_to_send(self.event)
                self.assertIn(reason, error)
                self.assertEqual(500 if "500" in reason else None, log[0]["status"])
                self.assertEqual(4, len(self.slack.requests))

    def test_nobody_there(self) -> None:
        self.slack.shutdown()
        self.slack.server_close()
        self.assertIn("Slack could not be reached (ConnectionRefusedError)", self.fail_to_send(self.event)[0])

    def test_slack_says_how_long_to_wait(self) -> None:
        notifier.webhook()
        self.slack.script = [(429, "rate_limited", {"Retry-After": "1"})]
        began = time.monotonic()
        self.send(self.event)
        self.assertGreater(time.monotonic() - began, 1)
        self.assertEqual(2, len(self.slack.requests))

    def test_no_longer_than_there_is_time(self) -> None:
        notifier.webhook()
        for wait in ("60", "999999999999", "Wed, 21 Oct 2015 07:28:00 GMT", "-1", "nan", "", "²"):
            with self.subTest(wait=wait):
                self.slack.requests.clear()
                self.slack.script = [(429, "rate_limited", {"Retry-After": wait.encode().decode("latin-1")})] * 9
                began = time.monotonic()
                error, log = self.fail_to_send(self.event, 2)
                self.assertTrue(error.endswith("Slack answered 429 rate_limited"), error)
                self.assertEqual(429, log[0]["status"])
                self.assertLess(time.monotonic() - began, 2)
                self.assertEqual(1 if wait == "60" else 4, len(self.slack.requests))

    def test_the_deadline_of_the_function_is_kept(self) -> None:
        notifier.webhook()
        self.patch(mock.patch.object(notifier, "TIMEOUT", 5))
        self.slack.script = ["hang"] * 9
        began = time.monotonic()
        self.fail_to_send(self.event, 1)
        self.assertLess(time.monotonic() - began, 3)

    def test_no_time_at_all(self) -> None:
        error, _ = self.fail_to_send(self.event, -1)
        self.assertTrue(error.endswith("no time was left"))
        self.assertEqual([], self.slack.requests)

    def test_one_that_fails_does_not_keep_the_others(self) -> None:
        names = ("sns_alarm_metric", "sns_alarm_ok", "sns_budget")
        records = [record for name in names for record in sample(name)["Records"]]
        self.slack.script = [(200, "ok", {}), *[(404, "no_service", {})] * 2, (200, "ok", {})]
        error, log = self.fail_to_send({"Records": records})
        self.assertEqual("1 of 3 not delivered: alarm orders-db-cpu-high: Slack answered 404 no_service", error)
        self.assertEqual([200, 404, 200], [line["status"] for line in log])
        self.assertIn("monthly-total", self.messages()[-1]["text"])

    def test_one_that_hangs_leaves_time_for_the_others(self) -> None:
        notifier.webhook()
        self.patch(mock.patch.object(notifier, "TIMEOUT", 5))
        self.slack.script = ["hang"]
        error, log = self.fail_to_send({"Records": self.event["Records"] * 2}, 2)
        self.assertIn("1 of 2", error)
        self.assertEqual([None, 200], [line["status"] for line in log])

    def test_without_a_context(self) -> None:
        with self.listening():
            self.assertEqual({"delivered": 1}, notifier.handler(self.event))


DEPLOYED = {"WEBHOOK": notifier.WEBHOOK, "CONNECTION": notifier.CONNECTION}

if __name__ == "__main__":
    unittest.main()
