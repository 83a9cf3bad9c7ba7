//! Amazon ECS.

super::resource_type! {
    /// A cluster.
    Cluster = "AWS::ECS::Cluster", ClusterProperties, ClusterStatus
}
super::resource_type! {
    /// A service; its id is `cluster/service`.
    Service = "AWS::ECS::Service", ServiceProperties, ServiceStatus
}

super::resource_type! {
    /// A task definition that an active service uses; its id is `family:revision`.
    TaskDefinition = "AWS::ECS::TaskDefinition", TaskDefinitionProperties, TaskDefinitionStatus
}

super::shape! {
    /// CloudFormation's `AWS::ECS::TaskDefinition`.
    "PascalCase" TaskDefinitionProperties {
        /// Its family.
        family: String,
        /// `awsvpc`, ...
        network_mode: Option<String>,
        /// `FARGATE`, `EC2`, ...
        #[serde(default)]
        requires_compatibilities: Vec<String>,
        /// Its containers.
        #[serde(default)]
        container_definitions: Vec<ContainerDefinition>,
    }
    /// A container.
    "PascalCase" ContainerDefinition {
        /// Its name.
        name: String,
        /// The image, with tag or digest.
        image: Option<String>,
        /// Whether the task ends with it; absent means true.
        essential: Option<bool>,
        /// Names of its environment; values are never kept.
        #[serde(default)]
        environment: Vec<EnvironmentVariable>,
        /// Names of variables that come from Secrets Manager or SSM.
        #[serde(default)]
        secrets: Vec<Secret>,
        /// Files in S3 that hold more variables.
        #[serde(default)]
        environment_files: Vec<EnvironmentFile>,
        /// Where its output goes; absent when nowhere.
        log_configuration: Option<LogConfiguration>,
        /// Present when it is a log router.
        firelens_configuration: Option<FirelensConfiguration>,
    }
    /// A variable of the environment.
    "PascalCase" EnvironmentVariable {
        /// Its name.
        name: String,
        /// Whether its value is anything but empty or blank.
        has_value: bool,
    }
    /// A variable that comes from Secrets Manager or SSM.
    "PascalCase" Secret {
        /// Its name.
        name: String,
    }
    /// A file in S3 that holds more variables.
    "PascalCase" EnvironmentFile {
        /// `s3`.
        r#type: Option<String>,
    }
    /// Where a container's output goes.
    "PascalCase" LogConfiguration {
        /// `awslogs`, `awsfirelens`, `splunk`, ...
        log_driver: String,
        /// Of `awslogs`: `awslogs-group`, `awslogs-region`, `awslogs-create-group` and `mode`; of others nothing.
        #[serde(default)]
        options: std::collections::BTreeMap<String, String>,
    }
    /// What makes a container a log router.
    "PascalCase" FirelensConfiguration {
        /// `fluentbit` or `fluentd`.
        r#type: String,
    }
    /// From `ecs:DescribeTaskDefinition`.
    "camelCase" TaskDefinitionStatus {
        /// `ACTIVE`, `INACTIVE` or `DELETE_IN_PROGRESS`.
        status: Option<String>,
    }
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
        /// What is on.
        #[serde(default)]
        cluster_settings: Vec<ClusterSetting>,
    }
    /// A setting of a cluster.
    "PascalCase" ClusterSetting {
        /// `containerInsights`.
        name: String,
        /// `enabled`, `enhanced` or `disabled`.
        value: Option<String>,
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
        /// From `ecs:DescribeTasks`: the images that its tasks run, each once.
        #[serde(default)]
        images: Vec<RunningImage>,
    }
    /// An image that a container runs.
    "camelCase" RunningImage {
        /// As the task definition names it, with tag or digest.
        image: String,
        /// `sha256:...`; absent until it is pulled, or where the platform does not tell.
        image_digest: Option<String>,
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
        /// Tasks it wants.
        desired_count: Option<i64>,
        /// Tasks it runs.
        running_count: Option<i64>,
        /// Tasks that did not start.
        failed_tasks: Option<i64>,
        /// RFC 3339.
        created_at: Option<String>,
        /// RFC 3339.
        updated_at: Option<String>,
    }
}
