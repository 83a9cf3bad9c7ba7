//! What fixes are told: by audit.toml, by whoever runs it, and by the account itself.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::render::Values;
use crate::model::GLOBAL;

/// What fixes are told: by region, `input` as expressions see it.
#[derive(Debug)]
pub struct Told {
    by_region: BTreeMap<String, Values>,
    home: String,
}

impl Told {
    /// What was told, with the facts of each of these regions. The first region is home to what concerns
    /// the whole account.
    pub fn new(told: &Values, (account, partition): (&str, &str), regions: &[String]) -> Told {
        let home = regions.first().cloned().unwrap_or_default();
        let of = |region: &String| {
            let mut values = told.clone();
            let facts = [
                ("account", account),
                ("heartbeat", super::heartbeat::SOURCE),
                ("home", &home),
                ("notifier", super::notifier::SOURCE),
                ("partition", partition),
                ("region", region),
            ];
            values.extend(facts.map(|(name, value)| (name.to_owned(), Json::from(value))));
            (region.clone(), values)
        };
        Told { by_region: regions.iter().map(of).collect(), home: home.clone() }
    }

    /// What fixes for a resource of `region` are told.
    pub(super) fn values(&self, region: &str) -> Option<&Values> {
        self.by_region.get(self.place(region))
    }

    /// The region in which things for a resource of `region` are made.
    pub(super) fn place<'a>(&'a self, region: &'a str) -> &'a str {
        if region == GLOBAL { &self.home } else { region }
    }
}

/// The partition that a region belongs to:
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>.
pub fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
