"""Writes that only the whole baseline needs: scaling, retention, cost anomalies, and canaries from their making."""

from __future__ import annotations

from typing import Any

from selftest.baseline_reads import pages
from selftest.harness import REGION, Account, Server, error_of, same
from selftest.storage_writes import trust

US = "us-east-1"
OF = {"ServiceNamespace": "ecs", "ResourceId": "service/prod/web", "ScalableDimension": "ecs:service:DesiredCount"}
CPU = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
TRACKING = {"TargetValue": 60.0, "PredefinedMetricSpecification": CPU}


def tracking_alarms(account: Account) -> dict[str, float]:
    found = account.client("cloudwatch").describe_alarms(AlarmNamePrefix="TargetTracking-service/prod/web-")
    return {alarm["AlarmName"].split("-")[2]: alarm["Threshold"] for alarm in found["MetricAlarms"]}


def test_scaling_writes(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("application-autoscaling")
    ecs: dict[str, Any] = {"ServiceNamespace": "ecs"}
    targets = pages(account, "application-autoscaling", "describe_scalable_targets", "ScalableTargets", **ecs)
    same([(t["MinCapacity"], t["MaxCapacity"]) for t in targets], [(2, 6), (2, 6)])
    same(set(targets[0]["SuspendedState"].values()), {False})
    policies = pages(account, "application-autoscaling", "describe_scaling_policies", "ScalingPolicies", **ecs)
    same([(p["PolicyName"], p["PolicyType"]) for p in policies], [("cpu", "TargetTrackingScaling")] * 2)
    same(tracking_alarms(account), {"AlarmHigh": 60.0, "AlarmLow": 54.0})
    policy = OF | {"PolicyName": "cpu", "PolicyType": "TargetTrackingScaling"}
    lower = TRACKING | {"TargetValue": 50.0}
    again = client.put_scaling_policy(**policy, TargetTrackingScalingPolicyConfiguration=lower)
    same((again["PolicyARN"], len(again["Alarms"])), (policies[0]["PolicyARN"], 2))
    same(tracking_alarms(account), {"AlarmHigh": 50.0, "AlarmLow": 45.0})
    upwards = TRACKING | {"DisableScaleIn": True}
    client.put_scaling_policy(**policy, TargetTrackingScalingPolicyConfiguration=upwards)
    same(tracking_alarms(account), {"AlarmHigh": 60.0})
    client.delete_scaling_policy(**OF, PolicyName="cpu")
    same(tracking_alarms(account), {})
    same(error_of(client.delete_scaling_policy, **OF, PolicyName="cpu"), ("ObjectNotFoundException", 400))
    client.put_scaling_policy(**policy, TargetTrackingScalingPolicyConfiguration=TRACKING)
    client.deregister_scalable_target(**OF)
    same(tracking_alarms(account), {})
    same(error_of(client.deregister_scalable_target, **OF), ("ObjectNotFoundException", 400))
    refused = error_of(client.put_scaling_policy, **policy, TargetTrackingScalingPolicyConfiguration=TRACKING)
    same(refused, ("ObjectNotFoundException", 400))


def test_scalable_target_writes(server: Server) -> None:
    account = Account(server, "healthy")
    client, ecs = account.client("application-autoscaling"), account.client("ecs")
    client.deregister_scalable_target(**OF)
    same(error_of(client.register_scalable_target, **OF, MinCapacity=1), ("ValidationException", 400))
    same(error_of(client.register_scalable_target, **OF, MinCapacity=3, MaxCapacity=2), ("ValidationException", 400))
    none = OF | {"ResourceId": "service/prod/none"}
    same(error_of(client.register_scalable_target, **none, MinCapacity=1, MaxCapacity=2), ("ValidationException", 400))
    made = client.register_scalable_target(**OF, MinCapacity=3, MaxCapacity=4, Tags={"managed-by": "audit"})
    [service] = ecs.describe_services(cluster="prod", services=["web"])["services"]
    same((service["desiredCount"], service["runningCount"]), (3, 3))
    arn = made["ScalableTargetARN"]
    same(client.list_tags_for_resource(ResourceARN=arn)["Tags"], {"managed-by": "audit"})
    client.register_scalable_target(**OF, SuspendedState={"DynamicScalingInSuspended": True})
    asked = {"ServiceNamespace": "ecs", "ResourceIds": ["service/prod/web"]}
    [found] = client.describe_scalable_targets(**asked)["ScalableTargets"]
    same((found["MinCapacity"], found["SuspendedState"]["DynamicScalingInSuspended"]), (3, True))
    same(found["SuspendedState"]["DynamicScalingOutSuspended"], False)
    step = {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [step]}
    client.put_scaling_policy(**OF, PolicyName="steps", PolicyType="StepScaling", StepScalingPolicyConfiguration=steps)
    [policy] = client.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=OF["ResourceId"])["ScalingPolicies"]
    same((policy["PolicyType"], policy.get("Alarms") or []), ("StepScaling", []))
    role = account.client("iam").get_role(RoleName="AWSServiceRoleForApplicationAutoScaling_ECSService")["Role"]
    same(found["RoleARN"], role["Arn"])


