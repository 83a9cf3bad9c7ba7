//! Amazon ECS.

super::resource_type! {
    /// A cluster.
    Cluster = "AWS::ECS::Cluster", ClusterProperties, ClusterStatus
}
super::resource_type! {
    /// A service; its id is `cluster/service`.
    Service = "AWS::ECS::Service", ServiceProperties, ServiceStatus
}

super::shape! {
    /// CloudFormation's `AWS::ECS::Cluster`.
    "PascalCase" ClusterProperties {
        /// Its name.
        cluster_name: String,
        /// Capacity providers it may use.
        #[serde(default)]
        capacity_providers: Vec<String>,
        /// Strategy of services that name none.
        #[serde(default)]
        default_capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    }
    /// A share of a strategy.
    "PascalCase" CapacityProviderStrategyItem {
        /// `FARGATE`, `FARGATE_SPOT`, or a provider of one's own.
        capacity_provider: String,
        /// Relative share.
        weight: Option<i64>,
        /// Tasks it gets first.
        base: Option<i64>,
    }
    /// From `ecs:DescribeClusters`.
    "camelCase" ClusterStatus {
        /// `ACTIVE`, `INACTIVE`, ...
        status: Option<String>,
        /// EC2 and external instances.
        registered_container_instances_count: i64,
        /// Tasks that run.
        running_tasks_count: i64,
        /// Services that are active.
        active_services_count: i64,
    }
    /// CloudFormation's `AWS::ECS::Service`.
    "PascalCase" ServiceProperties {
        /// Its name.
        service_name: String,
        /// The cluster's name.
        cluster: String,
        /// `FARGATE`, `EC2`, `EXTERNAL`, `MANAGED_INSTANCES`; absent when a strategy is used.
        launch_type: Option<String>,
        /// Strategy; empty when a launch type is used.
        #[serde(default)]
        capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
        /// Tasks wanted.
        desired_count: Option<i64>,
        /// ARN of the task definition; absent with an external deployment controller.
        task_definition: Option<String>,
        /// `REPLICA` or `DAEMON`.
        scheduling_strategy: Option<String>,
        /// Who deploys.
        deployment_controller: Option<DeploymentController>,
    }
    /// Who deploys.
    "PascalCase" DeploymentController {
        /// `ECS`, `CODE_DEPLOY` or `EXTERNAL`.
        r#type: String,
    }
    /// From `ecs:DescribeServices`.
    "camelCase" ServiceStatus {
        /// `ACTIVE`, `DRAINING` or `INACTIVE`.
        status: Option<String>,
        /// Tasks that run.
        running_count: i64,
        /// Tasks that start.
        pending_count: i64,
        /// RFC 3339.
        created_at: Option<String>,
        /// Deployments, the primary first.
        #[serde(default)]
        deployments: Vec<Deployment>,
    }
    /// A deployment.
    "camelCase" Deployment {
        /// `PRIMARY`, `ACTIVE` or `INACTIVE`.
        status: Option<String>,
        /// `COMPLETED`, `FAILED` or `IN_PROGRESS`.
        rollout_state: Option<String>,
        /// Why.
        rollout_state_reason: Option<String>,
    }
}
