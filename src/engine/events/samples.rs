//! Events as AWS's services send them, several of each kind: a pattern that takes only some of them does not take
//! the kind.

use serde_json::{Map, Value, json};

use super::pattern::{ANYTHING, PERHAPS};

/// Where an event happens.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Twelve-digit account number.
    pub account: &'a str,
    /// Region code.
    pub region: &'a str,
}

/// What differs from event to event.
const TIME: &str = ANYTHING;

/// The samples of a kind that rules can ask for; empty for a kind that there is not.
pub fn of(kind: &str, place: Place<'_>) -> Vec<Value> {
    match kind.split_once('-') {
        Some(("guardduty", severity)) => {
            let severity: Option<serde_json::Number> = severity.parse().ok();
            severity.map(|severity| guardduty(place, &Value::Number(severity))).unwrap_or_default()
        }
        _ => match kind {
            "health" => health(place),
            "security-hub" => security_hub(place),
            "ecr-scan" => ecr_scan(place),
            "ecs-deployment" => ecs_deployment(place),
            _ => Vec::new(),
        },
    }
}

fn event(
    place: Place<'_>,
    (source, detail_type): (&str, &str),
    resources: &[&str],
    detail: Value,
) -> Value {
    json!({
        "version": "0",
        "id": ANYTHING,
        "detail-type": detail_type,
        "source": source,
        "account": place.account,
        "time": TIME,
        "region": place.region,
        "resources": resources,
        "detail": detail,
    })
}

/// Findings of every family that can be of high severity and of the resources that such accounts have, or that a thief
/// makes there: <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html>, as events: <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html>.
fn guardduty(place: Place<'_>, severity: &Value) -> Vec<Value> {
    let kinds = [
        ("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", "AccessKey"),
        ("CryptoCurrency:Runtime/BitcoinTool.B", "ECSCluster"),
        ("Exfiltration:S3/AnomalousBehavior", "S3Bucket"),
        ("CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin", "RDSDBInstance"),
        ("AttackSequence:IAM/CompromisedCredentials", "AttackSequence"),
        ("Backdoor:EC2/C&CActivity.B!DNS", "Instance"),
        ("DefenseEvasion:Runtime/ProcessInjection.Ptrace", "ECSCluster"),
        ("Discovery:S3/MaliciousIPCaller", "S3Bucket"),
        ("Execution:ECS/MaliciousFile", "ECSCluster"),
        ("Impact:EC2/BitcoinDomainRequest.Reputation", "Instance"),
        ("Persistence:Kubernetes/MaliciousIPCaller", "EKSCluster"),
        ("PrivilegeEscalation:Runtime/ContainerMountsHostDirectory", "Container"),
        ("Trojan:EC2/DNSDataExfiltration", "Instance"),
        ("UnauthorizedAccess:Lambda/TorClient", "Lambda"),
    ];
    let finding = |(ty, resource): (&str, &str)| {
        let (account, region) = (place.account, place.region);
        let detail = json!({
            "schemaVersion": "2.0",
            "accountId": account,
            "region": region,
            "partition": "aws",
            "id": ANYTHING,
            "arn": ANYTHING,
            "type": ty,
            "resource": {"resourceType": resource},
            "service": {
                "serviceName": "guardduty",
                "detectorId": ANYTHING,
                "resourceRole": "TARGET",
                "eventFirstSeen": TIME,
                "eventLastSeen": TIME,
                "archived": false,
                "count": ANYTHING,
            },
            "severity": severity,
            "createdAt": TIME,
            "updatedAt": TIME,
            "title": ANYTHING,
            "description": ANYTHING,
        });
        event(place, ("aws.guardduty", "GuardDuty Finding"), &[], detail)
    };
    kinds.into_iter().map(finding).collect()
}

/// Trouble, and changes that are announced, of services that such a product runs on:
/// <https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html>.
fn health(place: Place<'_>) -> Vec<Value> {
    let kinds = [
        ("ECS", "AWS_ECS_OPERATIONAL_ISSUE", "issue", "PUBLIC"),
        ("RDS", "AWS_RDS_OPERATIONAL_ISSUE", "issue", "ACCOUNT_SPECIFIC"),
        ("ECS", "AWS_ECS_TASK_PATCHING_RETIREMENT", "scheduledChange", "ACCOUNT_SPECIFIC"),
        ("RDS", "AWS_RDS_MAINTENANCE_SCHEDULED", "scheduledChange", "ACCOUNT_SPECIFIC"),
    ];
    let change = |(service, code, category, scope): (&str, &str, &str, &str)| {
        let region = place.region;
        let detail = json!({
            "eventArn": ANYTHING,
            "service": service,
            "eventTypeCode": code,
            "eventTypeCategory": category,
            "eventScopeCode": scope,
            "communicationId": ANYTHING,
            "startTime": ANYTHING,
            "lastUpdatedTime": ANYTHING,
            "statusCode": "open",
            "eventRegion": region,
            "eventDescription": [{"language": "en_US", "latestDescription": ANYTHING}],
            "affectedAccount": place.account,
            "page": "1",
            "totalPages": "1",
        });
        event(place, ("aws.health", "AWS Health Event"), &[], detail)
    };
    kinds.into_iter().map(change).collect()
}

