//! Composite alarms: what makes the rule true.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>

/// How deep parentheses and NOTs may nest.
const MAX_DEPTH: usize = 64;

/// AWS's own limit on a rule, in characters.
const MAX_RULE: usize = 10_240;

/// With at most so many children every combination of their states is tried.
const MAX_TRIED: usize = 10;

/// A parsed `AlarmRule`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlarmRule {
    /// `TRUE` or `FALSE`
    Constant(bool),
    /// `ALARM(name)`, `OK(name)`, `INSUFFICIENT_DATA(name)`: state, name or ARN.
    State(String, String),
    /// `NOT x`
    Not(Box<AlarmRule>),
    /// `x AND y`
    And(Box<AlarmRule>, Box<AlarmRule>),
    /// `x OR y`
    Or(Box<AlarmRule>, Box<AlarmRule>),
}

impl AlarmRule {
    /// Parses a rule; `None` when it is not one.
    pub fn parse(text: &str) -> Option<AlarmRule> {
        if text.len() > 4 * MAX_RULE {
            return None;
        }
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
        let rule = parser.or()?;
        (parser.at == tokens.len()).then_some(rule)
    }

    /// Names and ARNs of the alarms it speaks of.
    pub fn children(&self) -> Vec<&str> {
        match self {
            AlarmRule::Constant(_) => Vec::new(),
            AlarmRule::State(_, name) => vec![name],
            AlarmRule::Not(a) => a.children(),
            AlarmRule::And(a, b) | AlarmRule::Or(a, b) => {
                let mut all = a.children();
                all.extend(b.children());
                all
            }
        }
    }

    /// The same rule with other names for its alarms.
    pub fn renamed(self, rename: &dyn Fn(String) -> String) -> AlarmRule {
        let inner = |rule: Box<AlarmRule>| Box::new(rule.renamed(rename));
        match self {
            AlarmRule::Constant(b) => AlarmRule::Constant(b),
            AlarmRule::State(state, name) => AlarmRule::State(state, rename(name)),
            AlarmRule::Not(a) => AlarmRule::Not(inner(a)),
            AlarmRule::And(a, b) => AlarmRule::And(inner(a), inner(b)),
            AlarmRule::Or(a, b) => AlarmRule::Or(inner(a), inner(b)),
        }
    }

    /// Whether it can turn true at all when only the children that `may_ring` go to ALARM; `None`
    /// when there are too many combinations to try.
    pub fn can_ring(&self, may_ring: &dyn Fn(&str) -> bool) -> Option<bool> {
        let mut children: Vec<&str> = self.children().into_iter().filter(|c| may_ring(c)).collect();
        children.sort_unstable();
        children.dedup();
        let rings = |rung: &dyn Fn(usize) -> bool| {
            let state = |wanted: &str, name: &str| {
                let at = children.iter().position(|child| *child == name);
                Some(wanted == if at.is_some_and(rung) { "ALARM" } else { "OK" })
            };
            self.holds(&state) == Some(true)
        };
        // What is true while all is well never turns true.
        if rings(&|_| false) {
            return Some(false);
        }
        if (0..children.len()).any(|one| rings(&|at| at == one)) || rings(&|_| true) {
            return Some(true);
        }
        if children.len() > MAX_TRIED {
            return None;
        }
        Some((0..1_usize << children.len()).any(|set| rings(&|at| set >> at & 1 == 1)))
    }

    /// Whether it is true when `state` says of each alarm whether it is in a state; `None` if that
    /// hangs on what `state` cannot tell.
    pub fn holds(&self, state: &dyn Fn(&str, &str) -> Option<bool>) -> Option<bool> {
        match self {
            AlarmRule::Constant(b) => Some(*b),
            AlarmRule::State(wanted, name) => state(wanted, name),
            AlarmRule::Not(a) => a.holds(state).map(|holds| !holds),
            AlarmRule::And(a, b) => absorbed(a, b, state, false),
            AlarmRule::Or(a, b) => absorbed(a, b, state, true),
        }
    }
}

