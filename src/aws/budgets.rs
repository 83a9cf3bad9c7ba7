//! AWS Budgets: budgets with their notifications and who hears them.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_budgets::Client;
use aws_sdk_budgets::operation::RequestId;
use aws_sdk_budgets::operation::describe_budgets::DescribeBudgetsOutput;
use aws_sdk_budgets::types as sdk;
use futures::future::{FutureExt, LocalBoxFuture};
use serde_json::{Map, Value, json};

use crate::model::types::budgets::{
    Budget, BudgetData, BudgetProperties, BudgetStatus, CalculatedSpend, CostTypes, Notification,
    NotificationWithSubscribers, Spend, Subscriber, TimePeriod,
};
use crate::model::{Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::shape::{resource, time};

/// Collects budgets.
pub struct Budgets;

static STEPS: [Step; 3] = [
    Step { op: &ops::DESCRIBE_BUDGETS, after: &[] },
    Step { op: &ops::DESCRIBE_NOTIFICATIONS_FOR_BUDGET, after: &[&ops::DESCRIBE_BUDGETS] },
    Step {
        op: &ops::DESCRIBE_SUBSCRIBERS_FOR_NOTIFICATION,
        after: &[&ops::DESCRIBE_NOTIFICATIONS_FOR_BUDGET],
    },
];

impl Collect for Budgets {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let request = |token| {
                let request = client.describe_budgets().account_id(cx.account()).max_results(100);
                // Without being asked, AWS leaves out what part of the costs a budget is about.
                request.show_filter_expression(true).set_next_token(token).send()
            };
            let part = |out: DescribeBudgetsOutput| Some((out.budgets?, out.next_token));
            let look = |budgets| async {
                cx.keep(cx.each(budgets, |it| budget(cx, &client, it)).await.into_iter().flatten());
            };
            cx.page_by_page(&ops::DESCRIBE_BUDGETS, &[], request, part, look).await;
        }
        .boxed_local()
    }
}

/// A list of an answer. AWS Budgets leaves an empty one out (public scripts guard against that), so
/// absence counts as none where the answer bears the request id that AWS puts on all of its own.
pub(super) fn listed<T>(list: Option<Vec<T>>, is_aws: bool) -> Option<Vec<T>> {
    list.or_else(|| is_aws.then(Vec::new))
}

async fn budget(cx: &Cx<'_>, client: &Client, it: sdk::Budget) -> Option<Resource> {
    let id = it.budget_name.clone();
    let Some((budget, status)) = data(it) else {
        cx.fail(&ops::DESCRIBE_BUDGETS, &[&id], "an amount of money is no number");
        return None;
    };
    let heard = notifications(cx, client, &id).await;
    let is_known = heard.is_some();
    let properties =
        BudgetProperties { budget, notifications_with_subscribers: heard.unwrap_or_default() };
    let arn = cx.arn("budgets", &format!("budget/{id}"));
    let mut budget = resource::<Budget>(cx, id, arn, Some(properties), Some(status));
    if !is_known {
        budget.properties.remove("NotificationsWithSubscribers");
    }
    Some(budget)
}

/// The typed budget; none when an amount is no number.
#[expect(deprecated, reason = "older budgets say so still")]
pub(super) fn data(it: sdk::Budget) -> Option<(BudgetData, BudgetStatus)> {
    let (actual, forecast) = it
        .calculated_spend
        .map(|spend| (spend.actual_spend, spend.forecasted_spend))
        .unwrap_or_default();
    let spent =
        CalculatedSpend { actual_spend: spend(actual)?, forecasted_spend: spend(forecast)? };
    let data = BudgetData {
        budget_name: it.budget_name,
        budget_type: it.budget_type.as_str().to_owned(),
        time_unit: Some(it.time_unit.as_str().to_owned()),
        budget_limit: spend(it.budget_limit)?,
        planned_budget_limits: planned(it.planned_budget_limits)?,
        cost_filters: it
            .cost_filters
            .filter(|filters| !filters.is_empty())
            .map(|filters| json!(filters.into_iter().collect::<BTreeMap<_, _>>())),
        filter_expression: it.filter_expression.map(expression),
        cost_types: it.cost_types.map(cost_types),
        metrics: it
            .metrics
            .filter(|metrics| !metrics.is_empty())
            .map(|metrics| metrics.iter().map(|metric| metric.as_str().to_owned()).collect()),
        billing_view_arn: it.billing_view_arn,
        time_period: it
            .time_period
            .map(|it| TimePeriod { start: time(it.start), end: time(it.end) }),
        auto_adjust_data: it
            .auto_adjust_data
            .map(|it| json!({"AutoAdjustType": it.auto_adjust_type.as_str()})),
    };
    Some((data, BudgetStatus { calculated_spend: Some(spent) }))
}

