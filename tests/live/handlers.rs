//! Every kind that a fix can change, made, read, changed, changed back and deleted, each step twice: what
//! is read is what was written, and whoever is cut off can go on.

use std::process::Command;

use audit::aws::{Account as Aws, CollectOptions};
use audit::fix::handler::{Change, Hands, State, Target};
use audit::fix::merge::same_state;
use serde_json::{Value, json};

use crate::rounds::{Calls, REGION, Rounds, SEEDED, at, global, map, of, seeded};
use crate::support::{Account, server};

/// The SDK looks for endpoint and credentials in the environment, which belongs to the whole process: so
/// this runs the test below in a process of its own.
#[test]
fn what_is_written_is_read_again() {
    let account = Account::new(server());
    account.seed("healthy");
    account.fault_with(json!({
        "operation": "s3:HeadBucket", "match": "audit-theirs",
        "kind": "error", "code": "Forbidden", "message": "Forbidden", "status": 403,
    }));
    account.state(json!({"kind": "chatbot_workspace", "team": "T0123456"}));
    let this = std::env::current_exe().expect("this test");
    let mut rounds = Command::new(this);
    rounds.args(["--exact", "handlers::rounds", "--ignored", "--nocapture"]);
    rounds.envs(account.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = rounds.output().expect("the test starts");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "the test above runs it, with an account in its environment"]
fn rounds() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let options =
            CollectOptions { regions: vec![SEEDED.to_owned()], ..CollectOptions::default() };
        let aws = Aws::open(&options).await.expect("an account");
        let rounds = Rounds { aws };
        rounds.storage_and_trails().await;
        rounds.recording().await;
        rounds.linked_role().await;
        rounds.notifying().await;
        rounds.alarms_and_costs().await;
        rounds.what_is_only_changed().await;
        rounds.retention().await;
        rounds.events().await;
        rounds.scaling().await;
        rounds.anomalies().await;
        rounds.canaries().await;
    });
}

impl Rounds {
    async fn storage_and_trails(&self) {
        let bucket = format!("audit-logs-{}", self.aws.account());
        let (store, policy) =
            (at("AWS::S3::Bucket", &bucket), at("AWS::S3::BucketPolicy", &bucket));
        let shut = |policy: bool| {
            json!({
                "BucketName": bucket,
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": true, "BlockPublicPolicy": policy,
                    "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
                },
            })
        };
        self.make(&store, &of(shut(true))).await;
        self.vary(&store, &of(shut(false))).await;
        self.vary(&store, &of(json!({"PublicAccessBlockConfiguration": null}))).await;
        self.make(&policy, &of(deliveries(&bucket, "Trail"))).await;
        self.vary(&policy, &of(deliveries(&bucket, "Other"))).await;

