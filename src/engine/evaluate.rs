//! Evaluates rules: a status byte per rule and subject, in parallel; words only for what is printed.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::evidence::Recorder;
use super::host::Asker;
use super::node::EngineValue;
use super::node::Node;
use super::notices;
use super::reason::{Reason, Unknown};
use super::subjects::{self, Subject};
use super::world::World;
use crate::model::{
    Evidence, Finding, Lang, Report, ResourceRef, RuleInfo, Severity, Status, Summary, Text,
};
use crate::rules::expr::{Expr, Raised, Value, eval};
use crate::rules::{MessagePiece, Rule};

/// How many findings are put into words at a time.
const BATCH: usize = 4096;

/// The verdicts of a run. Findings are made when asked for, from the same functions that gave the
/// verdict.
pub struct Evaluation<'a> {
    world: &'a World<'a>,
    rules: &'a [Rule],
    verdicts: Vec<Vec<(Subject<'a>, Status)>>,
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
        let verdict = |rule: &'a Rule, subject: Subject<'a>| {
            (subject, judge(&Asker { world, recorder: None }, rule, subject).status())
        };
        let verdicts = rules
            .par_iter()
            .map(|rule| {
                subjects::of(world, rule).into_par_iter().map(|s| verdict(rule, s)).collect()
            })
            .collect();
        Evaluation { world, rules, verdicts }
    }

    /// Counts of all findings.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for (rule, verdicts) in self.rules.iter().zip(&self.verdicts) {
            let severity = rule.info.severity;
            for (_, status) in verdicts {
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
            rules: self.rules.iter().map(|r| &r.info).collect(),
            gaps: self.world.gaps.sorted(&header.regions),
            notices: notices::of(self.world, lang),
            lang,
        }
    }

    /// Every verdict in the order of findings, without words.
    pub fn verdicts(&self) -> impl Iterator<Item = (&RuleInfo, ResourceRef<'_>, Status)> {
        self.rules.iter().zip(&self.verdicts).flat_map(|(rule, verdicts)| {
            verdicts
                .iter()
                .map(|(subject, status)| (&rule.info, subject.reference(self.world), *status))
        })
    }

    /// Findings that are wanted, in order: rules as loaded, then account, region, type, id.
    /// `wanted` is asked once for each; words are made only for those it wants.
    pub fn findings<'s: 'w, 'w>(
        &'s self,
        lang: Lang,
        wanted: &'w mut (dyn FnMut(&RuleInfo, Status) -> bool + 'w),
    ) -> impl Iterator<Item = Finding<'s>> + 'w {
        let all = self.rules.iter().zip(&self.verdicts).flat_map(|(rule, verdicts)| {
            verdicts.iter().map(move |(subject, status)| (rule, *subject, *status))
        });
        let mut wanted = all.filter(move |(rule, _, status)| wanted(&rule.info, *status));
        // Words cost far more than verdicts, so they too are made side by side, a batch at a time.
        let batches = std::iter::from_fn(move || {
            let batch: Vec<_> = wanted.by_ref().take(BATCH).collect();
            let words = batch
                .into_par_iter()
                .map(|(rule, subject, status)| self.finding(rule, subject, status, lang));
            let batch: Vec<Finding<'s>> = words.collect();
            (!batch.is_empty()).then_some(batch)
        });
        batches.flatten()
    }

    /// Whether any verdict is `status` at or above `severity`.
    pub fn any(&self, status: Status, severity: Severity) -> bool {
        self.rules
            .iter()
            .zip(&self.verdicts)
            .filter(|(rule, _)| rule.info.severity >= severity)
            .any(|(_, verdicts)| verdicts.iter().any(|(_, s)| *s == status))
    }

    fn finding<'s>(
        &'s self,
        rule: &'s Rule,
        subject: Subject<'s>,
        status: Status,
        lang: Lang,
    ) -> Finding<'s> {
        let world: &'s World<'s> = self.world;
        let (message, evidence, evidence_omitted) = explain(world, rule, subject, status, lang);
        Finding {
            rule: &rule.info,
            status,
            resource: subject.reference(world),
            message,
            evidence,
            evidence_omitted,
            waiver: None,
        }
    }
}

