//! Event patterns, compared with another matcher: `events:TestEventPattern` of moto over HTTP, on generated patterns
//! and events.

use std::ops::Range;

use audit::engine::events::pattern::takes;
use audit::engine::maybe::Maybe;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::{BehaviorVersion, Credentials, Region};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::support::{Account, server};

const PAIRS: usize = 400;

fn text() -> impl Strategy<Value = Value> {
    prop::sample::select(vec!["", "a", "ab", "abc", "AB", "b", "ba", "10.1.2.3", "a*c"])
        .prop_map(Value::from)
}

fn number() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![json!(2), json!(3), json!(7.5), json!(-4)])
}

/// A value as events hold it. Lists of objects are left out, which moto does not look into, and booleans, which are
/// numbers to it.
fn leaf() -> impl Strategy<Value = Value> {
    let one = prop_oneof![4 => text(), 2 => number(), 1 => Just(Value::Null)];
    let one = one.boxed();
    prop_oneof![5 => one.clone(), 2 => prop::collection::vec(one, 0..3).prop_map(Value::from)]
}

/// One of the alternatives of a pattern.
fn alternative() -> impl Strategy<Value = Value> {
    let words = || prop::sample::select(vec!["a", "b", "ab", "bc", "AB", "c"]);
    let sign = || prop::sample::select(vec!["<", "<=", "=", ">=", ">"]);
    prop_oneof![
        4 => text(),
        2 => number(),
        1 => Just(Value::Null),
        2 => any::<bool>().prop_map(|it| json!({"exists": it})),
        2 => words().prop_map(|it| json!({"prefix": it})),
        1 => words().prop_map(|it| json!({"prefix": {"equals-ignore-case": it}})),
        2 => words().prop_map(|it| json!({"suffix": it})),
        1 => words().prop_map(|it| json!({"suffix": {"equals-ignore-case": it}})),
        1 => words().prop_map(|it| json!({"equals-ignore-case": it})),
        1 => prop::sample::select(vec!["*", "a*", "*b*", "a*c", "a\\*c"])
            .prop_map(|it| json!({"wildcard": it})),
        1 => text().prop_map(|it| json!({"anything-but": it})),
        1 => prop::collection::vec(text(), 1..3).prop_map(|it| json!({"anything-but": it})),
        1 => words().prop_map(|it| json!({"anything-but": {"prefix": it}})),
        1 => words().prop_map(|it| json!({"anything-but": {"suffix": it}})),
        1 => (sign(), number()).prop_map(|(sign, it)| json!({"numeric": [sign, it]})),
        1 => Just(json!({"numeric": [">", 2, "<=", 7.5]})),
        1 => prop::sample::select(vec!["10.0.0.0/8", "10.1.2.0/24", "192.168.0.0/16"])
            .prop_map(|it| json!({"cidr": it})),
    ]
}

fn keyed<V: Strategy<Value = Value>>(
    value: V,
    keys: Range<usize>,
) -> impl Strategy<Value = Map<String, Value>> {
    let key = prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned);
    prop::collection::btree_map(key, value, keys).prop_map(|map| map.into_iter().collect())
}

fn event() -> impl Strategy<Value = Value> {
    (keyed(leaf(), 2..4), keyed(leaf(), 1..4), text()).prop_map(|(mut detail, inner, source)| {
        detail.insert("in".to_owned(), Value::Object(inner));
        json!({
            "id": "1", "account": "111122223333", "source": source, "time": "2026-01-01T00:00:00Z",
            "region": "ap-northeast-1", "resources": [], "detail-type": "ab", "detail": detail,
        })
    })
}

fn pattern() -> impl Strategy<Value = Value> {
    let leaves = || prop::collection::vec(alternative(), 1..5).prop_map(Value::from);
    let ways = (keyed(leaves(), 1..3), keyed(leaves(), 1..3));
    (
        keyed(leaves(), 1..2),
        prop::option::weighted(0.3, keyed(leaves(), 1..2)),
        prop::option::weighted(0.2, ways),
    )
        .prop_map(|(mut detail, inner, ways)| {
            detail.extend(inner.map(|inner| ("in".to_owned(), Value::Object(inner))));
            detail.extend(ways.map(|(one, other)| ("$or".to_owned(), json!([one, other]))));
            json!({"detail-type": ["ab"], "detail": detail})
        })
}

#[test]
fn patterns_take_what_another_matcher_takes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(compare());
}

async fn compare() {
    let account = Account::new(server());
    let config = aws_sdk_eventbridge::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("ap-northeast-1"))
        .endpoint_url(server().url())
        .credentials_provider(Credentials::new(account.id(), "not-a-secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let client = Client::from_conf(config);
    let mut runner = TestRunner::deterministic();
    let (mut taken, mut open) = (0, 0);
    for _ in 0..PAIRS {
        let mut new = |strategy: BoxedStrategy<Value>| {
            strategy.new_tree(&mut runner).expect("a value").current()
        };
        let (pattern, event) = (new(pattern().boxed()), new(event().boxed()));
        let request = client.test_event_pattern();
        let request = request.event_pattern(pattern.to_string()).event(event.to_string());
        let theirs = request.send().await.expect("an answer").result();
        match takes(&pattern, &event) {
            Maybe::Open(_) => open += 1,
            ours => assert_eq!(ours, Maybe::of(theirs), "{pattern}\n{event}"),
        }
        taken += usize::from(theirs);
    }
    // Neither all nor nothing, and next to nothing undecided.
    assert!((PAIRS / 20..PAIRS * 19 / 20).contains(&taken), "{taken} of {PAIRS} are taken");
    assert!(open < PAIRS / 20, "{open} of {PAIRS} stay open");
}