/// Money as a number: `None` when it is none, `Some(None)` when there is no money.
#[expect(clippy::option_option, reason = "absent and unreadable are two things")]
fn spend(it: Option<sdk::Spend>) -> Option<Option<Spend>> {
    let Some(it) = it else { return Some(None) };
    let amount = it.amount.parse().ok().filter(|amount: &f64| amount.is_finite())?;
    Some(Some(Spend { amount, unit: it.unit }))
}

/// Limits by the beginnings of their periods; as of [`spend`].
#[expect(clippy::option_option, reason = "absent and unreadable are two things")]
fn planned(limits: Option<HashMap<String, sdk::Spend>>) -> Option<Option<BTreeMap<String, Spend>>> {
    let Some(limits) = limits.filter(|limits| !limits.is_empty()) else { return Some(None) };
    let limits = limits.into_iter().map(|(begins, limit)| Some((begins, spend(Some(limit))??)));
    limits.collect::<Option<_>>().map(Some)
}

fn cost_types(it: sdk::CostTypes) -> CostTypes {
    CostTypes {
        include_tax: it.include_tax,
        include_subscription: it.include_subscription,
        use_blended: it.use_blended,
        include_refund: it.include_refund,
        include_credit: it.include_credit,
        include_upfront: it.include_upfront,
        include_recurring: it.include_recurring,
        include_other_subscription: it.include_other_subscription,
        include_support: it.include_support,
        include_discount: it.include_discount,
        use_amortized: it.use_amortized,
    }
}

/// A filter in the API's own form.
fn expression(it: sdk::Expression) -> Value {
    let many = |list: Vec<sdk::Expression>| list.into_iter().map(expression).collect::<Value>();
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    put("Or", it.or.map(many));
    put("And", it.and.map(many));
    put("Not", it.not.map(|inner| expression(*inner)));
    put("Dimensions", it.dimensions.map(|d| json!({"Key": d.key.as_str(), "Values": d.values})));
    put("Tags", it.tags.map(|t| json!({"Key": t.key, "Values": t.values})));
    put("CostCategories", it.cost_categories.map(|c| json!({"Key": c.key, "Values": c.values})));
    Value::Object(map)
}

/// A budget's notifications with who hears each; none when one of the calls failed.
async fn notifications(
    cx: &Cx<'_>,
    client: &Client,
    budget: &str,
) -> Option<Vec<NotificationWithSubscribers>> {
    let request = |token| {
        let request = client.describe_notifications_for_budget().account_id(cx.account());
        request.budget_name(budget).max_results(100).set_next_token(token).send()
    };
    let about = [budget];
    let found = cx.pages(&ops::DESCRIBE_NOTIFICATIONS_FOR_BUDGET, &about, request, |out| {
        let is_aws = out.request_id().is_some();
        Some((listed(out.notifications, is_aws)?, out.next_token))
    });
    let heard = cx.each(found.await.known()?, |it| subscribers(cx, client, budget, it)).await;
    heard.into_iter().collect()
}

async fn subscribers(
    cx: &Cx<'_>,
    client: &Client,
    budget: &str,
    it: sdk::Notification,
) -> Option<NotificationWithSubscribers> {
    let request = |token| {
        let request = client.describe_subscribers_for_notification().account_id(cx.account());
        request
            .budget_name(budget)
            .notification(it.clone())
            .max_results(100)
            .set_next_token(token)
            .send()
    };
    let about = [budget];
    let found = cx.pages(&ops::DESCRIBE_SUBSCRIBERS_FOR_NOTIFICATION, &about, request, |out| {
        let is_aws = out.request_id().is_some();
        Some((listed(out.subscribers, is_aws)?, out.next_token))
    });
    let subscribers = found.await.known()?;
    Some(heard(it, subscribers))
}

/// A notification with who hears it.
pub(super) fn heard(
    it: sdk::Notification,
    subscribers: Vec<sdk::Subscriber>,
) -> NotificationWithSubscribers {
    let subscriber = |it: sdk::Subscriber| Subscriber {
        subscription_type: it.subscription_type.as_str().to_owned(),
        address: it.address,
    };
    NotificationWithSubscribers {
        subscribers: subscribers.into_iter().map(subscriber).collect(),
        notification: Notification {
            notification_type: it.notification_type.as_str().to_owned(),
            comparison_operator: it.comparison_operator.as_str().to_owned(),
            threshold: it.threshold,
            threshold_type: it.threshold_type.map(|ty| ty.as_str().to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str) -> Option<sdk::Spend> {
        sdk::Spend::builder().amount(amount).unit("USD").build().ok()
    }

    #[test]
    fn money_is_a_number_absent_or_an_error() {
        assert_eq!(
            spend(money("12.5")),
            Some(Some(Spend { amount: 12.5, unit: "USD".to_owned() }))
        );
        assert_eq!(spend(None), Some(None));
        for bad in ["", "much", "NaN", "inf"] {
            assert_eq!(spend(money(bad)), None, "{bad}");
        }
    }
}
