//! What a fix must be told and was not: asked for by name in a terminal, else an error that names the
//! key of audit.toml.

use std::io::{BufRead, IsTerminal};

use serde_json::Value;

use super::super::terminal::say;
use crate::cli::{Common, Failure};
use crate::fix::draft::{Draft, Missing};
use crate::fix::render::Values;
use crate::model::Lang;
use crate::rules::inputs::Input;

/// Asks for everything that is missing.
///
/// # Errors
/// There is no terminal to ask in, or no answer.
pub fn missing(draft: &Draft, told: &mut Values, common: &Common) -> Result<(), Failure> {
    let lang = common.lang_for_people();
    let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if !terminal {
        return Err(anyhow::anyhow!("{}", all(draft, lang)).into());
    }
    for missing in &draft.missing {
        if !missing.inputs.iter().any(|input| is_answered(input, told, lang)) {
            return Err(anyhow::anyhow!("{}", all(draft, lang)).into());
        }
    }
    Ok(())
}

/// Asks until the answer can be used; an empty one goes on to the alternative.
fn is_answered(input: &Input, told: &mut Values, lang: Lang) -> bool {
    loop {
        say(&format!("{}: {}", input.key, input.text(lang)));
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        let answer = line.trim();
        if read.is_err() || line.is_empty() || answer.is_empty() {
            return false;
        }
        match value(input, answer) {
            Ok(value) => {
                told.insert(input.name.to_owned(), value);
                return true;
            }
            Err(words) => say(words),
        }
    }
}

fn value(input: &Input, answer: &str) -> Result<Value, &'static str> {
    if input.is_number() {
        let number = answer.parse::<f64>().ok().filter(|it| it.is_finite() && *it > 0.0);
        return number.map(Value::from).ok_or("expected a number above 0");
    }
    let answers: Vec<&str> = match input.is_list() {
        true => answer.split([',', ' ']).filter(|it| !it.is_empty()).collect(),
        false => vec![answer],
    };
    if let Some(complaint) = answers.iter().find_map(|it| input.complaint(it)) {
        return Err(complaint.words);
    }
    Ok(if input.is_list() { Value::from(answers) } else { Value::from(answer) })
}

/// Everything that is missing, in one message.
fn all(draft: &Draft, lang: Lang) -> String {
    let lines = draft.missing.iter().map(|missing| line(draft, missing, lang));
    let head = match lang {
        Lang::En => "audit.toml does not say what the fixes need (audit fix asks in a terminal):",
        Lang::Ja => "修正に必要な設定が audit.toml にありません (端末では audit fix が質問します):",
    };
    format!("{head}\n{}", lines.collect::<Vec<_>>().join("\n"))
}

fn line(draft: &Draft, missing: &Missing, lang: Lang) -> String {
    let keys = missing.inputs.iter().map(|input| {
        let (section, key) = input.key.split_once('.').unwrap_or(("", input.key));
        format!("    [{section}] {key}: {}", input.text(lang))
    });
    let mut rules: Vec<&str> =
        missing.findings.iter().map(|place| draft.findings[*place].rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let (one_of, rules) = (missing.inputs.len() > 1, rules.join(", "));
    let head = match (lang, one_of) {
        (Lang::En, true) => format!("  one of these, for {rules}:"),
        (Lang::En, false) => format!("  for {rules}:"),
        (Lang::Ja, true) => format!("  次のいずれか ({rules}):"),
        (Lang::Ja, false) => format!("  {rules}:"),
    };
    format!("{head}\n{}", keys.collect::<Vec<_>>().join("\n"))
}
