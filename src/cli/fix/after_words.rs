//! The fixed words of what came of a plan.

use super::words::actions_of;
use crate::fix::ending::Ending;
use crate::fix::journal::Outcome;
use crate::model::Lang;

/// Words in one language.
pub struct AfterWords {
    lang: Lang,
    pub actions: &'static str,
    pub findings: &'static str,
    pub closed: &'static str,
    pub still_open: &'static str,
    pub left_open: &'static str,
    pub unknown: &'static str,
    pub awaiting: &'static str,
}

static EN: AfterWords = AfterWords {
    lang: Lang::En,
    actions: "Actions",
    findings: "Findings",
    closed: "closed",
    still_open: "still open",
    left_open: "left out, still open",
    unknown: "unknown",
    awaiting: "awaiting a person",
};

static JA: AfterWords = AfterWords {
    lang: Lang::Ja,
    actions: "変更",
    findings: "検出結果",
    closed: "解消",
    still_open: "未解消",
    left_open: "対象外 (未解消)",
    unknown: "不明",
    awaiting: "人の作業待ち",
};

impl AfterWords {
    /// The words in a language.
    pub fn of(lang: Lang) -> &'static AfterWords {
        match lang {
            Lang::En => &EN,
            Lang::Ja => &JA,
        }
    }

    /// That it may take a while until AWS shows what was done.
    pub fn waiting(&self, seconds: u64) -> String {
        match self.lang {
            Lang::En => format!(
                "done; waiting up to {seconds} s until AWS shows it (first runs and deliveries take minutes; --wait 0 does not wait)"
            ),
            Lang::Ja => format!(
                "適用しました。AWS に反映されるのを最大 {seconds} 秒待ちます (初回の実行や配信には数分かかります。--wait 0 で待たない)"
            ),
        }
    }

    /// Where the journal is.
    pub fn journal(&self, path: &str) -> String {
        match self.lang {
            Lang::En => format!("journal: {path}"),
            Lang::Ja => format!("ジャーナル: {path}"),
        }
    }

    /// What to do after an interruption.
    pub fn interrupted(&self, option: &str, path: &str) -> String {
        match self.lang {
            Lang::En => format!(
                "interrupted; what was done stands in {path}. Go on: audit fix {option} {path}. Take it back: audit fix --undo {path}"
            ),
            Lang::Ja => format!(
                "中断しました。実行済みの内容は {path} にあります。続ける: audit fix {option} {path}。取り消す: audit fix --undo {path}"
            ),
        }
    }

    /// How much is left out.
    pub fn left_out(&self, actions: usize) -> String {
        match self.lang {
            Lang::En => format!(
                "left out: {} (not selected, in need of --include-review, or coming after such)",
                actions_of(actions)
            ),
            Lang::Ja => format!(
                "{actions} 件の変更は対象外です (選択されていない、--include-review が必要、またはそれらの後に行うもの)"
            ),
        }
    }

    /// Which actions are applied, of a plan that has more.
    pub fn chosen(&self, actions: &str, monthly_usd: f64) -> String {
        match self.lang {
            Lang::En => format!("of these, now: {actions}; about ${monthly_usd:.2} a month"),
            Lang::Ja => format!("このうち今回: {actions}。およそ ${monthly_usd:.2}/月"),
        }
    }

    /// Whether to apply.
    pub fn question(&self, actions: usize, review: usize, account: &str) -> String {
        match self.lang {
            Lang::En => format!(
                "Apply {} ({review} to review: changing what exists, or costing noticeably) to account {account}? Type yes:",
                actions_of(actions)
            ),
            Lang::Ja => format!(
                "アカウント {account} に {actions} 件の変更 (うち {review} 件は既存の変更または料金が発生) を適用しますか? はい と入力してください:"
            ),
        }
    }

    /// Whether to take back.
    pub fn undo_question(&self, actions: usize, account: &str) -> String {
        match self.lang {
            Lang::En => {
                format!("Take back {} in account {account}? Type yes:", actions_of(actions))
            }
            Lang::Ja => format!(
                "アカウント {account} の {actions} 件の変更を取り消しますか? はい と入力してください:"
            ),
        }
    }

    /// How an action ended.
    pub fn ending(&self, ending: &Ending) -> String {
        let word = match (self.lang, ending.outcome) {
            (Lang::En, Outcome::Done) => "done",
            (Lang::En, Outcome::Already) => "nothing to do: it is so already",
            (Lang::En, Outcome::Changed) => "refused",
            (Lang::En, Outcome::Failed) => "failed",
            (Lang::En, Outcome::NotTried) => "not tried",
            (Lang::Ja, Outcome::Done) => "完了",
            (Lang::Ja, Outcome::Already) => "変更不要: すでにその状態です",
            (Lang::Ja, Outcome::Changed) => "中止",
            (Lang::Ja, Outcome::Failed) => "失敗",
            (Lang::Ja, Outcome::NotTried) => "未実行",
        };
        match ending.message.get(self.lang) {
            "" => word.to_owned(),
            message => format!("{word}: {message}"),
        }
    }

    /// How many actions ended well, and how to take them back.
    pub fn ended(&self, done: usize, all: usize, path: &str) -> String {
        match self.lang {
            Lang::En => format!("{done} of {all} done; to take them back: audit fix --undo {path}"),
            Lang::Ja => format!("{all} 件中 {done} 件完了。取り消すには: audit fix --undo {path}"),
        }
    }

    /// How much was taken back.
    pub fn undone(&self, done: usize, all: usize) -> String {
        match self.lang {
            Lang::En => format!("{done} of {} taken back", actions_of(all)),
            Lang::Ja => format!("{all} 件中 {done} 件を取り消しました"),
        }
    }
}
