//! From what is wanted and what is there to a plan: the difference, with all that one should know of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::cost;
use super::draft::{Draft, FindingRef, ForPerson, Wanted};
use super::handler::{Refused, State, Target};
use super::kinds::{self, Kind, Step};
use super::merge;
use super::plan::{Action, ChangeKind, FORMAT, Plan, Tool};
use crate::model::{FixRisk, Op, Text};
use crate::snapshot::Snapshot;

/// What is there of each wish, in their order; a reading that failed is its own answer.
pub type Present = Vec<Result<Option<State>, Refused>>;

/// The plan.
pub fn plan(draft: Draft, present: &Present, snapshot: &Snapshot) -> Plan {
    let header = snapshot.header();
    let mut planner =
        Planner { draft, blocked: BTreeSet::new(), numbers: BTreeMap::new(), actions: Vec::new() };
    for place in planner.order() {
        planner.action(place, &present[place]);
    }
    planner.leftovers();
    let Planner { draft, actions, .. } = planner;
    Plan {
        format: FORMAT.to_owned(),
        tool: Tool::this(),
        account: header.accounts.first().cloned().unwrap_or_default(),
        regions: header.regions.clone(),
        created_at: header.collected_at.clone(),
        actions,
        awaiting_person: draft.for_person,
        unplanned: draft.unplanned,
        digest: String::new(),
    }
    .sealed()
}

struct Planner {
    draft: Draft,
    /// Places of wishes that cannot be planned, so that nothing is made upon them.
    blocked: BTreeSet<usize>,
    /// Number of the action by place of the wish.
    numbers: BTreeMap<usize, u32>,
    actions: Vec<Action>,
}

impl Planner {
    /// Places of wishes, each after those it comes after, otherwise as they were drafted.
    fn order(&self) -> Vec<usize> {
        fn visit(
            place: usize,
            wanted: &[Wanted],
            seen: &mut BTreeSet<usize>,
            order: &mut Vec<usize>,
        ) {
            if seen.insert(place) {
                wanted[place].after.iter().for_each(|after| visit(*after, wanted, seen, order));
                order.push(place);
            }
        }
        let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
        for place in 0..self.draft.wanted.len() {
            visit(place, &self.draft.wanted, &mut seen, &mut order);
        }
        order
    }

    fn action(&mut self, place: usize, present: &Result<Option<State>, Refused>) {
        let wanted = &self.draft.wanted[place];
        if wanted.findings.is_empty() {
            return;
        }
        if wanted.after.iter().any(|it| self.blocked.contains(it)) {
            // Said already, of what it hangs on.
            self.blocked.insert(place);
            return;
        }
        let findings = self.findings(&wanted.findings);
        let Some(kind) = kinds::find(&wanted.target.ty) else {
            return self.block(place, findings, &unchangeable(wanted));
        };
        let earlier = self.actions.iter().rev().find(|action| action.resource == wanted.target);
        let before = match present {
            Ok(before) if is_someone_elses(wanted, before.as_ref()) => {
                return self.block(place, findings, &someone_elses(wanted));
            }
            Ok(Some(_)) if wanted.only_if_missing => return,
            Ok(None) if wanted.must_exist && earlier.is_none() => {
                return self.block(place, findings, &gone(wanted));
            }
            Ok(before) => after_earlier(before.as_ref(), earlier),
            Err(refused) => {
                let id = &wanted.target.id;
                let what = Text {
                    en: Some(format!("{id} could not be read: {refused}")),
                    ja: Some(format!("{id} を読み取れませんでした: {refused}")),
                };
                return self.block(place, findings, &what);
            }
        };
        let nothing = State::default();
        let before = before.as_ref();
        let mut after = merge::overlay_state(before.unwrap_or(&nothing), &wanted.state);
        join(kind, before, &mut after);
        if before.is_some_and(|before| merge::same_state(before, &after)) {
            return;
        }
        let only_status = wanted.state.properties.is_empty();
        let change = match before {
            None if !only_status => ChangeKind::Create,
            _ => ChangeKind::Update,
        };
        let steps = if change == ChangeKind::Create { kind.creates } else { kind.updates };
        if steps.is_empty() {
            let why = if before.is_none() { gone(wanted) } else { unchangeable(wanted) };
            return self.block(place, findings, &why);
        }
        let number = u32::try_from(self.actions.len() + 1).unwrap_or(u32::MAX);
        let ops = needed(steps, before, &after);
        // What exists is never changed without being looked at.
        let exists = before.is_some() && earlier.is_none_or(|it| it.change == ChangeKind::Update);
        let risk = if exists { wanted.risk.max(FixRisk::Review) } else { wanted.risk };
        let action = Action {
            id: number,
            change,
            resource: wanted.target.clone(),
            before: before.cloned(),
            calls: names(ops.iter().filter(|op| op.write && !op.is_grant).map(|op| op.api)),
            iam_actions: iam_actions(kind, &ops),
            risk,
            cost: cost::of(&wanted.target, before, &after),
            depends_on: wanted
                .after
                .iter()
                .filter_map(|it| self.numbers.get(it).copied())
                .collect(),
            undo_leaves: kind.undo_leaves(change, &wanted.target.id),
            then: wanted.then.clone(),
            after,
            findings,
        };
        self.numbers.insert(place, number);
        self.actions.push(action);
    }

