//! How following every signal grows with the alarms: a hundred of them on each topic, which has two receivers.
//!
//! `cargo bench --bench paths` measures 1,000 to 200,000 alarms; the time for each alarm stays the same.

#![allow(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io;

use audit::engine::signals::{self, Asked};
use audit::engine::{Team, World};
use audit::model::{Coverage, GLOBAL, Inventory, Lang, OPS, Outcome, Resource, Scope};
use audit::report::{Style, paths};
use audit::snapshot::Snapshot;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "ap-northeast-1";
const PER_TOPIC: usize = 100;

fn arn(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}")
}

fn resource(ty: &str, id: &str, arn: String, properties: Value, status: Value) -> Resource {
    let object = |value: Value| value.as_object().cloned().expect("an object");
    Resource {
        ty: ty.to_owned(),
        id: id.to_owned(),
        arn,
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        name: id.to_owned(),
        tags: BTreeMap::new(),
        properties: object(properties),
        status: object(status),
    }
}

fn alarm(n: usize) -> Resource {
    let id = format!("alarm-{n:07}");
    let topic = arn("sns", &format!("topic-{:05}", n / PER_TOPIC));
    let properties = json!({
        "AlarmName": id, "Namespace": "AWS/RDS", "MetricName": "CPUUtilization", "Statistic": "Average",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": format!("db-{n}")}], "Period": 300,
        "EvaluationPeriods": 3, "Threshold": 80, "ComparisonOperator": "GreaterThanThreshold",
        "ActionsEnabled": true, "AlarmActions": [topic],
    });
    let arn = arn("cloudwatch", &format!("alarm:{id}"));
    resource("AWS::CloudWatch::Alarm", &id, arn, properties, json!({"StateValue": "OK"}))
}

fn function() -> Resource {
    let arn = arn("lambda", "function:notifier");
    let statement = json!({
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "lambda:InvokeFunction", "Resource": arn,
    });
    let status = json!({"State": "Active", "Policy": {"Statement": [statement]}});
    let properties = json!({"FunctionName": "notifier"});
    resource("AWS::Lambda::Function", "notifier", arn, properties, status)
}

fn subscription(topic: usize, n: usize) -> Resource {
    let topic = arn("sns", &format!("topic-{topic:05}"));
    let (protocol, endpoint) = match n {
        0 => ("email", "ops@example.com".to_owned()),
        _ => ("lambda", arn("lambda", "function:notifier")),
    };
    let own = format!("{topic}:{n}");
    let properties = json!({"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint});
    resource(
        "AWS::SNS::Subscription",
        &own,
        own.clone(),
        properties,
        json!({"SubscriptionArn": own}),
    )
}

fn topic(n: usize) -> Resource {
    let id = format!("topic-{n:05}");
    let arn = arn("sns", &id);
    let statement = json!({
        "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
    });
    let status = json!({"Policy": {"Statement": [statement]}});
    resource("AWS::SNS::Topic", &id, arn, json!({"TopicName": id, "FifoTopic": false}), status)
}

fn snapshot(alarms: usize) -> Snapshot {
    let topics = alarms / PER_TOPIC;
    let mut resources: Vec<Resource> = (0..alarms).map(alarm).collect();
    resources.push(function());
    resources.extend((0..topics).flat_map(|t| [0, 1].map(|n| subscription(t, n))));
    resources.extend((0..topics).map(topic));
    let coverage = OPS.iter().map(|op| Coverage {
        account: ACCOUNT.to_owned(),
        region: if op.scope == Scope::Global { GLOBAL } else { REGION }.to_owned(),
        operation: op.api.to_owned(),
        actions: op.actions.iter().map(|it| (*it).to_owned()).collect(),
        fills: op.fills.iter().map(|it| (*it).to_owned()).collect(),
        outcome: Outcome::Ok,
        resources: Vec::new(),
        message: String::new(),
    });
    let inventory = Inventory {
        collected_at: "2026-01-01T00:00:00Z".to_owned(),
        accounts: vec![ACCOUNT.to_owned()],
        regions: vec![REGION.to_owned()],
        coverage: coverage.collect(),
        resources,
    };
    Snapshot::from_inventory(&inventory).expect("a snapshot")
}

fn every_signal(c: &mut Criterion) {
    let mut group = c.benchmark_group("paths");
    for alarms in [1_000, 10_000, 100_000, 200_000] {
        let snapshot = snapshot(alarms);
        group.sample_size(10).throughput(Throughput::Elements(alarms as u64));
        group.bench_function(BenchmarkId::new("every-signal", alarms), |b| {
            b.iter(|| {
                let mut world = World::new(&snapshot, &[], Team::default());
                world.every_way = true;
                let found = signals::paths(&world, &Asked::default(), Lang::En).expect("signals");
                paths::text(&found, &Style::default(), &mut io::sink()).expect("a sink");
                black_box(found.signals.len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, every_signal);
criterion_main!(benches);
