//! AWS Budgets: plain budgets of the whole account, and who hears of them.

use aws_sdk_budgets::Client;
use aws_sdk_budgets::operation::RequestId;
use aws_sdk_budgets::types::{self as sdk, ResourceTag};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::json;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::Op;
use crate::model::ops::{self, fix};
use crate::model::types::budgets::{
    BudgetData, BudgetProperties, CostTypes, Notification, NotificationWithSubscribers, Spend,
    Subscriber, TimePeriod,
};

use super::{TAG, built, kind, properties, settle, state};
use crate::aws::budgets::{data, heard, listed};
use crate::aws::gate::{Gate, impossible, incomplete};

/// A budget; its id is its name.
pub struct Budget;

impl<'g> Handler<Gate<'g>> for Budget {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Budgets::Budget")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let Some(found) = find(cx, id).await? else { return Ok(None) };
            let Some(notifications) = notifications(cx, id).await? else { return Ok(None) };
            let (budget, _) = data(found).ok_or_else(|| incomplete(&fix::DESCRIBE_BUDGET))?;
            Ok(Some(state(&BudgetProperties {
                budget,
                notifications_with_subscribers: notifications,
            })))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_BUDGET;
            let wanted = typed(op, id, to)?;
            let budget = plain(op, id, wanted.budget)?;
            let notifications = wanted.notifications_with_subscribers.iter().map(|it| {
                let (notification, subscribers) = both(op, it)?;
                let both = sdk::NotificationWithSubscribers::builder();
                built(
                    op,
                    both.notification(notification).set_subscribers(Some(subscribers)).build(),
                )
            });
            let notifications = notifications.collect::<Result<Vec<_>, Refused>>()?;
            let tag = built(op, ResourceTag::builder().key(TAG.0).value(TAG.1).build())?;
            let client = Client::new(cx.config());
            let request = client.create_budget().account_id(cx.account()).budget(budget);
            let request =
                request.set_notifications_with_subscribers(Some(notifications)).resource_tags(tag);
            match cx.write(op, || request.clone().send()).await? {
                Some(_) => Ok(()),
                None => settle(self, op, cx, id, to).await,
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
            let op = &fix::UPDATE_BUDGET;
            let (from, to) = (typed(op, id, from)?, typed(op, id, to)?);
            if from.budget != to.budget {
                update_budget(cx, id, to.budget).await?;
            }
            let (from, to) =
                (from.notifications_with_subscribers, to.notifications_with_subscribers);
            // First what goes: a budget takes only so many, and one with other subscribers is another.
            for it in from.iter().filter(|it| !to.iter().any(|other| same(it, other))) {
                delete_notification(cx, id, it).await?;
            }
            for it in to.iter().filter(|it| !from.iter().any(|other| same(it, other))) {
                create_notification(cx, id, it).await?;
            }
            Ok(())
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let request = || client.delete_budget().account_id(cx.account()).budget_name(id).send();
            cx.write(&fix::DELETE_BUDGET, request).await.map(drop)
        })
    }
}

fn typed(op: &'static Op, id: &str, state: &State) -> Result<BudgetProperties, Refused> {
    properties(op, state, &json!({"Budget": {"BudgetName": id, "BudgetType": "COST"}}))
}

async fn find(cx: &Gate<'_>, id: &str) -> Result<Option<sdk::Budget>, Refused> {
    let op = &fix::DESCRIBE_BUDGET;
    let request = Client::new(cx.config()).describe_budget().account_id(cx.account());
    let request = request.budget_name(id).show_filter_expression(true).send();
    let Some(out) = cx.read(op, request).await? else { return Ok(None) };
    out.budget.map(Some).ok_or_else(|| incomplete(op))
}

/// The budget's notifications with who hears each; none when it is gone.
async fn notifications(
    cx: &Gate<'_>,
    id: &str,
) -> Result<Option<Vec<NotificationWithSubscribers>>, Refused> {
    let op = &ops::DESCRIBE_NOTIFICATIONS_FOR_BUDGET;
    let client = Client::new(cx.config());
    let request = |token| {
        let request = client.describe_notifications_for_budget().account_id(cx.account());
        request.budget_name(id).max_results(100).set_next_token(token).send()
    };
    let found = cx.pages(op, request, |out| {
        let is_aws = out.request_id().is_some();
        // Each as a result: a list that lacks without being AWS's is no empty list.
        (results(op, listed(out.notifications, is_aws)), out.next_token)
    });
    let Some(found) = found.await? else { return Ok(None) };
    let mut all = Vec::new();
    for notification in found {
        let notification = notification?;
        if let Some(subscribers) = subscribers(cx, &client, id, &notification).await? {
            all.push(heard(notification, subscribers));
        }
    }
    Ok(Some(all))
}