fn count(total: &mut u64, by: &mut BTreeMap<Severity, u64>, severity: Severity) {
    *total += 1;
    *by.entry(severity).or_default() += 1;
}

/// Judges a subject.
fn judge<'a>(asker: &Asker<'a>, rule: &'a Rule, subject: Subject<'a>) -> Outcome<'a> {
    if let Subject::Unlisted(_, _, _, gap) = subject {
        return Outcome::Unknown(Unknown::Gap(gap));
    }
    let mut vars = variables(asker, rule, subject);
    for (condition, reason) in &rule.conditions {
        match truth(asker, condition, &mut vars) {
            Ok(true) => {}
            Ok(false) => return Outcome::NotApplicable(reason),
            Err(why) => return Outcome::Unknown(why),
        }
    }
    for (condition, reason) in &rule.undecided {
        match truth(asker, condition, &mut vars) {
            Ok(false) => {}
            Ok(true) => return Outcome::Undecided(reason),
            Err(why) => return Outcome::Unknown(why),
        }
    }
    match truth(asker, &rule.require, &mut vars) {
        Ok(true) => Outcome::Pass,
        Ok(false) => Outcome::Fail,
        Err(why) => Outcome::Unknown(why),
    }
}

fn variables<'a>(asker: &Asker<'a>, rule: &'a Rule, subject: Subject<'a>) -> Vec<EngineValue<'a>> {
    vec![subject.value(asker.world), Value::Object(Node::Params(&rule.params))]
}

fn truth<'a>(
    asker: &Asker<'a>,
    expr: &'a Expr,
    vars: &mut Vec<EngineValue<'a>>,
) -> Result<bool, Unknown> {
    match eval(asker, expr, vars) {
        Ok(Value::Bool(b)) => Ok(b),
        Ok(_) => Err(Reason::Evaluation("the condition is no bool".to_owned()).into()),
        Err(Raised::Unknown(why)) => Err(why),
        Err(Raised::Error(what)) => Err(Reason::Evaluation(what).into()),
    }
}

/// Message and evidence of a verdict, by judging again with a recorder.
fn explain<'a>(
    world: &'a World<'a>,
    rule: &'a Rule,
    subject: Subject<'a>,
    status: Status,
    lang: Lang,
) -> (String, Vec<Evidence>, usize) {
    let recorder = Recorder::default();
    let asker = Asker { world, recorder: Some(&recorder) };
    let said = match judge(&asker, rule, subject) {
        Outcome::Pass => Some(rule.info.title.get(lang).to_owned()),
        Outcome::Fail => None,
        Outcome::Unknown(why) => Some(why.text(&world.gaps, lang)),
        Outcome::NotApplicable(reason) | Outcome::Undecided(reason) => {
            Some(reason.get(lang).to_owned())
        }
    };
    let message = said.unwrap_or_else(|| message(world, rule, subject, lang));
    let (evidence, omitted) = match status {
        Status::Pass | Status::Fail | Status::Unknown => {
            recorder.take(status == Status::Pass, lang)
        }
        // What is unknown rests on what its message names, not on what was seen beside it.
        _ => (Vec::new(), 0),
    };
    (message, evidence, omitted)
}

fn message<'a>(world: &'a World<'a>, rule: &'a Rule, subject: Subject<'a>, lang: Lang) -> String {
    let asker = Asker { world, recorder: None };
    let mut vars = variables(&asker, rule, subject);
    let pieces = rule.message.get(lang).iter().map(|piece| match piece {
        MessagePiece::Text(words) => words.clone(),
        // A message that cannot be completed says so in place; the verdict stands.
        MessagePiece::Expr(expr) => {
            eval(&asker, expr, &mut vars).map_or_else(|_| "?".to_owned(), |v| written(&v))
        }
    });
    pieces.collect()
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
