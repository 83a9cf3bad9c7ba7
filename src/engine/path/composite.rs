//! Composite alarms: which of them a child rings, and which never ring.

use rustc_hash::{FxHashMap, FxHashSet};

use super::alarm_rule::AlarmRule;
use super::suppose::{Others, Suppose, find, list_is_whole, state};
use super::{End, Link, Reach, arn};
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::{COMPOSITE, World};
use crate::snapshot::{ResourceView, Snapshot};

/// Composite alarms with their rules, by whom they speak of.
#[derive(Debug, Default)]
pub struct Composites {
    rules: FxHashMap<u32, Result<AlarmRule, Flaw>>,
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
            let view = snapshot.get(i);
            let text = view.properties().get("AlarmRule").and_then(|r| r.as_str());
            let rule = text.and_then(|text| AlarmRule::parse(&text));
            let rule = rule.map(|rule| rule.renamed(&|child| local_name(child, view)));
            let rule = rule.ok_or(Flaw::Unreadable);
            match &rule {
                Err(_) => all.unreadable.push(i),
                Ok(rule) => rule.children().into_iter().for_each(|child| {
                    let known = all.by_child.entry(child.to_owned()).or_default();
                    if known.last() != Some(&i) {
                        known.push(i);
                    }
                }),
            }
            all.rules.insert(i, rule);
        }
        all.unreadable.sort_unstable();
        for i in all.circular(snapshot) {
            all.rules.insert(i, Err(Flaw::Circle));
        }
        all
    }

    /// Those that hang on themselves, or on such ones: what is left when each whose composite
    /// children are all gone is taken away.
    fn circular(&self, snapshot: &Snapshot) -> Vec<u32> {
        let beside = |i: u32, name: &str| {
            let view = snapshot.get(i);
            snapshot.find(COMPOSITE, view.account(), view.region(), name)
        };
        let children = |rule: &AlarmRule, i: u32| {
            let found: FxHashSet<u32> =
                rule.children().into_iter().filter_map(|child| beside(i, child)).collect();
            found.len()
        };
        let count = |(i, rule): (&u32, &Result<AlarmRule, Flaw>)| {
            (*i, rule.as_ref().map_or(0, |rule| children(rule, *i)))
        };
        let mut left: FxHashMap<u32, usize> = self.rules.iter().map(count).collect();
        let mut next: Vec<u32> = left.iter().filter(|(_, n)| **n == 0).map(|(i, _)| *i).collect();
        while let Some(gone) = next.pop() {
            left.remove(&gone);
            let name = snapshot.get(gone).name();
            for parent in self.by_child.get(&*name).into_iter().flatten() {
                if beside(*parent, &name) == Some(gone)
                    && let Some(n) = left.get_mut(parent)
                {
                    *n -= 1;
                    next.extend((*n == 0).then_some(*parent));
                }
            }
        }
        left.into_keys().collect()
    }

    /// The rule of a composite, with names for ARNs.
    ///
    /// # Errors
    /// It cannot be followed.
    pub fn rule(&self, composite: u32) -> Result<&AlarmRule, Flaw> {
        self.rules
            .get(&composite)
            .map_or(Err(Flaw::Unreadable), |rule| rule.as_ref().map_err(|f| *f))
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

/// Why a rule cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It could not be parsed.
    Unreadable,
    /// The composite hangs on itself through others. CloudWatch stops evaluating composites when it
    /// finds a cycle:
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>
    Circle,
}

impl Flaw {
    fn reason(self, composite: String) -> Reason {
        match self {
            Flaw::Unreadable => Reason::CompositeUnreadable(composite),
            Flaw::Circle => Reason::CompositeCircle(composite),
        }
    }
}

/// The name of an alarm that a composite calls by name or ARN. An ARN of elsewhere stays one, since a
/// composite sees only alarms of its own account and region.
fn local_name(child: String, composite: ResourceView<'_>) -> String {
    let name = arn::parse(&child).and_then(|arn| {
        let here = arn.account == composite.account() && arn.region == composite.region();
        arn.resource.strip_prefix("alarm:").filter(|_| here && arn.service == "cloudwatch")
    });
    name.map(str::to_owned).unwrap_or(child)
}

