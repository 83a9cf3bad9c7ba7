//! What a team says of its product beside the rules: evaluation needs it, and the snapshot cannot hold it.

/// What a team says; by default nothing.
#[derive(Clone, Debug, Default)]
pub struct Team {
    /// URLs that users reach; when none were said, those that load balancers tell.
    pub endpoints: Option<Vec<String>>,
    /// Which receivers count as someone.
    pub counts: Counts,
}

/// Kinds of receivers that the team reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// A Slack channel of AWS's chat service, or a function, which is taken to write to one.
    pub slack: bool,
    /// An e-mail address.
    pub email: bool,
    /// An address on the web, of a paging service, say.
    pub https: bool,
}

impl Counts {
    /// Names of the kinds, as a configuration says them.
    pub const NAMES: [&'static str; 3] = ["slack", "email", "https"];

    /// Only the kinds of these names.
    pub fn only<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Counts {
        let says = |kind: &str| names.clone().any(|name| name == kind);
        Counts { slack: says("slack"), email: says("email"), https: says("https") }
    }
}

impl Default for Counts {
    fn default() -> Counts {
        Counts { slack: true, email: true, https: true }
    }
}
