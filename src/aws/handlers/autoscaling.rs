//! Application Auto Scaling: that an ECS service scales, and how.

use std::collections::HashMap;

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::{self as sdk, ScalableDimension, ServiceNamespace};
use serde_json::json;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::Op;
use crate::model::ops::{self, fix};
use crate::model::types::autoscaling::{
    ScalableTargetProperties, ScalingPolicyProperties, SuspendedState, TargetTracking,
};

use super::{TAG, built, differs, kind, number, only, properties, settle, state};
use crate::aws::autoscaling::{policy_properties, target_properties};
use crate::aws::gate::{Gate, impossible, incomplete};

/// The one dimension of an ECS service.
const COUNT: &str = "ecs:service:DesiredCount";

/// Something that scales; its id is CloudFormation's, `service/CLUSTER/SERVICE|ecs:service:DesiredCount|ecs`.
pub struct ScalableTarget;

impl<'g> Handler<Gate<'g>> for ScalableTarget {
    fn kind(&self) -> &'static Kind {
        kind("AWS::ApplicationAutoScaling::ScalableTarget")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let op = &ops::DESCRIBE_SCALABLE_TARGETS;
            let service = service_of_target(id)?;
            let client = Client::new(cx.config());
            let request = |token| {
                let request = client.describe_scalable_targets().set_next_token(token);
                let request = request.service_namespace(ServiceNamespace::Ecs);
                request.resource_ids(service).scalable_dimension(COUNT.into()).send()
            };
            let listed = cx.pages(op, request, |out| {
                (out.scalable_targets.unwrap_or_default(), out.next_token)
            });
            let found = listed.await?.unwrap_or_default().into_iter();
            let mut found = found.filter(|it| it.resource_id == service);
            let shape = found.next().map(|it| target_properties(it).ok_or_else(|| incomplete(op)));
            Ok(shape.transpose()?.map(|it| state(&it)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::REGISTER_SCALABLE_TARGET;
            // Asked first: of one that is there, the same call takes no tags.
            if self.read(cx, id).await?.is_some() {
                return settle(self, op, cx, id, to).await;
            }
            let said = |name: &str| to.properties.contains_key(name);
            if !said("MinCapacity") || !said("MaxCapacity") {
                return Err(impossible(op, format!("{id} is to be made without its limits")));
            }
            let tags = HashMap::from([(TAG.0.to_owned(), TAG.1.to_owned())]);
            register(cx, id, &State::default(), to, Some(tags)).await
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let settable = ["MinCapacity", "MaxCapacity", "SuspendedState"];
            only(&fix::REGISTER_SCALABLE_TARGET, from, to, &settable)?;
            match settable.iter().any(|name| differs(from, to, name)) {
                true => register(cx, id, from, to, None).await,
                false => Ok(()),
            }
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let service = service_of_target(id)?;
            deserted(cx, service).await?;
            let client = Client::new(cx.config());
            let request = || {
                let request = client.deregister_scalable_target();
                let request = request.service_namespace(ServiceNamespace::Ecs);
                request.resource_id(service).scalable_dimension(COUNT.into()).send()
            };
            cx.write(&fix::DEREGISTER_SCALABLE_TARGET, request).await.map(drop)
        })
    }
}

/// `service/CLUSTER/SERVICE` of the id of a scalable target.
fn service_of_target(id: &str) -> Result<&str, Refused> {
    let service = id.strip_suffix("|ecs").and_then(|id| id.strip_suffix(COUNT));
    let none = || impossible(&fix::REGISTER_SCALABLE_TARGET, format!("{id} names no service"));
    service.and_then(|id| id.strip_suffix('|')).ok_or_else(none)
}

/// Says of a target what is to be another; what is not said stays:
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html>.
async fn register(
    cx: &Gate<'_>,
    id: &str,
    from: &State,
    to: &State,
    tags: Option<HashMap<String, String>>,
) -> Result<(), Refused> {
    let op = &fix::REGISTER_SCALABLE_TARGET;
    let service = service_of_target(id)?;
    // One whose making began elsewhere may say less than all of it.
    let defaults = json!({
        "ResourceId": service, "ScalableDimension": COUNT, "ServiceNamespace": "ecs",
        "MinCapacity": 0, "MaxCapacity": 0,
    });
    let it: ScalableTargetProperties = properties(op, to, &defaults)?;
    let said = |name| differs(from, to, name);
    let (min, max) = (number(op, Some(it.min_capacity))?, number(op, Some(it.max_capacity))?);
    let rests = said("SuspendedState").then(|| suspended(it.suspended_state.unwrap_or_default()));
    let client = Client::new(cx.config());
    let request = || {
        let request = client.register_scalable_target().service_namespace(ServiceNamespace::Ecs);
        let request = request.resource_id(service).scalable_dimension(COUNT.into());
        let request = request.set_min_capacity(min.filter(|_| said("MinCapacity")));
        let request = request.set_max_capacity(max.filter(|_| said("MaxCapacity")));
        request.set_suspended_state(rests.clone()).set_tags(tags.clone()).send()
    };
    cx.write(op, request).await.map(drop)
}

