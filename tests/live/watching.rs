//! The rounds of what watches and scales: rules of EventBridge, targets that scale, cost anomalies, log groups,
//! canaries.

use audit::fix::handler::{Change, Hands, State};
use serde_json::json;

use crate::rounds::{Calls, REGION, Rounds, SEEDED, at, global, map, of, seeded};

impl Rounds {
    pub async fn events(&self) {
        let rule = at("AWS::Events::Rule", "audit-events");
        let target =
            |id: &str, topic: &str| json!({"Id": id, "Arn": self.arn("sns", REGION, topic)});
        let pattern = |severity: i64| json!({"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", severity]}]}});
        let wanted = json!({
            "Name": "audit-events", "EventBusName": "default", "Description": "Words", "State": "ENABLED",
            "EventPattern": pattern(7), "Targets": [target("a", "alerts")],
        });
        self.make(&rule, &of(wanted)).await;
        self.vary(&rule, &of(json!({"EventPattern": pattern(4), "State": "DISABLED"}))).await;
        self.vary(&rule, &of(json!({"Description": null, "Targets": [target("b", "others")]})))
            .await;
        self.vary(&rule, &of(json!({"Targets": [target("a", "others"), target("b", "alerts")]})))
            .await;
        self.delete(&rule).await;
        self.a_rule_that_others_use_stays().await;
    }

    /// What others have put on a rule is not taken off, and the rule that holds it is not deleted.
    async fn a_rule_that_others_use_stays(&self) {
        let rule = seeded("AWS::Events::Rule", "guardduty-findings");
        let there = self.read(&rule).await.expect("a seeded rule");
        let ours =
            json!({"Targets": [{"Id": "audit", "Arn": self.arn("sns", SEEDED, "audit-alerts")}]});
        // As if it was made here and cut off: what is there already keeps its targets.
        let calls = Calls::at_most(9);
        self.aws.change(&rule, Change::Create(&of(ours)), &calls).await.expect("settled");
        let both = self.read(&rule).await.expect("a rule");
        let targets = |state: &State| state.properties["Targets"].as_array().map_or(0, Vec::len);
        assert_eq!(targets(&both), targets(&there) + 1, "{both:?}");
        // Taken back as it was made, before the others came.
        let mut made = there.clone();
        made.properties.insert("Targets".to_owned(), json!([{"Id": "audit", "Arn": "arn:x"}]));
        let refused = self.aws.change(&rule, Change::Delete(&made), &Calls::at_most(9)).await;
        assert!(refused.is_err(), "{refused:?}");
        assert_eq!(self.read(&rule).await, Some(there));
    }

    pub async fn scaling(&self) {
        let service = "service/prod/web";
        let id = format!("{service}|ecs:service:DesiredCount|ecs");
        let target = seeded("AWS::ApplicationAutoScaling::ScalableTarget", &id);
        self.vary(&target, &of(json!({"MinCapacity": 3, "MaxCapacity": 9}))).await;
        let rest = |out: bool| json!({"SuspendedState": {"DynamicScalingOutSuspended": out}});
        self.vary(&target, &of(rest(true))).await;

        let policy = |name: &str| {
            seeded("AWS::ApplicationAutoScaling::ScalingPolicy", &format!("{service}|{name}"))
        };
        let tracking = |value: f64, metric: &str| {
            json!({"TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": value, "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            }})
        };
        let cpu = tracking(60.0, "ECSServiceAverageCPUUtilization");
        let ours = policy("audit-cpu");
        self.make(&ours, &of(cpu)).await;
        self.vary(&ours, &of(tracking(40.0, "ECSServiceAverageMemoryUtilization"))).await;
        // Policies of others would go with the target.
        let state = self.read(&target).await.expect("a target");
        let refused = self.aws.change(&target, Change::Delete(&state), &Calls::at_most(9)).await;
        assert!(refused.is_err_and(|it| it.message.contains("not made here")));
        self.delete(&ours).await;
        for theirs in self.policies_of(service).await {
            self.delete(&policy(&theirs)).await;
        }
        self.delete(&target).await;
        self.make(&target, &state).await;
        self.delete(&target).await;
    }

    /// Names of the policies that were seeded.
    async fn policies_of(&self, service: &str) -> Vec<String> {
        let mut names = Vec::new();
        for name in ["cpu", "memory"] {
            let id = format!("{service}|{name}");
            let policy = seeded("AWS::ApplicationAutoScaling::ScalingPolicy", &id);
            names.extend(self.read(&policy).await.map(|_| name.to_owned()));
        }
        names
    }

    pub async fn anomalies(&self) {
        // The one of all services is there, and there can be no other; of accounts there is none yet.
        let monitor = global("AWS::CE::AnomalyMonitor", "audit-accounts");
        let wanted = json!({
            "MonitorName": "audit-accounts", "MonitorType": "DIMENSIONAL",
            "MonitorDimension": "LINKED_ACCOUNT",
        });
        self.make(&monitor, &of(wanted)).await;
        let hears = global("AWS::CE::AnomalySubscription", "audit-cost-anomalies");
        let topic = |name: &str| json!([{"Type": "SNS", "Address": self.arn("sns", SEEDED, name)}]);
        let above = |usd: &str| {
            json!({"Dimensions": {
                "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "Values": [usd],
                "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            }})
        };
        let wanted = json!({
            "SubscriptionName": "audit-cost-anomalies", "Frequency": "IMMEDIATE",
            "MonitorArnList": ["audit-accounts"], "Subscribers": topic("cost-alerts"),
            "ThresholdExpression": above("50"),
        });
        self.make(&hears, &of(wanted)).await;
        let other =
            json!({"Subscribers": topic("audit-alerts"), "ThresholdExpression": above("20")});
        self.vary(&hears, &of(other)).await;
        let mail = json!({
            "Frequency": "DAILY", "Subscribers": [{"Type": "EMAIL", "Address": "ops@example.com"}],
        });
        self.vary(&hears, &of(mail)).await;
        // A monitor that someone listens to stays.
        let state = self.read(&monitor).await.expect("a monitor");
        let refused = self.aws.change(&monitor, Change::Delete(&state), &Calls::at_most(9)).await;
        assert!(refused.is_err_and(|it| it.message.contains("audit-cost-anomalies")));
        self.delete(&hears).await;
        self.delete(&monitor).await;
    }

    /// Log groups that the team has named, and how long they keep.
    pub async fn retention(&self) {
        let group = at("AWS::Logs::LogGroup", "/ecs/shop");
        self.make(&group, &of(json!({"LogGroupName": "/ecs/shop"}))).await;
        self.vary(&group, &of(json!({"RetentionInDays": 90}))).await;
        let days = State { properties: map(json!({"RetentionInDays": 14})), ..State::default() };
        let before = self.read(&group).await.expect("a group");
        self.change(&group, Change::Update(&before, &days)).await;
        self.vary(&group, &of(json!({"RetentionInDays": null}))).await;
        self.delete(&group).await;
    }

    pub async fn canaries(&self) {
        let role = global("AWS::IAM::Role", "audit-canary");
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole",
        }]});
        self.make(
            &role,
            &of(json!({"RoleName": "audit-canary", "AssumeRolePolicyDocument": trust})),
        )
        .await;
        let canary = seeded("AWS::Synthetics::Canary", "audit-app");
        let wanted = json!({
            "Name": "audit-app", "Schedule": {"Expression": "rate(5 minutes)"},
            "Code": {"Handler": "audit_heartbeat.handler", "Script": audit::fix::heartbeat::SOURCE},
            "RunConfig": {
                "TimeoutInSeconds": 60, "EnvironmentVariables": {"URL": "https://app.example.com"},
            },
            "ExecutionRoleArn": self.arn("iam", "", "role/audit-canary"),
            "ArtifactS3Location": "s3://audit-canaries/audit-app",
        });
        let state = |state: &str| map(json!({"State": state}));
        let made = State { status: state("RUNNING"), ..of(wanted) };
        let made = self.make(&canary, &made).await;
        assert_eq!(made.properties["RuntimeVersion"], "syn-python-selenium-6.0", "the newest");
        // With the rest of its settings, the variables stay.
        self.vary(&canary, &of(json!({"RunConfig": {"TimeoutInSeconds": 30}}))).await;
        let idle = State { status: state("STOPPED"), ..State::default() };
        self.vary(&canary, &idle).await;
        self.change(&canary, Change::Delete(&made)).await;
        assert_eq!(self.read(&canary).await, None);
        self.delete(&role).await;

        // Of canaries of others only the timeout is set, and none is deleted.
        let theirs = seeded("AWS::Synthetics::Canary", "app-health");
        self.vary(&theirs, &of(json!({"RunConfig": {"TimeoutInSeconds": 45}}))).await;
        let there = self.read(&theirs).await.expect("a canary");
        assert!(!format!("{there:?}").contains("password"), "{there:?}");
        let calls = Calls::at_most(9);
        let refused = self.aws.change(&theirs, Change::Delete(&there), &calls).await;
        assert!(refused.is_err_and(|it| it.message.contains("not made here")));
        assert!(calls.made.borrow().is_empty());
    }
}
