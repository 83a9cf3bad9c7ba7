//! The half of `audit fix` that changes an account: apply, resume, undo, and what came of it.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::after_words::AfterWords;
use super::outcome::{self, After};
use super::page::Page;
use super::words::Words;
use super::{FixArgs, plan_of};
use crate::aws::{Account, CollectOptions};
use crate::cli::collect::collect_from;
use crate::cli::config::Config;
use crate::cli::{Common, Exit, Failure, interrupt, output, terminal};
use crate::fix::apply::Apply;
use crate::fix::draft::FindingRef;
use crate::fix::ending::{Ending, Watch};
use crate::fix::journal::{History, Journal, Outcome, Progress};
use crate::fix::plan::{Action, Plan, monthly_usd};
use crate::fix::render::Values;
use crate::fix::undo;
use crate::model::{FixRisk, Inventory};
use crate::rules::RuleSet;
use crate::snapshot::Snapshot;

/// What a command that asks AWS needs.
pub struct Live<'a> {
    pub args: &'a FixArgs,
    pub common: &'a Common,
    pub rules: &'a RuleSet,
    pub config: &'a Config,
    runtime: tokio::runtime::Runtime,
}

impl<'a> Live<'a> {
    pub fn new(
        args: &'a FixArgs,
        common: &'a Common,
        rules: &'a RuleSet,
        config: &'a Config,
    ) -> Result<Live<'a>, Failure> {
        args.live.one_account()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Live { args, common, rules, config, runtime })
    }

    fn collect(&self, options: &CollectOptions) -> Result<Snapshot, Failure> {
        let inventory: Inventory = collect_from(options, self.args.live.no_progress, self.common)?;
        Ok(Snapshot::from_inventory(&inventory)?)
    }

    /// A plan for the account as it stands, everything that it wants looked at.
    pub fn plan(&self, told: &mut Values) -> Result<Plan, Failure> {
        let options = self.args.live.options(&self.config.regions);
        let snapshot = self.collect(&options)?;
        plan_of(&snapshot, self.rules, (self.config, told), self.common, |draft| {
            let account = self.open(&options)?;
            let targets = draft.wanted.iter().map(|wanted| &wanted.target);
            self.interruptible(async { Ok(account.read_all(targets).await) })
        })
    }

    fn open(&self, options: &CollectOptions) -> Result<Account, Failure> {
        self.interruptible(async { Ok(Account::open(options).await?) })
    }

    fn interruptible<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let _listening = interrupt::Listening::begin()?;
        self.runtime.block_on(async {
            tokio::select! {
                done = work => done,
                () = interrupt::signalled() => Err(Failure::Interrupted),
            }
        })
    }

    /// Applies a plan that was read, or was made just now.
    pub fn apply(&self, plan: &Plan) -> Result<Exit, Failure> {
        let options = self.args.live.only(&plan.regions)?;
        let chosen = self.chosen(plan);
        self.left_out(plan, &chosen);
        self.fuses(&chosen)?;
        let account = self.open(&options)?;
        plan.is_for(account.account())?;
        let numbers: Vec<u32> = chosen.iter().map(|action| action.id).collect();
        if numbers.is_empty() {
            return Ok(self.nothing_chosen(plan));
        }
        self.consent(&chosen, account.account())?;
        let journal = Journal::create(&self.journal_path(), plan, &numbers)?;
        self.carry_out(plan, &numbers, &account, (&journal, &BTreeMap::new()), &options)
    }

    /// Goes on with a run that was ended early.
    pub fn resume(&self, path: &Path) -> Result<Exit, Failure> {
        let (journal, history) = Journal::reopen(path)?;
        if history.undoing {
            return Err(anyhow::anyhow!(
                "{} was being taken back; go on with that: audit fix --undo {}",
                path.display(),
                path.display()
            )
            .into());
        }
        let History { plan, chosen, actions, .. } = history;
        let options = self.args.live.only(&plan.regions)?;
        let account = self.open(&options)?;
        plan.is_for(account.account())?;
        journal.write(crate::fix::journal::Event::Resumed)?;
        self.carry_out(&plan, &chosen, &account, (&journal, &actions), &options)
    }

    /// Takes back what a journal tells was made.
    pub fn undo(&self, path: &Path) -> Result<Exit, Failure> {
        let (journal, history) = Journal::reopen(path)?;
        let options = self.args.live.only(&history.plan.regions)?;
        let account = self.open(&options)?;
        history.plan.is_for(account.account())?;
        let words = self.words();
        let made = history.actions.values().filter(|it| it.called).count();
        self.agree(&words.undo_question(made, &history.plan.account))?;
        journal.write(crate::fix::journal::Event::Undoing)?;
        let mut teller = Teller { words, quiet: self.common.quiet };
        let endings = self.unless_interrupted(&journal, "--undo", async {
            undo::undo(&history, &account, &journal, &mut teller).await
        })?;
        let left: Vec<&Ending> = endings.iter().filter(|it| !it.outcome.is_good()).collect();
        let style = self.common.style();
        output::to_stdout(|out| {
            Page::new(out, &style, self.common.lang_for_people()).undone(&history.plan, &endings)
        })?;
        Ok(match left.as_slice() {
            [] => Exit::Clean,
            left if left.iter().any(|it| it.outcome == Outcome::Failed) => Exit::Unknown,
            _ => Exit::Usage,
        })
    }

    /// Does it, then looks whether it helped.
    fn carry_out(
        &self,
        plan: &Plan,
        chosen: &[u32],
        account: &Account,
        (journal, before): (&Journal, &BTreeMap<u32, Progress>),
        options: &CollectOptions,
    ) -> Result<Exit, Failure> {
        let words = self.words();
        let path = journal.path().display().to_string();
        self.common.hint(&words.journal(&path));
        let mut teller = Teller { words, quiet: self.common.quiet };
        let endings = self.unless_interrupted(journal, "--resume", async {
            Apply::new(account, journal, before).run(plan, chosen, &mut teller).await
        })?;
        let after = self.look(plan, chosen, &endings, options);
        let after = after.map_err(|failure| self.go_on(failure, journal, "--resume"))?;
        let style = self.common.style();
        output::to_stdout(|out| {
            Page::new(out, &style, self.common.lang_for_people()).after(plan, &after, &path)
        })?;
        Ok(after.exit())
    }

    fn unless_interrupted<T>(
        &self,
        journal: &Journal,
        option: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        let done = self.interruptible(async { Ok(work.await) });
        done.map_err(|failure| self.go_on(failure, journal, option))
    }

    /// Of an interruption, how to go on.
    fn go_on(&self, failure: Failure, journal: &Journal, option: &str) -> Failure {
        match failure {
            Failure::Interrupted => {
                let path = journal.path().display().to_string();
                Failure::InterruptedWith(self.words().interrupted(option, &path))
            }
            other => other,
        }
    }

    /// Collects again until every finding is closed, or waits for a person, or patience ends.
    fn look(
        &self,
        plan: &Plan,
        chosen: &[u32],
        endings: &[Ending],
        options: &CollectOptions,
    ) -> Result<After, Failure> {
        const PAUSE: u64 = 10;
        let mut left = self.args.wait;
        loop {
            let snapshot = self.collect(options)?;
            let after =
                outcome::look(plan, chosen, endings, &snapshot, (self.rules, self.config.team()));
            if left == 0 || !after.may_change() {
                return Ok(after);
            }
            if left == self.args.wait {
                self.common.hint(&self.words().waiting(left));
            }
            let pause = left.min(PAUSE);
            self.interruptible(async {
                tokio::time::sleep(Duration::from_secs(pause)).await;
                Ok(())
            })?;
            left -= pause;
        }
    }

    /// Actions for the selected rules, and with what they depend on; nothing that was not agreed to.
    fn chosen<'p>(&self, plan: &'p Plan) -> Vec<&'p Action> {
        let is_selected =
            |action: &Action| action.findings.iter().any(|finding| self.rules.has(&finding.rule));
        let mut kept: Vec<&Action> = Vec::new();
        for action in plan.only(is_selected) {
            let is_agreed = self.args.include_review || action.risk == FixRisk::Safe;
            let follows = |id: &u32| kept.iter().any(|it| it.id == *id);
            if is_agreed && action.depends_on.iter().all(follows) {
                kept.push(action);
            }
        }
        kept
    }

    fn left_out(&self, plan: &Plan, chosen: &[&Action]) {
        let left = plan.actions.len() - chosen.len();
        if left > 0 && !self.args.include_review {
            self.common.hint(&self.words().left_out(left));
        }
        if left > 0 && !chosen.is_empty() {
            let numbers: Vec<String> = chosen.iter().map(|action| action.id.to_string()).collect();
            let cost = monthly_usd(chosen.iter().copied());
            self.common.hint(&self.words().chosen(&numbers.join(", "), cost));
        }
    }

    fn fuses(&self, chosen: &[&Action]) -> Result<(), Failure> {
        let cost = monthly_usd(chosen.iter().copied());
        match (self.args.max_actions, self.args.max_monthly_cost) {
            (Some(most), _) if chosen.len() > most => Err(anyhow::anyhow!(
                "{} actions are more than --max-actions {most}; nothing was changed. Choose fewer with --select, or allow more",
                chosen.len()
            )
            .into()),
            (_, Some(most)) if cost > most => Err(anyhow::anyhow!(
                "about ${cost:.2} a month is more than --max-monthly-cost {most}; nothing was changed. Choose less with --select, or allow more"
            )
            .into()),
            _ => Ok(()),
        }
    }

    /// Nothing is applied, which is not to say that nothing is open.
    fn nothing_chosen(&self, plan: &Plan) -> Exit {
        let of_rules = |findings: &[FindingRef]| findings.iter().any(|it| self.rules.has(&it.rule));
        let is_left = plan.actions.iter().any(|action| of_rules(&action.findings));
        if !is_left {
            self.common.hint(Words::of(self.common.lang_for_people()).nothing_to_do);
        }
        match () {
            () if plan.unplanned.iter().any(|it| of_rules(&it.findings)) => Exit::Unknown,
            () if is_left => Exit::Failing,
            () if plan.awaiting_person.iter().any(|it| of_rules(&it.findings)) => {
                Exit::AwaitingPerson
            }
            () => Exit::Clean,
        }
    }

    fn consent(&self, chosen: &[&Action], account: &str) -> Result<(), Failure> {
        let review = chosen.iter().filter(|action| action.risk == FixRisk::Review).count();
        self.agree(&self.words().question(chosen.len(), review, account))
    }

    /// Goes on only when someone says yes.
    fn agree(&self, question: &str) -> Result<(), Failure> {
        if self.args.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            let words =
                "there is no terminal to ask in; --yes goes on without asking. Nothing was changed";
            return Err(anyhow::anyhow!(words).into());
        }
        terminal::say(question);
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        match answer.trim() {
            "yes" | "はい" => Ok(()),
            _ => Err(anyhow::anyhow!("not agreed to; nothing was changed").into()),
        }
    }

    fn journal_path(&self) -> PathBuf {
        let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
        let default = || PathBuf::from(format!("audit-journal-{now}.jsonl"));
        self.args.journal.clone().unwrap_or_else(default)
    }

    fn words(&self) -> &'static AfterWords {
        AfterWords::of(self.common.lang_for_people())
    }
}

/// Tells on stderr how it goes on.
struct Teller {
    words: &'static AfterWords,
    quiet: bool,
}

impl Watch for Teller {
    fn begins(&mut self, action: &Action) {
        if !self.quiet {
            terminal::say(&format!("{:>3} {}", action.id, action.line()));
        }
    }

    fn ended(&mut self, _action: &Action, ending: &Ending) {
        // What went well needs no words beside the line that told of its beginning.
        if !self.quiet && ending.outcome != Outcome::Done {
            terminal::say(&format!("      {}", self.words.ending(ending)));
        }
    }
}
