//! Signatures of the functions that rules may call, with what each reads. The engine implements
//! them; here stands only what the checker and the documentation need.

use std::fmt;

use crate::model::ENDPOINT_TYPE;

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// A resource of any type.
    AnyResource,
    /// A resource of one of these types.
    Resource(&'static [&'static str]),
    /// A string.
    Str,
    /// A literal resource type.
    TypeName,
    /// A literal top-level property of the type named before it, or [`ARN`].
    PropertyName,
    /// One of these literals.
    OneOf(&'static [&'static str]),
}

/// What every resource can be looked up by, beside its properties.
pub const ARN: &str = "arn";

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// `bool`
    Bool,
    /// A number.
    Num,
    /// A number, or null.
    NumOrNull,
    /// A string.
    Str,
    /// Strings.
    Strings,
    /// Resources of this type.
    Resources(&'static str),
    /// Resources of the type named by the `TypeName` argument.
    ResourcesOfNamedType,
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Param::AnyResource => f.write_str("resource"),
            Param::Resource(types) => f.write_str(&types.join(" or ")),
            Param::Str => f.write_str("string"),
            Param::TypeName => f.write_str("'Type'"),
            Param::PropertyName => f.write_str("'Property'"),
            Param::OneOf(choices) => write!(f, "'{}'", choices.join("' or '")),
        }
    }
}

impl fmt::Display for Gives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gives::Bool => f.write_str("bool"),
            Gives::Num => f.write_str("number"),
            Gives::NumOrNull => f.write_str("number or null"),
            Gives::Str => f.write_str("string"),
            Gives::Strings => f.write_str("list(string)"),
            Gives::Resources(ty) => write!(f, "list({ty})"),
            Gives::ResourcesOfNamedType => f.write_str("list(Type)"),
        }
    }
}

/// A host function.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its parameters.
    pub params: &'static [Param],
    /// Its result.
    pub gives: Gives,
    /// Resource types it reads beside its arguments; a gap in one makes it raise.
    pub reads: &'static [&'static str],
    /// One sentence for rule authors.
    pub doc: &'static str,
}

const ALARM: &str = "AWS::CloudWatch::Alarm";
const COMPOSITE: &str = "AWS::CloudWatch::CompositeAlarm";
const TOPIC: &str = "AWS::SNS::Topic";
const SUBSCRIPTION: &str = "AWS::SNS::Subscription";
const FUNCTION: &str = "AWS::Lambda::Function";
const BUDGET: &str = "AWS::Budgets::Budget";
const ANOMALY_SUBSCRIPTION: &str = "AWS::CE::AnomalySubscription";
const RULE: &str = "AWS::Events::Rule";
const CANARY: &str = "AWS::Synthetics::Canary";
/// Events that `event_reaches_someone` knows a sample of; GuardDuty's by their severity.
pub const EVENTS: &[&str] = &["guardduty-7", "guardduty-8.5", "guardduty-9.5", "health"];
const PATH: &[&str] = &[ALARM, COMPOSITE, TOPIC, SUBSCRIPTION, FUNCTION];

