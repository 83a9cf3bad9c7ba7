//! Amazon GuardDuty: the detector of a region.

use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::operation::get_detector::GetDetectorOutput;
use aws_sdk_guardduty::types::DetectorStatus as Status;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use futures::future::{FutureExt, LocalBoxFuture};

use crate::model::types::guardduty::{Detector, DetectorProperties, DetectorStatus};
use crate::model::{Resource, ops};

use super::cx::{Collect, Cx, Step};
use super::shape::{resource, text_time};

/// Collects detectors.
pub struct GuardDuty;

static STEPS: [Step; 2] = [
    Step { op: &ops::LIST_DETECTORS, after: &[] },
    Step { op: &ops::GET_DETECTOR, after: &[&ops::LIST_DETECTORS] },
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
                    request.interceptor(NamesDetectors).send()
                },
                |out| Some((out.detector_ids?, out.next_token)),
            );
            let ids = ids.await.known().unwrap_or_default();
            cx.keep(cx.each(ids, |id| detector(cx, &client, id)).await);
        }
        .boxed_local()
    }
}

/// Refuses an answer without a list of detectors, in whose place the SDK puts an empty one.
#[derive(Debug)]
pub(super) struct NamesDetectors;

impl Intercept for NamesDetectors {
    fn name(&self) -> &'static str {
        "NamesDetectors"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        let is_refusal = !context.response().status().is_success();
        if is_refusal || memchr::memmem::find(body, b"\"detectorIds\"").is_some() {
            return Ok(());
        }
        Err("the answer lacks a part that the API always gives".into())
    }
}

async fn detector(cx: &Cx<'_>, client: &Client, id: String) -> Resource {
    let request = client.get_detector().detector_id(&id).send();
    let read = cx.call(&ops::GET_DETECTOR, &[&id], request, shapes).await.known();
    let (properties, status) = read.unzip();
    let arn = cx.arn("guardduty", &format!("detector/{id}"));
    resource::<Detector>(cx, id, arn, properties, status)
}

/// What is kept of a detector.
pub(super) fn shapes(out: GetDetectorOutput) -> Option<(DetectorProperties, DetectorStatus)> {
    // The SDK puts a word of its own in the place of a missing status.
    let enable = match out.status? {
        Status::Enabled => true,
        Status::Disabled => false,
        _ => return None,
    };
    let frequency = out.finding_publishing_frequency.map(|f| f.as_str().to_owned());
    let properties = DetectorProperties { enable, finding_publishing_frequency: frequency };
    Some((properties, DetectorStatus { created_at: text_time(out.created_at) }))
}
