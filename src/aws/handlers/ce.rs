//! AWS Cost Explorer: what is watched for cost anomalies, and who hears of them. Both belong to the
//! account; their ARNs are AWS's to choose, so before they are made they go by their names.

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::{self as sdk, Expression, ResourceTag};
use serde_json::{Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::Op;
use crate::model::ops::{self, fix};
use crate::model::types::ce::{
    AnomalyMonitorProperties, AnomalySubscriber, AnomalySubscriptionProperties,
};

use super::{TAG, built, differs, kind, only, properties, settle, state};
use crate::aws::ce::{monitor_properties, subscription_properties};
use crate::aws::gate::{Gate, impossible, incomplete};
use crate::aws::holds::Holds;

/// What the names of resources that a fix makes begin with.
const OURS: &str = "audit-";

/// A monitor; its id is its name, or its ARN.
pub struct AnomalyMonitor;

impl<'g> Handler<Gate<'g>> for AnomalyMonitor {
    fn kind(&self) -> &'static Kind {
        kind("AWS::CE::AnomalyMonitor")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move { Ok(monitor(cx, id).await?.map(|it| state(&monitor_properties(it)))) })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_ANOMALY_MONITOR;
            // Asked first: nothing keeps two from having the same name.
            if monitor(cx, id).await?.is_some() {
                return settle(self, op, cx, id, to).await;
            }
            let defaults = json!({"MonitorName": id, "MonitorType": "DIMENSIONAL"});
            let it: AnomalyMonitorProperties = properties(op, to, &defaults)?;
            if it.monitor_specification.is_some() {
                let words = "a monitor of a part of the costs cannot be made here; do it by hand";
                return Err(impossible(op, words));
            }
            let wanted = sdk::AnomalyMonitor::builder()
                .monitor_name(it.monitor_name)
                .monitor_type(sdk::MonitorType::from(it.monitor_type.as_str()))
                .set_monitor_dimension(it.monitor_dimension.as_deref().map(Into::into));
            let (wanted, tag) = (built(op, wanted.build())?, tag(op)?);
            let client = Client::new(cx.config());
            let request = || {
                let request = client.create_anomaly_monitor().anomaly_monitor(wanted.clone());
                request.resource_tags(tag.clone()).send()
            };
            cx.write(op, request).await.map(drop)
        })
    }

    fn update<'a>(
        &'a self,
        _cx: &'a Gate<'g>,
        _id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        // Of a monitor AWS changes only the name.
        Box::pin(async { only(&fix::CREATE_ANOMALY_MONITOR, from, to, &[]) })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::DELETE_ANOMALY_MONITOR;
            let Some(found) = monitor(cx, id).await? else { return Ok(()) };
            let arn = found.monitor_arn.ok_or_else(|| incomplete(&ops::GET_ANOMALY_MONITORS))?;
            let listening = subscriptions(cx).await?.into_iter();
            let mut listening = listening.filter(|it| it.monitor_arn_list.contains(&arn));
            if let Some(other) = listening.next() {
                let name = other.subscription_name;
                let words = format!("{name}, which was not made here, listens to monitor {id}");
                return Err(impossible(op, words));
            }
            let client = Client::new(cx.config());
            let request = || client.delete_anomaly_monitor().monitor_arn(&arn).send();
            cx.write(op, request).await.map(drop)
        })
    }
}

/// Who hears; its id is its name, or its ARN.
pub struct AnomalySubscription;

/// What of a subscription can be changed.
const SETTABLE: &[&str] = &["Frequency", "MonitorArnList", "Subscribers", "ThresholdExpression"];

