//! Applying a plan: read, compare, write, read again, one action after the other.
//!
//! Nothing is written that was not planned, and nothing where something else is there than was planned
//! for. An action that fails stops those that depend on it, and no other.

use std::collections::BTreeMap;

use super::ending::{self, Ending, Watch};
use super::handler::{Change, Hands, Refused, State, Target};
use super::journal::{Event, Journal, Outcome, Progress};
use super::merge;
use super::plan::{Action, ChangeKind, Plan};
use super::pristine;
use crate::model::{Lang, Text};

/// Seconds to wait before a resource is looked at again that is not yet as it was made: a canary takes
/// a minute to start.
pub const PATIENCE: &[u64] = &[0, 1, 2, 3, 5, 10, 15, 25];

/// The applying of a plan.
pub struct Apply<'a> {
    hands: &'a dyn Hands,
    journal: &'a Journal,
    /// What was done before, by a run that was ended early.
    before: &'a BTreeMap<u32, Progress>,
    endings: BTreeMap<u32, Ending>,
    /// What this plan has made of a resource so far.
    made: BTreeMap<Target, State>,
}

impl<'a> Apply<'a> {
    /// Nothing is done yet, but for what `before` tells.
    pub fn new(
        hands: &'a dyn Hands,
        journal: &'a Journal,
        before: &'a BTreeMap<u32, Progress>,
    ) -> Apply<'a> {
        Apply { hands, journal, before, endings: BTreeMap::new(), made: BTreeMap::new() }
    }

    /// Does the chosen actions of a plan, until the journal cannot be written.
    pub async fn run(mut self, plan: &Plan, chosen: &[u32], watch: &mut dyn Watch) -> Vec<Ending> {
        for action in plan.actions.iter().filter(|action| chosen.contains(&action.id)) {
            let known = self.before.get(&action.id).and_then(|it| it.ended.clone());
            // What failed, or was refused, is tried again.
            if let Some((outcome, made)) = known.filter(|(outcome, _)| outcome.is_good()) {
                if let Some(made) = made {
                    self.made.insert(action.resource.clone(), made);
                }
                let ending = Ending { action: action.id, outcome, message: Text::default() };
                self.endings.insert(action.id, ending);
                continue;
            }
            if self.journal.is_broken() {
                self.endings.insert(action.id, ending::not_tried(action.id, self.journal));
                continue;
            }
            watch.begins(action);
            let ending = self.action(action).await;
            watch.ended(action, &ending);
            self.endings.insert(action.id, ending);
        }
        self.endings.into_values().collect()
    }

    async fn action(&mut self, action: &Action) -> Ending {
        self.journal.about(action.id);
        let stopped = |id: &&u32| !self.endings.get(id).is_some_and(|it| it.outcome.is_good());
        let outcome = match action.depends_on.iter().find(stopped) {
            Some(id) => Ok((Outcome::NotTried, None, ending::depends_on(*id))),
            None => self.try_action(action).await,
        };
        let (outcome, made, message) =
            outcome.unwrap_or_else(|refused| (Outcome::Failed, None, ending::refused(&refused)));
        let ended = Event::Ended {
            action: action.id,
            undo: false,
            outcome,
            made: made.clone(),
            message: message.get(Lang::En).to_owned(),
        };
        if let Some(made) = made {
            self.made.insert(action.resource.clone(), made);
        }
        ending::written(self.journal, ended, Ending { action: action.id, outcome, message })
    }

    async fn try_action(
        &mut self,
        action: &Action,
    ) -> Result<(Outcome, Option<State>, Text), Refused> {
        let target = &action.resource;
        let present = self.hands.read(target).await?;
        let half_done = self.has_called(action);
        if !half_done && present.as_ref().is_some_and(|present| is_done(action, present)) {
            return Ok((Outcome::Already, present, Text::default()));
        }
        if !self.is_as_planned(action, present.as_ref()) {
            let how = otherwise(action, present.as_ref());
            let message = ending::changed_since_planned(&target.id, &how);
            return Ok((Outcome::Changed, None, message));
        }
        self.journal
            .write(Event::Begun { action: action.id, undo: false, present: present.clone() })
            .map_err(|error| ending::journal_refusal(&error))?;
        let to = goal(action, present.as_ref());
        let change = match &present {
            // What was cut off is made on from its beginning, tags and all.
            Some(_) if half_done && action.change == ChangeKind::Create => Change::Create(&to),
            Some(from) => Change::Update(from, &to),
            None => Change::Create(&to),
        };
        self.hands.change(target, change, self.journal).await?;
        self.look_again(action).await
    }

    fn has_called(&self, action: &Action) -> bool {
        self.before.get(&action.id).is_some_and(|progress| progress.called)
    }

    /// Whether the resource is as the plan found it, or as this plan has made it since.
    fn is_as_planned(&self, action: &Action, present: Option<&State>) -> bool {
        if self.has_called(action) {
            // By a run that was ended early; someone may have changed it since.
            return present.is_none_or(|present| has_begun(action, present));
        }
        match (present, self.made.get(&action.resource), &action.before) {
            (Some(present), Some(made), _) => merge::unchanged(made, present),
            (Some(present), None, Some(before)) => merge::unchanged(before, present),
            (Some(present), None, None) => pristine::is_pristine(&action.resource, present),
            (None, None, None) => action.change == ChangeKind::Create,
            (None, _, _) => false,
        }
    }

    /// Reads what was made; AWS may take a while to show it.
    async fn look_again(&self, action: &Action) -> Result<(Outcome, Option<State>, Text), Refused> {
        let mut present = None;
        for pause in PATIENCE {
            self.hands.wait(*pause).await;
            present = self.hands.read(&action.resource).await?;
            if present.as_ref().is_some_and(|present| is_done(action, present)) {
                return Ok((Outcome::Done, present, Text::default()));
            }
        }
        let seconds: u64 = PATIENCE.iter().sum();
        let message = ending::not_shown(seconds, &otherwise(action, present.as_ref()));
        Ok((Outcome::Failed, present, message))
    }
}

