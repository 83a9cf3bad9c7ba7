"""Planted states, the table of faults, and the seeds: over the network they build what they build inside."""

from __future__ import annotations

import json
import subprocess
import sys

from selftest.harness import REGION, SERVER, Account, Server, same
from selftest.pictures import difference, picture


def test_states(server: Server) -> None:
    account = Account(server, "healthy")
    account.post("state", kind="canary_run", name="app-health", status="FAILED", minutes_ago=5)
    [run] = account.client("synthetics").describe_canaries_last_run()["CanariesLastRun"]
    same(run["LastRun"]["Status"]["State"], "FAILED")
    account.post("state", kind="canary_run", name="app-health", status=None)
    same(account.client("synthetics").describe_canaries_last_run()["CanariesLastRun"], [])
    account.post("state", kind="canary", name="app-health", state="ERROR", reason="no role")
    status = account.client("synthetics").get_canary(Name="app-health")["Canary"]["Status"]
    same(status, {"State": "ERROR", "StateReason": "no role"})

    account.post("state", kind="config_recorder", last_status="FAILURE", error="AccessDenied")
    account.post("state", kind="delivery_channel", status="FAILURE", error="NoSuchBucket")
    config = account.client("config")
    same(config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"][0]["lastStatus"], "FAILURE")
    [delivery] = config.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    same(delivery["configHistoryDeliveryInfo"]["lastErrorCode"], "NoSuchBucket")

    account.post("state", kind="trail", name="main-trail", delivery_error="AccessDenied")
    same(account.client("cloudtrail").get_trail_status(Name="main-trail")["LatestDeliveryError"], "AccessDenied")

    account.post("state", kind="alarm", name="shop-db-cpu-high", value="ALARM", at="2026-01-02T03:04:05Z")
    [alarm] = account.client("cloudwatch").describe_alarms(AlarmNames=["shop-db-cpu-high"])["MetricAlarms"]
    same((alarm["StateValue"], alarm["StateUpdatedTimestamp"].isoformat()), ("ALARM", "2026-01-02T03:04:05+00:00"))


def test_states_of_workloads(server: Server) -> None:
    account = Account(server, "healthy")
    account.post("state", kind="function", name="slack-notifier", state="Inactive", last_update_status="Failed")
    settings = account.client("lambda").get_function(FunctionName="slack-notifier")["Configuration"]
    same((settings["State"], settings["LastUpdateStatus"]), ("Inactive", "Failed"))
    account.post("state", kind="db_instance", name="shop-db", status="deleting", engine="neptune")
    [database] = account.client("rds").describe_db_instances()["DBInstances"]
    same((database["DBInstanceStatus"], database["Engine"]), ("deleting", "neptune"))
    account.post("state", kind="service", cluster="prod", name="web", running=1, rollout="FAILED")
    [service] = account.client("ecs").describe_services(cluster="prod", services=["web"])["services"]
    same((service["runningCount"], service["deployments"][0]["rolloutState"]), (1, "FAILED"))
    account.post("state", kind="budget", name="monthly", actual=250)
    [budget] = account.client("budgets", "us-east-1").describe_budgets(AccountId=account.id)["Budgets"]
    same(budget["CalculatedSpend"], {"ActualSpend": {"Amount": "250", "Unit": "USD"}})


def test_every_fault_mends(server: Server) -> None:
    """A planted and mended account looks as before, and a planted one does not."""
    account = Account(server, "healthy")
    healthy = picture(account)
    for name in server.control("GET", f"expectations?account={account.id}"):
        account.post("fault", fault=name, action="plant")
        assert picture(account) != healthy, f"{name} changes nothing"
        account.post("fault", fault=name, action="mend")
        mended = picture(account)
        assert mended == healthy, f"{name} is not mended: {difference(healthy, mended)}"


def test_seed_over_the_network(server: Server) -> None:
    for scenario in ("healthy", "secrets"):
        inside, outside = Account(server, scenario), Account(server)
        seed(server, outside, scenario)
        expected = json.loads(json.dumps(picture(inside)).replace(inside.id, outside.id))
        same(difference(expected, picture(outside)), {})
    seed(server, outside := Account(server, "healthy"), "--plant", "rds-cpu-alarm")
    assert "shop-db-cpu-high" not in picture(outside)["alarms"]


def test_scale(server: Server) -> None:
    account = Account(server)
    account.post("seed", scenario="scale", scale=12)
    arns = account.client("ecs").list_clusters()["clusterArns"]
    same(len(arns), 13)
    client = account.client("cloudwatch")
    alarms = [a for p in client.get_paginator("describe_alarms").paginate() for a in p["MetricAlarms"]]
    same(len(alarms), 15 + 3 + 12 * 5)


def test_list_faults(_server: Server) -> None:
    command = [sys.executable, str(SERVER.parent / "seed.py"), "--list-faults", "--account", "1" * 12]
    faults = json.loads(subprocess.check_output(command))
    same(faults["guardduty-enabled"], [["guardduty-enabled", REGION]])
    same(faults["cloudtrail-enabled"], [["cloudtrail-enabled", "1" * 12]])
    assert all(any(rule == name for rule, _ in found) for name, found in faults.items())


def seed(server: Server, account: Account, *arguments: str) -> None:
    command = [sys.executable, str(SERVER.parent / "seed.py"), "--endpoint", server.url, "--account", account.id]
    subprocess.run([*command, *arguments], check=True)