/// `AND`, which one `false` decides, and `OR`, which one `true` does.
fn absorbed(
    a: &AlarmRule,
    b: &AlarmRule,
    state: &dyn Fn(&str, &str) -> Option<bool>,
    absorbing: bool,
) -> Option<bool> {
    match a.holds(state) {
        Some(left) if left == absorbing => Some(absorbing),
        left => match b.holds(state) {
            Some(right) if right == absorbing => Some(absorbing),
            right => left.and(right),
        },
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Word(String),
    /// A quoted name.
    Name(String),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        rest = match c {
            '(' | ')' => {
                tokens.push(if c == '(' { Token::Open } else { Token::Close });
                &rest[1..]
            }
            '"' | '\'' => {
                let (name, after) = rest[1..].split_once(c)?;
                tokens.push(Token::Name(name.to_owned()));
                after
            }
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || c == '(' || c == ')')
                    .unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..end].to_owned()));
                &rest[end..]
            }
        }
        .trim_start();
    }
    Some(tokens)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn word(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word))
    }

    fn or(&mut self) -> Option<AlarmRule> {
        let mut left = self.and()?;
        while self.word("OR") {
            self.at += 1;
            left = AlarmRule::Or(Box::new(left), Box::new(self.and()?));
        }
        Some(left)
    }

    fn and(&mut self) -> Option<AlarmRule> {
        let mut left = self.not()?;
        while self.word("AND") {
            self.at += 1;
            left = AlarmRule::And(Box::new(left), Box::new(self.not()?));
        }
        Some(left)
    }

    fn not(&mut self) -> Option<AlarmRule> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let rule = if self.word("NOT") {
            self.at += 1;
            AlarmRule::Not(Box::new(self.not()?))
        } else {
            self.atom()?
        };
        self.depth -= 1;
        Some(rule)
    }

    fn atom(&mut self) -> Option<AlarmRule> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        match token {
            Token::Open => {
                let inner = self.or()?;
                self.close()?;
                Some(inner)
            }
            Token::Word(word) if word.eq_ignore_ascii_case("TRUE") => {
                Some(AlarmRule::Constant(true))
            }
            Token::Word(word) if word.eq_ignore_ascii_case("FALSE") => {
                Some(AlarmRule::Constant(false))
            }
            Token::Word(state)
                if ["ALARM", "OK", "INSUFFICIENT_DATA"]
                    .contains(&state.to_ascii_uppercase().as_str()) =>
            {
                (self.tokens.get(self.at)? == &Token::Open).then_some(())?;
                let (Token::Word(name) | Token::Name(name)) = self.tokens.get(self.at + 1)? else {
                    return None;
                };
                self.at += 2;
                self.close()?;
                Some(AlarmRule::State(state.to_ascii_uppercase(), name.clone()))
            }
            _ => None,
        }
    }

    fn close(&mut self) -> Option<()> {
        let closes = self.tokens.get(self.at)? == &Token::Close;
        self.at += 1;
        closes.then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::AlarmRule;

    #[test]
    fn what_is_not_known_decides_only_where_it_must() {
        let holds = |rule: &str| {
            let state = |wanted: &str, name: &str| match name {
                "ringing" => Some(wanted == "ALARM"),
                "well" => Some(wanted == "OK"),
                _ => None,
            };
            AlarmRule::parse(rule).expect(rule).holds(&state)
        };
        for (rule, expected) in [
            ("ALARM(ringing)", Some(true)),
            ("ALARM(ringing) AND ALARM(well)", Some(false)),
            ("ALARM(\"ringing\") OR ALARM(\"b c\")", Some(true)),
            ("ALARM(b) AND ALARM(well)", Some(false)),
            ("ALARM(b) OR ALARM(well)", None),
            ("ALARM(ringing) AND NOT ALARM(b)", None),
            ("NOT OK(ringing) AND NOT ALARM(well)", Some(true)),
            ("INSUFFICIENT_DATA(ringing)", Some(false)),
            ("TRUE", Some(true)),
        ] {
            assert_eq!(holds(rule), expected, "{rule}");
        }
    }

    #[test]
    fn some_rules_never_ring() {
        let can = |rule: &str, there: &[&str]| {
            AlarmRule::parse(rule).expect(rule).can_ring(&|name| there.contains(&name))
        };
        assert_eq!(can("FALSE", &[]), Some(false));
        assert_eq!(can("TRUE", &[]), Some(false));
        assert_eq!(can("ALARM(a)", &["a"]), Some(true));
        assert_eq!(can("ALARM(gone)", &["a"]), Some(false));
        assert_eq!(can("ALARM(a) AND ALARM(b) AND NOT ALARM(c)", &["a", "b", "c"]), Some(true));
        assert_eq!(can("ALARM(a) AND NOT ALARM(a)", &["a"]), Some(false));
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for text in ["", "ALARM(", "ALARM(a) ALARM(b)", "FOO(a)", "ALARM(a) AND", "(ALARM(a)"] {
            assert_eq!(AlarmRule::parse(text), None, "{text}");
        }
        assert_eq!(AlarmRule::parse(&"(".repeat(100_000)), None);
        assert_eq!(AlarmRule::parse(&"NOT ".repeat(100_000)), None);
        assert_eq!(AlarmRule::parse(&"ALARM(a) OR ".repeat(100_000)), None);
    }
}
