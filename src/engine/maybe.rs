//! Yes, no, or what it hangs on.

/// An answer that may not be decidable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Maybe {
    /// For sure.
    Yes,
    /// For sure not.
    No,
    /// It hangs on this.
    Open(String),
}

impl Maybe {
    /// A certain answer.
    pub fn of(b: bool) -> Maybe {
        if b { Maybe::Yes } else { Maybe::No }
    }

    /// Both.
    pub fn and(self, other: impl FnOnce() -> Maybe) -> Maybe {
        match self {
            Maybe::No => Maybe::No,
            Maybe::Yes => other(),
            Maybe::Open(what) => match other() {
                Maybe::No => Maybe::No,
                _ => Maybe::Open(what),
            },
        }
    }

    /// Either.
    pub fn or(self, other: impl FnOnce() -> Maybe) -> Maybe {
        match self {
            Maybe::Yes => Maybe::Yes,
            Maybe::No => other(),
            Maybe::Open(what) => match other() {
                Maybe::Yes => Maybe::Yes,
                _ => Maybe::Open(what),
            },
        }
    }

    /// The opposite.
    pub fn opposite(self) -> Maybe {
        match self {
            Maybe::Yes => Maybe::No,
            Maybe::No => Maybe::Yes,
            open => open,
        }
    }

    /// Whether any of these holds.
    pub fn any(all: impl IntoIterator<Item = Maybe>) -> Maybe {
        all.into_iter().fold(Maybe::No, |so_far, next| so_far.or(|| next))
    }

    /// Whether all of these hold.
    pub fn all(all: impl IntoIterator<Item = Maybe>) -> Maybe {
        all.into_iter().fold(Maybe::Yes, |so_far, next| so_far.and(|| next))
    }
}
