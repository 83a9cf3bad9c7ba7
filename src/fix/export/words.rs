//! Words of exported files, and what of a plan is told in each of them.

use std::collections::BTreeMap;

use crate::fix::draft::FindingRef;
use crate::fix::plan::{Action, Plan};
use crate::model::visible::visible;
use crate::model::{FixRisk, Lang, Text};

/// As many findings are named; of more, only how many there are.
const NAMED: usize = 6;

/// Fixed words in one language.
pub struct Words {
    /// The language.
    pub lang: Lang,
    /// Which account a plan is for, and when it was looked at.
    pub plan_for: &'static str,
    /// The same.
    pub as_it_stood: &'static str,
    /// For which findings.
    pub why: &'static str,
    /// What it costs.
    pub costs: &'static str,
    /// What a person must do.
    pub person: &'static str,
    /// Findings for which nothing could be planned.
    pub not_planned: &'static str,
    /// Before an exported script.
    pub script: &'static str,
    /// What no command can do.
    pub no_command: &'static str,
    /// Title of what is left beside templates.
    pub by_hand: &'static str,
    /// Title of the stacks.
    pub stacks: &'static str,
    /// How to make them.
    pub stacks_how: &'static str,
    /// Of a template that is too large for a call.
    pub too_large: &'static str,
    /// When there is nothing to make.
    pub no_stacks: &'static str,
    /// Title of changes of what exists.
    pub changes: &'static str,
    /// Why they are no part of a template.
    pub changes_why: &'static str,
    /// Stands for what is absent.
    pub nothing: &'static str,
}

static EN: Words = Words {
    lang: Lang::En,
    plan_for: "Plan for account",
    as_it_stood: "as it stood at",
    why: "for",
    costs: "costs",
    person: "For a person",
    not_planned: "Not planned",
    script: "Look through it before it runs. It may run again: what is done already stays. It writes some objects whole, as they \
        should be by the time above, so after other changes to the account make it anew with `audit fix --export`.",
    no_command: "left to a person",
    by_hand: "How to create the stacks, and what is left to you",
    stacks: "Create the stacks",
    stacks_how: "Look through the templates first, then create their stacks in this order. If a name is taken by then, CloudFormation \
        takes the whole stack back: look at the account again and export anew. Every export makes stacks of its own; \
        a template put into an earlier stack would delete what that one made.",
    too_large: "This template is too large to be sent with a call, so it goes by a bucket: put the name of one of yours in place of \
        BUCKET. The console's upload needs none.",
    no_stacks: "There is nothing to create.",
    changes: "Change what exists",
    changes_why: "CloudFormation changes only what it has made. These commands write some objects whole; after other changes to the \
        account, export anew.",
    nothing: "(nothing)",
};

static JA: Words = Words {
    lang: Lang::Ja,
    plan_for: "修正計画: アカウント",
    as_it_stood: "確認時刻:",
    why: "対象",
    costs: "料金",
    person: "人の作業が必要なもの",
    not_planned: "計画できなかったもの",
    script: "内容を確認してから実行してください。再実行しても、済んだものはそのままです。一部の設定は上記の時刻の状態をもとに全体を書き込むため、\
        その後アカウントを変更した場合は `audit fix --export` で作り直してください。",
    no_command: "人の作業が必要",
    by_hand: "スタックの作成方法と、手作業が必要なもの",
    stacks: "スタックを作成する",
    stacks_how: "テンプレートの内容を確認し、この順にスタックを作成してください。名前がすでに使われている場合、CloudFormation はスタック全体を\
        取り消します。アカウントを確認し直して、エクスポートし直してください。エクスポートごとに別のスタックになります。以前のスタックに\
        テンプレートを上書きすると、以前に作成したものが削除されます。",
    too_large: "このテンプレートは大きいため、S3 バケット経由で渡します。BUCKET をお使いのバケット名に置き換えてください。コンソールから\
        アップロードする場合は不要です。",
    no_stacks: "作成するものはありません。",
    changes: "既存のものを変更する",
    changes_why: "CloudFormation は自身が作成したものしか変更しません。以下のコマンドは一部の設定の全体を書き込みます。その後アカウントを変更した場合は\
        エクスポートし直してください。",
    nothing: "(なし)",
};

impl Words {
    /// The words in a language.
    pub fn of(lang: Lang) -> &'static Words {
        match lang {
            Lang::En => &EN,
            Lang::Ja => &JA,
        }
    }

    /// Of which plan a file is, in one safe line.
    pub fn head(&self, plan: &Plan) -> String {
        let Plan { account, created_at, .. } = plan;
        visible(&format!("{} {account} {} {created_at}", self.plan_for, self.as_it_stood))
            .into_owned()
    }

    /// For which findings something is, in one safe line; of many, only their number.
    pub fn why(&self, findings: &[FindingRef]) -> String {
        let mut by_rule: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for finding in findings {
            by_rule.entry(&finding.rule).or_default().push(&finding.id);
        }
        let rules = by_rule.into_iter().map(|(rule, ids)| match findings.len() > NAMED {
            true => format!("{rule} ({})", ids.len()),
            false => format!("{rule} ({})", ids.join(", ")),
        });
        visible(&rules.collect::<Vec<_>>().join("; ")).into_owned()
    }

    /// What an action costs, in one safe line; none when nothing.
    pub fn cost(&self, action: &Action) -> Option<String> {
        let cost = action.cost.as_ref()?;
        let basis = cost.basis.get(self.lang);
        Some(visible(&format!("{} ${:.2}: {basis}", self.costs, cost.monthly_usd)).into_owned())
    }

    /// The lines of a text, each safe.
    pub fn lines(&self, text: &Text) -> Vec<String> {
        text.get(self.lang).trim().lines().map(|line| visible(line.trim()).into_owned()).collect()
    }
}

/// The risk as plans call it.
pub fn risk(risk: FixRisk) -> &'static str {
    match risk {
        FixRisk::Safe => "safe",
        FixRisk::Review => "review",
        FixRisk::Manual => "manual",
    }
}
