//! The least IAM policy for a set of operations: a fold over [`Op`].

use std::collections::BTreeSet;

use serde::Serialize;

use super::Op;

/// Version of IAM's policy language:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
const LANGUAGE: &str = "2012-10-17";

/// An identity-based policy document, in IAM's own names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    version: &'static str,
    statement: [Statement; 1],
}

/// What a policy allows. One statement is enough, and the easiest to read before signing: the sorted
/// actions stand by service anyway, and nothing else would differ between the services.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: BTreeSet<&'static str>,
    resource: &'static str,
}

impl Policy {
    /// Allows those of `ops` that only read, each action once, on every resource.
    ///
    /// Nothing narrower than `*` would do. Half of the actions have no resource to name
    /// (`sns:ListTopics`), says the Service Authorization Reference
    /// (<https://docs.aws.amazon.com/service-authorization/latest/reference/>). The others are asked
    /// about everything there is, so an ARN would be a wildcard with more words; and where a scope is
    /// too narrow, AWS hides instead of denying: `cloudwatch:DescribeAlarms` keeps silent about
    /// composite alarms unless it is granted on `*`
    /// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>).
    /// What is hidden cannot be told from what does not exist, and verdicts would be wrong.
    #[must_use]
    pub fn reading(sid: &'static str, ops: &[&Op]) -> Policy {
        let reads = ops.iter().filter(|op| !op.write);
        let action = reads.flat_map(|op| op.actions.iter().copied()).collect();
        let statement = Statement { sid, effect: "Allow", action, resource: "*" };
        Policy { version: LANGUAGE, statement: [statement] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OPS, Scope};

    /// Most characters of a customer managed policy:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>. White space does
    /// not count there; here it does, which leaves room.
    const MOST_CHARACTERS: usize = 6144;

    fn op(actions: &'static [&'static str], write: bool) -> Op {
        Op { api: actions[0], actions, fills: &[], scope: Scope::Regional, write, is_grant: false, on: "*" }
    }

    fn actions(policy: &Policy) -> Vec<&'static str> {
        policy.statement[0].action.iter().copied().collect()
    }

    #[test]
    fn each_action_once_and_sorted() {
        let ops =
            [&op(&["sns:ListTopics"], false), &op(&["ecs:ListTasks", "sns:ListTopics"], false)];
        assert_eq!(actions(&Policy::reading("Test", &ops)), ["ecs:ListTasks", "sns:ListTopics"]);
    }

    #[test]
    fn what_writes_is_left_out() {
        let ops = [&op(&["sns:CreateTopic"], true), &op(&["sns:ListTopics"], false)];
        assert_eq!(actions(&Policy::reading("Test", &ops)), ["sns:ListTopics"]);
    }

    #[test]
    fn nothing_in_the_table_writes_by_its_name() {
        for action in actions(&Policy::reading("Test", OPS)) {
            let (_, name) = action.split_once(':').expect("prefix:Name");
            let reads = ["BatchGet", "Describe", "Get", "List", "View"];
            assert!(reads.iter().any(|verb| name.starts_with(verb)), "{action}");
        }
    }

    #[test]
    fn fits_a_managed_policy() {
        let text = serde_json::to_string_pretty(&Policy::reading("Test", OPS)).expect("JSON");
        assert!(text.chars().count() <= MOST_CHARACTERS, "{} characters", text.chars().count());
    }
}
