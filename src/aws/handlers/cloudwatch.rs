//! Amazon CloudWatch: metric and composite alarms. Both are replaced whole by the calls that change them.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{self as sdk, AlarmType, Tag};
use serde_json::{Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::Op;
use crate::model::ops::{self, fix};
use crate::model::types::cloudwatch::{
    AlarmProperties, CompositeAlarmProperties, Dimension, MetricDataQuery, MetricStat,
};

use super::{TAG, kind, number, properties, settle, state};
use crate::aws::cloudwatch::{alarm_shapes, composite_shapes};
use crate::aws::gate::{Gate, impossible, incomplete};
use crate::aws::known::Known;

/// What `DescribeAlarms` says of a metric alarm, all of which can be put back or comes by itself:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html>.
const ALARM: &str = "
    AccountId ActionConfiguration ActionsEnabled AlarmActions AlarmArn
    AlarmConfigurationUpdatedTimestamp AlarmDescription AlarmName AlarmTagsPropagation
    ComparisonOperator CompositeAlarms DatapointsToAlarm Dimensions Enabled
    EvaluateLowSampleCountPercentile EvaluationCriteria EvaluationInterval EvaluationPeriods
    EvaluationState EvaluationWindow ExcludedTagKeys Expression ExtendedStatistic Id IncludedTagKeys
    InsufficientDataActions Label LogAlarms Metric MetricAlarms MetricName MetricStat Metrics Name
    Namespace NextToken OKActions OnlyStartEvaluatingAfterWarmUpPeriodEnds PendingPeriod Period
    PromQLCriteria Query RecoveryPeriod ReturnData SlidingWindow Stat StateReason StateReasonData
    StateTransitionedTimestamp StateUpdatedTimestamp StateValue Statistic Threshold ThresholdMetricId
    Timezone TreatMissingData Unit Value WallClockWindow WarmUpConfiguration
    WarmUpPeriodDurationInMinutes";

/// The same of a composite alarm:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_CompositeAlarm.html>.
const COMPOSITE: &str = "
    ActionConfiguration ActionsEnabled ActionsSuppressedBy ActionsSuppressedReason ActionsSuppressor
    ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod AlarmActions AlarmArn
    AlarmConfigurationUpdatedTimestamp AlarmDescription AlarmName AlarmRule AlarmTagsPropagation
    CompositeAlarms Enabled ExcludedTagKeys IncludedTagKeys InsufficientDataActions LogAlarms
    MetricAlarms NextToken OKActions StateReason StateReasonData StateTransitionedTimestamp
    StateUpdatedTimestamp StateValue";

/// A metric alarm; its id is its name.
pub struct Alarm;

impl<'g> Handler<Gate<'g>> for Alarm {
    fn kind(&self) -> &'static Kind {
        kind("AWS::CloudWatch::Alarm")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let Some(found) = metric_alarm(cx, id).await? else { return Ok(None) };
            let shapes = alarm_shapes(found);
            let (it, _) = shapes.ok_or_else(|| incomplete(&ops::DESCRIBE_ALARMS))?;
            Ok(Some(state(&it)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            match metric_alarm(cx, id).await? {
                Some(_) => settle(self, &fix::PUT_METRIC_ALARM, cx, id, to).await,
                None => put_alarm(cx, id, None, to).await,
            }
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            if from.properties == to.properties {
                return Ok(());
            }
            let known = Known::of(ALARM);
            let out = describe(cx, id, &known).await?;
            known.is_all(&fix::PUT_METRIC_ALARM)?;
            let present = out.metric_alarms.unwrap_or_default().into_iter().next();
            put_alarm(cx, id, present, to).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(delete(cx, id))
    }
}

/// An alarm on other alarms; its id is its name.
pub struct CompositeAlarm;

impl<'g> Handler<Gate<'g>> for CompositeAlarm {
    fn kind(&self) -> &'static Kind {
        kind("AWS::CloudWatch::CompositeAlarm")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let Some(found) = composite_alarm(cx, id).await? else { return Ok(None) };
            let shapes = composite_shapes(found);
            let (it, _) = shapes.ok_or_else(|| incomplete(&ops::DESCRIBE_ALARMS))?;
            Ok(Some(state(&it)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            match composite_alarm(cx, id).await? {
                Some(_) => settle(self, &fix::PUT_COMPOSITE_ALARM, cx, id, to).await,
                None => put_composite(cx, id, None, to).await,
            }
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            if from.properties == to.properties {
                return Ok(());
            }
            let known = Known::of(COMPOSITE);
            let out = describe(cx, id, &known).await?;
            known.is_all(&fix::PUT_COMPOSITE_ALARM)?;
            let present = out.composite_alarms.unwrap_or_default().into_iter().next();
            put_composite(cx, id, present, to).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(delete(cx, id))
    }
}

async fn metric_alarm(cx: &Gate<'_>, id: &str) -> Result<Option<sdk::MetricAlarm>, Refused> {
    let out = describe(cx, id, &Known::of(ALARM)).await?;
    let mut alarms = out.metric_alarms.unwrap_or_default().into_iter();
    Ok(alarms.find(|it| it.alarm_name.as_deref() == Some(id)))
}

async fn composite_alarm(cx: &Gate<'_>, id: &str) -> Result<Option<sdk::CompositeAlarm>, Refused> {
    let out = describe(cx, id, &Known::of(COMPOSITE)).await?;
    let mut alarms = out.composite_alarms.unwrap_or_default().into_iter();
    Ok(alarms.find(|it| it.alarm_name.as_deref() == Some(id)))
}

type Described = aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput;

/// The alarm of this name, in one list or the other; names are unique among both.
async fn describe(cx: &Gate<'_>, id: &str, known: &Known) -> Result<Described, Refused> {
    let op = &ops::DESCRIBE_ALARMS;
    let request = Client::new(cx.config()).describe_alarms().alarm_names(id);
    // Composite alarms are left out unless asked for.
    let request =
        request.alarm_types(AlarmType::CompositeAlarm).alarm_types(AlarmType::MetricAlarm);
    let request = request.customize().interceptor(known.clone());
    let out = cx.read(op, request.send()).await?.ok_or_else(|| incomplete(op))?;
    if out.metric_alarms.is_none() && out.composite_alarms.is_none() {
        return Err(incomplete(op));
    }
    Ok(out)
}

/// Writes a metric alarm whole. What of the one that is there has no place in the state is put back as it
/// is; tags are only heard when it is new:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
async fn put_alarm(
    cx: &Gate<'_>,
    id: &str,
    present: Option<sdk::MetricAlarm>,
    to: &State,
) -> Result<(), Refused> {
    let op = &fix::PUT_METRIC_ALARM;
    let it: AlarmProperties = properties(op, to, &defaults(id))?;
    let has_criteria = present.as_ref().is_some_and(|it| it.evaluation_criteria.is_some());
    if has_criteria || it.evaluation_criteria.is_some() {
        return Err(impossible(op, format!("alarm {id} is a PromQL alarm; change it by hand")));
    }
    let present = present.unwrap_or_else(|| sdk::MetricAlarm::builder().build());
    let metrics = it.metrics.into_iter().map(|it| query(op, it)).collect::<Result<Vec<_>, _>>()?;
    let tag = tag();
    let client = Client::new(cx.config());
    let request = client
        .put_metric_alarm()
        .alarm_name(id)
        .set_alarm_description(it.alarm_description)
        .set_namespace(it.namespace)
        .set_metric_name(it.metric_name)
        .set_dimensions(some(it.dimensions.into_iter().map(dimension).collect()))
        .set_statistic(it.statistic.as_deref().map(sdk::Statistic::from))
        .set_extended_statistic(it.extended_statistic)
        .set_period(number(op, it.period)?)
        .set_unit(it.unit.as_deref().map(sdk::StandardUnit::from))
        .set_evaluation_periods(number(op, it.evaluation_periods)?)
        .set_datapoints_to_alarm(number(op, it.datapoints_to_alarm)?)
        .set_threshold(it.threshold)
        .set_threshold_metric_id(it.threshold_metric_id)
        .set_comparison_operator(
            it.comparison_operator.as_deref().map(sdk::ComparisonOperator::from),
        )
        .set_treat_missing_data(it.treat_missing_data)
        .set_evaluate_low_sample_count_percentile(it.evaluate_low_sample_count_percentile)
        .actions_enabled(it.actions_enabled)
        .set_alarm_actions(Some(it.alarm_actions))
        .set_ok_actions(Some(it.ok_actions))
        .set_insufficient_data_actions(Some(it.insufficient_data_actions))
        .set_metrics(some(metrics))
        .set_evaluation_window(present.evaluation_window)
        .set_warm_up_configuration(present.warm_up_configuration)
        .set_action_configuration(present.action_configuration)
        .tags(tag);
    cx.write(op, || request.clone().send()).await.map(drop)
}

/// Writes a composite alarm whole, as of [`put_alarm`]:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>.
async fn put_composite(
    cx: &Gate<'_>,
    id: &str,
    present: Option<sdk::CompositeAlarm>,
    to: &State,
) -> Result<(), Refused> {
    let op = &fix::PUT_COMPOSITE_ALARM;
    let it: CompositeAlarmProperties = properties(op, to, &defaults(id))?;
    let client = Client::new(cx.config());
    let request = client
        .put_composite_alarm()
        .alarm_name(id)
        .set_alarm_description(it.alarm_description)
        .alarm_rule(it.alarm_rule)
        .actions_enabled(it.actions_enabled)
        .set_alarm_actions(Some(it.alarm_actions))
        .set_ok_actions(Some(it.ok_actions))
        .set_insufficient_data_actions(Some(it.insufficient_data_actions))
        .set_actions_suppressor(it.actions_suppressor)
        .set_actions_suppressor_wait_period(number(op, it.actions_suppressor_wait_period)?)
        .set_actions_suppressor_extension_period(number(
            op,
            it.actions_suppressor_extension_period,
        )?)
        .set_action_configuration(present.and_then(|it| it.action_configuration))
        .tags(tag());
    cx.write(op, || request.clone().send()).await.map(drop)
}

async fn delete(cx: &Gate<'_>, id: &str) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    cx.write(&fix::DELETE_ALARMS, || client.delete_alarms().alarm_names(id).send()).await.map(drop)
}

fn defaults(id: &str) -> Value {
    json!({"AlarmName": id, "ActionsEnabled": true})
}

fn tag() -> Tag {
    Tag::builder().key(TAG.0).value(TAG.1).build()
}

/// An empty list is not said: a plain alarm has no queries, one of queries no dimensions.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn dimension(it: Dimension) -> sdk::Dimension {
    sdk::Dimension::builder().name(it.name).value(it.value).build()
}

fn query(op: &'static Op, it: MetricDataQuery) -> Result<sdk::MetricDataQuery, Refused> {
    let stat = it.metric_stat.map(|it| metric_stat(op, it)).transpose()?;
    Ok(sdk::MetricDataQuery::builder()
        .id(it.id)
        .set_expression(it.expression)
        .set_label(it.label)
        .set_return_data(it.return_data)
        .set_account_id(it.account_id)
        .set_period(number(op, it.period)?)
        .set_metric_stat(stat)
        .build())
}

fn metric_stat(op: &'static Op, it: MetricStat) -> Result<sdk::MetricStat, Refused> {
    let metric = sdk::Metric::builder()
        .set_namespace(it.metric.namespace)
        .set_metric_name(it.metric.metric_name)
        .set_dimensions(some(it.metric.dimensions.into_iter().map(dimension).collect()))
        .build();
    Ok(sdk::MetricStat::builder()
        .metric(metric)
        .set_period(number(op, it.period)?)
        .stat(it.stat)
        .set_unit(it.unit.as_deref().map(sdk::StandardUnit::from))
        .build())
}
