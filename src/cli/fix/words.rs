//! The fixed words of plans and of what came of them.

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
    nothing_to_do: "Nothing to change.",
    price_note: "Costs are estimates from list prices of us-east-1 as of {}, free tiers not taken off.",
    apply_it: "nothing was changed; to apply exactly this, save it with --plan FILE and run `audit fix --apply FILE`",
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
    price_note: "料金は {} 時点の us-east-1 の定価に基づく見積もりで、無料枠は差し引いていません。",
    apply_it: "何も変更していません。この計画のとおりに適用するには、--plan FILE で保存し、`audit fix --apply FILE` を実行してください",
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
            Lang::En => {
                format!("nothing was changed; to apply exactly this: audit fix --apply {path}")
            }
            Lang::Ja => format!(
                "何も変更していません。この計画のとおりに適用するには: audit fix --apply {path}"
            ),
        }
    }

    /// How much there is to do, and what it costs.
    pub fn total(&self, actions: usize, safe: usize, review: usize, monthly_usd: f64) -> String {
        match self.lang {
            Lang::En => format!(
                "{}: {safe} safe, {review} to review; about ${monthly_usd:.2} a month",
                actions_of(actions)
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
}

/// `1 action`, `2 actions`.
pub(super) fn actions_of(actions: usize) -> String {
    if actions == 1 { "1 action".to_owned() } else { format!("{actions} actions") }
}
