//! A configuration that is accepted is TOML to another reader too and says nothing that the
//! documentation does not know; everything else is refused with places in the file.

use audit::cli::config::Config;
use audit::rules::{Diagnostics, RuleSet, SourceFile};

const RULE: &str = include_str!("../../rules/resource-monitoring/rds-cpu-alarm.yaml");

/// Takes the text of an `audit.toml`.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let config = match Config::parse("input.toml", text) {
        Ok(config) => config,
        Err(complaints) => return check(&complaints),
    };
    let table: toml::Table = toml::from_str(text).expect("TOML to its own crate too");
    for key in table.keys() {
        assert!(
            ["budget", "notify", "params", "regions", "rules"].contains(&key.as_str()),
            "{key} was let through"
        );
    }
    let regions = table.get("regions").and_then(|regions| regions.as_array());
    assert_eq!(config.regions.len(), regions.map_or(0, Vec::len));
    // Without what mends it, which stands in other files.
    let rule = RULE.split("\nfix:").next().unwrap_or(RULE);
    let file = SourceFile { name: "rule.yaml".to_owned(), text: format!("{rule}\n").into() };
    let mut rules = RuleSet::of(vec![file]).expect("the rule is right");
    if let Err(complaints) = config.apply(&mut rules) {
        check(&complaints);
    }
}

fn check(complaints: &Diagnostics) {
    assert!(!complaints.0.is_empty(), "refused without a word");
    for complaint in &complaints.0 {
        let words = complaint.to_string();
        assert!(words.contains("--> input.toml:"), "has no place: {words}");
    }
}
