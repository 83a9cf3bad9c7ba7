//! Whether a resource policy lets a service in.
//!
//! Decides the part of the IAM policy language that policies of topics and functions use for
//! services; what it cannot decide it says so, and a Deny that cannot be decided counts against.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use serde_json::Value;
use wildmatch::WildMatch;

use crate::engine::maybe::Maybe;

/// Who asks for what.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Service principal, `sns.amazonaws.com`.
    pub service: &'a str,
    /// Action, `SNS:Publish`.
    pub action: &'a str,
    /// ARN of the resource.
    pub resource: &'a str,
    /// ARN of what the service acts for.
    pub source_arn: &'a str,
    /// Account of what the service acts for.
    pub source_account: &'a str,
    /// Whether the service presents the owner's account as `aws:SourceOwner`, as CloudWatch alarms do.
    pub source_owner: bool,
    /// Whether AWS documents that the service presents these; where it does not, a condition on them is open.
    pub presents_source: bool,
}

/// The condition key of [`Request::source_arn`], in lower case: keys are compared without case.
const SOURCE_ARN: &str = "aws:sourcearn";

/// What a policy says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Some statement allows it and none denies it.
    Allowed,
    /// A statement denies it.
    Denied,
    /// No statement speaks of it.
    Silent,
    /// It hangs on something that cannot be decided.
    Undecided(String),
}

/// What of a policy speaks of a service and a resource, whatever the service acts for: a topic with a
/// thousand alarms has its policy read once.
#[derive(Debug)]
pub struct Narrowed {
    statements: Vec<Statement>,
    /// The decision, where it is the same whatever the service acts for.
    decided: Option<Decision>,
}

#[derive(Debug)]
struct Statement {
    effect: Effect,
    /// Whether principal, action and resource fit; never [`Maybe::No`].
    fits: Maybe,
    condition: Value,
    /// Whether the condition asks what the service acts for.
    asks_source: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Allow,
    Deny,
    Neither,
}

impl Narrowed {
    /// Reads a policy document (an object, or a string that holds one) for requests that differ from
    /// this one in their `source_arn` at most.
    pub fn of(policy: &Value, request: &Request<'_>) -> Narrowed {
        let parsed;
        let policy = match policy {
            Value::String(text) => {
                parsed = serde_json::from_str(text).ok();
                match &parsed {
                    Some(policy) => policy,
                    None => return Narrowed::open("a policy that is not JSON"),
                }
            }
            other => other,
        };
        let statements = one_or_more(&policy["Statement"]).into_iter().map(|statement| Statement {
            effect: match statement["Effect"].as_str() {
                Some("Allow") => Effect::Allow,
                Some("Deny") => Effect::Deny,
                _ => Effect::Neither,
            },
            fits: fits(statement, request),
            condition: statement["Condition"].clone(),
            asks_source: asks_source(&statement["Condition"]),
        });
        Narrowed::settled(statements.filter(|s| s.fits != Maybe::No).collect(), request)
    }

    /// Decides now what does not hang on the source: a statement that asks for it matters, unless it
    /// only adds to what is allowed already.
    fn settled(statements: Vec<Statement>, request: &Request<'_>) -> Narrowed {
        let mut asking = statements.iter().filter(|s| s.asks_source).peekable();
        let decided = decide_by(statements.iter().filter(|s| !s.asks_source), request);
        let settled = asking.peek().is_none()
            || (decided == Decision::Allowed && asking.all(|s| s.effect == Effect::Allow));
        Narrowed { decided: settled.then_some(decided), statements }
    }

    fn open(what: &str) -> Narrowed {
        let fits = Maybe::Open(what.to_owned());
        let condition = Value::Null;
        let statement = Statement { effect: Effect::Allow, fits, condition, asks_source: false };
        Narrowed { statements: vec![statement], decided: None }
    }

    /// What the policy says to the request.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        if let Some(decided) = &self.decided {
            return decided.clone();
        }
        decide_by(self.statements.iter(), request)
    }
}

