//! The least IAM policy for a set of operations: a fold over [`Op`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use super::{Op, TAG};

/// Version of IAM's policy language:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
const LANGUAGE: &str = "2012-10-17";

/// An identity-based policy document, in IAM's own names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

/// What a policy allows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: String,
    effect: &'static str,
    action: BTreeSet<&'static str>,
    #[serde(serialize_with = "one_or_many")]
    resource: BTreeSet<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    condition: BTreeMap<&'static str, BTreeMap<String, &'static str>>,
}

/// Where an action is allowed: a pattern, and whether only on what a fix has made.
type Place = (&'static str, bool);

/// A single resource without a list around it, as people write it.
fn one_or_many<S: Serializer>(resources: &BTreeSet<&str>, to: S) -> Result<S::Ok, S::Error> {
    match resources.first() {
        Some(only) if resources.len() == 1 => only.serialize(to),
        _ => resources.serialize(to),
    }
}

impl Policy {
    /// Allows these operations, each on what it is called on, and no action twice for the same.
    ///
    /// Reading is allowed on everything: nothing narrower than `*` would do. Half of the actions have no
    /// resource to name (`sns:ListTopics`), says the Service Authorization Reference
    /// (<https://docs.aws.amazon.com/service-authorization/latest/reference/>). The others are asked
    /// about everything there is, so an ARN would be a wildcard with more words; and where a scope is
    /// too narrow, AWS hides instead of denying: `cloudwatch:DescribeAlarms` keeps silent about
    /// composite alarms unless it is granted on `*`
    /// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>).
    /// What is hidden cannot be told from what does not exist, and verdicts would be wrong.
    #[must_use]
    pub fn allowing(sid: &str, ops: &[&Op]) -> Policy {
        let everywhere: BTreeSet<&str> = on(ops, ("*", false)).collect();
        // Where an action is allowed on everything, naming less says nothing.
        let narrow = |place: Place| -> BTreeSet<&'static str> {
            on(ops, place).filter(|action| !everywhere.contains(action)).collect()
        };
        let places: BTreeSet<Place> = ops.iter().map(|op| (op.on, op.is_tagged)).collect();
        // Patterns on which the same is allowed share a statement.
        let mut by_actions: BTreeMap<(BTreeSet<&str>, bool), BTreeSet<&str>> = BTreeMap::new();
        for place in places.into_iter().filter(|place| *place != ("*", false)) {
            let (pattern, is_tagged) = place;
            by_actions.entry((narrow(place), is_tagged)).or_default().insert(pattern);
        }
        by_actions.retain(|(actions, _), _| !actions.is_empty());
        let all = [((everywhere.clone(), false), BTreeSet::from(["*"]))].into_iter();
        let statement = all.chain(by_actions).enumerate().map(|(n, (of, resource))| Statement {
            sid: if n == 0 { sid.to_owned() } else { format!("{sid}{n}") },
            effect: "Allow",
            action: of.0,
            resource,
            condition: if of.1 { tagged() } else { BTreeMap::new() },
        });
        Policy { version: LANGUAGE, statement: statement.collect() }
    }
}

/// Only what bears the tag of what a fix makes:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html#access_tags_control-resources>.
fn tagged() -> BTreeMap<&'static str, BTreeMap<String, &'static str>> {
    let (key, value) = TAG;
    let equal = BTreeMap::from([(format!("aws:ResourceTag/{key}"), value)]);
    BTreeMap::from([("StringEquals", equal)])
}

fn on<'o>(ops: &'o [&Op], place: Place) -> impl Iterator<Item = &'static str> + 'o {
    let there = ops.iter().filter(move |op| (op.on, op.is_tagged) == place);
    there.flat_map(|op| op.actions.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ops::fix;
    use crate::model::{OPS, Scope};

    /// Most characters of a customer managed policy, and of all that a role holds of its own:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>. White space does
    /// not count.
    const MOST_OF_MANAGED: usize = 6144;
    const MOST_OF_ROLE: usize = 10_240;

    fn op(actions: &'static [&'static str], write: bool) -> Op {
        Op {
            api: actions[0],
            actions,
            fills: &[],
            scope: Scope::Regional,
            write,
            is_grant: false,
            on: "*",
            is_tagged: false,
        }
    }

    fn actions(policy: &Policy) -> Vec<&'static str> {
        policy.statement[0].action.iter().copied().collect()
    }

    #[test]
    fn each_action_once_and_sorted() {
        let ops =
            [&op(&["sns:ListTopics"], false), &op(&["ecs:ListTasks", "sns:ListTopics"], false)];
        assert_eq!(actions(&Policy::allowing("Test", &ops)), ["ecs:ListTasks", "sns:ListTopics"]);
    }

    #[test]
    fn what_is_called_on_less_is_allowed_on_less() {
        let narrow = |actions, on| Op { on, ..op(actions, true) };
        let ops = [
            &op(&["sns:ListTopics"], false),
            &narrow(&["sns:CreateTopic"], "arn:aws:sns:*:*:a"),
            &narrow(&["sns:CreateTopic"], "arn:aws:sns:*:*:b"),
            &narrow(&["sns:ListTopics"], "arn:aws:sns:*:*:c"),
        ];
        let policy = Policy::allowing("Test", &ops);
        let [all, some] = &policy.statement[..] else { panic!("{policy:?}") };
        assert_eq!((all.resource.first(), all.action.len()), (Some(&"*"), 1));
        assert_eq!(some.resource.len(), 2);
        assert_eq!(some.action.first(), Some(&"sns:CreateTopic"));
    }

    #[test]
    fn nothing_in_the_table_of_a_run_writes_by_its_name() {
        for action in actions(&Policy::allowing("Test", OPS)) {
            let (_, name) = action.split_once(':').expect("prefix:Name");
            let reads = ["BatchGet", "Describe", "Get", "List", "View"];
            // Has IAM write down what it knows; in IAM's own terms it reads.
            let is_report = action == "iam:GenerateCredentialReport";
            assert!(is_report || reads.iter().any(|verb| name.starts_with(verb)), "{action}");
        }
    }

    #[test]
    fn what_names_and_ids_do_not_tell_a_tag_tells() {
        let of = |actions, is_tagged| Op { on: "arn:aws:logs:*", is_tagged, ..op(actions, true) };
        let ops = [&of(&["logs:CreateLogGroup"], false), &of(&["logs:DeleteLogGroup"], true)];
        let policy = Policy::allowing("Test", &ops);
        let [_, make, delete] = &policy.statement[..] else { panic!("{policy:?}") };
        assert!(make.condition.is_empty());
        let condition = serde_json::to_value(&delete.condition).expect("JSON");
        let wanted = serde_json::json!({"StringEquals": {"aws:ResourceTag/managed-by": "audit"}});
        assert_eq!(condition, wanted);
    }

    #[test]
    fn fits_where_it_is_put() {
        let all: Vec<&Op> = OPS.iter().chain(fix::OPS).copied().collect();
        for (ops, most) in [(OPS, MOST_OF_MANAGED), (&all[..], MOST_OF_ROLE)] {
            let text = serde_json::to_string_pretty(&Policy::allowing("Test", ops)).expect("JSON");
            let count = text.chars().filter(|c| !c.is_whitespace()).count();
            assert!(count <= most, "{count} characters");
        }
    }
}
