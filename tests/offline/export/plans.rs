//! Plans to export: those of the fixtures, and made-up ones.

use audit::fix::plan::Plan;
use serde_json::{Map, Value, json};

use crate::{audit, fixture, stdout};

/// Names that mean something to bash, YAML, Markdown, CloudFormation or JMESPath.
const NASTY: [&str; 12] = [
    "'; touch pwned; '",
    "$(touch pwned)",
    "`touch pwned`",
    "\"; touch pwned; \"",
    "a\ntouch pwned\nb",
    "\\'$HOME\\",
    "${Sub} !Ref x: #y",
    "あ😀\u{202e}\u{7}",
    "slash/and/../dots",
    "- yes\n...\n---\n%TAG",
    "```\nEND_OF_CODE\nEND_OF_PACKING",
    " file:///etc/passwd ",
];

/// The plan for a fixture.
pub fn of(name: &str) -> Plan {
    let (snapshot, config) = (fixture(name), fixture("audit.toml"));
    let output = audit(&["fix", "--snapshot", &snapshot, "--config", &config, "--plan", "-"]);
    serde_json::from_str(&stdout(&output, 0)).expect("a plan")
}

/// The plan for the product as many start out.
pub fn mvp() -> Plan {
    of("ecs-fargate-mvp.json")
}

/// A document with one text for another in values at every depth.
fn replaced(value: &Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => Value::from(text.replace(from, to)),
        Value::Array(items) => items.iter().map(|item| replaced(item, from, to)).collect(),
        Value::Object(map) => {
            let map = map.iter().map(|(key, value)| (key.clone(), replaced(value, from, to)));
            Value::Object(map.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// Plans in which these names, wherever they stand, are nasty ones; together they have every one of those.
pub fn nasty(names: &[&str]) -> Vec<Plan> {
    let mvp = serde_json::to_value(mvp()).expect("a document");
    let plans = NASTY.chunks(names.len()).map(|some| {
        let pairs = names.iter().zip(some.iter().cycle());
        let value = pairs.fold(mvp.clone(), |value, (name, nasty)| replaced(&value, name, nasty));
        serde_json::from_value(value).expect("a plan")
    });
    plans.collect()
}

/// A plan of actions, each of a type, an id, a region, what it should be and what it depends on.
fn made_up(regions: &[&str], actions: &[(&str, &str, &str, Value, &[u32])]) -> Plan {
    let actions = actions.iter().zip(1..).map(|((ty, id, region, after, depends_on), number)| {
        json!({
            "id": number, "change": "create", "resource": {"type": ty, "region": region, "id": id},
            "before": null, "after": after, "findings": [], "calls": [], "iam_actions": [],
            "risk": "safe", "cost": null, "depends_on": depends_on, "undo_leaves": null, "then": null,
        })
    });
    let plan = json!({
        "format": "audit-plan/1", "tool": {"name": "audit", "version": "0"}, "account": "111122223333",
        "regions": regions, "created_at": "2026-11-23T07:24:35Z", "actions": actions.collect::<Vec<_>>(),
        "awaiting_person": [], "unplanned": [], "digest": "",
    });
    serde_json::from_value(plan).expect("a plan")
}

/// A role and a chat channel for topics of two regions.
pub fn two_regions() -> Plan {
    let (here, there) = ("ap-northeast-1", "us-east-1");
    let arn = |region: &str| format!("arn:aws:sns:{region}:111122223333:audit-alerts");
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "chatbot.amazonaws.com"}, "Action": "sts:AssumeRole",
    }]});
    let role = json!({"properties": {"RoleName": "audit-chat", "AssumeRolePolicyDocument": trust}});
    let topic = json!({"properties": {"TopicName": "audit-alerts"}});
    let chat = json!({"properties": {
        "ConfigurationName": "audit-alerts", "SlackWorkspaceId": "T01234567", "SlackChannelId": "C01234567",
        "IamRoleArn": "arn:aws:iam::111122223333:role/audit-chat", "SnsTopicArns": [arn(here), arn(there)],
        "GuardrailPolicies": ["arn:aws:iam::aws:policy/AWSDenyAll"], "LoggingLevel": "ERROR",
    }});
    made_up(
        &[here, there],
        &[
            ("AWS::SNS::Topic", "audit-alerts", here, topic.clone(), &[]),
            ("AWS::SNS::Topic", "audit-alerts", there, topic, &[]),
            ("AWS::IAM::Role", "audit-chat", "global", role, &[]),
            ("AWS::Chatbot::SlackChannelConfiguration", "audit-alerts", "global", chat, &[1, 2, 3]),
        ],
    )
}

/// Resources of the types that the fixtures' plans do not make.
pub fn rare() -> Plan {
    let region = "eu-west-1";
    let alarm = json!({"properties": {
        "AlarmName": "both", "AlarmRule": "ALARM(\"a\") OR ALARM(\"b\")", "ActionsEnabled": true,
        "AlarmActions": [format!("arn:aws:sns:{region}:111122223333:audit-alerts")],
    }});
    let role = "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
    let group =
        json!({"AllSupported": true, "IncludeGlobalResourceTypes": true, "ResourceTypes": []});
    let recorder = json!({"Name": "default", "RoleARN": role, "RecordingGroup": group});
    let channel = json!({"properties": {"Name": "default", "S3BucketName": "audit-config"}});
    let rules = json!([{"ScanFrequency": "SCAN_ON_PUSH", "RepositoryFilters": [{"Filter": "*", "FilterType": "WILDCARD"}]}]);
    let registry = json!({"properties": {"ScanType": "BASIC", "Rules": rules}});
    let monitor = json!({"properties": {
        "MonitorName": "audit-costs", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE",
    }});
    let threshold = json!({"Dimensions": {
        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": ["50"],
    }});
    let hears = json!({"properties": {
        "SubscriptionName": "audit-costs", "Frequency": "DAILY", "MonitorArnList": ["audit-costs"],
        "Subscribers": [{"Type": "EMAIL", "Address": "ops@example.com"}], "ThresholdExpression": threshold,
    }});
    let fifo =
        json!({"properties": {"TopicName": "plain", "FifoTopic": false, "DisplayName": "words"}});
    let mut plan = made_up(
        &[region],
        &[
            ("AWS::CloudWatch::CompositeAlarm", "both", region, alarm, &[]),
            (
                "AWS::Config::ConfigurationRecorder",
                "default",
                region,
                json!({"properties": recorder}),
                &[],
            ),
            ("AWS::Config::DeliveryChannel", "default", region, channel, &[2]),
            (
                "AWS::Config::ConfigurationRecorder",
                "default",
                region,
                json!({"properties": recorder, "status": {"recording": true}}),
                &[2, 3],
            ),
            ("AWS::ECR::RegistryScanningConfiguration", "111122223333", region, registry, &[]),
            ("AWS::SNS::Topic", "plain", region, fifo, &[]),
            ("AWS::CE::AnomalyMonitor", "audit-costs", "global", monitor, &[]),
            ("AWS::CE::AnomalySubscription", "audit-costs", "global", hears, &[7]),
        ],
    );
    let before = plan.actions[1].after.clone();
    plan.actions[3].change = audit::fix::plan::ChangeKind::Update;
    plan.actions[3].before = Some(before);
    plan
}
