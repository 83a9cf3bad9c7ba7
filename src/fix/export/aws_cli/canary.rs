//! Canaries: whether one runs, and one that is made.

use serde_json::{Value, json};

use super::change::{Change, Steps, tag_map};
use super::helpers::Helper;
use super::step::{Ask, Call, Step, text_of};
use crate::fix::heartbeat::{PLACE, RUNTIMES, SOURCE};

/// Where a canary's code lies in the bucket of its artifacts: of all ways to hand it over this is the one that
/// both versions of the AWS CLI know.
const KEY: &str = "code/audit_heartbeat.zip";

/// A canary that is there and is started or stopped, or one that is made.
pub fn canary(it: &Change<'_>) -> Steps {
    if it.differs("RunConfig") && !it.is_new() {
        let words =
            "its environment variables have to be said again with it, and are not known here";
        return Err(format!("{words}; `audit fix --apply` reads them from its function"));
    }
    let mut steps = Vec::new();
    if it.is_new() {
        let get = it.call("synthetics get-canary", json!({"Name": it.id()}));
        steps.push(Step::Either {
            ask: it.exists(get, "ResourceNotFoundException"),
            yes: Vec::new(),
            no: create(it)?,
        });
    } else {
        it.only(&[])?;
    }
    let (command, there) = match it.wanted("State").and_then(Value::as_str) {
        Some("RUNNING") => ("synthetics start-canary", ["RUNNING", "STARTING"]),
        Some("STOPPED") => ("synthetics stop-canary", ["STOPPED", "STOPPING"]),
        Some(other) => return Err(format!("a canary cannot be brought to the state {other}")),
        None => return Ok(steps),
    };
    let name = json!({"Name": it.id()});
    let mut get = it.call("synthetics get-canary", name.clone());
    let [one, other] = there.map(|state| format!("Canary.Status.State=='{state}'"));
    get.more = format!("--query \"{one} || {other}\" --output json");
    steps.push(Step::Either {
        ask: Ask { helper: Helper::Lists, word: "true".to_owned(), call: get },
        yes: Vec::new(),
        // While it is being made it cannot be started yet.
        no: vec![Step::patient(it.call(command, name), "ConflictException")],
    });
    Ok(steps)
}

fn create(it: &Change<'_>) -> Steps {
    let code = it.get("Code");
    let bucket = it.get("ArtifactS3Location");
    let bucket = bucket.as_str().and_then(|place| place.strip_prefix("s3://")?.split('/').next());
    let bucket = bucket.ok_or("its artifacts have no bucket")?;
    if code["Script"] != SOURCE {
        return Err("its code is not known here".to_owned());
    }
    let at = json!({"Bucket": bucket, "Key": KEY, "ExpectedBucketOwner": it.account()});
    let mut upload = it.call("s3api put-object", at);
    upload.more = "--body \"$folder/code.zip\"".to_owned();
    let mut input = json!({
        "Name": it.id(),
        "Code": {"Handler": code["Handler"], "S3Bucket": bucket, "S3Key": KEY},
        "RuntimeVersion": text_of("runtime"),
        "Tags": tag_map(),
    });
    for member in ["ArtifactS3Location", "ExecutionRoleArn", "RunConfig", "Schedule"] {
        input[member] = it.get(member);
    }
    let mut steps = vec![
        Step::Pack { file: PLACE, source: SOURCE.to_owned() },
        Step::patient(upload, "NoSuchBucket"),
    ];
    match it.get("RuntimeVersion") {
        Value::Null => steps.push(Step::Let { name: "runtime", call: newest(it) }),
        known => input["RuntimeVersion"] = known,
    }
    steps.push(Step::patient(
        it.call("synthetics create-canary", input),
        "ValidationException.*role",
    ));
    Ok(steps)
}

/// Asks for the newest runtime that can run the code and is not deprecated.
fn newest(it: &Change<'_>) -> Call {
    let fits = format!("starts_with(VersionName, '{RUNTIMES}') && !DeprecationDate");
    let query = format!("sort_by(RuntimeVersions[?{fits}], &ReleaseDate)[-1].VersionName");
    let more = format!("--query \"{query}\" --output text");
    Call { more, ..it.call("synthetics describe-runtime-versions", json!({})) }
}
