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

impl Inventory {
    /// Several accounts' as one, as old as the oldest.
    ///
    /// # Errors
    /// An account that is in two of them.
    pub fn of_all(all: impl IntoIterator<Item = Inventory>) -> Result<Inventory, String> {
        let mut whole = Inventory::default();
        for one in all {
            if let Some(twice) = one.accounts.iter().find(|it| whole.accounts.contains(it)) {
                return Err(twice.clone());
            }
            if whole.collected_at.is_empty() || one.collected_at < whole.collected_at {
                whole.collected_at = one.collected_at;
            }
            whole.accounts.extend(one.accounts);
            whole.regions.extend(one.regions);
            whole.coverage.extend(one.coverage);
            whole.resources.extend(one.resources);
        }
        whole.accounts.sort();
        whole.regions.sort();
        whole.regions.dedup();
        whole.coverage.sort();
        let key =
            |it: &Resource| (it.account.clone(), it.region.clone(), it.ty.clone(), it.id.clone());
        whole.resources.sort_by_cached_key(key);
        Ok(whole)
    }
}