fn suspended(it: SuspendedState) -> sdk::SuspendedState {
    sdk::SuspendedState::builder()
        .dynamic_scaling_out_suspended(it.dynamic_scaling_out_suspended.unwrap_or_default())
        .dynamic_scaling_in_suspended(it.dynamic_scaling_in_suspended.unwrap_or_default())
        .scheduled_scaling_suspended(it.scheduled_scaling_suspended.unwrap_or_default())
        .build()
}

/// That nothing scales the service any more: policies and scheduled actions of others would go with its
/// target. <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html>
async fn deserted(cx: &Gate<'_>, service: &str) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    let request = |token| {
        let request = client.describe_scheduled_actions().set_next_token(token);
        let request = request.service_namespace(ServiceNamespace::Ecs);
        request.resource_id(service).scalable_dimension(COUNT.into()).send()
    };
    let actions = cx.pages(&fix::DESCRIBE_SCHEDULED_ACTIONS, request, |out| {
        let names = out.scheduled_actions.unwrap_or_default().into_iter();
        (names.map(|it| it.scheduled_action_name).collect::<Vec<_>>(), out.next_token)
    });
    let mut others = actions.await?.unwrap_or_default();
    others.extend(policies(cx, service, None).await?.into_iter().map(|it| it.policy_name));
    if others.is_empty() {
        return Ok(());
    }
    let others = others.join(", ");
    let words = format!("{service} is scaled by what was not made here: {others}");
    Err(impossible(&fix::DEREGISTER_SCALABLE_TARGET, words))
}

/// The scaling policies of a service, or the one of a name.
async fn policies(
    cx: &Gate<'_>,
    service: &str,
    name: Option<&str>,
) -> Result<Vec<sdk::ScalingPolicy>, Refused> {
    let client = Client::new(cx.config());
    let names = name.map(|name| vec![name.to_owned()]);
    let request = |token| {
        let request = client.describe_scaling_policies().set_next_token(token);
        let request = request.service_namespace(ServiceNamespace::Ecs).resource_id(service);
        request.scalable_dimension(COUNT.into()).set_policy_names(names.clone()).send()
    };
    let listed = cx.pages(&ops::DESCRIBE_SCALING_POLICIES, request, |out| {
        (out.scaling_policies.unwrap_or_default(), out.next_token)
    });
    Ok(listed.await?.unwrap_or_default())
}

/// How a service scales; its id is `service/CLUSTER/SERVICE|NAME`.
pub struct ScalingPolicy;

impl<'g> Handler<Gate<'g>> for ScalingPolicy {
    fn kind(&self) -> &'static Kind {
        kind("AWS::ApplicationAutoScaling::ScalingPolicy")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let op = &ops::DESCRIBE_SCALING_POLICIES;
            let found = policy(cx, id).await?;
            let shape = found.map(|it| policy_properties(it).ok_or_else(|| incomplete(op)));
            Ok(shape.transpose()?.map(|it| state(&it)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            match policy(cx, id).await? {
                Some(_) => settle(self, &fix::PUT_SCALING_POLICY, cx, id, to).await,
                None => put_policy(cx, id, None, to).await,
            }
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let tracking = "TargetTrackingScalingPolicyConfiguration";
            only(&fix::PUT_SCALING_POLICY, from, to, &[tracking])?;
            if !differs(from, to, tracking) {
                return Ok(());
            }
            let present = policy(cx, id).await?;
            put_policy(cx, id, present, to).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let (service, name) = parts(id)?;
            let client = Client::new(cx.config());
            let request = || {
                let request = client.delete_scaling_policy().policy_name(name);
                let request = request.service_namespace(ServiceNamespace::Ecs);
                request.resource_id(service).scalable_dimension(COUNT.into()).send()
            };
            cx.write(&fix::DELETE_SCALING_POLICY, request).await.map(drop)
        })
    }
}

fn parts(id: &str) -> Result<(&str, &str), Refused> {
    let none = || impossible(&fix::PUT_SCALING_POLICY, format!("{id} names no scaling policy"));
    id.split_once('|').ok_or_else(none)
}

