//! AWS Cost Explorer: cost anomaly detection.

use serde_json::Value;

super::resource_type! {
    /// What is watched for anomalies; its id is its ARN.
    AnomalyMonitor = "AWS::CE::AnomalyMonitor", AnomalyMonitorProperties, AnomalyMonitorStatus
}
super::resource_type! {
    /// Who hears of anomalies; its id is its ARN.
    AnomalySubscription = "AWS::CE::AnomalySubscription", AnomalySubscriptionProperties, super::Nothing
}

super::shape! {
    /// CloudFormation's `AWS::CE::AnomalyMonitor`.
    "PascalCase" AnomalyMonitorProperties {
        /// Its name.
        monitor_name: String,
        /// `DIMENSIONAL` or `CUSTOM`.
        monitor_type: String,
        /// `SERVICE` (every service of the account), `LINKED_ACCOUNT`, `TAG` or `COST_CATEGORY`.
        monitor_dimension: Option<String>,
        /// Which costs a custom one watches.
        monitor_specification: Option<Value>,
    }
    /// From `ce:GetAnomalyMonitors`.
    "PascalCase" AnomalyMonitorStatus {
        /// How many values of its dimension it watches.
        dimensional_value_count: Option<i64>,
        /// Day on which it last looked.
        last_evaluated_date: Option<String>,
    }
    /// CloudFormation's `AWS::CE::AnomalySubscription`.
    "PascalCase" AnomalySubscriptionProperties {
        /// Its name.
        subscription_name: String,
        /// `IMMEDIATE` (by SNS), `DAILY` or `WEEKLY` (by e-mail).
        frequency: String,
        /// Monitors it listens to.
        #[serde(default)]
        monitor_arn_list: Vec<String>,
        /// Who hears.
        #[serde(default)]
        subscribers: Vec<AnomalySubscriber>,
        /// How large an anomaly must be, as Cost Explorer's filter expression.
        threshold_expression: Option<Value>,
        /// US dollars, in the old style.
        threshold: Option<f64>,
    }
    /// Who hears.
    "PascalCase" AnomalySubscriber {
        /// `EMAIL` or `SNS`.
        r#type: String,
        /// An address or a topic's ARN.
        address: String,
        /// `CONFIRMED` or `DECLINED`, where the service says.
        status: Option<String>,
    }
}
