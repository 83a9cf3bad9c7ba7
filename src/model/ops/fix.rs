//! Operations that only a fix calls: what it reads before it writes, and the writes themselves.
//!
//! `on` narrows the policy to what a fix makes, which is always called `audit-...`, where IAM lets it:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/>. Where names are the team's or
//! AWS's to choose, what is deleted must bear the tag of what a fix makes (`tagged`), where IAM looks at
//! tags. Actions that an API needs beside its own (tags on creation, `iam:PassRole`, service-linked roles)
//! stand with it.

use super::{Op, Scope};

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident = $kind:ident $scope:ident $api:literal, [$($action:literal),*], $on:literal $(, $tagged:ident)?;)*) => {
        $($(#[$doc])* pub static $name: Op = Op {
            api: $api, actions: &[$($action),*], fills: &[], scope: Scope::$scope, write: ops!(@$kind),
            is_grant: ops!(@is_grant $kind), on: $on, is_tagged: ops!(@is_tagged $($tagged)?),
        };)*
        /// Every operation that only a fix calls.
        pub static OPS: &[&Op] = &[$(&$name),*];
    };
    (@read) => { false };
    (@write) => { true };
    (@grant) => { true };
    (@is_tagged) => { false };
    (@is_tagged tagged) => { true };
    (@is_grant grant) => { true };
    (@is_grant $kind:ident) => { false };
}

