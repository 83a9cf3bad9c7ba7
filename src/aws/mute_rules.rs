//! CloudWatch's mute rules: when which alarms keep silent.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html>

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::operation::get_alarm_mute_rule::GetAlarmMuteRuleOutput;
use aws_sdk_cloudwatch::types::AlarmMuteRuleStatus as Status;

use crate::model::types::cloudwatch::{
    AlarmMuteRule, AlarmMuteRuleProperties, AlarmMuteRuleStatus, MuteRule, MuteSchedule,
    MuteTargets,
};
use crate::model::{Resource, ops};

use super::cx::Cx;
use super::shape::{last_part, resource};

/// Keeps the rules that mute now or will.
pub async fn keep(cx: &Cx<'_>, client: &Client) {
    let listed = cx.pages(
        &ops::LIST_ALARM_MUTE_RULES,
        &[],
        |token| {
            let request = client.list_alarm_mute_rules().set_next_token(token);
            request.statuses(Status::Active).statuses(Status::Scheduled).send()
        },
        |out| {
            let rules = out.alarm_mute_rule_summaries?.into_iter();
            let arns = rules.map(|it| it.alarm_mute_rule_arn);
            Some((arns.collect::<Option<Vec<_>>>()?, out.next_token))
        },
    );
    let arns = listed.await.known().unwrap_or_default();
    cx.keep(cx.each(arns, |arn| rule(cx, client, arn)).await.into_iter().flatten());
}

async fn rule(cx: &Cx<'_>, client: &Client, arn: String) -> Option<Resource> {
    let name = last_part(&arn);
    let about = [name];
    let request = client.get_alarm_mute_rule().alarm_mute_rule_name(name).send();
    let read = cx.call(&ops::GET_ALARM_MUTE_RULE, &about, request, |out| Some(shapes(name, out)));
    let (properties, status) = read.await.known()?;
    Some(resource::<AlarmMuteRule>(cx, name, &arn, Some(properties), Some(status)))
}

fn shapes(
    name: &str,
    out: GetAlarmMuteRuleOutput,
) -> (AlarmMuteRuleProperties, AlarmMuteRuleStatus) {
    let schedule = out.rule.and_then(|rule| rule.schedule).map(|it| MuteSchedule {
        expression: it.expression,
        duration: it.duration,
        timezone: it.timezone,
    });
    let targets = out.mute_targets.and_then(|targets| targets.alarm_names);
    let properties = AlarmMuteRuleProperties {
        name: name.to_owned(),
        rule: Some(MuteRule { schedule }),
        mute_targets: Some(MuteTargets { alarm_names: targets.unwrap_or_default() }),
    };
    let status = AlarmMuteRuleStatus { status: out.status.map(|it| it.as_str().to_owned()) };
    (properties, status)
}
