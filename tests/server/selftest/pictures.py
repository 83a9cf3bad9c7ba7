"""What the rules look at in an account, without what differs from one making to the next."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timezone
from typing import Any

from selftest.harness import Account

PASSING = ("Time", "Timestamp", "DbiResourceId", "VpcSecurityGroups", "StateReason", "PreferredMaintenanceWindow")
REVISED = ("taskDefinitionArn", "revision", "registeredAt")
US = "us-east-1"


def picture(account: Account) -> dict[str, Any]:
    alarms = account.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    cloudtrail, config, ecs = (account.client(s) for s in ("cloudtrail", "config", "ecs"))
    sns, synthetics, budgets = (account.client(s) for s in ("sns", "synthetics", "budgets"))
    guardduty = account.client("guardduty")
    detectors = guardduty.list_detectors()["DetectorIds"]
    trails = cloudtrail.describe_trails()["trailList"]
    names = [b["BudgetName"] for b in budgets.describe_budgets(AccountId=account.id).get("Budgets", [])]
    repositories = account.client("ecr").describe_repositories()["repositories"]
    functions = account.client("lambda").list_functions()["Functions"]
    return {
        "alarms": {a["AlarmName"]: clean(a) for a in alarms["MetricAlarms"] + alarms["CompositeAlarms"]},
        "trails": trails,
        "logging": [cloudtrail.get_trail_status(Name=t["Name"])["IsLogging"] for t in trails],
        "recorders": clean(config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]),
        "detectors": [guardduty.get_detector(DetectorId=d)["Status"] for d in detectors],
        "canaries": {c["Name"]: c["Status"]["State"] for c in synthetics.describe_canaries()["Canaries"]},
        "services": clean(services(ecs)),
        "databases": clean(account.client("rds").describe_db_instances()["DBInstances"]),
        "repositories": {r["repositoryName"]: r["imageScanningConfiguration"] for r in repositories},
        "topics": {t["TopicArn"]: topic(sns, t["TopicArn"]) for t in sns.list_topics()["Topics"]},
        "people": people(account),
        "guarded": guarded(account),
        "front": front(account),
        "running": running(account),
        "spent": spent(account),
        "functions": {f["FunctionName"]: state(account, f["FunctionName"]) for f in functions},
        "budgets": {n: notifications(budgets, account.id, n) for n in names},
    }


def services(ecs: Any) -> list[Any]:
    found = []
    for cluster in ecs.list_clusters()["clusterArns"]:
        arns = ecs.list_services(cluster=cluster)["serviceArns"]
        found += ecs.describe_services(cluster=cluster, services=arns)["services"]
    return [{"name": s["serviceArn"], "launchType": s.get("launchType")} for s in found]


def topic(sns: Any, arn: str) -> Any:
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    pending = [(s["Protocol"], s["Endpoint"], s["SubscriptionArn"] == "PendingConfirmation") for s in subscriptions]
    return [list(p) for p in pending], sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]


def state(account: Account, name: str) -> str:
    return account.client("lambda").get_function(FunctionName=name)["Configuration"]["State"]


def notifications(budgets: Any, account: str, name: str) -> Any:
    of = {"AccountId": account, "BudgetName": name}
    found = budgets.describe_notifications_for_budget(**of).get("Notifications", [])
    return [[n, budgets.describe_subscribers_for_notification(**of, Notification=n)["Subscribers"]] for n in found]


def clean(value: Any) -> Any:
    """Without times and random names, as JSON has it."""
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {k: clean(v) for k, v in value.items() if not any(p in k for p in PASSING)}
    return value


def difference(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    as_json = json.loads(json.dumps([one, other], default=str))
    return {k: (as_json[0][k], as_json[1].get(k)) for k in as_json[0] if as_json[0][k] != as_json[1].get(k)}


def people(account: Account) -> Any:
    """The credential report with ages for times, and what is known of root."""
    client = account.client("iam")
    while client.generate_credential_report()["State"] != "COMPLETE":
        pass
    text = client.get_credential_report()["Content"].decode()
    rows = [{column: aged(cell) for column, cell in row.items()} for row in csv.DictReader(text.splitlines())]
    summary = client.get_account_summary()["SummaryMap"]
    return rows, {name: summary[name] for name in ("AccountMFAEnabled", "AccountAccessKeysPresent", "Users")}


def aged(cell: str) -> str:
    try:
        at = datetime.fromisoformat(cell.replace("Z", "+00:00"))
    except ValueError:
        return cell
    return f"{(datetime.now(timezone.utc) - at).days} days ago"


def guarded(account: Account) -> Any:
    guardduty, events = account.client("guardduty"), account.client("events")
    support = account.client("support", US)
    open_ones = {"Criterion": {"service.archived": {"Equals": ["false"]}}}
    checks = [check["id"] for check in support.describe_trusted_advisor_checks(language="en")["checks"]]
    summaries = support.describe_trusted_advisor_check_summaries(checkIds=checks)["summaries"]
    detectors = guardduty.list_detectors()["DetectorIds"]
    return {
        "findings": [guardduty.list_findings(DetectorId=d, FindingCriteria=open_ones)["FindingIds"] for d in detectors],
        "rules": {rule["Name"]: rule["State"] for rule in events.list_rules()["Rules"]},
        "advice": {each["checkId"]: each["status"] for each in summaries if each["status"] != "ok"},
    }


def front(account: Account) -> Any:
    """Canaries with their environments, load balancers, and what scans of images found."""
    synthetics, functions, ecr = (account.client(s) for s in ("synthetics", "lambda", "ecr"))
    canaries = {
        canary["Name"]: [
            canary["RunConfig"],
            functions.get_function_configuration(FunctionName=canary["EngineArn"])["Environment"],
        ]
        for canary in synthetics.describe_canaries()["Canaries"]
    }
    scans = {}
    for repository in ecr.describe_repositories()["repositories"]:
        of = {"repositoryName": repository["repositoryName"]}
        for image in ecr.describe_images(**of)["imageDetails"]:
            wanted = {"imageDigest": image["imageDigest"]}
            try:
                found = ecr.describe_image_scan_findings(**of, imageId=wanted)
            except ecr.exceptions.ScanNotFoundException:
                continue
            scans[image["imageDigest"]] = found.get("imageScanFindings", {}).get("findingSeverityCounts")
    balancers = account.client("elbv2").describe_load_balancers()["LoadBalancers"]
    return canaries, scans, [each["LoadBalancerName"] for each in balancers]


def running(account: Account) -> Any:
    ecs, logs, scaling = (account.client(s) for s in ("ecs", "logs", "application-autoscaling"))
    found: dict[str, Any] = {}
    for cluster in ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"])["clusters"]:
        arns = ecs.list_services(cluster=cluster["clusterArn"])["serviceArns"]
        services = ecs.describe_services(cluster=cluster["clusterArn"], services=arns)["services"] if arns else []
        found[cluster["clusterName"]] = [
            cluster["registeredContainerInstancesCount"],
            *([s["runningCount"], s["deployments"][0]["rolloutState"], definition(ecs, s)] for s in services),
        ]
    groups = logs.describe_log_groups()["logGroups"]
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    retention = {group["logGroupName"]: group.get("retentionInDays") for group in groups}
    return found, retention, sorted(f"{p['ResourceId']} {p['PolicyName']}" for p in policies)


def definition(ecs: Any, service: dict[str, Any]) -> dict[str, Any]:
    whole = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    return {member: value for member, value in whole.items() if member not in REVISED}


def spent(account: Account) -> Any:
    budgets = account.client("budgets", US).describe_budgets(AccountId=account.id).get("Budgets", [])
    subscriptions = account.client("ce", US).get_anomaly_subscriptions()["AnomalySubscriptions"]
    return [b["CalculatedSpend"] for b in budgets], [s["SubscriptionName"] for s in subscriptions]
