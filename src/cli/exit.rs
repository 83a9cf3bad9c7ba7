//! Exit codes, and failures that end a command early.

use std::process::ExitCode;

use super::terminal;

/// The documented exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: nothing to report.
    Clean,
    /// 1: a failure at or above `--fail-on`; a case failed.
    Failing,
    /// 2: wrong usage, configuration, rule or snapshot.
    Usage,
    /// 3: no such failure, but something at or above it is unknown.
    Unknown,
    /// 4: everything else is closed, but a person must act.
    AwaitingPerson,
    /// 130: interrupted.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Failing => 1,
            Exit::Usage => 2,
            Exit::Unknown => 3,
            Exit::AwaitingPerson => 4,
            Exit::Interrupted => 130,
        })
    }
}

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// Exit 2, with the reason.
    Refused(anyhow::Error),
    /// Exit 130.
    Interrupted,
    /// Exit 130, with what was done until then.
    InterruptedWith(String),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::Refused(error.into())
    }
}

impl Failure {
    /// Tells the user on stderr, and gives the exit code.
    pub fn tell(self) -> Exit {
        let (exit, words) = match self {
            Failure::Refused(error) => {
                let words = causes(&error);
                // Diagnostics bring their own "error: ".
                (
                    Exit::Usage,
                    if words.starts_with("error") { words } else { format!("error: {words}") },
                )
            }
            Failure::InterruptedWith(words) => (Exit::Interrupted, words),
            Failure::Interrupted => {
                (Exit::Interrupted, "interrupted; nothing was written".to_owned())
            }
        };
        terminal::say(&words);
        exit
    }
}

/// The error and its causes, without those that an error before has already told.
fn causes(error: &anyhow::Error) -> String {
    let mut words = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if words.is_empty() {
            words = cause;
        } else if !words.contains(&cause) {
            words = format!("{words}: {cause}");
        }
    }
    words
}
