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
    let (sid, ops) = match args.command {
        Purpose::Run => ("AuditRun", OPS.to_vec()),
        Purpose::Fix => {
            let needed = needs::operations(&RuleSet::load(true, &[])?);
            ("AuditFix", OPS.iter().copied().chain(needed).collect())
        }
    };
    let text = serde_json::to_string_pretty(&Policy::allowing(sid, &ops))?;
    output::to_stdout(|out| writeln!(out, "{text}"))?;
    common.hint(&attaching(args.command, common.lang_for_people()));
    Ok(Exit::Clean)
}

/// What to do with the document. That of fixes is larger than a managed policy may be; as a role's own it
/// fits: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
fn attaching(purpose: Purpose, lang: Lang) -> String {
    let (file, commands) = match purpose {
        Purpose::Run => (
            "audit-run",
            "aws iam create-policy --policy-name audit-run --policy-document file://audit-run.json
  aws iam attach-role-policy --role-name ROLE --policy-arn POLICY_ARN",
        ),
        Purpose::Fix => (
            "audit-fix",
            "aws iam put-role-policy --role-name ROLE --policy-name audit-fix --policy-document file://audit-fix.json",
        ),
    };
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
  {commands}"
    )
}
