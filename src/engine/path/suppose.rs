//! What composite alarms would do if one alarm went to ALARM and nothing else changed.
//!
//! An alarm may come to a composite by several ways (through other composites, or through its
//! suppressor), so the states of all of them are worked out from the one that rings.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::engine::alarms::ALARM;
use crate::engine::node::ResourceNode;
use crate::engine::world::{COMPOSITE, World};

/// How deep composites may hang on each other; what lies deeper is not told.
const MAX_DEPTH: usize = 32;

/// Composites that are worked out for one alarm; as many as CloudWatch lets one alarm be a child of:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>
pub const MOST_COMPOSITES: usize = 150;

/// The state of the alarms that do not hang on the one that rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// `OK`, also of those that do not exist.
    Well,
    /// As they are in the snapshot.
    AsNow,
}

/// A state of affairs.
pub struct Suppose<'w> {
    world: &'w World<'w>,
    /// The alarm that rings, or does not yet.
    alarm: u32,
    rings: bool,
    others: Others,
    /// Whether a composite's rule is true, once it was asked for.
    known: RefCell<FxHashMap<u32, Option<bool>>>,
}

impl<'w> Suppose<'w> {
    /// `alarm` rings or does not; what becomes of the others?
    pub fn new(world: &'w World<'w>, alarm: u32, rings: bool, others: Others) -> Suppose<'w> {
        Suppose { world, alarm, rings, others, known: RefCell::default() }
    }

    /// Whether the alarm that `composite` calls `name` is in ALARM; `None` if that cannot be told.
    pub fn in_alarm(&self, composite: ResourceNode<'_>, name: &str) -> Option<bool> {
        self.is(composite, "ALARM", name, 0)
    }

    /// Whether the rule of a composite is true; `None` if that cannot be told.
    pub fn holds(&self, composite: u32) -> Option<bool> {
        self.holds_at(composite, 0)
    }

    fn holds_at(&self, composite: u32, depth: usize) -> Option<bool> {
        if let Some(known) = self.known.borrow().get(&composite) {
            return *known;
        }
        if depth > MAX_DEPTH || self.known.borrow().len() >= MOST_COMPOSITES {
            return None;
        }
        let node = self.world.node(composite);
        let rule = self.world.composites.rule(composite).ok();
        let holds =
            rule.and_then(|rule| rule.holds(&|wanted, name| self.is(node, wanted, name, depth)));
        self.known.borrow_mut().insert(composite, holds);
        holds
    }

    fn is(
        &self,
        composite: ResourceNode<'_>,
        wanted: &str,
        name: &str,
        depth: usize,
    ) -> Option<bool> {
        let Some(i) = find(self.world, composite, name) else {
            return match self.others {
                Others::Well => Some(wanted == "OK"),
                // What is not there has no state that a rule could name.
                Others::AsNow => list_is_whole(self.world, composite).then_some(false),
            };
        };
        let in_alarm = |yes: bool| wanted == if yes { "ALARM" } else { "OK" };
        if i == self.alarm {
            return Some(in_alarm(self.rings));
        }
        if self.world.snapshot.get(i).ty() == COMPOSITE {
            return self.holds_at(i, depth + 1).map(in_alarm);
        }
        match self.others {
            Others::Well => Some(wanted == "OK"),
            Others::AsNow => state(self.world, i).map(|state| state == wanted),
        }
    }
}

/// The alarm that a composite calls by this name.
pub fn find(world: &World<'_>, composite: ResourceNode<'_>, name: &str) -> Option<u32> {
    let view = composite.view;
    let mut types = [ALARM, COMPOSITE].iter();
    types.find_map(|ty| world.snapshot.find(ty, view.account(), view.region(), name))
}

/// Whether every alarm beside a composite was listed.
pub fn list_is_whole(world: &World<'_>, composite: ResourceNode<'_>) -> bool {
    let view = composite.view;
    [ALARM, COMPOSITE].iter().all(|ty| world.list_gap(ty, view.account(), view.region()).is_none())
}

/// The state that an alarm is in now.
pub fn state(world: &World<'_>, alarm: u32) -> Option<String> {
    let status = world.snapshot.get(alarm).status();
    status.get("StateValue").and_then(|state| state.as_str()).map(|state| state.into_owned())
}
