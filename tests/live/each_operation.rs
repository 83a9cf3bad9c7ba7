//! Every operation of the table fails, alone and in pairs, in every way that networks and services know: what hung on it
//! is unknown, nothing turns better, and all the rest stays as it was.

use std::collections::{BTreeMap, BTreeSet};

use audit::model::Op;
use audit::model::ops::{self, OPS};

use crate::picture::{ATTEMPTS, Lane, Picture, in_lanes, is_part};

/// Accounts side by side.
const LANES: usize = 3;

/// Accounts side by side of which each mostly waits.
const WAITING_LANES: usize = 6;

/// Its failure ends the collection: see `broken`.
const FIRST: &str = "sts:GetCallerIdentity";

/// What is not asked of a healthy account in one region: the region is named, and there are no mute rules and no
/// findings.
const NOTHING_TO_ASK: [&str; 3] =
    ["account:ListRegions", "cloudwatch:GetAlarmMuteRule", "guardduty:GetFindings"];

/// What no verdict needs in a healthy account: other facts decide, or another way is whole.
const DECIDES_NOTHING: &[&str] = &[
    "acm:DescribeCertificate",
    "chatbot:DescribeSlackChannelConfigurations",
    "ecr:GetRegistryScanningConfiguration",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "guardduty:GetAdministratorAccount",
    "notifications:ListChannels",
    "notifications:ListEventRules",
    "notifications:ListManagedNotificationChannelAssociations",
    "notifications:ListManagedNotificationConfigurations",
    "notifications:ListNotificationConfigurations",
];

/// Lists that come in pages.
const PAGED: &[&str] = &[
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "budgets:DescribeBudgets",
    "budgets:DescribeNotificationsForBudget",
    "budgets:DescribeSubscribersForNotification",
    "ce:GetAnomalyMonitors",
    "ce:GetAnomalySubscriptions",
    "chatbot:DescribeSlackChannelConfigurations",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListAlarmMuteRules",
    // Of whose pages the first tells enough, unless it is empty.
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
    "ecs:ListClusters",
    "ecs:ListServices",
    "ecs:ListTasks",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "events:ListEventBuses",
    "events:ListRules",
    "events:ListTargetsByRule",
    "guardduty:ListDetectors",
    "guardduty:ListFindings",
    "iam:ListUsers",
    "notifications:ListChannels",
    "notifications:ListEventRules",
    "notifications:ListManagedNotificationChannelAssociations",
    "notifications:ListManagedNotificationConfigurations",
    "notifications:ListNotificationConfigurations",
    "rds:DescribeDBInstances",
    "sns:ListSubscriptions",
    "sns:ListTopics",
    "synthetics:DescribeCanaries",
    "synthetics:DescribeCanariesLastRun",
];

/// A way to fail.
#[derive(Clone, Copy, Debug)]
struct Kind {
    /// The server's name of it.
    fault: &'static str,
    /// What the coverage calls it.
    outcome: &'static str,
    /// Most requests that a call is worth.
    requests: usize,
}

const DENY: Kind = Kind { fault: "deny", outcome: "denied", requests: 1 };
const HTML: Kind = Kind { fault: "html", outcome: "error", requests: 1 };
const THROTTLE: Kind = Kind { fault: "throttle", outcome: "error", requests: ATTEMPTS };
const ERROR_500: Kind = Kind { fault: "error500", outcome: "error", requests: ATTEMPTS };
const CUT: Kind = Kind { fault: "cut", outcome: "error", requests: ATTEMPTS };
const HANG: Kind = Kind { fault: "hang", outcome: "error", requests: ATTEMPTS };
/// As many empty pages in a row as are borne, and the one too many.
const ENDLESS: Kind = Kind { fault: "endless", outcome: "error", requests: 51 };

/// Operations that fail, each in its way.
type Failing = BTreeMap<&'static str, Kind>;

/// Every operation that a collection goes on without.
fn operations() -> Vec<&'static str> {
    let others = OPS.iter().map(|op| op.api).filter(|api| *api != FIRST);
    others.filter(|api| !NOTHING_TO_ASK.contains(api)).collect()
}

fn op(api: &str) -> &'static Op {
    ops::find(api).unwrap_or_else(|| panic!("{api} is no operation of the table"))
}

