//! Amazon GuardDuty: the detector of a region, its open findings, and who manages it.

use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::operation::get_detector::GetDetectorOutput;
use aws_sdk_guardduty::types::{
    self as sdk, Condition, DetectorStatus as Status, FindingCriteria, OrderBy, SortCriteria,
};
use futures::future::{FutureExt, LocalBoxFuture, join3};

use crate::model::types::guardduty::{
    AdministratorAccount, Detector, DetectorProperties, DetectorStatus, Finding,
};
use crate::model::{Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::holds::Holds;
use super::shape::{resource, text_time};

/// From here on AWS calls a finding's severity high:
/// <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html>.
const HIGH: i64 = 7;

/// Findings that are kept, the severest; as many as a call of `GetFindings` takes.
const KEPT: usize = 50;

/// Collects detectors.
pub struct GuardDuty;

static STEPS: [Step; 5] = [
    Step { op: &ops::LIST_DETECTORS, after: &[] },
    Step { op: &ops::GET_DETECTOR, after: &[&ops::LIST_DETECTORS] },
    Step { op: &ops::LIST_FINDINGS, after: &[&ops::LIST_DETECTORS] },
    Step { op: &ops::GET_FINDINGS, after: &[&ops::LIST_FINDINGS] },
    Step { op: &ops::GET_ADMINISTRATOR_ACCOUNT, after: &[&ops::LIST_DETECTORS] },
];

impl Collect for GuardDuty {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let ids = cx.pages(
                &ops::LIST_DETECTORS,
                &[],
                |token| {
                    let request = client.list_detectors().set_next_token(token).customize();
                    request.interceptor(Holds("\"detectorIds\"")).send()
                },
                |out| Some((out.detector_ids?, out.next_token)),
            );
            let ids = ids.await.known().unwrap_or_default();
            cx.keep(cx.each(ids, |id| detector(cx, &client, id)).await);
        }
        .boxed_local()
    }
}

async fn detector(cx: &Cx<'_>, client: &Client, id: String) -> Resource {
    let detector = client.get_detector().detector_id(&id).send();
    let administrator = client.get_administrator_account().detector_id(&id).send();
    let (read, findings, administrator) = join3(
        cx.call(&ops::GET_DETECTOR, &[&id], detector, shapes),
        findings(cx, client, &id),
        cx.call(&ops::GET_ADMINISTRATOR_ACCOUNT, &[&id], administrator, |out| {
            Some(out.administrator.and_then(|it| {
                Some(AdministratorAccount {
                    account_id: it.account_id?,
                    relationship_status: it.relationship_status,
                })
            }))
        }),
    )
    .await;
    let (properties, status) = read.known().unzip();
    let status = DetectorStatus {
        findings,
        administrator_account: administrator.known().flatten(),
        ..status.unwrap_or_default()
    };
    let arn = cx.arn("guardduty", &format!("detector/{id}"));
    resource::<Detector>(cx, id, arn, properties, Some(status))
}

/// What is kept of a detector but its findings and its administrator.
pub(super) fn shapes(out: GetDetectorOutput) -> Option<(DetectorProperties, DetectorStatus)> {
    // The SDK puts a word of its own in the place of a missing status.
    let enable = match out.status? {
        Status::Enabled => true,
        Status::Disabled => false,
        _ => return None,
    };
    let frequency = out.finding_publishing_frequency.map(|f| f.as_str().to_owned());
    let properties = DetectorProperties { enable, finding_publishing_frequency: frequency };
    let status =
        DetectorStatus { created_at: text_time(out.created_at), ..DetectorStatus::default() };
    Some((properties, status))
}

/// The severest open findings, or none when they could not be read.
async fn findings(cx: &Cx<'_>, client: &Client, detector: &str) -> Option<Vec<Finding>> {
    let criteria = FindingCriteria::builder()
        .criterion("severity", Condition::builder().greater_than_or_equal(HIGH).build())
        .criterion("service.archived", Condition::builder().equals("false").build())
        .build();
    let severest =
        SortCriteria::builder().attribute_name("severity").order_by(OrderBy::Desc).build();
    let about = [detector];
    let ids = cx.pages(
        &ops::LIST_FINDINGS,
        &about,
        |token| {
            let request = client.list_findings().detector_id(detector).set_next_token(token);
            let request = request.finding_criteria(criteria.clone()).max_results(50);
            let request = request.sort_criteria(severest.clone()).customize();
            request.interceptor(Holds("\"findingIds\"")).send()
        },
        |out| Some((out.finding_ids?, out.next_token)),
    );
    let mut ids = ids.await.known()?;
    ids.truncate(KEPT);
    if ids.is_empty() {
        return Some(Vec::new());
    }
    let request = client.get_findings().detector_id(detector).set_finding_ids(Some(ids));
    let request = request.sort_criteria(severest).customize().interceptor(Holds("\"findings\""));
    let about = [detector];
    let found = cx.call(&ops::GET_FINDINGS, &about, request.send(), |out| {
        out.findings?.into_iter().map(finding).collect::<Option<Vec<_>>>()
    });
    let mut found = found.await.known()?;
    found.sort_by(|a, b| b.severity.total_cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
    Some(found)
}

fn finding(it: sdk::Finding) -> Option<Finding> {
    Some(Finding {
        id: it.id?,
        r#type: it.r#type?,
        severity: it.severity?,
        updated_at: text_time(it.updated_at),
    })
}