impl<'g> Handler<Gate<'g>> for AnomalySubscription {
    fn kind(&self) -> &'static Kind {
        kind("AWS::CE::AnomalySubscription")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let op = &ops::GET_ANOMALY_SUBSCRIPTIONS;
            let Some(found) = subscription(cx, id).await? else { return Ok(None) };
            let mut it = subscription_properties(found).ok_or_else(|| incomplete(op))?;
            // Whether someone declined is not ours to set.
            it.subscribers.iter_mut().for_each(|it| it.status = None);
            let monitors = monitors(cx).await?;
            it.monitor_arn_list =
                it.monitor_arn_list.into_iter().map(|arn| named(&monitors, arn)).collect();
            Ok(Some(state(&it)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_ANOMALY_SUBSCRIPTION;
            if subscription(cx, id).await?.is_some() {
                return settle(self, op, cx, id, to).await;
            }
            let it = typed(op, id, to)?;
            let wanted = sdk::AnomalySubscription::builder()
                .subscription_name(it.subscription_name)
                .frequency(sdk::AnomalySubscriptionFrequency::from(it.frequency.as_str()))
                .set_monitor_arn_list(Some(arns(op, cx, it.monitor_arn_list).await?))
                .set_subscribers(Some(it.subscribers.iter().map(subscriber).collect()))
                .set_threshold_expression(threshold(op, it.threshold_expression.as_ref())?);
            let (wanted, tag) = (built(op, wanted.build())?, tag(op)?);
            let client = Client::new(cx.config());
            let request = || {
                let request = client.create_anomaly_subscription();
                request.anomaly_subscription(wanted.clone()).resource_tags(tag.clone()).send()
            };
            cx.write(op, request).await.map(drop)
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
            let op = &fix::UPDATE_ANOMALY_SUBSCRIPTION;
            only(op, from, to, SETTABLE)?;
            if !SETTABLE.iter().any(|name| differs(from, to, name)) {
                return Ok(());
            }
            let gone = || impossible(op, format!("there is no subscription {id}"));
            let arn = subscription(cx, id).await?.and_then(|it| it.subscription_arn);
            let arn = arn.ok_or_else(gone)?;
            let it = typed(op, id, to)?;
            let said = |name| differs(from, to, name);
            let monitors = arns(op, cx, it.monitor_arn_list).await?;
            let threshold = threshold(op, it.threshold_expression.as_ref())?;
            let frequency = sdk::AnomalySubscriptionFrequency::from(it.frequency.as_str());
            let subscribers: Vec<_> = it.subscribers.iter().map(subscriber).collect();
            let client = Client::new(cx.config());
            let request = || {
                client
                    .update_anomaly_subscription()
                    .subscription_arn(&arn)
                    .set_frequency(Some(frequency.clone()).filter(|_| said("Frequency")))
                    .set_monitor_arn_list(said("MonitorArnList").then(|| monitors.clone()))
                    .set_subscribers(said("Subscribers").then(|| subscribers.clone()))
                    .set_threshold_expression(
                        threshold.clone().filter(|_| said("ThresholdExpression")),
                    )
                    .send()
            };
            cx.write(op, request).await.map(drop)
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let Some(found) = subscription(cx, id).await? else { return Ok(()) };
            let op = &ops::GET_ANOMALY_SUBSCRIPTIONS;
            let arn = found.subscription_arn.ok_or_else(|| incomplete(op))?;
            let client = Client::new(cx.config());
            let request = || client.delete_anomaly_subscription().subscription_arn(&arn).send();
            cx.write(&fix::DELETE_ANOMALY_SUBSCRIPTION, request).await.map(drop)
        })
    }
}

fn tag(op: &'static Op) -> Result<ResourceTag, Refused> {
    built(op, ResourceTag::builder().key(TAG.0).value(TAG.1).build())
}

async fn monitors(cx: &Gate<'_>) -> Result<Vec<sdk::AnomalyMonitor>, Refused> {
    let client = Client::new(cx.config());
    let request = |token| {
        let request = client.get_anomaly_monitors().set_next_page_token(token).customize();
        request.interceptor(Holds("\"AnomalyMonitors\"")).send()
    };
    let listed = cx.pages(&ops::GET_ANOMALY_MONITORS, request, |out| {
        (out.anomaly_monitors, out.next_page_token)
    });
    Ok(listed.await?.unwrap_or_default())
}

async fn monitor(cx: &Gate<'_>, id: &str) -> Result<Option<sdk::AnomalyMonitor>, Refused> {
    let is_it =
        |it: &sdk::AnomalyMonitor| it.monitor_name == id || it.monitor_arn.as_deref() == Some(id);
    Ok(monitors(cx).await?.into_iter().find(is_it))
}

async fn subscriptions(cx: &Gate<'_>) -> Result<Vec<sdk::AnomalySubscription>, Refused> {
    let client = Client::new(cx.config());
    let request = |token| {
        let request = client.get_anomaly_subscriptions().set_next_page_token(token).customize();
        request.interceptor(Holds("\"AnomalySubscriptions\"")).send()
    };
    let listed = cx.pages(&ops::GET_ANOMALY_SUBSCRIPTIONS, request, |out| {
        (out.anomaly_subscriptions, out.next_page_token)
    });
    Ok(listed.await?.unwrap_or_default())
}

async fn subscription(
    cx: &Gate<'_>,
    id: &str,
) -> Result<Option<sdk::AnomalySubscription>, Refused> {
    let is_it = |it: &sdk::AnomalySubscription| {
        it.subscription_name == id || it.subscription_arn.as_deref() == Some(id)
    };
    Ok(subscriptions(cx).await?.into_iter().find(is_it))
}

fn typed(op: &'static Op, id: &str, to: &State) -> Result<AnomalySubscriptionProperties, Refused> {
    properties(op, to, &json!({"SubscriptionName": id}))
}

