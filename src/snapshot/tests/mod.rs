//! A test for every promise of this room.

mod files;
mod json;
mod limits;
mod order;
mod refusals;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Compression, Encoding, Layout, Limits, ReadError, Snapshot, write_to};
use crate::model::{Coverage, Inventory, Outcome, Resource};

const ACCOUNT: &str = "111111111111";

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn resource(ty: &str, account: &str, region: &str, id: &str) -> Resource {
    Resource {
        ty: ty.to_owned(),
        id: id.to_owned(),
        arn: format!("arn:aws:x:{region}:{account}:{id}"),
        account: account.to_owned(),
        region: region.to_owned(),
        name: format!("name of {id}"),
        tags: BTreeMap::from([("team".to_owned(), "見守り".to_owned())]),
        properties: object(json!({"Size": 3, "Deep": {"er": [1, {"x": null}]}, "Q\"k": "a\nb"})),
        status: object(json!({"Available": true})),
    }
}

fn coverage(operation: &str) -> Coverage {
    Coverage {
        account: ACCOUNT.to_owned(),
        region: "eu-west-1".to_owned(),
        operation: operation.to_owned(),
        actions: vec![operation.to_owned()],
        fills: vec!["AWS::ECS::Cluster".to_owned()],
        outcome: Outcome::Ok,
        resources: vec![],
        message: String::new(),
    }
}

/// Two accounts, a shadow region that was not asked for, an id that needs escapes.
fn inventory() -> Inventory {
    let second = "222222222222";
    Inventory {
        collected_at: "2027-03-31T01:02:03Z".to_owned(),
        accounts: vec![ACCOUNT.to_owned(), second.to_owned()],
        regions: vec!["eu-west-1".to_owned()],
        coverage: vec![coverage("ecs:ListClusters"), coverage("ecs:ListServices")],
        resources: vec![
            resource("AWS::ECS::Cluster", ACCOUNT, "eu-west-1", "a \"quoted\" \\ id\n"),
            resource("AWS::ECS::Cluster", ACCOUNT, "eu-west-1", "b"),
            resource("AWS::ECS::Service", ACCOUNT, "eu-west-1", "b"),
            resource("AWS::Budgets::Budget", ACCOUNT, "global", "all"),
            resource("AWS::CloudTrail::Trail", ACCOUNT, "us-east-1", "shadow"),
            resource("AWS::ECS::Cluster", second, "eu-west-1", "b"),
        ],
    }
}

const LINES: Encoding = Encoding { layout: Layout::Lines, compression: Compression::None };

fn text(inventory: &Inventory, encoding: Encoding) -> String {
    let mut bytes = Vec::new();
    write_to(inventory, encoding, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn lines() -> Vec<String> {
    text(&inventory(), LINES).lines().map(str::to_owned).collect()
}

/// Every resource of a snapshot as values, in its order.
fn contents(snapshot: &Snapshot) -> Vec<Resource> {
    let resource = |view: super::ResourceView<'_>| Resource {
        ty: view.ty().to_owned(),
        id: view.id().into_owned(),
        arn: view.arn().into_owned(),
        account: view.account().to_owned(),
        region: view.region().to_owned(),
        name: view.name().into_owned(),
        tags: view.tags().parse().unwrap(),
        properties: view.properties().parse().unwrap(),
        status: view.status().parse().unwrap(),
    };
    snapshot.iter().map(resource).collect()
}

fn read(text: &str) -> Result<Snapshot, ReadError> {
    Snapshot::from_bytes(text.to_owned(), "test")
}

/// What a text is refused with, in words.
fn refusal(text: impl Into<String>) -> String {
    match Snapshot::from_bytes(text.into(), "test") {
        Ok(_) => panic!("was read"),
        Err(error) => error.to_string(),
    }
}

const SMALL: Limits = Limits {
    block: 64,
    line: 4096,
    header: 2048,
    document: 8192,
    size: 16384,
    unpacked: 32768,
    depth: 100,
};
