//! What holds of any alert path, on random accounts: links that go missing or cannot be read never make anything
//! heard, and the order in which AWS names things never matters.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{End, alarm};
use crate::engine::alarms::ALARM;
use crate::engine::team::{Counts, Team};
use crate::engine::world::{COMPOSITE, World};
use crate::model::{Coverage, GLOBAL, Inventory, OPS, Op, Outcome, Resource, Scope};
use crate::snapshot::Snapshot;

const ACCOUNT: &str = "111122223333";
const REGION: &str = "ap-northeast-1";

/// An account of which each part may be well or not.
#[derive(Clone, Debug)]
struct Account {
    /// Policy and kind of each topic.
    topics: Vec<(u8, bool)>,
    /// Topic, kind, filter.
    subscriptions: Vec<(usize, u8, u8)>,
    /// State, and whom it lets in.
    functions: Vec<(bool, u8)>,
    /// Whether it acts, and where to.
    alarms: Vec<(bool, Vec<u8>)>,
    /// The alarms of its rule, all or any of them, and where to.
    composites: Vec<(Vec<usize>, bool, Vec<u8>)>,
    /// Whether a rule is on, and where to.
    rules: Vec<(bool, Vec<u8>)>,
}

fn account() -> impl Strategy<Value = Account> {
    let several = |most| prop::collection::vec(0..8_u8, 0..most);
    (
        prop::collection::vec((0..5_u8, prop::bool::weighted(0.1)), 1..4),
        prop::collection::vec((0..4_usize, 0..5_u8, 0..5_u8), 0..6),
        prop::collection::vec((prop::bool::weighted(0.8), 0..4_u8), 1..3),
        prop::collection::vec((prop::bool::weighted(0.8), several(3)), 1..4),
        prop::collection::vec(
            (prop::collection::vec(0..4_usize, 1..3), any::<bool>(), several(3)),
            0..3,
        ),
        prop::collection::vec((prop::bool::weighted(0.8), several(3)), 0..2),
    )
        .prop_map(|(topics, subscriptions, functions, alarms, composites, rules)| Account {
            topics,
            subscriptions,
            functions,
            alarms,
            composites,
            rules,
        })
}

fn arn(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}")
}

