//! What people read, held as it is: help, the table on the fixtures, a rule's page.

use crate::{audit, fixture, stdout};

// Without live collection there is less to offer.
#[cfg(feature = "aws")]
#[test]
fn help() {
    insta::assert_snapshot!("help", stdout(&audit(&["--help"]), 0));
    insta::assert_snapshot!("run_help", stdout(&audit(&["run", "--help"]), 0));
    insta::assert_snapshot!("fix_help", stdout(&audit(&["fix", "--help"]), 0));
}

#[test]
fn the_mvp_at_80_columns() {
    let mvp = fixture("ecs-fargate-mvp.json");
    insta::assert_snapshot!("mvp_en", stdout(&audit(&["run", "--snapshot", &mvp]), 1));
    insta::assert_snapshot!(
        "mvp_ja",
        stdout(&audit(&["run", "--snapshot", &mvp, "--lang", "ja"]), 1)
    );
}

#[test]
fn the_healthy_one() {
    let healthy = fixture("ecs-fargate-healthy.json");
    insta::assert_snapshot!("healthy_en", stdout(&audit(&["run", "--snapshot", &healthy]), 0));
}

#[test]
fn a_rule_teaches() {
    insta::assert_snapshot!(
        "explain_en",
        stdout(&audit(&["rules", "explain", "rds-cpu-alarm"]), 0)
    );
    insta::assert_snapshot!(
        "explain_ja",
        stdout(&audit(&["rules", "explain", "rds-cpu-alarm", "--lang", "ja"]), 0)
    );
}

#[test]
fn the_catalogue() {
    insta::assert_snapshot!("list", stdout(&audit(&["rules", "list"]), 0));
}

/// `rules/README.md` is the catalogue as it is.
#[test]
fn the_catalogue_page() {
    let page = stdout(&audit(&["rules", "list", "--format", "markdown"]), 0);
    let kept = std::fs::read_to_string(crate::root().join("rules/README.md")).expect("a page");
    assert!(kept == page, "make it anew: audit rules list --format markdown > rules/README.md");
}

#[test]
fn every_rule_has_both_languages_and_cases_for_what_it_can_say() {
    let output = stdout(&audit(&["rules", "test", "-v"]), 0);
    for line in output.lines().filter(|line| line.contains(" cases (")) {
        for status in ["pass", "fail", "unknown"] {
            assert!(line.contains(status), "{line} lacks {status}");
        }
    }
    assert!(!output.contains("has no cases"), "{output}");
    let set = audit::rules::RuleSet::load(true, &[]).expect("the built-in rules are right");
    for rule in &set.rules {
        for text in [&rule.info.title, &rule.info.why, &rule.info.remediation] {
            assert!(
                text.en.is_some() && text.ja.is_some(),
                "{} speaks both languages",
                rule.info.id
            );
        }
        for name in rule.params.keys() {
            let about = rule.about.get(name).unwrap_or_else(|| panic!("{} {name}", rule.info.id));
            assert!(about.en.is_some() && about.ja.is_some(), "{} {name}", rule.info.id);
        }
        let reasons = rule.conditions.iter().chain(&rule.undecided);
        for (_, reason) in reasons {
            assert!(
                reason.en.is_some() && reason.ja.is_some(),
                "{} gives reasons in both",
                rule.info.id
            );
        }
        assert!(
            rule.info.references.iter().all(|url| url.starts_with("https://docs.aws.amazon.com/")),
            "{}",
            rule.info.id
        );
        assert!(
            rule.file.name.ends_with(&format!("{}/{}.yaml", rule.info.section, rule.info.id)),
            "{}",
            rule.file.name
        );
    }
}

#[test]
fn completions() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(stdout(&audit(&["completions", shell]), 0).contains("audit"), "{shell}");
    }
}
