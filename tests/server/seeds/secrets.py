"""`secrets`: `mvp`, with a secret in every further place where an API that `audit` reads may show one.

Environments, passwords and a webhook are in it already; what is added is an address in every disguise, the free texts
in which services echo one, and the settings into which people paste them.
"""

from __future__ import annotations

import json

from seeds import Aws, mvp, parts
from seeds.mvp import ALERTS, CLUSTER, LOAD_BALANCER
from seeds.parts import SECRET

WEBHOOK = f"https://hooks.slack.com/services/T1/B1/{SECRET}slack"
PROBED = f"https://user:{SECRET}password@app.example.com/login?token={SECRET}query#{SECRET}fragment"
ADDRESSES = {
    "https": [
        WEBHOOK,
        f"https://user:{SECRET}password@hooks.example.com/alerts",
        f"https://hooks.example.com/alerts?token={SECRET}query",
        f"https://hooks.example.com:8443/{SECRET}path#{SECRET}fragment",
    ],
    "http": [f"http://{SECRET}user@hooks.example.com/"],
}
ECHO = (
    f"cannot open https://user:{SECRET}password@app.example.com/{SECRET}path?token={SECRET}query, Token={SECRET}x"
)


def build(aws: Aws) -> None:
    mvp.build(aws)
    for topic, confirm in ((ALERTS, True), (mvp.ON_CALL, False)):
        for protocol, addresses in ADDRESSES.items():
            for address in addresses:
                parts.subscribe(aws, topic, protocol, address, confirm=confirm)
    database = f"postgres://shop:{SECRET}password@db.internal/shop"
    environment = {"DATABASE_URL": database, "API_TOKEN": f"{SECRET}token", "EMPTY": ""}
    aws.client("lambda").update_function_configuration(
        FunctionName="slack-notifier", Environment={"Variables": environment}
    )
    echoes(aws)
    containers(aws)
    canary(aws)
    events(aws)
    front(aws)
    notices(aws)


def echoes(aws: Aws) -> None:
    """Services say what they choke on."""
    aws.state("canary_run", name="api-health", status="FAILED", reason=ECHO)
    aws.state("canary", name="api-health", state="ERROR", reason=ECHO)
    aws.state("function", name="slack-notifier", reason=ECHO)
    aws.state("alarm", name="web-memory-high", value="ALARM", reason=ECHO)
    aws.state("config_recorder", last_status="FAILURE", error="AccessDenied", message=ECHO)
    aws.state("delivery_channel", status="FAILURE", error="NoSuchBucket", message=ECHO)
    aws.state("service", cluster=CLUSTER, name="web", rollout="FAILED", reason=ECHO)
    aws.state("image_scan", repository="mvp/web", tag="latest", status="FAILED", description=ECHO)
    aws.state("finding", id="e" * 32, severity=9, title=ECHO, description=ECHO, minutes_ago=30)
    check = "Security Groups - Specific Ports Unrestricted"
    aws.state("trusted_advisor", check=check, status="error", flagged=2, metadata=["sg-1", ECHO, f"{SECRET}metadata"])


def containers(aws: Aws) -> None:
    """A service whose every setting holds one: each kind of log driver that takes a token, and files of more."""
    splunk = {"splunk-url": f"https://user:{SECRET}password@splunk.example.com", "splunk-token": f"{SECRET}splunk"}
    datadog = {"Name": "datadog", "apikey": f"{SECRET}datadog", "Host": "http-intake.logs.datadoghq.com"}
    stored = f"arn:aws:secretsmanager:{aws.region}:{aws.account}:secret:{SECRET}name-AbCdEf:{SECRET}key::"
    shop = {
        "name": "shop",
        "image": "public.ecr.aws/shop/shop:latest",
        "essential": True,
        "command": ["serve", "--token", f"{SECRET}argument"],
        "entryPoint": ["sh", "-c", f"curl {WEBHOOK}"],
        "environment": [
            {"name": "API_TOKEN", "value": f"{SECRET}token"},
            {"name": "SENTRY_DSN", "value": f"https://{SECRET}sentry@sentry.example.com/1"},
            {"name": "EMPTY_TOKEN", "value": ""},
        ],
        "environmentFiles": [{"type": "s3", "value": f"arn:aws:s3:::{SECRET.lower()}bucket/{SECRET}file.env"}],
        "secrets": [{"name": "DATABASE_URL", "valueFrom": stored}],
        "dockerLabels": {"token": f"{SECRET}label"},
        "healthCheck": {"command": ["CMD-SHELL", f"curl -H 'Authorization: {SECRET}header' localhost"]},
        "repositoryCredentials": {"credentialsParameter": stored},
        "logConfiguration": {
            "logDriver": "splunk",
            "options": splunk,
            "secretOptions": [{"name": "splunk-token", "valueFrom": stored}],
        },
    }
    router = {
        "name": "router",
        "image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
        "essential": False,
        "firelensConfiguration": {"type": "fluentbit", "options": {"config-file-value": f"/{SECRET}config"}},
        "logConfiguration": {"logDriver": "awsfirelens", "options": datadog},
    }
    aws.client("ecs").register_task_definition(
        family=f"{CLUSTER}-leaky",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[shop, router],
    )
    aws.client("ecs").create_service(
        cluster=CLUSTER, serviceName="leaky", taskDefinition=f"{CLUSTER}-leaky", desiredCount=1, launchType="FARGATE"
    )


