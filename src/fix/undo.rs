//! Taking back what a journal tells was made, newest first, and only what is still as it was made.

use std::collections::BTreeSet;

use super::apply::{Ending, Watch, has_begun, is_done};
use super::handler::{Change, Hands, Refused, RefusedKind};
use super::journal::{Event, History, Journal, Outcome, Progress};
use super::merge;
use super::plan::{Action, ChangeKind};
use super::pristine;

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
        watch.begins(action);
        let ending = match needed.contains(&action.id) {
            true => Ending {
                action: action.id,
                outcome: Outcome::NotTried,
                message: "what was made upon it is still there".to_owned(),
            },
            false => one(action, progress, hands, journal).await,
        };
        watch.ended(action, &ending);
        if !ending.outcome.is_good() {
            // And what else was made for the same findings: it serves what stays.
            let serves = |it: &&Action| it.findings.iter().any(|f| action.findings.contains(f));
            let serving = history.plan.actions.iter().filter(serves).map(|it| it.id);
            needed.extend(serving.filter(|id| *id != action.id));
        }
        endings.push(ending);
        if journal.is_broken() {
            break;
        }
    }
    endings
}

async fn one(action: &Action, progress: &Progress, hands: &dyn Hands, journal: &Journal) -> Ending {
    journal.about(action.id);
    let (outcome, message) = match attempt(action, progress, hands, journal).await {
        Ok(ending) => ending,
        Err(refused) => (Outcome::Failed, refused.to_string()),
    };
    let (id, undo, made) = (action.id, true, None);
    let ended = Event::Ended { action: id, undo, outcome, made, message: message.clone() };
    match journal.write(ended) {
        Ok(()) => Ending { action: id, outcome, message },
        Err(error) => Ending { action: id, outcome: Outcome::Failed, message: error.to_string() },
    }
}

async fn attempt(
    action: &Action,
    progress: &Progress,
    hands: &dyn Hands,
    journal: &Journal,
) -> Result<(Outcome, String), Refused> {
    let target = &action.resource;
    let present = hands.read(target).await?.filter(|it| !pristine::is_pristine(target, it));
    let Some(present) = present else {
        return Ok((Outcome::Already, String::new()));
    };
    let is_made = progress.ended.as_ref().is_some_and(|(outcome, _)| *outcome == Outcome::Done);
    let is_whole = is_made && !progress.undoing;
    let made = progress.ended.as_ref().and_then(|(_, made)| made.as_ref());
    let begun = Event::Begun { action: action.id, undo: true, present: Some(present.clone()) };
    let write = |event| {
        journal.write(event).map_err(|error| Refused {
            api: "journal".to_owned(),
            kind: RefusedKind::Journal,
            message: format!("the journal cannot be written: {error}"),
        })
    };
    let changed = || {
        let message =
            format!("{} was changed since it was made here; it is left as it is", target.id);
        Ok((Outcome::Changed, message))
    };
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
        return Ok((Outcome::Done, String::new()));
    }
    // What was there when it began says more than the plan: a step before it may have made it.
    let before = progress.found.clone().flatten().or(action.before.clone()).unwrap_or_default();
    let back = merge::patch(&action.after, &before);
    let to = merge::patched(&present, &back);
    if merge::same_state(&to, &present) {
        return Ok((Outcome::Already, String::new()));
    }
    if is_whole && !is_done(action, &present) {
        return changed();
    }
    write(begun)?;
    hands.change(target, Change::Update(&present, &to), journal).await?;
    Ok((Outcome::Done, String::new()))
}
