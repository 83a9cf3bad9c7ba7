//! `audit rules list --format markdown`: the catalogue as a page for both languages.

use std::io::{self, Write};

use crate::model::rule::SECTIONS;
use crate::model::{FixRisk, Lang};
use crate::report::visible;
use crate::rules::{Rule, RuleSet};

/// What stands above the table.
const HEAD: &str = "\
# The catalogue / ルール一覧

Made by `audit rules list --format markdown`; `audit rules explain ID` shows one rule in full.
`audit rules list --format markdown` で生成しています。各ルールの詳細は `audit rules explain ID` で表示できます。

What a fix may do: `safe` adds something new, `review` changes what exists or costs noticeably, `manual` is for a person.
修正の区分: `safe` は追加のみ、`review` は既存の変更か目立つ費用を伴うもの、`manual` は人が行うものです。

| id | severity | for | holds when | 成立条件 | fix | frameworks |
|---|---|---|---|---|---|---|
";

/// Writes the page.
///
/// # Errors
/// Whatever it is written to refuses.
pub fn markdown(set: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEAD.as_bytes())?;
    let mut section = "";
    for rule in &set.rules {
        if rule.info.section != section {
            section = &rule.info.section;
            let known = SECTIONS.iter().find(|(id, ..)| *id == section);
            let (en, ja) = known.map_or((section, ""), |(_, en, ja)| (*en, *ja));
            writeln!(out, "| **{en}** | | | | **{ja}** | | |")?;
        }
        row(rule, out)?;
    }
    Ok(())
}

fn row(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let info = &rule.info;
    let subjects: Vec<String> = rule.subjects.iter().map(|ty| format!("`{ty}`")).collect();
    let frameworks: Vec<String> = info
        .frameworks
        .iter()
        .map(|(name, controls)| format!("{} {}", cell(name), cell(&controls.join(", "))))
        .collect();
    let fix = match info.fix {
        Some(FixRisk::Safe) => "safe",
        Some(FixRisk::Review) => "review",
        Some(FixRisk::Manual) => "manual",
        None => "",
    };
    let cells = [
        format!("`{}`", cell(&info.id)),
        info.severity.as_str().to_owned(),
        subjects.join(", "),
        cell(info.title.get(Lang::En)),
        cell(info.title.get(Lang::Ja)),
        fix.to_owned(),
        frameworks.join("; "),
    ];
    writeln!(out, "| {} |", cells.join(" | "))
}

/// Text that ends no cell.
fn cell(text: &str) -> String {
    visible(text.trim()).replace('|', "\\|")
}
