//! What came of an apply: which findings closed, which stay, which wait for a person.

use std::collections::BTreeMap;

use crate::cli::Exit;
use crate::engine::{Evaluation, Team, World};
use crate::fix::draft::{FindingRef, ForPerson};
use crate::fix::ending::Ending;
use crate::fix::journal::Outcome;
use crate::fix::plan::{Action, Plan};
use crate::model::{Status, Text};
use crate::rules::RuleSet;
use crate::snapshot::Snapshot;

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It passes, or its subject is no subject any more.
    Closed,
    /// It fails until a person has done something.
    Awaiting,
    /// It still fails, and a part of its fix was not agreed to.
    LeftOut,
    /// It still fails.
    Open,
    /// It cannot be told.
    Unknown,
}

/// What came of an apply.
pub struct After {
    /// How each action ended.
    pub endings: Vec<Ending>,
    /// The findings that it was for.
    pub fates: BTreeMap<FindingRef, Fate>,
    /// What a person must do now.
    pub for_person: Vec<ForPerson>,
    /// Whether there was a plan for everything.
    pub all_planned: bool,
}

/// Looks at the account again.
pub fn look(
    plan: &Plan,
    chosen: &[u32],
    endings: &[Ending],
    snapshot: &Snapshot,
    (rules, team): (&RuleSet, Team),
) -> After {
    let is_chosen = |action: &&Action| chosen.contains(&action.id);
    let mut statuses: BTreeMap<FindingRef, Status> = BTreeMap::new();
    let world = World::new(snapshot, &rules.rules, team);
    let evaluation = Evaluation::of(&world, &rules.rules);
    for (rule, resource, status) in evaluation.verdicts() {
        let finding = FindingRef {
            rule: rule.id.clone(),
            ty: resource.ty.to_string(),
            region: resource.region.to_string(),
            id: resource.id.to_string(),
        };
        statuses.insert(finding, status);
    }
    let mut fates = BTreeMap::new();
    for action in &plan.actions {
        for finding in action.findings.iter().filter(|finding| rules.has(&finding.rule)) {
            let its = || plan.actions.iter().filter(|it| it.findings.contains(finding));
            let is_whole = its().all(|it| is_chosen(&it));
            let is_good =
                |it: &Action| endings.iter().any(|e| e.action == it.id && e.outcome.is_good());
            let waits = its().any(|it| it.then.is_some()) && its().all(is_good);
            // What could not be listed has a finding of its own: then nobody knows of this one.
            let unlisted = FindingRef { id: "*".to_owned(), ..finding.clone() };
            let fate = match statuses.get(finding) {
                None if statuses.contains_key(&unlisted) => Fate::Unknown,
                Some(Status::Fail) if !is_whole => Fate::LeftOut,
                None | Some(Status::Pass | Status::NotApplicable | Status::Waived) => Fate::Closed,
                Some(Status::Fail) if waits => Fate::Awaiting,
                Some(Status::Fail) => Fate::Open,
                Some(Status::Unknown) => Fate::Unknown,
            };
            fates.insert(finding.clone(), fate);
        }
    }
    let is_selected = |it: &ForPerson| it.findings.iter().any(|finding| rules.has(&finding.rule));
    let mut for_person = for_person(plan, endings);
    for_person.retain(is_selected);
    After {
        endings: endings.to_vec(),
        fates,
        for_person,
        all_planned: !plan.unplanned.iter().any(is_selected),
    }
}

/// What was for a person from the beginning, and what must be done now that actions were.
fn for_person(plan: &Plan, endings: &[Ending]) -> Vec<ForPerson> {
    let is_done =
        |action: &&Action| endings.iter().any(|it| it.action == action.id && it.outcome.is_good());
    let done = plan.actions.iter().filter(is_done);
    let then = done.filter_map(|action| {
        let what: Text = action.then.clone()?;
        Some(ForPerson { what, findings: action.findings.clone() })
    });
    then.chain(plan.awaiting_person.iter().cloned()).collect()
}

impl After {
    /// How many findings had this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.fates.values().filter(|it| **it == fate).count()
    }

    fn any(&self, outcome: Outcome) -> bool {
        self.endings.iter().any(|it| it.outcome == outcome)
    }

    /// Whether AWS may only need time.
    pub fn may_change(&self) -> bool {
        let all_good = self.endings.iter().all(|it| it.outcome.is_good());
        all_good && self.count(Fate::Open) + self.count(Fate::Unknown) > 0
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        if self.any(Outcome::Failed) {
            Exit::Unknown
        } else if self.any(Outcome::Changed) {
            Exit::Usage
        } else if self.count(Fate::Unknown) > 0 || !self.all_planned {
            Exit::Unknown
        } else if self.count(Fate::Open) + self.count(Fate::LeftOut) > 0 {
            Exit::Failing
        } else if !self.for_person.is_empty() {
            Exit::AwaitingPerson
        } else {
            Exit::Clean
        }
    }
}
