//! What an evaluation holds: variables, what definitions came to, and how much it has done.
//!
//! Every evaluation has an end; loops in loops over the lists of a large account would not have one.
//! Steps are counted, not time, so that what takes too long is unknown on every machine.

use super::Expr;
use super::eval::{Evaluated, Host, HostValue, Raised, Value, value};

/// What the expressions of one rule share while they are evaluated for one subject.
pub struct Frame<'a, H: Host<'a> + ?Sized> {
    /// The outermost variables, and while a comprehension is evaluated its own.
    pub(super) vars: Vec<HostValue<'a, H>>,
    /// What each definition came to, once it was asked for.
    pub(super) shared: Vec<Option<Evaluated<'a, H>>>,
}

impl<'a, H: Host<'a> + ?Sized> Frame<'a, H> {
    /// A frame with these variables.
    pub fn new(vars: Vec<HostValue<'a, H>>) -> Self {
        Frame { vars, shared: Vec::new() }
    }

    /// How many variables there are now.
    pub fn variables(&self) -> usize {
        self.vars.len()
    }
}

/// Steps that every evaluation may take, whatever the host says: many times what a rule needs.
pub const STEPS: u64 = 10_000;

/// An evaluation under way: its frame, and how much it has done.
pub(super) struct Cx<'v, 'a, H: Host<'a> + ?Sized> {
    pub(super) frame: &'v mut Frame<'a, H>,
    steps: u64,
    /// How many steps it may take; the host is asked for more only when it needs more than [`STEPS`].
    most: u64,
}

impl<'v, 'a, H: Host<'a> + ?Sized> Cx<'v, 'a, H> {
    pub(super) fn new(frame: &'v mut Frame<'a, H>) -> Self {
        Cx { frame, steps: 0, most: STEPS }
    }

    /// Counts what was done; once there was too much, every further step raises too.
    #[inline]
    pub(super) fn spend(&mut self, host: &H, steps: u64) -> Result<(), Raised<H::Unknown>> {
        self.steps += steps;
        if self.steps <= self.most { Ok(()) } else { self.more(host) }
    }

    /// Raises if so many steps would be too much, before they are taken; taking them counts them.
    pub(super) fn afford(&mut self, host: &H, steps: u64) -> Result<(), Raised<H::Unknown>> {
        self.spend(host, steps)?;
        self.steps -= steps;
        Ok(())
    }

    #[cold]
    fn more(&mut self, host: &H) -> Result<(), Raised<H::Unknown>> {
        if self.most == STEPS {
            self.most = host.steps(&self.frame.vars).max(STEPS + 1);
        }
        if self.steps > self.most { Err(Raised::Unknown(host.endless())) } else { Ok(()) }
    }
}

/// What a definition comes to, found once.
pub(super) fn shared<'a, H: Host<'a> + ?Sized>(
    host: &H,
    slot: usize,
    expr: &'a Expr,
    cx: &mut Cx<'_, 'a, H>,
) -> Evaluated<'a, H> {
    if let Some(Some(known)) = cx.frame.shared.get(slot) {
        return known.clone();
    }
    let found = value(host, expr, cx);
    let shared = &mut cx.frame.shared;
    if shared.len() <= slot {
        shared.resize(slot + 1, None);
    }
    shared[slot] = Some(found.clone());
    found
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