/// What statements say to the request, together.
fn decide_by<'s>(
    statements: impl Iterator<Item = &'s Statement> + Clone,
    request: &Request<'_>,
) -> Decision {
    let mut decision = Decision::Silent;
    for statement in statements.clone() {
        match (statement.effect, statement.applies(request)) {
            (_, Maybe::No) => {}
            (Effect::Deny, Maybe::Yes) => return Decision::Denied,
            (Effect::Deny, Maybe::Open(what)) => return undecided_deny(statements, request, what),
            (Effect::Allow, Maybe::Yes) => decision = Decision::Allowed,
            (Effect::Allow, Maybe::Open(what)) if decision == Decision::Silent => {
                decision = Decision::Undecided(what)
            }
            (Effect::Allow, Maybe::Open(_)) => {}
            (Effect::Neither, _) => {
                return Decision::Undecided("a statement without an effect".to_owned());
            }
        }
    }
    decision
}

/// An open Deny only matters if nothing denies for sure and something might allow.
fn undecided_deny<'s>(
    statements: impl Iterator<Item = &'s Statement> + Clone,
    request: &Request<'_>,
    what: String,
) -> Decision {
    let with = |effect: Effect, certain: bool| {
        statements.clone().any(|s| {
            s.effect == effect
                && match s.applies(request) {
                    Maybe::Yes => true,
                    Maybe::No => false,
                    Maybe::Open(_) => !certain,
                }
        })
    };
    match (with(Effect::Deny, true), with(Effect::Allow, false)) {
        (true, _) => Decision::Denied,
        (false, false) => Decision::Silent,
        _ => Decision::Undecided(what),
    }
}

impl Statement {
    fn applies(&self, request: &Request<'_>) -> Maybe {
        self.fits.clone().and(|| conditions(&self.condition, request))
    }
}

/// Evaluates a policy document (an object, or a string that holds one).
pub fn decide(policy: &Value, request: &Request<'_>) -> Decision {
    Narrowed::of(policy, request).decide(request)
}

fn asks_source(condition: &Value) -> bool {
    let operators = condition.as_object().into_iter().flatten();
    let mut keys = operators.filter_map(|(_, keys)| keys.as_object()).flatten();
    keys.any(|(key, _)| key.eq_ignore_ascii_case(SOURCE_ARN))
}

/// Whether principal, action and resource of a statement fit.
fn fits(statement: &Value, request: &Request<'_>) -> Maybe {
    if statement.get("NotPrincipal").is_some() {
        return Maybe::Open("NotPrincipal".to_owned());
    }
    let action = |pattern: &str| WildMatch::new_case_insensitive(pattern).matches(request.action);
    let resource = |pattern: &str| WildMatch::new(pattern).matches(request.resource);
    principal(&statement["Principal"], request)
        .and(|| among(statement, "Action", "NotAction", &action))
        .and(|| among(statement, "Resource", "NotResource", &resource))
}

/// Whether one of `key`, or none of `not_key`, matches; a statement with neither matches.
fn among(statement: &Value, key: &str, not_key: &str, matches: &dyn Fn(&str) -> bool) -> Maybe {
    let patterns = statement.get(key).or(statement.get(not_key));
    if patterns.is_some_and(|patterns| any(patterns, |p| p.contains("${"))) {
        return Maybe::Open("a policy variable".to_owned());
    }
    match (statement.get(key), statement.get(not_key)) {
        (Some(patterns), _) => Maybe::of(any(patterns, matches)),
        (None, Some(patterns)) => Maybe::of(!any(patterns, matches)),
        (None, None) if key == "Action" => Maybe::Open("a statement without an action".to_owned()),
        (None, None) => Maybe::Yes,
    }
}

fn principal(principal: &Value, request: &Request<'_>) -> Maybe {
    if principal == "*" {
        return Maybe::Yes;
    }
    let named = |kind: &str, matches: &dyn Fn(&str) -> bool| any(&principal[kind], matches);
    if named("Service", &|p| p == request.service || p == "*") || named("AWS", &|p| p == "*") {
        return Maybe::Yes;
    }
    let own_account = named("AWS", &|p| {
        p == request.source_account || p.ends_with(&format!("::{}:root", request.source_account))
    });
    if own_account && request.source_owner {
        return Maybe::Open("the account itself as principal for a service".to_owned());
    }
    Maybe::No
}

