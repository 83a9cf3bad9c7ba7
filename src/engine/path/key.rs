//! KMS keys of topics: there, usable, and open to the publisher.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>

use serde_json::Value;

use super::policy::{Decision, Request, decide};
use super::{Link, Reach};
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::World;

/// Type of a key.
pub const KEY: &str = "AWS::KMS::Key";

/// What a publisher does with the key; it needs both.
const ACTIONS: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

/// Why the key of a topic keeps the publisher out, if it does not let it in for sure.
pub fn locked(
    world: &World<'_>,
    topic: ResourceNode<'_>,
    publisher: &str,
    request: Request<'_>,
) -> Option<Reach> {
    let name = match topic.text("KmsMasterKeyId") {
        Err(unknown) => return Some(Reach::unknown(unknown)),
        Ok(None) => return None,
        Ok(Some(name)) if name.is_empty() => return None,
        Ok(Some(name)) => name,
    };
    let (view, topic_name) = (topic.view, topic.view.name().into_owned());
    let link = |reason: Reason| Link::new(KEY, name.as_ref(), reason);
    let publisher = publisher.to_owned();
    if name.ends_with("alias/aws/sns") {
        return Some(Reach::nobody(link(Reason::TopicAwsKey(topic_name, publisher))));
    }
    let key = match world.find(KEY, view.account(), view.region(), &name) {
        Err(unknown) => return Some(Reach::unknown(unknown)),
        Ok(None) => return Some(Reach::nobody(link(Reason::KeyMissing(topic_name)))),
        Ok(Some(key)) => key,
    };
    if key.status_text("KeyManager").ok().flatten().as_deref() == Some("AWS") {
        return Some(Reach::nobody(link(Reason::TopicAwsKey(topic_name, publisher))));
    }
    match key.flag("Enabled") {
        Err(unknown) => return Some(Reach::unknown(unknown)),
        Ok(Some(true)) => {}
        Ok(_) => return Some(Reach::nobody(link(Reason::KeyDisabled(topic_name)))),
    }
    match decided(key, request) {
        Err(unknown) => Some(Reach::unknown(unknown)),
        Ok(Decision::Allowed) => None,
        Ok(Decision::Denied | Decision::Silent) => {
            Some(Reach::nobody(link(Reason::KeyShuts(topic_name, publisher))))
        }
        Ok(Decision::Undecided(what)) => {
            Some(Reach::undecided(link(Reason::KeyUndecided(topic_name, what))))
        }
    }
}

/// What the key's policy says to all that the publisher does: the worst answer.
fn decided(key: ResourceNode<'_>, request: Request<'_>) -> Result<Decision, Unknown> {
    let policy = key.property("KeyPolicy")?;
    let policy = policy.and_then(|it| it.parse::<Value>().ok()).unwrap_or_default();
    let arn = key.view.arn();
    let mut worst = Decision::Allowed;
    for action in ACTIONS {
        // A key knows nothing of the topic's owner, only of who calls and for what.
        let request = Request { action, resource: &arn, source_owner: false, ..request };
        match (decide(&policy, &request), &worst) {
            (Decision::Allowed, _) => {}
            (no @ (Decision::Denied | Decision::Silent), _) => return Ok(no),
            (open, _) => worst = open,
        }
    }
    Ok(worst)
}
