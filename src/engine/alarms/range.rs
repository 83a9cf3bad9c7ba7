//! Between which values a series stays: arithmetic of intervals.

/// The least and the greatest value that datapoints can have, and whether they can be missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Least.
    pub low: f64,
    /// Greatest.
    pub high: f64,
    /// Whether datapoints may be missing.
    pub gaps: bool,
}

/// Whether something holds for the values of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// For none of them.
    Never,
    /// For some, or not at times when they are missing.
    Perhaps,
    /// For all of them.
    Surely,
}

impl Range {
    /// Anything.
    pub const ANY: Range = Range::new(f64::NEG_INFINITY, f64::INFINITY);

    /// From `low` to `high`, never missing.
    pub const fn new(low: f64, high: f64) -> Range {
        Range { low, high, gaps: false }
    }

    /// One value.
    pub const fn only(value: f64) -> Range {
        Range::new(value, value)
    }

    /// The value, if there is but one.
    pub fn constant(self) -> Option<f64> {
        (self.low == self.high && !self.gaps).then_some(self.low)
    }

    /// The same, with gaps.
    pub fn with_gaps(self, gaps: bool) -> Range {
        Range { gaps: self.gaps || gaps, ..self }
    }

    /// Either of them.
    pub fn or(self, other: Range) -> Range {
        Range {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            gaps: self.gaps || other.gaps,
        }
    }

    /// As it is where datapoints are missing beside others: "Missing values in a time series are treated as 0".
    pub fn zero_in_gaps(self) -> Range {
        if self.gaps { Range { gaps: false, ..self.or(Range::only(0.0)) } } else { self }
    }

    /// The sum of both.
    pub fn plus(self, other: Range) -> Range {
        // Opposite infinities leave everything open.
        let or = |sum: f64, open: f64| if sum.is_nan() { open } else { sum };
        Range::new(
            or(self.low + other.low, f64::NEG_INFINITY),
            or(self.high + other.high, f64::INFINITY),
        )
    }

    /// With the other sign.
    pub fn negated(self) -> Range {
        Range { low: -self.high, high: -self.low, gaps: self.gaps }
    }

    /// The product of both.
    pub fn times(self, other: Range) -> Range {
        self.corners(other, |a, b| a * b)
    }

    /// The quotient: datapoints that would be divided by zero are dropped. None if that is all of them.
    pub fn over(self, other: Range) -> Option<Range> {
        if other.low == 0.0 && other.high == 0.0 {
            return None;
        }
        let by_zero = other.low <= 0.0 && other.high >= 0.0;
        let quotient = match other.low < 0.0 && other.high > 0.0 {
            true => Range::ANY,
            // The sign of a zero says from which side it is neared.
            false if other.high > 0.0 => {
                self.corners(Range::new(other.low.abs(), other.high), |a, b| a / b)
            }
            false => self.corners(Range::new(other.low, -other.high.abs()), |a, b| a / b),
        };
        Some(quotient.with_gaps(by_zero))
    }

    /// Each value in a way that never turns around.
    pub fn each(self, grows: impl Fn(f64) -> f64) -> Range {
        Range { low: grows(self.low), high: grows(self.high), gaps: self.gaps }
    }

    /// Without signs.
    pub fn absolute(self) -> Range {
        let (low, high) = (self.low.abs(), self.high.abs());
        let nearest = if self.low <= 0.0 && self.high >= 0.0 { 0.0 } else { low.min(high) };
        Range { low: nearest, high: low.max(high), gaps: self.gaps }
    }

    /// Whether its values are above `other`'s.
    pub fn above(self, other: Range) -> Holds {
        holds(self.high > other.low, self.low > other.high)
    }

    /// Whether its values are above `other`'s or the same.
    pub fn not_below(self, other: Range) -> Holds {
        holds(self.high >= other.low, self.low >= other.high)
    }

    /// Whether its values are other than zero.
    pub fn truth(self) -> Holds {
        let only_zero = self.low == 0.0 && self.high == 0.0;
        holds(!only_zero, self.low > 0.0 || self.high < 0.0)
    }

    fn corners(self, other: Range, of: impl Fn(f64, f64) -> f64) -> Range {
        let corners = [
            of(self.low, other.low),
            of(self.low, other.high),
            of(self.high, other.low),
            of(self.high, other.high),
        ];
        // Zero times infinity, or infinity over infinity, is only neared: by anything from zero on.
        let corners = corners.map(|it| if it.is_nan() { 0.0 } else { it });
        Range::new(
            corners.into_iter().fold(f64::INFINITY, f64::min),
            corners.into_iter().fold(f64::NEG_INFINITY, f64::max),
        )
    }
}

fn holds(possible: bool, sure: bool) -> Holds {
    match (possible, sure) {
        (_, true) => Holds::Surely,
        (true, false) => Holds::Perhaps,
        (false, false) => Holds::Never,
    }
}

impl Holds {
    /// As the 0 or 1 that CloudWatch computes.
    pub fn range(self) -> Range {
        match self {
            Holds::Never => Range::only(0.0),
            Holds::Perhaps => Range::new(0.0, 1.0),
            Holds::Surely => Range::only(1.0),
        }
    }

    /// The opposite.
    pub fn not(self) -> Holds {
        match self {
            Holds::Never => Holds::Surely,
            Holds::Perhaps => Holds::Perhaps,
            Holds::Surely => Holds::Never,
        }
    }
}
