"""The AWS protocols, driven by botocore's models: requests and replies to plain dicts and back.

Nothing here knows a single operation: moto's parsers and serializers and botocore's do the work.
"""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import unquote, urlencode
from xml.sax.saxutils import escape

import cbor2
from botocore.compat import HTTPHeaders
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.serialize import get_serializer_class

import models
from wire import AwsError, Call, Environ, Params, Refused, Reply

XML, JSON = "text/xml", "application/json"


def fresh_environ(call: Call) -> Environ:
    """The call's environ with the body to be read from the start."""
    return {**call.environ, "wsgi.input": io.BytesIO(call.body), "CONTENT_LENGTH": str(len(call.body))}


def parse_params(call: Call) -> Params:
    """The parameters of a request under the API's names."""
    if call.protocol == "cbor":
        return cbor2.loads(call.body) if call.body else {}
    model = models.operation_model(call.service, call.operation)
    assert model is not None, call.name
    request = Request(fresh_environ(call))
    parser = PROTOCOL_PARSERS[call.protocol](model)
    return parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": call.body,
            "url_path": request.path,
            "url_params": call.uri_params,
        }
    )


def parse_reply(call: Call, reply: Reply) -> dict[str, Any]:
    """The members of a successful reply; anything else is `Refused`."""
    if reply.result is not None:
        return reply.result
    if not 200 <= reply.status < 300:
        raise Refused(reply)
    model = models.operation_model(call.service, call.operation)
    assert model is not None, call.name
    headers = HTTPHeaders()
    for name, value in reply.headers.items():
        headers[name] = value
    response = {"status_code": reply.status, "headers": headers, "body": reply.body}
    parsed = create_parser(call.protocol).parse(response, model.output_shape)
    parsed.pop("ResponseMetadata", None)
    return parsed


def unwritten(result: dict[str, Any]) -> Reply:
    """A successful reply whose body is written last, if at all: layers read its members."""
    return Reply(200, {}, b"", result=result)


def finish(call: Call, reply: Reply) -> Reply:
    """The reply with its body as the call's protocol has it."""
    if reply.result is None:
        return reply
    model = models.operation_model(call.service, call.operation)
    assert model is not None, call.name
    serializer = get_serializer_class(call.service, call.protocol)(model)
    response = serializer.serialize(reply.result)
    body = response["body"]
    body = body.encode() if isinstance(body, str) else body
    return Reply(response["status_code"], dict(response["headers"]), body, reply.cut)


def build_call(account: str, region: str, service: str, operation: str, params: Params) -> Call:
    """A request of our own to the inner layers, in the protocol that moto speaks."""
    protocol = models.plain_protocol(service)
    model = models.operation_model(service, operation)
    assert model is not None, f"{service}:{operation}"
    request = create_serializer(protocol, include_validation=False).serialize_to_request(params, model)
    signing = models.signing_name(service)
    body = _body_bytes(request["body"])
    environ = _environ(request) | {
        "HTTP_HOST": f"{signing}.{region}.amazonaws.com",
        "HTTP_X_MOTO_ACCOUNT_ID": account,
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/{signing}/aws4_request, "
        "SignedHeaders=host, Signature=none",
        "CONTENT_LENGTH": str(len(body)),
    }
    prefix = models.by_signing_name(signing)[1]
    call = Call(environ, body, account, region, service, prefix, operation, protocol)
    call.params = params  # type: ignore[misc]  # what it was built from
    return call


def _environ(request: dict[str, Any]) -> Environ:
    """The WSGI environment of a request that botocore has serialized."""
    path, _, fixed = request["url_path"].partition("?")
    path = path or "/"
    asked = request["query_string"] or {}
    query = "&".join(part for part in (fixed, urlencode(asked, doseq=True)) if part)
    environ: Environ = {
        "REQUEST_METHOD": request["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path),
        "RAW_URI": path + (f"?{query}" if query else ""),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request["headers"].items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def _body_bytes(body: Any) -> bytes:
    if isinstance(body, dict):
        return urlencode(body).encode()
    if isinstance(body, str):
        return body.encode()
    return body or b""


def serialize_error(call: Call, error: AwsError) -> Reply:
    """An error in the shape of the call's protocol."""
    if call.protocol in ("query", "ec2", "rest-xml"):
        return _xml_error(call.protocol, error)
    if call.protocol == "cbor":
        import cbor

        return cbor.error(call, error)
    body = json.dumps({"__type": error.code, "message": error.message, "Message": error.message})
    content = "application/x-amz-json-1.1" if call.protocol == "json" else JSON
    return Reply(error.status, {"Content-Type": content, "x-amzn-errortype": error.code}, body.encode())


def _xml_error(protocol: str, error: AwsError) -> Reply:
    fault = "Receiver" if error.status >= 500 else "Sender"
    code, message = escape(error.code), escape(error.message)
    if protocol == "query":
        body = (
            f"<ErrorResponse><Error><Type>{fault}</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            "<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>"
        )
    elif protocol == "ec2":
        body = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            "<RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>"
        )
    else:
        body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>0</RequestId></Error>"
    return Reply(error.status, {"Content-Type": XML}, body.encode())
