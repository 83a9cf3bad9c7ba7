//! An account to evaluate on, and what must hold of every evaluation.

use std::sync::OnceLock;

use audit::engine::{Evaluation, Team, World};
use audit::model::{Finding, Lang};
use audit::report;
use audit::rules::RuleSet;
use audit::snapshot::Snapshot;

/// The account with many faults.
pub fn account() -> &'static Snapshot {
    static ACCOUNT: OnceLock<Snapshot> = OnceLock::new();
    ACCOUNT.get_or_init(|| {
        let text = include_bytes!("../../fixtures/ecs-fargate-mvp.json");
        Snapshot::from_bytes(text.as_slice(), "the fixture").expect("the fixture is right")
    })
}

/// The same, prepared for expressions.
pub fn prepared() -> &'static World<'static> {
    static WORLD: OnceLock<World<'static>> = OnceLock::new();
    WORLD.get_or_init(|| World::new(account(), &[], Team::default()))
}

/// The built-in rules.
pub fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| RuleSet::load(true, &[]).expect("the built-in rules are right"))
}

/// Evaluates, and holds the reports against each other: JSON parses, its counts are those of its
/// findings, and no format fails or lets a control character through.
pub fn report(snapshot: &Snapshot, rules: &RuleSet) {
    let world = World::new(snapshot, &rules.rules, Team::default());
    let evaluation = Evaluation::of(&world, &rules.rules);
    for lang in [Lang::En, Lang::Ja] {
        let findings: Vec<Finding<'_>> = evaluation.findings(lang, &mut |_, _| true).collect();
        let report = evaluation.report(lang);
        for format in report::FORMATS {
            let mut out = Vec::new();
            let style = report::Style::default();
            let written = format.format.write(&report, &findings.as_slice(), &style, &mut out);
            written.expect("memory takes everything");
            let text = String::from_utf8(out).expect("text");
            if format.name == "json" {
                check_json(&text, &findings);
            } else {
                let plain = report::visible_lines(&text) == text;
                assert!(plain, "{} lets something through", format.name);
            }
        }
    }
}

fn check_json(text: &str, findings: &[Finding<'_>]) {
    let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let listed = json["findings"].as_array().expect("findings");
    assert_eq!(listed.len(), findings.len());
    for status in ["pass", "fail", "unknown", "not_applicable", "waived"] {
        let found = listed.iter().filter(|finding| finding["status"] == status).count();
        assert_eq!(json["summary"][status], found, "{status}");
    }
}
