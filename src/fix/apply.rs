//! Applying a plan: read, compare, write, read again, one action after the other.
//!
//! Nothing is written that was not planned, and nothing where something else is there than was planned
//! for. An action that fails stops those that depend on it, and no other.

use std::collections::BTreeMap;

use super::handler::{Change, Hands, Refused, RefusedKind, State, Target};
use super::journal::{Event, Journal, Outcome, Progress};
use super::kinds;
use super::merge;
use super::plan::{Action, ChangeKind, Plan};

/// Seconds to wait before a resource is looked at again that is not yet as it was made: a canary takes
/// a minute to start.
pub const PATIENCE: &[u64] = &[0, 1, 2, 3, 5, 10, 15, 25];

/// How one action ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The action.
    pub action: u32,
    /// How.
    pub outcome: Outcome,
    /// Why, where it was not done.
    pub message: String,
}

/// Hears how it goes on.
pub trait Watch {
    /// An action begins.
    fn begins(&mut self, action: &Action);
    /// It has ended.
    fn ended(&mut self, action: &Action, ending: &Ending);
}

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

    /// Does the chosen actions of a plan; ends early only when the journal cannot be written.
    pub async fn run(mut self, plan: &Plan, chosen: &[u32], watch: &mut dyn Watch) -> Vec<Ending> {
        for action in plan.actions.iter().filter(|action| chosen.contains(&action.id)) {
            let known = self.before.get(&action.id).and_then(|it| it.ended.clone());
            // What failed, or was refused, is tried again.
            if let Some((outcome, made)) = known.filter(|(outcome, _)| outcome.is_good()) {
                if let Some(made) = made {
                    self.made.insert(action.resource.clone(), made);
                }
                let ending = Ending { action: action.id, outcome, message: String::new() };
                self.endings.insert(action.id, ending);
                continue;
            }
            watch.begins(action);
            let ending = self.action(action).await;
            watch.ended(action, &ending);
            self.endings.insert(action.id, ending);
            if self.journal.is_broken() {
                break;
            }
        }
        self.endings.into_values().collect()
    }

    async fn action(&mut self, action: &Action) -> Ending {
        self.journal.about(action.id);
        let stopped = |id: &&u32| !self.endings.get(id).is_some_and(|it| it.outcome.is_good());
        let outcome = match action.depends_on.iter().find(stopped) {
            Some(id) => Ok((
                Outcome::NotTried,
                None,
                format!("it depends on action {id}, which was not done"),
            )),
            None => self.try_action(action).await,
        };
        let (outcome, made, message) =
            outcome.unwrap_or_else(|refused| (Outcome::Failed, None, refused.to_string()));
        let ended = Event::Ended {
            action: action.id,
            undo: false,
            outcome,
            made: made.clone(),
            message: message.clone(),
        };
        let ending = |outcome, message| Ending { action: action.id, outcome, message };
        if let Some(made) = made {
            self.made.insert(action.resource.clone(), made);
        }
        match self.journal.write(ended) {
            Ok(()) => ending(outcome, message),
            Err(error) => {
                ending(Outcome::Failed, journal_words(self.journal, &error.to_string(), &message))
            }
        }
    }

    async fn try_action(
        &mut self,
        action: &Action,
    ) -> Result<(Outcome, Option<State>, String), Refused> {
        let target = &action.resource;
        let present = self.hands.read(target).await?;
        let half_done = self.has_called(action);
        if !half_done && present.as_ref().is_some_and(|present| is_done(action, present)) {
            return Ok((Outcome::Already, present, String::new()));
        }
        if !self.is_as_planned(action, present.as_ref()) {
            let message = format!(
                "{} is not as it was when this was planned: {}",
                target.id,
                otherwise(action, present.as_ref())
            );
            return Ok((Outcome::Changed, None, message));
        }
        self.journal
            .write(Event::Begun { action: action.id, undo: false, present: present.clone() })
            .map_err(|error| journal_refusal(&error))?;
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
            (Some(present), None, None) => kinds::is_pristine(&action.resource, present),
            (None, None, None) => action.change == ChangeKind::Create,
            (None, _, _) => false,
        }
    }

    /// Reads what was made; AWS may take a while to show it.
    async fn look_again(
        &self,
        action: &Action,
    ) -> Result<(Outcome, Option<State>, String), Refused> {
        let mut present = None;
        for pause in PATIENCE {
            self.hands.wait(*pause).await;
            present = self.hands.read(&action.resource).await?;
            if present.as_ref().is_some_and(|present| is_done(action, present)) {
                return Ok((Outcome::Done, present, String::new()));
            }
        }
        let seconds: u64 = PATIENCE.iter().sum();
        let message = format!(
            "AWS took every call, but after {seconds} s it is not as it should be: {}",
            otherwise(action, present.as_ref())
        );
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
    kinds::is_pristine(&action.resource, present)
        || is_done(action, present)
        || merge::is_beginning_of(&since, &action.after)
}

/// Whether a resource is as the action wants it.
pub fn is_done(action: &Action, present: &State) -> bool {
    merge::same_state(&goal(action, Some(present)), present)
}

/// Where a resource differs from what the plan found.
fn otherwise(action: &Action, present: Option<&State>) -> String {
    let Some(present) = present else { return "it is not there any more".to_owned() };
    let Some(before) = &action.before else {
        return "it is there already, and otherwise".to_owned();
    };
    let value = |state: &State| serde_json::Value::Object(state.properties.clone());
    let differences = merge::differences(&value(before), &value(present));
    let paths: Vec<&str> = differences.iter().map(|(path, ..)| path.as_str()).collect();
    if paths.is_empty() { "its status is another".to_owned() } else { paths.join(", ") }
}

fn journal_refusal(error: &std::io::Error) -> Refused {
    Refused {
        api: "journal".to_owned(),
        kind: RefusedKind::Journal,
        message: format!("the journal cannot be written: {error}"),
    }
}

fn journal_words(journal: &Journal, error: &str, before: &str) -> String {
    let path = journal.path().display();
    let more = if before.is_empty() { String::new() } else { format!(" ({before})") };
    format!("the journal {path} cannot be written: {error}{more}")
}
