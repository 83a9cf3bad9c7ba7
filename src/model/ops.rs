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
}

macro_rules! ops {
    ($(#[$table_doc:meta])* $table:ident;
     $($(#[$doc:meta])* $name:ident = $api:literal, $scope:ident, [$($action:literal),*], [$($fills:literal),*];)*) => {
        $($(#[$doc])* pub static $name: Op = Op {
            api: $api, actions: &[$($action),*], fills: &[$($fills),*], scope: Scope::$scope, write: false, is_grant: false, on: "*",
        };)*
        $(#[$table_doc])*
        pub static $table: &[&Op] = &[$(&$name),*];
    };
}
ops! {
    /// Every operation that a collection may call.
    OPS;

    /// Who is asking; needs no permission.
    GET_CALLER_IDENTITY = "sts:GetCallerIdentity", Global, [], [];
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
        ["AWS::GuardDuty::Detector.properties", "AWS::GuardDuty::Detector.status"];
    /// Metric and composite alarms.
    DESCRIBE_ALARMS = "cloudwatch:DescribeAlarms", Regional, ["cloudwatch:DescribeAlarms"],
        ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::Lambda::Function"];
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
    /// Cluster ARNs.
    LIST_CLUSTERS = "ecs:ListClusters", Regional, ["ecs:ListClusters"], ["AWS::ECS::Cluster", "AWS::ECS::Service"];
    /// Clusters, up to 100 a call.
    DESCRIBE_CLUSTERS = "ecs:DescribeClusters", Regional, ["ecs:DescribeClusters"], ["AWS::ECS::Cluster"];
    /// A cluster's service ARNs.
    LIST_SERVICES = "ecs:ListServices", Regional, ["ecs:ListServices"], ["AWS::ECS::Service"];
    /// Services, up to 10 a call.
    DESCRIBE_SERVICES = "ecs:DescribeServices", Regional, ["ecs:DescribeServices"], ["AWS::ECS::Service"];
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
    /// Topic ARNs.
    LIST_TOPICS = "sns:ListTopics", Regional, ["sns:ListTopics"], ["AWS::SNS::Topic"];
    /// A topic's key and policy.
    GET_TOPIC_ATTRIBUTES = "sns:GetTopicAttributes", Regional, ["sns:GetTopicAttributes"],
        ["AWS::SNS::Topic.properties", "AWS::SNS::Topic.status"];
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
        ["lambda:GetFunctionConfiguration"], ["AWS::Lambda::Function"];
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