/// A finding of GuardDuty as Security Hub passes it on, in its old and its new form.
pub fn security_hub(place: Place<'_>) -> Vec<Value> {
    let finding = json!({"findings": [{
        "ProductName": "GuardDuty",
        "CompanyName": "AWS",
        "Severity": {"Label": "HIGH", "Normalized": 70},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "AwsAccountId": place.account,
    }]});
    vec![event(place, ("aws.securityhub", "Security Hub Findings - Imported"), &[], finding)]
}

/// A basic scan that found something critical:
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html>.
fn ecr_scan(place: Place<'_>) -> Vec<Value> {
    let detail = json!({
        "scan-status": "COMPLETE",
        "repository-name": ANYTHING,
        "finding-severity-counts": {
            "CRITICAL": 1,
            "HIGH": PERHAPS,
            "MEDIUM": PERHAPS,
            "LOW": PERHAPS,
            "INFORMATIONAL": PERHAPS,
            "UNDEFINED": PERHAPS,
        },
        "image-digest": ANYTHING,
        "image-tags": [ANYTHING],
    });
    vec![event(place, ("aws.ecr", "ECR Image Scan"), &[ANYTHING], detail)]
}

/// A deployment of a service that its circuit breaker gave up:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html>.
fn ecs_deployment(place: Place<'_>) -> Vec<Value> {
    let detail = json!({
        "eventType": "ERROR",
        "eventName": "SERVICE_DEPLOYMENT_FAILED",
        "deploymentId": ANYTHING,
        "updatedAt": TIME,
        "reason": ANYTHING,
    });
    vec![event(place, ("aws.ecs", "ECS Deployment State Change"), &[ANYTHING], detail)]
}

/// What EventBridge is told when an alarm goes to ALARM:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html>.
pub fn alarm(place: Place<'_>, name: &str, arn: &str, properties: &Value) -> Value {
    let detail = json!({
        "alarmName": name,
        "state": {"value": "ALARM", "reason": ANYTHING, "timestamp": TIME},
        "previousState": {"value": "OK", "reason": ANYTHING, "timestamp": TIME},
        "configuration": configuration(properties),
    });
    event(place, ("aws.cloudwatch", "CloudWatch Alarm State Change"), &[arn], detail)
}

/// What an event tells of an alarm's properties.
fn configuration(properties: &Value) -> Value {
    let mut told = Map::new();
    let mut tell = |name: &str, value: &Value| {
        if !value.is_null() {
            told.insert(name.to_owned(), value.clone());
        }
    };
    tell("description", &properties["AlarmDescription"]);
    tell("alarmRule", &properties["AlarmRule"]);
    tell("actionsSuppressor", &properties["ActionsSuppressor"]);
    if properties["MetricName"].is_string() {
        let statistic = [&properties["Statistic"], &properties["ExtendedStatistic"]];
        let statistic = statistic.into_iter().find(|it| !it.is_null());
        let stat =
            metric_stat(properties, &properties["Period"], statistic.unwrap_or(&Value::Null));
        let query = json!({"id": ANYTHING, "metricStat": stat, "returnData": true});
        tell("metrics", &json!([query]));
    } else if let Some(queries) = properties["Metrics"].as_array() {
        tell("metrics", &queries.iter().map(query).collect());
    }
    Value::Object(told)
}

fn query(query: &Value) -> Value {
    let is_shown = query["ReturnData"].as_bool().unwrap_or(true);
    let mut told = json!({"id": query["Id"], "returnData": is_shown});
    match &query["MetricStat"] {
        Value::Null => told["expression"] = query["Expression"].clone(),
        stat => told["metricStat"] = metric_stat(&stat["Metric"], &stat["Period"], &stat["Stat"]),
    }
    told
}

fn metric_stat(metric: &Value, period: &Value, stat: &Value) -> Value {
    let dimensions = metric["Dimensions"].as_array().into_iter().flatten();
    let dimensions =
        dimensions.filter_map(|it| Some((it["Name"].as_str()?.to_owned(), it["Value"].clone())));
    json!({
        "metric": {
            "namespace": metric["Namespace"],
            "name": metric["MetricName"],
            "dimensions": dimensions.collect::<Map<_, _>>(),
        },
        "period": period,
        "stat": stat,
    })
}
