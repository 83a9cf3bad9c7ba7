"""What runs: services and how they scale, load balancers, databases, canaries, functions, images and logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dumps import Description, asked, every, lists, policy, some, tags, without
from local import LocalAws

FUNCTION_PARTS = ("CodeSha256", "Description", "Environment", "Handler", "MemorySize", "Role", "Runtime", "Timeout")
DATABASE_PARTS = ("AllocatedStorage", "DBClusterIdentifier", "Engine", "MaxAllocatedStorage", "StorageType")
SERVICE_PARTS = ("capacityProviderStrategy", "desiredCount", "launchType", "taskDefinition")
TARGET_PARTS = ("MaxCapacity", "MinCapacity", "RoleARN", "SuspendedState")
POLICY_PARTS = (
    "PolicyType",
    "PredictiveScalingPolicyConfiguration",
    "StepScalingPolicyConfiguration",
    "TargetTrackingScalingPolicyConfiguration",
)
LISTENER_PARTS = ("Certificates", "DefaultActions", "Protocol")
GROUP_PARTS = ("HealthCheckPath", "Port", "Protocol", "TargetType")


@lists("AWS::Lambda::Function")
def functions(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("lambda")
    for function in every(client, "list_functions"):
        name = function["FunctionName"]
        whole = client.get_function(FunctionName=name)
        yield name, some(whole["Configuration"], FUNCTION_PARTS) | {
            "Policy": policy(asked(client.get_policy, "Policy", FunctionName=name)),
            "ReservedConcurrentExecutions": (whole.get("Concurrency") or {}).get("ReservedConcurrentExecutions"),
            "Tags": client.list_tags(Resource=function["FunctionArn"]).get("Tags") or {},
        }


@lists("AWS::ECS::Service")
def services(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("ecs")
    for cluster in every(client, "list_clusters"):
        for arn in every(client, "list_services", cluster=cluster):
            [found] = client.describe_services(cluster=cluster, services=[arn])["services"]
            yield f"{cluster.rsplit('/', 1)[-1]}/{found['serviceName']}", some(found, SERVICE_PARTS)


@lists("AWS::ApplicationAutoScaling::ScalableTarget")
def scalable_targets(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("application-autoscaling")
    for target in every(client, "describe_scalable_targets", ServiceNamespace="ecs"):
        found = client.list_tags_for_resource(ResourceARN=target["ScalableTargetARN"]).get("Tags")
        yield target["ResourceId"], some(target, TARGET_PARTS) | {"Tags": found or {}}


@lists("AWS::ApplicationAutoScaling::ScalingPolicy")
def scaling_policies(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for found in every(aws.client("application-autoscaling"), "describe_scaling_policies", ServiceNamespace="ecs"):
        yield f"{found['ResourceId']}|{found['PolicyName']}", some(found, POLICY_PARTS)


@lists("AWS::ElasticLoadBalancingV2::LoadBalancer")
def load_balancers(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    """With their listeners by their ports, and the rules of these by their priorities."""
    client = aws.client("elbv2")
    for found in every(client, "describe_load_balancers"):
        listeners = every(client, "describe_listeners", LoadBalancerArn=found["LoadBalancerArn"])
        yield found["LoadBalancerName"], {
            "Listeners": {str(each["Port"]): _listener(client, each) for each in listeners},
            "Scheme": found.get("Scheme"),
            "Type": found["Type"],
        }


def _listener(client: Any, listener: Description) -> Description:
    rules = every(client, "describe_rules", ListenerArn=listener["ListenerArn"])
    return some(listener, LISTENER_PARTS) | {"Rules": {rule["Priority"]: without(rule, "RuleArn") for rule in rules}}


@lists("AWS::ElasticLoadBalancingV2::TargetGroup")
def target_groups(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for group in every(aws.client("elbv2"), "describe_target_groups"):
        yield group["TargetGroupName"], some(group, GROUP_PARTS)


@lists("AWS::ECR::Repository")
def repositories(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("ecr")
    for repository in every(client, "describe_repositories"):
        found = client.list_tags_for_resource(resourceArn=repository["repositoryArn"]).get("tags")
        yield repository["repositoryName"], without(repository, "createdAt") | {"tags": tags(found)}


@lists("AWS::RDS::DBInstance")
def databases(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for database in every(aws.client("rds"), "describe_db_instances"):
        yield database["DBInstanceIdentifier"], some(database, DATABASE_PARTS) | {"Tags": tags(database.get("TagList"))}


@lists("AWS::Synthetics::Canary")
def canaries(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    for canary in every(aws.client("synthetics"), "describe_canaries"):
        plain = without(canary, "EngineArn", "Id", "Status", "Timeline")
        yield canary["Name"], plain | {"State": canary["Status"]["State"]}


@lists("AWS::Logs::LogGroup")
def log_groups(aws: LocalAws) -> Iterator[tuple[str, Description]]:
    client = aws.client("logs")
    for group in every(client, "describe_log_groups"):
        found = client.list_tags_for_resource(resourceArn=group["logGroupArn"]).get("tags")
        yield group["logGroupName"], {"retentionInDays": group.get("retentionInDays"), "tags": found or {}}