async fn subscribers(
    cx: &Gate<'_>,
    client: &Client,
    id: &str,
    notification: &sdk::Notification,
) -> Result<Option<Vec<sdk::Subscriber>>, Refused> {
    let op = &ops::DESCRIBE_SUBSCRIBERS_FOR_NOTIFICATION;
    let request = |token| {
        let request = client.describe_subscribers_for_notification().account_id(cx.account());
        let request = request.budget_name(id).notification(notification.clone());
        request.max_results(100).set_next_token(token).send()
    };
    let found = cx.pages(op, request, |out| {
        let is_aws = out.request_id().is_some();
        (results(op, listed(out.subscribers, is_aws)), out.next_token)
    });
    found.await?.map(|found| found.into_iter().collect()).transpose()
}

fn results<T>(op: &'static Op, list: Option<Vec<T>>) -> Vec<Result<T, Refused>> {
    match list {
        Some(list) => list.into_iter().map(Ok).collect(),
        None => vec![Err(incomplete(op))],
    }
}

/// A new budget, as the SDK wants it.
fn plain(op: &'static Op, id: &str, it: BudgetData) -> Result<sdk::Budget, Refused> {
    untouched(
        op,
        &BudgetData { budget_name: it.budget_name.clone(), ..BudgetData::default() },
        &it,
    )?;
    let budget = sdk::Budget::builder()
        .budget_name(id)
        .budget_type(sdk::BudgetType::from(it.budget_type.as_str()))
        .time_unit(sdk::TimeUnit::from(it.time_unit.as_deref().unwrap_or("MONTHLY")));
    let mut budget = built(op, budget.build())?;
    set(op, &mut budget, it)?;
    Ok(budget)
}

/// Writes the budget, whole, as it is but for what should be another:
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_UpdateBudget.html>.
async fn update_budget(cx: &Gate<'_>, id: &str, to: BudgetData) -> Result<(), Refused> {
    let op = &fix::UPDATE_BUDGET;
    let gone = || impossible(op, format!("there is no budget {id}"));
    let mut budget = find(cx, id).await?.ok_or_else(gone)?;
    let (present, _) = data(budget.clone()).ok_or_else(|| incomplete(op))?;
    untouched(op, &present, &to)?;
    if present.planned_budget_limits.is_some() || present.auto_adjust_data.is_some() {
        let message = format!("the limit of budget {id} changes by itself; change it by hand");
        return Err(impossible(op, message));
    }
    if present.cost_filters.is_some() || present.filter_expression.is_some() {
        let message = format!("budget {id} is about a part of the costs; change it by hand");
        return Err(impossible(op, message));
    }
    set(op, &mut budget, to)?;
    budget.calculated_spend = None;
    budget.last_updated_time = None;
    budget.health_status = None;
    let client = Client::new(cx.config());
    let request = client.update_budget().account_id(cx.account()).new_budget(budget);
    cx.write(op, || request.clone().send()).await.map(drop)
}

/// That nothing should change that is not written here.
fn untouched(op: &'static Op, from: &BudgetData, to: &BudgetData) -> Result<(), Refused> {
    let changed = [
        ("BudgetName", from.budget_name != to.budget_name),
        ("PlannedBudgetLimits", from.planned_budget_limits != to.planned_budget_limits),
        ("CostFilters", from.cost_filters != to.cost_filters),
        ("FilterExpression", from.filter_expression != to.filter_expression),
        ("BillingViewArn", from.billing_view_arn != to.billing_view_arn),
        ("AutoAdjustData", from.auto_adjust_data != to.auto_adjust_data),
    ];
    match changed.iter().find(|(_, is_changed)| *is_changed) {
        Some((name, _)) => {
            Err(impossible(op, format!("{name} of a budget cannot be set here; do it by hand")))
        }
        None => Ok(()),
    }
}

#[expect(deprecated, reason = "older budgets say so still")]
fn set(op: &'static Op, budget: &mut sdk::Budget, to: BudgetData) -> Result<(), Refused> {
    budget.budget_type = sdk::BudgetType::from(to.budget_type.as_str());
    if let Some(unit) = &to.time_unit {
        budget.time_unit = sdk::TimeUnit::from(unit.as_str());
    }
    budget.budget_limit = to.budget_limit.map(|it| spend(op, &it)).transpose()?;
    budget.time_period = to.time_period.map(|it| period(op, &it)).transpose()?;
    let metrics = to.metrics.unwrap_or_default();
    // The new style stands for the old one, which cannot be said beside it.
    budget.cost_types = to.cost_types.filter(|_| metrics.is_empty()).map(|it| cost_types(&it));
    let metrics: Vec<_> = metrics.iter().map(|it| sdk::Metric::from(it.as_str())).collect();
    budget.metrics = (!metrics.is_empty()).then_some(metrics);
    Ok(())
}

/// Money as text; Rust's shortest form that means the same number never has an exponent.
fn spend(op: &'static Op, it: &Spend) -> Result<sdk::Spend, Refused> {
    built(op, sdk::Spend::builder().amount(it.amount.to_string()).unit(&it.unit).build())
}

