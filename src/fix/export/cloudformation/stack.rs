//! Which resource stands in which stack, and a stack's template.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, json};

use super::Made;
use super::resource;
use crate::fix::export::words::Words;
use crate::fix::export::{File, mark};
use crate::fix::plan::{Action, Plan};
use crate::model::{GLOBAL, TOOL_NAME};

/// A stack of one region. Stacks are created in order: what is global stands in the first region's, and what
/// hangs on other regions' resources (a chat channel that listens everywhere) in another one after theirs.
#[derive(Debug)]
pub struct Stack {
    /// Its region.
    pub region: String,
    /// How many stacks of this region come before.
    pub turn: usize,
    /// Numbers of the actions that it takes the place of.
    pub numbers: BTreeSet<u32>,
}

/// The stacks of a plan, each after those that it hangs on.
pub fn stacks(plan: &Plan, made: &Made<'_>) -> Vec<Stack> {
    let home = plan.regions.first().map_or("us-east-1", String::as_str);
    let mut phases: BTreeMap<u32, usize> = BTreeMap::new();
    let mut stacks: BTreeMap<(usize, String), BTreeSet<u32>> = BTreeMap::new();
    // Every action comes after those it depends on.
    for (number, (action, _)) in &made.resources {
        let region = region(action, home);
        // Phases of the first region are even, those of others odd.
        let mut phase = usize::from(region != home);
        for before in made.needed(action) {
            let known = phases.get(&before).copied().unwrap_or_default();
            let is_beside =
                made.resources.get(&before).is_some_and(|(it, _)| self::region(it, home) == region);
            while phase < known || (phase == known && !is_beside) {
                phase += 2;
            }
        }
        phases.insert(*number, phase);
        stacks.entry((phase, region.to_owned())).or_default().insert(*number);
    }
    let stacks = stacks.into_iter();
    stacks.map(|((phase, region), numbers)| Stack { region, turn: phase / 2, numbers }).collect()
}

fn region<'a>(action: &'a Action, home: &'a str) -> &'a str {
    let region = action.resource.region.as_str();
    if region == GLOBAL { home } else { region }
}

impl Stack {
    /// Its name: every export's is another, since a template put into the stack of an earlier one would
    /// delete what that one made.
    pub fn name(&self, plan: &Plan) -> String {
        let time = plan.created_at.chars().filter(char::is_ascii_alphanumeric);
        let time: String = time.take(40).collect();
        format!("{TOOL_NAME}-{time}{}", self.suffix())
    }

    fn suffix(&self) -> String {
        if self.turn == 0 { String::new() } else { format!("-{}", self.turn + 1) }
    }

    fn file_name(&self) -> String {
        let region: String =
            self.region.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        format!("{TOOL_NAME}-{region}{}.yaml", self.suffix())
    }

    /// Its template.
    pub fn file(&self, plan: &Plan, made: &Made<'_>, words: &Words) -> File {
        let names = self.logical_ids(made);
        let resources = made.of_stack(self).filter_map(|(action, state)| {
            let needed = made.needed(action).into_iter().filter(|number| {
                made.resources.get(number).is_some_and(|(it, _)| resource::waits(action, it))
            });
            let needed: Vec<&str> =
                needed.filter_map(|number| Some(names.get(&number)?.as_str())).collect();
            let mut resource = resource::resource(plan, (action, state), &needed, words);
            resource::refer(&mut resource, |ty, id| {
                let is_it = |it: &Action| it.resource.ty == ty && it.resource.id == id;
                let (maker, _) = made.of_stack(self).find(|(it, _)| is_it(it))?;
                names.get(&maker.id).cloned()
            });
            Some((names.get(&action.id)?.clone(), resource))
        });
        let template = json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": words.head(plan),
            "Resources": resources.collect::<Map<_, _>>(),
        });
        // Every document of JSON values can be written.
        let yaml = serde_saphyr::to_string(&template).unwrap_or_else(|_| template.to_string());
        File { name: self.file_name(), text: format!("# {}\n{yaml}", mark()) }
    }

    /// Names of resources within the template: letters and digits, each once.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
    fn logical_ids(&self, made: &Made<'_>) -> BTreeMap<u32, String> {
        let mut taken = BTreeSet::new();
        let mut names = BTreeMap::new();
        for (action, _) in made.of_stack(self) {
            let plain = logical_id(&action.resource.ty, &action.resource.id);
            let mut name = plain.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{plain}{number}");
                number += 1;
            }
            names.insert(action.id, name);
        }
        names
    }
}

/// `TopicAuditAlerts` of the topic `audit-alerts`.
fn logical_id(ty: &str, id: &str) -> String {
    const LONGEST: usize = 200;
    let mut name: String = ty.rsplit("::").next().unwrap_or_default().to_owned();
    for part in id.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut chars = part.chars();
        name.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        name.extend(chars);
    }
    name.truncate(LONGEST);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logical_ids_are_letters_and_digits() {
        assert_eq!(logical_id("AWS::SNS::Topic", "audit-alerts"), "TopicAuditAlerts");
        assert_eq!(logical_id("AWS::SNS::Subscription", "t|email|あ@x.y"), "SubscriptionTEmailXY");
        assert_eq!(logical_id("AWS::SNS::Topic", &"x".repeat(300)).len(), 200);
    }
}
