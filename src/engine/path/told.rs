//! AWS User Notifications: events that they take, and the channels that they tell.
//!
//! <https://docs.aws.amazon.com/notifications/latest/userguide/what-is-service.html>

use serde_json::Value;

use super::{Link, Reach, arn, chat};
use crate::engine::events::pattern;
use crate::engine::maybe::Maybe;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::World;
use crate::model::GLOBAL;
use crate::snapshot::Json;

/// Type of a rule of AWS User Notifications.
pub const TOLD: &str = "AWS::Notifications::EventRule";
/// Type of a configuration of theirs.
pub const CONFIGURATION: &str = "AWS::Notifications::NotificationConfiguration";
/// Type of a configuration that AWS manages.
pub const MANAGED: &str = "AWS::Notifications::ManagedNotificationConfiguration";

/// Whether the account uses AWS User Notifications.
pub fn is_used(world: &World<'_>, account: &str) -> bool {
    world.snapshot.of_type_in(TOLD, account, GLOBAL).next().is_some()
}

/// Ways by which AWS User Notifications tell of an event.
pub fn ways(world: &World<'_>, (account, region): (&str, &str), event: &Value) -> Vec<Reach> {
    let mut ways = Vec::new();
    for i in world.snapshot.of_type_in(TOLD, account, GLOBAL) {
        let rule = world.node(i);
        match takes(rule, region, event) {
            Err(unknown) => ways.push(Reach::unknown(unknown)),
            Ok(Maybe::No) => {}
            Ok(taken) => {
                let Some(end) = by(world, rule) else { continue };
                ways.push(match taken {
                    Maybe::Open(what) => {
                        let reason = Reason::PatternUndecided(rule.view.id().into_owned(), what);
                        end.perhaps(Link::new(TOLD, rule.view.id(), reason))
                    }
                    _ => end,
                });
            }
        }
    }
    // AWS's own notifications carry no public events, so of these they are no way:
    // https://docs.aws.amazon.com/health/latest/ug/manage-user-notifications.html
    let is_public = event["detail"]["eventScopeCode"] == "PUBLIC";
    let is_managed = event["source"] == "aws.health" && !is_public;
    if event["source"] == "aws.health" {
        let managed = world.snapshot.of_type_in(MANAGED, account, GLOBAL).map(|i| world.node(i));
        let fitting = managed.filter(|it| {
            let part = |key| it.text(key).ok().flatten();
            part("Category").as_deref() == Some("AWS-Health")
                && part("SubCategory").as_deref() == Some(sub_category(event))
        });
        ways.extend(fitting.map(|it| {
            if is_managed {
                return channels(world, it);
            }
            let reason = Reason::ManagedIsNotPublic(it.view.name().into_owned());
            Reach::nobody(Link::new(MANAGED, it.view.id(), reason))
        }));
    }
    let lists = [TOLD, CONFIGURATION].into_iter().chain(is_managed.then_some(MANAGED));
    let gap = lists.filter_map(|ty| world.list_gap(ty, account, GLOBAL)).next();
    ways.extend(gap.map(|gap| Reach::unknown(Unknown::Gap(gap))));
    ways
}

/// Where a rule of theirs sends what it takes; none when its configuration is gone.
pub fn by(world: &World<'_>, rule: ResourceNode<'_>) -> Option<Reach> {
    let of = rule.text("NotificationConfigurationArn").ok().flatten().unwrap_or_default();
    match world.find(CONFIGURATION, rule.view.account(), GLOBAL, &of) {
        Err(unknown) => Some(Reach::unknown(unknown)),
        Ok(None) => None,
        Ok(Some(configuration)) => Some(channels(world, configuration)),
    }
}

/// Where AWS's own notifications put an event of Health.
fn sub_category(event: &Value) -> &'static str {
    match event["detail"]["eventTypeCategory"].as_str() {
        Some("issue") => "Issue",
        _ => "Operations",
    }
}

/// Whether a rule of User Notifications takes an event of a region.
fn takes(rule: ResourceNode<'_>, region: &str, event: &Value) -> Result<Maybe, Unknown> {
    let text = |key: &str| rule.text(key).map(|it| it.unwrap_or_default().into_owned());
    let is_of_kind = text("Source")? == event["source"].as_str().unwrap_or_default()
        && text("EventType")? == event["detail-type"].as_str().unwrap_or_default();
    let active = rule.status("statusSummaryByRegion")?.and_then(|it| it.get(region)?.as_str());
    if !is_of_kind || active.as_deref() != Some("ACTIVE") {
        return Ok(Maybe::No);
    }
    let narrowed = rule.property("EventPattern")?.and_then(|it| it.parse::<Value>().ok());
    Ok(narrowed.map_or(Maybe::Yes, |narrowed| pattern::takes(&narrowed, event)))
}

/// Who hears a notification configuration.
fn channels(world: &World<'_>, configuration: ResourceNode<'_>) -> Reach {
    let view = configuration.view;
    let name = view.name().into_owned();
    let ty = if view.ty() == MANAGED { MANAGED } else { CONFIGURATION };
    let link = |reason: Reason| Link::new(ty, view.id(), reason);
    let channels = match configuration.status("channels") {
        Err(unknown) => return Reach::unknown(unknown),
        Ok(channels) => channels.into_iter().flat_map(Json::elements).filter_map(Json::as_str),
    };
    let mut ways: Vec<Reach> = channels
        .map(|channel| match arn::parse(&channel).map(|it| it.service) {
            Some("chatbot") => chat::of_arn(world, view.account(), &channel)
                .through(link(Reason::Notified(name.clone()))),
            // The addresses that the account was opened with are nobody's inbox for alerts.
            None => Reach::nobody(link(Reason::AccountContact(channel.into_owned()))),
            Some(_) => {
                let reason = Reason::ContactUndecided(name.clone(), channel.into_owned());
                Reach::undecided(link(reason))
            }
        })
        .collect();
    if ways.is_empty() {
        ways.push(Reach::nobody(link(Reason::NotificationWithoutChannel(name))));
    }
    Reach::any(ways)
}
