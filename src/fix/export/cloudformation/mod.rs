//! A plan as CloudFormation templates, one for each region in which it makes something, and a page that
//! says how to create their stacks and what they leave to people.
//!
//! A template holds what the plan creates. What exists already was made elsewhere, and CloudFormation
//! changes only what it made: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html>
//! is its way to take over, and no part of a fix.

use std::collections::{BTreeMap, BTreeSet};

use self::stack::Stack;
use super::words::Words;
use super::{File, Format};
use crate::fix::handler::{State, Target};
use crate::fix::plan::{Action, ChangeKind, Plan};
use crate::model::Lang;

mod by_hand;
mod resource;
mod stack;

/// The format.
pub const FORMAT: Format = Format {
    name: "cloudformation",
    start: "by-hand.md",
    next: (
        "nothing was changed; FILE says how to create the stacks, and what they leave to you",
        "何も変更していません。スタックの作成方法と手作業が必要なものは FILE にあります",
    ),
    files,
};

fn files(plan: &Plan, lang: Lang) -> Vec<File> {
    let words = Words::of(lang);
    let made = Made::of(plan);
    let stacks = stack::stacks(plan, &made);
    let mut files: Vec<File> = stacks.iter().map(|stack| stack.file(plan, &made, words)).collect();
    let page = by_hand::page(plan, &made, &stacks.iter().zip(&files).collect::<Vec<_>>(), words);
    files.push(File { name: FORMAT.start.to_owned(), text: page });
    files
}

/// What templates make of a plan.
struct Made<'p> {
    /// By the number of the action that makes it: the action, and the resource as it will be in the end.
    resources: BTreeMap<u32, (&'p Action, &'p State)>,
    /// Numbers of the actions that the templates take the place of.
    covered: BTreeSet<u32>,
    /// Why an action that makes something is in no template.
    refused: BTreeMap<u32, &'static str>,
    actions: BTreeMap<u32, &'p Action>,
}

impl<'p> Made<'p> {
    fn of(plan: &'p Plan) -> Made<'p> {
        let mut made = Made {
            resources: BTreeMap::new(),
            covered: BTreeSet::new(),
            refused: BTreeMap::new(),
            actions: plan.actions.iter().map(|action| (action.id, action)).collect(),
        };
        let mut makers: BTreeMap<&Target, u32> = BTreeMap::new();
        for action in &plan.actions {
            match (action.change, makers.get(&action.resource)) {
                (ChangeKind::Create, None) => match resource::refusal(plan, action) {
                    Some(reason) => drop(made.refused.insert(action.id, reason)),
                    None => {
                        makers.insert(&action.resource, action.id);
                        made.resources.insert(action.id, (action, &action.after));
                        made.covered.insert(action.id);
                    }
                },
                // What a template makes, it makes as it should be in the end.
                (_, Some(maker)) => {
                    made.covered.insert(action.id);
                    if let Some((_, state)) = made.resources.get_mut(maker) {
                        *state = &action.after;
                    }
                }
                _ => {}
            }
        }
        made
    }

    /// What templates make that must be there before an action: through those in between that they do not.
    fn needed(&self, action: &Action) -> BTreeSet<u32> {
        let mut needed = BTreeSet::new();
        for number in &action.depends_on {
            match self.actions.get(number) {
                Some(_) if self.resources.contains_key(number) => drop(needed.insert(*number)),
                Some(between) => needed.extend(self.needed(between)),
                None => {}
            }
        }
        needed
    }

    /// The resources of a stack.
    fn of_stack(&self, stack: &Stack) -> impl Iterator<Item = (&'p Action, &'p State)> {
        stack.numbers.iter().filter_map(|number| self.resources.get(number).copied())
    }
}
