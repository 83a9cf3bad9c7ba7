//! The keys of the objects that are open while text is scanned, to find one that stands twice: of two
//! readers one could take the first value and the other the last.
//!
//! Most objects have few keys, which hardly ever are alike; so a fingerprint of each is kept and only
//! equal ones are looked at. No input makes this slower than sorting its keys.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::skip::{Span, unquote};

/// Up to so many keys, comparing each with those before is quicker than sorting.
const FEW: usize = 32;

/// How many keys a resource has room for before memory is asked for again.
const ROOM: usize = 64;

/// A key in its quotes.
#[derive(Clone, Copy)]
struct Key {
    fingerprint: u64,
    span: Span,
}

/// An object whose end was not met yet.
#[derive(Clone, Copy)]
struct Open {
    /// Where its keys begin.
    start: u32,
    /// Whether some of them may be the same.
    doubtful: bool,
    /// A bit for every key: what sets a new one is like none before.
    met: u64,
}

/// The keys of the open objects, the innermost object's last.
#[derive(Default)]
pub(super) struct Keys {
    keys: Vec<Key>,
    open: Vec<Open>,
}

impl Keys {
    /// An object begins.
    pub(super) fn open(&mut self) {
        if self.keys.capacity() == 0 {
            self.keys.reserve(ROOM);
        }
        self.open.push(Open { start: self.keys.len() as u32, doubtful: false, met: 0 });
    }

    /// The innermost object has this key, perhaps written with an escape.
    pub(super) fn add(&mut self, text: &str, span: Span, escaped: bool) {
        let mut hasher = FxHasher::default();
        hasher.write(span.of(text).as_bytes());
        let fingerprint = hasher.finish();
        let Some(open) = self.open.last_mut() else { return };
        let bit = 1 << (fingerprint % 64);
        if open.met & bit != 0 {
            let before = self.keys.get(open.start as usize..).unwrap_or_default();
            open.doubtful |=
                before.len() < FEW && before.iter().any(|key| key.fingerprint == fingerprint);
        }
        open.met |= bit;
        // What is written with an escape may be equal to anything.
        open.doubtful |= escaped;
        self.keys.push(Key { fingerprint, span });
    }

    /// The innermost object ends; gives the first key in the text that stands there a second time.
    pub(super) fn close(&mut self, text: &str) -> Option<Span> {
        let open = self.open.pop()?;
        let start = open.start as usize;
        let keys = self.keys.get_mut(start..).unwrap_or_default();
        let doubtful = open.doubtful || (keys.len() > FEW && some_alike(keys));
        let twin = if doubtful { first_twin(keys, text) } else { None };
        self.keys.truncate(start);
        twin
    }
}

fn some_alike(keys: &mut [Key]) -> bool {
    keys.sort_unstable_by_key(|key| key.fingerprint);
    keys.windows(2).any(|pair| pair[0].fingerprint == pair[1].fingerprint)
}

fn first_twin(keys: &[Key], text: &str) -> Option<Span> {
    let mut named: Vec<_> = keys.iter().map(|key| (unquote(key.span.of(text)), key.span)).collect();
    named.sort_unstable_by(|(one, a), (two, b)| one.cmp(two).then(a.start.cmp(&b.start)));
    let twins = named.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1);
    twins.min_by_key(|span| span.start)
}
