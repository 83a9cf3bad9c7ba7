//! The one table of AWS API operations: what each needs, what it fills, where it is called.
//!
//! Collection and fixing may call AWS only through an [`Op`] of this table; coverage, gaps, plans and the
//! IAM policies are folds over it. What only a fix calls stands in [`fix`].

pub mod fix;

/// Where an operation is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In every region.
    Regional,
    /// Once, in the service's home region; its coverage's region is `global`.
    Global,
}

/// One API operation.
#[derive(Debug)]
pub struct Op {
    /// API name behind the service's IAM prefix.
    pub api: &'static str,
    /// IAM actions it needs; where the action's name differs from the API's, this tells.
    pub actions: &'static [&'static str],
    /// Types it lists (`AWS::RDS::DBInstance`) or fields it fills (`AWS::CloudTrail::Trail.status`).
    pub fills: &'static [&'static str],
    /// Where it is called.
    pub scope: Scope,
    /// Whether it changes the account.
    pub write: bool,
    /// Whether it is no operation but a permission that others ask for.
    pub is_grant: bool,
    /// ARN pattern of what it is called on; `*` where IAM knows no resource or a run asks about all.
    pub on: &'static str,
    /// Whether it is called only on what bears the tag of what a fix makes.
    pub is_tagged: bool,
}