ops! {
    // S3
    /// Whether a bucket is there, and ours.
    HEAD_BUCKET = read Regional "s3:HeadBucket", ["s3:ListBucket"], "arn:aws:s3:::audit-*";
    /// What of a bucket is shut to the public.
    GET_PUBLIC_ACCESS_BLOCK = read Regional "s3:GetPublicAccessBlock", ["s3:GetBucketPublicAccessBlock"], "arn:aws:s3:::audit-*";
    /// What a bucket is tagged with.
    GET_BUCKET_TAGGING = read Regional "s3:GetBucketTagging", ["s3:GetBucketTagging"], "arn:aws:s3:::audit-*";
    /// Who may use a bucket.
    GET_BUCKET_POLICY = read Regional "s3:GetBucketPolicy", ["s3:GetBucketPolicy"], "arn:aws:s3:::audit-*";
    /// Makes a bucket.
    CREATE_BUCKET = write Regional "s3:CreateBucket", ["s3:CreateBucket"], "arn:aws:s3:::audit-*";
    /// Shuts a bucket to the public.
    PUT_PUBLIC_ACCESS_BLOCK = write Regional "s3:PutPublicAccessBlock", ["s3:PutBucketPublicAccessBlock"], "arn:aws:s3:::audit-*";
    /// Takes back that a bucket is shut to the public.
    DELETE_PUBLIC_ACCESS_BLOCK = write Regional "s3:DeletePublicAccessBlock", ["s3:PutBucketPublicAccessBlock"], "arn:aws:s3:::audit-*";
    /// Tags a bucket.
    PUT_BUCKET_TAGGING = write Regional "s3:PutBucketTagging", ["s3:PutBucketTagging"], "arn:aws:s3:::audit-*";
    /// Deletes an empty bucket.
    DELETE_BUCKET = write Regional "s3:DeleteBucket", ["s3:DeleteBucket"], "arn:aws:s3:::audit-*";
    /// Sets a bucket's policy, whole.
    PUT_BUCKET_POLICY = write Regional "s3:PutBucketPolicy", ["s3:PutBucketPolicy"], "arn:aws:s3:::audit-*";
    /// Removes a bucket's policy.
    DELETE_BUCKET_POLICY = write Regional "s3:DeleteBucketPolicy", ["s3:DeleteBucketPolicy"], "arn:aws:s3:::audit-*";

    // CloudTrail
    /// Makes a trail.
    CREATE_TRAIL = write Regional "cloudtrail:CreateTrail", ["cloudtrail:CreateTrail", "cloudtrail:AddTags"], "arn:aws:cloudtrail:*:*:trail/audit-*";
    /// Changes a trail.
    UPDATE_TRAIL = write Regional "cloudtrail:UpdateTrail", ["cloudtrail:UpdateTrail"], "arn:aws:cloudtrail:*:*:trail/*";
    /// Makes a trail log.
    START_LOGGING = write Regional "cloudtrail:StartLogging", ["cloudtrail:StartLogging"], "arn:aws:cloudtrail:*:*:trail/audit-*";
    /// Stops a trail.
    STOP_LOGGING = write Regional "cloudtrail:StopLogging", ["cloudtrail:StopLogging"], "arn:aws:cloudtrail:*:*:trail/audit-*";
    /// Deletes a trail.
    DELETE_TRAIL = write Regional "cloudtrail:DeleteTrail", ["cloudtrail:DeleteTrail"], "arn:aws:cloudtrail:*:*:trail/audit-*";

    // Config
    /// Makes or changes the recorder.
    PUT_CONFIGURATION_RECORDER = write Regional "config:PutConfigurationRecorder", ["config:PutConfigurationRecorder", "config:TagResource"], "*";
    /// Deletes the recorder.
    DELETE_CONFIGURATION_RECORDER = write Regional "config:DeleteConfigurationRecorder", ["config:DeleteConfigurationRecorder"], "*";
    /// Starts recording.
    START_CONFIGURATION_RECORDER = write Regional "config:StartConfigurationRecorder", ["config:StartConfigurationRecorder"], "*";
    /// Stops recording.
    STOP_CONFIGURATION_RECORDER = write Regional "config:StopConfigurationRecorder", ["config:StopConfigurationRecorder"], "*";
    /// Makes or changes the delivery channel.
    PUT_DELIVERY_CHANNEL = write Regional "config:PutDeliveryChannel", ["config:PutDeliveryChannel"], "*";
    /// Deletes the delivery channel.
    DELETE_DELIVERY_CHANNEL = write Regional "config:DeleteDeliveryChannel", ["config:DeleteDeliveryChannel"], "*";

    // IAM
    /// A role.
    GET_ROLE = read Global "iam:GetRole", ["iam:GetRole"], "arn:aws:iam::*:role/*";
    /// Names of a role's own policies.
    LIST_ROLE_POLICIES = read Global "iam:ListRolePolicies", ["iam:ListRolePolicies"], "arn:aws:iam::*:role/audit-*";
    /// One of them.
    GET_ROLE_POLICY = read Global "iam:GetRolePolicy", ["iam:GetRolePolicy"], "arn:aws:iam::*:role/audit-*";
    /// Managed policies of a role.
    LIST_ATTACHED_ROLE_POLICIES = read Global "iam:ListAttachedRolePolicies", ["iam:ListAttachedRolePolicies"], "arn:aws:iam::*:role/audit-*";
    /// Makes a role.
    CREATE_ROLE = write Global "iam:CreateRole", ["iam:CreateRole", "iam:TagRole"], "arn:aws:iam::*:role/audit-*";
    /// Changes who may assume a role.
    UPDATE_ASSUME_ROLE_POLICY = write Global "iam:UpdateAssumeRolePolicy", ["iam:UpdateAssumeRolePolicy"], "arn:aws:iam::*:role/audit-*";
    /// Changes the words for people.
    UPDATE_ROLE_DESCRIPTION = write Global "iam:UpdateRoleDescription", ["iam:UpdateRoleDescription"], "arn:aws:iam::*:role/audit-*";
    /// Sets one of a role's own policies.
    PUT_ROLE_POLICY = write Global "iam:PutRolePolicy", ["iam:PutRolePolicy"], "arn:aws:iam::*:role/audit-*";
    /// Removes one of them.
    DELETE_ROLE_POLICY = write Global "iam:DeleteRolePolicy", ["iam:DeleteRolePolicy"], "arn:aws:iam::*:role/audit-*";
    /// Attaches a managed policy.
    ATTACH_ROLE_POLICY = write Global "iam:AttachRolePolicy", ["iam:AttachRolePolicy"], "arn:aws:iam::*:role/audit-*";
    /// Detaches it.
    DETACH_ROLE_POLICY = write Global "iam:DetachRolePolicy", ["iam:DetachRolePolicy"], "arn:aws:iam::*:role/audit-*";
    /// Deletes a role.
    DELETE_ROLE = write Global "iam:DeleteRole", ["iam:DeleteRole"], "arn:aws:iam::*:role/audit-*";
    /// Makes the role by which a service acts.
    CREATE_SERVICE_LINKED_ROLE = write Global "iam:CreateServiceLinkedRole", ["iam:CreateServiceLinkedRole"], "arn:aws:iam::*:role/aws-service-role/config.amazonaws.com/*";
    /// Asks for such a role to be deleted.
    DELETE_SERVICE_LINKED_ROLE = write Global "iam:DeleteServiceLinkedRole", ["iam:DeleteServiceLinkedRole"], "arn:aws:iam::*:role/aws-service-role/config.amazonaws.com/*";
    /// Whether it was.
    GET_SERVICE_LINKED_ROLE_DELETION_STATUS = read Global "iam:GetServiceLinkedRoleDeletionStatus", ["iam:GetServiceLinkedRoleDeletionStatus"], "arn:aws:iam::*:role/aws-service-role/config.amazonaws.com/*";
    /// Lets a service use a role that a fix made.
    PASS_ROLE = grant Global "iam:PassRole", ["iam:PassRole"], "arn:aws:iam::*:role/audit-*";
    /// The same for Config's service-linked role.
    PASS_CONFIG_ROLE = grant Global "iam:PassRole (AWS Config)", ["iam:PassRole"], "arn:aws:iam::*:role/aws-service-role/config.amazonaws.com/*";
    /// GuardDuty's own role, made with the first detector.
    GUARDDUTY_ROLE = grant Global "iam:CreateServiceLinkedRole (GuardDuty)", ["iam:CreateServiceLinkedRole"], "arn:aws:iam::*:role/aws-service-role/guardduty.amazonaws.com/*";

    /// The chat service's own role, made with the first channel configuration.
    CHATBOT_ROLE = grant Global "iam:CreateServiceLinkedRole (AWS Chatbot)", ["iam:CreateServiceLinkedRole"], "arn:aws:iam::*:role/aws-service-role/management.chatbot.amazonaws.com/*";

    // GuardDuty
    /// Makes a detector.
    CREATE_DETECTOR = write Regional "guardduty:CreateDetector", ["guardduty:CreateDetector", "guardduty:TagResource"], "*";
    /// Changes it.
    UPDATE_DETECTOR = write Regional "guardduty:UpdateDetector", ["guardduty:UpdateDetector"], "arn:aws:guardduty:*:*:detector/*";
    /// Deletes it.
    DELETE_DETECTOR = write Regional "guardduty:DeleteDetector", ["guardduty:DeleteDetector"], "arn:aws:guardduty:*:*:detector/*";

    // SNS
    /// A topic's subscriptions.
    LIST_SUBSCRIPTIONS_BY_TOPIC = read Regional "sns:ListSubscriptionsByTopic", ["sns:ListSubscriptionsByTopic"], "arn:aws:sns:*:*:*";
    /// Makes a topic.
    CREATE_TOPIC = write Regional "sns:CreateTopic", ["sns:CreateTopic", "sns:TagResource"], "arn:aws:sns:*:*:*";
    /// Sets one attribute of a topic, its policy among them.
    SET_TOPIC_ATTRIBUTES = write Regional "sns:SetTopicAttributes", ["sns:SetTopicAttributes"], "arn:aws:sns:*:*:*";
    /// Deletes a topic with its subscriptions.
    DELETE_TOPIC = write Regional "sns:DeleteTopic", ["sns:DeleteTopic"], "arn:aws:sns:*:*:*";
    /// Subscribes a receiver.
    SUBSCRIBE = write Regional "sns:Subscribe", ["sns:Subscribe"], "arn:aws:sns:*:*:*";
    /// Ends a subscription.
    UNSUBSCRIBE = write Regional "sns:Unsubscribe", ["sns:Unsubscribe"], "*";

    // Lambda
    /// Makes a function.
    CREATE_FUNCTION = write Regional "lambda:CreateFunction", ["lambda:CreateFunction", "lambda:TagResource"], "arn:aws:lambda:*:*:function:audit-*";
    /// Changes a function's code.
    UPDATE_FUNCTION_CODE = write Regional "lambda:UpdateFunctionCode", ["lambda:UpdateFunctionCode"], "arn:aws:lambda:*:*:function:audit-*";
    /// Changes a function's settings.
    UPDATE_FUNCTION_CONFIGURATION = write Regional "lambda:UpdateFunctionConfiguration", ["lambda:UpdateFunctionConfiguration"], "arn:aws:lambda:*:*:function:audit-*";
    /// Deletes a function.
    DELETE_FUNCTION = write Regional "lambda:DeleteFunction", ["lambda:DeleteFunction"], "arn:aws:lambda:*:*:function:audit-*";
    /// Lets someone invoke a function.
    ADD_PERMISSION = write Regional "lambda:AddPermission", ["lambda:AddPermission"], "arn:aws:lambda:*:*:function:*";
    /// Takes that back.
    REMOVE_PERMISSION = write Regional "lambda:RemovePermission", ["lambda:RemovePermission"], "arn:aws:lambda:*:*:function:*";

    // CloudWatch Logs: besides the notifier's, the log groups that services name, which the team has named.
    /// Makes a log group.
    CREATE_LOG_GROUP = write Regional "logs:CreateLogGroup", ["logs:CreateLogGroup", "logs:TagResource"], "arn:aws:logs:*:*:log-group:*";
    /// Says how long a log group keeps.
    PUT_RETENTION_POLICY = write Regional "logs:PutRetentionPolicy", ["logs:PutRetentionPolicy"], "arn:aws:logs:*:*:log-group:*";
    /// Makes a log group keep for ever again.
    DELETE_RETENTION_POLICY = write Regional "logs:DeleteRetentionPolicy", ["logs:DeleteRetentionPolicy"], "arn:aws:logs:*:*:log-group:*";
    /// Deletes a log group.
    DELETE_LOG_GROUP = write Regional "logs:DeleteLogGroup", ["logs:DeleteLogGroup"], "arn:aws:logs:*:*:log-group:*", tagged;

    // CloudWatch
    /// Makes a metric alarm, or replaces it whole.
    PUT_METRIC_ALARM = write Regional "cloudwatch:PutMetricAlarm", ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"], "arn:aws:cloudwatch:*:*:alarm:*";
    /// Makes a composite alarm, or replaces it whole.
    PUT_COMPOSITE_ALARM = write Regional "cloudwatch:PutCompositeAlarm", ["cloudwatch:PutCompositeAlarm", "cloudwatch:TagResource"], "arn:aws:cloudwatch:*:*:alarm:*";
    /// Deletes alarms.
    DELETE_ALARMS = write Regional "cloudwatch:DeleteAlarms", ["cloudwatch:DeleteAlarms"], "arn:aws:cloudwatch:*:*:alarm:audit-*";

    // EventBridge
    /// A rule of the default bus.
    DESCRIBE_RULE = read Regional "events:DescribeRule", ["events:DescribeRule"], "arn:aws:events:*:*:rule/audit-*";
    /// Makes a rule, or replaces it whole but for its targets.
    PUT_RULE = write Regional "events:PutRule", ["events:PutRule", "events:TagResource"], "arn:aws:events:*:*:rule/audit-*";
    /// Adds targets to a rule.
    PUT_TARGETS = write Regional "events:PutTargets", ["events:PutTargets"], "arn:aws:events:*:*:rule/audit-*";
    /// Takes targets off a rule.
    REMOVE_TARGETS = write Regional "events:RemoveTargets", ["events:RemoveTargets"], "arn:aws:events:*:*:rule/audit-*";
    /// Deletes a rule without targets.
    DELETE_RULE = write Regional "events:DeleteRule", ["events:DeleteRule"], "arn:aws:events:*:*:rule/audit-*";

    // Synthetics
    /// One canary.
    GET_CANARY = read Regional "synthetics:GetCanary", ["synthetics:GetCanary"], "arn:aws:synthetics:*:*:canary:*";
    /// Runtimes that a canary may have.
    DESCRIBE_RUNTIME_VERSIONS = read Regional "synthetics:DescribeRuntimeVersions", ["synthetics:DescribeRuntimeVersions"], "*";
    /// Makes a canary.
    CREATE_CANARY = write Regional "synthetics:CreateCanary", ["synthetics:CreateCanary", "synthetics:TagResource"], "*";
    /// Changes a canary.
    UPDATE_CANARY = write Regional "synthetics:UpdateCanary", ["synthetics:UpdateCanary"], "arn:aws:synthetics:*:*:canary:*";
    /// Starts a canary.
    START_CANARY = write Regional "synthetics:StartCanary", ["synthetics:StartCanary"], "arn:aws:synthetics:*:*:canary:*";
    /// Stops a canary.
    STOP_CANARY = write Regional "synthetics:StopCanary", ["synthetics:StopCanary"], "arn:aws:synthetics:*:*:canary:*";
    /// Deletes a canary with its function.
    DELETE_CANARY = write Regional "synthetics:DeleteCanary", ["synthetics:DeleteCanary"], "arn:aws:synthetics:*:*:canary:audit-*";
    /// Synthetics makes, changes and deletes a canary's function with the permissions of whoever asks for the canary:
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Roles.html>.
    CANARY_FUNCTION = grant Regional "lambda:CreateFunction (CloudWatch Synthetics)",
        ["lambda:AddPermission", "lambda:CreateFunction", "lambda:DeleteFunction", "lambda:GetFunction", "lambda:PublishVersion",
         "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
        "arn:aws:lambda:*:*:function:cwsyn-*";
    /// So it does with the layer that holds a canary's code.
    CANARY_LAYER = grant Regional "lambda:PublishLayerVersion (CloudWatch Synthetics)",
        ["lambda:DeleteLayerVersion", "lambda:GetLayerVersion", "lambda:PublishLayerVersion"], "arn:aws:lambda:*:*:layer:cwsyn-*";
    /// And with AWS's own layers, whose names differ from runtime to runtime.
    SYNTHETICS_LAYER = grant Regional "lambda:GetLayerVersion (CloudWatch Synthetics)", ["lambda:GetLayerVersion"],
        "arn:aws:lambda:*:*:layer:*";

    // Application Auto Scaling: ids of scalable targets are drawn by AWS.
    /// What happens on schedule.
    DESCRIBE_SCHEDULED_ACTIONS = read Regional "application-autoscaling:DescribeScheduledActions",
        ["application-autoscaling:DescribeScheduledActions"], "*";
    /// Makes something scale within limits, or changes those.
    REGISTER_SCALABLE_TARGET = write Regional "application-autoscaling:RegisterScalableTarget",
        ["application-autoscaling:RegisterScalableTarget", "application-autoscaling:TagResource"],
        "arn:aws:application-autoscaling:*:*:scalable-target/*";
    /// Ends that, with all policies and scheduled actions.
    DEREGISTER_SCALABLE_TARGET = write Regional "application-autoscaling:DeregisterScalableTarget",
        ["application-autoscaling:DeregisterScalableTarget"], "arn:aws:application-autoscaling:*:*:scalable-target/*";
    /// Makes a scaling policy, or changes it.
    PUT_SCALING_POLICY = write Regional "application-autoscaling:PutScalingPolicy",
        ["application-autoscaling:PutScalingPolicy"], "arn:aws:application-autoscaling:*:*:scalable-target/*";
    /// Deletes a scaling policy.
    DELETE_SCALING_POLICY = write Regional "application-autoscaling:DeleteScalingPolicy",
        ["application-autoscaling:DeleteScalingPolicy"], "arn:aws:application-autoscaling:*:*:scalable-target/*";
    /// Its own role for ECS, made with the first scalable target.
    ECS_SCALING_ROLE = grant Global "iam:CreateServiceLinkedRole (Application Auto Scaling)", ["iam:CreateServiceLinkedRole"],
        "arn:aws:iam::*:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/*";
    /// Whoever has a service scale must be allowed to change its count:
    /// <https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html>.
    SCALE_SERVICE = grant Regional "ecs:UpdateService (Application Auto Scaling)", ["ecs:UpdateService"], "arn:aws:ecs:*:*:service/*";
    /// And to make and delete the alarms that set its policies off.
    SCALING_ALARMS = grant Regional "cloudwatch:PutMetricAlarm (Application Auto Scaling)",
        ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"], "arn:aws:cloudwatch:*:*:alarm:TargetTracking-*";

    // Cost Explorer: ids of monitors and subscriptions are drawn by AWS.
    /// Has costs watched.
    CREATE_ANOMALY_MONITOR = write Global "ce:CreateAnomalyMonitor", ["ce:CreateAnomalyMonitor", "ce:TagResource"], "*";
    /// Ends that.
    DELETE_ANOMALY_MONITOR = write Global "ce:DeleteAnomalyMonitor", ["ce:DeleteAnomalyMonitor"], "arn:aws:ce::*:anomalymonitor/*", tagged;
    /// Has someone told of anomalies.
    CREATE_ANOMALY_SUBSCRIPTION = write Global "ce:CreateAnomalySubscription", ["ce:CreateAnomalySubscription", "ce:TagResource"], "*";
    /// Changes who, of what and when.
    UPDATE_ANOMALY_SUBSCRIPTION = write Global "ce:UpdateAnomalySubscription", ["ce:UpdateAnomalySubscription"], "arn:aws:ce::*:anomalysubscription/*", tagged;
    /// Ends that.
    DELETE_ANOMALY_SUBSCRIPTION = write Global "ce:DeleteAnomalySubscription", ["ce:DeleteAnomalySubscription"], "arn:aws:ce::*:anomalysubscription/*", tagged;

    // ECR
    /// Sets the registry's scanning rules, whole.
    PUT_REGISTRY_SCANNING_CONFIGURATION = write Regional "ecr:PutRegistryScanningConfiguration", ["ecr:PutRegistryScanningConfiguration"], "*";

    // RDS
    /// Changes a database instance.
    MODIFY_DB_INSTANCE = write Regional "rds:ModifyDBInstance", ["rds:ModifyDBInstance"], "arn:aws:rds:*:*:db:*";

    // Budgets
    /// One budget.
    DESCRIBE_BUDGET = read Global "budgets:DescribeBudget", ["budgets:ViewBudget"], "arn:aws:budgets::*:budget/*";
    /// Makes a budget with its notifications.
    CREATE_BUDGET = write Global "budgets:CreateBudget", ["budgets:ModifyBudget", "budgets:TagResource"], "arn:aws:budgets::*:budget/audit-*";
    /// Changes a budget.
    UPDATE_BUDGET = write Global "budgets:UpdateBudget", ["budgets:ModifyBudget"], "arn:aws:budgets::*:budget/audit-*";
    /// Adds a notification.
    CREATE_NOTIFICATION = write Global "budgets:CreateNotification", ["budgets:ModifyBudget"], "arn:aws:budgets::*:budget/audit-*";
    /// Removes a notification.
    DELETE_NOTIFICATION = write Global "budgets:DeleteNotification", ["budgets:ModifyBudget"], "arn:aws:budgets::*:budget/audit-*";
    /// Deletes a budget.
    DELETE_BUDGET = write Global "budgets:DeleteBudget", ["budgets:ModifyBudget"], "arn:aws:budgets::*:budget/audit-*";

    // AWS's chat service
    /// Makes a channel configuration.
    CREATE_SLACK_CHANNEL_CONFIGURATION = write Global "chatbot:CreateSlackChannelConfiguration", ["chatbot:CreateSlackChannelConfiguration", "chatbot:TagResource"], "*";
    /// Changes it.
    UPDATE_SLACK_CHANNEL_CONFIGURATION = write Global "chatbot:UpdateSlackChannelConfiguration", ["chatbot:UpdateSlackChannelConfiguration"], "arn:aws:chatbot::*:chat-configuration/slack-channel/audit-*";
    /// Deletes it.
    DELETE_SLACK_CHANNEL_CONFIGURATION = write Global "chatbot:DeleteSlackChannelConfiguration", ["chatbot:DeleteSlackChannelConfiguration"], "arn:aws:chatbot::*:chat-configuration/slack-channel/audit-*";
}
