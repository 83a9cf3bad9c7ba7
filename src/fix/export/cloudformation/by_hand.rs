//! The page beside the templates: how to create the stacks, and what they leave to people.

use std::fmt::Write;

use serde_json::Value;

use super::Made;
use super::stack::Stack;
use crate::fix::draft::ForPerson;
use crate::fix::export::words::{Words, risk};
use crate::fix::export::{File, aws_cli, mark};
use crate::fix::handler::State;
use crate::fix::merge;
use crate::fix::plan::{Action, Plan};
use crate::model::visible::visible;

/// The largest template that a call takes, in bytes:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const LARGEST: usize = 51_200;

/// Longest value shown whole.
const SHOWN: usize = 400;

/// The page.
pub fn page(plan: &Plan, made: &Made<'_>, stacks: &[(&Stack, &File)], words: &Words) -> String {
    let mut page =
        format!("<!-- {} -->\n# {}\n\n{}\n", mark(), words.by_hand, plain(&words.head(plan)));
    creating(&mut page, plan, stacks, words);
    let left: Vec<&Action> =
        plan.actions.iter().filter(|action| !made.covered.contains(&action.id)).collect();
    if !left.is_empty() {
        let _ = write!(page, "\n## {}\n\n{}\n", words.changes, words.changes_why);
        left.iter().for_each(|action| change(&mut page, plan, made, action, words));
    }
    let mut people = plan.awaiting_person.clone();
    for action in &plan.actions {
        let then = action.then.iter().cloned();
        people.extend(then.map(|what| ForPerson { what, findings: action.findings.clone() }));
    }
    items(&mut page, words.person, &people, words);
    items(&mut page, words.not_planned, &plan.unplanned, words);
    page
}

fn creating(page: &mut String, plan: &Plan, stacks: &[(&Stack, &File)], words: &Words) {
    let _ = write!(page, "\n## {}\n\n", words.stacks);
    if stacks.is_empty() {
        let _ = writeln!(page, "{}", words.no_stacks);
        return;
    }
    let _ = writeln!(page, "{}", words.stacks_how);
    for (stack, file) in stacks {
        let (name, region) = (stack.name(plan), aws_cli::word(&stack.region));
        let to = format!("--region {region} --stack-name {name}");
        let may = "--capabilities CAPABILITY_NAMED_IAM";
        let file_name = &file.name;
        if file.text.len() <= LARGEST {
            let create = format!(
                "aws cloudformation create-stack {to} --template-body file://{file_name} {may}"
            );
            let wait = format!("aws cloudformation wait stack-create-complete {to}");
            page.push_str(&fenced("bash", &format!("{create}\n{wait}\n")));
        } else {
            let _ = write!(page, "\n{}\n", words.too_large);
            let deploy = format!(
                "aws cloudformation deploy {to} --template-file {file_name} --s3-bucket BUCKET {may}\n"
            );
            page.push_str(&fenced("bash", &deploy));
        }
    }
}

/// A change that no template makes, with its commands.
fn change(page: &mut String, plan: &Plan, made: &Made<'_>, action: &Action, words: &Words) {
    let head = format!("{} {}", action.id, action.line());
    let _ = write!(page, "\n### {}\n\n", plain(&visible(&head)));
    let _ = writeln!(
        page,
        "- {}: {} ({})",
        words.why,
        plain(&words.why(&action.findings)),
        risk(action.risk)
    );
    if let Some(cost) = words.cost(action) {
        let _ = writeln!(page, "- {}", plain(&cost));
    }
    if let Some(reason) = made.refused.get(&action.id) {
        let _ = writeln!(page, "- {}", plain(reason));
    }
    for line in differences(action.before.as_ref(), &action.after, words) {
        let _ = writeln!(page, "- {line}");
    }
    match aws_cli::commands(plan, action) {
        Ok(commands) => page.push_str(&fenced("bash", &commands)),
        Err(reason) => {
            let _ = writeln!(page, "- {}: {}", words.no_command, plain(&visible(&reason)));
        }
    }
}

fn differences(before: Option<&State>, after: &State, words: &Words) -> Vec<String> {
    let of = |state: &State| {
        [Value::Object(state.properties.clone()), Value::Object(state.status.clone())]
    };
    let nothing = State::default();
    let pairs = of(before.unwrap_or(&nothing)).into_iter().zip(of(after));
    let lines = pairs.flat_map(|(before, after)| merge::differences(&before, &after));
    lines
        .map(|(path, old, new)| {
            format!("{}: {} → {}", code(&path), value(&old, words), value(&new, words))
        })
        .collect()
}

fn value(value: &Value, words: &Words) -> String {
    let text = match value {
        Value::Null => return words.nothing.to_owned(),
        Value::Array(items) if items.is_empty() => return words.nothing.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => code(&format!("{}…", &text[..end])),
        None => code(&text),
    }
}

fn items(page: &mut String, title: &str, items: &[ForPerson], words: &Words) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n## {title}");
    for item in items {
        let _ = writeln!(page, "\n- {}: {}", words.why, plain(&words.why(&item.findings)));
        for line in words.lines(&item.what) {
            let block = match line.starts_with("aws ") {
                true => fenced("bash", &format!("{line}\n")),
                false => format!("\n{}\n", plain(&line)),
            };
            // Indented, it is part of the list's item.
            for line in block.lines() {
                let _ = writeln!(page, "{}", format!("  {line}").trim_end());
            }
        }
    }
}

/// A text that Markdown takes no part of for its own.
/// <https://spec.commonmark.org/0.31.2/#backslash-escapes>
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]<>#|~!&".contains(c) {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

/// A text as code within a line.
fn code(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let space =
        if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Lines of code.
fn fenced(language: &str, code: &str) -> String {
    let fence = "`".repeat((longest_run(code) + 1).max(3));
    format!("\n{fence}{language}\n{code}{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_its_backticks() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(fenced("bash", "```\n"), "\n````bash\n```\n````\n");
        assert_eq!(plain("<b> [x](y) *z*"), "\\<b\\> \\[x\\](y) \\*z\\*");
    }
}
