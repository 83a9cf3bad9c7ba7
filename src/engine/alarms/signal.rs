//! What an alarm compares with its threshold: one metric, or something that is computed or asked for.

use super::facts::{AlarmFacts, Query};
use super::math::{self, Expr};
use super::range::{Holds, Range};
use super::source::{Source, What, is_select};
use super::value::{self, Line, Scope, Series, Value};

/// How many metrics and expressions an alarm is followed through; AWS allows twenty.
const MOST_QUERIES: usize = 100;

/// What is compared.
#[derive(Debug)]
pub struct Signal<'f> {
    /// The metrics that it is made of.
    pub sources: Vec<Source<'f>>,
    /// How it is made of them.
    pub shape: Shape,
    facts: &'f AlarmFacts<'f>,
    /// The expressions of the alarm's queries.
    expressions: Vec<Option<Expr>>,
    /// What has no name of its own among the sources: one metric over another.
    ratios: Vec<(usize, usize, usize)>,
}

/// How a signal is made of its sources.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Times a factor, plus an offset.
    Line(Line),
    /// It is compared with what is expected of it.
    Band(Line),
    /// Computed by the query of this number.
    Math(usize),
    /// In a way that is not followed.
    Undecided,
}

/// Whether an alarm rings when a metric leaves its range on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rings {
    /// It does not.
    No,
    /// That depends on other metrics too, or cannot be told.
    Maybe,
    /// Whatever else there is.
    Yes,
}

/// How metrics are set while something is tried.
#[derive(Clone, Copy, Debug)]
struct Pin<'s> {
    /// Which of the sources.
    sources: &'s [usize],
    /// At the top of their range, or at its bottom.
    high: bool,
}

