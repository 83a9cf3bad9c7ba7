//! AWS Budgets.

use std::collections::BTreeMap;

use serde_json::Value;

super::resource_type! {
    /// A budget.
    Budget = "AWS::Budgets::Budget", BudgetProperties, BudgetStatus
}

super::shape! {
    /// CloudFormation's `AWS::Budgets::Budget`.
    "PascalCase" BudgetProperties {
        /// The budget.
        budget: BudgetData,
        /// Notifications, each with who hears it.
        #[serde(default)]
        notifications_with_subscribers: Vec<NotificationWithSubscribers>,
    }
    /// The budget itself.
    "PascalCase" BudgetData {
        /// Its name.
        budget_name: String,
        /// `COST`, `USAGE`, ...
        budget_type: String,
        /// `MONTHLY`, ...
        time_unit: Option<String>,
        /// The limit.
        budget_limit: Option<Spend>,
        /// Limits that change from period to period, by the periods' beginnings in epoch seconds.
        planned_budget_limits: Option<BTreeMap<String, Spend>>,
        /// Old style filters; empty when it is about the whole account.
        cost_filters: Option<Value>,
        /// New style filter; absent when it is about the whole account.
        filter_expression: Option<Value>,
        /// Which costs count, in the old style.
        cost_types: Option<CostTypes>,
        /// Which costs count, in the new style: `UnblendedCost`, ...
        metrics: Option<Vec<String>>,
        /// The billing view it is about; absent or `billingview/primary` for the whole account.
        billing_view_arn: Option<String>,
        /// When it holds.
        time_period: Option<TimePeriod>,
        /// Present when the limit adjusts itself.
        auto_adjust_data: Option<Value>,
    }
    /// Which costs count; absent means AWS's default.
    "PascalCase" CostTypes {
        /// Taxes.
        include_tax: Option<bool>,
        /// Subscriptions.
        include_subscription: Option<bool>,
        /// Blended rates.
        use_blended: Option<bool>,
        /// Refunds.
        include_refund: Option<bool>,
        /// Credits.
        include_credit: Option<bool>,
        /// Fees paid up front.
        include_upfront: Option<bool>,
        /// Recurring fees.
        include_recurring: Option<bool>,
        /// Other subscriptions.
        include_other_subscription: Option<bool>,
        /// Support.
        include_support: Option<bool>,
        /// Discounts.
        include_discount: Option<bool>,
        /// Amortized rates.
        use_amortized: Option<bool>,
    }
    /// When a budget holds.
    "PascalCase" TimePeriod {
        /// RFC 3339.
        start: Option<String>,
        /// RFC 3339.
        end: Option<String>,
    }
    /// Money.
    "PascalCase" Spend {
        /// How much.
        amount: f64,
        /// `USD`, ...
        unit: String,
    }
    /// A notification with who hears it.
    "PascalCase" NotificationWithSubscribers {
        /// The notification.
        notification: Notification,
        /// Who hears it.
        #[serde(default)]
        subscribers: Vec<Subscriber>,
    }
    /// When a budget speaks.
    "PascalCase" Notification {
        /// `ACTUAL` or `FORECASTED`.
        notification_type: String,
        /// `GREATER_THAN`, `LESS_THAN` or `EQUAL_TO`.
        comparison_operator: String,
        /// Percent or money.
        threshold: f64,
        /// `PERCENTAGE` or `ABSOLUTE_VALUE`.
        threshold_type: Option<String>,
    }
    /// Who hears a budget.
    "PascalCase" Subscriber {
        /// `EMAIL` or `SNS`.
        subscription_type: String,
        /// An address or a topic's ARN.
        address: String,
    }
    /// From `budgets:DescribeBudgets`.
    "PascalCase" BudgetStatus {
        /// What was spent and will be.
        calculated_spend: Option<CalculatedSpend>,
    }
    /// What was spent and will be.
    "PascalCase" CalculatedSpend {
        /// So far.
        actual_spend: Option<Spend>,
        /// By the end; absent while there is too little data.
        forecasted_spend: Option<Spend>,
    }
}
