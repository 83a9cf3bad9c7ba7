//! A plan as a script of AWS CLI commands: the same changes in the same order, by the same calls.
//!
//! It needs bash and version 1 or 2 of the AWS CLI; where it makes a function, also Python, which packs
//! its code.

use std::fmt::Write;

use self::change::Change;
use self::helpers::Helper;
pub use self::step::word;
use self::step::{Step, script};
use super::words::{Words, risk};
use super::{File, Format, mark};
use crate::fix::draft::ForPerson;
use crate::fix::plan::{Action, Plan};
use crate::model::visible::visible;
use crate::model::{Lang, Text};

mod alerts;
mod anomalies;
mod canary;
mod change;
mod events;
mod helpers;
mod records;
mod roles;
mod scaling;
mod step;

/// The format.
pub const FORMAT: Format = Format {
    name: "aws-cli",
    start: "apply.sh",
    next: (
        "nothing was changed; read FILE, then: bash FILE",
        "何も変更していません。FILE の内容を確認してから実行してください: bash FILE",
    ),
    files,
};

fn files(plan: &Plan, lang: Lang) -> Vec<File> {
    vec![File { name: FORMAT.start.to_owned(), text: text(plan, Words::of(lang)) }]
}

/// The commands of one action, to be typed by hand.
///
/// # Errors
/// No command can do it; in the words, why.
pub fn commands(plan: &Plan, action: &Action) -> Result<String, String> {
    let change = Change::new(plan, action);
    Ok(step::commands(&change.steps()?, action.before.is_some()))
}

fn text(plan: &Plan, words: &Words) -> String {
    let (mut body, mut helpers, mut packs) = (String::new(), Vec::new(), false);
    let mut left: Vec<ForPerson> = plan.awaiting_person.clone();
    for action in &plan.actions {
        body.push_str(&about(action, words));
        match Change::new(plan, action).steps() {
            Ok(steps) => {
                packs |= steps.iter().any(has_pack);
                body.push_str(&script(&steps, 0, &mut helpers));
                let then = action.then.iter().cloned();
                left.extend(then.map(|what| ForPerson { what, findings: action.findings.clone() }));
            }
            Err(reason) => {
                let what = Text::english(&format!("{}: {reason}", action.line()));
                let _ = writeln!(body, "# {}: {}", words.no_command, visible(&reason));
                left.push(ForPerson { what, findings: action.findings.clone() });
            }
        }
    }
    helpers.sort_unstable();
    helpers.dedup();
    let mut text = head(plan, words, &helpers, packs);
    text.push_str(&body);
    people(&mut text, words.person, &left, words);
    people(&mut text, words.not_planned, &plan.unplanned, words);
    text
}

fn has_pack(step: &Step) -> bool {
    match step {
        Step::Pack { .. } => true,
        Step::Either { yes, no, .. } => yes.iter().chain(no).any(has_pack),
        _ => false,
    }
}

/// Whatever happens, the folder with the code goes, and it is told when something was left undone.
const ENDED: &str = r#"
ended() {
  local status=$?
  if [[ -n $folder ]]; then
    rm -rf "$folder"
  fi
  if [[ $status != 0 ]]; then
    say "stopped there: what comes after was not done. Mend it, then run this again"
  fi
}
trap ended EXIT
"#;

/// Everything before the first action; ends where the credentials are another account's.
fn head(plan: &Plan, words: &Words, helpers: &[Helper], packs: bool) -> String {
    let region = word(&change::global_region(plan));
    let account = word(&plan.account);
    let mut text = format!(
        "#!/usr/bin/env bash\n# {}\n# {}\n# {}\n\
         set -euo pipefail\n\n\
         # Answers are read by this script; nobody is there to turn pages or to be asked.\n\
         export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off\n\n\
         say() {{\n  printf '%s\\n' \"$*\" >&2\n}}\n",
        mark(),
        words.head(plan),
        words.script
    );
    helpers.iter().for_each(|helper| text.push_str(helper.text()));
    let _ = write!(
        text,
        "\naccount={account}\n\
         present=$(aws sts get-caller-identity --region {region} --query Account --output text)\n\
         if [[ $present != \"$account\" ]]; then\n  \
         say \"this is for account $account, but these credentials belong to $present; nothing was changed\"\n  \
         exit 1\nfi\n"
    );
    text.push_str(if packs { "folder=$(mktemp -d)\n" } else { "folder=\n" });
    text.push_str(ENDED);
    text
}

/// What an action does and why, as comments; and its line as the script says it.
fn about(action: &Action, words: &Words) -> String {
    let line = visible(&format!("{} {}", action.id, action.line())).into_owned();
    let mut text = format!("\n# {line} [{}]\n", risk(action.risk));
    let _ = writeln!(text, "# {}: {}", words.why, words.why(&action.findings));
    if let Some(cost) = words.cost(action) {
        let _ = writeln!(text, "# {cost}");
    }
    let _ = writeln!(text, "say {}", word(&line));
    text
}

/// What is left to people, as comments and, where it begins, as the script's last words.
fn people(text: &mut String, title: &str, items: &[ForPerson], words: &Words) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n# {title}\nsay {}", word(&format!("{title}:")));
    for item in items {
        let _ = writeln!(text, "# {}: {}", words.why, words.why(&item.findings));
        for line in words.lines(&item.what) {
            let _ = writeln!(text, "say {}", word(&format!("  {line}")));
        }
    }
}
