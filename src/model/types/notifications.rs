//! AWS User Notifications.

use serde_json::Value;

super::resource_type! {
    /// What of an account is told to whom; its id is its ARN.
    NotificationConfiguration = "AWS::Notifications::NotificationConfiguration",
    NotificationConfigurationProperties, NotificationConfigurationStatus
}
super::resource_type! {
    /// Which events a configuration tells of; its id is its ARN.
    EventRule = "AWS::Notifications::EventRule", EventRuleProperties, EventRuleStatus
}
super::resource_type! {
    /// What AWS itself tells (health events, for one) to whom; its id is its ARN.
    ManagedNotificationConfiguration = "AWS::Notifications::ManagedNotificationConfiguration",
    ManagedNotificationConfigurationProperties, ManagedNotificationConfigurationStatus
}

super::shape! {
    /// CloudFormation's `AWS::Notifications::NotificationConfiguration`.
    "PascalCase" NotificationConfigurationProperties {
        /// Its name.
        name: String,
        /// `LONG`, `SHORT` or `NONE`: how long messages are gathered.
        aggregation_duration: Option<String>,
    }
    /// From `notifications:ListNotificationConfigurations` and `notifications:ListChannels`.
    "camelCase" NotificationConfigurationStatus {
        /// `ACTIVE`, `PARTIALLY_ACTIVE`, `INACTIVE` or `DELETING`.
        status: Option<String>,
        /// ARNs of the chat channels and e-mail contacts that hear it.
        channels: Option<Vec<String>>,
    }
    /// CloudFormation's `AWS::Notifications::EventRule`.
    "PascalCase" EventRuleProperties {
        /// Its configuration.
        notification_configuration_arn: String,
        /// `aws.health`, ...
        source: String,
        /// `AWS Health Event`, ...
        event_type: String,
        /// Narrows it, as an event pattern; absent when all are told.
        event_pattern: Option<Value>,
        /// Where it holds.
        #[serde(default)]
        regions: Vec<String>,
    }
    /// From `notifications:ListEventRules`.
    "camelCase" EventRuleStatus {
        /// By region: `ACTIVE`, `INACTIVE`, `CREATING`, ...
        #[serde(default)]
        status_summary_by_region: std::collections::BTreeMap<String, String>,
    }
    /// From `notifications:ListManagedNotificationConfigurations`.
    "PascalCase" ManagedNotificationConfigurationProperties {
        /// Its name.
        name: String,
        /// `Health`, ...
        category: Option<String>,
        /// `Security`, `Operations`, ...
        sub_category: Option<String>,
    }
    /// From `notifications:ListManagedNotificationChannelAssociations`.
    "camelCase" ManagedNotificationConfigurationStatus {
        /// ARNs of the chat channels and e-mail contacts that hear it, `account contacts` among them.
        channels: Option<Vec<String>>,
    }
}
