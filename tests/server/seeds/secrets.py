"""`secrets`: `mvp`, with a secret in every further place where an API that `audit` reads may show one.

Environments, passwords and a webhook are in it already; what is added is an address in every disguise, and the free
texts in which services echo one.
"""

from __future__ import annotations

from seeds import Aws, mvp, parts
from seeds.mvp import ALERTS, CLUSTER
from seeds.parts import SECRET

ADDRESSES = {
    "https": [
        f"https://hooks.slack.com/services/T1/B1/{SECRET}slack",
        f"https://user:{SECRET}password@hooks.example.com/alerts",
        f"https://hooks.example.com/alerts?token={SECRET}query",
        f"https://hooks.example.com:8443/{SECRET}path#{SECRET}fragment",
    ],
    "http": [f"http://{SECRET}user@hooks.example.com/"],
}


def build(aws: Aws) -> None:
    mvp.build(aws)
    for protocol, addresses in ADDRESSES.items():
        for address in addresses:
            parts.subscribe(aws, ALERTS, protocol, address, confirm=True)
    for protocol, addresses in ADDRESSES.items():
        for address in addresses:
            parts.subscribe(aws, mvp.ON_CALL, protocol, address)
    database = f"postgres://shop:{SECRET}password@db.internal/shop"
    environment = {"DATABASE_URL": database, "API_TOKEN": f"{SECRET}token", "EMPTY": ""}
    aws.client("lambda").update_function_configuration(
        FunctionName="slack-notifier", Environment={"Variables": environment}
    )
    echo = f"cannot open https://user:{SECRET}password@app.example.com/{SECRET}path?token={SECRET}query, Token={SECRET}x"
    aws.state("canary_run", name="api-health", status="FAILED", reason=echo)
    aws.state("canary", name="api-health", state="ERROR", reason=echo)
    aws.state("function", name="slack-notifier", reason=echo)
    aws.state("alarm", name="web-memory-high", value="ALARM", reason=echo)
    aws.state("config_recorder", last_status="FAILURE", error="AccessDenied", message=echo)
    aws.state("delivery_channel", status="FAILURE", error="NoSuchBucket", message=echo)
    aws.state("service", cluster=CLUSTER, name="web", rollout="FAILED", reason=echo)
