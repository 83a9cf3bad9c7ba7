"""Application Auto Scaling: targets, their policies, and the alarms that target tracking keeps in CloudWatch.

Moto lets a policy hang on no target, leaves policies behind when a target goes, and forgets what of a target rests.
"""

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, applicationautoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcnow
from moto.ecs.models import ecs_backends

from drawn import hex_id, uuid_id
from supplement import Ask, ecs, iam, supplement
from wire import AwsError, Call

NAMESPACE, DIMENSION = "ecs", "ecs:service:DesiredCount"
SERVICE = "ecs.application-autoscaling.amazonaws.com"
NOTHING_RESTS = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}
CONFIGURATIONS = {
    "PredictiveScaling": "PredictiveScalingPolicyConfiguration",
    "StepScaling": "StepScalingPolicyConfiguration",
    "TargetTrackingScaling": "TargetTrackingScalingPolicyConfiguration",
}
SERVICE_METRICS = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}
REQUESTS = "ALBRequestCountPerTarget"
# The side of the target value, how long it must last, and where it lies.
SIDES = {"AlarmHigh": ("GreaterThanThreshold", 3, 1.0), "AlarmLow": ("LessThanThreshold", 15, 0.9)}

Key = tuple[str, str, str]
Item = dict[str, Any]


def backend(account: str, region: str) -> ApplicationAutoscalingBackend:
    return applicationautoscaling_backends[account][region]


def targets(account: str, region: str) -> dict[Key, Item]:
    return backend(account, region).__dict__.setdefault("audit_targets", {})


def policies(account: str, region: str) -> dict[tuple[Key, str], Item]:
    return backend(account, region).__dict__.setdefault("audit_policies", {})


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def not_found(what: str, key: Key, more: str = "") -> AwsError:
    message = f"{what} for service namespace: {key[0]}, resource ID: {key[1]}, scalable dimension: {key[2]}{more}"
    return AwsError("ObjectNotFoundException", message)


def _key(call: Call) -> Key:
    return call.params["ServiceNamespace"], call.params["ResourceId"], call.params["ScalableDimension"]


@supplement("application-autoscaling:RegisterScalableTarget")
def register_scalable_target(call: Call, _ask: Ask) -> dict[str, Any]:
    """What is not given stays; a service that has too few or too many tasks is scaled at once."""
    given, key, known = call.params, _key(call), targets(call.account, call.region)
    if key[0] == NAMESPACE and (key[2] != DIMENSION or key[1].count("/") != 2):
        raise invalid("Unsupported service namespace, resource type or scalable dimension")
    if key[0] == NAMESPACE and _service(call, key) is None:
        raise invalid(f"ECS service doesn't exist: {key[1]}")
    before = known.get(key)
    made = dict(before or _new_target(call, key))
    made |= {member: given[member] for member in ("MinCapacity", "MaxCapacity", "RoleARN") if member in given}
    made["SuspendedState"] = made["SuspendedState"] | (given.get("SuspendedState") or {})
    for member in ("MinCapacity", "MaxCapacity"):
        if member not in made:
            raise invalid(f"{member} must be specified when a scalable target is registered")
    if made["MinCapacity"] > made["MaxCapacity"]:
        raise invalid("Maximum capacity cannot be less than minimum capacity")
    known[key] = made
    if before is None:
        tags(call)[made["ScalableTargetARN"]] = dict(given.get("Tags") or {})
    iam.link(call.account, SERVICE)
    _keep_within(call, key, made)
    return {"ScalableTargetARN": made["ScalableTargetARN"]}


def _new_target(call: Call, key: Key) -> Item:
    name = iam.LINKED[SERVICE][0]
    return {
        "CreationTime": utcnow(),
        "ResourceId": key[1],
        "RoleARN": f"arn:aws:iam::{call.account}:role/aws-service-role/{SERVICE}/{name}",
        "ScalableDimension": key[2],
        "ScalableTargetARN": f"arn:aws:application-autoscaling:{call.region}:{call.account}:scalable-target/"
        f"0ec5{hex_id(call.region, *key)}",
        "ServiceNamespace": key[0],
        "SuspendedState": NOTHING_RESTS,
    }


def _service(call: Call, key: Key) -> Any:
    _, cluster, name = key[1].split("/")
    return ecs_backends[call.account][call.region].services.get(f"{cluster}:{name}")


def _keep_within(call: Call, key: Key, target: Item) -> None:
    service = _service(call, key) if key[0] == NAMESPACE else None
    if service is None:
        return
    wanted = min(max(service.desired_count, target["MinCapacity"]), target["MaxCapacity"])
    if wanted != service.desired_count:
        service.desired_count = wanted
        ecs.set_running(service, wanted)


