//! Typed properties per AWS resource type: the source of the schema that rules are checked against,
//! and what collectors fill by hand (the SDK's own types cannot be serialized).
//!
//! A field that is no `Option` is always there once its operation answered; an `Option` reads as
//! null in rules when the service said nothing. Names under `properties` are CloudFormation's, under
//! `status` the API's own. One file per service.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};

use super::ops::Scope;

pub mod account;
pub mod autoscaling;
pub mod budgets;
pub mod ce;
pub mod chatbot;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod config;
pub mod ecr;
pub mod ecs;
pub mod elbv2;
pub mod events;
pub mod guardduty;
pub mod iam;
pub mod kms;
pub mod lambda;
pub mod logs;
pub mod notifications;
pub mod rds;
pub mod s3;
pub mod sns;
pub mod synthetics;

/// Binds a resource type to its Rust structs.
pub trait ResourceType {
    /// CloudFormation type.
    const TYPE: &'static str;
    /// What `properties` hold.
    type Properties: JsonSchema;
    /// What `status` holds.
    type Status: JsonSchema;
}

/// A resource type known to the tool.
pub struct TypeInfo {
    /// CloudFormation type.
    pub name: &'static str,
    /// Regional or global.
    pub scope: Scope,
    /// CloudWatch dimensions that name the resource, with the path of each one's value.
    pub dimensions: &'static [(&'static str, &'static str)],
    /// JSON Schema of `properties`.
    pub properties: fn() -> Schema,
    /// JSON Schema of `status`.
    pub status: fn() -> Schema,
}

fn inline<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    SchemaGenerator::new(settings).into_root_schema_for::<T>()
}

const fn info<T: ResourceType>(
    scope: Scope,
    dimensions: &'static [(&'static str, &'static str)],
) -> TypeInfo {
    TypeInfo {
        name: T::TYPE,
        scope,
        dimensions,
        properties: inline::<T::Properties>,
        status: inline::<T::Status>,
    }
}

/// Every resource type that is collected.
pub static TYPES: &[TypeInfo] = &[
    info::<account::Account>(Scope::Global, &[]),
    info::<autoscaling::ScalableTarget>(Scope::Regional, &[]),
    info::<autoscaling::ScalingPolicy>(Scope::Regional, &[]),
    info::<budgets::Budget>(Scope::Global, &[]),
    info::<ce::AnomalyMonitor>(Scope::Global, &[]),
    info::<ce::AnomalySubscription>(Scope::Global, &[]),
    info::<chatbot::SlackChannelConfiguration>(Scope::Global, &[]),
    info::<cloudtrail::Trail>(Scope::Regional, &[]),
    info::<cloudwatch::Alarm>(Scope::Regional, &[]),
    info::<cloudwatch::AlarmMuteRule>(Scope::Regional, &[]),
    info::<cloudwatch::CompositeAlarm>(Scope::Regional, &[]),
    info::<config::ConfigurationRecorder>(Scope::Regional, &[]),
    info::<config::DeliveryChannel>(Scope::Regional, &[]),
    info::<ecr::Repository>(Scope::Regional, &[]),
    info::<ecr::RegistryScanningConfiguration>(Scope::Regional, &[]),
    info::<ecs::Cluster>(Scope::Regional, &[("ClusterName", "properties.ClusterName")]),
    info::<ecs::Service>(
        Scope::Regional,
        &[("ClusterName", "properties.Cluster"), ("ServiceName", "properties.ServiceName")],
    ),
    info::<ecs::TaskDefinition>(Scope::Regional, &[]),
    info::<elbv2::Listener>(Scope::Regional, &[]),
    info::<elbv2::ListenerRule>(Scope::Regional, &[]),
    info::<elbv2::LoadBalancer>(
        Scope::Regional,
        &[("LoadBalancer", "status.LoadBalancerFullName")],
    ),
    info::<elbv2::TargetGroup>(
        Scope::Regional,
        &[
            ("LoadBalancer", "status.LoadBalancerFullName"),
            ("TargetGroup", "status.TargetGroupFullName"),
        ],
    ),
    info::<events::EventBus>(Scope::Regional, &[]),
    info::<events::Rule>(Scope::Regional, &[]),
    info::<guardduty::Detector>(Scope::Regional, &[]),
    info::<iam::User>(Scope::Global, &[]),
    info::<kms::Key>(Scope::Regional, &[]),
    info::<lambda::Function>(Scope::Regional, &[]),
    info::<logs::LogGroup>(Scope::Regional, &[]),
    info::<notifications::EventRule>(Scope::Global, &[]),
    info::<notifications::ManagedNotificationConfiguration>(Scope::Global, &[]),
    info::<notifications::NotificationConfiguration>(Scope::Global, &[]),
    info::<rds::DBInstance>(
        Scope::Regional,
        &[("DBInstanceIdentifier", "properties.DBInstanceIdentifier")],
    ),
    info::<sns::Topic>(Scope::Regional, &[]),
    info::<sns::Subscription>(Scope::Regional, &[]),
    info::<synthetics::Canary>(Scope::Regional, &[("CanaryName", "properties.Name")]),
];

/// Resource types that a fix can set but a collection does not read, or not in full: what is settable
/// of them. Of the others, what is collected can be set.
pub static SETTABLE: &[TypeInfo] = &[
    info::<iam::Role>(Scope::Global, &[]),
    info::<iam::ServiceLinkedRole>(Scope::Global, &[]),
    info::<lambda::FunctionSettings>(Scope::Regional, &[]),
    info::<lambda::Permission>(Scope::Regional, &[]),
    info::<s3::Bucket>(Scope::Regional, &[]),
    info::<s3::BucketPolicy>(Scope::Regional, &[]),
    info::<sns::TopicPolicy>(Scope::Regional, &[]),
    info::<synthetics::CanarySettings>(Scope::Regional, &[]),
];

/// The type named `name` as a fix sets it.
pub fn settable(name: &str) -> Option<&'static TypeInfo> {
    SETTABLE.iter().find(|ty| ty.name == name).or_else(|| find(name))
}

/// The type named `name`, if the tool knows it.
pub fn find(name: &str) -> Option<&'static TypeInfo> {
    TYPES.iter().find(|ty| ty.name == name)
}

/// Declares a struct with serde and schema derives, PascalCase names and absent `None`s.
macro_rules! shape {
    ($($(#[$meta:meta])* $case:literal $name:ident { $($(#[$fmeta:meta])* $field:ident : $ty:ty,)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
            #[serde(rename_all = $case)]
            pub struct $name { $($(#[$fmeta])* pub $field: $ty,)* }
        )*
    };
}

/// Binds a type name to its structs.
macro_rules! resource_type {
    ($(#[$meta:meta])* $marker:ident = $name:literal, $props:ty, $status:ty) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $marker;
        impl super::ResourceType for $marker {
            const TYPE: &'static str = $name;
            type Properties = $props;
            type Status = $status;
        }
    };
}

use {resource_type, shape};

shape! {
    /// Nothing: the status of what has none.
    "PascalCase" Nothing {}
}
