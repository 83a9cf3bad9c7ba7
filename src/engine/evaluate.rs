//! Evaluates rules: a status byte per rule and subject, in parallel; words only for what is printed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::host::Asker;
use super::node::EngineValue;
use super::node::Node;
use super::notices;
use super::reason::{Reason, Unknown};
use super::subjects::{Subject, Subjects};
use super::world::World;
use crate::model::{
    Evidence, Finding, Lang, Report, ResourceRef, RuleInfo, Severity, Status, Summary, Text,
};
use crate::rules::expr::{Expr, Frame, Raised, Value, eval};
use crate::rules::functions::Gives;
use crate::rules::{MessagePiece, Rule};

/// How many findings one thread renders at a time, and how many such shares are held at once.
const SHARE: usize = 64;
const BATCH: usize = 256;

/// The verdicts of a run. Findings are made when asked for, from the same functions that gave the
/// verdict.
pub struct Evaluation<'a> {
    world: &'a World<'a>,
    judged: Vec<Judged<'a>>,
}

/// A rule with its subjects, and a status for each.
struct Judged<'a> {
    rule: &'a Rule,
    subjects: Subjects<'a>,
    statuses: Vec<Status>,
    /// Those of its expressions that leave evidence.
    witnesses: Vec<&'a Expr>,
}

/// Why a verdict is what it is.
enum Outcome<'r> {
    Pass,
    Fail,
    Unknown(Unknown),
    NotApplicable(&'r Text),
    Undecided(&'r Text),
}

impl Outcome<'_> {
    fn status(&self) -> Status {
        match self {
            Outcome::Pass => Status::Pass,
            Outcome::Fail => Status::Fail,
            Outcome::Unknown(_) | Outcome::Undecided(_) => Status::Unknown,
            Outcome::NotApplicable(_) => Status::NotApplicable,
        }
    }
}

impl<'a> Evaluation<'a> {
    /// Evaluates every rule on every subject.
    pub fn of(world: &'a World<'a>, rules: &'a [Rule]) -> Evaluation<'a> {
        let judged = |rule: &'a Rule| {
            let subjects = Subjects::of(world, rule);
            let status = |at| {
                let subject = subjects.get(at);
                judge(&Asker::new(world, subject), rule, subject).status()
            };
            let statuses = (0..subjects.count()).into_par_iter().map(status).collect();
            let witnesses = rule.verdict().filter(|expr| expr.any(&leaves_evidence)).collect();
            Judged { rule, subjects, statuses, witnesses }
        };
        Evaluation { world, judged: rules.par_iter().map(judged).collect() }
    }