@supplement("application-autoscaling:DescribeScalableTargets")
def describe_scalable_targets(call: Call, _ask: Ask) -> dict[str, Any]:
    ids = call.params.get("ResourceIds")
    shown = [
        target
        for key, target in targets(call.account, call.region).items()
        if _asked(call, key) and (not ids or key[1] in ids)
    ]
    return {"ScalableTargets": shown}


def _asked(call: Call, key: Key) -> bool:
    wanted = (call.params["ServiceNamespace"], call.params.get("ResourceId"), call.params.get("ScalableDimension"))
    return all(want in (None, have) for want, have in zip(wanted, key, strict=True))


@supplement("application-autoscaling:DeregisterScalableTarget")
def deregister_scalable_target(call: Call, _ask: Ask) -> dict[str, Any]:
    """Its policies go with it."""
    key = _key(call)
    gone = targets(call.account, call.region).pop(key, None)
    if gone is None:
        raise not_found("No scalable target found", key)
    tags(call).pop(gone["ScalableTargetARN"], None)
    known = policies(call.account, call.region)
    for each in [each for each in known if each[0] == key]:
        _delete_alarms(call, known.pop(each))
    return {}


@supplement("application-autoscaling:PutScalingPolicy")
def put_scaling_policy(call: Call, _ask: Ask) -> dict[str, Any]:
    """A policy of the same name is replaced, and keeps its ARN and its alarms' names."""
    given, key = call.params, _key(call)
    if key not in targets(call.account, call.region):
        raise not_found("No scalable target registered", key)
    known = policies(call.account, call.region)
    before = known.get((key, given["PolicyName"]), {})
    kind = given.get("PolicyType") or before.get("PolicyType") or "StepScaling"
    made = {
        "CreationTime": before.get("CreationTime", utcnow()),
        "PolicyARN": before.get("PolicyARN") or _policy_arn(call, key),
        "PolicyName": given["PolicyName"],
        "PolicyType": kind,
        "ResourceId": key[1],
        "ScalableDimension": key[2],
        "ServiceNamespace": key[0],
        CONFIGURATIONS[kind]: _configuration(given, before, kind),
    }
    if kind == "TargetTrackingScaling":
        made["Alarms"] = _track(call, made, before.get("Alarms") or [])
    elif before:
        _delete_alarms(call, before)
    known[key, given["PolicyName"]] = made
    return {"PolicyARN": made["PolicyARN"], "Alarms": made.get("Alarms") or []}


def _policy_arn(call: Call, key: Key) -> str:
    place = f"resource/{key[0]}/{key[1]}:policyName/{call.params['PolicyName']}"
    return f"arn:aws:autoscaling:{call.region}:{call.account}:scalingPolicy:{uuid_id(call.region, place)}:{place}"


def _configuration(given: Item, before: Item, kind: str) -> Item:
    found = given.get(CONFIGURATIONS[kind]) or before.get(CONFIGURATIONS[kind])
    if found is None:
        raise invalid(f"{CONFIGURATIONS[kind]} must be provided for {kind}")
    of = [m for m in ("PredefinedMetricSpecification", "CustomizedMetricSpecification") if m in found]
    if kind == "TargetTrackingScaling" and len(of) != 1:
        message = "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified"
        raise invalid(message)
    if kind == "TargetTrackingScaling" and _metric(found, "service/c/s") is None:
        raise invalid("ResourceLabel must be specified for the metric, and the metric must be one of the service's")
    return found


def _metric(configuration: Item, resource: str) -> Item | None:
    """What the alarms of target tracking watch; none if it cannot be told."""
    own = configuration.get("CustomizedMetricSpecification")
    if own is not None:
        whole = {m: own[m] for m in ("MetricName", "Namespace", "Statistic", "Unit") if m in own}
        return {"Statistic": "Average"} | whole | {"Dimensions": own.get("Dimensions") or []}
    kind = configuration["PredefinedMetricSpecification"]["PredefinedMetricType"]
    label = configuration["PredefinedMetricSpecification"].get("ResourceLabel")
    if kind == REQUESTS and label and "/targetgroup/" in label:
        group = "targetgroup/" + label.split("/targetgroup/")[1]
        dimensions = [{"Name": "TargetGroup", "Value": group}]
        return _of("AWS/ApplicationELB", "RequestCountPerTarget", "Sum", dimensions)
    if kind in SERVICE_METRICS:
        _, cluster, service = resource.split("/")
        dimensions = [{"Name": "ClusterName", "Value": cluster}, {"Name": "ServiceName", "Value": service}]
        return _of("AWS/ECS", SERVICE_METRICS[kind], "Average", dimensions) | {"Unit": "Percent"}
    return None


