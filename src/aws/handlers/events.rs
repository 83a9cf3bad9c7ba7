//! Amazon EventBridge: rules of the default bus, and where they send events.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::operation::describe_rule::DescribeRuleOutput;
use aws_sdk_eventbridge::types::{self as sdk, RuleState, Tag};
use serde_json::{Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::fix::merge::overlay_state;
use crate::model::Op;
use crate::model::ops::{self, fix};
use crate::model::types::events::{RuleProperties, Target};

use super::{TAG, built, differs, document, kind, only, properties, state};
use crate::aws::events::{DEFAULT_BUS, target};
use crate::aws::gate::{Gate, impossible, incomplete};

/// A rule; its id is its name.
pub struct Rule;

/// What `PutRule` sets.
const SETTINGS: &[&str] = &["Description", "EventPattern", "ScheduleExpression", "State"];

impl<'g> Handler<Gate<'g>> for Rule {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Events::Rule")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let Some(found) = find(cx, id).await? else { return Ok(None) };
            let Some(targets) = targets(cx, id).await? else { return Ok(None) };
            Ok(Some(state(&shape(id, found, targets)?)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::PUT_RULE;
            // Asked first: the same call would replace a rule of this name.
            if let Some(from) = self.read(cx, id).await? {
                let whole = beside(&from, overlay_state(&from, to));
                return self.update(cx, id, &from, &whole).await;
            }
            let to = typed(op, id, to)?;
            put_rule(cx, id, &to, None).await?;
            let targets = to.targets.iter().map(|it| wanted(&[], it));
            put_targets(cx, id, targets.collect::<Result<_, _>>()?).await
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::PUT_RULE;
            only(op, from, to, &[SETTINGS, &["Name", "EventBusName", "Targets"]].concat())?;
            let (before, after) = (typed(op, id, from)?, typed(op, id, to)?);
            if SETTINGS.iter().any(|name| differs(from, to, name)) {
                let gone = || impossible(op, format!("there is no rule {id}"));
                let present = find(cx, id).await?.ok_or_else(gone)?;
                put_rule(cx, id, &after, Some(present)).await?;
            }
            // First what goes: a rule takes only five targets.
            let is_kept = |it: &&Target| !after.targets.iter().any(|other| other.id == it.id);
            remove_targets(cx, id, before.targets.iter().filter(is_kept)).await?;
            let new = after.targets.iter().filter(|it| !before.targets.contains(it));
            let known = targets(cx, id).await?.unwrap_or_default();
            let new = new.map(|it| wanted(&known, it));
            put_targets(cx, id, new.collect::<Result<_, _>>()?).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            // Only what is known to be on it is taken off: a rule with a target of others stays.
            let from = typed(&fix::DELETE_RULE, id, from)?;
            remove_targets(cx, id, from.targets.iter()).await?;
            let client = Client::new(cx.config());
            cx.write(&fix::DELETE_RULE, || client.delete_rule().name(id).send()).await.map(drop)
        })
    }
}

fn typed(op: &'static Op, id: &str, state: &State) -> Result<RuleProperties, Refused> {
    let defaults = json!({"Name": id, "EventBusName": DEFAULT_BUS, "State": "ENABLED"});
    properties(op, state, &defaults)
}

/// A rule as it should be, with the targets that others have given it.
fn beside(from: &State, mut to: State) -> State {
    let theirs = from.properties.get("Targets").and_then(Value::as_array);
    if let Some(Value::Array(ours)) = to.properties.get_mut("Targets") {
        let is_theirs = |it: &&Value| !ours.iter().any(|other| other["Id"] == it["Id"]);
        let theirs: Vec<Value> = theirs.into_iter().flatten().filter(is_theirs).cloned().collect();
        ours.extend(theirs);
    }
    to
}

async fn find(cx: &Gate<'_>, id: &str) -> Result<Option<DescribeRuleOutput>, Refused> {
    let request = Client::new(cx.config()).describe_rule().name(id).send();
    cx.read(&fix::DESCRIBE_RULE, request).await
}

/// The rule's targets; none when there is no such rule.
async fn targets(cx: &Gate<'_>, id: &str) -> Result<Option<Vec<sdk::Target>>, Refused> {
    let client = Client::new(cx.config());
    let request =
        |token| client.list_targets_by_rule().rule(id).limit(100).set_next_token(token).send();
    let listed = cx.pages(&ops::LIST_TARGETS_BY_RULE, request, |out| {
        (out.targets.unwrap_or_default(), out.next_token)
    });
    listed.await
}

/// What is kept of a rule.
fn shape(
    id: &str,
    it: DescribeRuleOutput,
    targets: Vec<sdk::Target>,
) -> Result<RuleProperties, Refused> {
    let op = &fix::DESCRIBE_RULE;
    let pattern = it.event_pattern.filter(|text| !text.is_empty());
    let mut targets: Vec<Target> = targets.into_iter().map(target).collect();
    targets.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(RuleProperties {
        name: id.to_owned(),
        event_bus_name: it.event_bus_name.unwrap_or_else(|| DEFAULT_BUS.to_owned()),
        description: it.description.filter(|words| !words.is_empty()),
        event_pattern: pattern.map(|text| document(op, &text)).transpose()?,
        schedule_expression: it.schedule_expression.filter(|text| !text.is_empty()),
        state: it.state.ok_or_else(|| incomplete(op))?.as_str().to_owned(),
        targets,
    })
}

