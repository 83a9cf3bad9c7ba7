//! The language: three-valued where something is missing, CEL everywhere else.

use super::*;
use crate::rules::functions::Function;

/// A host with one object: fields by name; `gap` cannot be read, `none` is absent, `more` is a list
/// that may lack elements.
struct Toy;

type ToyValue = Value<'static, &'static str, &'static str>;

impl Host<'static> for Toy {
    type Object = &'static str;
    type Unknown = &'static str;

    fn field(&self, _: &&'static str, name: &str) -> Result<ToyValue, Raised<&'static str>> {
        Ok(match name {
            "yes" => Value::Bool(true),
            "no" => Value::Bool(false),
            "n" => Value::Num(3.0),
            "s" => Value::Str("text".into()),
            "long" => Value::List((0..1_000).map(|n| Value::Num(f64::from(n))).collect(), vec![]),
            "list" => Value::List(vec![Value::Num(1.0), Value::Num(2.0)], vec![]),
            "more" => Value::List(
                vec![Value::Num(1.0), Value::Num(2.0)],
                vec![Open { element: None, why: Raised::Unknown("more") }],
            ),
            "perhaps" => Value::List(
                vec![Value::Num(1.0)],
                vec![Open {
                    element: Some(Box::new(Value::Num(2.0))),
                    why: Raised::Unknown("perhaps"),
                }],
            ),
            "gap" | "gaplist" => return Err(Raised::Unknown("gap")),
            _ => Value::Null,
        })
    }

    fn steps(&self, _: &[ToyValue]) -> u64 {
        20_000
    }

    fn cost(&self, _: &'static Function, _: &[ToyValue]) -> u64 {
        0
    }

    fn endless(&self) -> &'static str {
        "endless"
    }

    fn map_size(&self, _: &&'static str) -> usize {
        0
    }

    fn call(&self, _: &'static Function, _: &[ToyValue]) -> Result<ToyValue, Raised<&'static str>> {
        Err(Raised::Unknown("call"))
    }
}

fn scope() -> Scope {
    let field = |name: &str, ty: Ty| (name.to_owned(), ty);
    let numbers = Ty::List(Box::new(Ty::Num));
    let fields = [
        field("yes", Ty::Bool),
        field("no", Ty::Bool),
        field("gap", Ty::Bool),
        field("n", Ty::Num),
        field("s", Ty::Str),
        field("list", numbers.clone()),
        field("long", numbers.clone()),
        field("more", numbers.clone()),
        field("perhaps", numbers.clone()),
        field("gaplist", numbers),
        field("none", Ty::Num.nullable()),
    ];
    let object = ty::Object { name: "toy".to_owned(), fields: fields.into() };
    Scope::new(vec![("x".to_owned(), Ty::Object(object.into()))])
}

/// What an expression comes to: `true`, `false`, or the reason not to know.
fn answer(source: &str) -> Result<bool, String> {
    let (expr, ty) =
        compile(source, &scope()).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
    assert_eq!(ty, Ty::Bool, "{source}");
    // The toy lives as long as its expressions.
    let expr: &'static Expr = Box::leak(Box::new(expr));
    match eval(&Toy, expr, &mut Frame::new(vec![Value::Object("x")])) {
        Ok(Value::Bool(b)) => Ok(b),
        Ok(other) => panic!("{source} is {other:?}"),
        Err(Raised::Unknown(why)) => Err(why.to_owned()),
        Err(Raised::Error(why)) => Err(format!("error: {why}")),
    }
}

fn complaints(source: &str) -> Vec<String> {
    let errors = compile(source, &scope()).err().unwrap_or_default();
    errors.into_iter().map(|e| format!("{}..{} {}", e.at.start, e.at.end, e.message)).collect()
}

#[test]
fn a_gap_decides_nothing_and_prevents_nothing() {
    for (source, expected) in [
        ("x.yes || x.gap", Ok(true)),
        ("x.gap || x.yes", Ok(true)),
        ("x.no && x.gap", Ok(false)),
        ("x.gap && x.no", Ok(false)),
        ("x.gap && x.yes", Err("gap")),
        ("x.gap || x.no", Err("gap")),
        ("!x.gap", Err("gap")),
        ("x.gap == true", Err("gap")),
        ("x.gap != true", Err("gap")),
        ("x.gap ? true : true", Err("gap")),
        ("x.list.exists(e, e == 2 || x.gap)", Ok(true)),
        ("x.list.exists(e, x.gap)", Err("gap")),
        ("x.list.all(e, e == 1 && x.gap)", Ok(false)),
        ("x.gaplist.size() == 0", Err("gap")),
        ("1 in x.gaplist", Err("gap")),
    ] {
        assert_eq!(answer(source), expected.map_err(str::to_owned), "{source}");
    }
}