impl<'f> Signal<'f> {
    /// What `facts` compare.
    pub fn of(facts: &'f AlarmFacts<'f>) -> Signal<'f> {
        if let (Some(namespace), Some(name)) = (&facts.namespace, &facts.metric_name) {
            let itself = Line { source: 0, factor: 1.0, offset: 0.0 };
            return Signal {
                sources: vec![Source::plain(facts, namespace, name)],
                shape: Shape::Line(itself),
                facts,
                expressions: Vec::new(),
                ratios: Vec::new(),
            };
        }
        let queries = || facts.metrics.iter().enumerate();
        let expression = |query: &Query<'_>| {
            let text = query.expression.as_deref().filter(|text| !is_select(text))?;
            math::parse(text)
        };
        let mut signal = Signal {
            sources: queries().filter_map(|(i, query)| Source::of(i, query)).collect(),
            shape: Shape::Undecided,
            facts,
            expressions: queries().map(|(_, query)| expression(query)).collect(),
            ratios: Vec::new(),
        };
        if facts.metrics.len() <= MOST_QUERIES {
            signal.find_ratios();
            signal.shape = signal.find_shape().unwrap_or(Shape::Undecided);
        }
        signal
    }

    /// Each pair of metrics of which one over the other says what a metric does that a rule asks for.
    fn find_ratios(&mut self) {
        let count = self.sources.len();
        for (over, under) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))) {
            if let Some(source) = Source::ratio(&self.sources[over], &self.sources[under]) {
                self.ratios.push((over, under, self.sources.len()));
                self.sources.push(source);
            }
        }
    }

    fn find_shape(&self) -> Option<Shape> {
        let band = self.facts.threshold_metric_id.as_deref();
        let mut shown = (self.facts.metrics.iter().enumerate())
            .filter(|(_, query)| query.return_data != Some(false) && band != Some(&*query.id));
        let (main, query) = shown.next()?;
        if shown.next().is_some() {
            return None;
        }
        let value = Trial::new(self, None).query(main)?;
        let series = match value {
            Value::Series(series) => series,
            Value::Scalar(_) | Value::List(_) => return None,
        };
        match (band, series.line) {
            (None, Some(line)) => Some(Shape::Line(line)),
            (None, None) => Some(Shape::Math(main)),
            (Some(band), line) => self.is_band(band, &query.id).then_some(Shape::Band(line?)),
        }
    }

    /// Whether the query `id` is what is expected of `main`, and not computed from that.
    fn is_band(&self, id: &str, main: &str) -> bool {
        let at = self.facts.metrics.iter().position(|query| query.id == id);
        let expr = at.and_then(|at| self.expressions.get(at)?.as_ref());
        let Some(Expr::Call(function, arguments)) = expr else { return false };
        let of = match arguments.as_slice() {
            [Expr::Name(of)] | [Expr::Name(of), Expr::Number(_)] => of,
            _ => return false,
        };
        function == "ANOMALY_DETECTION_BAND" && of == main
    }

    /// What a missing datapoint counts as: what the alarm says, unless something else stands in a metric's gaps, which
    /// is then no breach.
    pub fn missing_data(&self) -> &str {
        let fills = self.expressions.iter().flatten().any(Expr::fills_gaps);
        let several = matches!(self.shape, Shape::Math(_)) && self.sources.len() > 1;
        let adds_up = |source: &Source<'_>| match &source.what {
            What::Select(select) => select.adds_up_all(),
            What::Metric { .. } => false,
        };
        match fills || several || self.sources.iter().any(adds_up) {
            true => "notBreaching",
            false => self.facts.treat_missing_data.as_deref().unwrap_or("missing"),
        }
    }

    /// Queries of Metrics Insights that are not understood.
    pub fn unread_selects(&self) -> impl Iterator<Item = &str> {
        let read = |i: usize| self.sources.iter().any(|source| source.query == i);
        let texts = self.facts.metrics.iter().enumerate().filter(move |(i, _)| !read(*i));
        texts.filter_map(|(_, query)| query.expression.as_deref()).filter(|text| is_select(text))
    }

    /// Between which values it stays.
    pub fn range(&self, main: usize) -> Option<Range> {
        let mut present = Trial { present: true, ..Trial::new(self, None) };
        present.series(main)
    }

    /// What to call what the query of number `main` computes.
    pub fn label(&self, main: usize) -> String {
        let expression = self.facts.metrics.get(main).and_then(|it| it.expression.as_deref());
        expression.unwrap_or_default().trim().to_owned()
    }

    /// Each source by its number, and whether the alarm rings when that goes above its range, or below. Different
    /// statistics of one metric are one.
    pub fn rings(&self) -> Vec<(usize, Rings, Rings)> {
        match self.shape {
            Shape::Line(line) | Shape::Band(line) => {
                let rings = |above: bool| match self.facts.rings(above == (line.factor > 0.0)) {
                    true => Rings::Yes,
                    false => Rings::No,
                };
                vec![(line.source, rings(true), rings(false))]
            }
            Shape::Undecided => {
                (0..self.sources.len()).map(|i| (i, Rings::Maybe, Rings::Maybe)).collect()
            }
            Shape::Math(main) => {
                let mut done = vec![false; self.sources.len()];
                let mut rings = Vec::new();
                for i in 0..self.sources.len() {
                    if !done[i] {
                        let same: Vec<usize> = (i..self.sources.len())
                            .filter(|&j| self.sources[i].is_same(&self.sources[j]))
                            .collect();
                        same.iter().for_each(|&j| done[j] = true);
                        let (above, below) = self.moved(main, &same);
                        rings.push((i, above, below));
                    }
                }
                rings
            }
        }
    }

    /// Whether it rings when these sources, and they alone, are as high, or as low, as they get.
    fn moved(&self, main: usize, sources: &[usize]) -> (Rings, Rings) {
        let Some(threshold) = self.facts.threshold else { return (Rings::Maybe, Rings::Maybe) };
        let found = [true, false].map(|high| {
            let mut trial = Trial::new(self, Some(Pin { sources, high }));
            let range = trial.series(main)?;
            Some((self.facts.crosses(range, threshold), trial.uses(sources)))
        });
        let [Some((top, used)), Some((bottom, used_too))] = found else {
            return (Rings::Maybe, Rings::Maybe);
        };
        if !used && !used_too {
            return (Rings::No, Rings::No);
        }
        let rings = |here: Holds, there: Holds| match (here, there) {
            (Holds::Never, _) | (_, Holds::Surely) => Rings::No,
            (Holds::Surely, _) => Rings::Yes,
            (Holds::Perhaps, _) => Rings::Maybe,
        };
        (rings(top, bottom), rings(bottom, top))
    }
}

