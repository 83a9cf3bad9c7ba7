//! Taking back what a journal tells was made, newest first, and only what is still as it was made.

use std::collections::BTreeSet;

use super::apply::{has_begun, is_done};
use super::ending::{self, Ending, Watch};
use super::handler::{Change, Hands, Refused};
use super::journal::{Event, History, Journal, Outcome, Progress};
use super::merge;
use super::plan::{Action, ChangeKind};
use super::pristine;
use crate::model::{Lang, Text};

/// Types whose resources only keep what was written by then: one that stays, as the plan said it would, needs
/// nothing of what was made beside it.
const STORES: &[&str] = &["AWS::S3::Bucket"];

/// Takes back every action of the journal that was begun and not taken back yet.
pub async fn undo(
    history: &History,
    hands: &dyn Hands,
    journal: &Journal,
    watch: &mut dyn Watch,
) -> Vec<Ending> {
    let mut endings = Vec::new();
    // What stays still needs what it was made upon.
    let mut needed: BTreeSet<u32> = BTreeSet::new();
    for action in history.plan.actions.iter().rev() {
        let Some(progress) = history.actions.get(&action.id).filter(|it| it.called) else {
            continue;
        };
        if progress.undone.is_some_and(Outcome::is_good) {
            continue;
        }
        if journal.is_broken() {
            endings.push(ending::not_tried(action.id, journal));
            continue;
        }
        watch.begins(action);
        let ending = match needed.contains(&action.id) {
            true => Ending {
                action: action.id,
                outcome: Outcome::NotTried,
                message: ending::still_needed(),
            },
            false => one(action, progress, hands, journal).await,
        };
        watch.ended(action, &ending);
        if !ending.outcome.is_good() && !STORES.contains(&action.resource.ty.as_str()) {
            // And what else was made for the same findings: it serves what stays.
            let serves = |it: &&Action| it.findings.iter().any(|f| action.findings.contains(f));
            let serving = history.plan.actions.iter().filter(serves).map(|it| it.id);
            needed.extend(serving.filter(|id| *id != action.id));
        }
        endings.push(ending);
    }
    endings
}

async fn one(action: &Action, progress: &Progress, hands: &dyn Hands, journal: &Journal) -> Ending {
    journal.about(action.id);
    let (outcome, message) = match attempt(action, progress, hands, journal).await {
        Ok(ending) => ending,
        Err(refused) => (Outcome::Failed, ending::refused(&refused)),
    };
    let (id, undo, made) = (action.id, true, None);
    let words = message.get(Lang::En).to_owned();
    let ended = Event::Ended { action: id, undo, outcome, made, message: words };
    ending::written(journal, ended, Ending { action: id, outcome, message })
}

async fn attempt(
    action: &Action,
    progress: &Progress,
    hands: &dyn Hands,
    journal: &Journal,
) -> Result<(Outcome, Text), Refused> {
    let target = &action.resource;
    let present = hands.read(target).await?.filter(|it| !pristine::is_pristine(target, it));
    let Some(present) = present else {
        return Ok((Outcome::Already, Text::default()));
    };
    let is_made = progress.ended.as_ref().is_some_and(|(outcome, _)| *outcome == Outcome::Done);
    let is_whole = is_made && !progress.undoing;
    let made = progress.ended.as_ref().and_then(|(_, made)| made.as_ref());
    let begun = Event::Begun { action: action.id, undo: true, present: Some(present.clone()) };
    let write = |event| journal.write(event).map_err(|error| ending::journal_refusal(&error));
    let changed = || Ok((Outcome::Changed, ending::changed_since_made(&target.id)));
    if action.change == ChangeKind::Create {
        let is_ours = match made.filter(|_| is_whole) {
            Some(made) => merge::unchanged(made, &present),
            // Half made, or half taken back: as much of it as is there must be what was wanted.
            None => has_begun(action, &present),
        };
        if !is_ours {
            return changed();
        }
        write(begun)?;
        hands.change(target, Change::Delete(&present), journal).await?;
        return Ok((Outcome::Done, Text::default()));
    }
    // What was there when it began says more than the plan: a step before it may have made it.
    let before = progress.found.clone().flatten().or(action.before.clone()).unwrap_or_default();
    let back = merge::patch(&action.after, &before);
    let to = merge::patched(&present, &back);
    if merge::same_state(&to, &present) {
        return Ok((Outcome::Already, Text::default()));
    }
    if is_whole && !is_done(action, &present) {
        return changed();
    }
    write(begun)?;
    hands.change(target, Change::Update(&present, &to), journal).await?;
    Ok((Outcome::Done, Text::default()))
}
