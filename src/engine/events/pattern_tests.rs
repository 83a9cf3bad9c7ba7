//! Patterns and events, most of them from the documentation of EventBridge's operators.

use serde_json::{Value, json};

use super::*;

#[track_caller]
fn check(pattern: Value, event: Value, expected: bool) {
    assert_eq!(takes(&pattern, &event), Maybe::of(expected), "{pattern} of {event}");
}

#[test]
fn values_and_lists() {
    let event = json!({"source": "aws.health", "resources": ["a", "b"], "n": 7, "nothing": null, "empty": ""});
    for (pattern, expected) in [
        (json!({"source": ["aws.health"]}), true),
        (json!({"source": ["aws.ec2", "aws.health"]}), true),
        (json!({"source": ["aws.ec2"]}), false),
        (json!({"source": ["aws.health*"]}), false),
        (json!({"resources": ["b"]}), true),
        (json!({"resources": ["c"]}), false),
        (json!({"n": [7]}), true),
        (json!({"n": ["7"]}), false),
        (json!({"nothing": [null]}), true),
        (json!({"missing": [null]}), false),
        (json!({"empty": [""]}), true),
        (json!({"source": ["aws.health"], "n": [8]}), false),
        (json!({"missing": {"deep": ["x"]}}), false),
    ] {
        check(pattern, event.clone(), expected);
    }
}

#[test]
fn operators_on_texts() {
    let event = json!({"detail": {"file": "Images/cat.PNG", "state": "stopped"}});
    for (alternative, expected) in [
        (json!({"prefix": "Images/"}), true),
        (json!({"prefix": "images/"}), false),
        (json!({"prefix": {"equals-ignore-case": "images/"}}), true),
        (json!({"suffix": ".PNG"}), true),
        (json!({"suffix": {"equals-ignore-case": ".png"}}), true),
        (json!({"equals-ignore-case": "IMAGES/CAT.png"}), true),
        (json!({"wildcard": "Images/*.PNG"}), true),
        (json!({"wildcard": "*cat*"}), true),
        (json!({"wildcard": "Images/\\*"}), false),
        (json!({"wildcard": "Images"}), false),
        (json!({"anything-but": "x"}), true),
        (json!({"anything-but": ["x", "Images/cat.PNG"]}), false),
        (json!({"anything-but": {"prefix": "Images"}}), false),
        (json!({"anything-but": {"prefix": ["a", "Im"]}}), false),
        (json!({"anything-but": {"suffix": ".jpg"}}), true),
        (json!({"anything-but": {"wildcard": "*.PNG"}}), false),
        (json!({"anything-but": {"equals-ignore-case": ["images/CAT.png"]}}), false),
        (json!({"exists": true}), true),
        (json!({"exists": false}), false),
    ] {
        check(json!({"detail": {"file": [alternative]}}), event.clone(), expected);
    }
    check(json!({"detail": {"missing": [{"exists": false}]}}), event.clone(), true);
    check(json!({"detail": {"missing": [{"anything-but": "x"}]}}), event.clone(), false);
    check(json!({"other": {"deep": [{"exists": false}]}}), event, true);
}

#[test]
fn numbers_and_addresses() {
    let event =
        json!({"detail": {"severity": 8.5, "text": "8.5", "ip": "10.0.3.7", "six": "2001:db8::1"}});
    for (pattern, expected) in [
        (json!({"severity": [{"numeric": [">=", 7]}]}), true),
        (json!({"severity": [{"numeric": [">=", 7, "<", 8.5]}]}), false),
        (json!({"severity": [{"numeric": ["=", 8.5]}]}), true),
        (json!({"severity": [8, 8.1, 8.5, 8.9]}), true),
        (json!({"text": [{"numeric": [">=", 7]}]}), false),
        (json!({"ip": [{"cidr": "10.0.0.0/22"}]}), true),
        (json!({"ip": [{"cidr": "10.0.4.0/22"}]}), false),
        (json!({"ip": [{"cidr": "0.0.0.0/0"}]}), true),
        (json!({"six": [{"cidr": "2001:db8::/32"}]}), true),
        (json!({"six": [{"cidr": "10.0.0.0/8"}]}), false),
    ] {
        check(json!({"detail": pattern}), event.clone(), expected);
    }
    let written_otherwise = takes(&json!({"n": [7.0]}), &json!({"n": 7}));
    assert!(matches!(written_otherwise, Maybe::Open(_)), "{written_otherwise:?}");
}

#[test]
fn one_way_of_several() {
    let event = json!({"source": "aws.ec2", "detail": {"a": 1, "b": 2}});
    let either =
        |a: i64, b: i64| json!({"detail": {"$or": [{"a": [a]}, {"b": [{"numeric": [">", b]}]}]}});
    check(either(1, 9), event.clone(), true);
    check(either(9, 1), event.clone(), true);
    check(either(9, 9), event.clone(), false);
    check(json!({"$or": [{"source": ["aws.s3"]}, {"source": ["aws.ec2"]}]}), event, true);
}

#[test]
fn objects_in_lists_fit_one_by_one() {
    let event = json!({"entities": [{"id": "a", "state": "up"}, {"id": "b", "state": "down"}]});
    check(json!({"entities": {"id": ["b"], "state": ["down"]}}), event.clone(), true);
    check(json!({"entities": {"id": ["a"], "state": ["down"]}}), event, false);
}

#[test]
fn what_is_not_documented_stays_open() {
    let event = json!({"detail": {"a": {"b": 1}, "c": "x"}});
    for pattern in [
        json!("x"),
        json!({}),
        json!({"detail": "x"}),
        json!({"detail": {"c": [{"sounds-like": "x"}]}}),
        json!({"detail": {"a": [{"exists": true}]}}),
        json!({"detail": {"c": [{"prefix": "x", "suffix": "x"}]}}),
        json!({"detail": {"c": [{"anything-but": {"numeric": 3}}]}}),
    ] {
        let answer = takes(&pattern, &event);
        assert!(matches!(answer, Maybe::Open(_)), "{pattern}: {answer:?}");
    }
    // What is open does not matter where something else decides.
    check(json!({"source": ["y"], "detail": {"c": [{"sounds-like": "x"}]}}), event.clone(), false);
    check(json!({"detail": {"c": [{"sounds-like": "x"}, "x"]}}), event, true);
}
