//! Whatever metrics do, expressions stay within what was said of them.

use proptest::prelude::*;

use super::super::math;
use super::*;

/// Three metrics, each with a range.
struct Three([Range; 3]);

impl Scope for Three {
    fn named(&mut self, id: &str) -> Option<Value> {
        let at: usize = id.strip_prefix('m')?.parse().ok()?;
        let range = *self.0.get(at)?;
        let line = Some(Line { source: at, factor: 1.0, offset: 0.0 });
        Some(Value::Series(Series { range, line }))
    }

    fn metrics(&mut self, _: &str) -> Vec<Series> {
        self.0.iter().map(|range| Series::of(*range)).collect()
    }

    fn period(&self, _: &str) -> Option<f64> {
        Some(60.0)
    }

    fn ratio(&mut self, _: usize, _: usize) -> Option<(Series, f64)> {
        None
    }
}

fn series(text: &str, ranges: [Range; 3]) -> Option<Series> {
    match of(&math::parse(text)?, &mut Three(ranges))? {
        Value::Series(series) => Some(series),
        Value::Scalar(_) | Value::List(_) => None,
    }
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("m0".to_owned()),
        Just("m1".to_owned()),
        Just("m2".to_owned()),
        (0..200_u8).prop_map(|n| n.to_string()),
        Just("SUM(METRICS())".to_owned()),
        Just("PERIOD(m0)".to_owned()),
    ];
    leaf.prop_recursive(5, 24, 3, |inner| {
        let one = || inner.clone();
        let binary = prop::sample::select(vec![
            "+", "-", "*", "/", ">", ">=", "<", "<=", "==", "!=", "&&", "OR",
        ]);
        let many = prop::sample::select(vec!["SUM", "MAX", "MIN", "AVG"]);
        let alone = prop::sample::select(vec!["ABS", "CEIL", "FLOOR", "-"]);
        prop_oneof![
            (one(), binary, one()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            (many, one(), one()).prop_map(|(f, a, b)| format!("{f}([{a}, {b}])")),
            (alone, one()).prop_map(|(f, a)| format!("{f}({a})")),
            (one(), one(), one()).prop_map(|(a, b, c)| format!("IF({a}, {b}, {c})")),
            (one(), one()).prop_map(|(a, b)| format!("IF({a}, {b})")),
            (one(), 0..9_u8).prop_map(|(a, n)| format!("FILL({a}, {n})")),
        ]
    })
}

/// A metric's range, and a point in it.
fn metric() -> impl Strategy<Value = (Range, f64)> {
    (0..100_i8, 0..100_i8, 0..=4_u8, any::<bool>()).prop_map(|(a, b, share, endless)| {
        let (low, high) = (f64::from(a.min(b)), f64::from(a.max(b)));
        let point = low + (high - low) * f64::from(share) / 4.0;
        let high = if endless { f64::INFINITY } else { high };
        (Range::new(low, high), point)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    /// Whatever the metrics are, the outcome is within what was said it can be.
    #[test]
    fn nothing_comes_out_that_was_not_foreseen(text in expression(), m in [metric(), metric(), metric()]) {
        let Some(said) = series(&text, m.map(|(range, _)| range)) else { return Ok(()) };
        let Some(here) = series(&text, m.map(|(_, point)| Range::only(point))) else { return Ok(()) };
        let near = 1e-6 * (1.0 + here.range.low.abs());
        // At infinities nothing is left to compare; what is divided by zero is dropped.
        prop_assume!(here.range.low.is_finite() && here.range.high.is_finite() && !here.range.gaps);
        prop_assert!(said.range.low <= here.range.low + near && here.range.high <= said.range.high + near,
            "{text} is {:?}, not within {:?}", here.range, said.range);
        if let Some(line) = said.line {
            let value = line.factor * m[line.source].1 + line.offset;
            prop_assert!((value - here.range.low).abs() <= near, "{text} is {:?}, not {value}", here.range);
        }
    }
}

#[test]
fn between_which_values_expressions_stay() {
    let percent = Range::new(0.0, 100.0).with_gaps(true);
    let count = Range::new(0.0, f64::INFINITY).with_gaps(true);
    let inf = f64::INFINITY;
    for (text, low, high, gaps) in [
        ("m0 / 2", 0.0, 50.0, true),
        ("100 - m0", 0.0, 100.0, true),
        ("m0 + m1", 0.0, 200.0, true),
        ("FILL(m0, 0) + m1", 0.0, 200.0, false),
        ("FILL(m2, REPEAT)", 0.0, inf, false),
        ("m0 - m1", -100.0, 100.0, true),
        ("m0 / m2", 0.0, inf, true),
        ("m2 / PERIOD(m2)", 0.0, inf, true),
        ("AVG([m0, m1])", 0.0, 100.0, true),
        ("SUM(METRICS())", 0.0, inf, true),
        ("m0 / METRIC_COUNT(METRICS())", 0.0, 100.0 / 3.0, true),
        ("MAX(METRICS() / 4)", 0.0, inf, true),
        ("IF(m0 > 100, 7, 1)", 1.0, 1.0, true),
        ("IF(m0 >= 100, 7, 1)", 1.0, 7.0, true),
        ("IF(HOUR(m0) < 24, m1)", 0.0, 100.0, true),
        ("m0 ^ 2", 0.0, 10000.0, true),
        ("m0 > 50 && m1 > 50", 0.0, 1.0, true),
        ("TIME_SERIES(5)", 5.0, 5.0, false),
    ] {
        let range = series(text, [percent, percent, count]).map(|it| it.range);
        assert_eq!(range, Some(Range { low, high, gaps }), "{text}");
    }
}

#[test]
fn what_depends_on_how_far_cloudwatch_looks_back_is_nothing() {
    let texts = [
        "MAX(m0)",
        "m0 - AVG(m0)",
        "RATE(m0)",
        "DIFF(m0)",
        "RUNNING_SUM(m0)",
        "METRICS()",
        "5",
        "m3",
        "SEARCH('x')",
        "m0 / 0",
        "[m0, m1]",
        "FIRST([m0, m1])",
        "nope(m0)",
        "m0 ^ m1",
        "IF([m0], 1, 0)",
        "STDDEV(METRICS())",
    ];
    for text in texts {
        let any = Range::new(0.0, 100.0);
        assert!(series(text, [any; 3]).is_none(), "{text}");
    }
}
