"""Faults, records, honesty about what is missing, and the isolation of accounts."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from selftest.harness import REGION, Account, Server, error_of, same

# One operation for each protocol: query, json, rest-json, CBOR.
PROTOCOLS: dict[str, Callable[[Account], Callable[..., Any]]] = {
    "rds:DescribeDBInstances": lambda a: a.client("rds").describe_db_instances,
    "ecs:ListClusters": lambda a: a.client("ecs").list_clusters,
    "guardduty:ListDetectors": lambda a: a.client("guardduty").list_detectors,
    "cloudwatch:DescribeAlarms": lambda a: a.client("cloudwatch").describe_alarms,
}


def errors(server: Server, kind: str) -> dict[str, tuple[str, int]]:
    account = Account(server)
    account.post("faults", operation="*", kind=kind)
    return {name: error_of(client(account)) for name, client in PROTOCOLS.items()}


def test_deny(server: Server) -> None:
    same(
        errors(server, "deny"),
        {
            "rds:DescribeDBInstances": ("AccessDenied", 403),
            "ecs:ListClusters": ("AccessDeniedException", 400),
            "guardduty:ListDetectors": ("AccessDeniedException", 403),
            "cloudwatch:DescribeAlarms": ("AccessDeniedException", 400),
        },
    )


def test_throttle(server: Server) -> None:
    same(
        errors(server, "throttle"),
        {
            "rds:DescribeDBInstances": ("Throttling", 400),
            "ecs:ListClusters": ("ThrottlingException", 400),
            "guardduty:ListDetectors": ("ThrottlingException", 429),
            "cloudwatch:DescribeAlarms": ("ThrottlingException", 400),
        },
    )


def test_error500(server: Server) -> None:
    same(set(errors(server, "error500").values()), {("InternalFailure", 500)})


def test_html(server: Server) -> None:
    account = Account(server, "healthy")
    account.post("faults", operation="*", kind="html")
    for name, client in PROTOCOLS.items():
        try:
            answer = client(account)()
        except (BotoCoreError, ClientError, ResponseParserError, LookupError, ValueError):
            continue
        # boto3 takes a web page for an empty answer of some protocols; what counts is that it was sent.
        assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"].startswith("text/html"), name


def test_cut_promises_more(server: Server) -> None:
    account = Account(server, "healthy")
    account.post("faults", operation="sns:ListTopics", kind="cut")
    headers = account.signed("sns", **{"Content-Type": "application/x-www-form-urlencoded"})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("POST", "/", b"Action=ListTopics&Version=2010-03-31", headers)
    response = connection.getresponse()
    try:
        response.read()
    except http.client.IncompleteRead as error:
        assert error.partial and error.expected, error
    else:
        raise AssertionError("the body should have been cut")


def test_endless(server: Server) -> None:
    account = Account(server, "healthy")
    account.post("faults", operation="*", kind="endless")
    tokens = [account.client("rds").describe_db_instances()["Marker"] for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert account.client("cloudwatch").describe_alarms()["NextToken"]
    same(account.client("ecs").list_clusters()["clusterArns"], [])
    assert account.client("guardduty").list_detectors()["NextToken"]
    assert account.client("synthetics").describe_canaries()["NextToken"]


def test_hang(server: Server) -> None:
    account = Account(server, "healthy")
    account.post("faults", operation="sns:ListTopics", kind="hang")
    headers = account.signed("sns", **{"Content-Type": "application/x-www-form-urlencoded"})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.3)
    connection.request("POST", "/", b"Action=ListTopics&Version=2010-03-31", headers)
    try:
        connection.getresponse()
    except TimeoutError:
        return
    raise AssertionError("nothing should have been answered")


def test_error(server: Server) -> None:
    account = Account(server)
    account.post("faults", operation="*", kind="error", code="ExpiredToken", message="too late", status=403)
    for client in PROTOCOLS.values():
        same(error_of(client(account)), ("ExpiredToken", 403))


def test_narrow_faults(server: Server) -> None:
    account = Account(server, "mvp")
    account.post("faults", operation="ecs:*", kind="deny", region="us-east-1")
    account.post("faults", operation="sns:GetTopicAttributes", kind="deny", match=":pager")
    account.post("faults", operation="rds:DescribeDBInstances", kind="throttle", times=2)
    account.client("ecs").list_clusters()
    same(error_of(account.client("ecs", "us-east-1").list_clusters)[0], "AccessDeniedException")
    sns, arn = account.client("sns"), f"arn:aws:sns:{REGION}:{account.id}"
    sns.get_topic_attributes(TopicArn=f"{arn}:mvp-alerts")
    same(error_of(sns.get_topic_attributes, TopicArn=f"{arn}:pager")[0], "AccessDenied")
    rds = account.client("rds")
    same([error_of(rds.describe_db_instances)[0] for _ in range(2)], ["Throttling", "Throttling"])
    same(len(rds.describe_db_instances()["DBInstances"]), 3)
    account.delete("faults")
    sns.get_topic_attributes(TopicArn=f"{arn}:pager")


def test_deny_all_but_one(server: Server) -> None:
    account = Account(server)
    account.post("faults", operation="*", kind="deny", **{"except": ["sts:GetCallerIdentity"]})
    account.client("sts").get_caller_identity()
    same(error_of(account.client("sns").list_topics), ("AccessDenied", 403))
    Account(server).client("sns").list_topics()


def test_policy(server: Server) -> None:
    account = Account(server)
    statement = {"Effect": "Allow", "Action": ["budgets:ViewBudget"], "Resource": "*"}
    account.post("policy", policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    account.client("budgets").describe_budgets(AccountId=account.id)
    account.client("sts").get_caller_identity()
    ecs = account.client("ecs")
    same(error_of(ecs.list_clusters), ("AccessDeniedException", 400))
    account.delete("faults")
    same(ecs.list_clusters()["clusterArns"], [])


def test_record(server: Server) -> None:
    account = Account(server, "healthy")
    same(account.get("requests"), [])
    account.client("sts").get_caller_identity()
    account.client("elbv2").describe_load_balancers()
    account.client("events", "us-east-1").list_rules()
    account.client("lambda").get_function(FunctionName="slack-notifier")
    account.client("guardduty").list_detectors()
    account.client("cloudwatch").describe_alarms()
    account.client("config").describe_delivery_channels()
    seen = [(r["operation"], r["region"]) for r in account.get("requests")]
    expected = [
        ("sts:GetCallerIdentity", REGION),
        ("elasticloadbalancing:DescribeLoadBalancers", REGION),
        ("events:ListRules", "us-east-1"),
        ("lambda:GetFunction", REGION),
        ("guardduty:ListDetectors", REGION),
        ("cloudwatch:DescribeAlarms", REGION),
        ("config:DescribeDeliveryChannels", REGION),
    ]
    same(seen, expected)
    log = account.get("requests")
    assert all(r["began"] <= r["ended"] for r in log), log
    account.client("guardduty").list_detectors()
    again = account.get("requests")[-1]
    same(again["question"], next(r["question"] for r in log if r["operation"] == again["operation"]))
    account.delete("requests")
    same(account.get("requests"), [])


def test_not_implemented(server: Server) -> None:
    account = Account(server)
    targets = {
        "config": "StarlingDoveService.MadeUp",
        "health": "AWSHealth_20160804.DescribeEvents",
        "madeup": "MadeUp.MadeUp",
    }
    for service, target in targets.items():
        headers = account.signed(service, **{"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"})
        same(server.request("POST", "/", b"{}", headers)[::2], (501, b"not implemented"))
    for service, path in (("synthetics", "/groups"), ("guardduty", "/nothing/here"), ("chatbot", "/describe-x")):
        status, headers, body = server.request("POST", path, b"{}", account.signed(service))
        same((status, body), (501, b"not implemented"))
        assert "x-amzn-errortype" not in headers
    form = account.signed("rds", **{"Content-Type": "application/x-www-form-urlencoded"})
    same(server.request("POST", "/", b"Action=MadeUp&Version=2014-10-31", form)[0], 501)


def test_latency(server: Server) -> None:
    account = Account(server)
    client = account.client("sts")
    client.get_caller_identity()
    account.post("latency", ms=150)
    started = time.monotonic()
    client.get_caller_identity()
    assert time.monotonic() - started >= 0.15
    account.delete("faults")
    started = time.monotonic()
    client.get_caller_identity()
    assert time.monotonic() - started < 0.15


def test_connections_are_kept(server: Server) -> None:
    account = Account(server)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = account.signed("sts", **{"Content-Type": "application/x-www-form-urlencoded"})
    sockets = set()
    for _ in range(3):
        connection.request("POST", "/", b"Action=GetCallerIdentity&Version=2011-06-15", headers)
        same(connection.getresponse().read().count(account.id.encode()) > 0, True)
        sockets.add(id(connection.sock))
    same(len(sockets), 1)


def test_control_complains(server: Server) -> None:
    for path, body in (
        ("seed", {"account": "1", "scenario": "nonsense"}),
        ("fault", {"account": "1", "fault": "nonsense", "action": "plant"}),
        ("state", {"account": "1", "kind": "nonsense"}),
        ("faults", {"account": "1", "kind": "nonsense", "operation": "*"}),
    ):
        status, _, answer = server.request("POST", f"/_audit/{path}", json.dumps(body).encode())
        assert status == 400 and "nonsense" in json.loads(answer)["error"], (status, answer)