    /// Counts of all findings.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for judged in &self.judged {
            let severity = judged.rule.info.severity;
            for status in &judged.statuses {
                match status {
                    Status::Pass => summary.pass += 1,
                    Status::NotApplicable => summary.not_applicable += 1,
                    Status::Waived => summary.waived += 1,
                    Status::Fail => {
                        count(&mut summary.fail, &mut summary.fail_by_severity, severity)
                    }
                    Status::Unknown => {
                        count(&mut summary.unknown, &mut summary.unknown_by_severity, severity)
                    }
                }
            }
        }
        summary
    }

    /// All that a report says beside the findings.
    pub fn report(&self, lang: Lang) -> Report<'a> {
        let header = self.world.snapshot.header();
        Report {
            collected_at: &header.collected_at,
            accounts: &header.accounts,
            regions: &header.regions,
            summary: self.summary(),
            rules: self.judged.iter().map(|judged| &judged.rule.info).collect(),
            gaps: self.world.gaps.sorted(&header.regions),
            notices: notices::of(self.world, lang),
            lang,
        }
    }

    /// Every verdict in the order of findings, without words.
    pub fn verdicts(&self) -> impl Iterator<Item = (&RuleInfo, ResourceRef<'_>, Status)> {
        self.judged.iter().flat_map(|judged| {
            judged.statuses.iter().enumerate().map(|(at, status)| {
                (&judged.rule.info, judged.subjects.get(at).reference(self.world), *status)
            })
        })
    }

    /// Every subject with its rule and verdict, in the order of findings.
    pub fn judged(&self) -> impl Iterator<Item = (&'a Rule, Subject<'a>, Status)> {
        self.judged.iter().flat_map(|judged| {
            let each = judged.statuses.iter().enumerate();
            each.map(|(at, status)| (judged.rule, judged.subjects.get(at), *status))
        })
    }

    /// Subjects whose verdict is unknown because a call did not answer, with that call.
    pub fn unread(&self) -> impl Iterator<Item = (&'a Rule, Subject<'a>, Unknown)> {
        let unknown = self.judged().filter(|(.., status)| *status == Status::Unknown);
        unknown.filter_map(|(rule, subject, _)| {
            match judge(&Asker::new(self.world, subject), rule, subject) {
                Outcome::Unknown(why @ Unknown::Gap(_)) => Some((rule, subject, why)),
                _ => None,
            }
        })
    }

    /// Findings that are wanted, in order: rules as loaded, then account, region, type, id.
    /// `wanted` is asked once for each; words are made only for those it wants.
    pub fn findings<'s: 'w, 'w>(
        &'s self,
        lang: Lang,
        wanted: &'w mut (dyn FnMut(&RuleInfo, Status) -> bool + 'w),
    ) -> impl Iterator<Item = Finding<'s>> + 'w {
        let all = self.judged.iter().flat_map(|judged| {
            judged.statuses.iter().enumerate().map(move |(at, status)| (judged, at, *status))
        });
        let wanted = all.filter(move |(judged, _, status)| wanted(&judged.rule.info, *status));
        wanted.map(move |(judged, at, _)| self.finding(judged, at, lang))
    }

    /// Renders every finding of a rule, in order, hands the bytes to `write`, and gives how many there
    /// were. Words cost far more than verdicts, so they are made side by side, a batch at a time.
    ///
    /// # Errors
    /// As `render` and `write` do.
    pub fn render<E: Send>(
        &self,
        rule: &str,
        lang: Lang,
        render: impl Fn(&[Finding<'_>]) -> Result<Vec<u8>, E> + Sync,
        mut write: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut count = 0;
        for judged in self.judged.iter().filter(|judged| judged.rule.info.id == rule) {
            let all: Vec<usize> = (0..judged.statuses.len()).step_by(SHARE).collect();
            for batch in all.chunks(BATCH) {
                let texts = batch.par_iter().map(|&from| {
                    let to = judged.statuses.len().min(from + SHARE);
                    let words = (from..to).map(|at| self.finding(judged, at, lang));
                    render(&words.collect::<Vec<_>>())
                });
                let texts: Vec<Result<Vec<u8>, E>> = texts.collect();
                texts.into_iter().try_for_each(|text| write(&text?))?;
            }
            count += judged.statuses.len();
        }
        Ok(count)
    }

    /// Whether any verdict is `status` at or above `severity`.
    pub fn any(&self, status: Status, severity: Severity) -> bool {
        let severe = self.judged.iter().filter(|judged| judged.rule.info.severity >= severity);
        severe.into_iter().any(|judged| judged.statuses.contains(&status))
    }

    fn finding<'s>(&'s self, judged: &'s Judged<'a>, at: usize, lang: Lang) -> Finding<'s> {
        let Words { message, evidence, omitted } = explain(self.world, judged, at, lang);
        Finding {
            rule: &judged.rule.info,
            status: judged.statuses[at],
            resource: judged.subjects.get(at).reference(self.world),
            message,
            evidence,
            evidence_omitted: omitted,
            waiver: None,
        }
    }
}

fn count(total: &mut u64, by: &mut BTreeMap<Severity, u64>, severity: Severity) {
    *total += 1;
    *by.entry(severity).or_default() += 1;
}

/// Whether an expression calls a function that says why: those that answer yes or no.
fn leaves_evidence(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(function, _) if function.gives == Gives::Bool)
}

/// Judges a subject.
fn judge<'a>(asker: &Asker<'a>, rule: &'a Rule, subject: Subject<'a>) -> Outcome<'a> {
    if let Subject::Unlisted(_, _, _, gap) = subject {
        return Outcome::Unknown(Unknown::Gap(gap));
    }
    let mut frame = frame(asker, rule, subject);
    for (condition, reason) in &rule.conditions {
        match truth(asker, condition, &mut frame) {
            Ok(true) => {}
            Ok(false) => return Outcome::NotApplicable(reason),
            Err(why) => return Outcome::Unknown(why),
        }
    }
    for (condition, reason) in &rule.undecided {
        match truth(asker, condition, &mut frame) {
            Ok(false) => {}
            Ok(true) => return Outcome::Undecided(reason),
            Err(why) => return Outcome::Unknown(why),
        }
    }
    match truth(asker, &rule.require, &mut frame) {
        Ok(true) => Outcome::Pass,
        Ok(false) => Outcome::Fail,
        Err(why) => Outcome::Unknown(why),
    }
}

