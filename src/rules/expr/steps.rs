//! An end for every evaluation: loops in loops over the lists of a large account would not have one.
//!
//! Steps are counted, not time, so that what takes too long is unknown on every machine.

use super::eval::{Host, HostValue, Raised, Value};

/// Steps that every evaluation may take, whatever the host says: many times what a rule needs.
pub const STEPS: u64 = 10_000;

/// An evaluation under way: its variables, and how much it has done.
pub(super) struct Cx<'v, 'a, H: Host<'a> + ?Sized> {
    pub(super) vars: &'v mut Vec<HostValue<'a, H>>,
    steps: u64,
    /// How many steps it may take; the host is asked for more only when it needs more than [`STEPS`].
    most: u64,
}

impl<'v, 'a, H: Host<'a> + ?Sized> Cx<'v, 'a, H> {
    pub(super) fn new(vars: &'v mut Vec<HostValue<'a, H>>) -> Self {
        Cx { vars, steps: 0, most: STEPS }
    }

    /// Counts what was done; once there was too much, every further step raises too.
    pub(super) fn spend(&mut self, host: &H, steps: u64) -> Result<(), Raised<H::Unknown>> {
        self.steps += steps;
        if self.steps <= self.most {
            return Ok(());
        }
        if self.most == STEPS {
            self.most = host.steps(self.vars).max(STEPS + 1);
        }
        if self.steps > self.most { Err(Raised::Unknown(host.endless())) } else { Ok(()) }
    }
}

/// What it takes to make a value once more: lists and strings are copied.
pub(super) fn size<O, U>(value: &Value<'_, O, U>) -> u64 {
    const CHARACTERS: usize = 64;
    match value {
        Value::List(items, open) => (items.len() + open.len()) as u64,
        Value::Str(text) => (text.len() / CHARACTERS) as u64,
        _ => 0,
    }
}
