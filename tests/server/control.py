"""The control API under `/_audit/`, by which tests seed accounts, inflict faults and read what was called.

| request | body or query |
|---|---|
| `GET /_audit/ready` | |
| `POST /_audit/seed` | account, region, scenario, scale |
| `POST /_audit/fault` | account, region, fault, action: plant or mend (an entry of `seeds.faults`) |
| `GET /_audit/expectations?account=&region=` | every such fault with its findings |
| `POST /_audit/state` | account, region, kind, and the kind's own keys (see `plants`) |
| `GET /_audit/dump?account=&region=` | what the account holds: type, name, description (see `dump`) |
| `POST /_audit/faults` | account, operation, except, kind, region, times, after, match; code, message, status |
| `DELETE /_audit/faults?account=` | |
| `POST /_audit/policy` | account, policy: an IAM policy's text, from now on all that the caller has |
| `POST /_audit/call` | account, region, service, method, arguments: someone else calls AWS, as boto3 would |
| `POST /_audit/latency` | account, ms |
| `POST /_audit/page` | account, size: at most so many items on a page; null: AWS's own sizes |
| `GET`, `DELETE /_audit/requests?account=` | each: operation, region, write, question (a hash), began, ended |
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import dump
import seed
from faults import KINDS, Accounts, Fault
from local import LocalAws
from paging import PageSizes
from wire import AwsError, Environ, Handler, Reply

PREFIX = "/_audit/"
DEFAULT_REGION = "ap-northeast-1"
Request = dict[str, Any]


class Control:
    def __init__(self, accounts: Accounts, sizes: PageSizes, inner: Handler) -> None:
        self._accounts = accounts
        self._sizes = sizes
        self._inner = inner
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "ready"): lambda _: {},
            ("POST", "seed"): self._seed,
            ("POST", "fault"): self._fault,
            ("POST", "state"): self._state,
            ("POST", "faults"): self._inflict,
            ("DELETE", "faults"): lambda r: accounts.relieve(r["account"]),
            ("POST", "policy"): lambda r: accounts.enforce(r["account"], r["policy"]),
            ("POST", "call"): self._call,
            ("POST", "latency"): lambda r: accounts.delay(r["account"], r["ms"]),
            ("POST", "page"): lambda r: sizes.set(r["account"], r["size"]),
            ("GET", "dump"): lambda r: dump.dump(self._aws(r)),
            ("GET", "expectations"): lambda r: seed.expectations(r["account"], r.get("region") or DEFAULT_REGION),
            ("GET", "requests"): lambda r: accounts.requests(r["account"]),
            ("DELETE", "requests"): lambda r: accounts.forget_requests(r["account"]),
        }

    def __call__(self, environ: Environ, body: bytes) -> Reply:
        name = environ["PATH_INFO"].removeprefix(PREFIX)
        route = self._routes.get((environ["REQUEST_METHOD"], name))
        if route is None:
            return _json(404, {"error": f"no {environ['REQUEST_METHOD']} {PREFIX}{name}"})
        try:
            return _json(200, route(_request(environ, body)))
        except (KeyError, ValueError, LookupError) as error:
            traceback.print_exc()
            return _json(400, {"error": f"{type(error).__name__}: {error}"})
        except Exception as error:
            traceback.print_exc()
            return _json(500, {"error": f"{type(error).__name__}: {error}"})

    def _aws(self, request: Request) -> LocalAws:
        return LocalAws(self._inner, request["account"], request.get("region") or DEFAULT_REGION)

    def _seed(self, request: Request) -> None:
        seed.run_scenario(self._aws(request), request["scenario"], request.get("scale"))

    def _fault(self, request: Request) -> None:
        seed.run_fault(self._aws(request), request["fault"], request["action"])

    def _state(self, request: Request) -> None:
        import plant  # it needs all of moto; see `supplement.MODULES`

        plant.plant(request["account"], request.get("region") or DEFAULT_REGION, request)

    def _call(self, request: Request) -> None:
        """What someone else does in the account."""
        client = self._aws(request).client(request["service"])
        getattr(client, request["method"])(**request["arguments"])

    def _inflict(self, request: Request) -> None:
        if request["kind"] not in KINDS:
            raise ValueError(f"no kind {request['kind']}; there are {', '.join(KINDS)}")
        error = None
        if request["kind"] == "error":
            error = AwsError(request["code"], request.get("message", "planted"), request.get("status", 400))
        fault = Fault(
            operation=request["operation"],
            kind=request["kind"],
            region=request.get("region"),
            times=request.get("times"),
            match=request.get("match"),
            spared=request.get("except") or [],
            error=error,
            after=request.get("after", 0),
        )
        self._accounts.inflict(request["account"], fault)


def _request(environ: Environ, body: bytes) -> Request:
    query = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING") or "").items()}
    return query | (json.loads(body) if body else {})


def _json(status: int, value: Any) -> Reply:
    return Reply(status, {"Content-Type": "application/json"}, json.dumps(value).encode())