#[test]
fn a_list_that_may_be_longer_answers_only_what_length_cannot_change() {
    for (source, expected) in [
        ("x.more.exists(e, e == 2)", Ok(true)),
        ("x.more.exists(e, e == 3)", Err("more")),
        ("x.more.all(e, e < 2)", Ok(false)),
        ("x.more.all(e, e > 0)", Err("more")),
        ("x.more.size() > 0", Err("more")),
        ("x.more.exists_one(e, e == 1)", Err("more")),
        ("x.more.filter(e, e == 3).exists(e, true)", Err("more")),
        ("x.more.map(e, e + 1).exists(e, e == 3)", Ok(true)),
        ("x.more[0] == 1", Err("more")),
        ("2 in x.more", Ok(true)),
        ("3 in x.more", Err("more")),
    ] {
        assert_eq!(answer(source), expected.map_err(str::to_owned), "{source}");
    }
}

#[test]
fn an_element_that_is_only_perhaps_there_never_decides() {
    for (source, expected) in [
        ("x.perhaps.exists(e, e == 1)", Ok(true)),
        ("x.perhaps.exists(e, e == 2)", Err("perhaps")),
        ("x.perhaps.exists(e, e == 3)", Ok(false)),
        ("x.perhaps.all(e, e == 1)", Err("perhaps")),
        ("x.perhaps.all(e, e > 0)", Ok(true)),
        ("x.perhaps.filter(e, e == 2).size() == 0", Err("perhaps")),
        ("x.perhaps.filter(e, e == 1).size() == 1", Ok(true)),
        ("x.list.filter(e, e == 1 || x.gap).exists(e, e == 2)", Err("gap")),
        ("x.list.filter(e, e == 1 || x.gap).exists(e, e == 1)", Ok(true)),
        ("x.perhaps.map(e, e + 1).exists(e, e == 3)", Err("perhaps")),
        ("2 in x.perhaps", Err("perhaps")),
        ("3 in x.perhaps", Ok(false)),
    ] {
        assert_eq!(answer(source), expected.map_err(str::to_owned), "{source}");
    }
}

#[test]
fn nulls_are_tested_or_refused() {
    assert_eq!(answer("has(x.none) && x.none > 3"), Ok(false));
    assert_eq!(answer("x.none == null || x.none > 3"), Ok(true));
    assert_eq!(answer("!has(x.none) || x.none > 3"), Ok(true));
    assert_eq!(answer("x.none != null ? x.none > 3 : x.yes"), Ok(true));
    assert_eq!(answer("value_or(x.none, 7) == 7"), Ok(true));
    for source in [
        "x.none > 3",
        "x.none == 3",
        "x.none + 1 > 2",
        "x.none in [1]",
        "x.none == null && x.none > 3",
    ] {
        let found = complaints(source);
        assert!(found.len() == 1 && found[0].contains("x.none may be null"), "{source}: {found:?}");
    }
}

#[test]
fn every_mistake_is_found_where_it_is() {
    assert_eq!(
        complaints("x.yess && y && 1 > 'a'"),
        [
            "1..2 toy has no yess; it has gap, gaplist, list, long, more, n, no, none, perhaps, s, yes",
            "10..11 there is no variable y; there are x",
            "19..22 expected number, found string",
        ]
    );
    for (source, part) in [
        ("unknownfn(1) || true", "there is no function unknownfn"),
        ("x.list.exists(x, true)", "x is taken"),
        ("x.n.exists(e, true)", "has no elements"),
        ("x.s && true", "expected bool, found string"),
        ("x == x", "cannot be compared"),
        ("[] == []", "empty list"),
        ("{'a': 1}.a == 1", "cannot be written in rules"),
        ("x.?n == 1", "not a valid expression"),
        ("x.n >", "not a valid expression"),
        ("alarms(x, 'a', 'b', 'above').size() > 0", "expected a resource"),
    ] {
        let found = complaints(source);
        assert!(found.iter().any(|c| c.contains(part)), "{source}: {found:?}");
    }
}

#[test]
fn places_are_right_after_any_letters() {
    let source = "x.s == '日本語' && x.yess";
    let errors = compile(source, &scope()).expect_err("yess is no field");
    assert_eq!(&source[errors[0].at.start..], ".yess");
}

#[test]
fn names_stand_for_expressions_wherever_they_are_written() {
    let mut scope = scope();
    for (name, source) in [
        ("big", "x.list.filter(e, e > 1)"),
        ("known", "has(x.none)"),
        ("round", "again"),
        ("again", "round"),
    ] {
        scope.define(name, source).expect(name);
    }
    assert!(scope.define("x", "1").is_err(), "a variable's name is taken");
    let holds = |source: &str| {
        let (expr, _) = compile(source, &scope).unwrap_or_else(|e| panic!("{source}: {e:?}"));
        let expr: &'static Expr = Box::leak(Box::new(expr));
        matches!(eval(&Toy, expr, &mut Frame::new(vec![Value::Object("x")])), Ok(Value::Bool(true)))
    };
    assert!(holds("big.size() == 1"));
    // Inside another element's scope, with the same name for its own element.
    assert!(holds("[5, 6].all(e, big.exists(f, f == 2) && e > 4 && big.size() == 1)"));
    let errors = |source: &str| compile(source, &scope).err().unwrap_or_default();
    assert!(errors("round")[0].message.contains("stands for itself"));
    assert!(errors("nothing").iter().any(|e| e.message.contains("no variable nothing")));
}

