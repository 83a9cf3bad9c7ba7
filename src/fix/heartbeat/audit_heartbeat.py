"""Asks a web address whether it answers: a canary of CloudWatch Synthetics (syn-python-selenium, handler
`audit_heartbeat.handler`). It needs no browser and no package.

Environment: `URL`, http or https. An answer below 400 is well, also one that it was sent on to; any other, a
certificate that is not valid, a name that cannot be found and silence fail the run, and with it `SuccessPercent`.

What is logged and told are scheme, host and path of `URL`, numbers, and what is wrong with a certificate: queries hold
tokens, and so may addresses that a site sends on to, or its own words.
"""

import http.client
import logging
import os
import ssl
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

TIMEOUT = 30
"""Seconds of silence; a run as a whole is ended by the canary's own limit."""
LIMIT = 400
READ = 64 * 1024
"""Bytes of the body that are waited for: an answer that breaks off at its beginning is none."""
HEADERS = {"User-Agent": "audit-heartbeat (CloudWatch Synthetics)", "Accept": "*/*", "Cache-Control": "no-cache"}

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)


class Unwell(Exception):
    """The address does not answer as it should."""


def public(url):
    """What may be told of an address: scheme, host, port and path."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"


def handler(event, context):
    url = os.environ.get("URL", "")
    known = address(url)
    began = time.monotonic()
    status = ask(url, known)
    if status >= LIMIT:
        raise Unwell(f"{known} answered {status}")
    log.info("%s answered %d after %.2f s", known, status, time.monotonic() - began)
    return f"{known} answered {status}"


def address(url):
    """What may be told of it, if it is an address of the web."""
    try:
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
            return public(url)
    except ValueError:
        pass
    raise Unwell("the environment variable URL holds no address of the web")


def ask(url, known):
    """The status of the answer; whatever else comes is told in words of ours."""
    try:
        return status_of(url)
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = told(getattr(error, "reason", error))
    # Out here the error's own words, which may hold the address, do not come along.
    raise Unwell(f"{known}: {why}")


def status_of(url):
    request = urllib.request.Request(url, headers=HEADERS)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            body = answer.read(READ)
            if answer.length and len(body) < READ:
                raise http.client.IncompleteRead(b"", answer.length)
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def told(error):
    """An error in words of which it is known what they hold."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return f"no answer within {TIMEOUT} s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
