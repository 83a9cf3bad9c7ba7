//! What records what happens, and what is recorded: buckets, trails, Config, GuardDuty, ECR, RDS,
//! log groups.

use serde_json::{Value, json};

use super::change::{Change, Steps, camel, tag_map, tags, text};
use super::helpers::Helper;
use super::step::{Ask, Call, Step, word};

/// The region whose name must not be said when a bucket is made:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html>.
const UNSAID_REGION: &str = "us-east-1";

/// S3's "not yet".
const BUCKET_NOT_YET: &str = "NoSuchBucket|OperationAborted";

/// CloudTrail's.
const TRAIL_NOT_YET: &str =
    "ConflictException|InsufficientS3BucketPolicyException|S3BucketDoesNotExistException";

/// Config's.
const CHANNEL_NOT_YET: &str = "InsufficientDeliveryPolicyException|NoAvailableConfigurationRecorderException|NoSuchBucketException";

pub fn bucket(it: &Change<'_>) -> Steps {
    it.only(&["BucketName", "PublicAccessBlockConfiguration"])?;
    let (name, owner) = (it.id(), it.account());
    let mut steps = Vec::new();
    if it.is_new() {
        let mut create = it.call("s3api create-bucket", json!({"Bucket": name}));
        if create.region != UNSAID_REGION {
            create.input["CreateBucketConfiguration"] =
                json!({"LocationConstraint": create.region});
        }
        let tagging =
            json!({"Bucket": name, "ExpectedBucketOwner": owner, "Tagging": {"TagSet": tags()}});
        let named = json!({"Bucket": name, "ExpectedBucketOwner": owner});
        let tag = Step::patient(it.call("s3api put-bucket-tagging", tagging), BUCKET_NOT_YET);
        let tags_of = it.call("s3api get-bucket-tagging", named.clone());
        steps.push(Step::Either {
            ask: it.exists(it.call("s3api head-bucket", named), "404"),
            // One without any tags is one whose making was cut off; those of others are not ours to replace.
            yes: vec![Step::Either {
                ask: it.exists(tags_of, "NoSuchTagSet"),
                yes: Vec::new(),
                no: vec![tag.clone()],
            }],
            no: vec![Step::patient(create, "OperationAborted"), tag],
        });
    }
    let shut = it.get("PublicAccessBlockConfiguration");
    if let Value::Object(said) = &shut {
        // The call replaces all four.
        let flag = |name: &str| said.get(name).cloned().unwrap_or(Value::Bool(false));
        let all =
            ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
        let all: Value = all.iter().map(|name| ((*name).to_owned(), flag(name))).collect();
        let input = json!({"Bucket": name, "ExpectedBucketOwner": owner, "PublicAccessBlockConfiguration": all});
        steps.push(Step::patient(it.call("s3api put-public-access-block", input), BUCKET_NOT_YET));
    }
    Ok(steps)
}

pub fn bucket_policy(it: &Change<'_>) -> Steps {
    let policy = text(&it.get("PolicyDocument"));
    let input = json!({"Bucket": it.id(), "ExpectedBucketOwner": it.account(), "Policy": policy});
    Ok(vec![Step::patient(it.call("s3api put-bucket-policy", input), BUCKET_NOT_YET)])
}

pub fn trail(it: &Change<'_>) -> Steps {
    const SETTABLE: [&str; 4] = [
        "S3BucketName",
        "IsMultiRegionTrail",
        "IncludeGlobalServiceEvents",
        "EnableLogFileValidation",
    ];
    // A wish for nothing but logging has no properties.
    let is_whole = !it.after().properties.is_empty();
    if is_whole {
        it.only(&[&SETTABLE[..], &["TrailName"]].concat())?;
    }
    let settings = |said: &dyn Fn(&str) -> bool| {
        let mut input = json!({"Name": it.id()});
        SETTABLE.iter().filter(|name| said(name)).for_each(|name| input[*name] = it.get(name));
        input
    };
    let mut steps = Vec::new();
    if it.is_new() {
        let mut create = settings(&|_| true);
        create["TagsList"] = tags();
        let ask = it.call("cloudtrail get-trail", json!({"Name": it.id()}));
        steps.push(Step::Either {
            ask: it.exists(ask, "TrailNotFoundException"),
            yes: vec![Step::patient(
                it.call("cloudtrail update-trail", settings(&|_| true)),
                TRAIL_NOT_YET,
            )],
            no: vec![Step::patient(it.call("cloudtrail create-trail", create), TRAIL_NOT_YET)],
        });
    } else if is_whole && SETTABLE.iter().any(|name| it.differs(name)) {
        let changed = settings(&|name| it.differs(name));
        steps.push(Step::patient(it.call("cloudtrail update-trail", changed), TRAIL_NOT_YET));
    }
    let command = match it.wanted("IsLogging").and_then(Value::as_bool) {
        Some(true) => "cloudtrail start-logging",
        Some(false) => "cloudtrail stop-logging",
        None => return Ok(steps),
    };
    steps.push(Step::patient(it.call(command, json!({"Name": it.id()})), "ConflictException"));
    Ok(steps)
}

