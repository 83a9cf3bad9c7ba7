//! Composite alarms: which of them a child rings, and which never ring.

use rustc_hash::FxHashMap;

use super::alarm_rule::AlarmRule;
use super::{Link, Reach, arn};
use crate::engine::alarms::ALARM;
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::{COMPOSITE, World};
use crate::snapshot::Snapshot;

/// Composite alarms with their rules, by whom they speak of.
#[derive(Debug, Default)]
pub struct Composites {
    /// `None` where the rule could not be parsed.
    rules: FxHashMap<u32, Option<AlarmRule>>,
    /// By the name of a child, in any account and region; sorted.
    by_child: FxHashMap<String, Vec<u32>>,
    /// Those whose children are not known; sorted.
    unreadable: Vec<u32>,
}

impl Composites {
    /// Parses every composite alarm's rule.
    pub fn build(snapshot: &Snapshot) -> Composites {
        let mut all = Composites::default();
        for i in snapshot.of_type(COMPOSITE) {
            let text = snapshot.get(i).properties().get("AlarmRule").and_then(|r| r.as_str());
            let rule = text.and_then(|text| AlarmRule::parse(&text));
            match &rule {
                None => all.unreadable.push(i),
                Some(rule) => rule.children().into_iter().for_each(|child| {
                    let known = all.by_child.entry(name_of(child).to_owned()).or_default();
                    if known.last() != Some(&i) {
                        known.push(i);
                    }
                }),
            }
            all.rules.insert(i, rule);
        }
        all.unreadable.sort_unstable();
        all
    }

    fn rule(&self, composite: u32) -> Option<&AlarmRule> {
        self.rules.get(&composite)?.as_ref()
    }

    /// Those that may speak of an alarm of this name in its own account and region.
    fn about(&self, snapshot: &Snapshot, alarm: ResourceNode<'_>) -> Vec<u32> {
        let (name, view) = (alarm.view.name(), alarm.view);
        let by_name = self.by_child.get(&*name).map_or(&[][..], Vec::as_slice);
        if by_name.is_empty() && self.unreadable.is_empty() {
            return Vec::new();
        }
        let here = snapshot.of_type_in(COMPOSITE, view.account(), view.region());
        let within = |all: &[u32]| {
            let (from, to) =
                (all.partition_point(|i| *i < here.start), all.partition_point(|i| *i < here.end));
            all[from..to].to_vec()
        };
        let mut about = within(by_name);
        about.extend(within(&self.unreadable));
        about.sort_unstable();
        about.retain(|i| *i != alarm.i);
        about
    }
}

/// The name in the ARN of an alarm, or the name itself.
fn name_of(child: &str) -> &str {
    arn::parse(child).and_then(|arn| arn.resource.strip_prefix("alarm:")).unwrap_or(child)
}

/// What lies above an alarm.
#[derive(Debug, Default)]
pub struct Above<'w> {
    /// Composites that ring for it alone, with the link to say so.
    pub ringing: Vec<(ResourceNode<'w>, Link)>,
    /// Ways that break or cannot be told.
    pub broken: Vec<Reach>,
}