fn period(op: &'static Op, it: &TimePeriod) -> Result<sdk::TimePeriod, Refused> {
    let time = |text: &Option<String>| {
        let time = text.as_ref().map(|text| DateTime::from_str(text, Format::DateTime));
        time.transpose().map_err(|error| impossible(op, error.to_string()))
    };
    Ok(sdk::TimePeriod::builder().set_start(time(&it.start)?).set_end(time(&it.end)?).build())
}

fn cost_types(it: &CostTypes) -> sdk::CostTypes {
    sdk::CostTypes::builder()
        .set_include_tax(it.include_tax)
        .set_include_subscription(it.include_subscription)
        .set_use_blended(it.use_blended)
        .set_include_refund(it.include_refund)
        .set_include_credit(it.include_credit)
        .set_include_upfront(it.include_upfront)
        .set_include_recurring(it.include_recurring)
        .set_include_other_subscription(it.include_other_subscription)
        .set_include_support(it.include_support)
        .set_include_discount(it.include_discount)
        .set_use_amortized(it.use_amortized)
        .build()
}

/// A notification and its subscribers, as the SDK wants them.
fn both(
    op: &'static Op,
    it: &NotificationWithSubscribers,
) -> Result<(sdk::Notification, Vec<sdk::Subscriber>), Refused> {
    let subscriber = |it: &Subscriber| {
        let ty = sdk::SubscriptionType::from(it.subscription_type.as_str());
        built(op, sdk::Subscriber::builder().subscription_type(ty).address(&it.address).build())
    };
    let subscribers = it.subscribers.iter().map(subscriber).collect::<Result<_, _>>()?;
    let Notification { notification_type, comparison_operator, threshold, threshold_type } =
        &it.notification;
    let notification = sdk::Notification::builder()
        .notification_type(sdk::NotificationType::from(notification_type.as_str()))
        .comparison_operator(sdk::ComparisonOperator::from(comparison_operator.as_str()))
        .threshold(*threshold)
        .set_threshold_type(threshold_type.as_deref().map(sdk::ThresholdType::from));
    Ok((built(op, notification.build())?, subscribers))
}

/// Whether two notifications say the same to the same. A threshold is a percentage unless said:
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html>.
fn same(one: &NotificationWithSubscribers, other: &NotificationWithSubscribers) -> bool {
    let plain = |it: &NotificationWithSubscribers| {
        let mut it = it.clone();
        it.notification.threshold_type.get_or_insert_with(|| "PERCENTAGE".to_owned());
        it.subscribers.sort_by(|one, other| {
            (&one.subscription_type, &one.address).cmp(&(&other.subscription_type, &other.address))
        });
        it
    };
    plain(one) == plain(other)
}

async fn delete_notification(
    cx: &Gate<'_>,
    id: &str,
    it: &NotificationWithSubscribers,
) -> Result<(), Refused> {
    let op = &fix::DELETE_NOTIFICATION;
    let (notification, _) = both(op, it)?;
    let client = Client::new(cx.config());
    let request = client.delete_notification().account_id(cx.account()).budget_name(id);
    let request = request.notification(notification);
    cx.write(op, || request.clone().send()).await.map(drop)
}

async fn create_notification(
    cx: &Gate<'_>,
    id: &str,
    it: &NotificationWithSubscribers,
) -> Result<(), Refused> {
    let op = &fix::CREATE_NOTIFICATION;
    let (notification, subscribers) = both(op, it)?;
    let client = Client::new(cx.config());
    let request = client.create_notification().account_id(cx.account()).budget_name(id);
    let request = request.notification(notification).set_subscribers(Some(subscribers));
    cx.write(op, || request.clone().send()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_no_float_noise() {
        for (amount, text) in
            [(1000.0, "1000"), (0.1, "0.1"), (12.34, "12.34"), (1e21, "1000000000000000000000")]
        {
            let money = spend(&fix::CREATE_BUDGET, &Spend { amount, unit: "USD".to_owned() });
            assert_eq!(money.map(|it| it.amount), Ok(text.to_owned()));
        }
    }

    #[test]
    fn notifications_are_compared_by_meaning() {
        let notification = |ty: Option<&str>, addresses: [&str; 2]| NotificationWithSubscribers {
            notification: Notification {
                threshold_type: ty.map(str::to_owned),
                ..Notification::default()
            },
            subscribers: addresses
                .map(|address| Subscriber {
                    subscription_type: "EMAIL".to_owned(),
                    address: address.to_owned(),
                })
                .to_vec(),
        };
        let one = notification(None, ["a", "b"]);
        assert!(same(&one, &notification(Some("PERCENTAGE"), ["b", "a"])));
        assert!(!same(&one, &notification(Some("ABSOLUTE_VALUE"), ["a", "b"])));
        assert!(!same(&one, &notification(None, ["a", "c"])));
    }
}