/// What was not called since it hangs on what failed: in a healthy account it is never asked before that answers.
fn not_called<'p>(lane: &Lane, after: &'p Picture, failing: &Failing) -> BTreeSet<&'p str> {
    let skipped = after.gaps.iter().filter(|(_, (outcome, _))| outcome == "not_called");
    let skipped: BTreeSet<&str> = skipped.map(|(api, _)| api.as_str()).collect();
    for api in &skipped {
        let span = lane.before.spans.get(*api);
        let hangs = span.is_none_or(|span| comes_after(lane, span.first, failing));
        assert!(hangs, "{api} was not called, and hangs on nothing that failed");
    }
    skipped
}

/// Whether something is asked only after one of `failing` has answered.
fn comes_after(lane: &Lane, began: f64, failing: &Failing) -> bool {
    let mut failing = failing.keys().filter_map(|it| lane.before.spans.get(*it));
    failing.any(|it| it.answered <= began)
}

fn fail(lane: &Lane, failing: &Failing) {
    for (operation, kind) in failing {
        lane.account.fault(operation, kind.fault);
    }
    let after = Picture::take(&lane.account, ATTEMPTS);
    let skipped = not_called(lane, &after, failing);
    let what = format!("{:?}", failing.iter().map(|(o, k)| (o, k.fault)).collect::<Vec<_>>());
    gaps_are_told(&what, &after, failing, &skipped);
    verdicts_only_become_unknown(&what, &lane.before, &after);
    the_rest_is_complete(&what, &lane.before, &after, failing, &skipped);
    nobody_is_asked_too_often(&what, lane, &after, failing, &skipped);
    let decides = failing.keys().any(|operation| !DECIDES_NOTHING.contains(operation));
    let unknown = after.statuses.values().any(|status| status == "unknown");
    let expected = if decides { (true, 3) } else { (false, 0) };
    assert_eq!((unknown, after.exit), expected, "{what}");
}

fn gaps_are_told(what: &str, after: &Picture, failing: &Failing, skipped: &BTreeSet<&str>) {
    let told = |api: &str, outcome: &str| {
        let actions = op(api).actions.iter().map(|action| (*action).to_owned()).collect();
        (api.to_owned(), (outcome.to_owned(), actions))
    };
    let failed = failing.iter().filter(|(api, _)| !skipped.contains(*api));
    let mut gaps: BTreeMap<_, (String, Vec<String>)> =
        failed.map(|(api, kind)| told(api, kind.outcome)).collect();
    gaps.extend(skipped.iter().map(|api| told(api, "not_called")));
    assert_eq!(after.gaps, gaps, "{what}");
}

fn verdicts_only_become_unknown(what: &str, before: &Picture, after: &Picture) {
    for (key, status) in &after.statuses {
        // Only `*` may be new: what could not be listed.
        let same = before.statuses.get(key) == Some(status);
        assert!(same || status == "unknown", "{what} turns {key:?} to {status}");
    }
    for key in before.statuses.keys().filter(|key| !after.statuses.contains_key(*key)) {
        let star = (key.0.clone(), "*".to_owned());
        assert!(after.statuses.contains_key(&star), "{what} loses {key:?} without a word");
    }
}

fn the_rest_is_complete(
    what: &str,
    before: &Picture,
    after: &Picture,
    failing: &Failing,
    skipped: &BTreeSet<&str>,
) {
    let touched: BTreeSet<&str> = failing.keys().chain(skipped).copied().collect();
    for (key, record) in &before.coverage {
        let is_touched = touched.contains(key.0.as_str());
        assert!(is_touched || after.coverage.get(key) == Some(record), "{what} changes {key:?}");
    }
    let fills: BTreeSet<&str> =
        touched.iter().flat_map(|api| op(api).fills).map(|fill| type_of(fill)).collect();
    for (key, resource) in &before.resources {
        match after.resources.get(key) {
            Some(left) if fills.contains(key.0.as_str()) => {
                assert!(is_part(left, resource), "{what} adds to {key:?}: {left}");
            }
            left => assert!(
                left == Some(resource) || (left.is_none() && fills.contains(key.0.as_str())),
                "{what} takes from {key:?}"
            ),
        }
    }
    assert!(after.resources.keys().all(|key| before.resources.contains_key(key)), "{what}");
}

/// The type of `AWS::SNS::Topic.status`.
fn type_of(filled: &str) -> &str {
    filled.split('.').next().unwrap_or(filled)
}

