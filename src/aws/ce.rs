//! AWS Cost Explorer: cost anomaly monitors and who hears of them.

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::{self as sdk, Expression};
use futures::future::{FutureExt, LocalBoxFuture, join};
use serde_json::{Map, Value, json};

use crate::model::types::Nothing;
use crate::model::types::ce::{
    AnomalyMonitor, AnomalyMonitorProperties, AnomalyMonitorStatus, AnomalySubscriber,
    AnomalySubscription, AnomalySubscriptionProperties,
};
use crate::model::{Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::holds::Holds;
use super::shape::resource;

/// Collects anomaly monitors and subscriptions.
pub struct CostExplorer;

static STEPS: [Step; 2] = [
    Step { op: &ops::GET_ANOMALY_MONITORS, after: &[] },
    Step { op: &ops::GET_ANOMALY_SUBSCRIPTIONS, after: &[] },
];

impl Collect for CostExplorer {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let monitors = cx.pages(
                &ops::GET_ANOMALY_MONITORS,
                &[],
                |token| {
                    let request = client.get_anomaly_monitors().set_next_page_token(token);
                    request.customize().interceptor(Holds("\"AnomalyMonitors\"")).send()
                },
                |out| {
                    let monitors = out.anomaly_monitors.into_iter().map(|it| monitor(cx, it));
                    Some((monitors.collect::<Option<Vec<_>>>()?, out.next_page_token))
                },
            );
            let subscriptions = cx.pages(
                &ops::GET_ANOMALY_SUBSCRIPTIONS,
                &[],
                |token| {
                    let request = client.get_anomaly_subscriptions().set_next_page_token(token);
                    request.customize().interceptor(Holds("\"AnomalySubscriptions\"")).send()
                },
                |out| {
                    let found =
                        out.anomaly_subscriptions.into_iter().map(|it| subscription(cx, it));
                    Some((found.collect::<Option<Vec<_>>>()?, out.next_page_token))
                },
            );
            let (monitors, subscriptions) = join(monitors, subscriptions).await;
            cx.keep(monitors.known().unwrap_or_default());
            cx.keep(subscriptions.known().unwrap_or_default());
        }
        .boxed_local()
    }
}

fn monitor(cx: &Cx<'_>, it: sdk::AnomalyMonitor) -> Option<Resource> {
    let arn = it.monitor_arn.clone()?;
    let status = AnomalyMonitorStatus {
        dimensional_value_count: Some(it.dimensional_value_count.into()),
        last_evaluated_date: it.last_evaluated_date.clone(),
    };
    let properties = monitor_properties(it);
    let name = properties.monitor_name.clone();
    let monitor = resource::<AnomalyMonitor>(cx, arn.clone(), arn, Some(properties), Some(status));
    Some(Resource { name, ..monitor })
}

/// What is kept of a monitor.
pub(super) fn monitor_properties(it: sdk::AnomalyMonitor) -> AnomalyMonitorProperties {
    AnomalyMonitorProperties {
        monitor_name: it.monitor_name,
        monitor_type: it.monitor_type.as_str().to_owned(),
        monitor_dimension: it.monitor_dimension.map(|it| it.as_str().to_owned()),
        monitor_specification: it.monitor_specification.map(expression),
    }
}

fn subscription(cx: &Cx<'_>, it: sdk::AnomalySubscription) -> Option<Resource> {
    let arn = it.subscription_arn.clone()?;
    let properties = subscription_properties(it)?;
    let name = properties.subscription_name.clone();
    let subscription =
        resource::<AnomalySubscription>(cx, arn.clone(), arn, Some(properties), Some(Nothing {}));
    Some(Resource { name, ..subscription })
}

/// What is kept of a subscription; none when a required part is missing.
#[expect(deprecated, reason = "old subscriptions have a threshold and no expression")]
pub(super) fn subscription_properties(
    it: sdk::AnomalySubscription,
) -> Option<AnomalySubscriptionProperties> {
    let subscriber = |it: sdk::Subscriber| {
        Some(AnomalySubscriber {
            r#type: it.r#type?.as_str().to_owned(),
            address: it.address?,
            status: it.status.map(|status| status.as_str().to_owned()),
        })
    };
    Some(AnomalySubscriptionProperties {
        subscription_name: it.subscription_name,
        frequency: it.frequency.as_str().to_owned(),
        monitor_arn_list: it.monitor_arn_list,
        subscribers: it.subscribers.into_iter().map(subscriber).collect::<Option<Vec<_>>>()?,
        threshold_expression: it.threshold_expression.map(expression),
        threshold: it.threshold,
    })
}

/// A filter of Cost Explorer under the API's own names, without what is absent.
fn expression(it: Expression) -> Value {
    let mut map = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        map.extend(value.map(|value| (name.to_owned(), value)));
    };
    let all = |list: Vec<Expression>| list.into_iter().map(expression).collect::<Value>();
    put("And", it.and.map(all));
    put("Or", it.or.map(all));
    put("Not", it.not.map(|inner| expression(*inner)));
    put(
        "Dimensions",
        it.dimensions.map(|it| {
            let options: Vec<_> = it
                .match_options
                .unwrap_or_default()
                .iter()
                .map(|o| o.as_str().to_owned())
                .collect();
            let key = it.key.map(|key| key.as_str().to_owned());
            json!({"Key": key, "Values": it.values.unwrap_or_default(), "MatchOptions": options})
        }),
    );
    put("Tags", it.tags.map(|it| json!({"Key": it.key, "Values": it.values.unwrap_or_default()})));
    put(
        "CostCategories",
        it.cost_categories
            .map(|it| json!({"Key": it.key, "Values": it.values.unwrap_or_default()})),
    );
    Value::Object(map)
}
