//! Amazon CloudWatch Synthetics: whether a canary runs and how long it may take; and canaries of a fix's own.

use aws_sdk_synthetics::Client;
use aws_sdk_synthetics::types::{self as sdk, CanaryRunConfigInput};
use serde_json::{Map, Value};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::fix::merge::overlay_state;
use crate::model::TAG;
use crate::model::ops::fix;
use crate::model::types::synthetics::{CanaryRunSettings, CanarySettingsProperties};

use super::canary::{self, code_of, environment};
use super::{differs, kind, number, only, state};
use crate::aws::gate::{Gate, impossible, incomplete};
use crate::aws::synthetics::shapes;

/// A canary; its id is its name.
pub struct Canary;

impl<'g> Handler<Gate<'g>> for Canary {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Synthetics::Canary")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let Some(found) = find(cx, id).await? else { return Ok(None) };
            // Of canaries of others neither code nor settings are looked at.
            let variables = match is_ours(&found) {
                true => canary::shown(environment(cx, &found).await?),
                false => None,
            };
            let code = code_of(&found).filter(|_| is_ours(&found));
            let (it, status) = shapes(found).ok_or_else(|| incomplete(&fix::GET_CANARY))?;
            let known = status.state.map(|it| ("State".to_owned(), Value::String(it)));
            let shape = CanarySettingsProperties {
                name: it.name,
                code,
                runtime_version: it.runtime_version,
                schedule: Some(it.schedule),
                run_config: it.run_config.map(|it| CanaryRunSettings {
                    timeout_in_seconds: it.timeout_in_seconds,
                    memory_in_mb: it.memory_in_mb,
                    active_tracing: it.active_tracing,
                    environment_variables: variables,
                }),
                execution_role_arn: it.execution_role_arn,
                artifact_s3_location: it.artifact_s3_location.map(|it| canary::location(&it)),
            };
            Ok(Some(State { status: Map::from_iter(known), ..state(&shape) }))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            canary::make(cx, id, to).await?;
            // As it should be, and running, if it should; what had begun already goes on from here.
            let gone = || impossible(&fix::CREATE_CANARY, format!("there is no canary {id}"));
            let from = self.read(cx, id).await?.ok_or_else(gone)?;
            let whole = overlay_state(&from, to);
            self.update(cx, id, &from, &whole).await
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
            only(&fix::UPDATE_CANARY, from, to, &["RunConfig"])?;
            if differs(from, to, "RunConfig") {
                set_run(cx, id, from, to).await?;
            }
            let Some(wanted) = state_of(to) else { return Ok(()) };
            if state_of(from) == Some(wanted) {
                return Ok(());
            }
            let found = find(cx, id).await?;
            let present = found.and_then(|it| it.status?.state).map(|it| it.as_str().to_owned());
            let present = present.as_deref().unwrap_or_default();
            match wanted {
                "RUNNING" | "STARTING" => start(cx, id, present).await,
                // There is no way back to READY, which is to be stopped and never to have run.
                "STOPPED" | "STOPPING" | "READY" => stop(cx, id, present).await,
                other => Err(impossible(
                    &fix::STOP_CANARY,
                    format!("canary {id} cannot be brought to the state {other}"),
                )),
            }
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let Some(found) = find(cx, id).await? else { return Ok(()) };
            if !is_ours(&found) {
                let words = format!("canary {id} was not made here, and is never deleted");
                return Err(impossible(&fix::DELETE_CANARY, words));
            }
            let present = found.status.and_then(|it| it.state);
            stop(cx, id, present.as_ref().map_or("", |it| it.as_str())).await?;
            canary::delete(cx, id).await
        })
    }
}

fn state_of(state: &State) -> Option<&str> {
    state.status.get("State").and_then(Value::as_str)
}

/// Whether a fix has made it.
pub(super) fn is_ours(found: &sdk::Canary) -> bool {
    let (key, value) = TAG;
    let tags = found.tags.as_ref();
    tags.and_then(|tags| tags.get(key)).is_some_and(|it| it == value)
}

pub(super) async fn find(cx: &Gate<'_>, id: &str) -> Result<Option<sdk::Canary>, Refused> {
    let op = &fix::GET_CANARY;
    let request = Client::new(cx.config()).get_canary().name(id).send();
    let Some(out) = cx.read(op, request).await? else { return Ok(None) };
    out.canary.map(Some).ok_or_else(|| incomplete(op))
}

/// Says how long a run may take. AWS does not document whether what is left out of a run's settings stays or
/// goes, so all of it is said again, the variables too: those are read from the canary's function.
/// <https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryRunConfigInput.html>
async fn set_run(cx: &Gate<'_>, id: &str, from: &State, to: &State) -> Result<(), Refused> {
    let op = &fix::UPDATE_CANARY;
    let (from, to) = (settings(from, id)?, settings(to, id)?);
    if from.environment_variables != to.environment_variables {
        return Err(impossible(op, format!("variables of canary {id} are not set here")));
    }
    let gone = || impossible(op, format!("there is no canary {id}"));
    let found = find(cx, id).await?.ok_or_else(gone)?;
    let Some(variables) = environment(cx, &found).await? else {
        let words = "its function, whose environment variables must be kept, cannot be read";
        return Err(impossible(op, format!("canary {id}: {words}; change it by hand")));
    };
    let present = found.run_config;
    let run = CanaryRunConfigInput::builder()
        .set_timeout_in_seconds(number(op, to.timeout_in_seconds)?)
        .set_memory_in_mb(number(op, to.memory_in_mb)?)
        .set_active_tracing(to.active_tracing)
        .set_ephemeral_storage(present.and_then(|it| it.ephemeral_storage))
        .set_environment_variables((!variables.is_empty()).then_some(variables))
        .build();
    let client = Client::new(cx.config());
    let request = || client.update_canary().name(id).run_config(run.clone()).send();
    cx.write(op, request).await?;
    canary::settled(op, cx, id).await.map(drop)
}

fn settings(state: &State, id: &str) -> Result<CanaryRunSettings, Refused> {
    let it = canary::typed(state, id)?;
    Ok(it.run_config.unwrap_or_default())
}

/// Starts a canary that does not run; its first run is not waited for.
async fn start(cx: &Gate<'_>, id: &str, present: &str) -> Result<(), Refused> {
    if ["RUNNING", "STARTING"].contains(&present) {
        return Ok(());
    }
    let client = Client::new(cx.config());
    cx.write(&fix::START_CANARY, || client.start_canary().name(id).send()).await.map(drop)
}

async fn stop(cx: &Gate<'_>, id: &str, present: &str) -> Result<(), Refused> {
    if !["RUNNING", "STARTING", "UPDATING"].contains(&present) {
        return Ok(());
    }
    let client = Client::new(cx.config());
    cx.write(&fix::STOP_CANARY, || client.stop_canary().name(id).send()).await.map(drop)
}
