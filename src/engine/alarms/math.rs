//! Reads metric math, the language of an alarm's expressions.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html>

/// How deep an expression may nest; AWS's limit of characters leaves room for little more.
const DEEPEST: usize = 64;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A constant.
    Number(f64),
    /// Text in quotation marks.
    Text(String),
    /// The id of a metric or of another expression, or a function's keyword.
    Name(String),
    /// Several series.
    List(Vec<Expr>),
    /// A function's result.
    Call(String, Vec<Expr>),
    /// What is on both sides of an operator.
    Pair(Op, Box<Expr>, Box<Expr>),
}

/// Functions that give a datapoint for each period, whatever the metrics do.
const DENSE: &[&str] =
    &["FILL", "TIME_SERIES", "MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH"];

impl Expr {
    /// Whether something stands where the metrics have no datapoint.
    pub fn fills_gaps(&self) -> bool {
        match self {
            Expr::Number(_) | Expr::Text(_) | Expr::Name(_) => false,
            Expr::List(members) => members.iter().any(Expr::fills_gaps),
            Expr::Call(function, arguments) => {
                DENSE.contains(&function.as_str()) || arguments.iter().any(Expr::fills_gaps)
            }
            Expr::Pair(_, a, b) => a.fills_gaps() || b.fills_gaps(),
        }
    }
}

/// An operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Or,
    And,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Plus,
    Minus,
    Times,
    Over,
    Power,
}

/// Longer spellings before the shorter ones that they begin with; each with how tightly it binds.
const OPERATORS: &[(&str, Op, u8)] = &[
    ("||", Op::Or, 1),
    ("OR", Op::Or, 1),
    ("&&", Op::And, 2),
    ("AND", Op::And, 2),
    ("<=", Op::LessOrEqual, 3),
    (">=", Op::GreaterOrEqual, 3),
    ("==", Op::Equal, 3),
    ("!=", Op::NotEqual, 3),
    ("<", Op::Less, 3),
    (">", Op::Greater, 3),
    ("+", Op::Plus, 4),
    ("-", Op::Minus, 4),
    ("*", Op::Times, 5),
    ("/", Op::Over, 5),
    ("^", Op::Power, 7),
];

/// A sign binds tighter than `*` and looser than `^`.
const SIGN: u8 = 6;

/// The expression that `text` says; none if it is not metric math as documented.
pub fn parse(text: &str) -> Option<Expr> {
    let mut reader = Reader { rest: text, depth: 0 };
    let expr = reader.binary(0)?;
    reader.rest.trim_start().is_empty().then_some(expr)
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn eats(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(token) {
            Some(after) if !(ends_in_word(token) && begins_with_word(after)) => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }

    fn takes(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let (taken, after) = rest.split_at(end);
        self.rest = after;
        taken
    }

    fn binary(&mut self, least: u8) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut left = self.operand()?;
        while let Some((op, binds)) = self.operator(least) {
            let right = self.binary(binds + 1)?;
            left = Expr::Pair(op, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Some(left)
    }

    fn operator(&mut self, least: u8) -> Option<(Op, u8)> {
        let (_, op, binds) = OPERATORS
            .iter()
            .filter(|(_, _, binds)| *binds >= least)
            .find(|(token, ..)| self.eats(token))?;
        Some((*op, *binds))
    }

    fn operand(&mut self) -> Option<Expr> {
        if self.eats("-") {
            let value = self.binary(SIGN)?;
            return Some(Expr::Pair(Op::Minus, Box::new(Expr::Number(0.0)), Box::new(value)));
        }
        if self.eats("(") {
            let inside = self.binary(0)?;
            return self.eats(")").then_some(inside);
        }
        if self.eats("[") {
            return Some(Expr::List(self.arguments("]")?));
        }
        match self.rest.trim_start().chars().next()? {
            quote @ ('"' | '\'') => self.text(quote),
            c if c.is_ascii_digit() || c == '.' => self.number(),
            c if is_word(c) => {
                let name = self.takes(is_word).to_owned();
                match self.eats("(") {
                    true => Some(Expr::Call(name, self.arguments(")")?)),
                    false => Some(Expr::Name(name)),
                }
            }
            _ => None,
        }
    }

    fn arguments(&mut self, end: &str) -> Option<Vec<Expr>> {
        let mut arguments = Vec::new();
        if self.eats(end) {
            return Some(arguments);
        }
        loop {
            arguments.push(self.binary(0)?);
            if self.eats(end) {
                return Some(arguments);
            }
            if !self.eats(",") {
                return None;
            }
        }
    }

    fn text(&mut self, quote: char) -> Option<Expr> {
        let inside = self.rest.trim_start().strip_prefix(quote)?;
        let (text, after) = inside.split_once(quote)?;
        self.rest = after;
        Some(Expr::Text(text.to_owned()))
    }

    fn number(&mut self) -> Option<Expr> {
        let digits = self.takes(|c| c.is_ascii_digit() || c == '.');
        digits.parse().ok().filter(|_| !begins_with_word(self.rest)).map(Expr::Number)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn begins_with_word(text: &str) -> bool {
    text.starts_with(is_word)
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With every pair in brackets.
    fn said(expr: &Expr) -> String {
        let list = |them: &[Expr]| them.iter().map(said).collect::<Vec<_>>().join(",");
        match expr {
            Expr::Number(number) => number.to_string(),
            Expr::Text(text) => format!("'{text}'"),
            Expr::Name(name) => name.clone(),
            Expr::List(them) => format!("[{}]", list(them)),
            Expr::Call(name, them) => format!("{name}({})", list(them)),
            Expr::Pair(op, a, b) => format!("({} {op:?} {})", said(a), said(b)),
        }
    }

    #[test]
    fn operators_bind_as_documented() {
        for (text, reads) in [
            ("m1", "m1"),
            (" 100 * m1/m2 ", "((100 Times m1) Over m2)"),
            ("m1-m2-m3", "((m1 Minus m2) Minus m3)"),
            ("-m1^2", "(0 Minus (m1 Power 2))"),
            ("5*-m1", "(5 Times (0 Minus m1))"),
            ("m1+m2*m3", "(m1 Plus (m2 Times m3))"),
            (
                "IF(m1 > 15 AND m2<=15||m3, 1, 0)",
                "IF((((m1 Greater 15) And (m2 LessOrEqual 15)) Or m3),1,0)",
            ),
            ("SUM([METRICS(\"4xx\"), METRICS('5xx')])", "SUM([METRICS('4xx'),METRICS('5xx')])"),
            ("FILL(m1, REPEAT)", "FILL(m1,REPEAT)"),
            ("METRICS()/100", "(METRICS() Over 100)"),
            ("ORDERS + ANDY", "(ORDERS Plus ANDY)"),
            ("(m1 + .5)", "(m1 Plus 0.5)"),
        ] {
            assert_eq!(parse(text).as_ref().map(said).as_deref(), Some(reads), "{text}");
        }
    }

    #[test]
    fn anything_else_is_nothing() {
        let deep = "(".repeat(100_000);
        let signs = "-".repeat(100_000);
        let texts = [
            "", "m1 +", "m1 m2", "(m1", "[m1", "SUM(m1", "m1,m2", "5m1", "1.2.3", "'a", "m1 = 2",
            "é", &deep, &signs,
        ];
        for text in texts {
            assert_eq!(parse(text), None, "{text:.20}");
        }
    }
}