fn nobody_is_asked_too_often(
    what: &str,
    lane: &Lane,
    after: &Picture,
    failing: &Failing,
    skipped: &BTreeSet<&str>,
) {
    for (operation, requests) in &lane.before.requests {
        let asked = after.requests.get(operation).copied().unwrap_or_default();
        match failing.get(operation.as_str()) {
            _ if skipped.contains(operation.as_str()) => assert_eq!(asked, 0, "{what} {operation}"),
            Some(kind) => {
                assert!(
                    (1..=requests * kind.requests).contains(&asked),
                    "{what}: {asked} requests"
                );
            }
            // Of several that name what to ask about, one is missing.
            None if comes_after(lane, lane.before.spans[operation].last, failing) => {
                assert!(asked <= *requests, "{what} {operation}: {asked} requests");
            }
            None => assert_eq!(asked, *requests, "{what} {operation}"),
        }
    }
}

/// Each operation by itself.
fn each(kind: Kind, operations: &[&'static str]) {
    in_lanes(LANES, operations, |lane, operation| {
        fail(lane, &Failing::from([(*operation, kind)]));
    });
}

#[test]
fn a_healthy_account_is_asked_with_every_operation_of_the_table_and_no_other() {
    in_lanes(1, &[()], |lane, ()| {
        let called: BTreeSet<&str> = lane.before.requests.keys().map(String::as_str).collect();
        let known: BTreeSet<&str> = OPS.iter().map(|op| op.api).collect();
        let not_needed: BTreeSet<&str> = NOTHING_TO_ASK.into_iter().collect();
        assert_eq!(called, &known - &not_needed);
        assert_eq!(lane.before.gaps, BTreeMap::new());
    });
}

#[test]
fn denied() {
    each(DENY, &operations());
}

#[test]
fn answered_by_a_portal() {
    each(HTML, &operations());
}

#[test]
fn throttled_to_the_end() {
    each(THROTTLE, &operations());
}

#[test]
fn answered_with_500_every_time() {
    each(ERROR_500, &operations());
}

#[test]
fn cut_off_in_the_middle_of_the_answer() {
    each(CUT, &operations());
}

#[test]
fn promising_more_for_ever() {
    each(ENDLESS, PAGED);
    let paged = |api: &&str| !PAGED.contains(api);
    let others: Vec<&str> = operations().into_iter().filter(paged).collect();
    in_lanes(LANES, &others, |lane, operation| {
        lane.account.fault(operation, ENDLESS.fault);
        let after = Picture::take(&lane.account, ATTEMPTS);
        assert_eq!(after.requests, lane.before.requests, "{operation} comes in pages");
    });
}

/// Many at once, since each waits until its time is up.
#[test]
fn never_answered() {
    in_lanes(WAITING_LANES, &operations(), |lane, operation| {
        let began = std::time::Instant::now();
        fail(lane, &Failing::from([(*operation, HANG)]));
        assert!(began.elapsed().as_secs() < 90, "{operation} took {:?}", began.elapsed());
    });
}

/// Some sixty pairs, in which each operation meets four others.
#[test]
fn two_at_once() {
    let (operations, kinds) = (operations(), [DENY, ERROR_500, HTML, THROTTLE, CUT]);
    let pair = |n: usize| {
        let (at, distance) = (n % operations.len(), [1, 11][n / operations.len()]);
        let other = operations[(at + distance) % operations.len()];
        Failing::from([(operations[at], kinds[n % 5]), (other, kinds[n / 5 % 5])])
    };
    let jobs: Vec<Failing> = (0..2 * operations.len()).map(pair).collect();
    in_lanes(LANES, &jobs, fail);
}

#[test]
fn throttled_for_a_while() {
    const PATIENT: usize = 3;
    in_lanes(LANES, &operations(), |lane, operation| {
        let twice = serde_json::json!({"operation": operation, "kind": "throttle", "times": 2});
        lane.account.fault_with(twice);
        let after = Picture::take(&lane.account, PATIENT);
        assert_eq!((after.exit, &after.statuses), (0, &lane.before.statuses), "{operation}");
        assert_eq!(after.coverage, lane.before.coverage, "{operation}");
        assert_eq!(after.resources, lane.before.resources, "{operation}");
        let requests = after.requests.values().sum::<usize>();
        assert_eq!(requests, lane.before.requests.values().sum::<usize>() + 2, "{operation}");
    });
}
