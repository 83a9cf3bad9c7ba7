"""Ids that AWS draws at random, drawn here from what they are the ids of, so that two accounts of the same making are
alike, whatever else the server does meanwhile.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from typing import Any

from moto.moto_api._internal import mock_random

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def hex_id(*of: str, length: int = 16) -> str:
    return sha256("|".join(of).encode()).hexdigest()[:length]


def uuid_id(*of: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "|".join(of)))


def word_id(*of: str, length: int) -> str:
    """Small letters and digits."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in sha256("|".join(of).encode()).digest())[:length]


def unused(known: Container[str], make: Callable[[str], str]) -> str:
    """The first of the ids that `make` makes of a number which is not known yet."""
    return next(made for made in (make(str(number)) for number in count()) if made not in known)


class Drawer:
    """Stands in for moto's source of randomness in a module; outside of `from_name` it is that source."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def from_name(self, *of: str) -> Iterator[None]:
        """What this thread draws within comes from a name; moto answers a call in the thread that asks."""
        self._local.name = of
        try:
            yield
        finally:
            self._local.name = None

    def get_random_hex(self, length: int = 8) -> str:
        name = getattr(self._local, "name", None)
        return hex_id(*name, length=length) if name else mock_random.get_random_hex(length)

    def uuid4(self) -> Any:
        name = getattr(self._local, "name", None)
        return uuid.UUID(uuid_id(*name)) if name else mock_random.uuid4()

    def __getattr__(self, method: str) -> Any:
        return getattr(mock_random, method)