def canary(aws: Aws) -> None:
    """What it probes stands in its environment and its tags, in every disguise."""
    parts.canary(aws, "leaky", url=PROBED)
    variables = {"URL": PROBED, "WEBHOOK": WEBHOOK, "API_KEY": f"{SECRET}key", "PAGES": f"{PROBED},{WEBHOOK}"}
    aws.state("canary_environment", name="leaky", variables=variables)
    arn = f"arn:aws:synthetics:{aws.region}:{aws.account}:canary:leaky"
    aws.client("synthetics").tag_resource(ResourceArn=arn, Tags={"url": PROBED, "note": f"{SECRET}tag"})


def events(aws: Aws) -> None:
    """What targets are sent, and with which headers."""
    client, rule = aws.client("events"), "alarms-to-chat"
    pattern = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}
    client.put_rule(Name=rule, EventPattern=json.dumps(pattern), Description=f"posts to {WEBHOOK}")
    topic = parts.topic_arn(aws, ALERTS)
    role = parts.shared_role(aws, "events-to-chat", "events.amazonaws.com")
    destination = f"arn:aws:events:{aws.region}:{aws.account}:api-destination/chat/00000000-0000-0000-0000-000000000001"
    template = f'{{"text": "<name>", "webhook": "{WEBHOOK}", "token": "{SECRET}template"}}'
    headers = {"HeaderParameters": {"Authorization": f"Bearer {SECRET}header"}}
    headers |= {"QueryStringParameters": {"token": f"{SECRET}query"}, "PathParameterValues": [f"{SECRET}path"]}
    targets = [
        {"Id": "input", "Arn": topic, "Input": json.dumps({"token": f"{SECRET}input", "url": PROBED})},
        {
            "Id": "transformer",
            "Arn": topic,
            "InputTransformer": {"InputPathsMap": {"name": "$.detail.alarmName"}, "InputTemplate": template},
        },
        {"Id": "chat", "Arn": destination, "RoleArn": role, "HttpParameters": headers},
    ]
    client.put_targets(Rule=rule, Targets=targets)


def front(aws: Aws) -> None:
    """Rules that ask for a secret, send people on with one, or answer with one; a health check that takes one."""
    client = aws.client("elbv2")
    [balancer] = client.describe_load_balancers(Names=[LOAD_BALANCER])["LoadBalancers"]
    listeners = client.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    [listener] = [each["ListenerArn"] for each in listeners if each["Protocol"] == "HTTPS"]
    asked = [
        {"Field": "host-header", "HostHeaderConfig": {"Values": [parts.APP]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": [f"{SECRET}origin"]}},
        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "token", "Value": f"{SECRET}query"}]}},
    ]
    sent = {"Protocol": "HTTPS", "Query": f"token={SECRET}redirect", "StatusCode": "HTTP_302"}
    client.create_rule(
        ListenerArn=listener, Priority=30, Conditions=asked, Actions=[{"Type": "redirect", "RedirectConfig": sent}]
    )
    told = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": f"{SECRET}body"}
    answer = [{"Type": "fixed-response", "FixedResponseConfig": told}]
    host = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["verify.example.com"]}}]
    client.create_rule(ListenerArn=listener, Priority=31, Conditions=host, Actions=answer)
    [group] = client.describe_target_groups(Names=["mvp-web"])["TargetGroups"]
    client.modify_target_group(TargetGroupArn=group["TargetGroupArn"], HealthCheckPath=f"/health?token={SECRET}check")


def notices(aws: Aws) -> None:
    """AWS User Notifications, whose descriptions people choose."""
    client = aws.client("notifications", "us-east-1")
    name = "deployments"
    parts.notice(aws, name, "aws.ecs", "ECS Task State Change", parts.email_contact(aws, "ops"))
    known = client.list_notification_configurations()["notificationConfigurations"]
    [found] = [each for each in known if each["name"] == name]
    client.update_notification_configuration(arn=found["arn"], description=f"posts to {WEBHOOK}")
    narrow = json.dumps({"detail": {"eventType": ["ERROR"]}})
    of = {"notificationConfigurationArn": found["arn"], "regions": [aws.region]}
    client.create_event_rule(**of, source="aws.ecs", eventType="ECS Deployment State Change", eventPattern=narrow)
