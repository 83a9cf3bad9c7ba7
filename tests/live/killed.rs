//! `audit fix` when it is cut short: killed at every step, interrupted, its disk full, its twin at work.
//! Each ends with clear words, a journal that tells the truth, and nothing that an undo does not take back.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::fix::{APPLY, Done, account, anonymous, audit, command, done, journal, picture};
use crate::fix::{resume, text, undisturbed, undo, writes};
use crate::support::Account;

/// Accounts side by side.
const LANES: usize = 2;

/// Longest wait for a run to come to a certain call.
const PATIENCE: Duration = Duration::from_secs(60);

/// Does `work` for each job, some side by side.
fn side_by_side<J: Copy + Sync>(jobs: &[J], work: impl Fn(J) + Sync) {
    let next = AtomicUsize::new(0);
    let lane = || {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(*job);
        }
    };
    std::thread::scope(|scope| (0..LANES).for_each(|_| drop(scope.spawn(lane))));
}

fn spawn(account: &Account<'_>, arguments: &[&str]) -> Child {
    let mut command = command(account, arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("audit starts")
}

/// Kills an apply in its write number `step`, either before AWS did anything (`hang`) or after it did all
/// (`stall`); what is left can be finished, and can be taken back.
fn killed(scenario: &str, step: usize, kind: &str, finished: &Value) {
    // What was cut off before AWS did anything is finished here, taken back there.
    let ending = if kind == "hang" && step.is_multiple_of(2) { "undo" } else { "resume" };
    let account = account(scenario);
    let before = picture(&account);
    account.fault_with(json!({"operation": "write:*", "kind": kind, "after": step}));
    let mut child = spawn(&account, &APPLY);
    let began = Instant::now();
    let is_there = || {
        let log = account.log();
        let writes: Vec<_> = log.iter().filter(|it| it.write).collect();
        writes.len() > step && (kind == "hang" || writes[step].ended.is_some())
    };
    while !is_there() {
        assert!(began.elapsed() < PATIENCE, "{scenario} {kind} {step}: never came there");
        sleep(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    child.wait().expect("dead");
    account.clear_faults();

    let place = format!("{scenario}, {kind} in write {step}, then {ending}");
    if ending == "resume" {
        let resumed = resume(&account);
        assert_eq!(resumed.exit, 4, "{place}: {resumed:?}");
        assert_eq!(&anonymous(&account), finished, "{place}");
    }
    let undone = undo(&account);
    assert_eq!(undone.exit, 0, "{place}: {undone:?}");
    assert_eq!(picture(&account), before, "{place}");
}

#[test]
fn killed_at_every_step_of_setting_up() {
    let (finished, steps) = undisturbed("empty");
    let kills: Vec<(usize, &str)> =
        (0..steps).flat_map(|step| [(step, "hang"), (step, "stall")]).collect();
    side_by_side(&kills, |(step, kind)| killed("empty", step, kind, &finished));
}

/// The mended product adds updates of what was there.
#[test]
fn killed_while_mending() {
    let (finished, steps) = undisturbed("mvp");
    let kind = |step: usize| if step.is_multiple_of(2) { "stall" } else { "hang" };
    let kills: Vec<(usize, &str)> =
        (0..steps).rev().step_by(5).map(|step| (step, kind(step))).collect();
    side_by_side(&kills, |(step, kind)| killed("mvp", step, kind, &finished));
}

#[test]
fn an_undo_that_is_killed_goes_on() {
    let (_, steps) = undisturbed("empty");
    let every_third: Vec<usize> = (0..steps).step_by(3).collect();
    side_by_side(&every_third, |step| {
        let account = account("empty");
        let before = picture(&account);
        assert_eq!(audit(&account, &APPLY).exit, 4);
        account.clear_requests();
        account.fault_with(json!({"operation": "write:*", "kind": "stall", "after": step}));
        let journal = journal(&account);
        let mut child = spawn(&account, &["fix", "--undo", text(&journal), "--yes"]);
        let began = Instant::now();
        let is_there = || {
            let log = account.log();
            log.iter().filter(|it| it.write).nth(step).is_some_and(|it| it.ended.is_some())
        };
        // Undoing takes fewer writes than doing; then it has ended.
        while !is_there() && child.try_wait().expect("a child").is_none() {
            assert!(began.elapsed() < PATIENCE, "{step}: never came there");
            sleep(Duration::from_millis(20));
        }
        child.kill().ok();
        child.wait().expect("dead");
        account.clear_faults();
        let undone = undo(&account);
        assert_eq!(undone.exit, 0, "{step}: {undone:?}");
        assert_eq!(picture(&account), before, "{step}");
    });
}

/// ` of 24 done`
fn of_all(applied: &Done) -> &str {
    let (_, ended) = applied.out.split_once("\nActions: ").expect("an outcome");
    let (_, all) = ended.split_once(" of ").expect("a count");
    all.split(';').next().expect("a count")
}

/// A limit on the size of files stands for a full disk: at different sizes, it is reached before, after
/// and between calls.
#[test]
fn a_disk_that_is_full_stops_everything() {
    let account = account("empty");
    let before = picture(&account);
    let (whole, all) = {
        let calm = crate::fix::account("empty");
        let applied = audit(&calm, &APPLY);
        (fs::metadata(journal(&calm)).expect("a journal").len(), of_all(&applied).to_owned())
    };
    // In units of 512 bytes, as the shell counts; the plan alone takes the larger part.
    let most = usize::try_from(whole / 512).expect("a small file");
    for blocks in (most - 40..most).step_by(8) {
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let audit_itself = command(&account, &APPLY);
        let mut shell = Command::new("sh");
        shell.args(["-c", &limited, "sh"]).arg(audit_itself.get_program()).args(APPLY);
        shell.env_clear().current_dir(account.home());
        shell.envs(audit_itself.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let applied = done(shell.output().expect("sh starts"));
        assert_ne!(applied.exit, 0, "{blocks}: {applied:?}");
        let told = format!("{}{}", applied.err, applied.out);
        assert!(told.contains("journal"), "{blocks}: {applied:?}");
        // What was never tried is counted all the same.
        assert_eq!(of_all(&applied), all, "{blocks}: {applied:?}");
        // What was called last stands in the journal, so that nothing is forgotten.
        let undone = undo(&account);
        assert_eq!(undone.exit, 0, "{blocks}: {undone:?}");
        assert_eq!(picture(&account), before, "{blocks}");
        fs::remove_file(journal(&account)).expect("removed");
    }
}

#[test]
fn two_runs_at_once_make_everything_once() {
    let (finished, _) = undisturbed("empty");
    let account = account("empty");
    let before = picture(&account);
    let twins = ["one.jsonl", "two.jsonl"];
    let arguments = |name| [&APPLY[..], &["--journal", name]].concat();
    let children = twins.map(|name| {
        let mut command = command(&account, &arguments(name));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("audit starts")
    });
    let ended = children.map(|child| done(child.wait_with_output().expect("ended")));
    for twin in &ended {
        // Each either did it, found it done, or saw that someone else is at it.
        assert!([2, 3, 4].contains(&twin.exit), "{twin:?}");
    }
    let last = audit(&account, &[&APPLY[..], &["--journal", "three.jsonl"]].concat());
    assert!([0, 4].contains(&last.exit), "{last:?}");
    assert_eq!(anonymous(&account), finished);
    // What one made, the other may have built upon, so it takes turns.
    let journals =
        ["three.jsonl", "two.jsonl", "one.jsonl"].map(|name| (name, account.home().join(name)));
    for _ in 0..journals.len() {
        for (name, _) in journals.iter().filter(|(_, path)| path.exists()) {
            audit(&account, &["fix", "--undo", name, "--yes"]);
        }
    }
    assert_eq!(picture(&account), before);
}

#[test]
fn one_journal_is_not_shared_or_written_over() {
    let account = account("empty");
    account.fault_with(json!({"operation": "write:*", "kind": "hang", "after": 3}));
    let mut child = spawn(&account, &[&APPLY[..], &["--journal", "mine.jsonl"]].concat());
    let began = Instant::now();
    while writes(&account) < 4 {
        assert!(began.elapsed() < PATIENCE);
        sleep(Duration::from_millis(20));
    }
    for way in [&["fix", "--resume", "mine.jsonl"][..], &["fix", "--undo", "mine.jsonl", "--yes"]] {
        let refused = audit(&account, way);
        assert_eq!(
            (refused.exit, refused.err.contains("another audit fix is at work")),
            (2, true),
            "{refused:?}"
        );
    }
    child.kill().expect("killed");
    child.wait().expect("dead");
    let over = audit(&account, &[&APPLY[..], &["--journal", "mine.jsonl"]].concat());
    assert_eq!((over.exit, over.err.contains("never written over")), (2, true), "{over:?}");
}

#[test]
fn an_interrupted_run_says_how_to_go_on() {
    let account = account("empty");
    account.fault_with(json!({"operation": "write:*", "kind": "hang", "after": 3}));
    let mut command = command(&account, &APPLY);
    let child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("audit starts");
    let began = Instant::now();
    while writes(&account) < 4 {
        assert!(began.elapsed() < PATIENCE);
        sleep(Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill starts").success());
    let ended = done(child.wait_with_output().expect("ended"));
    assert_eq!(ended.exit, 130, "{ended:?}");
    assert!(ended.err.contains("--resume") && ended.err.contains("--undo"), "{ended:?}");
    account.clear_faults();
    assert_eq!(resume(&account).exit, 4);
}

#[test]
fn journals_that_are_none_are_refused() {
    let account = account("empty");
    for (text, words) in [
        ("", "the file is empty"),
        ("{}\n", "is no line of a journal"),
        ("{\"at\":\"now\",\"event\":\"resumed\"}\n", "does not begin with a plan"),
    ] {
        fs::write(account.home().join("bad.jsonl"), text).expect("written");
        for option in ["--resume", "--undo"] {
            let refused = audit(&account, &["fix", option, "bad.jsonl", "--yes"]);
            assert_eq!((refused.exit, refused.err.contains(words)), (2, true), "{refused:?}");
        }
    }
}
