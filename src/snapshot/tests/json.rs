use std::borrow::Cow;

use super::*;
use crate::snapshot::{Json, Kind, MAX_DEPTH, Reason};

fn json(text: &str) -> Json<'_> {
    Json::checked(text).unwrap_or_else(|(at, reason)| panic!("{text}: byte {at} {reason}"))
}

#[test]
fn kinds_and_scalars() {
    let value = json(
        " {\"n\": null, \"t\":true, \"f\" :false ,\"i\":-12,\"d\":1.5e2,\"s\":\"x\",\"a\":[],\"o\":{}}\n",
    );
    let kind = |key| value.get(key).map(Json::kind);
    assert_eq!(kind("n"), Some(Kind::Null));
    assert_eq!(kind("t"), Some(Kind::Bool));
    assert_eq!(kind("f"), Some(Kind::Bool));
    assert_eq!(kind("i"), Some(Kind::Number));
    assert_eq!(kind("d"), Some(Kind::Number));
    assert_eq!(kind("s"), Some(Kind::String));
    assert_eq!(kind("a"), Some(Kind::Array));
    assert_eq!(kind("o"), Some(Kind::Object));
    assert_eq!(kind("x"), None);
    let get = |key| value.get(key).unwrap();
    assert!(get("n").is_null());
    assert_eq!(
        (get("t").as_bool(), get("f").as_bool(), get("s").as_bool()),
        (Some(true), Some(false), None)
    );
    assert_eq!((get("i").as_i64(), get("d").as_i64(), get("s").as_i64()), (Some(-12), None, None));
    assert_eq!(
        (get("i").as_f64(), get("d").as_f64(), get("n").as_f64()),
        (Some(-12.0), Some(150.0), None)
    );
    assert_eq!(json("1e-999").as_f64(), Some(0.0));
    assert_eq!(json("99999999999999999999").as_i64(), None);
    assert_eq!(get("i").as_str(), None);
    assert_eq!(get("s").get("x").map(Json::raw), None);
    assert_eq!(get("s").elements().count() + get("o").elements().count(), 0);
    assert_eq!(get("a").entries().count() + get("a").elements().count(), 0);
}

#[test]
fn containers_are_walked_past_anything() {
    let value = json(
        r#"{"skip": {"a": ["}]", {"b": "\"]"}]}, "list" : [1 , [2], {"x":"]"}, "s"], "last":7}"#,
    );
    let list: Vec<&str> = value.get("list").unwrap().elements().map(Json::raw).collect();
    assert_eq!(list, ["1", "[2]", r#"{"x":"]"}"#, r#""s""#]);
    assert_eq!(value.path("last").unwrap().as_i64(), Some(7));
    assert_eq!(value.path("skip.a").unwrap().elements().count(), 2);
    assert!(value.path("skip.b").is_none() && value.path("last.x").is_none());
    let keys: Vec<Cow<'_, str>> = value.entries().map(|(key, _)| key).collect();
    assert_eq!(keys, ["skip", "list", "last"]);
}

#[test]
fn escapes_are_decoded_only_where_they_are() {
    let value = json(r#"{"k\u0065y":"a\n\ud83d\ude00\\","plain":"見"}"#);
    assert!(
        matches!(value.get("key").unwrap().as_str(), Some(Cow::Owned(text)) if text == "a\n😀\\")
    );
    assert!(matches!(value.get("plain").unwrap().as_str(), Some(Cow::Borrowed("見"))));
    assert!(value.get(r"k\u0065y").is_none(), "a key's text is not its name");
    assert!(json(r#"{"a\\b":1}"#).get(r"a\b").is_some());
    assert_eq!(value.entries().next().unwrap().0, "key");
}

#[test]
fn values_decode_into_types() {
    #[derive(serde::Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        name: Cow<'a, str>,
        size: u8,
    }
    let shape: Shape<'_> = json(r#"{"name":"n","size":3}"#).parse().unwrap();
    assert_eq!((&*shape.name, shape.size), ("n", 3));
    assert!(json("[]").parse::<Shape<'_>>().is_err());
}

#[test]
fn checked_agrees_with_serde_json() {
    let (large, fits) = ("9".repeat(310), "9".repeat(305));
    let good = [
        "1e308",
        "0e999",
        "1e-999",
        &fits,
        "0",
        "-0",
        "10.5",
        "1E+9",
        "1e-9",
        "true",
        "false",
        "null",
        "\"\"",
        "\"\\/\\b\\f\\r\\t\"",
        "[]",
        "{}",
        "[[],{}]",
        "{\"a\":{},\"b\":[0]}",
        " [ 1 , 2 ] ",
        "{ \"a\" : 1 , \"b\" : [ ] }",
        "\"\u{7f}\"",
        "[\"\\ud800\\udc00\"]",
    ];
    for text in good {
        assert!(serde_json::from_str::<Value>(text).is_ok(), "{text}");
        assert!(Json::checked(text).is_ok(), "{text}");
    }
    let bad = [
        "",
        " ",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "tru",
        "truee",
        "1e999",
        "-1E+400",
        &large,
        "nul",
        "'a'",
        "\"",
        "\"a",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\n\"",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{1:1}",
        "[}",
        "{]",
        "[1}",
        "1 1",
        "{}{}",
        "[{\"a\":1]]",
        "nan",
        "\u{feff}1",
        "\u{a0}1",
    ];
    for text in bad {
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        assert!(Json::checked(text).is_err(), "{text}");
    }
}

#[test]
fn mistakes_have_their_place() {
    assert_eq!(Json::checked("[1,x]").unwrap_err(), (3, Reason::Syntax("expected a value")));
    assert_eq!(Json::checked("[1,2").unwrap_err(), (4, Reason::Ends));
    assert_eq!(Json::checked("[1] 2").unwrap_err(), (4, Reason::Trailing("value")));
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let deepest = nested(MAX_DEPTH as usize);
    assert_eq!(json(&deepest).elements().count(), 1);
    assert!(json(&deepest).parse::<Value>().is_ok());
    let (at, reason) = Json::checked(&nested(MAX_DEPTH as usize + 1)).unwrap_err();
    assert_eq!((at, reason), (MAX_DEPTH as usize, Reason::TooDeep(MAX_DEPTH)));
    assert!(Json::checked(&"{\"a\":".repeat(1_000_000)).is_err());
}