/// What should be there, given what is.
fn goal(action: &Action, present: Option<&State>) -> State {
    let nothing = State::default();
    match (&action.before, present) {
        (Some(before), Some(present)) => {
            merge::patched(present, &merge::patch(before, &action.after))
        }
        (_, present) => merge::overlay_state(present.unwrap_or(&nothing), &action.after),
    }
}

/// Whether a resource could be what the action has left of it, cut off at any time.
pub fn has_begun(action: &Action, present: &State) -> bool {
    let since = match (&action.before, action.change) {
        (Some(before), ChangeKind::Update) => merge::patch(before, present),
        _ => present.clone(),
    };
    pristine::is_pristine(&action.resource, present)
        || is_done(action, present)
        || merge::is_beginning_of(&since, &action.after)
}

/// Whether a resource is as the action wants it.
pub fn is_done(action: &Action, present: &State) -> bool {
    merge::same_state(&goal(action, Some(present)), present)
}

/// Where a resource differs from what the plan found.
fn otherwise(action: &Action, present: Option<&State>) -> Text {
    let Some(present) = present else {
        return ending::text("it is not there any more", "すでに存在しません");
    };
    let Some(before) = &action.before else {
        return ending::text("it is there already, and otherwise", "別の内容ですでに存在します");
    };
    let value = |state: &State| serde_json::Value::Object(state.properties.clone());
    let differences = merge::differences(&value(before), &value(present));
    let paths: Vec<&str> = differences.iter().map(|(path, ..)| path.as_str()).collect();
    match paths.is_empty() {
        true => ending::text("its status is another", "状態 (status) が変わっています"),
        false => Text::english(&paths.join(", ")),
    }
}