def test_retention(server: Server) -> None:
    account = Account(server, "healthy")
    client, group = account.client("logs"), {"logGroupName": "/ecs/prod-web"}

    def retention() -> Any:
        [found] = client.describe_log_groups(logGroupIdentifiers=["/ecs/prod-web", "/ecs/none"])["logGroups"]
        return found.get("retentionInDays")

    same(retention(), 30)
    client.delete_retention_policy(**group)
    client.delete_retention_policy(**group)
    same(retention(), None)
    client.put_retention_policy(**group, retentionInDays=90)
    same(retention(), 90)
    same(error_of(client.delete_retention_policy, logGroupName="/none"), ("ResourceNotFoundException", 400))
    same(len(pages(account, "logs", "describe_log_groups", "logGroups", logGroupNamePrefix="/ecs/")), 2)
    [worker] = client.describe_log_groups(logGroupNamePattern="WORK")["logGroups"]
    same(worker["logGroupName"], "/ecs/prod-worker")
    both = {"logGroupNamePattern": "x", "logGroupNamePrefix": "y"}
    same(error_of(client.describe_log_groups, **both), ("InvalidParameterException", 400))


MONITOR = {"MonitorName": "all", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}


def test_anomaly_monitors(server: Server) -> None:
    account = Account(server)
    client = account.client("ce", US)
    tags = [{"Key": "managed-by", "Value": "audit"}]
    arn = client.create_anomaly_monitor(AnomalyMonitor=MONITOR, ResourceTags=tags)["MonitorArn"]
    same(client.list_tags_for_resource(ResourceArn=arn)["ResourceTags"], tags)
    again = MONITOR | {"MonitorName": "more"}
    same(error_of(client.create_anomaly_monitor, AnomalyMonitor=again), ("ValidationException", 400))
    custom = {"MonitorName": "one", "MonitorType": "CUSTOM"}
    same(error_of(client.create_anomaly_monitor, AnomalyMonitor=custom), ("ValidationException", 400))
    team = {"Tags": {"Key": "team", "Values": ["shop"]}}
    client.create_anomaly_monitor(AnomalyMonitor=custom | {"MonitorSpecification": team})
    client.update_anomaly_monitor(MonitorArn=arn, MonitorName="renamed")
    account.post("state", kind="anomaly_monitor", name="renamed", values=7, evaluated=1)
    found = client.get_anomaly_monitors()["AnomalyMonitors"]
    same([(m["MonitorName"], m["DimensionalValueCount"]) for m in found], [("renamed", 7), ("one", 0)])
    account.post("page", size=1)
    first = client.get_anomaly_monitors()
    second = client.get_anomaly_monitors(NextPageToken=first["NextPageToken"])
    same((len(first["AnomalyMonitors"]), len(second["AnomalyMonitors"]), "NextPageToken" in second), (1, 1, False))
    client.delete_anomaly_monitor(MonitorArn=arn)
    same(error_of(client.delete_anomaly_monitor, MonitorArn=arn), ("UnknownMonitorException", 400))
    same(error_of(client.get_anomaly_monitors, MonitorArnList=[arn]), ("UnknownMonitorException", 400))
    same(error_of(client.list_tags_for_resource, ResourceArn=arn), ("ResourceNotFoundException", 400))