/// The composites of the same account and region that speak of this alarm.
pub fn above<'w>(world: &'w World<'_>, alarm: ResourceNode<'w>) -> Above<'w> {
    let view = alarm.view;
    let (name, own_arn) = (view.name(), view.arn());
    let is_child = |child: &str| child == name || child == own_arn;
    let mut above = Above::default();
    for i in world.composites.about(world.snapshot, alarm) {
        let (composite, rule) = (world.node(i), world.composites.rule(i));
        let id = composite.view.id().into_owned();
        let link = |reason: Reason| Link::new(COMPOSITE, id.clone(), reason);
        let suppressor = match suppressor(composite) {
            Ok(suppressor) => suppressor,
            Err(unknown) => {
                above.broken.push(Reach::unknown(unknown));
                continue;
            }
        };
        match rule {
            None if mentions(composite, &name) => {
                above.broken.push(Reach::undecided(link(Reason::CompositeUnreadable(id.clone()))));
            }
            None => {}
            Some(rule) if !rule.children().iter().any(|child| is_child(child)) => {}
            Some(_) if suppressor.as_deref().is_some_and(is_child) => {
                above.broken.push(Reach::nobody(link(Reason::SuppressesItself(id.clone()))));
            }
            Some(rule) if !rule.rings_for(&is_child, &|_| "OK".to_owned()) => {
                above.broken.push(Reach::nobody(link(Reason::CompositeNeedsMore(id.clone()))));
            }
            // It would ring if all else were well. As things are, it may not.
            Some(rule) if !rule.rings_for(&is_child, &|other| state(world, composite, other)) => {
                above.broken.push(Reach::undecided(link(Reason::CompositeSilentNow(id.clone()))));
            }
            Some(_)
                if suppressor.as_deref().is_some_and(|s| state(world, composite, s) == "ALARM") =>
            {
                let by = suppressor.unwrap_or_default();
                above.broken.push(Reach::undecided(link(Reason::SuppressedNow(id.clone(), by))));
            }
            Some(_) => {
                let through = match suppressor {
                    Some(suppressor) => Reason::Suppressed(id.clone(), suppressor),
                    None => Reason::ThroughComposite(id.clone()),
                };
                above.ringing.push((composite, link(through)));
            }
        }
    }
    if let Some(gap) = world.list_gap(COMPOSITE, view.account(), view.region()) {
        above.broken.push(Reach::unknown(Unknown::Gap(gap)));
    }
    above
}

/// Why a composite alarm never rings, or why that cannot be told; `None` if it can.
pub fn silence(world: &World<'_>, composite: ResourceNode<'_>) -> Option<Reach> {
    let view = composite.view;
    let id = view.id().into_owned();
    let link = |reason: Reason| Link::new(COMPOSITE, id.clone(), reason);
    let Some(rule) = world.composites.rule(composite.i) else {
        return Some(Reach::undecided(link(Reason::CompositeUnreadable(id.clone()))));
    };
    let gap =
        [ALARM, COMPOSITE].iter().find_map(|ty| world.list_gap(ty, view.account(), view.region()));
    let suppressor = match suppressor(composite) {
        Ok(suppressor) => suppressor,
        Err(unknown) => return Some(Reach::unknown(unknown)),
    };
    let may_ring = |child: &str| {
        suppressor.as_deref() != Some(child) && (gap.is_some() || exists(world, composite, child))
    };
    match rule.can_ring(&may_ring) {
        Some(true) => None,
        Some(false) => Some(Reach::nobody(link(Reason::CompositeNeverRings(id.clone())))),
        None => Some(Reach::undecided(link(Reason::CompositeUnreadable(id.clone())))),
    }
    .or_else(|| {
        let by = suppressor.filter(|by| state(world, composite, by) == "ALARM")?;
        Some(Reach::undecided(link(Reason::SuppressedNow(id.clone(), by))))
    })
}

/// Whether an alarm of this name or ARN is there.
fn exists(world: &World<'_>, composite: ResourceNode<'_>, child: &str) -> bool {
    find(world, composite, child).is_some()
}

fn find(world: &World<'_>, composite: ResourceNode<'_>, child: &str) -> Option<u32> {
    let view = composite.view;
    let mut types = [ALARM, COMPOSITE].iter();
    types.find_map(|ty| world.snapshot.find(ty, view.account(), view.region(), name_of(child)))
}

/// The state that an alarm is in now; of one that is not there, none that a rule could name.
fn state(world: &World<'_>, composite: ResourceNode<'_>, child: &str) -> String {
    let Some(i) = find(world, composite, child) else { return String::new() };
    let state = world.snapshot.get(i).status().get("StateValue").and_then(|state| state.as_str());
    state.map_or_else(|| "OK".to_owned(), |state| state.into_owned())
}

fn suppressor(composite: ResourceNode<'_>) -> Result<Option<String>, Unknown> {
    let suppressor = composite.text("ActionsSuppressor")?;
    Ok(suppressor.filter(|s| !s.is_empty()).map(|s| s.into_owned()))
}

/// Whether a rule that could not be understood at least holds the name.
fn mentions(composite: ResourceNode<'_>, name: &str) -> bool {
    let rule = composite.view.properties().get("AlarmRule").and_then(|rule| rule.as_str());
    rule.is_none_or(|rule| rule.contains(name))
}
