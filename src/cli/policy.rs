//! `audit policy`: the least IAM policy for a command. Needs no account and no network.

use clap::{Args, ValueEnum};

use super::{Common, Exit, Failure, output};
use crate::fix::needs;
use crate::model::{Lang, OPS, Policy};
use crate::rules::RuleSet;

/// Options of `audit policy`.
#[derive(Args, Debug)]
pub struct PolicyArgs {
    /// What the policy is to allow
    #[arg(value_enum, value_name = "COMMAND", default_value_t = Purpose::Run)]
    command: Purpose,
}

/// What a policy is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Purpose {
    /// `audit run` and `audit collect`: only reads
    Run,
    /// `audit fix`, its apply and its undo: what it makes is called `audit-...`
    Fix,
}

/// Runs it.
pub fn run(args: &PolicyArgs, common: &Common) -> Result<Exit, Failure> {
    let (sid, file, ops) = match args.command {
        Purpose::Run => ("AuditRun", "audit-run", OPS.to_vec()),
        Purpose::Fix => {
            let needed = needs::operations(&RuleSet::load(true, &[])?);
            ("AuditFix", "audit-fix", OPS.iter().copied().chain(needed).collect())
        }
    };
    let text = serde_json::to_string_pretty(&Policy::allowing(sid, &ops))?;
    output::to_stdout(|out| writeln!(out, "{text}"))?;
    common.hint(&attaching(file, common.lang_for_people()));
    Ok(Exit::Clean)
}

/// What to do with the document.
fn attaching(file: &str, lang: Lang) -> String {
    let words = match lang {
        Lang::En => {
            format!("To grant this to the role that runs audit, save it as {file}.json, then:")
        }
        Lang::Ja => format!(
            "audit を実行するロールにこの権限を与えるには、{file}.json として保存し、次を実行してください:"
        ),
    };
    format!(
        "
{words}
  aws iam create-policy --policy-name {file} --policy-document file://{file}.json
  aws iam attach-role-policy --role-name ROLE --policy-arn POLICY_ARN"
    )
}
