//! Application Auto Scaling, of ECS services only.

super::resource_type! {
    /// What of a service scales; its id is CloudFormation's, `service/CLUSTER/SERVICE|ecs:service:DesiredCount|ecs`.
    ScalableTarget = "AWS::ApplicationAutoScaling::ScalableTarget", ScalableTargetProperties, super::Nothing
}
super::resource_type! {
    /// How it scales; its id is `service/CLUSTER/SERVICE|NAME`.
    ScalingPolicy = "AWS::ApplicationAutoScaling::ScalingPolicy", ScalingPolicyProperties, ScalingPolicyStatus
}

super::shape! {
    /// CloudFormation's `AWS::ApplicationAutoScaling::ScalableTarget`.
    "PascalCase" ScalableTargetProperties {
        /// `service/CLUSTER/SERVICE`.
        resource_id: String,
        /// `ecs:service:DesiredCount`.
        scalable_dimension: String,
        /// `ecs`.
        service_namespace: String,
        /// Tasks at least.
        min_capacity: i64,
        /// Tasks at most.
        max_capacity: i64,
        /// What of it rests.
        suspended_state: Option<SuspendedState>,
    }
    /// What of a target rests.
    "PascalCase" SuspendedState {
        /// No policy adds tasks.
        dynamic_scaling_out_suspended: Option<bool>,
        /// No policy takes tasks away.
        dynamic_scaling_in_suspended: Option<bool>,
        /// Nothing happens on schedule.
        scheduled_scaling_suspended: Option<bool>,
    }
    /// CloudFormation's `AWS::ApplicationAutoScaling::ScalingPolicy`.
    "PascalCase" ScalingPolicyProperties {
        /// Its name.
        policy_name: String,
        /// `TargetTrackingScaling`, `StepScaling` or `PredictiveScaling`.
        policy_type: String,
        /// `service/CLUSTER/SERVICE`.
        resource_id: String,
        /// `ecs:service:DesiredCount`.
        scalable_dimension: String,
        /// `ecs`.
        service_namespace: String,
        /// For target tracking.
        target_tracking_scaling_policy_configuration: Option<TargetTracking>,
        /// For step scaling.
        step_scaling_policy_configuration: Option<StepScaling>,
        /// For predictive scaling.
        predictive_scaling_policy_configuration: Option<PredictiveScaling>,
    }
    /// How a target is tracked.
    "PascalCase" TargetTracking {
        /// What the metric is kept at.
        target_value: f64,
        /// One of AWS's metrics.
        predefined_metric_specification: Option<PredefinedMetric>,
        /// Whether it only ever adds tasks.
        disable_scale_in: Option<bool>,
    }
    /// One of AWS's metrics.
    "PascalCase" PredefinedMetric {
        /// `ECSServiceAverageCPUUtilization`, ...
        predefined_metric_type: String,
        /// The load balancer's and target group's label, for requests per target.
        resource_label: Option<String>,
    }
    /// Steps of a step scaling policy.
    "PascalCase" StepScaling {
        /// `ChangeInCapacity`, `PercentChangeInCapacity` or `ExactCapacity`.
        adjustment_type: Option<String>,
        /// The steps.
        #[serde(default)]
        step_adjustments: Vec<StepAdjustment>,
    }
    /// One step.
    "PascalCase" StepAdjustment {
        /// By how much.
        scaling_adjustment: i64,
    }
    /// How capacity is predicted.
    "PascalCase" PredictiveScaling {
        /// `ForecastOnly` scales nothing; `ForecastAndScale`.
        mode: Option<String>,
    }
    /// From `application-autoscaling:DescribeScalingPolicies`.
    "PascalCase" ScalingPolicyStatus {
        /// Names of the alarms that set it off.
        #[serde(default)]
        alarms: Vec<String>,
    }
}
