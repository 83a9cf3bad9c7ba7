//! How each resource type that a fix can change is read, created, updated and deleted. One file per AWS
//! service; every call goes through the [`Gate`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::fix::handler::{CallLog, Change, Handler, Hands, Refused, RefusedKind, Reply, State, Target};
use crate::fix::kinds::{self, Kind};

use super::clients::Session;
use super::gate::Gate;
use super::shape;

mod sns;

/// The handler of each type.
fn handlers<'g>() -> Vec<&'g dyn Handler<Gate<'g>>> {
    vec![&sns::Topic]
}

/// The account, for a fix to change.
pub struct AwsHands<'a> {
    session: &'a Session,
}

impl<'a> AwsHands<'a> {
    /// The account of this session.
    pub fn new(session: &'a Session) -> AwsHands<'a> {
        AwsHands { session }
    }
}

impl Hands for AwsHands<'_> {
    fn read<'a>(&'a self, target: &'a Target) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let gate = Gate::new(self.session, &target.region, None);
            handler(&target.ty)?.read(&gate, &target.id).await
        })
    }

    fn change<'a>(
        &'a self,
        target: &'a Target,
        change: Change<'a>,
        log: &'a dyn CallLog,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let gate = Gate::new(self.session, &target.region, Some(log));
            let handler = handler(&target.ty)?;
            match change {
                Change::Create(to) => handler.create(&gate, &target.id, to).await,
                Change::Update(from, to) => handler.update(&gate, &target.id, from, to).await,
                Change::Delete(from) => handler.delete(&gate, &target.id, from).await,
            }
        })
    }
}

fn handler<'g>(ty: &str) -> Result<&'g dyn Handler<Gate<'g>>, Refused> {
    let found = handlers().into_iter().find(|handler| handler.kind().ty == ty);
    found.ok_or_else(|| Refused {
        api: ty.to_owned(),
        kind: RefusedKind::Other,
        message: "this version cannot change resources of this type".to_owned(),
    })
}

/// The kind of a type that has a handler.
fn kind(ty: &'static str) -> &'static Kind {
    kinds::find(ty).unwrap_or(&kinds::KINDS[0])
}

/// The state of typed properties, without nulls.
fn state(properties: &impl Serialize) -> State {
    State { properties: shape::map(properties), status: Map::new() }
}

/// The typed properties of a state.
fn properties<T: DeserializeOwned>(ty: &str, state: &State) -> Result<T, Refused> {
    let properties = Value::Object(state.properties.clone());
    serde_json::from_value(properties).map_err(|error| Refused {
        api: ty.to_owned(),
        kind: RefusedKind::Other,
        message: format!("the desired properties do not fit: {error}"),
    })
}

/// A tag that tells what `audit` made.
const TAG: (&str, &str) = ("managed-by", "audit");
