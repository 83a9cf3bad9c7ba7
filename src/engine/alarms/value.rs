//! What an expression of metric math can come to, given what each metric can be.

use super::math::{Expr, Op};
use super::range::{Holds, Range};

/// How many series an array holds at most; an alarm takes ten metrics.
const MOST_SERIES: usize = 500;

/// What an expression comes to.
#[derive(Clone, Debug)]
pub enum Value {
    /// The same at all times.
    Scalar(Range),
    /// A series.
    Series(Series),
    /// Several series.
    List(Vec<Series>),
}

/// A series of datapoints.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// Between which values it stays.
    pub range: Range,
    /// What it is made of, if that is one source alone.
    pub line: Option<Line>,
}

/// `factor` times a source, plus `offset`.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Number of the source.
    pub source: usize,
    /// What it is multiplied by; not 0.
    pub factor: f64,
    /// What is added.
    pub offset: f64,
}

/// What the names in an expression stand for.
pub trait Scope {
    /// What has this id.
    fn named(&mut self, id: &str) -> Option<Value>;
    /// The metrics whose ids contain `part`.
    fn metrics(&mut self, part: &str) -> Vec<Series>;
    /// Seconds that a datapoint of what has this id covers.
    fn period(&self, id: &str) -> Option<f64>;
    /// What stands for the first source over the second, and what it is multiplied by.
    fn ratio(&mut self, over: usize, under: usize) -> Option<(Series, f64)>;
}

/// What `expr` comes to; none where it cannot be told.
pub fn of(expr: &Expr, scope: &mut impl Scope) -> Option<Value> {
    match expr {
        Expr::Number(number) => Some(Value::Scalar(Range::only(*number))),
        Expr::Text(_) => None,
        Expr::Name(id) => scope.named(id),
        Expr::List(members) => list(members, scope).map(Value::List),
        Expr::Call(function, arguments) => call(function, arguments, scope),
        Expr::Pair(op, a, b) => pair(*op, of(a, scope)?, of(b, scope)?, scope),
    }
}

fn list(members: &[Expr], scope: &mut impl Scope) -> Option<Vec<Series>> {
    let mut list = Vec::new();
    for member in members {
        match of(member, scope)? {
            Value::Scalar(range) => list.push(Series::of(range)),
            Value::Series(series) => list.push(series),
            Value::List(more) => list.extend(more),
        }
        if list.len() > MOST_SERIES {
            return None;
        }
    }
    Some(list)
}

fn call(function: &str, arguments: &[Expr], scope: &mut impl Scope) -> Option<Value> {
    match (function, arguments) {
        ("METRICS", []) => Some(Value::List(scope.metrics(""))),
        ("METRICS", [Expr::Text(part)]) => Some(Value::List(scope.metrics(part))),
        ("PERIOD", [Expr::Name(id)]) => scope.period(id).map(|s| Value::Scalar(Range::only(s))),
        ("FILL", [filled, Expr::Name(how)]) if how == "REPEAT" || how == "LINEAR" => {
            of(filled, scope)?.each(|it| it.filled(None))
        }
        ("FILL", [filled, with]) => match of(with, scope)? {
            Value::Scalar(with) => of(filled, scope)?.each(|it| it.filled(Some(with))),
            _ => None,
        },
        ("IF", [condition, then]) => either(of(condition, scope)?, of(then, scope)?, None),
        ("IF", [condition, then, other]) => {
            either(of(condition, scope)?, of(then, scope)?, Some(of(other, scope)?))
        }
        (_, [argument]) => call_one(function, of(argument, scope)?),
        _ => None,
    }
}

