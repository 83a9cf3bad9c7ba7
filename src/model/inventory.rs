//! What a collection brings home, before it is a snapshot.

use super::coverage::Coverage;
use super::resource::Resource;

/// Everything that was read of one or more accounts at one time.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// When collection began, RFC 3339, UTC, whole seconds.
    pub collected_at: String,
    /// Account numbers, sorted.
    pub accounts: Vec<String>,
    /// Region codes, sorted.
    pub regions: Vec<String>,
    /// What came of each operation that was called, sorted.
    pub coverage: Vec<Coverage>,
    /// Resources, sorted by account, region, type, id; unique in those.
    pub resources: Vec<Resource>,
}
