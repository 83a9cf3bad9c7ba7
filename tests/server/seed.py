"""Builds accounts on a running test server, or on any endpoint that speaks AWS's protocols and `/_audit/state`.

    python seed.py --endpoint URL --account 111111111111 [--region R] healthy | mvp | scale [--scale N] | secrets | empty
    python seed.py --endpoint URL --account 111111111111 --plant FAULT | --mend FAULT
    python seed.py --list-faults
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from seeds import Aws, healthy, mvp, scale, secrets
from seeds.faults import FAULTS

DEFAULT_ACCOUNT, DEFAULT_REGION = "111111111111", "ap-northeast-1"

SCENARIOS: dict[str, Callable[[Aws], None]] = {
    "healthy": healthy.build,
    "mvp": mvp.build,
    "scale": scale.build,
    "secrets": secrets.build,
    "empty": lambda _: None,
}


class RemoteAws:
    """boto3 clients of one account, and the server's control API for what no API can plant."""

    def __init__(self, endpoint: str, account: str, region: str) -> None:
        import boto3

        self.endpoint, self.account, self.region = endpoint, account, region
        self._session = boto3.Session(account, "not-a-secret", region_name=region)
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str | None = None) -> Any:
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = self._session.client(service, region_name=key[1], endpoint_url=self.endpoint)
        return self._clients[key]

    def state(self, kind: str, **request: Any) -> None:
        body = {"account": self.account, "region": self.region, "kind": kind, **request}
        with urlopen(Request(f"{self.endpoint}/_audit/state", json.dumps(body).encode(), method="POST")):
            pass


def run_scenario(aws: Aws, scenario: str, products: int | None = None) -> None:
    if scenario not in SCENARIOS:
        raise LookupError(f"no scenario {scenario}; there are {', '.join(SCENARIOS)}")
    if scenario == "scale" and products is not None:
        scale.build(aws, products)
    else:
        SCENARIOS[scenario](aws)


def run_fault(aws: Aws, name: str, action: str) -> None:
    """`action` is `plant` or `mend`."""
    if name not in FAULTS:
        raise LookupError(f"no fault {name}; there are {', '.join(FAULTS)}")
    fault = FAULTS[name]
    {"plant": fault.plant, "mend": fault.mend}[action](aws)


def seed(endpoint: str, account: str, region: str, scenario: str, products: int | None = None) -> None:
    run_scenario(RemoteAws(endpoint, account, region), scenario, products)


def expectations(account: str, region: str) -> dict[str, list[list[str]]]:
    """Each fault's findings: [rule, resource id]."""
    return {
        name: [[rule, resource.format(account=account, region=region)] for rule, resource in fault.expect]
        for name, fault in FAULTS.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", choices=SCENARIOS)
    parser.add_argument("--endpoint", help="URL of the server")
    parser.add_argument("--account", default=DEFAULT_ACCOUNT)
    parser.add_argument("--region", default=DEFAULT_REGION)
    parser.add_argument("--scale", type=int, metavar="N", help="products of the scenario `scale`")
    parser.add_argument("--plant", metavar="FAULT", choices=FAULTS)
    parser.add_argument("--mend", metavar="FAULT", choices=FAULTS)
    parser.add_argument("--list-faults", action="store_true")
    options = parser.parse_args()
    if options.list_faults:
        print(json.dumps(expectations(options.account, options.region), indent=1))
        return
    if not options.endpoint or not (options.scenario or options.plant or options.mend):
        parser.error("--endpoint and one of SCENARIO, --plant and --mend are needed")
    aws = RemoteAws(options.endpoint, options.account, options.region)
    if options.scenario:
        run_scenario(aws, options.scenario, options.scale)
    for name, action in ((options.plant, "plant"), (options.mend, "mend")):
        if name:
            run_fault(aws, name, action)


if __name__ == "__main__":
    main()
