//! Amazon ECR: the registry's scanning rules.

use aws_sdk_ecr::Client;
use aws_sdk_ecr::types::{self as sdk, ScanFrequency, ScanType, ScanningRepositoryFilterType};
use serde_json::json;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::{self, fix};
use crate::model::types::ecr::{RegistryScanningProperties, ScanningRule};

use super::{built, kind, properties, state};
use crate::aws::ecr::registry_properties;
use crate::aws::gate::{Gate, incomplete};
use crate::aws::known::Known;

/// The scanning rules of a region's registry, which always has some; its id is the account.
pub struct RegistryScanningConfiguration;

impl<'g> Handler<Gate<'g>> for RegistryScanningConfiguration {
    fn kind(&self) -> &'static Kind {
        kind("AWS::ECR::RegistryScanningConfiguration")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, _id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let op = &ops::GET_REGISTRY_SCANNING_CONFIGURATION;
            let request = Client::new(cx.config()).get_registry_scanning_configuration().send();
            let found = cx.read(op, request).await?.and_then(|out| out.scanning_configuration);
            let found = found.ok_or_else(|| incomplete(op))?;
            Ok(Some(state(&registry_properties(found))))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, _id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(put(cx, to))
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        _id: &'a str,
        _from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(put(cx, to))
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, _id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        // It cannot be deleted: back to what every registry has at first, basic scanning without rules.
        // <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html>
        let properties = RegistryScanningProperties {
            scan_type: Some(ScanType::Basic.as_str().to_owned()),
            rules: Vec::new(),
        };
        Box::pin(async move { put(cx, &state(&properties)).await })
    }
}

/// What of the rules, which are replaced whole, can be put back:
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegistryScanningConfiguration.html>.
const RULES: &str = "
    filter filterType registryId repositoryFilters rules scanFrequency scanType scanningConfiguration";

async fn put(cx: &Gate<'_>, to: &State) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    let request = client.get_registry_scanning_configuration().customize();
    let known = Known::of(RULES);
    let request = request.interceptor(known.clone()).send();
    cx.read(&ops::GET_REGISTRY_SCANNING_CONFIGURATION, request).await?;
    let op = &fix::PUT_REGISTRY_SCANNING_CONFIGURATION;
    known.is_all(op)?;
    let to: RegistryScanningProperties = properties(op, to, &json!({}))?;
    let rules = to.rules.into_iter().map(rule).collect::<Result<Vec<_>, _>>()?;
    let request = client
        .put_registry_scanning_configuration()
        .set_scan_type(to.scan_type.as_deref().map(ScanType::from))
        .set_rules(Some(rules));
    cx.write(op, || request.clone().send()).await.map(drop)
}

fn rule(it: ScanningRule) -> Result<sdk::RegistryScanningRule, Refused> {
    let op = &fix::PUT_REGISTRY_SCANNING_CONFIGURATION;
    let mut rule = sdk::RegistryScanningRule::builder()
        .scan_frequency(ScanFrequency::from(it.scan_frequency.as_str()))
        .set_repository_filters(Some(Vec::new()));
    for filter in it.repository_filters {
        let ty = filter.filter_type.as_deref().map(ScanningRepositoryFilterType::from);
        let filter = sdk::ScanningRepositoryFilter::builder()
            .filter(filter.filter)
            .filter_type(ty.unwrap_or(ScanningRepositoryFilterType::Wildcard));
        rule = rule.repository_filters(built(op, filter.build())?);
    }
    built(op, rule.build())
}
