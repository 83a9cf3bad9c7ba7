"""What moto lacks or gets wrong: one module per service, one function per operation.

A supplement gets the call and `ask`, which puts the call (or one with other parameters, or another operation of the
same service) to moto and returns the members of its answer. It returns the members of its own, or a whole reply where
the models do not tell how to write one. State lives in moto's own objects, so that it is kept per account and region
and dies with them; `plant` changes it for what no API can. Where moto answers well and only refuses too little, a guard
is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from protocols import build_call, parse_reply, serialize_error, unwritten
from wire import AwsError, Call, Handler, Params, Refused, Reply

Ask = Callable[..., dict[str, Any]]
Supplement = Callable[[Call, Ask], "dict[str, Any] | Reply"]
Guard = Callable[[Call], None]

# IAM prefix -> modules, imported with the service's first call: moto takes its time, and no test calls everything.
MODULES = {
    "account": ("account",),
    "acm": ("acm",),
    "application-autoscaling": ("autoscaling",),
    "budgets": ("budgets",),
    "ce": ("ce",),
    "chatbot": ("chatbot",),
    "cloudtrail": ("cloudtrail",),
    "cloudwatch": ("cloudwatch", "mute_rules"),
    "config": ("config",),
    "ecr": ("ecr", "image_scans"),
    "ecs": ("ecs",),
    "elasticloadbalancing": ("elbv2",),
    "events": ("events",),
    "guardduty": ("guardduty", "findings"),
    "iam": ("iam", "credentials"),
    "kms": ("kms",),
    "lambda": ("functions",),
    "logs": ("logs",),
    "notifications": ("notifications",),
    "rds": ("rds",),
    "s3": ("s3",),
    "sns": ("sns",),
    "support": ("support",),
    "synthetics": ("synthetics",),
}

_TABLE: dict[str, Supplement] = {}
_GUARDS: dict[str, list[Guard]] = {}


def supplement(*names: str) -> Callable[[Supplement], Supplement]:
    """Registers a function for operations by their `iamprefix:Operation` names."""

    def register(function: Supplement) -> Supplement:
        _TABLE.update(dict.fromkeys(names, function))
        return function

    return register


def guard(*names: str) -> Callable[[Guard], Guard]:
    """Registers a function that looks at a call before anybody answers it: it raises what AWS would refuse it with.

    A name is an operation's, or an IAM prefix for all operations of that service.
    """

    def register(function: Guard) -> Guard:
        for name in names:
            _GUARDS.setdefault(name, []).append(function)
        return function

    return register


def layer(inner: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        for module in MODULES.get(call.prefix, ()):
            import_module(f"supplement.{module}")
        work = _TABLE.get(call.name)
        try:
            for look in _GUARDS.get(call.prefix, []) + _GUARDS.get(call.name, []):
                look(call)
            if work is None:
                return inner(call)
            result = work(call, _ask(call, inner))
            return result if isinstance(result, Reply) else unwritten(result)
        except AwsError as error:
            return serialize_error(call, error)
        except Refused as refused:
            return refused.reply

    return handle


def _ask(call: Call, inner: Handler) -> Ask:
    def ask(params: Params | None = None, operation: str | None = None) -> dict[str, Any]:
        if params is None:
            return parse_reply(call, inner(call))
        question = build_call(call.account, call.region, call.service, operation or call.operation, params)
        return parse_reply(question, inner(question))

    return ask
