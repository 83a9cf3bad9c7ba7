"""An AWS for tests: moto behind layers that make it honest, record every call and break on demand.

`python server.py` binds a free port of the loopback interface, prints `{"port": N}` and serves until its stdin closes,
so that it outlives no test. The 12-digit access key id of a request is its account; `control` lists what tests can ask.

From outside to inside: control API, identify, record and faults, CBOR bridge, paging, supplements, moto.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

# Before moto is imported: it takes local time for UTC here and there.
os.environ.update(TZ="UTC", AWS_DEFAULT_REGION="us-east-1")
time.tzset()

from moto.moto_server.werkzeug_app import MotoRequestHandler  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

import cbor  # noqa: E402
import control  # noqa: E402
import faults  # noqa: E402
import paging  # noqa: E402
import protocols  # noqa: E402
import supplement  # noqa: E402
from identify import identify  # noqa: E402
from moto_app import MotoApp  # noqa: E402
from wire import Environ, Reply  # noqa: E402


class Application:
    """The whole stack: environ and body in, reply out."""

    def __init__(self) -> None:
        accounts, sizes = faults.Accounts(), paging.PageSizes()
        plain = paging.layer(supplement.layer(MotoApp()), sizes)
        self._control = control.Control(accounts, sizes, plain)
        self._handler = faults.layer(cbor.layer(plain), accounts)

    def __call__(self, environ: Environ, body: bytes) -> Reply:
        if environ["PATH_INFO"].startswith(control.PREFIX):
            return self._control(environ, body)
        call = identify(environ, body)
        if call is None:
            return Reply(403, {"Content-Type": "text/plain"}, b"unsigned request")
        return protocols.finish(call, self._handler(call))


class Server(MotoRequestHandler):
    """Speaks HTTP/1.1 with kept connections; werkzeug's own closes each and waits 10 ms before."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        self._send(self.server.app(environ, self._body(environ)))  # type: ignore[arg-type,call-arg]

    def _body(self, environ: dict[str, Any]) -> bytes:
        if environ.get("wsgi.input_terminated"):
            return environ["wsgi.input"].read()
        return self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))

    def _send(self, reply: Reply) -> None:
        if reply.silent:
            self.rfile.read(1)
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            if name.lower() not in ("content-length", "connection", "status", "date", "server"):
                self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command == "HEAD" or reply.status == 204:
            return
        if reply.cut:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(reply.body)

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Quiet: tests read the record, not a log."""


def main() -> None:
    server = make_server("127.0.0.1", 0, Application(), threaded=True, request_handler=Server)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_port}), flush=True)
    sys.stdout = sys.stderr  # nobody reads the pipe any more, and moto prints now and then
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
