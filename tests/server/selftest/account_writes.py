"""Writes that hold for an account or region (trails, recorders, detectors, the registry), databases and canaries."""

from __future__ import annotations

import json
from typing import Any

from selftest.harness import REGION, Account, Server, error_of, same
from selftest.storage_writes import HERE


def bucket(account: Account, name: str, service: str | None, source: str | None = None) -> str:
    """A bucket that the service may write to; with `source`, only on behalf of that ARN."""
    client, full = account.client("s3"), f"{name}-{account.id}"
    client.create_bucket(Bucket=full, CreateBucketConfiguration=HERE)
    if service:
        allow_service(account, full, service, source)
    return full


def allow_service(account: Account, name: str, service: str, source: str | None = None) -> None:
    conditions: dict[str, Any] = {"StringEquals": {"AWS:SourceArn": source}} if source else {}
    allow = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
    arn = f"arn:aws:s3:::{name}"
    look = allow | {"Action": ["s3:GetBucketAcl", "s3:ListBucket"], "Resource": arn, "Condition": conditions}
    owned = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"} | conditions.get("StringEquals", {})}
    write = allow | {"Action": "s3:PutObject", "Resource": f"{arn}/AWSLogs/{account.id}/*", "Condition": owned}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"]}
    deny |= {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    policy = {"Version": "2012-10-17", "Statement": [look, write, deny]}
    account.client("s3").put_bucket_policy(Bucket=name, Policy=json.dumps(policy))


def test_trail_writes(server: Server) -> None:
    account = Account(server)
    client = account.client("cloudtrail")
    arn = f"arn:aws:cloudtrail:{REGION}:{account.id}:trail/main"
    trail = {"Name": "main", "IsMultiRegionTrail": True, "TagsList": [{"Key": "managed-by", "Value": "audit"}]}
    refused = error_of(client.create_trail, **trail, S3BucketName=f"none-{account.id}")
    same(refused, ("S3BucketDoesNotExistException", 400))
    logs = bucket(account, "logs", None)
    shut = ("InsufficientS3BucketPolicyException", 400)
    same(error_of(client.create_trail, **trail, S3BucketName=logs), shut)
    for service, source in (("config", None), ("cloudtrail", f"{arn}-2")):
        allow_service(account, logs, service, source)
        same(error_of(client.create_trail, **trail, S3BucketName=logs), shut)
    allow_service(account, logs, "cloudtrail", arn)
    same(error_of(client.create_trail, **trail, S3BucketName=logs, S3KeyPrefix="x"), shut)
    client.create_trail(**trail, S3BucketName=logs)
    same(error_of(client.create_trail, **trail, S3BucketName=logs), ("TrailAlreadyExistsException", 400))
    same(client.get_trail_status(Name="main")["IsLogging"], False)
    client.start_logging(Name=arn)
    same(client.get_trail_status(Name="main")["IsLogging"], True)
    client.update_trail(Name="main", EnableLogFileValidation=True)
    same(client.get_trail(Name="main")["Trail"]["LogFileValidationEnabled"], True)
    same([t["TrailARN"] for t in client.describe_trails(trailNameList=["main"])["trailList"]], [arn])
    client.add_tags(ResourceId=arn, TagsList=[{"Key": "team", "Value": "ops"}])
    same(len(client.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]), 2)
    elsewhere = account.client("cloudtrail", "us-east-1")
    same(error_of(elsewhere.stop_logging, Name=arn), ("InvalidHomeRegionException", 400))
    account.post("state", kind="trail", name="main", delivery_error="AccessDenied")
    refused = error_of(client.update_trail, Name="main", S3BucketName=bucket(account, "shut", None))
    same(refused, shut)
    client.update_trail(Name="main", S3BucketName=bucket(account, "more", "cloudtrail"))
    assert "LatestDeliveryError" not in client.get_trail_status(Name="main")
    client.stop_logging(Name="main")
    client.delete_trail(Name="main")
    for gone in (client.delete_trail, client.get_trail, client.start_logging):
        same(error_of(gone, Name="main"), ("TrailNotFoundException", 400))


