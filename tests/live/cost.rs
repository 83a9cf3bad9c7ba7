//! What a collection costs: few requests, none twice, and nothing that waits without need. `benches/collect.rs`
//! measures time and memory.

use std::collections::BTreeMap;

use crate::support::{Account, Request, longest_chain, server};

/// Collects, and gives what the server heard.
fn collect(account: &Account<'_>) -> Vec<Request> {
    account.clear_requests();
    let output =
        account.command().args(["collect", "-o", "s.json"]).output().expect("audit starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    account.log()
}

/// Requests of each operation.
fn counted(log: &[Request]) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for request in log {
        *counted.entry(request.operation.as_str()).or_default() += 1;
    }
    counted
}

/// Asked again until the report is ready.
const UNTIL_READY: &str = "iam:GenerateCredentialReport";

fn none_twice(log: &[Request]) {
    let mut asked = BTreeMap::new();
    for request in log.iter().filter(|request| request.operation != UNTIL_READY) {
        let question = (&request.operation, &request.region, &request.question);
        *asked.entry(question).or_insert(0) += 1;
    }
    let twice: Vec<_> = asked.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn few_requests_and_none_twice() {
    const PRODUCTS: u32 = 30;
    let account = Account::new(server());
    account.seed_products(PRODUCTS);
    let log = collect(&account);
    none_twice(&log);
    let counted = counted(&log);
    let clusters = PRODUCTS as usize + 1;
    // Services and tasks can only be listed and described by the cluster, and some things only one by one; all else does not
    // grow with products.
    for (operation, times) in &counted {
        let most = match *operation {
            "ecs:ListServices" | "ecs:DescribeServices" | "ecs:ListTasks" | "ecs:DescribeTasks" => {
                clusters
            }
            "ecs:DescribeTaskDefinition" | "logs:DescribeLogGroups" => clusters + 2,
            // Of each repository the newest image is asked about, and one that runs.
            "ecr:DescribeImages" => clusters + 1,
            "ecr:DescribeImageScanFindings" => clusters + 2,
            // A rule for each product's deployments.
            "events:ListTargetsByRule" => clusters + 4,
            // The notifier, and the functions of canaries.
            "sns:GetSubscriptionAttributes" | "lambda:GetFunctionConfiguration" => 4,
            // One for each of AWS's own notification configurations.
            "notifications:ListManagedNotificationChannelAssociations" => 4,
            "elasticloadbalancing:DescribeListeners" | "elasticloadbalancing:DescribeRules" => 2,
            // Products have five alarms each; a hundred come in a page.
            "cloudwatch:DescribeAlarms"
            | "ecr:BatchGetRepositoryScanningConfiguration"
            | "sns:GetTopicAttributes" => 2,
            // Ten come in a page.
            "application-autoscaling:DescribeScalingPolicies" => clusters.div_ceil(10),
            UNTIL_READY => 3,
            _ => 1,
        };
        assert!(*times <= most, "{operation}: {times} requests, not {most}");
    }
    assert!(log.len() <= 360, "{} requests: {counted:?}", log.len());
}

#[test]
fn none_twice_in_several_regions_and_small_pages() {
    let account = Account::new(server());
    account.seed("mvp");
    account.pages_of(2);
    let output = account
        .command()
        .args(["collect", "-o", "s.json", "--region", "ap-northeast-1,us-east-1,eu-west-1"])
        .output()
        .expect("audit starts");
    assert!(output.status.success());
    none_twice(&account.log());
}

/// Who asks; clusters; their services' names; the services; their task definitions; the log groups of these.
#[test]
fn the_longest_chain_of_dependent_calls_is_six() {
    let account = Account::new(server());
    account.seed_products(30);
    // Long against all that a slow machine adds to a call.
    account.latency(1_000);
    assert_eq!(longest_chain(&collect(&account)), 6);
}

/// What hangs on the items of a page starts when the page is there, not with the last.
#[test]
fn nothing_waits_for_pages_that_it_does_not_need() {
    let account = Account::new(server());
    account.seed("mvp");
    account.pages_of(2);
    account.latency(1_000);
    let log = collect(&account);
    for (list, then) in [
        ("sns:ListTopics", "sns:GetTopicAttributes"),
        ("sns:ListSubscriptions", "lambda:GetFunctionConfiguration"),
        ("ecs:ListServices", "ecs:DescribeServices"),
        ("synthetics:DescribeCanaries", "synthetics:DescribeCanariesLastRun"),
    ] {
        let began = |operation: &str| {
            let of = log.iter().filter(|request| request.operation == operation);
            of.map(|request| request.began).collect::<Vec<f64>>()
        };
        let (lists, first) = (began(list), began(then).into_iter().fold(f64::MAX, f64::min));
        assert!(lists.len() > 1, "{list} has pages");
        let last = lists.into_iter().fold(f64::MIN, f64::max);
        assert!(first <= last + 0.5, "{then} waits for the last page of {list}");
    }
}
