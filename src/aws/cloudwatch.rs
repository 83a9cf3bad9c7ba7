//! Amazon CloudWatch: metric and composite alarms, and what mutes them.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{self as sdk, AlarmType};
use futures::future::{FutureExt, LocalBoxFuture, join};
use serde_json::json;

use crate::model::types::cloudwatch::{
    Alarm, AlarmProperties, AlarmStatus, CompositeAlarm, CompositeAlarmProperties, Dimension,
    Metric, MetricDataQuery, MetricStat,
};
use crate::model::{Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::mute_rules;
use super::shape::{resource, time, words};

/// Collects alarms.
pub struct CloudWatch;

static STEPS: [Step; 3] = [
    Step { op: &ops::DESCRIBE_ALARMS, after: &[] },
    Step { op: &ops::LIST_ALARM_MUTE_RULES, after: &[] },
    Step { op: &ops::GET_ALARM_MUTE_RULE, after: &[&ops::LIST_ALARM_MUTE_RULES] },
];

impl Collect for CloudWatch {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let request = |token| {
                let request = client.describe_alarms().max_records(100).set_next_token(token);
                // Composite alarms are left out unless asked for.
                request
                    .alarm_types(AlarmType::CompositeAlarm)
                    .alarm_types(AlarmType::MetricAlarm)
                    .send()
            };
            let alarms = cx.pages(&ops::DESCRIBE_ALARMS, &[], request, |out| {
                // An empty one of the two lists may be left out of an answer, both never are.
                if out.metric_alarms.is_none() && out.composite_alarms.is_none() {
                    return None;
                }
                let metric =
                    out.metric_alarms.unwrap_or_default().into_iter().map(|it| alarm(cx, it));
                let composite = out.composite_alarms.unwrap_or_default().into_iter();
                let all = metric.chain(composite.map(|it| composite_alarm(cx, it)));
                Some((all.collect::<Option<_>>()?, out.next_token))
            });
            let (alarms, ()) = join(alarms, mute_rules::keep(cx, &client)).await;
            cx.keep(alarms.known().unwrap_or_default());
        }
        .boxed_local()
    }
}

fn alarm(cx: &Cx<'_>, it: sdk::MetricAlarm) -> Option<Resource> {
    let arn = it.alarm_arn.clone()?;
    let (properties, status) = alarm_shapes(it)?;
    // Some actions may be functions.
    properties.alarm_actions.iter().for_each(|arn| cx.refer(arn));
    let id = properties.alarm_name.clone();
    Some(resource::<Alarm>(cx, id, arn, Some(properties), Some(status)))
}

/// What is kept of a metric alarm; none when a required part is missing.
pub(super) fn alarm_shapes(it: sdk::MetricAlarm) -> Option<(AlarmProperties, AlarmStatus)> {
    let metrics: Vec<_> =
        it.metrics.unwrap_or_default().into_iter().map(query).collect::<Option<_>>()?;
    // Criteria of a kind that this SDK does not know leave an alarm without metric and queries.
    let by_criteria = it.metric_name.is_none() && metrics.is_empty();
    let criteria =
        it.evaluation_criteria.as_ref().map(|criteria| match criteria.as_prom_ql_criteria() {
            Ok(promql) => json!({"PromQLCriteria": {"Query": promql.query()}}),
            Err(_) => json!({}),
        });
    let properties = AlarmProperties {
        alarm_name: it.alarm_name?,
        alarm_description: it.alarm_description,
        namespace: it.namespace,
        metric_name: it.metric_name,
        dimensions: dimensions(it.dimensions),
        statistic: it.statistic.map(|s| s.as_str().to_owned()),
        extended_statistic: it.extended_statistic,
        period: it.period.map(i64::from),
        unit: it.unit.map(|unit| unit.as_str().to_owned()),
        evaluation_periods: it.evaluation_periods.map(i64::from),
        datapoints_to_alarm: it.datapoints_to_alarm.map(i64::from),
        threshold: it.threshold,
        threshold_metric_id: it.threshold_metric_id,
        comparison_operator: it.comparison_operator.map(|operator| operator.as_str().to_owned()),
        treat_missing_data: it.treat_missing_data,
        evaluate_low_sample_count_percentile: it.evaluate_low_sample_count_percentile,
        actions_enabled: it.actions_enabled?,
        alarm_actions: it.alarm_actions.unwrap_or_default(),
        ok_actions: it.ok_actions.unwrap_or_default(),
        insufficient_data_actions: it.insufficient_data_actions.unwrap_or_default(),
        metrics,
        evaluation_criteria: criteria.or_else(|| by_criteria.then(|| json!({}))),
    };
    let status = AlarmStatus {
        state_value: it.state_value.map(|state| state.as_str().to_owned()),
        state_reason: words(it.state_reason),
        state_updated_timestamp: time(it.state_updated_timestamp),
        state_transitioned_timestamp: time(it.state_transitioned_timestamp),
        evaluation_state: it.evaluation_state.map(|state| state.as_str().to_owned()),
        alarm_configuration_updated_timestamp: time(it.alarm_configuration_updated_timestamp),
    };
    Some((properties, status))
}

