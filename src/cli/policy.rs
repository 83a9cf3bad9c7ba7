//! `audit policy`: the least IAM policy for a command. Needs no account and no network.

use clap::{Args, ValueEnum};

use super::{Common, Exit, Failure, output};
use crate::model::{Lang, OPS, Policy};

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
}

/// Runs it.
pub fn run(args: &PolicyArgs, common: &Common) -> Result<Exit, Failure> {
    let policy = match args.command {
        Purpose::Run => Policy::reading("AuditRun", OPS),
    };
    let text = serde_json::to_string_pretty(&policy)?;
    output::to_stdout(|out| writeln!(out, "{text}"))?;
    common.hint(attaching(common.lang_for_people()));
    Ok(Exit::Clean)
}

/// What to do with the document.
fn attaching(lang: Lang) -> &'static str {
    match lang {
        Lang::En => {
            "
To grant this to the role that runs audit, save it as audit-run.json, then:
  aws iam create-policy --policy-name audit-run --policy-document file://audit-run.json
  aws iam attach-role-policy --role-name ROLE --policy-arn POLICY_ARN"
        }
        Lang::Ja => {
            "
audit を実行するロールにこの権限を与えるには、audit-run.json として保存し、次を実行してください:
  aws iam create-policy --policy-name audit-run --policy-document file://audit-run.json
  aws iam attach-role-policy --role-name ROLE --policy-arn POLICY_ARN"
        }
    }
}
