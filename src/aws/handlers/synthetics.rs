//! Amazon CloudWatch Synthetics: whether a canary runs.

use aws_sdk_synthetics::Client;
use aws_sdk_synthetics::types as sdk;
use serde_json::{Map, Value};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::fix;

use super::{kind, state};
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
            let (it, status) = shapes(found).ok_or_else(|| incomplete(&fix::GET_CANARY))?;
            let known = status.state.map(|it| ("State".to_owned(), Value::String(it)));
            Ok(Some(State { status: Map::from_iter(known), ..state(&it) }))
        })
    }

    fn create<'a>(&'a self, _cx: &'a Gate<'g>, id: &'a str, _to: &'a State) -> Reply<'a, ()> {
        let message = format!("there is no canary {id}, and none is made here");
        Box::pin(async { Err(impossible(&fix::START_CANARY, message)) })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
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

    fn delete<'a>(&'a self, _cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        let message = format!("canary {id} was not made here, and is never deleted");
        Box::pin(async { Err(impossible(&fix::STOP_CANARY, message)) })
    }
}

fn state_of(state: &State) -> Option<&str> {
    state.status.get("State").and_then(Value::as_str)
}

async fn find(cx: &Gate<'_>, id: &str) -> Result<Option<sdk::Canary>, Refused> {
    let op = &fix::GET_CANARY;
    let request = Client::new(cx.config()).get_canary().name(id).send();
    let Some(out) = cx.read(op, request).await? else { return Ok(None) };
    out.canary.map(Some).ok_or_else(|| incomplete(op))
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
    if ["STOPPED", "STOPPING", "READY"].contains(&present) {
        return Ok(());
    }
    let client = Client::new(cx.config());
    cx.write(&fix::STOP_CANARY, || client.stop_canary().name(id).send()).await.map(drop)
}
