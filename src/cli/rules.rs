//! `audit rules`: the catalogue.

use std::io::Write;

use clap::Subcommand;

use super::{Common, Exit, Failure, RuleSource, catalogue, output};
use crate::engine::cases;
use crate::model::rule::SECTIONS;
use crate::model::{FixRisk, Lang, Severity, Status};
use crate::report::visible;
use crate::rules::cases::CasesSource;
use crate::rules::fix::source::PartSource;
use crate::rules::functions::FUNCTIONS;
use crate::rules::source::RuleSource as RuleFile;
use crate::rules::{Rule, RuleSet};

/// Commands on the catalogue.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List every rule: id, severity, title
    List {
        /// A list to read, or a Markdown table in both languages
        #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "markdown"])]
        format: String,
        #[command(flatten)]
        source: RuleSource,
    },
    /// One rule in full: what, why, what to do, parameters, references
    Explain {
        /// The rule's id
        id: String,
        #[command(flatten)]
        source: RuleSource,
    },
    /// Run every rule's cases; exit 1 if one fails
    Test {
        #[command(flatten)]
        source: RuleSource,
    },
    /// Functions that rules may call, with what each says
    Functions,
    /// JSON Schema of rule files, of case files, or of parts of fixes, for editors
    Schema {
        /// The schema of case files
        #[arg(long)]
        cases: bool,
        /// The schema of parts, which several fixes use
        #[arg(long, conflicts_with = "cases")]
        parts: bool,
    },
}

/// Runs it.
pub fn run(command: &RulesCommand, common: &Common) -> Result<Exit, Failure> {
    let lang = common.lang_for_people();
    match command {
        RulesCommand::List { format, source } if format == "markdown" => {
            let set = source.load()?;
            output::to_stdout(|out| catalogue::markdown(&set, out)).map(|()| Exit::Clean)
        }
        RulesCommand::List { source, .. } => list(&source.load()?, lang).map(|()| Exit::Clean),
        RulesCommand::Explain { id, source } => {
            explain(&source.load()?, id, lang).map(|()| Exit::Clean)
        }
        RulesCommand::Functions => functions().map(|()| Exit::Clean),
        RulesCommand::Test { source } => test(source.load_with_cases()?, common),
        RulesCommand::Schema { cases, parts } => {
            let schema = match (cases, parts) {
                (true, _) => schemars::schema_for!(CasesSource),
                (_, true) => schemars::schema_for!(PartSource),
                _ => schemars::schema_for!(RuleFile),
            };
            let text = serde_json::to_string_pretty(&schema)?;
            output::to_stdout(|out| writeln!(out, "{text}")).map(|()| Exit::Clean)
        }
    }
}

fn section_title(name: &str, lang: Lang) -> &str {
    let found = SECTIONS.iter().find(|(id, ..)| *id == name);
    found.map_or(name, |(_, en, ja)| if lang == Lang::Ja { ja } else { en })
}

fn list(set: &RuleSet, lang: Lang) -> Result<(), Failure> {
    let width = set.rules.iter().map(|r| r.info.id.len()).max().unwrap_or(0);
    output::page_to_stdout(|out| {
        let mut section = "";
        for Rule { info, .. } in &set.rules {
            if info.section != section {
                let gap = if section.is_empty() { "" } else { "\n" };
                writeln!(out, "{gap}{}", section_title(&info.section, lang))?;
                section = &info.section;
            }
            writeln!(
                out,
                "  {:width$}  {:8}  {}",
                info.id,
                info.severity.as_str(),
                visible(info.title.get(lang))
            )?;
        }
        Ok(())
    })
}

fn functions() -> Result<(), Failure> {
    output::to_stdout(|out| {
        for function in FUNCTIONS {
            let params: Vec<String> = function.params.iter().map(ToString::to_string).collect();
            let (name, gives) = (function.name, function.gives);
            writeln!(out, "{name}({}) -> {gives}\n    {}", params.join(", "), function.doc)?;
            if !function.reads.is_empty() {
                writeln!(out, "    Reads {}.", function.reads.join(", "))?;
            }
        }
        Ok(())
    })
}

/// The fixed words of a rule's page.
fn heading(lang: Lang, en: &'static str, ja: &'static str) -> &'static str {
    if lang == Lang::Ja { ja } else { en }
}

fn explain(set: &RuleSet, id: &str, lang: Lang) -> Result<(), Failure> {
    let Some(rule) = set.rules.iter().find(|r| r.info.id == id) else {
        return Err(
            anyhow::anyhow!("there is no rule {id:?}; `audit rules list` shows all ids").into()
        );
    };
    output::page_to_stdout(|out| page(rule, lang, out))
}