/// Functions of one argument. Of one series, `MAX` and the like are numbers that depend on how far CloudWatch looks back.
fn call_one(function: &str, argument: Value) -> Option<Value> {
    match (function, argument) {
        ("ABS", it) => it.each(|it| Some(it.changed(Range::absolute))),
        ("CEIL", it) => it.each(|it| Some(it.changed(|range| range.each(f64::ceil)))),
        ("FLOOR", it) => it.each(|it| Some(it.changed(|range| range.each(f64::floor)))),
        ("TIME_SERIES", Value::Scalar(range)) => Some(Value::Series(Series::of(range))),
        ("METRIC_COUNT", Value::List(them)) => Some(Value::Scalar(Range::only(them.len() as f64))),
        ("MINUTE", it) => clock(&it, 0.0, 59.0),
        ("HOUR", it) => clock(&it, 0.0, 23.0),
        ("DAY", it) => clock(&it, 1.0, 7.0),
        ("DATE", it) => clock(&it, 1.0, 31.0),
        ("MONTH", it) => clock(&it, 1.0, 12.0),
        ("SUM" | "AVG" | "MAX" | "MIN", Value::List(them)) => together(function, &them),
        _ => None,
    }
}

fn clock(of: &Value, first: f64, last: f64) -> Option<Value> {
    let series = matches!(of, Value::Series(_));
    series.then(|| Value::Series(Series::of(Range::new(first, last))))
}

fn together(function: &str, them: &[Series]) -> Option<Value> {
    let [first, others @ ..] = them else { return None };
    if others.is_empty() {
        return Some(Value::Series(*first));
    }
    let all_missing = them.iter().all(|it| it.range.gaps);
    let ranges = them.iter().map(|it| it.range.zero_in_gaps());
    let range = ranges.reduce(|a, b| match function {
        "MAX" => Range::new(a.low.max(b.low), a.high.max(b.high)),
        "MIN" => Range::new(a.low.min(b.low), a.high.min(b.high)),
        _ => a.plus(b),
    })?;
    let parts = if function == "AVG" { them.len() as f64 } else { 1.0 };
    let range = range.each(|it| it / parts).with_gaps(all_missing);
    Some(Value::Series(Series::of(range)))
}

fn either(condition: Value, then: Value, other: Option<Value>) -> Option<Value> {
    let (condition, then) = (condition.single()?, then.single()?);
    let other = match other {
        Some(other) => Some(other.single()?),
        None => None,
    };
    let taken = match (condition.range.truth(), other) {
        (Holds::Surely, _) => then,
        (Holds::Never, Some(other)) => other,
        // Without a third argument datapoints for which the condition does not hold are left out.
        (Holds::Never | Holds::Perhaps, None) => Series::of(then.range.with_gaps(true)),
        (Holds::Perhaps, Some(other)) => Series::of(then.range.or(other.range)),
    };
    Some(Value::Series(Series { range: taken.range.with_gaps(condition.range.gaps), ..taken }))
}

fn pair(op: Op, a: Value, b: Value, scope: &mut impl Scope) -> Option<Value> {
    use Value::{List, Scalar, Series as One};
    match (a, b) {
        (Scalar(a), Scalar(b)) => compute(op, a, b).map(Scalar),
        (One(a), Scalar(b)) => by_scalar(op, a, b).map(One),
        (Scalar(a), One(b)) => scalar_by(op, a, b).map(One),
        (One(a), One(b)) => beside(op, a, b, scope).map(One),
        (them @ List(_), Scalar(b)) => them.each(|a| by_scalar(op, a, b)),
        (Scalar(a), them @ List(_)) => them.each(|b| scalar_by(op, a, b)),
        (them @ List(_), One(b)) => them.each(|a| beside(op, a, b, scope)),
        (One(a), them @ List(_)) => them.each(|b| beside(op, a, b, scope)),
        (List(_), List(_)) => None,
    }
}

fn by_scalar(op: Op, a: Series, b: Range) -> Option<Series> {
    let moved = |line: Line| match (op, b.constant()?) {
        (Op::Plus, by) => line.moved(1.0, by),
        (Op::Minus, by) => line.moved(1.0, -by),
        (Op::Times, by) => line.moved(by, 0.0),
        (Op::Over, by) => line.moved(1.0 / by, 0.0),
        _ => None,
    };
    let range = compute(op, a.range, b)?.with_gaps(a.range.gaps);
    Some(Series { range, line: a.line.and_then(moved) })
}

