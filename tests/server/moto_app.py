"""The innermost layer: moto itself, and the admission of what it cannot do."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import Any

from moto import backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

import models
import protocols
from wire import AwsError, Call, Reply, not_implemented


# Moto looks through its folders at every request, which takes a third of the answer's time.
_MODULES = frozenset(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: _MODULES


class MotoApp:
    """Moto answers one question at a time: it iterates over what another thread might be adding to."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._dispatcher = DomainDispatcherApplication(create_backend_app)

    def __call__(self, call: Call) -> Reply:
        with self._lock:
            return self._answer(call)

    def _answer(self, call: Call) -> Reply:
        if call.protocol in ("query", "json") and models.operation_model(call.service, call.operation) is None:
            return not_implemented()
        environ = protocols.fresh_environ(call)
        try:
            application = self._dispatcher.get_application(environ)
        except Exception:  # moto has no such service; what it raises then varies
            return not_implemented()
        try:
            return _honest(call, _run(application, environ))
        except NotImplementedError:
            return not_implemented()
        except Exception:  # a defect of moto's; AWS would say InternalFailure
            traceback.print_exc(file=sys.stderr)
            return protocols.serialize_error(call, AwsError("InternalFailure", "moto failed", 500))


def _run(application: Any, environ: dict[str, Any]) -> Reply:
    """Call a WSGI application and hold its whole answer."""
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> Any:
        started.update(status=int(status.split()[0]), headers=dict(headers))
        return lambda _data: None

    chunks = application(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return Reply(started["status"], started["headers"], body)


def _honest(call: Call, reply: Reply) -> Reply:
    """Flask's own 404, and moto's for an action it cannot name, are no answers of AWS."""
    if reply.status not in (404, 405, 500) or call.service == "s3":
        return reply
    content = reply.headers.get("Content-Type", "")
    flask_page = b"<!doctype html" in reply.body[:100].lower()
    if flask_page or not reply.body.strip() or (content.startswith("text/html") and b"<" not in reply.body):
        return not_implemented()
    return reply
