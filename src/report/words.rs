//! The fixed words of the formats for people, in both languages.

use crate::model::{Gap, Lang, Outcome, Severity, Status};

use super::text::grouped;

/// Fixed words in one language. `{}` are filled in their order.
pub struct Words {
    lang: Lang,
    /// Before what to do.
    pub fix: &'static str,
    /// Where the rest of what to do stands: rule id.
    pub fix_more: &'static str,
    /// One command is left out: the rule's id.
    pub fix_one_command: &'static str,
    /// Commands are left out: how many, and the rule's id.
    pub fix_commands: &'static str,
    /// Where there are failures: what helps with all of them.
    pub fix_all: &'static str,
    /// Findings left out: how many.
    pub more: &'static str,
    /// Pieces left out, where no format lists more: how many.
    pub and_more: &'static str,
    /// All resources of a type: type.
    pub all_of: &'static str,
    /// Heading of what is unknown.
    pub unchecked: &'static str,
    /// Heading of what is waived.
    pub waived: &'static str,
    /// Until when and by whom a failure is waived: date, owner, reason.
    pub until: &'static str,
    /// Heading of notices.
    pub notices: &'static str,
    /// Heading of gaps.
    pub gaps: &'static str,
    /// An operation that could not be read: operation, where, outcome.
    pub gap: &'static str,
    /// Where it could not be read: places.
    pub gap_in: &'static str,
    /// Which IAM actions are missing, appended to the outcome: actions.
    pub needs: &'static str,
    /// More regions than are worth listing: how many.
    pub regions: &'static str,
    /// Several accounts: how many.
    pub accounts: &'static str,
    /// One account: number.
    pub account: &'static str,
    /// Regions of several accounts: regions, accounts.
    pub of_accounts: &'static str,
    /// When the snapshot was taken: time.
    pub collected: &'static str,
    /// A section without anything to check.
    pub nothing: &'static str,
    /// Heading of the summary.
    pub summary: &'static str,
    /// Row of the summary that adds up.
    pub total: &'static str,
    /// Between the parts of an enumeration.
    pub comma: &'static str,
    /// Between an introduction and what it introduces.
    pub colon: &'static str,
    /// Verdict when nothing was checked.
    pub verdict_nothing: &'static str,
    /// Verdict when all that was checked holds: how many.
    pub verdict_clear: &'static str,
    /// As before, but some failures are waived: how many hold, how many are waived.
    pub verdict_clear_but_waived: &'static str,
    /// Verdict when nothing failed but something is unknown: how many.
    pub verdict_unknown: &'static str,
    /// Heading of what a finding rests on, in a longer text.
    pub seen: &'static str,
    /// Heading of why a rule matters, in a longer text.
    pub why: &'static str,
}

static EN: Words = Words {
    lang: Lang::En,
    fix: "fix:",
    fix_more: "more: audit rules explain {}",
    fix_one_command: "1 more command, needed as well or for other cases: audit rules explain {}",
    fix_commands: "{} more commands, needed as well or for other cases: audit rules explain {}",
    fix_all: "audit fix shows how to mend what a machine may mend, with all names filled in; it changes nothing.",
    more: "… and {} more; --format json lists all",
    and_more: "and {} more",
    all_of: "all of {}",
    unchecked: "Could not be checked",
    waived: "Waived for now",
    until: "until {} by {}: {}",
    notices: "Notices",
    gaps: "could not read:",
    gap: "{}{} ({})",
    gap_in: " in {}",
    needs: "; needs {}",
    regions: "{} regions",
    accounts: "{} accounts",
    account: "account {}",
    of_accounts: "{} of {}",
    collected: "collected {}",
    nothing: "nothing to check",
    summary: "Summary",
    total: "Total",
    comma: ", ",
    colon: ": ",
    verdict_nothing: "Nothing was checked: no rule found a resource to speak of.",
    verdict_clear: "No failures: all {} checks that apply hold.",
    verdict_clear_but_waived: "No failures beyond those waived: {} checks hold, {} waived.",
    verdict_unknown: "No failures seen, but {} could not be checked. This is no all-clear.",
    seen: "seen:",
    why: "why:",
};

