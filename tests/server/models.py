"""Look-ups in botocore's service models: which service a signature names, how its operations page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from moto.core.model import OperationModel, ServiceModel
from moto.core.utils import get_pagination_model, get_service_model

# Signing name -> (botocore's service, IAM prefix), where they are not all the same word.
SIGNING_NAMES = {
    "monitoring": ("cloudwatch", "cloudwatch"),
    "elasticloadbalancing": ("elbv2", "elasticloadbalancing"),
    "email": ("ses", "ses"),
    "eventbridge": ("events", "events"),
    "tagging": ("resourcegroupstaggingapi", "tag"),
    "states": ("stepfunctions", "states"),
}

TOKEN_NAMES = ("NextToken", "nextToken", "Marker", "NextMarker", "nextMarker")
LIMIT_NAMES = ("MaxResults", "maxResults", "MaxRecords", "MaxItems", "Limit", "limit", "PageSize")


@dataclass(frozen=True)
class Pager:
    """The members that carry an operation's pages."""

    input_token: str
    output_token: str
    limit: str | None
    results: tuple[str, ...]


def by_signing_name(name: str) -> tuple[str, str]:
    """botocore's service and the IAM prefix behind a signing name."""
    return SIGNING_NAMES.get(name, (name, name))


def signing_name(service: str) -> str:
    model = service_model(service)
    if model is None:
        return service
    return model.metadata.get("signingName") or model.metadata["endpointPrefix"]


@cache
def service_model(service: str) -> ServiceModel | None:
    try:
        return get_service_model(service)
    except (UnknownServiceError, DataNotFoundError):
        return None


def operation_model(service: str, operation: str) -> OperationModel | None:
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return None
    return model.operation_model(operation)


def plain_protocol(service: str) -> str:
    """The protocol that moto speaks for this service; never CBOR."""
    model = service_model(service)
    assert model is not None, service
    protocols = model.metadata.get("protocols") or [model.metadata["protocol"]]
    return next(p for p in protocols if "cbor" not in p)


@cache
def pager(service: str, operation: str) -> Pager | None:
    """How an operation pages: botocore's paginators, else the usual member names."""
    model = operation_model(service, operation)
    if model is None or model.output_shape is None or model.input_shape is None:
        return None
    return _declared_pager(service, operation) or _guessed_pager(model)


def _declared_pager(service: str, operation: str) -> Pager | None:
    try:
        page = get_pagination_model(service).get(operation)
    except (UnknownServiceError, DataNotFoundError):
        return None
    if page is None or not isinstance(page["input_token"], str):
        return None
    results = page["result_key"] if isinstance(page["result_key"], list) else [page["result_key"]]
    output_token = page["output_token"].split(" || ")[0]
    return Pager(page["input_token"], output_token, page.get("limit_key"), tuple(results))


def _guessed_pager(model: OperationModel) -> Pager | None:
    inputs, outputs = model.input_shape.members, model.output_shape.members
    token = next((t for t in TOKEN_NAMES if t in inputs and t in outputs), None)
    if token is None:
        return None
    limit = next((name for name in LIMIT_NAMES if name in inputs), None)
    lists = tuple(name for name, shape in outputs.items() if shape.type_name == "list")
    return Pager(token, token, limit, lists)
