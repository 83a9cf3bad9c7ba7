//! What `audit fix` asks for in a terminal, and what it does with the answers.

use std::process::Command;

use crate::fix::Done;
use crate::support::{Account, server, venv};

/// Runs a command in a terminal of its own and types the answers; the exit code is the command's.
const TERMINAL: &str = "
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
os.write(terminal, sys.argv[1].encode())
while True:
    try:
        said = os.read(terminal, 65536)
    except OSError:
        break
    if not said:
        break
    sys.stdout.buffer.write(said)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";

fn typed(account: &Account<'_>, arguments: &[&str], answers: &str) -> Done {
    let audit = account.command();
    let mut terminal = Command::new(venv::python());
    terminal.args(["-c", TERMINAL, answers]).arg(audit.get_program()).args(arguments);
    terminal.env_clear().current_dir(account.home()).env("TERM", "dumb");
    terminal.envs(audit.get_envs().filter_map(|(name, value)| Some((name, value?))));
    crate::fix::done(terminal.output().expect("a terminal"))
}

const APPLY: [&str; 5] = ["fix", "--apply", "--include-review", "--wait", "0"];

fn wrote(account: &Account<'_>) -> bool {
    account.log().iter().any(|request| request.write)
}

#[test]
fn what_is_missing_is_asked_for_by_name_and_an_apply_for_a_yes() {
    let account = Account::new(server());
    // A budget that is none is asked for again; the second alternative is not, once the first is told.
    let done = typed(&account, &APPLY, "audit/slack-webhook\nmuch\n200\nyes\n");
    for words in [
        "budget.monthly_usd",
        "expected a number above 0",
        "notify.slack_webhook_secret",
        "Type yes:",
    ] {
        assert!(done.out.contains(words), "{} lacks {words}", done.out);
    }
    assert!(!done.out.contains("notify.email"), "{}", done.out);
    assert_eq!((done.exit, done.out.contains("Findings: 7 closed")), (4, true), "{}", done.out);
}

#[test]
fn a_webhook_is_not_taken_and_an_empty_answer_goes_on() {
    let account = Account::new(server());
    let answers =
        "https://hooks.slack.com/services/T/B/x\n\n\nops@example.com b@example.com\n200\nno\n";
    let done = typed(&account, &APPLY, answers);
    assert!(done.out.contains("which must not stand in a file"), "{}", done.out);
    assert!(done.out.contains("audit-alerts|email|b@example.com"), "{}", done.out);
    assert_eq!((done.exit, done.out.contains("nothing was changed")), (2, true), "{}", done.out);
    assert!(!wrote(&account));
}

#[test]
fn whoever_answers_nothing_gets_the_keys() {
    let account = Account::new(server());
    let done = typed(&account, &APPLY, "\n\n\n\n");
    assert_eq!((done.exit, done.out.contains("[budget] monthly_usd")), (2, true), "{}", done.out);
    assert!(!wrote(&account));
}
