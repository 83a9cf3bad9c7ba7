//! A snapshot that is read is JSON to another reader too, comes back the same when it is written, in
//! every layout, and can be evaluated and reported.

use audit::model::{Inventory, Resource};
use audit::snapshot::{Compression, Encoding, Json, Layout, ResourceView, Snapshot, write_to};
use serde_json::Value;

use super::world;

/// Takes a snapshot's bytes.
pub fn run(data: &[u8]) {
    let snapshot = match Snapshot::from_bytes(data, "input") {
        Ok(snapshot) => snapshot,
        Err(error) => {
            assert!(error.to_string().starts_with("input: "), "{error}");
            return;
        }
    };
    if let Ok(text) = std::str::from_utf8(data) {
        assert_eq!(count(text), snapshot.len(), "another reader finds another number");
    }
    let lines = written(&inventory(&snapshot), Layout::Lines);
    for layout in [Layout::Lines, Layout::Document] {
        let bytes = written(&inventory(&snapshot), layout);
        let again = Snapshot::from_bytes(bytes.clone(), "what was written").expect("is read again");
        assert!(written(&inventory(&again), layout) == bytes, "comes back another");
        assert!(written(&inventory(&again), Layout::Lines) == lines, "layouts differ");
    }
    world::report(&snapshot, world::rules());
}

/// How many resources `serde_json` finds.
fn count(text: &str) -> usize {
    if let Ok(Value::Object(document)) = serde_json::from_str(text) {
        return document.get("resources").and_then(Value::as_array).map_or(0, Vec::len);
    }
    let mut lines = text.lines();
    let header: Value = serde_json::from_str(lines.next().unwrap_or_default()).expect("JSON");
    assert!(header.is_object());
    let resources: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
    resources.expect("JSON").len()
}

fn written(inventory: &Inventory, layout: Layout) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoding = Encoding { layout, compression: Compression::None };
    write_to(inventory, encoding, &mut bytes).expect("what was read can be written");
    bytes
}

fn inventory(snapshot: &Snapshot) -> Inventory {
    let header = snapshot.header();
    Inventory {
        collected_at: header.collected_at.clone(),
        accounts: header.accounts.clone(),
        regions: header.regions.clone(),
        coverage: snapshot.coverage().to_vec(),
        resources: snapshot.iter().map(resource).collect(),
    }
}

fn resource(view: ResourceView<'_>) -> Resource {
    let object = |json: Json<'_>| json.parse().expect("an object to serde too");
    Resource {
        ty: view.ty().to_owned(),
        id: view.id().into_owned(),
        arn: view.arn().into_owned(),
        account: view.account().to_owned(),
        region: view.region().to_owned(),
        name: view.name().into_owned(),
        tags: view.tags().parse().expect("strings to serde too"),
        properties: object(view.properties()),
        status: object(view.status()),
    }
}
