//! A rule is refused with places that are in its file, or it can be evaluated on any account and
//! reported. Cases go the same way.

use audit::engine::cases;
use audit::rules::{LoadError, RuleSet, SourceFile};

use super::world;

/// What parts a rule from its cases, if there are any.
const THEN_CASES: &str = "\n---cases---\n";

/// Takes a rule file's text, and perhaps its cases'.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (rule, cases) = text.split_once(THEN_CASES).unwrap_or((text, ""));
    let file = |name: &str, text: &str| SourceFile { name: name.to_owned(), text: text.into() };
    let mut files = vec![file("input.yaml", rule)];
    if !cases.is_empty() {
        files.push(file("input.cases.yaml", cases));
    }
    match RuleSet::of(files) {
        Ok(mut set) => {
            assert_eq!(set.rules.len(), 1);
            world::report(world::account(), &set);
            // Whether they hold is not ours to say; that they end is.
            drop(cases::run(&mut set));
        }
        Err(LoadError::Rules(complaints)) => {
            assert!(!complaints.0.is_empty(), "refused without a word");
            for complaint in &complaints.0 {
                let words = complaint.to_string();
                assert!(words.contains("--> input."), "has no place: {words}");
            }
        }
        Err(other) => panic!("{other}"),
    }
}