fn frame<'a>(asker: &Asker<'a>, rule: &'a Rule, subject: Subject<'a>) -> Frame<'a, Asker<'a>> {
    Frame::new(vec![subject.value(asker.world), Value::Object(Node::Params(&rule.params))])
}

fn truth<'a>(
    asker: &Asker<'a>,
    expr: &'a Expr,
    frame: &mut Frame<'a, Asker<'a>>,
) -> Result<bool, Unknown> {
    match eval(asker, expr, frame) {
        Ok(Value::Bool(b)) => Ok(b),
        Ok(_) => Err(Reason::Evaluation("the condition is no bool".to_owned()).into()),
        Err(Raised::Unknown(why)) => Err(why),
        Err(Raised::Error(what)) => Err(Reason::Evaluation(what).into()),
    }
}

/// What a finding says beside its verdict.
struct Words<'a> {
    message: Cow<'a, str>,
    evidence: Vec<Evidence<'a>>,
    /// How many pieces of evidence the cap left out.
    omitted: usize,
}

/// Makes the words of a verdict, by asking again with a recorder what it hung on.
fn explain<'a>(world: &'a World<'a>, judged: &'a Judged<'_>, at: usize, lang: Lang) -> Words<'a> {
    let (rule, subject, status) = (judged.rule, judged.subjects.get(at), judged.statuses[at]);
    let asker = Asker::recording(world, subject);
    let message = match status {
        Status::Pass | Status::Fail | Status::Waived => {
            // Each was evaluated for the verdict too, so nothing new can come of it.
            let mut frame = frame(&asker, rule, subject);
            for witness in &judged.witnesses {
                drop(eval(&asker, witness, &mut frame));
            }
            match status {
                Status::Pass => Cow::Borrowed(rule.info.title.get(lang)),
                _ => Cow::Owned(message(world, rule, subject, lang)),
            }
        }
        Status::Unknown | Status::NotApplicable => match judge(&asker, rule, subject) {
            Outcome::Unknown(why) => Cow::Owned(why.text(&world.gaps, lang)),
            Outcome::NotApplicable(reason) | Outcome::Undecided(reason) => {
                Cow::Borrowed(reason.get(lang))
            }
            Outcome::Pass | Outcome::Fail => Cow::Borrowed(""),
        },
    };
    let (evidence, omitted) = match status {
        // What does not apply rests on nothing that was seen.
        Status::NotApplicable => (Vec::new(), 0),
        _ => asker.recorder.unwrap_or_default().take(status == Status::Pass, lang),
    };
    Words { message, evidence, omitted }
}

fn message<'a>(world: &'a World<'a>, rule: &'a Rule, subject: Subject<'a>, lang: Lang) -> String {
    let asker = Asker::new(world, subject);
    words(&asker, rule.message.get(lang), &mut frame(&asker, rule, subject))
}

/// A message written out.
fn words<'a>(
    asker: &Asker<'a>,
    message: &'a [MessagePiece],
    frame: &mut Frame<'a, Asker<'a>>,
) -> String {
    message.iter().map(|piece| word(asker, piece, frame)).collect()
}

/// A piece of a message written out. One that cannot be completed says so in place; the verdict stands.
pub fn word<'a>(
    asker: &Asker<'a>,
    piece: &'a MessagePiece,
    frame: &mut Frame<'a, Asker<'a>>,
) -> String {
    match piece {
        MessagePiece::Text(words) => words.clone(),
        MessagePiece::Expr(expr) => {
            eval(asker, expr, frame).map_or_else(|_| "?".to_owned(), |v| written(&v))
        }
    }
}

/// A value as a message writes it.
fn written(value: &EngineValue<'_>) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Num(n) => format!("{}", (n * 100.0).round() / 100.0),
        Value::Str(s) => s.to_string(),
        Value::List(items, open) => {
            let mut words: Vec<String> = items.iter().map(written).collect();
            words.extend(open.first().map(|_| "…".to_owned()));
            if words.is_empty() { "-".to_owned() } else { words.join(", ") }
        }
        Value::Object(Node::Resource(resource)) => resource.view.name().into_owned(),
        Value::Object(_) => "{…}".to_owned(),
    }
}
