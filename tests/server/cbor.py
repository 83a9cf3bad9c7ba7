"""Smithy RPC v2 CBOR, which `aws-sdk-cloudwatch` and `aws-sdk-health` speak and moto does not.

A CBOR call goes inward as awsJson and its reply comes back as CBOR, written by walking botocore's output shape.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import cbor2
from botocore.model import Shape

import models
from protocols import build_call, parse_reply
from wire import AwsError, Call, Handler, Refused, Reply, not_implemented

EPOCH_TAG = 1
HEADERS = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


def layer(inner: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        if call.protocol != "cbor":
            return inner(call)
        if models.operation_model(call.service, call.operation) is None:
            return not_implemented()
        return _bridge(call, inner)

    return handle


def _bridge(call: Call, inner: Handler) -> Reply:
    params = cbor2.loads(call.body) if call.body else {}
    plain = build_call(call.account, call.region, call.service, call.operation, params)
    reply = inner(plain)
    if reply.status == 501:
        return reply
    try:
        result = parse_reply(plain, reply)
    except Refused:
        return error(call, _error_of(reply))
    return success(call, result)


def success(call: Call, result: dict[str, Any]) -> Reply:
    model = models.operation_model(call.service, call.operation)
    shape = model.output_shape if model else None
    return Reply(200, dict(HEADERS), cbor2.dumps(to_cbor(result, shape) if shape else {}))


def _error_of(reply: Reply) -> AwsError:
    try:
        body = json.loads(reply.body)
    except ValueError:
        return AwsError("InternalFailure", reply.body.decode(errors="replace"), reply.status)
    code = body.get("__type") or reply.headers.get("x-amzn-errortype") or "InternalFailure"
    return AwsError(code.rsplit("#", 1)[-1], body.get("message") or body.get("Message") or "", reply.status)


def error(call: Call, failure: AwsError) -> Reply:
    """An error; services that once spoke the query protocol name it in a header, too."""
    headers = dict(HEADERS)
    model = models.service_model(call.service)
    if model is not None and "awsQueryCompatible" in model.metadata:
        fault = "Receiver" if failure.status >= 500 else "Sender"
        headers["x-amzn-query-error"] = f"{failure.code};{fault}"
    namespace = f"com.amazonaws.{call.service}"
    body = {"__type": f"{namespace}#{failure.code}", "message": failure.message}
    return Reply(failure.status, headers, cbor2.dumps(body))


def to_cbor(value: Any, shape: Shape) -> Any:
    """A value with the types its shape demands: doubles as floats, timestamps as tag 1."""
    kind = shape.type_name
    if kind == "structure":
        return {k: to_cbor(value[k], m) for k, m in shape.members.items() if value.get(k) is not None}
    if kind == "list":
        return [to_cbor(item, shape.member) for item in value]
    if kind == "map":
        return {k: to_cbor(v, shape.value) for k, v in value.items()}
    if kind == "timestamp":
        return cbor2.CBORTag(EPOCH_TAG, _epoch(value))
    if kind in ("double", "float"):
        return float(value)
    if kind in ("integer", "long"):
        return int(value)
    return value


def _epoch(value: Any) -> float:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return round(aware.timestamp(), 3)
    return float(value)