fn composite_alarm(cx: &Cx<'_>, it: sdk::CompositeAlarm) -> Option<Resource> {
    let arn = it.alarm_arn.clone()?;
    let (properties, status) = composite_shapes(it)?;
    properties.alarm_actions.iter().for_each(|arn| cx.refer(arn));
    let id = properties.alarm_name.clone();
    Some(resource::<CompositeAlarm>(cx, id, arn, Some(properties), Some(status)))
}

/// What is kept of a composite alarm; none when a required part is missing.
pub(super) fn composite_shapes(
    it: sdk::CompositeAlarm,
) -> Option<(CompositeAlarmProperties, AlarmStatus)> {
    let properties = CompositeAlarmProperties {
        alarm_name: it.alarm_name?,
        alarm_description: it.alarm_description,
        alarm_rule: it.alarm_rule?,
        actions_enabled: it.actions_enabled?,
        alarm_actions: it.alarm_actions.unwrap_or_default(),
        ok_actions: it.ok_actions.unwrap_or_default(),
        insufficient_data_actions: it.insufficient_data_actions.unwrap_or_default(),
        actions_suppressor: it.actions_suppressor,
        actions_suppressor_wait_period: it.actions_suppressor_wait_period.map(i64::from),
        actions_suppressor_extension_period: it.actions_suppressor_extension_period.map(i64::from),
    };
    let status = AlarmStatus {
        state_value: it.state_value.map(|state| state.as_str().to_owned()),
        state_reason: words(it.state_reason),
        state_updated_timestamp: time(it.state_updated_timestamp),
        state_transitioned_timestamp: time(it.state_transitioned_timestamp),
        evaluation_state: None,
        alarm_configuration_updated_timestamp: time(it.alarm_configuration_updated_timestamp),
    };
    Some((properties, status))
}

fn query(it: sdk::MetricDataQuery) -> Option<MetricDataQuery> {
    let metric_stat = match it.metric_stat {
        Some(stat) => Some(metric_stat(stat)?),
        None => None,
    };
    Some(MetricDataQuery {
        id: it.id?,
        expression: it.expression,
        label: it.label,
        return_data: it.return_data,
        account_id: it.account_id,
        period: it.period.map(i64::from),
        metric_stat,
    })
}

fn metric_stat(it: sdk::MetricStat) -> Option<MetricStat> {
    let metric = it.metric?;
    Some(MetricStat {
        metric: Metric {
            namespace: metric.namespace,
            metric_name: metric.metric_name,
            dimensions: dimensions(metric.dimensions),
        },
        period: it.period.map(i64::from),
        stat: it.stat?,
        unit: it.unit.map(|unit| unit.as_str().to_owned()),
    })
}

fn dimensions(list: Option<Vec<sdk::Dimension>>) -> Vec<Dimension> {
    let dimension = |it: sdk::Dimension| Dimension {
        name: it.name.unwrap_or_default(),
        value: it.value.unwrap_or_default(),
    };
    list.unwrap_or_default().into_iter().map(dimension).collect()
}
