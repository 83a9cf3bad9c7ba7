"""Every further operation that the whole baseline reads, over boto3, in a healthy account, in small pages, too."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta, timezone
from typing import Any

from selftest.harness import REGION, Account, Server, error_of, same

US = "us-east-1"
HIGH = {"Criterion": {"severity": {"GreaterThanOrEqual": 7}, "service.archived": {"Equals": ["false"]}}}


def pages(account: Account, service: str, method: str, member: str, region: str = REGION, **of: Any) -> list[Any]:
    """The items of all pages, which are the same in pages of one."""
    client = account.client(service, region)

    def items() -> list[Any]:
        return [item for page in client.get_paginator(method).paginate(**of) for item in page.get(member) or []]

    whole = items()
    account.post("page", size=1)
    same(items(), whole)
    account.post("page", size=None)
    return whole


def test_load_balancers(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("elbv2")
    [balancer] = pages(account, "elbv2", "describe_load_balancers", "LoadBalancers")
    same((balancer["Scheme"], balancer["Type"]), ("internet-facing", "application"))
    same(balancer["State"], {"Code": "active"})
    arn = balancer["LoadBalancerArn"]
    [group] = pages(account, "elbv2", "describe_target_groups", "TargetGroups")
    same((group["HealthCheckPath"], group["LoadBalancerArns"]), ("/health", [arn]))
    found = pages(account, "elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn)
    listeners = {listener["Port"]: listener for listener in found}
    same((listeners[80]["DefaultActions"][0]["Type"], listeners[443]["Protocol"]), ("redirect", "HTTPS"))
    of = {"ListenerArn": listeners[443]["ListenerArn"]}
    first, last = pages(account, "elbv2", "describe_rules", "Rules", **of)
    [condition] = first["Conditions"]
    same((condition["Values"], condition["HostHeaderConfig"]), (["app.example.com"], {"Values": ["app.example.com"]}))
    assert last["IsDefault"] and last["RuleArn"].startswith(first["RuleArn"].rsplit("/", 1)[0])
    [certificate] = pages(account, "elbv2", "describe_listener_certificates", "Certificates", **of)
    found = account.client("acm").describe_certificate(CertificateArn=certificate["CertificateArn"])["Certificate"]
    same((found["DomainName"], found["Status"]), ("app.example.com", "ISSUED"))
    same(error_of(client.describe_listeners, LoadBalancerArn=f"{arn}0"), ("LoadBalancerNotFound", 400))
    same(error_of(client.describe_rules, ListenerArn=f"{of['ListenerArn']}0"), ("ListenerNotFound", 400))
    account.post("state", kind="certificate", domain="app.example.com", status="EXPIRED")
    found = account.client("acm").describe_certificate(CertificateArn=certificate["CertificateArn"])["Certificate"]
    same(found["Status"], "EXPIRED")


def test_images(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("ecr")
    images = pages(account, "ecr", "describe_images", "imageDetails", repositoryName="shop/web")
    newest = max(images, key=lambda image: image["imagePushedAt"])
    same((newest["imageTags"], newest["imageScanStatus"]["status"]), (["latest"], "COMPLETE"))
    same(newest["imageScanFindingsSummary"]["findingSeverityCounts"], {"MEDIUM": 1, "LOW": 3})
    same(newest["artifactMediaType"], "application/vnd.docker.container.image.v1+json")
    of = {"repositoryName": "shop/worker", "imageId": {"imageTag": "latest"}}
    [shown] = client.describe_images(repositoryName="shop/worker", imageIds=[of["imageId"]])["imageDetails"]
    assert "imageScanFindingsSummary" not in shown, "only DescribeImageScanFindings tells"
    found = client.describe_image_scan_findings(**of)
    same(found["imageScanFindings"]["findingSeverityCounts"], {"MEDIUM": 1, "LOW": 3})
    same(len(found["imageScanFindings"]["findings"]), 4)
    first = client.describe_image_scan_findings(**of, maxResults=3)
    second = client.describe_image_scan_findings(**of, maxResults=3, nextToken=first["nextToken"])
    same([len(page["imageScanFindings"]["findings"]) for page in (first, second)], [3, 1])
    account.post("state", kind="image_scan", repository="shop/worker", tag="latest", status="FAILED", description="x")
    assert "imageScanFindings" not in client.describe_image_scan_findings(**of)
    account.post("state", kind="image_scan", repository="shop/worker", tag="latest", status=None)
    same(error_of(client.describe_image_scan_findings, **of), ("ScanNotFoundException", 400))
    client.start_image_scan(**of)
    same(client.describe_image_scan_findings(**of)["imageScanStatus"]["status"], "COMPLETE")
    same(error_of(client.start_image_scan, **of), ("LimitExceededException", 400))
    of["imageId"] = {"imageTag": "none"}
    same(error_of(client.describe_image_scan_findings, **of), ("ImageNotFoundException", 400))
    same(error_of(client.describe_images, repositoryName="none"), ("RepositoryNotFoundException", 400))


def test_guard(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("guardduty")
    [detector] = client.list_detectors()["DetectorIds"]
    of = {"DetectorId": detector}
    same(client.list_findings(**of, FindingCriteria=HIGH)["FindingIds"], [])
    for number, severity in enumerate((7, 8.9, 9.5)):
        account.post("state", kind="finding", id=f"{number}" * 32, severity=severity, minutes_ago=60)
    by_weight = {"AttributeName": "severity", "OrderBy": "DESC"}
    ids = pages(account, "guardduty", "list_findings", "FindingIds", **of, FindingCriteria=HIGH, SortCriteria=by_weight)
    same(ids, ["2" * 32, "1" * 32, "0" * 32])
    same(len(client.list_findings(**of)["FindingIds"]), 5)
    eight = {"Criterion": {"severity": {"Eq": ["8"]}, "service.archived": {"Eq": ["false"]}}}
    same(client.list_findings(**of, FindingCriteria=eight)["FindingIds"], ["1" * 32])
    found = client.get_findings(**of, FindingIds=[*ids, "d" * 32], SortCriteria=by_weight)["Findings"]
    same([(f["Severity"], f["Service"]["Archived"], f["Region"]) for f in found][0], (9.5, False, REGION))
    assert "Administrator" not in client.get_administrator_account(**of)
    account.post("state", kind="administrator", administrator="999988887777")
    same(client.get_administrator_account(**of)["Administrator"]["AccountId"], "999988887777")
    for call in (client.list_findings, client.get_administrator_account, client.get_detector):
        same(error_of(call, DetectorId="none"), ("BadRequestException", 400))


def test_keys(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("kms")
    topics = account.client("sns")
    arn = f"arn:aws:sns:{REGION}:{account.id}:cost-alerts"
    name = topics.get_topic_attributes(TopicArn=arn)["Attributes"]["KmsMasterKeyId"]
    key = client.describe_key(KeyId=name)["KeyMetadata"]
    same((key["KeyManager"], key["KeyState"], key["Enabled"]), ("CUSTOMER", "Enabled", True))
    policy = client.get_key_policy(KeyId=key["KeyId"])
    services = [s["Principal"].get("Service") for s in json.loads(policy["Policy"])["Statement"]]
    same((services, policy["PolicyName"]), ([None, "costalerts.amazonaws.com"], "default"))
    same(error_of(client.get_key_policy, KeyId=name), ("NotFoundException", 400))
    same(client.describe_key(KeyId="alias/aws/sns")["KeyMetadata"]["KeyManager"], "AWS")
    for wrong in ("alias/none", "0" * 8, key["Arn"].replace(REGION, US)):
        same(error_of(client.describe_key, KeyId=wrong), ("NotFoundException", 400))
    account.post("state", kind="key", key=name, state="PendingDeletion")
    same(client.describe_key(KeyId=key["Arn"])["KeyMetadata"]["KeyState"], "PendingDeletion")


def test_credential_report(server: Server) -> None:
    account = Account(server, "mvp")
    client = account.client("iam")
    same(error_of(client.get_credential_report), ("ReportNotPresent", 410))
    same(client.generate_credential_report()["State"], "STARTED")
    same(error_of(client.get_credential_report), ("ReportInProgress", 404))
    same(client.generate_credential_report()["State"], "COMPLETE")
    root = rows(client)["<root_account>"]
    same((root["arn"], root["mfa_active"]), (f"arn:aws:iam::{account.id}:root", "false"))
    same(root["password_enabled"], "true")
    client.create_user(UserName="Zoe")
    same((client.generate_credential_report()["State"], "Zoe" in rows(client, looks=2)), ("STARTED", True))
    account.post("state", kind="credential_report", minutes_ago=100)
    client.create_user(UserName="young")
    same((client.generate_credential_report()["State"], "young" in rows(client)), ("COMPLETE", False))
    account.post("state", kind="credential_report", minutes_ago=241)
    same(error_of(client.get_credential_report), ("ReportExpired", 410))
    same(client.generate_credential_report()["State"], "STARTED")


def rows(client: Any, looks: int = 1) -> dict[str, dict[str, str]]:
    for _ in range(looks - 1):
        same(error_of(client.get_credential_report), ("ReportInProgress", 404))
    text = client.get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(text.splitlines())}


def test_credentials(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("iam")
    [user] = pages(account, "iam", "list_users", "Users")
    same((user["UserName"], user["PasswordLastUsed"].microsecond), ("alice", 0))
    alice = rows(client)["alice"]
    same((alice["password_enabled"], alice["mfa_active"], alice["access_key_1_active"]), ("true", "true", "true"))
    same((alice["access_key_2_active"], alice["access_key_2_last_rotated"]), ("false", "N/A"))
    same((days(alice["access_key_1_last_rotated"]), days(alice["password_last_used"])), (30, 2))
    same((days(alice["access_key_1_last_used_date"]), alice["access_key_1_last_used_service"]), (1, "s3"))
    client.delete_login_profile(UserName="alice")
    client.create_access_key(UserName="alice")
    [second] = [k["AccessKeyId"] for k in client.list_access_keys(UserName="alice")["AccessKeyMetadata"]][1:]
    client.update_access_key(UserName="alice", AccessKeyId=second, Status="Inactive")
    client.generate_credential_report()
    alice = rows(client, looks=2)["alice"]
    password = [alice[f"password_{column}"] for column in ("enabled", "last_used", "last_changed")]
    same(password, ["false", "N/A", "N/A"])
    same(sorted(alice[f"access_key_{n}_active"] for n in (1, 2)), ["false", "true"])
    summary = client.get_account_summary()["SummaryMap"]
    same([summary[m] for m in ("AccountMFAEnabled", "AccountAccessKeysPresent", "AccountPasswordPresent")], [1, 0, 1])
    account.post("state", kind="root", mfa=False, access_keys=1, password=False)
    summary = client.get_account_summary()["SummaryMap"]
    same([summary[m] for m in ("AccountMFAEnabled", "AccountAccessKeysPresent", "AccountPasswordPresent")], [0, 1, 0])
    same(summary["Users"], 1)


def days(text: str) -> int:
    at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return round((datetime.now(timezone.utc) - at) / timedelta(days=1))


def test_trusted_advisor(server: Server) -> None:
    account = Account(server)
    client = account.client("support", US)
    checks = client.describe_trusted_advisor_checks(language="en")["checks"]
    categories = {"security", "fault_tolerance", "service_limits", "cost_optimizing", "performance"}
    same({check["category"] for check in checks}, categories)
    ids = [check["id"] for check in checks]
    summaries = client.describe_trusted_advisor_check_summaries(checkIds=ids)["summaries"]
    same(({s["status"] for s in summaries}, len(summaries)), ({"ok"}, len(checks)))
    account.post("state", kind="trusted_advisor", check="MFA on Root Account", status="error", flagged=1, suppressed=2)
    summaries = client.describe_trusted_advisor_check_summaries(checkIds=ids)["summaries"]
    [found] = [s for s in summaries if s["status"] != "ok"]
    counts = found["resourcesSummary"]
    same((found["hasFlaggedResources"], counts["resourcesFlagged"], counts["resourcesSuppressed"]), (True, 1, 2))
    result = client.describe_trusted_advisor_check_result(checkId=found["checkId"])["result"]
    same([row["isSuppressed"] for row in result["flaggedResources"]], [False, True, True])
    wrong = error_of(client.describe_trusted_advisor_check_summaries, checkIds=["none"])
    same(wrong, ("InvalidParameterValueException", 400))
    assert client.describe_services()["services"]
    account.post("state", kind="support_plan", has=False)
    refused = ("SubscriptionRequiredException", 400)
    same(error_of(client.describe_trusted_advisor_checks, language="en"), refused)
    same(error_of(client.describe_trusted_advisor_check_summaries, checkIds=ids), refused)
    same(error_of(client.describe_services), refused)


def test_regions(server: Server) -> None:
    account = Account(server)
    account.post("state", kind="region", name="ap-east-1", status="ENABLED")
    found = pages(account, "account", "list_regions", "Regions", US)
    known = {region["RegionName"]: region["RegionOptStatus"] for region in found}
    same((known[REGION], known["ap-east-1"], known["me-south-1"]), ("ENABLED_BY_DEFAULT", "ENABLED", "DISABLED"))
    on = {"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"]}
    same(len(account.client("account", US).list_regions(**on)["Regions"]), 18)
    same(error_of(account.client("account", US).list_regions, AccountId="1" * 12), ("AccessDeniedException", 403))


def test_canary_functions(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("lambda")
    [canary] = account.client("synthetics").describe_canaries()["Canaries"]
    assert canary["EngineArn"].startswith(f"arn:aws:lambda:{REGION}:{account.id}:function:cwsyn-app-health-")
    for name in (canary["EngineArn"], canary["EngineArn"].split(":")[6]):
        found = client.get_function_configuration(FunctionName=name)
        same(found["Environment"]["Variables"]["URL"], "https://app.example.com/health")
    account.post("state", kind="canary_environment", name="app-health", variables={"PAGE": "https://x.example.com/"})
    found = client.get_function_configuration(FunctionName=canary["EngineArn"])
    same(found["Environment"], {"Variables": {"PAGE": "https://x.example.com/"}})
    wrong = error_of(client.get_function_configuration, FunctionName=canary["EngineArn"][:-2] + ":7")
    same(wrong, ("ResourceNotFoundException", 404))
    versions = account.client("synthetics").describe_runtime_versions()["RuntimeVersions"]
    assert "syn-nodejs-puppeteer-10.0" in [version["VersionName"] for version in versions]


def test_task_definitions(server: Server) -> None:
    client = Account(server, "healthy").client("ecs")
    [container] = client.describe_task_definition(taskDefinition="prod-web")["taskDefinition"]["containerDefinitions"]
    same([secret["name"] for secret in container["secrets"]], ["SENTRY_DSN"])
    same(container["logConfiguration"]["options"]["awslogs-group"], "/ecs/prod-web")
    for wrong in ("prod-web:9", "none"):
        same(error_of(client.describe_task_definition, taskDefinition=wrong), ("ClientException", 400))


def test_mute_rules(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("cloudwatch")
    same(client.list_alarm_mute_rules()["AlarmMuteRuleSummaries"], [])
    schedule = {"Expression": "cron(0 2 * * *)", "Duration": "PT4H", "Timezone": "Asia/Tokyo"}
    targets = {"AlarmNames": ["shop-db-cpu-high"]}
    client.put_alarm_mute_rule(Name="nights", Rule={"Schedule": schedule}, MuteTargets=targets)
    [found] = client.list_alarm_mute_rules(AlarmName="shop-db-cpu-high")["AlarmMuteRuleSummaries"]
    same((found["Status"], found["MuteType"]), ("SCHEDULED", "RECURRING"))
    same(client.list_alarm_mute_rules(AlarmName="other")["AlarmMuteRuleSummaries"], [])
    account.post("state", kind="mute_rule", name="nights", status="ACTIVE")
    rule = client.get_alarm_mute_rule(AlarmMuteRuleName="nights")
    same((rule["Status"], rule["MuteTargets"], rule["Rule"]["Schedule"]), ("ACTIVE", targets, schedule))
    client.delete_alarm_mute_rule(AlarmMuteRuleName="nights")
    same(error_of(client.get_alarm_mute_rule, AlarmMuteRuleName="nights"), ("ResourceNotFoundException", 404))
