"""What an account holds, type by type: one function for each, registered under CloudFormation's name of the type.

Ids that AWS draws, times and what only the running system knows (an alarm's state, a canary's last run) are left out,
so that two dumps of the same account are equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import models
from local import LocalAws
from wire import Refused

Description = dict[str, Any]
Lister = Callable[[LocalAws], Iterator[tuple[str, Description]]]

GLOBAL, CHAT_REGION = "us-east-1", "us-east-2"
LISTERS: dict[str, Lister] = {}


def lists(kind: str) -> Callable[[Lister], Lister]:
    def register(function: Lister) -> Lister:
        LISTERS[kind] = function
        return function

    return register


def every(client: Any, method: str, **params: Any) -> Iterator[Any]:
    """The items of all pages."""
    pager = models.pager(client.service, client.operation(method))
    assert pager is not None, method
    while True:
        page = getattr(client, method)(**params)
        for member in pager.results:
            yield from page.get(member) or []
        if not page.get(pager.output_token):
            return
        params[pager.input_token] = page[pager.output_token]


def asked(call: Callable[..., Description], member: str, **params: Any) -> Any:
    """A member of an answer; none where AWS says that there is no such thing."""
    try:
        return call(**params).get(member)
    except Refused as refused:
        if refused.reply.status == 404:
            return None
        raise


def some(whole: Description, members: tuple[str, ...]) -> Description:
    return {member: whole.get(member) for member in members}


def without(whole: Description, *members: str) -> Description:
    return {member: value for member, value in whole.items() if member not in members}


def tags(pairs: list[dict[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    return {pair[key]: pair[value] for pair in pairs or []}


def policy(text: str | None) -> Any:
    return None if text is None else json.loads(unquote(text) if text.startswith("%") else text)
