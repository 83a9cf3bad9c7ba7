//! Reading, writing and comparing what a fix can change, against the test server.

use std::cell::RefCell;

use audit::aws::Account as Aws;
use audit::fix::handler::{CallLog, Change, Hands, RefusedKind, State, Target};
use audit::fix::kinds::{self, Kind};
use audit::fix::merge::{is_as_desired, overlay_state, same_state};
use audit::model::{GLOBAL, Op};
use serde_json::Value;

/// Where nothing is yet.
pub const REGION: &str = "us-west-2";

/// Where things are seeded.
pub const SEEDED: &str = crate::support::REGION;

/// Keeps which operations were called, and stops before one too many.
pub struct Calls {
    pub made: RefCell<Vec<&'static Op>>,
    most: usize,
}

impl Calls {
    pub fn at_most(most: usize) -> Calls {
        Calls { made: RefCell::default(), most }
    }
}

impl CallLog for Calls {
    fn calling(&self, op: &'static Op) -> std::io::Result<()> {
        let mut made = self.made.borrow_mut();
        if made.len() == self.most {
            return Err(std::io::Error::other("cut off"));
        }
        made.push(op);
        Ok(())
    }

    fn called(&self, _op: &'static Op, _outcome: &str) -> std::io::Result<()> {
        Ok(())
    }
}

pub struct Rounds {
    pub aws: Aws,
}

impl Rounds {
    /// An ARN of this account.
    pub fn arn(&self, service: &str, region: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{region}:{}:{resource}", self.aws.account())
    }

    pub async fn read(&self, target: &Target) -> Option<State> {
        match self.aws.read(target).await {
            Ok(state) => state,
            Err(refused) => panic!("read {target:?}: {refused}"),
        }
    }

    /// Makes a change: cut off before the first call, before the second, and so on, until it comes to its
    /// end; and once more. Only known operations may be called for it.
    pub async fn change(&self, target: &Target, change: Change<'_>) {
        let kind = kinds::find(&target.ty).expect("a kind");
        let mut ends = 0;
        for most in 0.. {
            let calls = Calls::at_most(most);
            match self.aws.change(target, change, &calls).await {
                Ok(()) => ends += 1,
                Err(refused) if refused.kind == RefusedKind::Journal => {}
                Err(refused) => panic!("{change:?} of {target:?}: {refused}"),
            }
            for op in calls.made.borrow().iter() {
                assert!(may_call(kind, op, change), "{} for {change:?} of {target:?}", op.api);
            }
            if ends == 2 {
                return;
            }
        }
    }

    /// Makes what is not there yet.
    pub async fn make(&self, target: &Target, wanted: &State) -> State {
        assert_eq!(self.read(target).await, None, "{target:?}");
        self.change(target, Change::Create(wanted)).await;
        let made = self.read(target).await.expect("what was made");
        assert!(is_as_desired(&made, wanted), "{target:?}\n{made:?}\n{wanted:?}");
        made
    }

    /// Changes what is there, and changes it back.
    pub async fn vary(&self, target: &Target, wanted: &State) {
        let before = self.read(target).await.expect("what is there");
        let after = overlay_state(&before, wanted);
        assert!(!same_state(&before, &after), "{target:?}: nothing to change");
        self.change(target, Change::Update(&before, &after)).await;
        let changed = self.read(target).await.expect("what was changed");
        assert!(same_state(&changed, &after), "{target:?}\n{changed:?}\n{after:?}");
        self.change(target, Change::Update(&after, &before)).await;
        let back = self.read(target).await.expect("what was changed back");
        assert!(same_state(&back, &before), "{target:?}\n{back:?}\n{before:?}");
    }

    pub async fn delete(&self, target: &Target) {
        let state = self.read(target).await.expect("what is there");
        self.change(target, Change::Delete(&state)).await;
        assert_eq!(self.read(target).await, None, "{target:?}");
    }
}

fn may_call(kind: &Kind, op: &Op, change: Change<'_>) -> bool {
    let is_listed = |list: &[kinds::Step]| list.iter().any(|step| step.op.api == op.api);
    let is_undo = kind.deletes.iter().any(|it| it.api == op.api);
    match change {
        // What exists already is updated.
        Change::Create(_) => is_listed(kind.creates) || is_listed(kind.updates),
        Change::Update(..) => is_listed(kind.updates) || is_undo,
        Change::Delete(_) => is_undo,
    }
}

pub fn map(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().cloned().expect("an object")
}

pub fn of(properties: Value) -> State {
    State { properties: map(properties), ..State::default() }
}

pub fn target(ty: &str, region: &str, id: &str) -> Target {
    Target { ty: ty.to_owned(), region: region.to_owned(), id: id.to_owned() }
}

pub fn at(ty: &str, id: &str) -> Target {
    target(ty, REGION, id)
}

pub fn seeded(ty: &str, id: &str) -> Target {
    target(ty, SEEDED, id)
}

pub fn global(ty: &str, id: &str) -> Target {
    target(ty, GLOBAL, id)
}
