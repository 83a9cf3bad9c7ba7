//! Amazon EventBridge.

use serde_json::Value;

super::resource_type! {
    /// A rule; its id is `name`, on another bus than the default one `bus|name`.
    Rule = "AWS::Events::Rule", RuleProperties, RuleStatus
}
super::resource_type! {
    /// A bus; its id is its name.
    EventBus = "AWS::Events::EventBus", EventBusProperties, EventBusStatus
}

super::shape! {
    /// CloudFormation's `AWS::Events::Rule`.
    "PascalCase" RuleProperties {
        /// Its name.
        name: String,
        /// Its bus, `default` or another's name.
        event_bus_name: String,
        /// Words for people.
        description: Option<String>,
        /// Which events it takes.
        event_pattern: Option<Value>,
        /// When it makes events itself.
        schedule_expression: Option<String>,
        /// `ENABLED`, `DISABLED` or `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
        state: String,
        /// Where events go, sorted by id.
        #[serde(default)]
        targets: Vec<Target>,
    }
    /// Where events go.
    "PascalCase" Target {
        /// Its id within the rule.
        id: String,
        /// ARN of a topic, a function, a bus, ...
        arn: String,
        /// Role that the target is called with.
        role_arn: Option<String>,
        /// What is sent: `Input`, `InputPath` or `InputTransformer`; the event itself when absent.
        input_kind: Option<String>,
    }
    /// From `events:ListRules`.
    "PascalCase" RuleStatus {
        /// The AWS service that made the rule for itself.
        managed_by: Option<String>,
    }
    /// CloudFormation's `AWS::Events::EventBus`.
    "PascalCase" EventBusProperties {
        /// Its name.
        name: String,
    }
    /// From `events:ListEventBuses`.
    "PascalCase" EventBusStatus {
        /// Who may put events onto it, beside the account itself; null when nobody.
        policy: Option<Value>,
    }
}