/// A monitor that a fix has made by its name, as a fix speaks of it; every other by its ARN.
fn named(monitors: &[sdk::AnomalyMonitor], arn: String) -> String {
    let mut found = monitors.iter().filter(|it| it.monitor_arn.as_deref() == Some(arn.as_str()));
    match found.next().map(|it| &it.monitor_name).filter(|name| name.starts_with(OURS)) {
        Some(name) => name.clone(),
        None => arn,
    }
}

/// The ARNs of monitors, some of which may be called by their names.
async fn arns(op: &'static Op, cx: &Gate<'_>, names: Vec<String>) -> Result<Vec<String>, Refused> {
    let mut arns = Vec::new();
    for name in names {
        if name.starts_with("arn:") {
            arns.push(name);
            continue;
        }
        let gone = || impossible(op, format!("there is no monitor {name}"));
        let found = monitor(cx, &name).await?.ok_or_else(gone)?;
        arns.push(found.monitor_arn.ok_or_else(|| incomplete(&ops::GET_ANOMALY_MONITORS))?);
    }
    Ok(arns)
}

fn subscriber(it: &AnomalySubscriber) -> sdk::Subscriber {
    let ty = sdk::SubscriberType::from(it.r#type.as_str());
    sdk::Subscriber::builder().r#type(ty).address(&it.address).build()
}

/// How large an anomaly must be: one amount or share, or several joined by `And` and `Or`.
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_AnomalySubscription.html>
fn threshold(op: &'static Op, document: Option<&Value>) -> Result<Option<Expression>, Refused> {
    document.map(|document| expression(op, document)).transpose()
}

fn expression(op: &'static Op, document: &Value) -> Result<Expression, Refused> {
    let strange = || impossible(op, "its ThresholdExpression is none that can be set here");
    let map = document.as_object().filter(|map| map.len() == 1).ok_or_else(strange)?;
    let several = |value: &Value| -> Result<Vec<Expression>, Refused> {
        let items = value.as_array().ok_or_else(strange)?;
        items.iter().map(|item| expression(op, item)).collect()
    };
    let new = Expression::builder();
    match map.iter().next() {
        Some((name, value)) if name == "And" => Ok(new.set_and(Some(several(value)?)).build()),
        Some((name, value)) if name == "Or" => Ok(new.set_or(Some(several(value)?)).build()),
        Some((name, value)) if name == "Dimensions" => {
            let texts = |name: &str| -> Result<Vec<String>, Refused> {
                let items = value[name].as_array().ok_or_else(strange)?;
                let texts = items.iter().map(|it| it.as_str().map(str::to_owned));
                texts.collect::<Option<_>>().ok_or_else(strange)
            };
            let options = texts("MatchOptions")?;
            let dimensions = sdk::DimensionValues::builder()
                .key(value["Key"].as_str().ok_or_else(strange)?.into())
                .set_values(Some(texts("Values")?))
                .set_match_options(Some(options.iter().map(|it| it.as_str().into()).collect()));
            Ok(new.dimensions(dimensions.build()).build())
        }
        _ => Err(strange()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OP: &Op = &fix::CREATE_ANOMALY_SUBSCRIPTION;

    #[test]
    fn thresholds_are_documents() {
        let one = |key: &str| {
            json!({"Dimensions": {
                "Key": key, "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": ["50"],
            }})
        };
        let absolute = one("ANOMALY_TOTAL_IMPACT_ABSOLUTE");
        let both = json!({"And": [absolute, one("ANOMALY_TOTAL_IMPACT_PERCENTAGE")]});
        let found = expression(OP, &both).expect("an expression").and.unwrap_or_default();
        assert_eq!(found.len(), 2);
        let dimensions = found[0].dimensions.as_ref().expect("dimensions");
        assert_eq!(dimensions.values(), ["50"]);
        for strange in [
            json!("{}"),
            json!({}),
            json!({"Tags": {"Key": "x"}}),
            json!({"Dimensions": {"Key": "x", "MatchOptions": [], "Values": [50]}}),
        ] {
            assert!(expression(OP, &strange).is_err(), "{strange}");
        }
    }

    #[test]
    fn monitors_of_ours_go_by_their_names() {
        let monitor = |name: &str, arn: &str| {
            let monitor = sdk::AnomalyMonitor::builder().monitor_name(name).monitor_arn(arn);
            monitor.monitor_type(sdk::MonitorType::Dimensional).build().expect("a monitor")
        };
        let known = [monitor("audit-x", "arn:1"), monitor("theirs", "arn:2")];
        let names = ["arn:1", "arn:2", "arn:3"].map(|arn| named(&known, arn.to_owned()));
        assert_eq!(names, ["audit-x", "arn:2", "arn:3"]);
    }
}