fn scalar_by(op: Op, a: Range, b: Series) -> Option<Series> {
    let moved = |line: Line| match (op, a.constant()?) {
        (Op::Plus, by) => line.moved(1.0, by),
        (Op::Minus, by) => line.moved(-1.0, by),
        (Op::Times, by) => line.moved(by, 0.0),
        _ => None,
    };
    let range = compute(op, a, b.range)?.with_gaps(b.range.gaps);
    Some(Series { range, line: b.line.and_then(moved) })
}

/// Two series: where one is missing it counts as 0, where both are nothing comes out.
fn beside(op: Op, a: Series, b: Series, scope: &mut impl Scope) -> Option<Series> {
    if let (Op::Over, Some(over), Some(under)) = (op, a.line, b.line)
        && over.offset == 0.0
        && under.offset == 0.0
        && let Some((ratio, scale)) = scope.ratio(over.source, under.source)
    {
        return by_scalar(Op::Times, ratio, Range::only(scale * over.factor / under.factor));
    }
    let gaps = a.range.gaps && b.range.gaps;
    let range = compute(op, a.range.zero_in_gaps(), b.range.zero_in_gaps())?;
    Some(Series::of(range.with_gaps(gaps)))
}

/// What comes out where both have a value.
fn compute(op: Op, a: Range, b: Range) -> Option<Range> {
    Some(match op {
        Op::Plus => a.plus(b),
        Op::Minus => a.plus(b.negated()),
        Op::Times => a.times(b),
        Op::Over => a.over(b)?,
        Op::Power => match b.constant() {
            Some(power) if power >= 0.0 && a.low >= 0.0 => a.each(|it| it.powf(power)),
            _ => return None,
        },
        Op::Greater => a.above(b).range(),
        Op::GreaterOrEqual => a.not_below(b).range(),
        Op::Less => b.above(a).range(),
        Op::LessOrEqual => b.not_below(a).range(),
        Op::Equal => a.plus(b.negated()).truth().not().range(),
        Op::NotEqual => a.plus(b.negated()).truth().range(),
        Op::And => a.truth().min(b.truth()).range(),
        Op::Or => a.truth().max(b.truth()).range(),
    })
}

impl Line {
    /// Where the source is when the line is at `value`.
    pub fn at(self, value: f64) -> f64 {
        (value - self.offset) / self.factor
    }

    fn moved(self, factor: f64, offset: f64) -> Option<Line> {
        let line = Line {
            source: self.source,
            factor: self.factor * factor,
            offset: self.offset * factor + offset,
        };
        let usable = line.factor != 0.0 && line.factor.is_finite() && line.offset.is_finite();
        usable.then_some(line)
    }
}

impl Value {
    fn each(self, mut of: impl FnMut(Series) -> Option<Series>) -> Option<Value> {
        match self {
            Value::Scalar(_) => None,
            Value::Series(series) => of(series).map(Value::Series),
            Value::List(them) => {
                them.into_iter().map(&mut of).collect::<Option<_>>().map(Value::List)
            }
        }
    }

    /// One series, or one number at all times.
    fn single(self) -> Option<Series> {
        match self {
            Value::Scalar(range) => Some(Series::of(range)),
            Value::Series(series) => Some(series),
            Value::List(_) => None,
        }
    }
}

impl Series {
    fn of(range: Range) -> Series {
        Series { range, line: None }
    }

    fn changed(self, of: impl Fn(Range) -> Range) -> Series {
        Series::of(of(self.range))
    }

    /// A datapoint in each gap. What the source itself reports stays what it is.
    fn filled(self, with: Option<Range>) -> Option<Series> {
        let range = if self.range.gaps {
            with.map_or(self.range, |it| self.range.or(it))
        } else {
            self.range
        };
        Some(Series { range: Range { gaps: false, ..range }, line: self.line })
    }
}

#[cfg(test)]
#[path = "value_tests.rs"]
mod tests;
