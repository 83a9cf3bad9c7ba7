//! Amazon CloudWatch alarms.

use serde_json::Value;

super::resource_type! {
    /// A metric alarm: plain, metric math, anomaly detection, Metrics Insights or PromQL.
    Alarm = "AWS::CloudWatch::Alarm", AlarmProperties, AlarmStatus
}
super::resource_type! {
    /// An alarm on other alarms' states.
    CompositeAlarm = "AWS::CloudWatch::CompositeAlarm", CompositeAlarmProperties, AlarmStatus
}

super::resource_type! {
    /// When alarms keep silent; its id is its name.
    AlarmMuteRule = "AWS::CloudWatch::AlarmMuteRule", AlarmMuteRuleProperties, AlarmMuteRuleStatus
}

super::shape! {
    /// CloudFormation's `AWS::CloudWatch::AlarmMuteRule`.
    "PascalCase" AlarmMuteRuleProperties {
        /// Its name.
        name: String,
        /// When it mutes.
        rule: Option<MuteRule>,
        /// What it mutes.
        mute_targets: Option<MuteTargets>,
    }
    /// When alarms are muted.
    "PascalCase" MuteRule {
        /// The schedule.
        schedule: Option<MuteSchedule>,
    }
    /// A schedule of silence.
    "PascalCase" MuteSchedule {
        /// `cron(...)` or `at(...)`.
        expression: Option<String>,
        /// How long, such as `PT2H`.
        duration: Option<String>,
        /// The schedule's time zone.
        timezone: Option<String>,
    }
    /// Which alarms are muted.
    "PascalCase" MuteTargets {
        /// Their names.
        #[serde(default)]
        alarm_names: Vec<String>,
    }
    /// From `cloudwatch:GetAlarmMuteRule`.
    "PascalCase" AlarmMuteRuleStatus {
        /// `ACTIVE` (mutes now), `SCHEDULED` or `EXPIRED`.
        status: Option<String>,
    }
    /// CloudFormation's `AWS::CloudWatch::Alarm`.
    "PascalCase" AlarmProperties {
        /// Its name.
        alarm_name: String,
        /// Words for people.
        alarm_description: Option<String>,
        /// Namespace of a plain alarm.
        namespace: Option<String>,
        /// Metric of a plain alarm.
        metric_name: Option<String>,
        /// Dimensions of a plain alarm.
        #[serde(default)]
        dimensions: Vec<Dimension>,
        /// `Average`, `Maximum`, ...
        statistic: Option<String>,
        /// `p90` and the like.
        extended_statistic: Option<String>,
        /// Seconds.
        period: Option<i64>,
        /// Unit; a unit the metric never has starves the alarm.
        unit: Option<String>,
        /// Periods looked at.
        evaluation_periods: Option<i64>,
        /// How many of them must breach.
        datapoints_to_alarm: Option<i64>,
        /// What is crossed; absent for anomaly detection and PromQL.
        threshold: Option<f64>,
        /// The band of an anomaly detection alarm.
        threshold_metric_id: Option<String>,
        /// `GreaterThanThreshold`, `LessThanLowerOrGreaterThanUpperThreshold`, ...
        comparison_operator: Option<String>,
        /// `missing`, `notBreaching`, `breaching` or `ignore`.
        treat_missing_data: Option<String>,
        /// `ignore` or `evaluate`: what a percentile of too few samples does.
        evaluate_low_sample_count_percentile: Option<String>,
        /// Whether any action is taken.
        actions_enabled: bool,
        /// ARNs acted on when it goes to ALARM.
        #[serde(default)]
        alarm_actions: Vec<String>,
        /// ARNs acted on when it goes to OK.
        #[serde(rename = "OKActions", default)]
        ok_actions: Vec<String>,
        /// ARNs acted on when data goes missing.
        #[serde(default)]
        insufficient_data_actions: Vec<String>,
        /// Queries of a metric math, anomaly detection or Metrics Insights alarm.
        #[serde(default)]
        metrics: Vec<MetricDataQuery>,
        /// A PromQL alarm's criteria; an empty object while the SDK in use does not know them.
        evaluation_criteria: Option<Value>,
    }
    /// A name and value that narrow a metric.
    "PascalCase" Dimension {
        /// Such as `DBInstanceIdentifier`.
        name: String,
        /// Its value.
        value: String,
    }
    /// One query of an alarm.
    "PascalCase" MetricDataQuery {
        /// Its name in expressions.
        id: String,
        /// Metric math or Metrics Insights.
        expression: Option<String>,
        /// Words for people.
        label: Option<String>,
        /// Whether its result is the alarm's; absent means true.
        return_data: Option<bool>,
        /// Account of the metric, when another's.
        account_id: Option<String>,
        /// Seconds.
        period: Option<i64>,
        /// A metric rather than an expression.
        metric_stat: Option<MetricStat>,
    }
    /// A metric with its statistic.
    "PascalCase" MetricStat {
        /// The metric.
        metric: Metric,
        /// Seconds.
        period: Option<i64>,
        /// `Average`, `Maximum`, `p90`, ...
        stat: String,
        /// Unit.
        unit: Option<String>,
    }
    /// A metric.
    "PascalCase" Metric {
        /// Namespace.
        namespace: Option<String>,
        /// Name.
        metric_name: Option<String>,
        /// Dimensions.
        #[serde(default)]
        dimensions: Vec<Dimension>,
    }
    /// CloudFormation's `AWS::CloudWatch::CompositeAlarm`.
    "PascalCase" CompositeAlarmProperties {
        /// Its name.
        alarm_name: String,
        /// Words for people.
        alarm_description: Option<String>,
        /// Boolean expression over other alarms' states.
        alarm_rule: String,
        /// Whether any action is taken.
        actions_enabled: bool,
        /// ARNs acted on when it goes to ALARM.
        #[serde(default)]
        alarm_actions: Vec<String>,
        /// ARNs acted on when it goes to OK.
        #[serde(rename = "OKActions", default)]
        ok_actions: Vec<String>,
        /// ARNs acted on when data goes missing.
        #[serde(default)]
        insufficient_data_actions: Vec<String>,
        /// An alarm that silences this one while it rings.
        actions_suppressor: Option<String>,
        /// Seconds it waits for that alarm to ring.
        actions_suppressor_wait_period: Option<i64>,
        /// Seconds it stays silent after that alarm.
        actions_suppressor_extension_period: Option<i64>,
    }
    /// From `cloudwatch:DescribeAlarms`.
    "PascalCase" AlarmStatus {
        /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        state_value: Option<String>,
        /// Why.
        state_reason: Option<String>,
        /// RFC 3339; when the state was last evaluated to something new.
        state_updated_timestamp: Option<String>,
        /// RFC 3339; when the state value last changed.
        state_transitioned_timestamp: Option<String>,
        /// `PARTIAL_DATA` of a query over more metrics than CloudWatch looks at, `EVALUATION_ERROR` or `EVALUATION_FAILURE`.
        evaluation_state: Option<String>,
        /// RFC 3339; when it was made or changed.
        alarm_configuration_updated_timestamp: Option<String>,
    }
}