/// What lies above an alarm.
#[derive(Debug, Default)]
pub struct Above<'w> {
    /// Composites that ring for it alone, with the link to say so.
    pub ringing: Vec<(ResourceNode<'w>, Link)>,
    /// Composites that may, with why that cannot be told.
    pub doubtful: Vec<(ResourceNode<'w>, Reach)>,
    /// Ways that break, and what could not be read.
    pub broken: Vec<Reach>,
}

/// What would be if one alarm rang: if all else were well, and as things are.
pub struct Rung<'w> {
    world: &'w World<'w>,
    /// Before and after, all else well.
    well: [Suppose<'w>; 2],
    /// Before and after, as things are.
    now: [Suppose<'w>; 2],
    /// The alarm and the composites that were looked at.
    met: FxHashSet<u32>,
}

impl<'w> Rung<'w> {
    /// If this alarm rang.
    pub fn new(world: &'w World<'w>, alarm: u32) -> Rung<'w> {
        let both = |others| [false, true].map(|rings| Suppose::new(world, alarm, rings, others));
        let (well, now) = (both(Others::Well), both(Others::AsNow));
        Rung { world, well, now, met: FxHashSet::from_iter([alarm]) }
    }

    /// How many composites were looked at, and the alarm.
    pub fn met(&self) -> usize {
        self.met.len()
    }

    /// The composites that speak of `child`, which is the alarm or rings with it, but for those that
    /// were met before: whether they ring does not hang on the way to them.
    pub fn above(&mut self, child: ResourceNode<'w>) -> Above<'w> {
        let (world, view) = (self.world, child.view);
        let name = view.name();
        let mut above = Above::default();
        for i in world.composites.about(world.snapshot, child) {
            let (composite, rule) = (world.node(i), world.composites.rule(i));
            let is_about = rule != Err(Flaw::Unreadable) || mentions(composite, &name);
            if !is_about || !self.met.insert(i) {
                continue;
            }
            let id = composite.view.id().into_owned();
            let link = |reason: Reason| Link::new(COMPOSITE, id.clone(), reason);
            match rule {
                Err(flaw) => {
                    let doubt = Reach::undecided(link(flaw.reason(id.clone())));
                    above.doubtful.push((composite, doubt));
                }
                Ok(_) => match self.way_through(composite) {
                    Ok(reason) => above.ringing.push((composite, link(reason))),
                    Err(broken) if broken.end == End::Nobody => above.broken.push(broken),
                    Err(doubt) => above.doubtful.push((composite, doubt)),
                },
            }
        }
        if let Some(gap) = world.list_gap(COMPOSITE, view.account(), view.region()) {
            above.broken.push(Reach::unknown(Unknown::Gap(gap)));
        }
        above
    }

    /// How a composite passes the ringing on, or why it does not.
    fn way_through(&self, composite: ResourceNode<'w>) -> Result<Reason, Reach> {
        let id = composite.view.id().into_owned();
        let nobody = |reason| Err(Reach::nobody(Link::new(COMPOSITE, id.clone(), reason)));
        let undecided = |reason| Err(Reach::undecided(Link::new(COMPOSITE, id.clone(), reason)));
        let suppressor = suppressor(composite).map_err(Reach::unknown)?;
        let suppressed = |[_, after]: &[Suppose<'w>; 2]| {
            suppressor.as_deref().map_or(Some(false), |by| after.in_alarm(composite, by))
        };
        let turns = |[before, after]: &[Suppose<'w>; 2]| {
            Some(!before.holds(composite.i)? && after.holds(composite.i)?)
        };
        match suppressed(&self.well) {
            Some(true) => return nobody(Reason::SuppressesItself(id.clone())),
            None => return undecided(Reason::CompositeUndecided(id.clone())),
            Some(false) => {}
        }
        match turns(&self.well) {
            Some(false) => return nobody(Reason::CompositeNeedsMore(id.clone())),
            None => return undecided(Reason::CompositeUndecided(id.clone())),
            Some(true) => {}
        }
        // It would ring if all else were well. As things are, it may not.
        match turns(&self.now) {
            Some(false) => return undecided(Reason::CompositeSilentNow(id.clone())),
            None => return undecided(Reason::CompositeUndecided(id.clone())),
            Some(true) => {}
        }
        let Some(by) = suppressor.clone() else {
            return Ok(Reason::ThroughComposite(id.clone()));
        };
        match suppressed(&self.now) {
            None => undecided(Reason::CompositeUndecided(id.clone())),
            Some(true) => undecided(Reason::SuppressedNow(id.clone(), by)),
            Some(false) if is_ringing(self.world, composite, &by) => {
                undecided(Reason::SuppressedNow(id.clone(), by))
            }
            Some(false) => Ok(Reason::Suppressed(id.clone(), by)),
        }
    }
}

/// Why a composite alarm never rings, or why that cannot be told; `None` if it can.
pub fn silence(world: &World<'_>, composite: ResourceNode<'_>) -> Option<Reach> {
    let view = composite.view;
    let id = view.id().into_owned();
    let link = |reason: Reason| Link::new(COMPOSITE, id.clone(), reason);
    let rule = match world.composites.rule(composite.i) {
        Ok(rule) => rule,
        Err(flaw) => return Some(Reach::undecided(link(flaw.reason(id.clone())))),
    };
    let suppressor = match suppressor(composite) {
        Ok(suppressor) => suppressor,
        Err(unknown) => return Some(Reach::unknown(unknown)),
    };
    let is_whole = list_is_whole(world, composite);
    // What rings together with the suppressor rings for nobody.
    let is_suppressed = |child: u32| {
        let rung = Suppose::new(world, child, true, Others::Well);
        suppressor.as_deref().is_some_and(|by| rung.in_alarm(composite, by) == Some(true))
    };
    let may_ring = |child: &str| {
        find(world, composite, child).map_or(!is_whole, |child| !is_suppressed(child))
    };
    match rule.can_ring(&may_ring) {
        Some(true) => None,
        Some(false) => Some(Reach::nobody(link(Reason::CompositeNeverRings(id.clone())))),
        None => Some(Reach::undecided(link(Reason::CompositeUnreadable(id.clone())))),
    }
    .or_else(|| {
        let by = suppressor.filter(|by| is_ringing(world, composite, by))?;
        Some(Reach::undecided(link(Reason::SuppressedNow(id.clone(), by))))
    })
}

/// Whether the alarm that a composite calls by this name is in ALARM now.
fn is_ringing(world: &World<'_>, composite: ResourceNode<'_>, name: &str) -> bool {
    find(world, composite, name).and_then(|i| state(world, i)).as_deref() == Some("ALARM")
}

fn suppressor(composite: ResourceNode<'_>) -> Result<Option<String>, Unknown> {
    let suppressor = composite.text("ActionsSuppressor")?;
    let suppressor = suppressor.filter(|s| !s.is_empty()).map(|s| s.into_owned());
    Ok(suppressor.map(|name| local_name(name, composite.view)))
}

/// Whether a rule that could not be understood at least holds the name.
fn mentions(composite: ResourceNode<'_>, name: &str) -> bool {
    let rule = composite.view.properties().get("AlarmRule").and_then(|rule| rule.as_str());
    rule.is_none_or(|rule| rule.contains(name))
}
