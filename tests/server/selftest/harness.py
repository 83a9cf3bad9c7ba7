"""A started server, accounts on it, and raw requests to it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

REGION = "ap-northeast-1"
SERVER = Path(__file__).resolve().parent.parent / "server.py"

_numbers = count(700000000001)


class Server:
    """The child process; `with` ends it."""

    def __enter__(self) -> Server:
        self._child = subprocess.Popen(
            [sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._child.stdout is not None
        self.port = json.loads(self._child.stdout.readline())["port"]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        assert self._child.wait(10) == 0, "the server ends when its stdin closes"

    def request(self, method: str, path: str, body: bytes = b"", headers: Any = None) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def control(self, method: str, path: str, **body: Any) -> Any:
        status, _, answer = self.request(method, f"/_audit/{path}", json.dumps(body).encode() if body else b"")
        assert status == 200, f"{path} {body}: {status} {answer!r}"
        return json.loads(answer)


class Account:
    """A new account, with the clients and controls that the tests use."""

    def __init__(self, server: Server, scenario: str | None = None) -> None:
        self.server, self.id = server, str(next(_numbers))
        self._session = boto3.Session(self.id, "not-a-secret", region_name=REGION)
        self._clients: dict[tuple[str, str], Any] = {}
        if scenario:
            self.post("seed", scenario=scenario)

    def client(self, service: str, region: str = REGION) -> Any:
        if (service, region) in self._clients:
            return self._clients[service, region]
        config = Config(retries={"total_max_attempts": 1}, proxies={}, read_timeout=20)
        client = self._session.client(service, region_name=region, endpoint_url=self.server.url, config=config)
        self._clients[service, region] = client
        return client

    def post(self, path: str, **body: Any) -> Any:
        return self.server.control("POST", path, account=self.id, **body)

    def get(self, path: str) -> Any:
        return self.server.control("GET", f"{path}?account={self.id}")

    def delete(self, path: str) -> Any:
        return self.server.control("DELETE", f"{path}?account={self.id}")

    def signed(self, service: str, **headers: str) -> dict[str, str]:
        scope = f"Credential={self.id}/20260101/{REGION}/{service}/aws4_request"
        return {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0", **headers}


def error_of(call: Any, **params: Any) -> tuple[str, int]:
    """The AWS error code and HTTP status with which a client's call fails."""
    from botocore.exceptions import ClientError

    try:
        call(**params)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("the call should have failed")


def same(actual: Any, expected: Any) -> None:
    assert actual == expected, f"\n  actual:   {actual!r}\n  expected: {expected!r}"
