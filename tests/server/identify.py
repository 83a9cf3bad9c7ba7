"""Which operation a request calls: from the signature's scope, the target header, the form or the path."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import HTTPException

import models
import protocols
from wire import Call, Environ, Params

CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
CBOR_PATH = re.compile(r"^/service/[^/]+/operation/(\w+)$")
ACCOUNT = re.compile(r"^\d{12}$")
UNKNOWN = "Unknown"
DEFAULT_ACCOUNT = "123456789012"


def identify(environ: Environ, body: bytes) -> Call | None:
    """The call behind a request; none for a request that is not signed."""
    credential = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if credential is None:
        return None
    key, region, signing = credential.groups()
    account = key if ACCOUNT.match(key) else DEFAULT_ACCOUNT
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
    service, prefix = models.by_signing_name(signing)
    call = Call(environ, body, account, region, service, prefix, UNKNOWN, "rest-json")
    call.protocol, call.operation, call.uri_params = _operation(call)
    return call


def _operation(call: Call) -> tuple[str, str, Params]:
    """Protocol, operation and path parameters."""
    cbor_path = CBOR_PATH.match(call.path)
    if cbor_path and call.environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return "cbor", cbor_path[1], {}
    target = call.environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return "json", target.rsplit(".", 1)[-1], {}
    form = _form(call)
    if "Action" in form:
        return ("ec2" if call.service == "ec2" else "query"), form["Action"][0], {}
    return _rest_operation(call)


def _form(call: Call) -> dict[str, list[str]]:
    content = call.environ.get("CONTENT_TYPE") or ""
    if content.startswith("application/x-www-form-urlencoded"):
        return parse_qs(call.body.decode(errors="replace"), keep_blank_values=True)
    return parse_qs(call.environ.get("QUERY_STRING") or "", keep_blank_values=True)


def _rest_operation(call: Call) -> tuple[str, str, Params]:
    model = models.service_model(call.service)
    if model is None:
        return "rest-json", UNKNOWN, {}
    protocol = models.plain_protocol(call.service)
    request: Any = Request(protocols.fresh_environ(call))
    try:
        operation, uri_params = get_service_router(call.service).match(request)
    except (HTTPException, NotImplementedError):
        return protocol, UNKNOWN, {}
    return protocol, operation.name, dict(uri_params)
