//! How actions end, in words for whoever started them.

use super::handler::{Refused, RefusedKind};
use super::journal::{Event, Journal, Outcome};
use super::plan::Action;
use crate::model::{Lang, Text};

/// How one action ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// The action.
    pub action: u32,
    /// How.
    pub outcome: Outcome,
    /// Why, where it was not done.
    pub message: Text,
}

/// Hears how it goes on.
pub trait Watch {
    /// An action begins.
    fn begins(&mut self, action: &Action);
    /// It has ended.
    fn ended(&mut self, action: &Action, ending: &Ending);
}

/// Words in both languages.
pub(super) fn text(en: impl Into<String>, ja: impl Into<String>) -> Text {
    Text { en: Some(en.into()), ja: Some(ja.into()) }
}

/// What a service said, in its own words.
pub(super) fn refused(refused: &Refused) -> Text {
    Text::english(&refused.to_string())
}

/// An action that was not tried, because the one it depends on was not done.
pub(super) fn depends_on(id: u32) -> Text {
    text(
        format!("it depends on action {id}, which was not done"),
        format!("前提となる変更 {id} が完了していません"),
    )
}

/// The resource is not as the plan found it.
pub(super) fn changed_since_planned(id: &str, how: &Text) -> Text {
    let (en, ja) = (how.get(Lang::En), how.get(Lang::Ja));
    text(
        format!("{id} is not as it was when this was planned: {en}"),
        format!("{id} は計画時の状態と異なります: {ja}"),
    )
}

/// Every call was taken, and the resource is not as it should be.
pub(super) fn not_shown(seconds: u64, how: &Text) -> Text {
    let (en, ja) = (how.get(Lang::En), how.get(Lang::Ja));
    text(
        format!("AWS took every call, but after {seconds} s it is not as it should be: {en}"),
        format!(
            "呼び出しはすべて受け付けられましたが、{seconds} 秒後も計画どおりの状態になっていません: {ja}"
        ),
    )
}

/// The resource is not as it was made.
pub(super) fn changed_since_made(id: &str) -> Text {
    text(
        format!("{id} was changed since it was made here; it is left as it is"),
        format!("{id} は作成後に変更されているため、そのまま残します"),
    )
}

/// What stands upon it could not be taken back.
pub(super) fn still_needed() -> Text {
    text("what was made upon it is still there", "これを前提に作成したものがまだ残っています")
}

/// An ending, written into the journal; if it cannot be, that is how it ended.
pub(super) fn written(journal: &Journal, ended: Event, ending: Ending) -> Ending {
    let Err(error) = journal.write(ended) else { return ending };
    let path = journal.path().display();
    let before = |words: &str| match words {
        "" => String::new(),
        words => format!(" ({words})"),
    };
    let (en, ja) = (before(ending.message.get(Lang::En)), before(ending.message.get(Lang::Ja)));
    let message = text(
        format!("the journal {path} cannot be written: {error}{en}"),
        format!("ジャーナル {path} に書き込めません: {error}{ja}"),
    );
    Ending { outcome: Outcome::Failed, message, ..ending }
}

/// What was still to do when the journal could not be written any more.
pub(super) fn not_tried(action: u32, journal: &Journal) -> Ending {
    let path = journal.path().display();
    let message = text(
        format!("the journal {path} cannot be written, so nothing more was called"),
        format!("ジャーナル {path} に書き込めないため、以降は何も呼び出していません"),
    );
    Ending { action, outcome: Outcome::NotTried, message }
}

/// A call that is not made, because the journal cannot be written.
pub(super) fn journal_refusal(error: &std::io::Error) -> Refused {
    Refused {
        api: "journal".to_owned(),
        kind: RefusedKind::Journal,
        message: format!("the journal cannot be written: {error}"),
    }
}