/// Every host function, sorted by name.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "age_days",
        params: &[Param::Str],
        gives: Gives::Num,
        reads: &[],
        doc: "Days from an RFC 3339 time to the snapshot's collection.",
    },
    Function {
        name: "age_minutes",
        params: &[Param::Str],
        gives: Gives::Num,
        reads: &[],
        doc: "Minutes from an RFC 3339 time to the snapshot's collection.",
    },
    Function {
        name: "alarms",
        params: &[Param::AnyResource, Param::Str, Param::Str, Param::OneOf(&["above", "below"])],
        gives: Gives::Resources(ALARM),
        reads: &[ALARM],
        doc: "Metric alarms that watch this resource: namespace, metric, dimensions, direction and statistic fit.",
    },
    Function {
        name: "can_fire",
        params: &[Param::Resource(&[ALARM])],
        gives: Gives::Bool,
        reads: &[],
        doc: "Whether the alarm's threshold can be crossed by its metric.",
    },
    Function {
        name: "canaries_probing",
        params: &[Param::Resource(&[ENDPOINT_TYPE])],
        gives: Gives::Resources(CANARY),
        reads: &[CANARY],
        doc: "Canaries of the account that probe this endpoint, in whatever region they run.",
    },
    Function {
        name: "canary_name",
        params: &[Param::Resource(&[ENDPOINT_TYPE])],
        gives: Gives::Str,
        reads: &[],
        doc: "The name of the canary that a fix makes for an endpoint: the same for the same URL.",
    },
    Function {
        name: "entitled",
        params: &[Param::AnyResource, Param::OneOf(&["support:DescribeTrustedAdvisorChecks"])],
        gives: Gives::Bool,
        reads: &[],
        doc: "Whether the account is subscribed to what the operation asks of (a support plan, say).",
    },
    Function {
        name: "event_reaches_someone",
        params: &[Param::AnyResource, Param::OneOf(EVENTS)],
        gives: Gives::Bool,
        reads: &[RULE, TOPIC, SUBSCRIPTION, FUNCTION],
        doc: "Whether such an event, were it to happen in the region now, would arrive at a living receiver.",
    },
    Function {
        name: "lets_in",
        params: &[
            Param::Resource(&[TOPIC]),
            Param::OneOf(&["Budgets", "CloudWatch", "CostAnomalyDetection", "EventBridge"]),
        ],
        gives: Gives::Bool,
        reads: &[],
        doc: "Whether the topic's policy and key let this service publish, for this account.",
    },
    Function {
        name: "lets_publishers_in",
        params: &[Param::Resource(&[TOPIC])],
        gives: Gives::Bool,
        reads: &[ALARM, COMPOSITE, BUDGET, RULE, ANOMALY_SUBSCRIPTION],
        doc: "Whether the topic's policy and key let in each service that publishes alerts to it.",
    },
    Function {
        name: "may_invoke",
        params: &[Param::Resource(&[TOPIC]), Param::Resource(&[FUNCTION])],
        gives: Gives::Bool,
        reads: &[],
        doc: "Whether the function's policy lets the topic invoke it.",
    },
    Function {
        name: "missing_data",
        params: &[Param::Resource(&[ALARM])],
        gives: Gives::Str,
        reads: &[],
        doc: "What a missing datapoint counts as: the alarm's TreatMissingData ('missing' unless set); 'notBreaching' where it computes something that stands in a metric's gaps.",
    },
    Function {
        name: "period_seconds",
        params: &[Param::Resource(&[ALARM])],
        gives: Gives::NumOrNull,
        reads: &[],
        doc: "Seconds that a datapoint of the alarm's metric covers (the shortest, of several metrics); null when it does not say.",
    },
    Function {
        name: "reaches_someone",
        params: &[Param::Resource(&[ALARM, COMPOSITE, TOPIC])],
        gives: Gives::Bool,
        reads: PATH,
        doc: "Whether what it sends arrives at a living receiver, by any path.",
    },
    Function {
        name: "related",
        params: &[Param::AnyResource, Param::TypeName, Param::PropertyName, Param::Str],
        gives: Gives::ResourcesOfNamedType,
        reads: &[],
        doc: "Resources of a type, of the same account and region, whose property equals (or, for a list, holds) the value; by 'arn' too.",
    },
    Function {
        name: "resources",
        params: &[Param::AnyResource, Param::TypeName],
        gives: Gives::ResourcesOfNamedType,
        reads: &[],
        doc: "Resources of a type in the same account and region; of an account, in all its regions.",
    },
    Function {
        name: "resources_everywhere",
        params: &[Param::AnyResource, Param::TypeName],
        gives: Gives::ResourcesOfNamedType,
        reads: &[],
        doc: "Resources of a type in the same account, in all its regions.",
    },
    Function {
        name: "schedule_minutes",
        params: &[Param::Str],
        gives: Gives::NumOrNull,
        reads: &[],
        doc: "Longest gap, in minutes, between runs of a rate(...) or cron(...) schedule; 0 when it runs once; null when it cannot be told.",
    },
    Function {
        name: "shut_out",
        params: &[Param::Resource(&[TOPIC]), Param::OneOf(&["denial", "key", "policy"])],
        gives: Gives::Strings,
        reads: &[ALARM, COMPOSITE, BUDGET, RULE, ANOMALY_SUBSCRIPTION],
        doc: "Services that publish alerts to the topic and are kept out: because its policy does not speak of them, by a denial in it, or by its key.",
    },
    Function {
        name: "statistic",
        params: &[Param::Resource(&[ALARM])],
        gives: Gives::Str,
        reads: &[],
        doc: "The statistic of the metric that the alarm watches; unknown when it computes with several.",
    },
    Function {
        name: "subscriber_reaches_someone",
        params: &[Param::Resource(&[BUDGET, ANOMALY_SUBSCRIPTION]), Param::Str, Param::Str],
        gives: Gives::Bool,
        reads: PATH,
        doc: "Whether a subscriber (EMAIL or SNS, and its address) of a budget or of cost anomalies is a living receiver.",
    },
    Function {
        name: "threshold",
        params: &[Param::Resource(&[ALARM])],
        gives: Gives::NumOrNull,
        reads: &[],
        doc: "The alarm's threshold in the unit of the metric that it watches, whatever it multiplies that with; null for what is expected of the metric; unknown when it computes with several.",
    },
    Function {
        name: "topic_in_use",
        params: &[Param::Resource(&[TOPIC])],
        gives: Gives::Bool,
        reads: &[ALARM, COMPOSITE, BUDGET],
        doc: "Whether any alarm's or budget's alert goes to the topic.",
    },
    Function {
        name: "topics_into",
        params: &[Param::Resource(&[FUNCTION])],
        gives: Gives::Resources(TOPIC),
        reads: &[TOPIC, SUBSCRIPTION, ALARM, COMPOSITE, BUDGET],
        doc: "Topics in use by alerts that have a confirmed subscription to the function.",
    },
];

/// The host function named `name`.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.name == name)
}