fn conditions(conditions: &Value, request: &Request<'_>) -> Maybe {
    if conditions.is_null() {
        return Maybe::Yes;
    }
    let Some(operators) = conditions.as_object() else {
        return Maybe::Open("a condition that is no object".to_owned());
    };
    operators.iter().fold(Maybe::Yes, |so_far, (operator, keys)| {
        let Some(keys) = keys.as_object() else { return Maybe::Open(operator.clone()) };
        keys.iter().fold(so_far, |so_far, (key, wanted)| {
            so_far.and(|| condition(operator, key, wanted, request))
        })
    })
}

fn condition(operator: &str, key: &str, wanted: &Value, request: &Request<'_>) -> Maybe {
    let key_lower = key.to_ascii_lowercase();
    if !request.presents_source && [SOURCE_ARN, "aws:sourceaccount"].contains(&key_lower.as_str()) {
        return Maybe::Open(format!(
            "a condition on {key}, which {} may not present",
            request.service
        ));
    }
    let value = match key_lower.as_str() {
        SOURCE_ARN => Some(request.source_arn),
        "aws:sourceaccount" => Some(request.source_account),
        "aws:sourceowner" => request.source_owner.then_some(request.source_account),
        "aws:securetransport" => Some("true"),
        _ => return Maybe::Open(format!("the condition key {key}")),
    };
    if any(wanted, |wanted| wanted.contains("${")) {
        return Maybe::Open("a policy variable".to_owned());
    }
    let (base, if_exists) = match operator.strip_suffix("IfExists") {
        Some(base) => (base, true),
        None => (operator, false),
    };
    let positive = |matches: &dyn Fn(&str, &str) -> bool| match value {
        Some(value) => Maybe::of(any(wanted, |wanted| matches(wanted, value))),
        None => Maybe::of(if_exists),
    };
    let negative = |matches: &dyn Fn(&str, &str) -> bool| match value {
        Some(value) => Maybe::of(!any(wanted, |wanted| matches(wanted, value))),
        None => Maybe::Yes,
    };
    if base.starts_with("Arn") && any(wanted, |wanted| wanted.splitn(6, ':').count() < 6) {
        return Maybe::Open("a pattern that is no ARN".to_owned());
    }
    let equals = |wanted: &str, value: &str| wanted == value;
    let equals_ignoring_case = |wanted: &str, value: &str| wanted.eq_ignore_ascii_case(value);
    let like = |wanted: &str, value: &str| WildMatch::new(wanted).matches(value);
    match base {
        "StringEquals" => positive(&equals),
        "StringEqualsIgnoreCase" | "Bool" => positive(&equals_ignoring_case),
        "StringLike" => positive(&like),
        "ArnLike" | "ArnEquals" => positive(&arn_like),
        "StringNotEquals" => negative(&equals),
        "StringNotLike" => negative(&like),
        "ArnNotLike" | "ArnNotEquals" => negative(&arn_like),
        other => Maybe::Open(format!("the operator {other}")),
    }
}

/// Each of an ARN's six parts is matched by itself: a `*` does not reach over a colon, but in the last.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
fn arn_like(pattern: &str, arn: &str) -> bool {
    let (patterns, parts): (Vec<_>, Vec<_>) =
        (pattern.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
    let like = |pattern: &str, part: &str| match pattern {
        "*" => true,
        plain if !plain.contains(['*', '?']) => plain == part,
        _ => WildMatch::new(pattern).matches(part),
    };
    patterns.len() == parts.len() && patterns.iter().zip(parts).all(|(p, part)| like(p, part))
}

/// A value, or the values of a list.
fn one_or_more(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn any(value: &Value, matches: impl Fn(&str) -> bool) -> bool {
    one_or_more(value).into_iter().any(|v| match v {
        Value::String(s) => matches(s),
        Value::Bool(b) => matches(if *b { "true" } else { "false" }),
        Value::Number(n) => matches(&n.to_string()),
        _ => false,
    })
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
