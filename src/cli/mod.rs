//! The command line: one file per command. The only room that prints; exit codes are its answer.
//!
//! May use every other room.

use std::io;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

mod catalogue;
#[cfg(feature = "aws")]
mod collect;
pub mod config;
mod exit;
mod fix;
#[cfg(feature = "aws")]
mod interrupt;
mod output;
mod paths;
mod policy;
mod rules;
mod run;
mod source;
mod terminal;

pub use exit::{Exit, Failure};

use crate::report;

const EXIT_CODES: &str = "\
Exit codes:
  0    nothing to report
  1    a failure at or above --fail-on
  2    wrong usage, configuration, rule or snapshot; nothing was evaluated
  3    no such failure, but something at or above it is unknown
  130  interrupted
Where several hold: 2, 1, 3, 0.";

/// Is this AWS ECS + Fargate product monitored so that a person really hears of trouble?
///
/// Collects an inventory of the account once, evaluates rules against it, and says what passes, what
/// fails and what could not be seen, each with what to do.
#[derive(Debug, Parser)]
#[command(name = "audit", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Everywhere")]
struct Common {
    /// Configuration file [default: audit.toml, found upward from the working directory]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Language for people [default: from the locale; machine formats: en]
    #[arg(long, global = true, value_enum)]
    lang: Option<LangChoice>,
    /// Colour the output; NO_COLOR is respected
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
    /// Say more on stderr; twice for even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Print only what was asked for
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangChoice {
    /// English
    En,
    /// 日本語
    Ja,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    /// When the output is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Collect an account (or read a snapshot), evaluate the rules, report; the CI gate
    #[command(after_help = EXIT_CODES)]
    Run(Box<run::RunArgs>),
    /// Only collect, into a snapshot file
    #[cfg(feature = "aws")]
    Collect(collect::CollectArgs),
    /// Show every signal and where it ends: would a person have heard?
    Paths(paths::PathsArgs),
    /// Plan what would mend the failures; with --apply, do exactly that
    #[command(after_help = fix::EXIT_CODES)]
    Fix(Box<fix::FixArgs>),
    /// The catalogue of rules: list, explain, test, functions, schema
    #[command(subcommand)]
    Rules(rules::RulesCommand),
    /// Print the least IAM policy that audit needs
    Policy(policy::PolicyArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Where rules come from.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Rules")]
struct RuleSource {
    /// Load rules from this folder too; repeatable
    #[arg(long = "rules", value_name = "DIR")]
    dirs: Vec<PathBuf>,
    /// Leave out the built-in rules
    #[arg(long)]
    no_builtin_rules: bool,
}

/// Which rules, of those that there are.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Rules")]
struct Selected {
    /// Only these rules: ids, globs, section:NAME; repeatable or comma-separated
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Not these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    skip: Vec<String>,
    #[command(flatten)]
    source: RuleSource,
}

impl Selected {
    /// The rules, as the configuration sets them.
    fn load(&self, config: &config::Config) -> Result<crate::rules::RuleSet, Failure> {
        let mut rules = self.source.load()?;
        config.apply(&mut rules)?;
        rules.select(&self.select)?;
        rules.skip(&self.skip)?;
        if rules.rules.is_empty() {
            return Err(anyhow::anyhow!("no rule is selected, so nothing would be checked").into());
        }
        Ok(rules)
    }
}

impl RuleSource {
    fn load(&self) -> Result<crate::rules::RuleSet, Failure> {
        Ok(crate::rules::RuleSet::load(!self.no_builtin_rules, &self.dirs)?)
    }

    fn load_with_cases(&self) -> Result<crate::rules::RuleSet, Failure> {
        Ok(crate::rules::RuleSet::load_with_cases(!self.no_builtin_rules, &self.dirs)?)
    }
}

/// Parses the command line, does what it asks, and gives the exit code.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).unwrap_or_else(Failure::tell),
    };
    let done = match &cli.command {
        Command::Run(args) => run::run(args, &cli.common),
        #[cfg(feature = "aws")]
        Command::Collect(args) => collect::run(args, &cli.common),
        Command::Paths(args) => paths::run(args, &cli.common),
        Command::Fix(args) => fix::run(args, &cli.common),
        Command::Rules(command) => rules::run(command, &cli.common),
        Command::Policy(args) => policy::run(args, &cli.common),
        Command::Completions { shell } => completions(*shell),
    };
    done.unwrap_or_else(|failure| failure.tell())
}

/// Help and version go to stdout and are no errors; a wrong command line is told on stderr.
fn usage(error: &clap::Error) -> Result<Exit, Failure> {
    if !error.use_stderr() {
        return match error.print() {
            Err(error) if !is_closed_pipe(&error) => Err(output::stdout_failed(error)),
            _ => Ok(Exit::Clean),
        };
    }
    let plain = error.render().to_string();
    if report::visible_lines(&plain) == plain {
        // In colour, where there is any; a failure to write to stderr has nowhere to be told.
        let _ = error.print();
    } else {
        terminal::say(plain.trim_end());
    }
    Ok(Exit::Usage)
}

fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "audit", &mut script);
    output::to_stdout(|out| out.write_all(&script)).map(|()| Exit::Clean)
}

/// Whether writing failed only because nobody reads any more, which is no error.
fn is_closed_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