    /// Nothing is planned for a wish, nor for what comes after it.
    fn block(&mut self, place: usize, findings: Vec<FindingRef>, what: &Text) {
        self.blocked.insert(place);
        match self.draft.unplanned.iter_mut().find(|it| it.what == *what) {
            Some(same) => same.findings.extend(findings),
            None => self.draft.unplanned.push(ForPerson { what: what.clone(), findings }),
        }
    }

    fn findings(&self, places: &BTreeSet<usize>) -> Vec<FindingRef> {
        places.iter().map(|place| self.draft.findings[*place].clone()).collect()
    }

    /// Findings for which all is as the fix wants it, and which fail all the same: a person must look, or
    /// do what was to be done then.
    fn leftovers(&mut self) {
        let planned: BTreeSet<&FindingRef> =
            self.actions.iter().flat_map(|action| &action.findings).collect();
        let mut left: Vec<ForPerson> = Vec::new();
        for (place, finding) in self.draft.findings.iter().enumerate() {
            let spoken_of = self.draft.for_person.iter().chain(&self.draft.unplanned);
            if planned.contains(finding)
                || spoken_of.into_iter().any(|it| it.findings.contains(finding))
            {
                continue;
            }
            let wishes = self.draft.wanted.iter().filter(|wanted| wanted.findings.contains(&place));
            let then: Vec<&Text> = wishes.filter_map(|wanted| wanted.then.as_ref()).collect();
            let in_place = Text {
                en: Some("all that the fix makes is there already, and the finding is still open: look at what `audit run` says of it".to_owned()),
                ja: Some("修正で作成されるものはすべて存在しますが、まだ解消されていません。`audit run` の結果を確認してください".to_owned()),
            };
            for what in if then.is_empty() { vec![&in_place] } else { then } {
                match left.iter_mut().find(|it| it.what == *what) {
                    Some(same) => same.findings.push(finding.clone()),
                    None => {
                        left.push(ForPerson { what: what.clone(), findings: vec![finding.clone()] })
                    }
                }
            }
        }
        self.draft.for_person.append(&mut left);
    }
}

/// Whether a resource that bears a name of ours was made by someone else: it says of itself something
/// other than ours do. Code and permissions of others are not replaced, since no undo brings them back.
fn is_someone_elses(wanted: &Wanted, present: Option<&State>) -> bool {
    let words = |state: &State| state.properties.get("Description").cloned();
    let ours = words(&wanted.state);
    let owned = ["AWS::IAM::Role", "AWS::Lambda::Function"].contains(&wanted.target.ty.as_str());
    owned && present.is_some_and(|present| ours.is_some() && words(present) != ours)
}

fn someone_elses(wanted: &Wanted) -> Text {
    let Target { ty, id, .. } = &wanted.target;
    Text {
        en: Some(format!("{ty} {id} exists and was not made by audit; rename or delete it")),
        ja: Some(format!(
            "{ty} {id} は audit が作成したものではありません。名前を変えるか削除してください"
        )),
    }
}

fn gone(wanted: &Wanted) -> Text {
    let id = &wanted.target.id;
    Text {
        en: Some(format!("{id} is not there any more; look again with a new snapshot")),
        ja: Some(format!("{id} はすでにありません。新しいスナップショットで確認してください")),
    }
}

fn unchangeable(wanted: &Wanted) -> Text {
    let Target { ty, id, .. } = &wanted.target;
    Text {
        en: Some(format!("{id} cannot be changed by this version ({ty}); change it by hand")),
        ja: Some(format!(
            "{id} はこのバージョンでは変更できません ({ty})。手作業で変更してください"
        )),
    }
}

/// Lists of which others may hold a part are joined with what is there.
fn join(kind: &Kind, before: Option<&State>, after: &mut State) {
    for name in kind.joins {
        let present = before.and_then(|before| before.properties.get(*name)?.as_array());
        let wanted = after.properties.get_mut(*name).and_then(Value::as_array_mut);
        if let (Some(present), Some(wanted)) = (present, wanted) {
            let more: Vec<Value> =
                present.iter().filter(|it| !wanted.contains(it)).cloned().collect();
            wanted.splice(0..0, more);
        }
    }
}

/// What is there once the action before it has left the resource as it wants it.
fn after_earlier(present: Option<&State>, earlier: Option<&Action>) -> Option<State> {
    match (present, earlier) {
        (Some(present), Some(earlier)) => Some(merge::overlay_state(present, &earlier.after)),
        (None, Some(earlier)) => Some(earlier.after.clone()),
        (present, None) => present.cloned(),
    }
}

/// The operations that a change takes.
fn needed(steps: &'static [Step], before: Option<&State>, after: &State) -> Vec<&'static Op> {
    let is_changed = |name: &&str| {
        let value = |state: &State| {
            state
                .properties
                .get(*name)
                .or_else(|| state.status.get(*name))
                .cloned()
                .unwrap_or_default()
        };
        let before = before.map(value).unwrap_or_default();
        !merge::same(&before, &value(after))
    };
    let needed = steps.iter().filter(|step| step.of.is_empty() || step.of.iter().any(is_changed));
    needed.map(|step| step.op).collect()
}

fn iam_actions(kind: &'static Kind, ops: &[&'static Op]) -> Vec<String> {
    let all = kind.reads.iter().chain(ops).flat_map(|op| op.actions.iter().copied());
    names(all.collect::<BTreeSet<_>>().into_iter())
}

fn names<'s>(names: impl Iterator<Item = &'s str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}