        let trail = at("AWS::CloudTrail::Trail", "audit-trail");
        let wanted = State {
            status: map(json!({"IsLogging": true})),
            ..of(json!({
                "TrailName": "audit-trail", "S3BucketName": bucket, "IsMultiRegionTrail": true,
                "EnableLogFileValidation": true,
            }))
        };
        self.make(&trail, &wanted).await;
        self.vary(&trail, &of(json!({"EnableLogFileValidation": false}))).await;
        self.vary(&trail, &State { status: map(json!({"IsLogging": false})), ..State::default() })
            .await;
        for target in [&trail, &policy, &store] {
            self.delete(target).await;
        }
        let theirs = self.aws.read(&at("AWS::S3::Bucket", "audit-theirs")).await;
        assert!(theirs.is_err_and(|it| it.message.contains("taken by another account")));
    }

    async fn recording(&self) {
        let bucket = format!("audit-config-{}", self.aws.account());
        let store = at("AWS::S3::Bucket", &bucket);
        self.make(&store, &of(json!({"BucketName": bucket}))).await;
        let policy = at("AWS::S3::BucketPolicy", &bucket);
        self.make(&policy, &of(deliveries(&bucket, "Config"))).await;
        let recorder = at("AWS::Config::ConfigurationRecorder", "default");
        let group = |all: bool| {
            json!({"RecordingGroup": {
                "AllSupported": all, "IncludeGlobalResourceTypes": all,
                "ResourceTypes": if all { json!([]) } else { json!(["AWS::S3::Bucket"]) },
                "RecordingStrategy": {"UseOnly": if all {
                    "ALL_SUPPORTED_RESOURCE_TYPES"
                } else {
                    "INCLUSION_BY_RESOURCE_TYPES"
                }},
            }})
        };
        let role = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
        let mut wanted = of(group(true));
        wanted.properties.insert("RoleARN".to_owned(), self.arn("iam", "", role).into());
        self.make(&recorder, &wanted).await;
        let channel = at("AWS::Config::DeliveryChannel", "default");
        self.make(&channel, &of(json!({"Name": "default", "S3BucketName": bucket}))).await;
        let daily = json!({"DeliveryFrequency": "TwentyFour_Hours"});
        let more = json!({"S3KeyPrefix": "config", "ConfigSnapshotDeliveryProperties": daily});
        self.vary(&channel, &of(more)).await;
        self.vary(
            &recorder,
            &State { status: map(json!({"recording": true})), ..State::default() },
        )
        .await;
        self.vary(&recorder, &of(group(false))).await;
        for target in [&recorder, &channel, &policy, &store] {
            self.delete(target).await;
        }

        let detector = at("AWS::GuardDuty::Detector", "detector");
        self.make(&detector, &of(json!({"Enable": true}))).await;
        self.vary(&detector, &of(json!({"Enable": false}))).await;
        let hourly = json!({"FindingPublishingFrequency": "ONE_HOUR"});
        self.vary(&detector, &of(hourly)).await;
        self.delete(&detector).await;
    }

    /// A service-linked role is there as long as its service uses it.
    async fn linked_role(&self) {
        let linked = global("AWS::IAM::ServiceLinkedRole", "config.amazonaws.com");
        let role = self.read(&linked).await.expect("the seeded recorder's role");
        self.change(&linked, Change::Create(&role)).await;
        let refused = self.aws.change(&linked, Change::Delete(&role), &Calls::at_most(1)).await;
        assert!(refused.is_err_and(|it| it.message.contains("in use")));
        self.delete(&seeded("AWS::Config::ConfigurationRecorder", "default")).await;
        self.delete(&linked).await;
        self.make(&linked, &role).await;
    }

    async fn notifying(&self) {
        let role = global("AWS::IAM::Role", "audit-notifier");
        let allow = |service: &str| {
            json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole",
            }]})
        };
        let managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        let own = |action: &str| {
            json!([{"PolicyName": "audit", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": action, "Resource": "*"},
            ]}}])
        };
        let wanted = json!({
            "RoleName": "audit-notifier", "Description": "Forwards alerts",
            "AssumeRolePolicyDocument": allow("lambda.amazonaws.com"), "Policies": own("sns:Publish"),
        });
        self.make(&role, &of(wanted)).await;
        let other = json!({
            "Description": "Other words", "AssumeRolePolicyDocument": allow("ec2.amazonaws.com"),
            "Policies": own("logs:*"), "ManagedPolicyArns": [managed],
        });
        self.vary(&role, &of(other)).await;
        self.vary(&role, &of(json!({"Policies": []}))).await;

        let function = at("AWS::Lambda::Function", "audit-slack");
        let wanted = json!({
            "FunctionName": "audit-slack", "Runtime": "python3.13", "Handler": "slack_notifier.handler",
            "Role": self.arn("iam", "", "role/audit-notifier"), "Timeout": 30, "MemorySize": 128,
            "Environment": {"Variables": {"WEBHOOK_SECRET": "slack", "MESSAGE_LANG": "en"}},
            "Code": {"ZipFile": audit::fix::notifier::SOURCE},
        });
        self.make(&function, &of(wanted)).await;
        let other = json!({
            "Timeout": 10, "Description": "Words", "Environment": {"Variables": {"MESSAGE_LANG": "ja"}},
        });
        self.vary(&function, &of(other)).await;

        let (topic, policy) =
            (at("AWS::SNS::Topic", "audit-new"), at("AWS::SNS::TopicPolicy", "audit-new"));
        let arn = self.arn("sns", REGION, "audit-new");
        self.make(&topic, &of(json!({"TopicName": "audit-new"}))).await;
        let default = self.read(&policy).await.expect("every topic has a policy");
        let more = json!({"PolicyDocument": {"Statement": [{
            "Sid": "audit", "Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish", "Resource": arn,
        }]}});
        self.vary(&policy, &of(more)).await;
        self.change(&policy, Change::Delete(&default)).await;
        assert_eq!(self.read(&policy).await, Some(default));

        let permission = at("AWS::Lambda::Permission", "audit-slack|audit");
        let wanted = |principal: &str| {
            json!({
                "FunctionName": "audit-slack", "Action": "lambda:InvokeFunction",
                "Principal": principal, "SourceArn": arn,
            })
        };
        self.make(&permission, &of(wanted("sns.amazonaws.com"))).await;
        self.vary(&permission, &of(wanted("events.amazonaws.com"))).await;

        let endpoint = self.arn("lambda", REGION, "function:audit-slack");
        let hears = at("AWS::SNS::Subscription", &format!("audit-new|lambda|{endpoint}"));
        let wanted = json!({"TopicArn": arn, "Protocol": "lambda", "Endpoint": endpoint});
        self.make(&hears, &of(wanted)).await;
        let mail = at("AWS::SNS::Subscription", "audit-new|email|ops@example.com");
        let wanted = json!({"TopicArn": arn, "Protocol": "email", "Endpoint": "ops@example.com"});
        let pending = self.make(&mail, &of(wanted)).await;
        // It ends by itself, or with its topic.
        self.change(&mail, Change::Delete(&pending)).await;
        self.deleting_a_topic_that_is_heard_is_refused(&topic).await;
        for target in [&hears, &permission, &topic, &function, &role] {
            self.delete(target).await;
        }
        assert_eq!(self.read(&policy).await, None);
    }

    async fn deleting_a_topic_that_is_heard_is_refused(&self, topic: &Target) {
        let calls = Calls::at_most(1);
        let refused = self.aws.change(topic, Change::Delete(&State::default()), &calls).await;
        assert!(refused.is_err_and(|it| it.message.contains("1 confirmed")));
        assert!(calls.made.borrow().is_empty());
    }

    async fn alarms_and_costs(&self) {
        let alarm = at("AWS::CloudWatch::Alarm", "audit-cpu");
        let wanted = json!({
            "AlarmName": "audit-cpu", "Namespace": "AWS/RDS", "MetricName": "CPUUtilization",
            "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "db"}], "Statistic": "Average",
            "Period": 300, "EvaluationPeriods": 3, "Threshold": 80.5,
            "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "missing",
            "AlarmActions": [self.arn("sns", REGION, "alerts")],
        });
        self.make(&alarm, &of(wanted)).await;
        let other = json!({"Threshold": 90, "OKActions": [self.arn("sns", REGION, "alerts")], "ActionsEnabled": false});
        self.vary(&alarm, &of(other)).await;

        let math = at("AWS::CloudWatch::Alarm", "audit-math");
        let wanted = json!({
            "Metrics": [
                {"Id": "m", "ReturnData": false, "MetricStat": {
                    "Metric": {"Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Dimensions": [{"Name": "ClusterName", "Value": "c"}]},
                    "Period": 60, "Stat": "Maximum",
                }},
                {"Id": "e", "Expression": "m * 2", "Label": "twice", "ReturnData": true},
            ],
            "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold",
        });
        self.make(&math, &of(wanted)).await;
        self.vary(&math, &of(json!({"AlarmDescription": "Words"}))).await;

        let composite = at("AWS::CloudWatch::CompositeAlarm", "audit-all");
        let wanted = json!({"AlarmName": "audit-all", "AlarmRule": "ALARM(\"audit-cpu\")"});
        self.make(&composite, &of(wanted)).await;
        self.vary(&composite, &of(json!({"AlarmRule": "ALARM(\"audit-math\")"}))).await;
        for target in [&composite, &math, &alarm] {
            self.delete(target).await;
        }

        let group = at("AWS::Logs::LogGroup", "/aws/lambda/audit-slack");
        let wanted = json!({"LogGroupName": "/aws/lambda/audit-slack", "RetentionInDays": 30});
        self.make(&group, &of(wanted)).await;
        self.vary(&group, &of(json!({"RetentionInDays": 90}))).await;
        self.vary(&group, &of(json!({"RetentionInDays": null}))).await;
        self.delete(&group).await;

        let budget = global("AWS::Budgets::Budget", "audit-monthly");
        let limit = |amount: f64| {
            json!({
                "BudgetName": "audit-monthly", "BudgetType": "COST", "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": amount, "Unit": "USD"},
            })
        };
        let tell = |threshold: f64, address: &str| {
            json!({
                "Notification": {
                    "NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN",
                    "Threshold": threshold, "ThresholdType": "PERCENTAGE",
                },
                "Subscribers": [{"SubscriptionType": "EMAIL", "Address": address}],
            })
        };
        let wanted = json!({
            "Budget": limit(200.0), "NotificationsWithSubscribers": [tell(80.0, "ops@example.com")],
        });
        self.make(&budget, &of(wanted)).await;
        self.vary(&budget, &of(json!({"Budget": limit(250.5)}))).await;
        let more = [tell(80.0, "dev@example.com"), tell(100.0, "ops@example.com")];
        self.vary(&budget, &of(json!({"NotificationsWithSubscribers": more}))).await;
        self.delete(&budget).await;

        let chat = global("AWS::Chatbot::SlackChannelConfiguration", "audit-alerts");
        let wanted = json!({
            "ConfigurationName": "audit-alerts", "SlackWorkspaceId": "T0123456", "SlackChannelId": "C0123456",
            "IamRoleArn": self.arn("iam", "", "role/slack-notifier"), "LoggingLevel": "ERROR",
            "SnsTopicArns": [self.arn("sns", SEEDED, "audit-alerts")],
            "GuardrailPolicies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        });
        self.make(&chat, &of(wanted)).await;
        self.vary(&chat, &of(json!({"SnsTopicArns": [], "LoggingLevel": "INFO"}))).await;
        self.delete(&chat).await;
    }

    async fn what_is_only_changed(&self) {
        let registry = at("AWS::ECR::RegistryScanningConfiguration", self.aws.account());
        let rules = json!({"ScanType": "BASIC", "Rules": [{
            "ScanFrequency": "SCAN_ON_PUSH",
            "RepositoryFilters": [{"Filter": "*", "FilterType": "WILDCARD"}],
        }]});
        self.vary(&registry, &of(rules.clone())).await;
        self.change(&registry, Change::Create(&of(rules.clone()))).await;
        self.change(&registry, Change::Delete(&of(rules))).await;
        let basic = self.read(&registry).await.expect("there are always rules");
        assert!(same_state(&basic, &of(json!({"ScanType": "BASIC"}))), "{basic:?}");

        let database = seeded("AWS::RDS::DBInstance", "shop-db");
        self.vary(&database, &of(json!({"MaxAllocatedStorage": 300}))).await;
        self.vary(&database, &of(json!({"MaxAllocatedStorage": null}))).await;

        let canary = seeded("AWS::Synthetics::Canary", "app-health");
        self.vary(&canary, &State { status: map(json!({"State": "STOPPED"})), ..State::default() })
            .await;
    }
}

/// The policy of a bucket that CloudTrail and Config deliver to.
fn deliveries(bucket: &str, sid: &str) -> Value {
    let services = json!({"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]});
    let looks = json!(["s3:GetBucketAcl", "s3:ListBucket"]);
    json!({"Bucket": bucket, "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        {
            "Sid": sid, "Effect": "Allow", "Principal": services, "Action": looks,
            "Resource": format!("arn:aws:s3:::{bucket}"),
        },
        {
            "Sid": format!("{sid}Write"), "Effect": "Allow", "Principal": services,
            "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{bucket}/*"),
        },
    ]}})
}
