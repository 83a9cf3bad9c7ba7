"""Tests the code of canaries: `python test_heartbeat.py [unittest's arguments]`. Exits with 1 if anything fails."""

from __future__ import annotations

import logging
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import traceback
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "src" / "fix" / "heartbeat"))

import audit_heartbeat as heartbeat  # noqa: E402

SECRET = "CANARY-SECRET"


class Site(BaseHTTPRequestHandler):
    """Answers by its path: `/200`, `/503`; sends on, is silent, breaks off."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/moved":
            self.send_response(302)
            self.send_header("Location", f"/404?token={SECRET}")
            self.end_headers()
        elif path == "/silent":
            self.server.released.wait(10)
        elif path == "/broken":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        elif path == "/nonsense":
            self.wfile.write(f"{SECRET} this is no HTTP\r\n\r\n".encode())
        else:
            self.send_response(int(path.strip("/")), SECRET)
            self.end_headers()
            self.wfile.write(SECRET.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Heartbeat(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
        cls.server.daemon_threads = True
        cls.server.released = threading.Event()
        threading.Thread(target=cls.server.serve_forever, args=(0.01,), daemon=True).start()
        cls.at = f"127.0.0.1:{cls.server.server_address[1]}"

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.released.set()
        cls.server.shutdown()
        cls.server.server_close()

    def run_on(self, url: str) -> str:
        """What a run tells: what it gives and logs, or its failure with all that comes with it."""
        with mock.patch.dict(os.environ, {"URL": url}), self.assertLogs(level=logging.DEBUG) as logs:
            logging.info("begin")
            try:
                said = heartbeat.handler({}, None)
            except Exception:
                said = traceback.format_exc()
        return "\n".join([said, *logs.output])

    def fails(self, url: str, words: str) -> None:
        said = self.run_on(url)
        self.assertIn("Unwell", said)
        self.assertIn(words, said)
        self.assertNotIn(SECRET, said)

    def test_what_answers_is_well(self) -> None:
        for status in (200, 204):
            said = self.run_on(f"http://{self.at}/{status}?token={SECRET}")
            self.assertIn(f"http://{self.at}/{status} answered {status}", said)
            self.assertNotIn("Unwell", said)
            self.assertNotIn(SECRET, said)

    def test_statuses_from_400_fail(self) -> None:
        for status in (400, 401, 404, 500, 503):
            self.fails(f"http://{self.at}/{status}?token={SECRET}", f"answered {status}")

    def test_where_it_is_sent_on_counts(self) -> None:
        self.fails(f"http://{self.at}/moved", "/moved answered 404")

    def test_silence_fails(self) -> None:
        with mock.patch.object(heartbeat, "TIMEOUT", 0.2):
            self.fails(f"http://{self.at}/silent?token={SECRET}", "no answer within 0.2 s")

    def test_what_breaks_off_or_is_no_http_fails(self) -> None:
        self.fails(f"http://{self.at}/broken?token={SECRET}", "IncompleteRead")
        self.fails(f"http://{self.at}/nonsense?token={SECRET}", "BadStatusLine")

    def test_nobody_there_fails(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.fails(f"http://127.0.0.1:{port}/?token={SECRET}", "Connection refused")
        self.fails(f"http://no-such-host.invalid/?token={SECRET}", "http://no-such-host.invalid/: ")

    def test_a_certificate_of_nobody_fails(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = Path(folder, "key"), Path(folder, "certificate")
            made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
            made += ["-keyout", str(key), "-out", str(certificate)]
            if subprocess.run(made, capture_output=True, check=False).returncode:
                self.skipTest("openssl makes no certificate here")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            with mock.patch.object(server, "handle_error"):
                self.fails(f"https://localhost:{server.server_address[1]}/200", "its certificate is not valid")
            server.shutdown()
            server.server_close()

    def test_what_is_no_address_is_not_repeated(self) -> None:
        for url in ("", SECRET, f"ftp://example.com/{SECRET}", f"https://[{SECRET}", f"https:///{SECRET}"):
            self.fails(url, "holds no address of the web")

    def test_users_and_queries_are_not_told(self) -> None:
        for url, told in (
            (f"https://user:{SECRET}@App.example.com/a?b={SECRET}#{SECRET}", "https://app.example.com/a"),
            ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ):
            self.assertEqual(heartbeat.public(url), told)


if __name__ == "__main__":
    unittest.main()