def test_anomaly_subscriptions(server: Server) -> None:
    account = Account(server)
    client = account.client("ce", US)
    monitor = client.create_anomaly_monitor(AnomalyMonitor=MONITOR)["MonitorArn"]
    topic = {"Type": "SNS", "Address": f"arn:aws:sns:{US}:{account.id}:costs"}
    person = {"Type": "EMAIL", "Address": "cfo@example.com"}
    fine = {"SubscriptionName": "now", "MonitorArnList": [monitor], "Frequency": "IMMEDIATE", "Subscribers": [topic]}
    fine |= {"Threshold": 20.0}
    without_threshold = {k: v for k, v in fine.items() if k != "Threshold"}
    for wrong, code in (
        (fine | {"Subscribers": [person]}, "ValidationException"),
        (fine | {"Frequency": "DAILY"}, "ValidationException"),
        (fine | {"Subscribers": []}, "ValidationException"),
        (fine | {"MonitorArnList": []}, "ValidationException"),
        (fine | {"MonitorArnList": [f"{monitor}0"]}, "UnknownMonitorException"),
        (without_threshold, "ValidationException"),
    ):
        same(error_of(client.create_anomaly_subscription, AnomalySubscription=wrong), (code, 400))
    arn = client.create_anomaly_subscription(AnomalySubscription=fine)["SubscriptionArn"]
    [found] = client.get_anomaly_subscriptions(MonitorArn=monitor)["AnomalySubscriptions"]
    same((found["Subscribers"], found["AccountId"]), ([topic | {"Status": "CONFIRMED"}], account.id))
    same(found["ThresholdExpression"]["Dimensions"]["Values"], ["20.0"])
    refused = error_of(client.update_anomaly_subscription, SubscriptionArn=arn, Subscribers=[person])
    same(refused, ("ValidationException", 400))
    client.update_anomaly_subscription(SubscriptionArn=arn, Subscribers=[person], Frequency="DAILY")
    elsewhere = account.client("ce", REGION).get_anomaly_subscriptions()["AnomalySubscriptions"]
    same([(s["Frequency"], s["Threshold"]) for s in elsewhere], [("DAILY", 20.0)])
    account.post("state", kind="anomaly_subscriber", name="now", address="cfo@example.com", status="DECLINED")
    [found] = client.get_anomaly_subscriptions(SubscriptionArnList=[arn])["AnomalySubscriptions"]
    same(found["Subscribers"][0]["Status"], "DECLINED")
    client.delete_anomaly_subscription(SubscriptionArn=arn)
    same(error_of(client.delete_anomaly_subscription, SubscriptionArn=arn), ("UnknownSubscriptionException", 400))


def canary(account: Account, name: str) -> dict[str, Any]:
    return {
        "Name": name,
        "Code": {"Handler": "index.handler", "ZipFile": b"PK"},
        "ArtifactS3Location": f"s3://audit-{account.id}/",
        "ExecutionRoleArn": f"arn:aws:iam::{account.id}:role/canary",
        "Schedule": {"Expression": "rate(5 minutes)"},
        "RunConfig": {"TimeoutInSeconds": 60, "EnvironmentVariables": {"URL": "https://x.example.com/"}},
        "RuntimeVersion": "syn-nodejs-puppeteer-10.0",
    }


def test_canary_from_its_making(server: Server) -> None:
    account = Account(server)
    client, whole = account.client("synthetics"), canary(account, "new")
    for wrong in (
        {"RuntimeVersion": "syn-1.0"},
        {"RuntimeVersion": "syn-nodejs-puppeteer-7.0"},
        {"Name": "New"},
        {"RunConfig": {"TimeoutInSeconds": 400}},
    ):
        same(error_of(client.create_canary, **whole | wrong), ("ValidationException", 400))
    client.create_canary(**whole)
    state = ("CREATING", "ERROR")
    same(tuple(client.get_canary(Name="new")["Canary"]["Status"]["State"] for _ in state), state)
    client.delete_canary(Name="new")
    account.client("iam").create_role(RoleName="canary", AssumeRolePolicyDocument=trust("lambda"))
    same(client.create_canary(**whole)["Canary"]["Status"]["State"], "CREATING")
    same(error_of(client.create_canary, **whole), ("ValidationException", 400))
    same(error_of(client.start_canary, Name="new"), ("ConflictException", 409))
    same(error_of(client.delete_canary, Name="new"), ("ConflictException", 409))
    state = ("CREATING", "READY")
    same(tuple(client.get_canary(Name="new")["Canary"]["Status"]["State"] for _ in state), state)
    same(error_of(client.stop_canary, Name="new"), ("ConflictException", 409))
    client.start_canary(Name="new")
    same(error_of(client.delete_canary, Name="new"), ("ConflictException", 409))
    client.update_canary(Name="new", RunConfig={"TimeoutInSeconds": 30})
    settings = client.get_canary(Name="new")["Canary"]
    found = account.client("lambda").get_function_configuration(FunctionName=settings["EngineArn"])
    same((found["Timeout"], found["Environment"]["Variables"]), (30, {"URL": "https://x.example.com/"}))
    client.stop_canary(Name="new")
    client.delete_canary(Name="new")
    refused = error_of(account.client("lambda").get_function_configuration, FunctionName=settings["EngineArn"])
    same(refused, ("ResourceNotFoundException", 404))
