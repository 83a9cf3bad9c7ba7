//! Runs rules' cases: what came out against what is expected.

use std::collections::BTreeMap;

use super::evaluate::Evaluation;
use super::team::{Counts, Team};
use super::world::World;
use crate::model::{Lang, Status};
use crate::rules::cases::{Case, Cases};
use crate::rules::{Diagnostic, Rule, RuleSet};
use crate::snapshot::Snapshot;

/// How a rule's cases went.
#[derive(Debug)]
pub struct CasesResult {
    /// The rule.
    pub rule: String,
    /// How many cases there are.
    pub cases: usize,
    /// Statuses that some case expects.
    pub statuses: Vec<Status>,
    /// What went wrong, at the case's place.
    pub failures: Vec<Diagnostic>,
}

/// Runs the cases of every rule in the set, in order; a rule without any has zero.
pub fn run(set: &mut RuleSet) -> Vec<CasesResult> {
    let (rules, cases) = (&mut set.rules, &set.cases);
    rules.iter_mut().map(|rule| run_rule(rule, cases)).collect()
}

fn run_rule(rule: &mut Rule, cases: &[Cases]) -> CasesResult {
    let mut result = CasesResult {
        rule: rule.info.id.clone(),
        cases: 0,
        statuses: Vec::new(),
        failures: Vec::new(),
    };
    for file in cases.iter().filter(|cases| cases.rule == result.rule) {
        for case in &file.cases {
            result.cases += 1;
            result.statuses.extend(case.expect.values());
            let complaints = with_params(rule, case).into_iter().map(|complaint| {
                Diagnostic::new(
                    &file.file,
                    case.place.clone(),
                    format!("{}: {complaint}", result.rule),
                )
            });
            result.failures.extend(complaints);
        }
    }
    result.statuses.sort_unstable();
    result.statuses.dedup();
    result
}

/// Runs a case with the parameters that it sets, and takes these back.
fn with_params(rule: &mut Rule, case: &Case) -> Vec<String> {
    let before = rule.params.clone();
    let set = case.params.iter().map(|(name, value)| rule.set_param(name, value));
    let wrong: Vec<String> = set.filter_map(Result::err).map(|error| error.to_string()).collect();
    let complaints: Vec<String> =
        if wrong.is_empty() { check(rule, case).collect() } else { wrong };
    rule.params = before;
    complaints
}

fn check(rule: &Rule, case: &Case) -> impl Iterator<Item = String> {
    let found = match findings(rule, case) {
        Ok(found) => found,
        Err(error) => return vec![error].into_iter(),
    };
    let mut complaints = Vec::new();
    for (id, (status, message)) in &found {
        match case.expect.get(id) {
            None => {
                complaints.push(format!("{id} is {} but not expected: {message}", status.as_str()))
            }
            Some(expected) if expected != status => {
                complaints.push(format!(
                    "{id} is {}, not {}: {message}",
                    status.as_str(),
                    expected.as_str()
                ));
            }
            Some(_) => {}
        }
        if let Some(part) = case.says.get(id).filter(|part| !message.contains(part.as_str())) {
            complaints.push(format!("{id} says {message:?}, which lacks {part:?}"));
        }
    }
    let absent = case.expect.keys().chain(case.says.keys()).filter(|id| !found.contains_key(*id));
    complaints.extend(absent.map(|id| format!("there is no finding on {id}")));
    complaints.into_iter()
}

/// Status and message (with its evidence) by resource id.
fn findings(rule: &Rule, case: &Case) -> Result<BTreeMap<String, (Status, String)>, String> {
    let snapshot = Snapshot::from_inventory(&case.inventory).map_err(|error| error.to_string())?;
    let rules = std::slice::from_ref(rule);
    let counts = case.counts.as_ref().map(|names| Counts::only(names.iter().map(String::as_str)));
    let team = Team { endpoints: case.endpoints.clone(), counts: counts.unwrap_or_default() };
    let world = World::new(&snapshot, rules, team);
    let evaluation = Evaluation::of(&world, rules);
    let several = case.inventory.regions.len() > 1;
    Ok(evaluation
        .findings(Lang::En, &mut |_, _| true)
        .map(|finding| {
            let id = &finding.resource.id;
            let plain = case.expect.contains_key(&**id) || !several;
            let key =
                if plain { id.to_string() } else { format!("{id}@{}", finding.resource.region) };
            let notes: Vec<String> =
                finding.evidence.iter().map(|e| format!("{}: {}", e.id, e.note)).collect();
            (key, (finding.status, format!("{} [{}]", finding.message, notes.join("; "))))
        })
        .collect())
}
