//! Application Auto Scaling: how ECS services scale.

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::{self as sdk, ServiceNamespace};
use futures::future::{FutureExt, LocalBoxFuture, join};

use crate::model::types::Nothing;
use crate::model::types::autoscaling::{
    PredefinedMetric, PredictiveScaling, ScalableTarget, ScalableTargetProperties, ScalingPolicy,
    ScalingPolicyProperties, ScalingPolicyStatus, StepAdjustment, StepScaling, SuspendedState,
    TargetTracking,
};
use crate::model::{Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::shape::resource;

/// Collects scalable targets and scaling policies of ECS.
pub struct AutoScaling;

static STEPS: [Step; 2] = [
    Step { op: &ops::DESCRIBE_SCALABLE_TARGETS, after: &[] },
    Step { op: &ops::DESCRIBE_SCALING_POLICIES, after: &[] },
];

impl Collect for AutoScaling {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let targets = cx.pages(
                &ops::DESCRIBE_SCALABLE_TARGETS,
                &[],
                |token| {
                    let request = client.describe_scalable_targets().set_next_token(token);
                    request.service_namespace(ServiceNamespace::Ecs).send()
                },
                |out| {
                    let targets = out.scalable_targets?.into_iter().map(|it| target(cx, it));
                    Some((targets.collect::<Option<Vec<_>>>()?, out.next_token))
                },
            );
            let policies = cx.pages(
                &ops::DESCRIBE_SCALING_POLICIES,
                &[],
                |token| {
                    let request = client.describe_scaling_policies().set_next_token(token);
                    request.service_namespace(ServiceNamespace::Ecs).send()
                },
                |out| {
                    let policies = out.scaling_policies?.into_iter().map(|it| policy(cx, it));
                    Some((policies.collect::<Option<Vec<_>>>()?, out.next_token))
                },
            );
            let (targets, policies) = join(targets, policies).await;
            cx.keep(targets.known().unwrap_or_default());
            cx.keep(policies.known().unwrap_or_default());
        }
        .boxed_local()
    }
}

fn target(cx: &Cx<'_>, it: sdk::ScalableTarget) -> Option<Resource> {
    let arn = it.scalable_target_arn.clone().unwrap_or_default();
    let properties = target_properties(it)?;
    let id = format!("{}|{}|ecs", properties.resource_id, properties.scalable_dimension);
    let name = properties.resource_id.clone();
    let target = resource::<ScalableTarget>(cx, id, arn, Some(properties), Some(Nothing {}));
    Some(Resource { name, ..target })
}

/// What is kept of a scalable target; none when a required part is missing.
pub(super) fn target_properties(it: sdk::ScalableTarget) -> Option<ScalableTargetProperties> {
    Some(ScalableTargetProperties {
        // In the place of what is missing the SDK puts nothing.
        resource_id: Some(it.resource_id).filter(|id| !id.is_empty())?,
        scalable_dimension: it.scalable_dimension.as_str().to_owned(),
        service_namespace: it.service_namespace.as_str().to_owned(),
        min_capacity: it.min_capacity.into(),
        max_capacity: it.max_capacity.into(),
        suspended_state: it.suspended_state.map(|it| SuspendedState {
            dynamic_scaling_out_suspended: it.dynamic_scaling_out_suspended,
            dynamic_scaling_in_suspended: it.dynamic_scaling_in_suspended,
            scheduled_scaling_suspended: it.scheduled_scaling_suspended,
        }),
    })
}

fn policy(cx: &Cx<'_>, mut it: sdk::ScalingPolicy) -> Option<Resource> {
    let arn = it.policy_arn.clone();
    let alarms = it.alarms.take().unwrap_or_default();
    let mut alarms: Vec<String> = alarms.into_iter().map(|alarm| alarm.alarm_name).collect();
    alarms.sort();
    let properties = policy_properties(it)?;
    let name = properties.policy_name.clone();
    let id = format!("{}|{name}", properties.resource_id);
    let status = ScalingPolicyStatus { alarms };
    let policy = resource::<ScalingPolicy>(cx, id, arn, Some(properties), Some(status));
    Some(Resource { name, ..policy })
}

/// What is kept of a scaling policy; none when a required part is missing.
pub(super) fn policy_properties(it: sdk::ScalingPolicy) -> Option<ScalingPolicyProperties> {
    Some(ScalingPolicyProperties {
        policy_name: Some(it.policy_name).filter(|name| !name.is_empty())?,
        policy_type: it.policy_type.as_str().to_owned(),
        resource_id: Some(it.resource_id).filter(|id| !id.is_empty())?,
        scalable_dimension: it.scalable_dimension.as_str().to_owned(),
        service_namespace: it.service_namespace.as_str().to_owned(),
        target_tracking_scaling_policy_configuration: it
            .target_tracking_scaling_policy_configuration
            .map(tracking),
        step_scaling_policy_configuration: it.step_scaling_policy_configuration.map(steps),
        predictive_scaling_policy_configuration: it
            .predictive_scaling_policy_configuration
            .map(|it| PredictiveScaling { mode: it.mode.map(|mode| mode.as_str().to_owned()) }),
    })
}

fn tracking(it: sdk::TargetTrackingScalingPolicyConfiguration) -> TargetTracking {
    TargetTracking {
        target_value: it.target_value,
        predefined_metric_specification: it.predefined_metric_specification.map(|it| {
            PredefinedMetric {
                predefined_metric_type: it.predefined_metric_type.as_str().to_owned(),
                resource_label: it.resource_label,
            }
        }),
        disable_scale_in: it.disable_scale_in,
    }
}

fn steps(it: sdk::StepScalingPolicyConfiguration) -> StepScaling {
    let step = |it: sdk::StepAdjustment| StepAdjustment {
        scaling_adjustment: it.scaling_adjustment.into(),
    };
    StepScaling {
        adjustment_type: it.adjustment_type.map(|ty| ty.as_str().to_owned()),
        step_adjustments: it.step_adjustments.unwrap_or_default().into_iter().map(step).collect(),
    }
}
