//! AWS Support: what Trusted Advisor found.

use std::collections::HashMap;

use aws_sdk_support::Client;
use aws_sdk_support::types as sdk;

use crate::model::ops;
use crate::model::types::account::TrustedAdvisorCheck;

use super::cx::Cx;
use super::holds::Holds;
use super::shape::text_time;

/// Categories that speak of trouble rather than of savings.
const CATEGORIES: [&str; 3] = ["fault_tolerance", "security", "service_limits"];

/// Checks asked about in one call.
const BATCH: usize = 100;

/// Checks with their results, sorted by id; none when any could not be read.
pub async fn checks(cx: &Cx<'_>) -> Option<Vec<TrustedAdvisorCheck>> {
    let client = Client::new(cx.config());
    let request = client.describe_trusted_advisor_checks().language("en").customize();
    let request = request.interceptor(Holds("\"checks\"")).send();
    let checks =
        cx.call(&ops::DESCRIBE_TRUSTED_ADVISOR_CHECKS, &[], request, |out| Some(out.checks));
    let checks = checks.await.known()?.into_iter();
    let checks: Vec<_> = checks.filter(|it| CATEGORIES.contains(&it.category.as_str())).collect();
    let ids: Vec<String> = checks.iter().map(|check| check.id.clone()).collect();
    let batches = ids.chunks(BATCH).map(<[String]>::to_vec).collect();
    let mut results = HashMap::new();
    for batch in cx.each(batches, |ids| summaries(cx, &client, ids)).await {
        results.extend(batch?.into_iter().map(|it| (it.check_id.clone(), it)));
    }
    let mut told = Vec::new();
    for check in checks {
        match results.remove(&check.id) {
            Some(result) => told.push(shape(check, result)),
            None => {
                let why = format!("the answer does not mention check {}", check.id);
                cx.fail(&ops::DESCRIBE_TRUSTED_ADVISOR_CHECK_SUMMARIES, &[], why);
                return None;
            }
        }
    }
    told.sort_by(|a, b| a.id.cmp(&b.id));
    Some(told)
}

async fn summaries(
    cx: &Cx<'_>,
    client: &Client,
    ids: Vec<String>,
) -> Option<Vec<sdk::TrustedAdvisorCheckSummary>> {
    let request = client.describe_trusted_advisor_check_summaries();
    let request = request.set_check_ids(Some(ids.into_iter().map(Some).collect())).customize();
    let request = request.interceptor(Holds("\"summaries\"")).send();
    let op = &ops::DESCRIBE_TRUSTED_ADVISOR_CHECK_SUMMARIES;
    cx.call(op, &[], request, |out| Some(out.summaries)).await.known()
}

fn shape(
    check: sdk::TrustedAdvisorCheckDescription,
    result: sdk::TrustedAdvisorCheckSummary,
) -> TrustedAdvisorCheck {
    let resources = result.resources_summary;
    TrustedAdvisorCheck {
        id: check.id,
        name: check.name,
        category: check.category,
        status: result.status,
        timestamp: text_time(Some(result.timestamp).filter(|it| !it.is_empty())),
        resources_flagged: resources.as_ref().map_or(0, |it| it.resources_flagged),
        resources_suppressed: resources.as_ref().map_or(0, |it| it.resources_suppressed),
    }
}
