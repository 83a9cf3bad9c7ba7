//! What is sent on the alert path: by whom, and in which words. That decides who lets it in, and what filters do to it.

use std::borrow::Cow;

use serde_json::Value;

use crate::engine::events::notifications;
use crate::engine::node::ResourceNode;

/// Something that a service sends to a topic.
#[derive(Clone, Copy, Debug)]
pub struct Signal<'a> {
    /// The service.
    pub publisher: Publisher,
    /// ARN of what it acts for.
    pub arn: &'a str,
    /// What it says.
    pub body: Body<'a>,
}

/// A service that publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Publisher {
    /// CloudWatch, for an alarm.
    CloudWatch,
    /// AWS Budgets.
    Budgets,
    /// A rule of EventBridge.
    EventBridge,
    /// AWS Cost Anomaly Detection.
    CostAnomalyDetection,
}

impl Publisher {
    /// The name by which rules and messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Publisher::CloudWatch => "CloudWatch",
            Publisher::Budgets => "Budgets",
            Publisher::EventBridge => "EventBridge",
            Publisher::CostAnomalyDetection => "CostAnomalyDetection",
        }
    }

    /// The one of this name.
    pub fn find(name: &str) -> Option<Publisher> {
        let all = [
            Publisher::CloudWatch,
            Publisher::Budgets,
            Publisher::EventBridge,
            Publisher::CostAnomalyDetection,
        ];
        all.into_iter().find(|publisher| publisher.name() == name)
    }
}

/// What is said. Nothing of it carries message attributes.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// An alarm went to ALARM.
    Alarm(ResourceNode<'a>),
    /// An event, as a rule passes it on.
    Event(&'a Value),
    /// A JSON document of which nothing more is known.
    Json,
    /// What a rule made of an event, in words of the team's own.
    Made,
    /// Plain text.
    Text,
}

impl<'a> Body<'a> {
    /// The kind of message.
    pub fn message(self) -> Message {
        match self {
            Body::Alarm(_) | Body::Event(_) | Body::Json => Message::Json,
            Body::Made => Message::Made,
            Body::Text => Message::Text,
        }
    }

    /// The JSON document, as far as it is known.
    pub fn json(self) -> Option<Cow<'a, Value>> {
        match self {
            Body::Alarm(alarm) => notifications::alarm(alarm.view).map(Cow::Owned),
            Body::Event(event) => Some(Cow::Borrowed(event)),
            Body::Json | Body::Made | Body::Text => None,
        }
    }
}

/// The kind of message that receivers see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// An AWS service's JSON document.
    Json,
    /// What a rule made of one, in words of the team's own.
    Made,
    /// Plain text.
    Text,
}
