"""Every operation that the collector calls, over boto3, in a healthy account."""

from __future__ import annotations

from datetime import datetime, timezone

import cbor2

from selftest.harness import REGION, Account, Server, error_of, same


def test_identity(server: Server) -> None:
    account = Account(server)
    same(account.client("sts").get_caller_identity()["Account"], account.id)


def test_cloudtrail(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("cloudtrail")
    [trail] = client.describe_trails()["trailList"]
    assert trail["IsMultiRegionTrail"] and trail["LogFileValidationEnabled"] and trail["HomeRegion"] == REGION
    assert client.get_trail_status(Name="main-trail")["IsLogging"]
    [selector] = client.get_event_selectors(TrailName=trail["TrailARN"])["EventSelectors"]
    assert selector["IncludeManagementEvents"] and selector["ReadWriteType"] == "All"
    elsewhere = account.client("cloudtrail", "us-east-1")
    same([t["HomeRegion"] for t in elsewhere.describe_trails()["trailList"]], [REGION])
    same(elsewhere.describe_trails(includeShadowTrails=False)["trailList"], [])
    same(error_of(elsewhere.get_trail_status, Name="main-trail"), ("TrailNotFoundException", 400))
    assert elsewhere.get_trail_status(Name=trail["TrailARN"])["IsLogging"]


def test_config(server: Server) -> None:
    client = Account(server, "healthy").client("config")
    [recorder] = client.describe_configuration_recorders()["ConfigurationRecorders"]
    assert recorder["recordingGroup"]["allSupported"]
    [status] = client.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert status["recording"] and status["lastStatus"] == "SUCCESS"
    [channel] = client.describe_delivery_channels()["DeliveryChannels"]
    [delivery] = client.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    same(delivery["name"], channel["name"])
    same(delivery["configStreamDeliveryInfo"]["lastStatus"], "SUCCESS")


def test_guardduty(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("guardduty")
    [detector] = client.list_detectors()["DetectorIds"]
    same(client.get_detector(DetectorId=detector)["Status"], "ENABLED")
    same(account.client("guardduty", "us-east-1").list_detectors()["DetectorIds"], [])


def test_alarms(server: Server) -> None:
    account = Account(server, "mvp")
    client = account.client("cloudwatch")
    both = ["MetricAlarm", "CompositeAlarm"]
    same(client.describe_alarms()["CompositeAlarms"], [])
    whole = client.describe_alarms(AlarmTypes=both)
    [composite] = whole["CompositeAlarms"]
    same(composite["AlarmName"], "web-unhealthy")
    assert "web-memory-high" in composite["AlarmRule"] and composite["AlarmActions"]
    pages = list(client.get_paginator("describe_alarms").paginate(AlarmTypes=both, MaxRecords=3))
    assert all(len(p["MetricAlarms"]) + len(p["CompositeAlarms"]) <= 3 for p in pages)
    names = sorted(a["AlarmName"] for a in whole["MetricAlarms"])
    same(sorted(a["AlarmName"] for p in pages for a in p["MetricAlarms"]), names)
    math = next(a for a in whole["MetricAlarms"] if a["AlarmName"] == "web-cpu-high")
    same([q["ReturnData"] for q in math["Metrics"]], [True, False, False])
    old = next(a for a in whole["MetricAlarms"] if a["AlarmName"] == "orders-db-memory-low")
    age = datetime.now(timezone.utc) - old["StateUpdatedTimestamp"]
    assert old["StateValue"] == "ALARM" and age.days == 5


def test_cbor_by_hand(server: Server) -> None:
    account = Account(server, "healthy")
    headers = account.signed("monitoring", **{"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"})
    path = "/service/GraniteServiceVersion20100801/operation/"
    status, answered, body = server.request("POST", path + "DescribeAlarms", cbor2.dumps({"MaxRecords": 1}), headers)
    same((status, answered["smithy-protocol"], answered["Content-Type"]), (200, "rpc-v2-cbor", "application/cbor"))
    answer = cbor2.loads(body)
    [alarm] = answer["MetricAlarms"]
    assert isinstance(alarm["Threshold"], float) and isinstance(alarm["Period"], int), alarm
    assert isinstance(alarm["StateUpdatedTimestamp"], datetime), "a timestamp is tag 1"
    assert isinstance(answer["NextToken"], str)
    status, answered, body = server.request("POST", path + "GetDashboard", cbor2.dumps({"DashboardName": "x"}), headers)
    assert cbor2.loads(body)["__type"].endswith("#ResourceNotFound") and status in (400, 404), (status, body)
    status, _, body = server.request("POST", path + "MadeUp", cbor2.dumps({}), headers)
    same((status, body), (501, b"not implemented"))


def test_synthetics(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("synthetics")
    [canary] = client.describe_canaries()["Canaries"]
    same((canary["Status"]["State"], canary["Schedule"]["Expression"]), ("RUNNING", "rate(5 minutes)"))
    same(canary["RunConfig"], {"TimeoutInSeconds": 60})
    [last] = client.describe_canaries_last_run()["CanariesLastRun"]
    same((last["CanaryName"], last["LastRun"]["Status"]["State"]), ("app-health", "PASSED"))
    client.stop_canary(Name="app-health")
    same(client.get_canary(Name="app-health")["Canary"]["Status"]["State"], "STOPPED")
    client.start_canary(Name="app-health")
    same(client.describe_canaries(Names=["app-health"])["Canaries"][0]["Status"]["State"], "RUNNING")
    same(error_of(client.get_canary, Name="none"), ("ResourceNotFoundException", 404))
    mvp = Account(server, "mvp")
    mvp.post("page", size=3)
    first = mvp.client("synthetics").describe_canaries()
    second = mvp.client("synthetics").describe_canaries(NextToken=first["NextToken"])
    same((len(first["Canaries"]), len(second["Canaries"]), "NextToken" in second), (3, 1, False))


def test_ecr(server: Server) -> None:
    client = Account(server, "mvp").client("ecr")
    pages = client.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 3})
    names = [r["repositoryName"] for page in pages for r in page["repositories"]]
    same(sorted(names), ["base/node", "mvp/web", "mvp/worker", "tools/migrate"])
    [rule] = client.get_registry_scanning_configuration()["scanningConfiguration"]["rules"]
    same(rule["scanFrequency"], "SCAN_ON_PUSH")
    answer = client.batch_get_repository_scanning_configuration(repositoryNames=[*names, "gone"])
    scanning = {c["repositoryName"]: c["scanOnPush"] for c in answer["scanningConfigurations"]}
    same(scanning, {"base/node": True, "mvp/web": True, "mvp/worker": False, "tools/migrate": False})
    same([f["repositoryName"] for f in answer["failures"]], ["gone"])
    many = [f"r{n}" for n in range(26)]
    same(error_of(client.batch_get_repository_scanning_configuration, repositoryNames=many)[1], 400)


def test_ecs(server: Server) -> None:
    client = Account(server, "mvp").client("ecs")
    [arn] = client.list_clusters()["clusterArns"]
    [cluster] = client.describe_clusters(clusters=[arn])["clusters"]
    same((cluster["activeServicesCount"], cluster["runningTasksCount"]), (3, 6))
    pages = client.get_paginator("list_services").paginate(cluster=arn, PaginationConfig={"PageSize": 2})
    arns = [a for page in pages for a in page["serviceArns"]]
    services = {s["serviceName"]: s for s in client.describe_services(cluster=arn, services=arns)["services"]}
    launched = {name: s.get("launchType") for name, s in services.items()}
    same(launched, {"web": "FARGATE", "worker": None, "batch": "EC2"})
    same([c["capacityProvider"] for c in services["worker"]["capacityProviderStrategy"]], ["FARGATE_SPOT", "FARGATE"])
    same(services["web"]["runningCount"], 2)
    same(error_of(client.describe_services, cluster=arn, services=["x"] * 11)[0], "InvalidParameterException")


def test_rds(server: Server) -> None:
    client = Account(server, "mvp").client("rds")
    pages = client.get_paginator("describe_db_instances").paginate(PaginationConfig={"PageSize": 20})
    databases = {d["DBInstanceIdentifier"]: d for page in pages for d in page["DBInstances"]}
    same(sorted(databases), ["analytics-1", "legacy-db", "orders-db"])
    same(databases["orders-db"]["MaxAllocatedStorage"], 500)
    assert "MaxAllocatedStorage" not in databases["legacy-db"]
    same(databases["analytics-1"]["DBClusterIdentifier"], "analytics")


def test_budgets(server: Server) -> None:
    account = Account(server, "healthy")
    client = account.client("budgets", "us-east-1")
    [budget] = client.describe_budgets(AccountId=account.id)["Budgets"]
    of = {"AccountId": account.id, "BudgetName": budget["BudgetName"]}
    [notification] = client.describe_notifications_for_budget(**of)["Notifications"]
    found = client.describe_subscribers_for_notification(**of, Notification=notification)["Subscribers"]
    same([s["SubscriptionType"] for s in found], ["SNS", "EMAIL"])
    more = {"SubscriptionType": "EMAIL", "Address": "cfo@example.com"}
    client.create_subscriber(**of, Notification=notification, Subscriber=more)
    assert more in client.describe_subscribers_for_notification(**of, Notification=notification)["Subscribers"]
    client.delete_subscriber(**of, Notification=notification, Subscriber=more)
    of["BudgetName"] = "none"
    same(error_of(client.describe_notifications_for_budget, **of), ("NotFoundException", 400))


def test_lambda(server: Server) -> None:
    client = Account(server, "healthy").client("lambda")
    function = client.get_function(FunctionName="slack-notifier")
    same((function["Configuration"]["State"], function["Configuration"]["LastUpdateStatus"]), ("Active", "Successful"))
    by_arn = client.get_function(FunctionName=function["Configuration"]["FunctionArn"])
    same(by_arn["Configuration"]["FunctionName"], "slack-notifier")
    assert "sns.amazonaws.com" in client.get_policy(FunctionName="slack-notifier")["Policy"]
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="slack-notifier")
    client.put_function_concurrency(FunctionName="slack-notifier", ReservedConcurrentExecutions=0)
    same(client.get_function_concurrency(FunctionName="slack-notifier")["ReservedConcurrentExecutions"], 0)
    same(client.get_function(FunctionName="slack-notifier")["Concurrency"], {"ReservedConcurrentExecutions": 0})
    for name in ("none", "arn:aws:lambda:us-east-1:111111111111:function:none"):
        same(error_of(client.get_function, FunctionName=name), ("ResourceNotFoundException", 404))


def test_subscriptions(server: Server) -> None:
    account = Account(server)
    client = account.client("sns")
    topic = client.create_topic(Name="alerts")["TopicArn"]
    answer = client.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    same(answer["SubscriptionArn"], "pending confirmation")
    [pending] = client.list_subscriptions()["Subscriptions"]
    same(pending["SubscriptionArn"], "PendingConfirmation")
    same(error_of(client.get_subscription_attributes, SubscriptionArn="PendingConfirmation"), ("InvalidParameter", 400))
    same(client.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"], "1")
    account.post("state", kind="subscription", topic="alerts", endpoint="a@example.com", state="confirmed")
    [confirmed] = client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    attributes = client.get_subscription_attributes(SubscriptionArn=confirmed["SubscriptionArn"])["Attributes"]
    same((attributes["PendingConfirmation"], attributes["Protocol"]), ("false", "email"))
    account.post("state", kind="subscription", arn=confirmed["SubscriptionArn"], state="deleted")
    same([s["SubscriptionArn"] for s in client.list_subscriptions()["Subscriptions"]], ["Deleted"])
    same(client.list_topics()["Topics"], [{"TopicArn": topic}])