#[test]
fn endless_nesting_is_refused() {
    let hostile = [
        "(".repeat(5_000),
        "[".repeat(5_000),
        format!("{}x.yes", "!".repeat(10_001)),
        format!("{}1 == 1", "-".repeat(10_001)),
        format!("1{} == 1", "+1".repeat(5_000)),
        format!("x{} == 1", ".n".repeat(5_000)),
        format!("{}x.yes", "x.yes ? x.no : ".repeat(1_000)),
        format!("{}x.yes", "x.yes || ".repeat(1_500)),
        "x.list.all(e, ".repeat(1_000),
    ];
    for source in hostile {
        // Refused or accepted, but never a panic or an exhausted stack.
        let found = with_deep_stack(|| complaints(&source)).expect("a thread");
        let balanced = source.starts_with("x.yes ||") || source.starts_with(['!', '-']);
        assert!(balanced || !found.is_empty(), "{}", &source[..20]);
    }
}

#[test]
fn what_takes_too_many_steps_is_unknown() {
    for (source, expected) in [
        ("x.long.all(a, a >= 0)", Ok(true)),
        ("x.long.all(a, x.list.exists(b, b == 1))", Ok(true)),
        // Made anew a thousand times, each list costs its length though nobody looks at it.
        ("x.long.all(a, x.long.exists(b, true))", Err("endless")),
        ("x.long.all(a, x.list.exists(b, x.list.all(c, c + b > a - 9 + a)))", Ok(false)),
        ("x.long.all(a, x.long.all(b, a + b >= 0))", Err("endless")),
        ("x.long.exists(a, x.long.exists(b, a + b > 4000))", Err("endless")),
        ("x.long.filter(a, x.long.exists(b, b > a)).size() > 0", Err("endless")),
        ("x.long.map(a, x.long.filter(b, b > a).size()).exists(n, n > 0)", Err("endless")),
        ("x.long.exists_one(a, x.long.exists(b, b > 2000))", Err("endless")),
        // What was found before stays found; what comes after decides nothing any more.
        ("x.long.exists(a, a > 900 && x.long.exists(b, b > 900))", Ok(true)),
        ("x.yes || x.long.all(a, x.long.all(b, true))", Ok(true)),
        ("x.long.all(a, x.long.all(b, true)) || x.yes", Err("endless")),
        ("!(x.long.all(a, x.long.all(b, true)) && x.no)", Err("endless")),
    ] {
        assert_eq!(answer(source), expected.map_err(str::to_owned), "{source}");
    }
}

/// Where nothing is missing, an expression means what the reference evaluator says.
#[test]
fn agrees_with_the_reference_evaluator() {
    let sources = [
        "1 + 2 * 3 == 7",
        "7 - 2 - 1 == 4",
        "true || false && false",
        "!(1 > 2) && 2 >= 2 && 1 <= 1 && 1 < 2",
        "-3 < -2",
        "1.5 + 1.5 == 3.0",
        "'a' + 'b' == 'ab'",
        "'abc'.startsWith('ab') && 'abc'.endsWith('bc') && 'abc'.contains('b')",
        "size('日本') == 2 && 'abc'.size() == 3",
        "[1, 2, 3].size() == 3 && size([1]) == 1",
        "2 in [1, 2]",
        "!(3 in [1, 2])",
        "[1, 2].exists(e, e == 2) && ![1, 2].exists(e, e == 3)",
        "[1, 2].all(e, e > 0) && ![1, 2].all(e, e > 1)",
        "[1, 2, 2].exists_one(e, e == 1) && ![1, 2, 2].exists_one(e, e == 2)",
        "[1, 2, 3].filter(e, e > 1).size() == 2",
        "[1, 2].map(e, e * 2)[1] == 4",
        "[[1], [2, 3]].exists(l, l.exists(e, e == 3))",
        "(1 < 2 ? 'yes' : 'no') == 'yes'",
        "'a' == 'a' && 'a' != 'b'",
        "true == true && false != true",
        "null == null",
        "7 % 4 == 3",
        "[1, 2].exists(e, e / 1 == 2)",
        "\"double\" == 'double'",
        "'it\\'s' == \"it's\"",
    ];
    let context = cel::Context::with_env(cel::Env::stdlib().into());
    for source in sources {
        let reference = cel::Program::compile(source).expect(source).execute(&context);
        assert_eq!(reference, Ok(cel::Value::Bool(answer(source).expect(source))), "{source}");
    }
}