pub fn recorder(it: &Change<'_>) -> Steps {
    let name = it.id();
    let recorder = json!({
        "name": name,
        "roleARN": it.get("RoleARN"),
        "recordingGroup": recording_group(&it.get("RecordingGroup")),
        "recordingMode": camel(&it.get("RecordingMode")),
    });
    let put = |tags: Value| {
        let input = json!({"ConfigurationRecorder": recorder, "Tags": tags});
        Step::patient(
            it.call("configservice put-configuration-recorder", input),
            "InvalidRoleException",
        )
    };
    let mut steps = Vec::new();
    if it.is_new() {
        let names = json!({"ConfigurationRecorderNames": [name]});
        let ask = it.call("configservice describe-configuration-recorders", names);
        steps.push(Step::Either {
            ask: it.exists(ask, "NoSuchConfigurationRecorderException"),
            yes: vec![put(Value::Null)],
            no: vec![put(tags())],
        });
    } else if ["RoleARN", "RecordingGroup", "RecordingMode"].iter().any(|name| it.differs(name)) {
        let names = json!({"ConfigurationRecorderNames": [name]});
        let ask = it.call("configservice describe-configuration-recorders", names);
        let others = "servicePrincipal || connectorArn || scopeConfiguration";
        steps.push(it.without(ask, "ConfigurationRecorders", others, put(Value::Null)));
    }
    let command = match it.wanted("recording").and_then(Value::as_bool) {
        Some(true) => "configservice start-configuration-recorder",
        Some(false) => "configservice stop-configuration-recorder",
        None => return Ok(steps),
    };
    let input = json!({"ConfigurationRecorderName": name});
    steps.push(Step::patient(it.call(command, input), "NoAvailableDeliveryChannelException"));
    Ok(steps)
}

/// What a recorder records; flags that are not said are off:
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html>.
fn recording_group(group: &Value) -> Value {
    let mut group = camel(group);
    if let Value::Object(map) = &mut group {
        for flag in ["allSupported", "includeGlobalResourceTypes"] {
            map.entry(flag).or_insert(Value::Bool(false));
        }
    }
    group
}

pub fn channel(it: &Change<'_>) -> Steps {
    let channel = json!({
        "name": it.id(),
        "s3BucketName": it.get("S3BucketName"),
        "s3KeyPrefix": it.get("S3KeyPrefix"),
        "s3KmsKeyArn": it.get("S3KmsKeyArn"),
        "snsTopicARN": it.get("SnsTopicARN"),
        "configSnapshotDeliveryProperties": camel(&it.get("ConfigSnapshotDeliveryProperties")),
    });
    let put = it.call("configservice put-delivery-channel", json!({"DeliveryChannel": channel}));
    Ok(vec![Step::patient(put, CHANNEL_NOT_YET)])
}

pub fn registry(it: &Change<'_>) -> Steps {
    let rules = it.get("Rules").as_array().cloned().unwrap_or_default();
    let rules: Vec<Value> = rules.iter().map(camel).collect();
    let input = json!({"scanType": it.get("ScanType"), "rules": rules});
    Ok(vec![Step::write(it.call("ecr put-registry-scanning-configuration", input))])
}

pub fn detector(it: &Change<'_>) -> Steps {
    let enable = it.get("Enable").as_bool().unwrap_or(true);
    let settings = json!({"Enable": enable, "FindingPublishingFrequency": it.get("FindingPublishingFrequency")});
    let mut update = it.call("guardduty update-detector", settings.clone());
    let list = it.call("guardduty list-detectors", json!({}));
    // A detector's id is AWS's; a region has at most one.
    update.more = format!(
        "--detector-id \"$(aws guardduty list-detectors --region {} --query 'DetectorIds[0]' --output text)\"",
        word(&update.region)
    );
    if !it.is_new() {
        return Ok(vec![Step::write(update)]);
    }
    let mut create = settings;
    create["Tags"] = tag_map();
    let ask = Ask {
        helper: Helper::Lists,
        word: "0".to_owned(),
        call: Call { more: "--query 'length(DetectorIds)' --output json".to_owned(), ..list },
    };
    Ok(vec![Step::Either {
        ask,
        yes: vec![Step::write(it.call("guardduty create-detector", create))],
        no: vec![Step::write(update)],
    }])
}

pub fn log_group(it: &Change<'_>) -> Steps {
    it.only(&["LogGroupName", "RetentionInDays"])?;
    let name = it.id();
    let mut steps = Vec::new();
    if it.is_new() {
        let input = json!({"logGroupName": name, "tags": tag_map()});
        steps.push(Step::Write {
            call: it.call("logs create-log-group", input),
            not_yet: "OperationAbortedException",
            settled: ("ResourceAlreadyExistsException", ""),
        });
    }
    let (command, days) = match it.get("RetentionInDays") {
        Value::Null if it.is_new() => return Ok(steps),
        Value::Null => ("logs delete-retention-policy", Value::Null),
        days => ("logs put-retention-policy", days),
    };
    let input = json!({"logGroupName": name, "retentionInDays": days});
    steps.push(Step::patient(it.call(command, input), "OperationAbortedException"));
    Ok(steps)
}

/// Only up to what its storage may grow:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html>.
pub fn database(it: &Change<'_>) -> Steps {
    const CEILING: &str = "MaxAllocatedStorage";
    it.only(&[CEILING, "AllocatedStorage"])?;
    let ceiling = match it.get(CEILING) {
        // A ceiling at what is allocated turns growing off.
        Value::Null => it.get("AllocatedStorage"),
        ceiling => ceiling,
    };
    let input = json!({"DBInstanceIdentifier": it.id(), CEILING: ceiling});
    Ok(vec![Step::patient(it.call("rds modify-db-instance", input), "InvalidDBInstanceState")])
}