fn page(rule: &Rule, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
    let info = &rule.info;
    let h = |en, ja| heading(lang, en, ja);
    writeln!(out, "{}\n{}\n", info.id, visible(info.title.get(lang)))?;
    writeln!(out, "  {}  {}", h("Section: ", "セクション: "), section_title(&info.section, lang))?;
    writeln!(out, "  {}  {}", h("Severity:", "重大度:     "), severity(info.severity, lang))?;
    writeln!(out, "  {}  {}", h("About:   ", "対象:       "), rule.subjects.join(", "))?;
    let fix = match info.fix {
        Some(FixRisk::Safe) => h(
            "safe: adds something new (review, where something is there already)",
            "safe: 新しいものを追加するだけ (既存のものを変える場合は review)",
        ),
        Some(FixRisk::Review) => h(
            "review: changes what exists, or costs noticeably",
            "review: 既存のものを変更するか、料金が目立つ",
        ),
        Some(FixRisk::Manual) => h("manual: only a person can", "manual: 人にしかできない"),
        None => h("by hand", "手作業"),
    };
    writeln!(out, "  {}  {fix}", h("Fix:     ", "修正:       "))?;
    paragraph(out, h("Why it matters", "なぜ重要か"), info.why.get(lang))?;
    paragraph(out, h("What to do", "どうすればよいか"), info.remediation.get(lang))?;
    if !rule.conditions.is_empty() {
        writeln!(out, "\n{}", h("Does not apply", "対象外になる場合"))?;
        rule.conditions
            .iter()
            .try_for_each(|(_, reason)| writeln!(out, "  - {}", visible(reason.get(lang))))?;
    }
    if !rule.undecided.is_empty() {
        writeln!(out, "\n{}", h("Cannot be told when", "判断できない場合"))?;
        rule.undecided
            .iter()
            .try_for_each(|(_, reason)| writeln!(out, "  - {}", visible(reason.get(lang))))?;
    }
    if !rule.params.is_empty() {
        writeln!(
            out,
            "\n{} [params.{}]",
            h("Parameters, in audit.toml under", "パラメーター (audit.toml):"),
            info.id
        )?;
        for (name, value) in &rule.params {
            writeln!(out, "  {} = {value}", visible(name))?;
            if let Some(about) = rule.about.get(name) {
                writeln!(out, "      {}", visible(about.get(lang)))?;
            }
        }
    }
    for (framework, controls) in &info.frameworks {
        writeln!(out, "\n{}: {}", visible(framework), visible(&controls.join(", ")))?;
    }
    if !info.references.is_empty() {
        writeln!(out, "\n{}", h("References", "参考資料"))?;
        info.references.iter().try_for_each(|url| writeln!(out, "  {}", visible(url)))?;
    }
    Ok(())
}

/// The word that `--fail-on` takes is English in either language.
fn severity(severity: Severity, lang: Lang) -> String {
    let word = severity.as_str();
    match lang {
        Lang::En => word.to_owned(),
        Lang::Ja => format!("{} ({word})", severity.word(lang)),
    }
}

fn paragraph(out: &mut dyn Write, title: &str, text: &str) -> std::io::Result<()> {
    writeln!(out, "\n{title}")?;
    text.lines().try_for_each(|line| writeln!(out, "{}", format!("  {line}").trim_end()))
}

fn test(mut set: RuleSet, common: &Common) -> Result<Exit, Failure> {
    let results = cases::run(&mut set);
    let failed: usize = results.iter().map(|r| r.failures.len()).sum();
    let cases: usize = results.iter().map(|r| r.cases).sum();
    output::page_to_stdout(|out| {
        for result in &results {
            result.failures.iter().try_for_each(|failure| writeln!(out, "{failure}\n"))?;
            if common.verbose > 0 {
                let statuses: Vec<&str> =
                    result.statuses.iter().copied().map(Status::as_str).collect();
                writeln!(out, "{}: {} cases ({})", result.rule, result.cases, statuses.join(", "))?;
            }
        }
        for result in results.iter().filter(|r| r.cases == 0) {
            writeln!(out, "warning: {} has no cases", result.rule)?;
        }
        writeln!(out, "{} rules, {cases} cases, {failed} failed", results.len())
    })?;
    Ok(if failed == 0 { Exit::Clean } else { Exit::Failing })
}