async fn policy(cx: &Gate<'_>, id: &str) -> Result<Option<sdk::ScalingPolicy>, Refused> {
    let (service, name) = parts(id)?;
    let found = policies(cx, service, Some(name)).await?;
    Ok(found.into_iter().find(|it| it.policy_name == name))
}

/// Writes a policy that tracks one of AWS's metrics. What of the one that is there has no place in the
/// state (how long it waits between changes) is put back as it is.
async fn put_policy(
    cx: &Gate<'_>,
    id: &str,
    present: Option<sdk::ScalingPolicy>,
    to: &State,
) -> Result<(), Refused> {
    let op = &fix::PUT_SCALING_POLICY;
    let (service, name) = parts(id)?;
    let defaults = json!({
        "PolicyName": name, "PolicyType": "TargetTrackingScaling", "ResourceId": service,
        "ScalableDimension": COUNT, "ServiceNamespace": "ecs",
    });
    let it: ScalingPolicyProperties = properties(op, to, &defaults)?;
    let wanted = it.target_tracking_scaling_policy_configuration;
    let Some(wanted) = wanted.filter(|_| it.policy_type == "TargetTrackingScaling") else {
        let words = format!("policy {name} does not track a target; change it by hand");
        return Err(impossible(op, words));
    };
    let present = present.and_then(|it| it.target_tracking_scaling_policy_configuration);
    let tracking = tracking(op, present, &wanted)?;
    let client = Client::new(cx.config());
    let request = || {
        let request = client.put_scaling_policy().policy_name(name).resource_id(service);
        let request = request.service_namespace(ServiceNamespace::Ecs);
        let request = request.scalable_dimension(ScalableDimension::from(COUNT));
        let request = request.policy_type(sdk::PolicyType::TargetTrackingScaling);
        request.target_tracking_scaling_policy_configuration(tracking.clone()).send()
    };
    cx.write(op, request).await.map(drop)
}

fn tracking(
    op: &'static Op,
    present: Option<sdk::TargetTrackingScalingPolicyConfiguration>,
    to: &TargetTracking,
) -> Result<sdk::TargetTrackingScalingPolicyConfiguration, Refused> {
    let new = sdk::TargetTrackingScalingPolicyConfiguration::builder();
    let mut tracking = match present {
        Some(present) => present,
        None => built(op, new.target_value(to.target_value).build())?,
    };
    let metric = to.predefined_metric_specification.as_ref().map(|it| {
        let ty = sdk::MetricType::from(it.predefined_metric_type.as_str());
        let metric = sdk::PredefinedMetricSpecification::builder().predefined_metric_type(ty);
        built(op, metric.set_resource_label(it.resource_label.clone()).build())
    });
    tracking.target_value = to.target_value;
    tracking.predefined_metric_specification = metric.transpose()?;
    tracking.disable_scale_in = to.disable_scale_in;
    if tracking.predefined_metric_specification.is_none()
        && tracking.customized_metric_specification.is_none()
    {
        return Err(impossible(op, "a policy must say which metric it tracks"));
    }
    Ok(tracking)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::types::autoscaling::PredefinedMetric;

    #[test]
    fn ids_name_services() {
        let id = "service/prod/web|ecs:service:DesiredCount|ecs";
        assert_eq!(service_of_target(id), Ok("service/prod/web"));
        for other in ["service/prod/web", "service/prod/web|ecs", "x|dynamodb:table:Read|dynamodb"]
        {
            assert!(service_of_target(other).is_err(), "{other}");
        }
        assert_eq!(parts("service/prod/web|audit-cpu"), Ok(("service/prod/web", "audit-cpu")));
        assert!(parts("service/prod/web").is_err());
    }

    #[test]
    fn how_long_a_policy_waits_stays() {
        let op = &fix::PUT_SCALING_POLICY;
        let there = sdk::TargetTrackingScalingPolicyConfiguration::builder()
            .target_value(50.0)
            .scale_out_cooldown(120)
            .build()
            .expect("a configuration");
        let metric = PredefinedMetric {
            predefined_metric_type: "ECSServiceAverageCPUUtilization".to_owned(),
            resource_label: None,
        };
        let to = TargetTracking {
            target_value: 60.0,
            predefined_metric_specification: Some(metric),
            disable_scale_in: None,
        };
        let put = tracking(op, Some(there), &to).expect("a configuration");
        assert_eq!((put.target_value, put.scale_out_cooldown), (60.0, Some(120)));
        let nothing = TargetTracking { target_value: 60.0, ..TargetTracking::default() };
        assert!(tracking(op, None, &nothing).is_err());
    }
}