def recorder(account: Account, role: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{account.id}:role/{role}"
    group = {"allSupported": True, "includeGlobalResourceTypes": True}
    return {"ConfigurationRecorder": {"name": "default", "roleARN": arn, "recordingGroup": group}}


LINKED = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def test_recorder_writes(server: Server) -> None:
    account = Account(server)
    client = account.client("config")

    def channel(name: str) -> dict[str, Any]:
        return {"DeliveryChannel": {"name": "default", "s3BucketName": name}}

    start = {"ConfigurationRecorderName": "default"}
    logs = bucket(account, "config", "config")
    refused = error_of(client.put_delivery_channel, **channel(logs))
    same(refused, ("NoAvailableConfigurationRecorderException", 400))
    same(error_of(client.start_configuration_recorder, **start), ("NoSuchConfigurationRecorderException", 400))
    client.put_configuration_recorder(**recorder(account, LINKED))
    same(error_of(client.start_configuration_recorder, **start), ("NoAvailableDeliveryChannelException", 400))
    same(error_of(client.put_delivery_channel, **channel(logs)), ("InsufficientDeliveryPolicyException", 400))
    account.client("iam").create_service_linked_role(AWSServiceName="config.amazonaws.com")
    refused = error_of(client.put_delivery_channel, **channel(f"none-{account.id}"))
    same(refused, ("NoSuchBucketException", 400))
    refused = error_of(client.put_delivery_channel, **channel(bucket(account, "shut", "cloudtrail")))
    same(refused, ("InsufficientDeliveryPolicyException", 400))
    client.put_delivery_channel(**channel(logs))
    client.start_configuration_recorder(**start)
    same(statuses(client), (True, "SUCCESS", "SUCCESS"))
    delete = {"DeliveryChannelName": "default"}
    same(error_of(client.delete_delivery_channel, **delete), ("LastDeliveryChannelDeleteFailedException", 400))
    client.stop_configuration_recorder(**start)
    client.delete_configuration_recorder(**start)
    client.delete_delivery_channel(**delete)
    same(error_of(client.delete_delivery_channel, **delete), ("NoSuchDeliveryChannelException", 400))


def test_recorder_is_mended(server: Server) -> None:
    """Another bucket or role mends a planted failure; starting the recorder again does not."""
    account = Account(server, "mvp")
    client, start = account.client("config"), {"ConfigurationRecorderName": "default"}
    client.put_configuration_recorder(**recorder(account, LINKED))
    client.start_configuration_recorder(**start)
    same(statuses(client), (True, "FAILURE", "FAILURE"))
    other = {"name": "default", "s3BucketName": bucket(account, "other", "config")}
    client.put_delivery_channel(DeliveryChannel=other)
    same(statuses(client), (True, "SUCCESS", "SUCCESS"))


def statuses(client: Any) -> tuple[bool, str, str]:
    [of] = client.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    [delivery] = client.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    return of["recording"], of["lastStatus"], delivery["configHistoryDeliveryInfo"]["lastStatus"]


def test_detector_writes(server: Server) -> None:
    account = Account(server)
    client = account.client("guardduty")
    detector = client.create_detector(Enable=True, Tags={"managed-by": "audit"})["DetectorId"]
    same(error_of(client.create_detector, Enable=True), ("BadRequestException", 400))
    account.client("guardduty", "us-east-1").create_detector(Enable=True)
    client.update_detector(DetectorId=detector, Enable=False, FindingPublishingFrequency="ONE_HOUR")
    found = client.get_detector(DetectorId=detector)
    same((found["Status"], found["FindingPublishingFrequency"]), ("DISABLED", "ONE_HOUR"))
    arn = f"arn:aws:guardduty:{REGION}:{account.id}:detector/{detector}"
    client.tag_resource(ResourceArn=arn, Tags={"team": "ops"})
    same(client.list_tags_for_resource(ResourceArn=arn)["Tags"], {"managed-by": "audit", "team": "ops"})
    client.untag_resource(ResourceArn=arn, TagKeys=["team"])
    client.delete_detector(DetectorId=detector)
    same(error_of(client.delete_detector, DetectorId=detector), ("BadRequestException", 400))
    role = account.client("iam").get_role(RoleName="AWSServiceRoleForAmazonGuardDuty")["Role"]
    same(role["Path"], "/aws-service-role/guardduty.amazonaws.com/")


def test_registry_writes(server: Server) -> None:
    client = Account(server).client("ecr")

    def rule(frequency: str, pattern: str = "*") -> dict[str, Any]:
        return {"scanFrequency": frequency, "repositoryFilters": [{"filter": pattern, "filterType": "WILDCARD"}]}

    rules = [rule("SCAN_ON_PUSH")]
    client.put_registry_scanning_configuration(scanType="BASIC", rules=rules)
    same(client.get_registry_scanning_configuration()["scanningConfiguration"], {"scanType": "BASIC", "rules": rules})
    for wrong in ([*rules, rule("SCAN_ON_PUSH", "a")], [rule("CONTINUOUS_SCAN")], [rule("SCAN_ON_PUSH", "A b")]):
        refused = error_of(client.put_registry_scanning_configuration, scanType="BASIC", rules=wrong)
        same(refused, ("InvalidParameterException", 400))
    both = [rule("SCAN_ON_PUSH", "a"), rule("CONTINUOUS_SCAN")]
    client.put_registry_scanning_configuration(scanType="ENHANCED", rules=both)
    client.put_registry_scanning_configuration(scanType="BASIC", rules=[])
    same(client.get_registry_scanning_configuration()["scanningConfiguration"], {"scanType": "BASIC", "rules": []})


def test_storage_autoscaling(server: Server) -> None:
    account = Account(server, "mvp")
    client = account.client("rds")

    def put(ceiling: int, name: str = "legacy-db") -> int | None:
        client.modify_db_instance(DBInstanceIdentifier=name, MaxAllocatedStorage=ceiling, ApplyImmediately=True)
        [found] = client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return found.get("MaxAllocatedStorage")

    same(put(100), 100)
    same(put(20), None)  # as much as is allocated turns it off
    same(error_of(put, ceiling=10), ("InvalidParameterCombination", 400))
    same(error_of(put, ceiling=100, name="analytics-1"), ("InvalidParameterCombination", 400))
    same(error_of(put, ceiling=100, name="none"), ("DBInstanceNotFound", 404))
    account.post("state", kind="db_instance", name="legacy-db", status="backing-up")
    same(error_of(put, ceiling=100), ("InvalidDBInstanceState", 400))


def test_canary_writes(server: Server) -> None:
    account = Account(server, "healthy")
    client, name = account.client("synthetics"), {"Name": "app-health"}
    same(error_of(client.start_canary, **name), ("ConflictException", 409))
    same(error_of(client.delete_canary, **name), ("ConflictException", 409))
    client.update_canary(**name, Schedule={"Expression": "rate(10 minutes)"}, RunConfig={"TimeoutInSeconds": 30})
    found = client.get_canary(**name)["Canary"]
    same((found["Schedule"]["Expression"], found["Status"]["State"]), ("rate(10 minutes)", "RUNNING"))
    same((found["RunConfig"]["TimeoutInSeconds"], found["RuntimeVersion"]), (30, "syn-nodejs-puppeteer-10.0"))
    client.stop_canary(**name)
    same(error_of(client.stop_canary, **name), ("ConflictException", 409))
    account.post("state", kind="canary", name="app-health", state="ERROR", reason="no role")
    client.start_canary(**name)
    same(client.get_canary(**name)["Canary"]["Status"], {"State": "RUNNING"})
    arn = f"arn:aws:synthetics:{REGION}:{account.id}:canary:app-health"
    client.tag_resource(ResourceArn=arn, Tags={"managed-by": "audit"})
    same(client.list_tags_for_resource(ResourceArn=arn)["Tags"], {"managed-by": "audit"})
    client.stop_canary(**name)
    client.delete_canary(**name)
    for gone in (client.get_canary, client.start_canary, client.update_canary):
        same(error_of(gone, **name), ("ResourceNotFoundException", 404))