static JA: Words = Words {
    lang: Lang::Ja,
    fix: "対処:",
    fix_more: "続き: audit rules explain {}",
    fix_one_command: "続けて必要な、または別の場合のコマンドがほかに 1 個あります: audit rules explain {}",
    fix_commands: "続けて必要な、または別の場合のコマンドがほかに {} 個あります: audit rules explain {}",
    fix_all: "audit fix を実行すると、名前をすべて埋めた修正計画を表示します（何も変更しません）。",
    more: "… ほか {} 件（--format json ですべて表示）",
    and_more: "ほか {} 件",
    all_of: "すべての {}",
    unchecked: "確認できなかった項目",
    waived: "期限つきで免除中",
    until: "{} まで（責任者: {}）: {}",
    notices: "お知らせ",
    gaps: "読み取れなかった API:",
    gap: "{}{}（{}）",
    gap_in: ": {}",
    needs: "。必要な権限: {}",
    regions: "{} リージョン",
    accounts: "{} アカウント",
    account: "アカウント {}",
    of_accounts: "{}（{}）",
    collected: "{} 時点",
    nothing: "対象なし",
    summary: "まとめ",
    total: "合計",
    comma: "、",
    colon: ": ",
    verdict_nothing: "何も確認していません。どのルールにも対象のリソースがありませんでした。",
    verdict_clear: "不適合はありません。該当する {} 件すべてが適合しています。",
    verdict_clear_but_waived: "免除中のものを除き、不適合はありません。適合 {} 件、免除 {} 件。",
    verdict_unknown: "見つかった不適合はありませんが、{} 件を確認できませんでした。問題なしとは言えません。",
    seen: "確認した内容:",
    why: "理由:",
};

impl Words {
    /// The words of `lang`.
    pub fn of(lang: Lang) -> &'static Words {
        match lang {
            Lang::En => &EN,
            Lang::Ja => &JA,
        }
    }

    /// How much a failure matters.
    pub fn severity(&self, severity: Severity) -> &'static str {
        severity.word(self.lang)
    }

    /// What a rule says of a resource.
    pub fn status(&self, status: Status) -> &'static str {
        let (en, ja) = match status {
            Status::Pass => ("pass", "適合"),
            Status::Fail => ("fail", "不適合"),
            Status::Unknown => ("unknown", "不明"),
            Status::NotApplicable => ("not applicable", "対象外"),
            Status::Waived => ("waived", "免除"),
        };
        self.either(en, ja)
    }

    /// What came of an operation, from the word in [`Gap::outcome`].
    pub fn outcome<'a>(&self, word: &'a str) -> &'a str {
        let (en, ja) = match word {
            Gap::NOT_CALLED => ("never called", "未実行"),
            w if w == Outcome::Denied.as_str() => ("denied", "拒否"),
            w if w == Outcome::Error.as_str() => ("error", "エラー"),
            w if w == Outcome::NotEntitled.as_str() => ("not subscribed", "契約なし"),
            w if w == Outcome::NotInRegion.as_str() => ("not in this region", "リージョン未対応"),
            w if w == Outcome::Unsupported.as_str() => {
                ("operation unknown to the server", "サーバー未対応の操作")
            }
            other => return other,
        };
        self.either(en, ja)
    }

    /// A number of things: `3 fail`, `不適合 3`.
    pub fn count(&self, number: u64, word: &str) -> String {
        match self.lang {
            Lang::En => format!("{} {word}", grouped(number)),
            Lang::Ja => format!("{word} {}", grouped(number)),
        }
    }

    fn either(&self, en: &'static str, ja: &'static str) -> &'static str {
        match self.lang {
            Lang::En => en,
            Lang::Ja => ja,
        }
    }
}

/// `template` with its `{}` filled in their order. What is filled in is never looked at again.
pub fn fill(template: &str, values: &[&str]) -> String {
    let mut out = String::new();
    let mut values = values.iter();
    let mut parts = template.split("{}");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(values.next().unwrap_or(&""));
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_order_and_only_once() {
        assert_eq!(fill("a {} b {}", &["{}", "2"]), "a {} b 2");
        assert_eq!(fill("none", &["x"]), "none");
    }
}