def _of(namespace: str, name: str, statistic: str, dimensions: list[dict[str, str]]) -> Item:
    return {"Namespace": namespace, "MetricName": name, "Statistic": statistic, "Dimensions": dimensions}


def _track(call: Call, policy: Item, before: list[dict[str, str]]) -> list[dict[str, str]]:
    """The alarms of a policy, the low one only if it may scale in."""
    configuration = policy[CONFIGURATIONS["TargetTrackingScaling"]]
    sides = ["AlarmHigh"] if configuration.get("DisableScaleIn") else list(SIDES)
    known = {side: alarm["AlarmName"] for alarm in before for side in SIDES if f"-{side}-" in alarm["AlarmName"]}
    owner = cloudwatch_backends[call.account][call.region]
    owner.delete_alarms([name for side, name in known.items() if side not in sides])
    return [_put_alarm(call, policy, side, known.get(side)) for side in sides]


def _put_alarm(call: Call, policy: Item, side: str, known: str | None) -> dict[str, str]:
    configuration = policy[CONFIGURATIONS["TargetTrackingScaling"]]
    operator, periods, share = SIDES[side]
    metric = _metric(configuration, policy["ResourceId"]) or {}
    drawn = uuid_id(call.region, policy["ResourceId"], policy["PolicyName"], side)
    name = known or f"TargetTracking-{policy['ResourceId']}-{side}-{drawn}"
    action = f"{policy['PolicyARN']}:createdBy/{uuid_id('createdBy', policy['ResourceId'])}"
    owner = cloudwatch_backends[call.account][call.region]
    alarm = owner.put_metric_alarm(
        name=name,
        namespace=metric["Namespace"],
        metric_name=metric["MetricName"],
        metric_data_queries=[],
        dimensions=metric["Dimensions"],
        statistic=metric["Statistic"],
        unit=metric.get("Unit"),
        comparison_operator=operator,
        evaluation_periods=periods,
        period=60,
        threshold=configuration["TargetValue"] * share,
        description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}.",
        alarm_actions=[action],
        ok_actions=[],
        insufficient_data_actions=[],
    )
    if known is None:
        alarm.state_value = "INSUFFICIENT_DATA"
    return {"AlarmName": name, "AlarmARN": alarm.alarm_arn}


def _delete_alarms(call: Call, policy: Item) -> None:
    owner = cloudwatch_backends[call.account][call.region]
    owner.delete_alarms([alarm["AlarmName"] for alarm in policy.get("Alarms") or []])


@supplement("application-autoscaling:DescribeScalingPolicies")
def describe_scaling_policies(call: Call, _ask: Ask) -> dict[str, Any]:
    names = call.params.get("PolicyNames")
    shown = [
        policy
        for (key, name), policy in policies(call.account, call.region).items()
        if _asked(call, key) and (not names or name in names)
    ]
    return {"ScalingPolicies": shown}


@supplement("application-autoscaling:DeleteScalingPolicy")
def delete_scaling_policy(call: Call, _ask: Ask) -> dict[str, Any]:
    key, name = _key(call), call.params["PolicyName"]
    gone = policies(call.account, call.region).pop((key, name), None)
    if gone is None:
        raise not_found("No scaling policy found", key, f", policy name: {name}")
    _delete_alarms(call, gone)
    return {}


def tags(call: Call) -> dict[str, dict[str, str]]:
    """The tags of each scalable target, by its ARN."""
    return backend(call.account, call.region).__dict__.setdefault("audit_tags", {})


@supplement("application-autoscaling:ListTagsForResource")
def list_tags(call: Call, _ask: Ask) -> dict[str, Any]:
    return {"Tags": _tagged(call)}


@supplement("application-autoscaling:TagResource")
def tag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    _tagged(call).update(call.params["Tags"])
    return {}


@supplement("application-autoscaling:UntagResource")
def untag_resource(call: Call, _ask: Ask) -> dict[str, Any]:
    found = _tagged(call)
    for key in call.params["TagKeys"]:
        found.pop(key, None)
    return {}


def _tagged(call: Call) -> dict[str, str]:
    arn = call.params["ResourceARN"]
    if arn not in tags(call):
        raise AwsError("ResourceNotFoundException", f"The specified resource does not exist: {arn}")
    return tags(call)[arn]