/// Writes a rule whole. What of the one that is there has no place in the state is put back as it is;
/// tags are only heard when it is new:
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>.
async fn put_rule(
    cx: &Gate<'_>,
    id: &str,
    to: &RuleProperties,
    present: Option<DescribeRuleOutput>,
) -> Result<(), Refused> {
    let op = &fix::PUT_RULE;
    if let Some(service) = present.as_ref().and_then(|it| it.managed_by.as_deref()) {
        return Err(impossible(op, format!("rule {id} is managed by {service}")));
    }
    let role = present.and_then(|it| it.role_arn);
    let tag = built(op, Tag::builder().key(TAG.0).value(TAG.1).build())?;
    let client = Client::new(cx.config());
    let request = || {
        let pattern = to.event_pattern.as_ref().map(ToString::to_string);
        let request = client.put_rule().name(id).set_description(to.description.clone());
        let request = request.set_event_pattern(pattern).set_role_arn(role.clone());
        let request = request.set_schedule_expression(to.schedule_expression.clone());
        request.state(RuleState::from(to.state.as_str())).tags(tag.clone()).send()
    };
    cx.write(op, request).await.map(drop)
}

/// A target as it should be. What of the one that is there has no place in the state stays as it is.
fn wanted(known: &[sdk::Target], it: &Target) -> Result<sdk::Target, Refused> {
    let op = &fix::PUT_TARGETS;
    let present = known.iter().find(|other| other.id == it.id).cloned();
    let kind = present.clone().and_then(|other| target(other).input_kind);
    if kind != it.input_kind {
        let words = "is told something that is not known here; change it by hand";
        return Err(impossible(op, format!("target {} {words}", it.id)));
    }
    let mut wanted = match present {
        Some(present) => present,
        None => built(op, sdk::Target::builder().id(&it.id).arn(&it.arn).build())?,
    };
    wanted.arn.clone_from(&it.arn);
    wanted.role_arn.clone_from(&it.role_arn);
    Ok(wanted)
}

async fn put_targets(cx: &Gate<'_>, id: &str, new: Vec<sdk::Target>) -> Result<(), Refused> {
    let op = &fix::PUT_TARGETS;
    if new.is_empty() {
        return Ok(());
    }
    let client = Client::new(cx.config());
    let request = || client.put_targets().rule(id).set_targets(Some(new.clone())).send();
    let Some(out) = cx.write(op, request).await? else { return Ok(()) };
    let failed = out.failed_entries.unwrap_or_default().into_iter().next();
    all_done(op, out.failed_entry_count, failed.and_then(|it| it.error_message.or(it.error_code)))
}

async fn remove_targets<'t>(
    cx: &Gate<'_>,
    id: &str,
    gone: impl Iterator<Item = &'t Target>,
) -> Result<(), Refused> {
    let op = &fix::REMOVE_TARGETS;
    let ids: Vec<String> = gone.map(|it| it.id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let client = Client::new(cx.config());
    let request = || client.remove_targets().rule(id).set_ids(Some(ids.clone())).send();
    let Some(out) = cx.write(op, request).await? else { return Ok(()) };
    let failed = out.failed_entries.unwrap_or_default().into_iter().next();
    all_done(op, out.failed_entry_count, failed.and_then(|it| it.error_message.or(it.error_code)))
}

/// Calls about several targets are answered as if all was well, and say within which of them failed.
fn all_done(op: &'static Op, failed: i32, why: Option<String>) -> Result<(), Refused> {
    match failed {
        0 => Ok(()),
        _ => Err(impossible(op, why.unwrap_or_else(|| format!("{failed} targets failed")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(id: &str, arn: &str) -> Target {
        Target { id: id.to_owned(), arn: arn.to_owned(), ..Target::default() }
    }

    #[test]
    fn what_is_not_known_of_a_target_stays() {
        let retries = sdk::RetryPolicy::builder().maximum_retry_attempts(3).build();
        let there = sdk::Target::builder().id("a").arn("arn:1").retry_policy(retries.clone());
        let there = there.build().expect("a target");
        let put = wanted(&[there], &plain("a", "arn:2")).expect("a target");
        assert_eq!((put.arn.as_str(), put.retry_policy), ("arn:2", Some(retries)));
        assert_eq!(wanted(&[], &plain("b", "arn:3")).expect("a target").id, "b");
    }

    #[test]
    fn words_of_a_target_are_never_lost() {
        let there = sdk::Target::builder().id("a").arn("arn:1").input("{}").build();
        assert!(wanted(&[there.expect("a target")], &plain("a", "arn:2")).is_err());
        let told = Target { input_kind: Some("Input".to_owned()), ..plain("a", "arn:1") };
        assert!(wanted(&[], &told).is_err());
    }

    #[test]
    fn targets_of_others_stay() {
        let of = |targets: Value| State {
            properties: [("Targets".to_owned(), targets)].into_iter().collect(),
            ..State::default()
        };
        let there = of(json!([{"Id": "x", "Arn": "1"}, {"Id": "ours", "Arn": "2"}]));
        let whole = beside(&there, of(json!([{"Id": "ours", "Arn": "3"}])));
        assert_eq!(whole, of(json!([{"Id": "ours", "Arn": "3"}, {"Id": "x", "Arn": "1"}])));
    }

    #[test]
    fn targets_that_failed_are_an_error() {
        assert_eq!(all_done(&fix::PUT_TARGETS, 0, None), Ok(()));
        let why = Some("no such topic".to_owned());
        assert!(all_done(&fix::PUT_TARGETS, 1, why).is_err_and(|it| it.message == "no such topic"));
    }
}