/// What the queries come to when some metrics are set.
struct Trial<'s, 'f> {
    signal: &'s Signal<'f>,
    pin: Option<Pin<'s>>,
    /// Whether every metric has all its datapoints.
    present: bool,
    known: Vec<Option<Value>>,
    begun: Vec<bool>,
    /// The sources that were needed.
    used: Vec<bool>,
}

impl<'s, 'f> Trial<'s, 'f> {
    fn new(signal: &'s Signal<'f>, pin: Option<Pin<'s>>) -> Self {
        let count = signal.facts.metrics.len();
        let (known, begun) = (vec![None; count], vec![false; count]);
        let used = vec![false; signal.sources.len()];
        Trial { signal, pin, present: false, known, begun, used }
    }

    /// Whether what was evaluated needed one of these.
    fn uses(&self, sources: &[usize]) -> bool {
        sources.iter().any(|source| self.used[*source])
    }

    fn series(&mut self, main: usize) -> Option<Range> {
        match self.query(main)? {
            Value::Series(series) => Some(series.range),
            Value::Scalar(_) | Value::List(_) => None,
        }
    }

    /// Each query once; those that go round in a circle come to nothing.
    fn query(&mut self, i: usize) -> Option<Value> {
        if !std::mem::replace(self.begun.get_mut(i)?, true) {
            let signal = self.signal;
            self.known[i] = match signal.sources.iter().position(|source| source.query == i) {
                Some(source) => Some(Value::Series(self.source(source))),
                None => signal.expressions[i].as_ref().and_then(|expr| value::of(expr, self)),
            };
        }
        self.known[i].clone()
    }

    fn source(&mut self, i: usize) -> Series {
        self.used[i] = true;
        let range = self.signal.sources[i].range();
        let range = match self.pin.filter(|pin| pin.sources.contains(&i)) {
            Some(pin) if pin.high => Range { low: range.high, ..range },
            Some(_) => Range { high: range.low, ..range },
            None => range.with_gaps(!self.present),
        };
        Series { range, line: Some(Line { source: i, factor: 1.0, offset: 0.0 }) }
    }
}

impl Scope for Trial<'_, '_> {
    fn named(&mut self, id: &str) -> Option<Value> {
        let at = self.signal.facts.metrics.iter().position(|query| query.id == id)?;
        self.query(at)
    }

    fn metrics(&mut self, part: &str) -> Vec<Series> {
        let queries = &self.signal.facts.metrics;
        let chosen = |i: &usize| {
            let query = queries.get(self.signal.sources[*i].query);
            query.is_some_and(|query| query.metric_stat.is_some() && query.id.contains(part))
        };
        let chosen: Vec<usize> = (0..self.signal.sources.len()).filter(chosen).collect();
        chosen.into_iter().map(|i| self.source(i)).collect()
    }

    fn period(&self, id: &str) -> Option<f64> {
        let at = self.signal.facts.metrics.iter().position(|query| query.id == id)?;
        self.signal.sources.iter().find(|source| source.query == at)?.period
    }

    fn ratio(&mut self, over: usize, under: usize) -> Option<(Series, f64)> {
        let ratios = &self.signal.ratios;
        let (.., stands) = ratios.iter().find(|(a, b, _)| (*a, *b) == (over, under))?;
        Some((self.source(*stands), 0.01))
    }
}
