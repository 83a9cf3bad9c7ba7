//! Mute rules: alarms whose actions rest for a while.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html>. What EventBridge is told
//! of an alarm they do not touch.

use rustc_hash::FxHashMap;

use super::{Link, Reach};
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::World;
use crate::snapshot::{Json, Snapshot};

/// Type of a mute rule.
pub const MUTE_RULE: &str = "AWS::CloudWatch::AlarmMuteRule";

/// Mute rules that are in force, by account, region and alarm.
#[derive(Debug, Default)]
pub struct Mutes(FxHashMap<(String, String), FxHashMap<String, u32>>);

impl Mutes {
    /// Looks at the targets of every rule.
    pub fn build(snapshot: &Snapshot) -> Mutes {
        let mut mutes = Mutes::default();
        for i in snapshot.of_type(MUTE_RULE) {
            let view = snapshot.get(i);
            let status = view.status().get("Status").and_then(Json::as_str);
            if status.is_none_or(|status| status != "ACTIVE") {
                continue;
            }
            let place = (view.account().to_owned(), view.region().to_owned());
            let of_place = mutes.0.entry(place).or_default();
            let targets = view.properties().get("MuteTargets").and_then(|it| it.get("AlarmNames"));
            let names = targets.into_iter().flat_map(Json::elements).filter_map(Json::as_str);
            of_place.extend(names.map(|name| (name.into_owned(), i)));
        }
        mutes
    }

    fn of(&self, alarm: ResourceNode<'_>) -> Option<u32> {
        if self.0.is_empty() {
            return None;
        }
        let place = (alarm.view.account().to_owned(), alarm.view.region().to_owned());
        self.0.get(&place)?.get(&*alarm.view.id()).copied()
    }
}

/// Why the actions of an alarm rest now, if they do not for sure act.
pub fn silence(world: &World<'_>, alarm: ResourceNode<'_>) -> Option<Reach> {
    if let Some(i) = world.mutes.of(alarm) {
        let rule = world.snapshot.get(i).name().into_owned();
        let reason = Reason::MutedNow(rule);
        return Some(Reach::nobody(Link::new(MUTE_RULE, alarm.view.id(), reason)));
    }
    let gap = world.list_gap(MUTE_RULE, alarm.view.account(), alarm.view.region())?;
    Some(Reach::unknown(Unknown::Gap(gap)))
}