fn resource(ty: &str, id: &str, arn: String, properties: Value, status: Value) -> Resource {
    let object = |value: Value| value.as_object().cloned().unwrap_or_default();
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

/// Where an action goes: topics and functions, some of which are not there.
fn target(n: u8) -> String {
    match n % 8 {
        n @ 0..=4 => arn("sns", &format!("t{n}")),
        n @ 5..=6 => arn("lambda", &format!("function:f{}", n - 5)),
        _ => arn("automate", "ec2:stop"),
    }
}

impl Account {
    fn resources(&self) -> Vec<Resource> {
        let mut all = Vec::new();
        for (n, (policy, is_fifo)) in self.topics.iter().enumerate() {
            let arn = arn("sns", &format!("t{n}"));
            let own = json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": arn, "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}});
            let services = json!({"Effect": "Allow", "Principal": {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]}, "Action": "sns:Publish", "Resource": arn});
            let odd = json!({"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": arn, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}});
            let statements = match policy {
                0 => json!([own]),
                1 => json!([]),
                2 => json!([services, odd]),
                _ => json!([own, services]),
            };
            let properties = json!({"TopicName": format!("t{n}"), "FifoTopic": is_fifo});
            let status = json!({"Policy": {"Statement": statements}});
            all.push(resource("AWS::SNS::Topic", &format!("t{n}"), arn, properties, status));
        }
        for (n, (topic, kind, filter)) in self.subscriptions.iter().enumerate() {
            let (protocol, endpoint) = match kind {
                0 | 1 => ("email", "ops@example.com".to_owned()),
                2 => ("sqs", arn("sqs", "queue")),
                kind => ("lambda", arn("lambda", &format!("function:f{}", kind - 3))),
            };
            let (scope, filter) = match filter {
                0 => (Some("MessageBody"), Some(json!({"AlarmName": ["a0"]}))),
                1 => (Some("MessageBody"), Some(json!({"OldStateValue": ["OK"]}))),
                2 => (Some("MessageAttributes"), Some(json!({"a": ["b"]}))),
                _ => (None, None),
            };
            let topic = arn("sns", &format!("t{topic}"));
            let own = format!("{topic}:{n}");
            let told = if *kind == 0 { "PendingConfirmation" } else { &own };
            let properties = json!({"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint, "FilterPolicyScope": scope, "FilterPolicy": filter});
            let status = json!({"SubscriptionArn": told});
            all.push(resource("AWS::SNS::Subscription", &own, own.clone(), properties, status));
        }
        for (n, (is_active, lets_in)) in self.functions.iter().enumerate() {
            let arn = arn("lambda", &format!("function:f{n}"));
            let services = [
                "sns.amazonaws.com",
                "lambda.alarms.cloudwatch.amazonaws.com",
                "events.amazonaws.com",
            ];
            let services = &services[..usize::from(*lets_in)];
            let policy = json!({"Statement": [{"Effect": "Allow", "Principal": {"Service": services}, "Action": "lambda:InvokeFunction", "Resource": arn}]});
            let status =
                json!({"State": if *is_active { "Active" } else { "Failed" }, "Policy": policy});
            let properties = json!({"FunctionName": format!("f{n}")});
            all.push(resource("AWS::Lambda::Function", &format!("f{n}"), arn, properties, status));
        }
        self.alarms_and_rules(&mut all);
        all
    }

    fn alarms_and_rules(&self, all: &mut Vec<Resource>) {
        let targets = |to: &[u8]| to.iter().map(|n| target(*n)).collect::<Vec<_>>();
        for (n, (acts, to)) in self.alarms.iter().enumerate() {
            let id = format!("a{n}");
            let properties =
                json!({"AlarmName": id, "ActionsEnabled": acts, "AlarmActions": targets(to)});
            let arn = arn("cloudwatch", &format!("alarm:{id}"));
            all.push(resource(ALARM, &id, arn, properties, json!({"StateValue": "OK"})));
        }
        for (n, (children, need_all, to)) in self.composites.iter().enumerate() {
            let id = format!("c{n}");
            let words: Vec<String> = children.iter().map(|n| format!("ALARM(a{n})")).collect();
            let rule = words.join(if *need_all { " AND " } else { " OR " });
            let properties = json!({"AlarmName": id, "AlarmRule": rule, "ActionsEnabled": true, "AlarmActions": targets(to)});
            let arn = arn("cloudwatch", &format!("alarm:{id}"));
            all.push(resource(COMPOSITE, &id, arn, properties, json!({"StateValue": "OK"})));
        }
        for (n, (is_on, to)) in self.rules.iter().enumerate() {
            let id = format!("r{n}");
            let pattern =
                json!({"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["ALARM"]}}});
            let targets: Vec<Value> = targets(to).iter().map(|to| json!({"Arn": to})).collect();
            let state = if *is_on { "ENABLED" } else { "DISABLED" };
            let properties = json!({"Name": id, "EventBusName": "default", "EventPattern": pattern, "State": state, "Targets": targets});
            let arn = arn("events", &format!("rule/{id}"));
            all.push(resource("AWS::Events::Rule", &id, arn, properties, json!({})));
        }
    }
}

/// Where each alarm ends, by its id; `denied` says of which operation nothing was read.
fn ends(
    mut resources: Vec<Resource>,
    denied: Option<&Op>,
    every_way: bool,
) -> BTreeMap<String, End> {
    resources.sort_by(|a, b| (&a.ty, &a.id).cmp(&(&b.ty, &b.id)));
    let record = |op: &&Op| Coverage {
        account: ACCOUNT.to_owned(),
        region: if op.scope == Scope::Global { GLOBAL } else { REGION }.to_owned(),
        operation: op.api.to_owned(),
        actions: op.actions.iter().map(|it| (*it).to_owned()).collect(),
        fills: op.fills.iter().map(|it| (*it).to_owned()).collect(),
        outcome: match denied {
            Some(denied) if denied.api == op.api => Outcome::Denied,
            _ => Outcome::Ok,
        },
        resources: Vec::new(),
        message: String::new(),
    };
    let inventory = Inventory {
        collected_at: "2026-01-01T00:00:00Z".to_owned(),
        accounts: vec![ACCOUNT.to_owned()],
        regions: vec![REGION.to_owned()],
        coverage: OPS.iter().map(record).collect(),
        resources,
    };
    let snapshot = Snapshot::from_inventory(&inventory).expect("a snapshot");
    let team = Team { endpoints: None, counts: Counts::default() };
    let mut world = World::new(&snapshot, &[], team);
    world.every_way = every_way;
    let alarms = [ALARM, COMPOSITE].into_iter().flat_map(|ty| snapshot.of_type(ty));
    alarms
        .map(|i| (snapshot.get(i).id().into_owned(), alarm::reach(&world, world.node(i)).end))
        .collect()
}

/// What is left when an operation is not answered: neither what it lists nor the fields that it fills.
fn without(resources: &[Resource], op: &Op) -> Vec<Resource> {
    let mut left = resources.to_vec();
    for fill in op.fills {
        let Some((ty, field)) = fill.split_once('.') else {
            left.retain(|it| it.ty != *fill);
            continue;
        };
        for it in left.iter_mut().filter(|it| it.ty == ty) {
            match field.split_once('.') {
                None if field == "status" => it.status.clear(),
                Some(("status", field)) => drop(it.status.remove(field)),
                Some((_, field)) => drop(it.properties.remove(field)),
                None => it.properties.clear(),
            }
        }
    }
    left
}

const LINKS: [&str; 5] = [
    "AWS::SNS::Topic",
    "AWS::SNS::Subscription",
    "AWS::Lambda::Function",
    "AWS::Events::Rule",
    COMPOSITE,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_link_that_is_taken_out_makes_nothing_heard(account in account(), at in any::<prop::sample::Index>()) {
        let whole = account.resources();
        let before = ends(whole.clone(), None, false);
        let mut left = whole;
        let links: Vec<usize> =
            (0..left.len()).filter(|i| LINKS.contains(&left[*i].ty.as_str())).collect();
        left.remove(*at.get(&links));
        for (alarm, end) in ends(left, None, false) {
            prop_assert!(end != End::Someone || before[&alarm] == End::Someone, "{} was {:?}", alarm, before[&alarm]);
        }
    }

    #[test]
    fn what_cannot_be_read_only_makes_it_unknown(account in account()) {
        let whole = account.resources();
        let before = ends(whole.clone(), None, false);
        let types: Vec<&str> = whole.iter().map(|it| it.ty.as_str()).collect();
        let seen = |fill: &&str| types.contains(&fill.split('.').next().unwrap_or(fill));
        for op in OPS.iter().filter(|op| op.fills.iter().any(seen) || op.api.contains("Mute")) {
            for (alarm, end) in ends(without(&whole, op), Some(op), false) {
                let was = &before[&alarm];
                let is_fine = end == *was || matches!(end, End::Unknown(_));
                prop_assert!(is_fine, "{} denied: {} was {:?} and is {:?}", op.api, alarm, was, end);
            }
        }
    }

    #[test]
    fn the_order_of_actions_and_subscriptions_never_matters(account in account()) {
        let mut turned = account.clone();
        turned.alarms.iter_mut().for_each(|it| it.1.reverse());
        turned.composites.iter_mut().for_each(|it| { it.0.reverse(); it.2.reverse(); });
        turned.rules.iter_mut().for_each(|it| it.1.reverse());
        turned.subscriptions.reverse();
        let kind = |end: &End| match end { End::Someone => 0, End::Nobody => 1, End::Unknown(_) => 2 };
        let (a, b) = (ends(account.resources(), None, false), ends(turned.resources(), None, true));
        for (alarm, end) in a {
            prop_assert_eq!(kind(&end), kind(&b[&alarm]), "{}", alarm);
        }
    }
}
