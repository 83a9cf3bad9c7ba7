//! Lambda functions: there, alive, and open to the caller.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html>

use serde_json::Value;

use super::policy::{Decision, Request, decide};
use super::{End, Link, Reach, arn};
use crate::engine::node::ResourceNode;
use crate::engine::reason::{Reason, Unknown};
use crate::engine::world::World;

/// Type of a function.
pub const FUNCTION: &str = "AWS::Lambda::Function";

/// Who invokes.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// Service principal.
    pub service: &'static str,
    /// What invokes.
    pub by: By<'a>,
    /// ARN of what the service acts for.
    pub arn: &'a str,
    /// Account of what the service acts for.
    pub account: &'a str,
}

/// What invokes a function.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// A topic of this name.
    Topic(&'a str),
    /// An alarm.
    Alarm,
    /// A rule of EventBridge of this name.
    Rule(&'a str),
}

/// Whether an invocation by `caller` of the function of this ARN is heard.
pub fn reach(world: &World<'_>, function_arn: &str, caller: Caller<'_>) -> Reach {
    let (Some(parsed), Some(name)) = (arn::parse(function_arn), arn::function_name(function_arn))
    else {
        return Reach::nobody(Link::new(
            FUNCTION,
            function_arn,
            Reason::FunctionMissing(function_arn.to_owned()),
        ));
    };
    let link = |reason: Reason| Link::new(FUNCTION, name, reason);
    if parsed.account != caller.account {
        return Reach::undecided(link(Reason::FunctionOfOtherAccount(function_arn.to_owned())));
    }
    match world.find(FUNCTION, parsed.account, parsed.region, name) {
        Err(unknown) => Reach::unknown(unknown),
        Ok(None) => Reach::nobody(link(Reason::FunctionMissing(name.to_owned()))),
        Ok(Some(function)) if function.view.arn() != function_arn => {
            Reach::nobody(link(Reason::FunctionMissing(function_arn.to_owned())))
        }
        Ok(Some(function)) => {
            if !world.team.counts.slack {
                return Reach::nobody(link(Reason::NotCounted("slack".to_owned())));
            }
            let (life, leave) = (alive(function, caller), admits(function, caller));
            match (&life.end, &leave.end) {
                (End::Nobody, _) => life,
                (_, End::Nobody) => leave,
                (End::Unknown(_), _) => life.of(FUNCTION, name),
                _ => leave.of(FUNCTION, name),
            }
        }
    }
}

/// What to say when the caller gets through.
fn welcome(function: &str, caller: Caller<'_>) -> Reason {
    match caller.by {
        By::Topic(topic) => Reason::FunctionAdmits(function.to_owned(), topic.to_owned()),
        By::Alarm => Reason::FunctionDirect(function.to_owned()),
        By::Rule(rule) => Reason::FunctionByRule(function.to_owned(), rule.to_owned()),
    }
}

/// Whether the function would run.
fn alive(function: ResourceNode<'_>, caller: Caller<'_>) -> Reach {
    let name = function.view.id().into_owned();
    let link = |reason: Reason| Link::new(FUNCTION, name.clone(), reason);
    let read = || -> Result<(Option<String>, Option<f64>), Unknown> {
        let state = function.status_text("State")?.map(|s| s.into_owned());
        Ok((state, function.number("ReservedConcurrentExecutions")?))
    };
    match read() {
        Err(unknown) => Reach::unknown(unknown),
        Ok((_, Some(0.0))) => Reach::nobody(link(Reason::FunctionStopped(name.clone()))),
        Ok((Some(state), _)) => match state.as_str() {
            // An inactive function wakes up when it is invoked.
            "Active" | "Inactive" => Reach::someone(link(welcome(&name, caller))),
            "Pending" => Reach::undecided(link(Reason::FunctionPending(name.clone(), state))),
            _ => Reach::nobody(link(Reason::FunctionState(name.clone(), state))),
        },
        Ok((None, _)) => {
            Reach::undecided(link(Reason::FunctionPending(name.clone(), "?".to_owned())))
        }
    }
}

/// Regions that every account has; others have to be enabled first.
/// <https://docs.aws.amazon.com/general/latest/gr/rande-manage.html>
const DEFAULT_REGIONS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// As which service the caller comes to a function of `region`; or why it does not, and whether that
/// is certain.
///
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html>
fn publisher(caller: Caller<'_>, region: &str) -> Result<String, (Reason, bool)> {
    let topic = arn::parse(caller.arn).filter(|_| matches!(caller.by, By::Topic(_)));
    let Some(topic) = topic.filter(|topic| topic.region != region) else {
        return Ok(caller.service.to_owned());
    };
    let (from, to) = (topic.region.to_owned(), region.to_owned());
    let every_account_has = |region: &str| DEFAULT_REGIONS.contains(&region);
    match (topic.partition, every_account_has(&from), every_account_has(&to)) {
        ("aws", true, true) => Ok(caller.service.to_owned()),
        ("aws", false, true) => Ok(format!("sns.{from}.amazonaws.com")),
        ("aws", _, false) => Err((Reason::NotAcrossRegions(from, to), true)),
        _ => Err((Reason::AcrossRegionsUndecided(from, to), false)),
    }
}

/// Whether the function's policy lets the caller invoke it.
pub fn admits(function: ResourceNode<'_>, caller: Caller<'_>) -> Reach {
    let name = function.view.id().into_owned();
    let link = |reason: Reason| Link::new(FUNCTION, name.clone(), reason);
    let policy = match function.status("Policy") {
        Err(unknown) => return Reach::unknown(unknown),
        Ok(policy) => policy.and_then(|p| p.parse::<Value>().ok()).unwrap_or_default(),
    };
    let function_arn = function.view.arn();
    let service = match publisher(caller, function.view.region()) {
        Ok(service) => service,
        Err((reason, true)) => return Reach::nobody(link(reason)),
        Err((reason, false)) => return Reach::undecided(link(reason)),
    };
    let request = Request {
        service: &service,
        action: "lambda:InvokeFunction",
        resource: &function_arn,
        source_arn: caller.arn,
        source_account: caller.account,
        source_owner: false,
        presents_source: true,
    };
    match decide(&policy, &request) {
        Decision::Allowed => Reach::someone(link(welcome(&name, caller))),
        Decision::Denied | Decision::Silent => Reach::nobody(link(match caller.by {
            By::Topic(topic) => Reason::FunctionShutsTopic(name.clone(), topic.to_owned()),
            By::Alarm => Reason::FunctionShutsAlarms(name.clone()),
            By::Rule(rule) => Reason::FunctionShutsRule(name.clone(), rule.to_owned()),
        })),
        Decision::Undecided(what) => {
            Reach::undecided(link(Reason::FunctionPolicyUndecided(name.clone(), what)))
        }
    }
}
