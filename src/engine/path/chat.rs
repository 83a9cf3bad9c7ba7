//! AWS's chat service: whether a Slack channel hears what goes to it.
//!
//! <https://docs.aws.amazon.com/chatbot/latest/adminguide/troubleshooting.html>

use super::{Link, Message, Reach};
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::World;
use crate::model::GLOBAL;

/// Type of a channel.
pub const CHANNEL: &str = "AWS::Chatbot::SlackChannelConfiguration";

/// Where a message ends that a topic hands to the service.
pub fn of_topic(world: &World<'_>, topic: ResourceNode<'_>, message: Message) -> Reach {
    let (account, arn) = (topic.view.account(), topic.view.arn());
    let mut ways = Vec::new();
    for &i in world.joins.candidates(CHANNEL, "SnsTopicArns", &arn) {
        let channel = world.node(i);
        if channel.view.account() != account {
            continue;
        }
        match channel.texts("SnsTopicArns") {
            Err(unknown) => ways.push(Reach::unknown(unknown)),
            Ok(topics) if topics.contains(&arn) => {
                ways.push(hears(world, channel, message));
            }
            Ok(_) => {}
        }
    }
    if let Some(gap) = world.list_gap(CHANNEL, account, GLOBAL) {
        ways.push(Reach::unknown(Unknown::Gap(gap)));
    } else if ways.is_empty() {
        // Channels of Teams are not read, and rooms of Chime cannot be.
        let reason = Reason::ChatElsewhere(topic.view.name().into_owned());
        ways.push(Reach::undecided(Link::new(CHANNEL, topic.view.id(), reason)));
    }
    Reach::any(ways)
}

/// Whether the channel of this ARN hears what AWS User Notifications send it.
pub fn of_arn(world: &World<'_>, account: &str, arn: &str) -> Reach {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    match world.find(CHANNEL, account, GLOBAL, name) {
        Err(unknown) => Reach::unknown(unknown),
        Ok(Some(channel)) if channel.view.arn() == arn => hears(world, channel, Message::Json),
        Ok(_) => {
            let reason = Reason::ChannelUndecided(name.to_owned());
            Reach::undecided(Link::new(CHANNEL, name, reason))
        }
    }
}

fn hears(world: &World<'_>, channel: ResourceNode<'_>, message: Message) -> Reach {
    let name = channel.view.name().into_owned();
    let link = |reason: Reason| Link::new(CHANNEL, channel.view.id(), reason);
    if !world.team.counts.slack {
        return Reach::nobody(link(Reason::NotCounted("slack".to_owned())));
    }
    match channel.status_text("State") {
        Err(unknown) => Reach::unknown(unknown).of(CHANNEL, channel.view.id()),
        Ok(Some(state)) if state == "ENABLED" => match message {
            // It drops what is none of the messages that it knows.
            Message::Made => Reach::undecided(link(Reason::ChatMessageUndecided(name))),
            Message::Json | Message::Text => Reach::someone(link(Reason::Channel(name))),
        },
        Ok(Some(state)) => Reach::nobody(link(Reason::ChannelState(name, state.into_owned()))),
        Ok(None) => Reach::undecided(link(Reason::ChannelUndecided(name))),
    }
}
