//! Amazon GuardDuty: the detector of a region.

use std::collections::HashMap;

use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::types::FindingPublishingFrequency as Frequency;
use serde_json::json;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::{self, fix};
use crate::model::types::guardduty::DetectorProperties;

use super::{TAG, kind, properties, settle, state};
use crate::aws::gate::{Gate, impossible, incomplete};
use crate::aws::guardduty::shapes;
use crate::aws::holds::Holds;

/// The detector of a region, which has at most one; its id is `detector`.
pub struct Detector;

impl<'g> Handler<Gate<'g>> for Detector {
    fn kind(&self) -> &'static Kind {
        kind("AWS::GuardDuty::Detector")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, _id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let op = &ops::GET_DETECTOR;
            let Some(detector) = find(cx).await? else { return Ok(None) };
            let request = Client::new(cx.config()).get_detector().detector_id(detector).send();
            let Some(out) = cx.read(op, request).await? else { return Ok(None) };
            let (properties, _) = shapes(out).ok_or_else(|| incomplete(op))?;
            Ok(Some(state(&properties)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_DETECTOR;
            let wanted: DetectorProperties = properties(op, to, &json!({"Enable": true}))?;
            let frequency = wanted.finding_publishing_frequency.as_deref().map(Frequency::from);
            let tags = HashMap::from([(TAG.0.to_owned(), TAG.1.to_owned())]);
            let client = Client::new(cx.config());
            let request = || {
                let request = client.create_detector().enable(wanted.enable);
                let request = request.set_finding_publishing_frequency(frequency.clone());
                request.set_tags(Some(tags.clone())).send()
            };
            match cx.write(op, request).await? {
                Some(_) => Ok(()),
                None => settle(self, op, cx, id, to).await,
            }
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        _id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::UPDATE_DETECTOR;
            let defaults = json!({"Enable": true});
            let from: DetectorProperties = properties(op, from, &defaults)?;
            let to: DetectorProperties = properties(op, to, &defaults)?;
            if from == to {
                return Ok(());
            }
            let detector = find(cx).await?.ok_or_else(|| impossible(op, "there is no detector"))?;
            let enable = (from.enable != to.enable).then_some(to.enable);
            let frequency = to.finding_publishing_frequency;
            let frequency =
                frequency.filter(|it| Some(it) != from.finding_publishing_frequency.as_ref());
            let client = Client::new(cx.config());
            let request = || {
                let request = client.update_detector().detector_id(&detector).set_enable(enable);
                let frequency = frequency.as_deref().map(Frequency::from);
                request.set_finding_publishing_frequency(frequency).send()
            };
            cx.write(op, request).await.map(drop)
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, _id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let Some(detector) = find(cx).await? else { return Ok(()) };
            let client = Client::new(cx.config());
            let request = || client.delete_detector().detector_id(&detector).send();
            cx.write(&fix::DELETE_DETECTOR, request).await.map(drop)
        })
    }
}

/// The id of the region's detector.
async fn find(cx: &Gate<'_>) -> Result<Option<String>, Refused> {
    let client = Client::new(cx.config());
    let request = |token| {
        let request = client.list_detectors().set_next_token(token).customize();
        request.interceptor(Holds("\"detectorIds\"")).send()
    };
    let listed = cx.pages(&ops::LIST_DETECTORS, request, |out| {
        (out.detector_ids.unwrap_or_default(), out.next_token)
    });
    Ok(listed.await?.unwrap_or_default().into_iter().next())
}