macro_rules! ops {
    ($(#[$table_doc:meta])* $table:ident;
     $($(#[$doc:meta])* $name:ident = $api:literal, $scope:ident, [$($action:literal),*], [$($fills:literal),*];)*) => {
        $($(#[$doc])* pub static $name: Op = Op {
            api: $api, actions: &[$($action),*], fills: &[$($fills),*], scope: Scope::$scope, write: false, is_grant: false, on: "*", is_tagged: false,
        };)*
        $(#[$table_doc])*
        pub static $table: &[&Op] = &[$(&$name),*];
    };
}
ops! {
    /// Every operation that a collection may call.
    OPS;

    /// Who is asking; needs no permission.
    GET_CALLER_IDENTITY = "sts:GetCallerIdentity", Global, [], ["AWS::::Account"];
    /// The regions that the account has enabled; only called to collect all of them.
    LIST_REGIONS = "account:ListRegions", Global, ["account:ListRegions"], [];
    /// Trails, shadows of other regions' among them.
    DESCRIBE_TRAILS = "cloudtrail:DescribeTrails", Regional, ["cloudtrail:DescribeTrails"], ["AWS::CloudTrail::Trail"];
    /// Whether a trail logs, and its last delivery error.
    GET_TRAIL_STATUS = "cloudtrail:GetTrailStatus", Regional, ["cloudtrail:GetTrailStatus"], ["AWS::CloudTrail::Trail.status"];
    /// What a trail logs.
    GET_EVENT_SELECTORS = "cloudtrail:GetEventSelectors", Regional, ["cloudtrail:GetEventSelectors"],
        ["AWS::CloudTrail::Trail.properties.EventSelectors", "AWS::CloudTrail::Trail.properties.AdvancedEventSelectors"];
    /// The customer-managed recorder.
    DESCRIBE_CONFIGURATION_RECORDERS = "config:DescribeConfigurationRecorders", Regional,
        ["config:DescribeConfigurationRecorders"], ["AWS::Config::ConfigurationRecorder"];
    /// Whether it records, and how it last went.
    DESCRIBE_CONFIGURATION_RECORDER_STATUS = "config:DescribeConfigurationRecorderStatus", Regional,
        ["config:DescribeConfigurationRecorderStatus"], ["AWS::Config::ConfigurationRecorder.status"];
    /// Where Config delivers.
    DESCRIBE_DELIVERY_CHANNELS = "config:DescribeDeliveryChannels", Regional,
        ["config:DescribeDeliveryChannels"], ["AWS::Config::DeliveryChannel"];
    /// How delivery last went.
    DESCRIBE_DELIVERY_CHANNEL_STATUS = "config:DescribeDeliveryChannelStatus", Regional,
        ["config:DescribeDeliveryChannelStatus"], ["AWS::Config::DeliveryChannel.status"];
    /// Detector ids.
    LIST_DETECTORS = "guardduty:ListDetectors", Regional, ["guardduty:ListDetectors"], ["AWS::GuardDuty::Detector"];
    /// One detector.
    GET_DETECTOR = "guardduty:GetDetector", Regional, ["guardduty:GetDetector"],
        ["AWS::GuardDuty::Detector.properties", "AWS::GuardDuty::Detector.status.CreatedAt"];
    /// Ids of open findings of high severity.
    LIST_FINDINGS = "guardduty:ListFindings", Regional, ["guardduty:ListFindings"], ["AWS::GuardDuty::Detector.status.Findings"];
    /// Findings, up to 50 a call.
    GET_FINDINGS = "guardduty:GetFindings", Regional, ["guardduty:GetFindings"], ["AWS::GuardDuty::Detector.status.Findings"];
    /// Who manages GuardDuty for this account.
    GET_ADMINISTRATOR_ACCOUNT = "guardduty:GetAdministratorAccount", Regional,
        ["guardduty:GetAdministratorAccount"], ["AWS::GuardDuty::Detector.status.AdministratorAccount"];
    /// Metric and composite alarms.
    DESCRIBE_ALARMS = "cloudwatch:DescribeAlarms", Regional, ["cloudwatch:DescribeAlarms"],
        ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::Lambda::Function"];
    /// Mute rules that are in force or will be.
    LIST_ALARM_MUTE_RULES = "cloudwatch:ListAlarmMuteRules", Regional, ["cloudwatch:ListAlarmMuteRules"],
        ["AWS::CloudWatch::AlarmMuteRule"];
    /// What a mute rule mutes.
    GET_ALARM_MUTE_RULE = "cloudwatch:GetAlarmMuteRule", Regional, ["cloudwatch:GetAlarmMuteRule"],
        ["AWS::CloudWatch::AlarmMuteRule"];
    /// Canaries.
    DESCRIBE_CANARIES = "synthetics:DescribeCanaries", Regional, ["synthetics:DescribeCanaries"], ["AWS::Synthetics::Canary"];
    /// Every canary's last run.
    DESCRIBE_CANARIES_LAST_RUN = "synthetics:DescribeCanariesLastRun", Regional,
        ["synthetics:DescribeCanariesLastRun"], ["AWS::Synthetics::Canary.status.LastRun"];
    /// Repositories.
    DESCRIBE_REPOSITORIES = "ecr:DescribeRepositories", Regional, ["ecr:DescribeRepositories"], ["AWS::ECR::Repository"];
    /// The registry's scanning rules.
    GET_REGISTRY_SCANNING_CONFIGURATION = "ecr:GetRegistryScanningConfiguration", Regional,
        ["ecr:GetRegistryScanningConfiguration"], ["AWS::ECR::RegistryScanningConfiguration"];
    /// What a repository's scanning comes to.
    BATCH_GET_REPOSITORY_SCANNING_CONFIGURATION = "ecr:BatchGetRepositoryScanningConfiguration", Regional,
        ["ecr:BatchGetRepositoryScanningConfiguration"], ["AWS::ECR::Repository.status.ScanningConfiguration"];
    /// A repository's images.
    DESCRIBE_IMAGES = "ecr:DescribeImages", Regional, ["ecr:DescribeImages"], ["AWS::ECR::Repository.status.Images"];
    /// What an image's scan came to, where its summary does not say.
    DESCRIBE_IMAGE_SCAN_FINDINGS = "ecr:DescribeImageScanFindings", Regional,
        ["ecr:DescribeImageScanFindings"], ["AWS::ECR::Repository.status.Images"];
    /// Cluster ARNs.
    LIST_CLUSTERS = "ecs:ListClusters", Regional, ["ecs:ListClusters"],
        ["AWS::ECS::Cluster", "AWS::ECS::Service", "AWS::ECS::TaskDefinition", "AWS::Logs::LogGroup"];
    /// Clusters, up to 100 a call.
    DESCRIBE_CLUSTERS = "ecs:DescribeClusters", Regional, ["ecs:DescribeClusters"], ["AWS::ECS::Cluster"];
    /// ARNs of a cluster's tasks that run.
    LIST_TASKS = "ecs:ListTasks", Regional, ["ecs:ListTasks"], ["AWS::ECS::Cluster.status.images"];
    /// Tasks, up to 100 a call.
    DESCRIBE_TASKS = "ecs:DescribeTasks", Regional, ["ecs:DescribeTasks"], ["AWS::ECS::Cluster.status.images"];
    /// A cluster's service ARNs.
    LIST_SERVICES = "ecs:ListServices", Regional, ["ecs:ListServices"],
        ["AWS::ECS::Service", "AWS::ECS::TaskDefinition", "AWS::Logs::LogGroup"];
    /// Services, up to 10 a call.
    DESCRIBE_SERVICES = "ecs:DescribeServices", Regional, ["ecs:DescribeServices"],
        ["AWS::ECS::Service", "AWS::ECS::TaskDefinition", "AWS::Logs::LogGroup"];
    /// The task definition that a service uses; which those are, services tell.
    DESCRIBE_TASK_DEFINITION = "ecs:DescribeTaskDefinition", Regional, ["ecs:DescribeTaskDefinition"],
        ["AWS::ECS::TaskDefinition", "AWS::Logs::LogGroup"];
    /// A log group that a task definition names.
    DESCRIBE_LOG_GROUPS = "logs:DescribeLogGroups", Regional, ["logs:DescribeLogGroups"], ["AWS::Logs::LogGroup"];
    /// What of ECS scales.
    DESCRIBE_SCALABLE_TARGETS = "application-autoscaling:DescribeScalableTargets", Regional,
        ["application-autoscaling:DescribeScalableTargets"], ["AWS::ApplicationAutoScaling::ScalableTarget"];
    /// How it scales.
    DESCRIBE_SCALING_POLICIES = "application-autoscaling:DescribeScalingPolicies", Regional,
        ["application-autoscaling:DescribeScalingPolicies"], ["AWS::ApplicationAutoScaling::ScalingPolicy"];
    /// Load balancers.
    DESCRIBE_LOAD_BALANCERS = "elasticloadbalancing:DescribeLoadBalancers", Regional,
        ["elasticloadbalancing:DescribeLoadBalancers"],
        ["AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener",
         "AWS::ElasticLoadBalancingV2::ListenerRule"];
    /// Target groups.
    DESCRIBE_TARGET_GROUPS = "elasticloadbalancing:DescribeTargetGroups", Regional,
        ["elasticloadbalancing:DescribeTargetGroups"], ["AWS::ElasticLoadBalancingV2::TargetGroup"];
    /// An application load balancer's listeners.
    DESCRIBE_LISTENERS = "elasticloadbalancing:DescribeListeners", Regional,
        ["elasticloadbalancing:DescribeListeners"],
        ["AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule"];
    /// A listener's rules.
    DESCRIBE_RULES = "elasticloadbalancing:DescribeRules", Regional, ["elasticloadbalancing:DescribeRules"],
        ["AWS::ElasticLoadBalancingV2::ListenerRule"];
    /// A listener's certificates.
    DESCRIBE_LISTENER_CERTIFICATES = "elasticloadbalancing:DescribeListenerCertificates", Regional,
        ["elasticloadbalancing:DescribeListenerCertificates"],
        ["AWS::ElasticLoadBalancingV2::Listener.status.CertificateNames"];
    /// The names that a listener's certificate is for.
    DESCRIBE_CERTIFICATE = "acm:DescribeCertificate", Regional, ["acm:DescribeCertificate"],
        ["AWS::ElasticLoadBalancingV2::Listener.status.CertificateNames"];
    /// Event buses, the default one among them.
    LIST_EVENT_BUSES = "events:ListEventBuses", Regional, ["events:ListEventBuses"],
        ["AWS::Events::EventBus", "AWS::Events::Rule"];
    /// A bus's rules.
    LIST_RULES = "events:ListRules", Regional, ["events:ListRules"], ["AWS::Events::Rule", "AWS::Lambda::Function"];
    /// A rule's targets.
    LIST_TARGETS_BY_RULE = "events:ListTargetsByRule", Regional, ["events:ListTargetsByRule"],
        ["AWS::Events::Rule.properties.Targets", "AWS::Lambda::Function"];
    /// Database instances.
    DESCRIBE_DB_INSTANCES = "rds:DescribeDBInstances", Regional, ["rds:DescribeDBInstances"], ["AWS::RDS::DBInstance"];
    /// Budgets.
    DESCRIBE_BUDGETS = "budgets:DescribeBudgets", Global, ["budgets:ViewBudget"], ["AWS::Budgets::Budget"];
    /// A budget's notifications.
    DESCRIBE_NOTIFICATIONS_FOR_BUDGET = "budgets:DescribeNotificationsForBudget", Global,
        ["budgets:ViewBudget"], ["AWS::Budgets::Budget.properties.NotificationsWithSubscribers"];
    /// A notification's subscribers.
    DESCRIBE_SUBSCRIBERS_FOR_NOTIFICATION = "budgets:DescribeSubscribersForNotification", Global,
        ["budgets:ViewBudget"], ["AWS::Budgets::Budget.properties.NotificationsWithSubscribers"];
    /// Users.
    LIST_USERS = "iam:ListUsers", Global, ["iam:ListUsers"], ["AWS::IAM::User"];
    /// Has the credential report made, which takes some seconds.
    GENERATE_CREDENTIAL_REPORT = "iam:GenerateCredentialReport", Global, ["iam:GenerateCredentialReport"],
        ["AWS::IAM::User.status.CredentialReport"];
    /// The credential report.
    GET_CREDENTIAL_REPORT = "iam:GetCredentialReport", Global, ["iam:GetCredentialReport"],
        ["AWS::IAM::User.status.CredentialReport"];
    /// Counts of the account, root's credentials among them.
    GET_ACCOUNT_SUMMARY = "iam:GetAccountSummary", Global, ["iam:GetAccountSummary"], ["AWS::::Account.status.SummaryMap"];
    /// Trusted Advisor's checks.
    DESCRIBE_TRUSTED_ADVISOR_CHECKS = "support:DescribeTrustedAdvisorChecks", Global,
        ["support:DescribeTrustedAdvisorChecks"], ["AWS::::Account.status.TrustedAdvisorChecks"];
    /// What they came to.
    DESCRIBE_TRUSTED_ADVISOR_CHECK_SUMMARIES = "support:DescribeTrustedAdvisorCheckSummaries", Global,
        ["support:DescribeTrustedAdvisorCheckSummaries"], ["AWS::::Account.status.TrustedAdvisorChecks"];
    /// What is watched for cost anomalies.
    GET_ANOMALY_MONITORS = "ce:GetAnomalyMonitors", Global, ["ce:GetAnomalyMonitors"], ["AWS::CE::AnomalyMonitor"];
    /// Who hears of them.
    GET_ANOMALY_SUBSCRIPTIONS = "ce:GetAnomalySubscriptions", Global, ["ce:GetAnomalySubscriptions"],
        ["AWS::CE::AnomalySubscription"];
    /// Slack channels of AWS's chat service.
    DESCRIBE_SLACK_CHANNEL_CONFIGURATIONS = "chatbot:DescribeSlackChannelConfigurations", Global,
        ["chatbot:DescribeSlackChannelConfigurations"], ["AWS::Chatbot::SlackChannelConfiguration"];
    /// What AWS User Notifications tell.
    LIST_NOTIFICATION_CONFIGURATIONS = "notifications:ListNotificationConfigurations", Global,
        ["notifications:ListNotificationConfigurations"],
        ["AWS::Notifications::NotificationConfiguration", "AWS::Notifications::EventRule"];
    /// Of which events.
    LIST_EVENT_RULES = "notifications:ListEventRules", Global, ["notifications:ListEventRules"],
        ["AWS::Notifications::EventRule"];
    /// To whom.
    LIST_CHANNELS = "notifications:ListChannels", Global, ["notifications:ListChannels"],
        ["AWS::Notifications::NotificationConfiguration.status.channels"];
    /// What AWS itself tells.
    LIST_MANAGED_NOTIFICATION_CONFIGURATIONS = "notifications:ListManagedNotificationConfigurations", Global,
        ["notifications:ListManagedNotificationConfigurations"], ["AWS::Notifications::ManagedNotificationConfiguration"];
    /// To whom.
    LIST_MANAGED_NOTIFICATION_CHANNEL_ASSOCIATIONS = "notifications:ListManagedNotificationChannelAssociations", Global,
        ["notifications:ListManagedNotificationChannelAssociations"],
        ["AWS::Notifications::ManagedNotificationConfiguration.status.channels"];
    /// Topic ARNs.
    LIST_TOPICS = "sns:ListTopics", Regional, ["sns:ListTopics"], ["AWS::SNS::Topic", "AWS::KMS::Key"];
    /// A topic's key and policy.
    GET_TOPIC_ATTRIBUTES = "sns:GetTopicAttributes", Regional, ["sns:GetTopicAttributes"],
        ["AWS::SNS::Topic.properties", "AWS::SNS::Topic.status", "AWS::KMS::Key"];
    /// The key that a topic names.
    DESCRIBE_KEY = "kms:DescribeKey", Regional, ["kms:DescribeKey"], ["AWS::KMS::Key"];
    /// Who may use it.
    GET_KEY_POLICY = "kms:GetKeyPolicy", Regional, ["kms:GetKeyPolicy"], ["AWS::KMS::Key.properties.KeyPolicy"];
    /// Every subscription of the region, pending and deleted ones among them.
    LIST_SUBSCRIPTIONS = "sns:ListSubscriptions", Regional, ["sns:ListSubscriptions"],
        ["AWS::SNS::Subscription", "AWS::Lambda::Function"];
    /// A confirmed subscription's filter policy.
    GET_SUBSCRIPTION_ATTRIBUTES = "sns:GetSubscriptionAttributes", Regional, ["sns:GetSubscriptionAttributes"],
        ["AWS::SNS::Subscription.properties.FilterPolicy", "AWS::SNS::Subscription.properties.FilterPolicyScope",
         "AWS::SNS::Subscription.properties.RawMessageDelivery"];
    /// A function that an alert goes to; which those are, alarms and subscriptions tell, so their
    /// operations fill the type too.
    /// Not `GetFunction`, which also lets its holder download the code.
    GET_FUNCTION_CONFIGURATION = "lambda:GetFunctionConfiguration", Regional,
        ["lambda:GetFunctionConfiguration"], ["AWS::Lambda::Function", "AWS::Synthetics::Canary.status.Urls"];
    /// What concurrency is set aside for it.
    GET_FUNCTION_CONCURRENCY = "lambda:GetFunctionConcurrency", Regional,
        ["lambda:GetFunctionConcurrency"], ["AWS::Lambda::Function.properties.ReservedConcurrentExecutions"];
    /// Who may invoke it.
    GET_FUNCTION_POLICY = "lambda:GetPolicy", Regional, ["lambda:GetPolicy"], ["AWS::Lambda::Function.status.Policy"];
}

/// The operation named `api`, if the table knows it.
pub fn find(api: &str) -> Option<&'static Op> {
    OPS.iter().chain(fix::OPS).copied().find(|op| op.api == api)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::model::types;

    #[test]
    fn names_are_unique_and_what_is_filled_exists() {
        let mut seen = HashSet::new();
        for op in OPS.iter().chain(fix::OPS) {
            assert!(seen.insert(op.api), "{} stands twice", op.api);
            for filled in op.fills {
                let ty = filled.split('.').next().unwrap_or_default();
                assert!(types::find(ty).is_some(), "{} fills the unknown type {ty}", op.api);
            }
        }
    }

    #[test]
    fn every_type_is_listed_by_some_operation() {
        for ty in types::TYPES {
            assert!(OPS.iter().any(|op| op.fills.contains(&ty.name)), "nothing lists {}", ty.name);
        }
    }
}
