"""What moto lacks or gets wrong: one module per service, one function per operation.

A supplement gets the call and `ask`, which puts the call (or the same operation with other parameters) to moto and
returns the members of its answer. It returns the members of its own. State lives in moto's own objects, so that it is
kept per account and region and dies with them; `plant` changes it for what no API can.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from protocols import build_call, parse_reply, serialize_error, unwritten
from wire import AwsError, Call, Handler, Params, Refused, Reply

Ask = Callable[..., dict[str, Any]]
Supplement = Callable[[Call, Ask], dict[str, Any]]

# IAM prefix -> module, imported with the service's first call: moto takes its time, and no test calls everything.
MODULES = {
    "budgets": "budgets",
    "cloudtrail": "cloudtrail",
    "cloudwatch": "cloudwatch",
    "config": "config",
    "ecr": "ecr",
    "ecs": "ecs",
    "lambda": "functions",
    "sns": "sns",
    "synthetics": "synthetics",
}

_TABLE: dict[str, Supplement] = {}


def supplement(*names: str) -> Callable[[Supplement], Supplement]:
    """Registers a function for operations by their `iamprefix:Operation` names."""

    def register(function: Supplement) -> Supplement:
        _TABLE.update(dict.fromkeys(names, function))
        return function

    return register


def layer(inner: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        if call.prefix in MODULES:
            import_module(f"supplement.{MODULES[call.prefix]}")
        work = _TABLE.get(call.name)
        if work is None:
            return inner(call)
        try:
            return unwritten(work(call, _ask(call, inner)))
        except AwsError as error:
            return serialize_error(call, error)
        except Refused as refused:
            return refused.reply

    return handle


def _ask(call: Call, inner: Handler) -> Ask:
    def ask(params: Params | None = None) -> dict[str, Any]:
        if params is None:
            return parse_reply(call, inner(call))
        question = build_call(call.account, call.region, call.service, call.operation, params)
        return parse_reply(question, inner(question))

    return ask
