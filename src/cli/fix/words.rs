//! The fixed words of plans and of what came of them.

use crate::fix::apply::Ending;
use crate::fix::journal::Outcome;
use crate::model::Lang;

/// Words in one language.
pub struct Words {
    lang: Lang,
    pub plan_for: &'static str,
    pub as_it_stood: &'static str,
    pub create: &'static str,
    pub update: &'static str,
    pub safe: &'static str,
    pub review: &'static str,
    pub manual: &'static str,
    pub why: &'static str,
    pub calls: &'static str,
    pub needs: &'static str,
    pub costs: &'static str,
    pub a_month: &'static str,
    pub after: &'static str,
    pub undo: &'static str,
    pub then: &'static str,
    pub nothing: &'static str,
    pub for_a_person: &'static str,
    pub not_planned: &'static str,
    pub nothing_to_do: &'static str,
    pub price_note: &'static str,
    pub apply_it: &'static str,
    pub waiting: &'static str,
    pub actions: &'static str,
    pub findings: &'static str,
    pub closed: &'static str,
    pub still_open: &'static str,
    pub unknown: &'static str,
    pub awaiting: &'static str,
}

static EN: Words = Words {
    lang: Lang::En,
    plan_for: "Plan for account",
    as_it_stood: "as it stood at",
    create: "create",
    update: "update",
    safe: "safe",
    review: "review",
    manual: "manual",
    why: "for",
    calls: "calls",
    needs: "needs",
    costs: "costs",
    a_month: " a month",
    after: "after",
    undo: "undo",
    then: "then",
    nothing: "(nothing)",
    for_a_person: "For a person",
    not_planned: "Not planned",
    nothing_to_do: "Nothing to do.",
    price_note: "Costs are estimates from list prices of us-east-1, free tiers not taken off.",
    apply_it: "nothing was changed; to apply exactly this, save it with --plan FILE and run `audit fix --apply FILE`",
    waiting: "waiting for AWS to show it",
    actions: "Actions",
    findings: "Findings",
    closed: "closed",
    still_open: "still open",
    unknown: "unknown",
    awaiting: "awaiting a person",
};

static JA: Words = Words {
    lang: Lang::Ja,
    plan_for: "修正計画: アカウント",
    as_it_stood: "確認時刻:",
    create: "作成",
    update: "変更",
    safe: "safe (追加のみ)",
    review: "review (要確認)",
    manual: "manual (手作業)",
    why: "対象",
    calls: "API",
    needs: "権限",
    costs: "料金",
    a_month: "/月",
    after: "前提",
    undo: "取り消し",
    then: "その後",
    nothing: "(なし)",
    for_a_person: "人の作業が必要なもの",
    not_planned: "計画できなかったもの",
    nothing_to_do: "変更はありません。",
    price_note: "料金は us-east-1 の定価に基づく見積もりで、無料枠は差し引いていません。",
    apply_it: "何も変更していません。この計画のとおりに適用するには、--plan FILE で保存し、`audit fix --apply FILE` を実行してください",
    waiting: "AWS に反映されるのを待っています",
    actions: "変更",
    findings: "検出事項",
    closed: "解消",
    still_open: "未解消",
    unknown: "不明",
    awaiting: "人の作業待ち",
};

impl Words {
    /// The words in a language.
    pub fn of(lang: Lang) -> &'static Words {
        match lang {
            Lang::En => &EN,
            Lang::Ja => &JA,
        }
    }

    /// Where the plan was saved, and what to do with it.
    pub fn saved(&self, path: &str) -> String {
        match self.lang {
            Lang::En => format!("nothing was changed; to apply exactly this: audit fix --apply {path}"),
            Lang::Ja => format!("何も変更していません。この計画のとおりに適用するには: audit fix --apply {path}"),
        }
    }

    /// How much there is to do, and what it costs.
    pub fn total(&self, actions: usize, safe: usize, review: usize, monthly_usd: f64) -> String {
        match self.lang {
            Lang::En => format!(
                "{actions} actions: {safe} safe, {review} to review; about ${monthly_usd:.2} a month"
            ),
            Lang::Ja => format!(
                "変更 {actions} 件: safe {safe} 件、review {review} 件。およそ ${monthly_usd:.2}/月"
            ),
        }
    }

    /// Items of a list that stay.
    pub fn unchanged(&self, items: usize) -> String {
        match self.lang {
            Lang::En => format!("({items} more stay as they are)"),
            Lang::Ja => format!("(ほか {items} 件は変更なし)"),
        }
    }

    /// How many findings of a rule.
    pub fn findings_of(&self, findings: usize) -> String {
        match (self.lang, findings) {
            (Lang::En, 1) => "1 finding".to_owned(),
            (Lang::En, _) => format!("{findings} findings"),
            (Lang::Ja, _) => format!("{findings} 件"),
        }
    }

    /// A text that is too long to show.
    pub fn long_text(&self, lines: usize, bytes: usize, first: &str) -> String {
        match self.lang {
            Lang::En => format!("{lines} lines, {bytes} bytes, which begin: {first}"),
            Lang::Ja => format!("{lines} 行、{bytes} バイト。冒頭: {first}"),
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
                "{actions} actions are left out: they are not selected, need --include-review, or come after one that does"
            ),
            Lang::Ja => format!(
                "{actions} 件の変更は対象外です (選択されていない、--include-review が必要、またはそれらの後に行うもの)"
            ),
        }
    }

    /// Whether to apply.
    pub fn question(&self, actions: usize, review: usize, account: &str) -> String {
        match self.lang {
            Lang::En => format!(
                "Apply {actions} actions ({review} of them change what exists or cost noticeably) to account {account}? Type yes:"
            ),
            Lang::Ja => format!(
                "アカウント {account} に {actions} 件の変更 (うち {review} 件は既存の変更または料金が発生) を適用しますか? はい と入力してください:"
            ),
        }
    }

    /// Whether to take back.
    pub fn undo_question(&self, actions: usize, account: &str) -> String {
        match self.lang {
            Lang::En => format!("Take back {actions} actions in account {account}? Type yes:"),
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
        match ending.message.as_str() {
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
            Lang::En => format!("{done} of {all} actions taken back"),
            Lang::Ja => format!("{all} 件中 {done} 件を取り消しました"),
        }
    }
}
