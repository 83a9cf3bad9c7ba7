//! The page as a person sees it.

use super::*;
use crate::report::fixture::{HOSTILE, World, plain};
use crate::report::text::width;

fn page(lang: Lang, style: &Style) -> String {
    let world = World::new(lang);
    written(&world, &world.calm(), style)
}

fn written(world: &World, findings: &[Finding<'_>], style: &Style) -> String {
    write_report(&world.report(findings), findings, style)
}

fn write_report(report: &Report<'_>, findings: &[Finding<'_>], style: &Style) -> String {
    let mut out = Vec::new();
    Table.write(report, &findings, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn english_at_80() {
    insta::assert_snapshot!(page(Lang::En, &plain(80)));
}

#[test]
fn japanese_at_80() {
    insta::assert_snapshot!(page(Lang::Ja, &plain(80)));
}

#[test]
fn english_at_60() {
    insta::assert_snapshot!(page(Lang::En, &plain(60)));
}

#[test]
fn japanese_at_60() {
    insta::assert_snapshot!(page(Lang::Ja, &plain(60)));
}

#[test]
fn english_at_200() {
    insta::assert_snapshot!(page(Lang::En, &plain(200)));
}

#[test]
fn english_in_colour() {
    insta::assert_snapshot!(page(Lang::En, &Style { color: true, width: 80 }).replace('\x1b', "␛"));
}

#[test]
fn hostile_names_do_nothing() {
    let world = World::new(Lang::En);
    let text = written(&world, &world.findings(), &plain(80));
    assert!(text.contains("evil␊␛[31mdb\"'<&]]><U+202E>gpj<U+009B>2J"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'));
    assert!(text.contains("xxx…") && text.len() < 10_000);
    assert!(text.contains("throttled to the end␛[2J"));
    assert!(!text.contains(HOSTILE));
    insta::assert_snapshot!(text);
}

#[test]
fn only_commands_are_wider_than_the_page() {
    for lang in [Lang::En, Lang::Ja] {
        let world = World::new(lang);
        for columns in [40, 60, 72, 80, 100, 120] {
            for line in written(&world, &world.findings(), &plain(columns)).lines() {
                let fits = width(line) <= columns || line.contains("aws guardduty");
                assert!(fits, "{columns}: {line}");
            }
        }
    }
}

#[test]
fn many_findings_of_one_rule_are_capped() {
    let world = World::new(Lang::En);
    let one = world.findings().swap_remove(5);
    let findings: Vec<_> = (0..1234)
        .map(|number| {
            let mut finding = one.clone();
            finding.resource.id = format!("db-{number:04}").into();
            finding.resource.name = finding.resource.id.clone();
            finding
        })
        .collect();
    let text = written(&world, &findings, &plain(80));
    assert!(text.contains("✗ 1,234 fail"), "{text}");
    assert!(text.contains("… and 1,214 more; --format json lists all"), "{text}");
    assert_eq!(text.matches("db-00").count(), 20);
}

fn verdict(statuses: &[Status], gaps: bool) -> String {
    let world = World::new(Lang::En);
    let mut findings = world.calm();
    findings.retain(|finding| statuses.contains(&finding.status));
    let mut report = world.report(&findings);
    report.notices.clear();
    if !gaps {
        report.gaps.clear();
    }
    write_report(&report, &findings, &plain(80))
}

#[test]
fn verdicts_are_plain_and_honest() {
    let clear = verdict(&[Status::Pass, Status::NotApplicable], false);
    assert!(clear.ends_with("\n\nNo failures: all 3 checks that apply hold.\n"), "{clear}");
    let unknown = verdict(&[Status::Pass, Status::Unknown], true);
    assert!(
        unknown
            .ends_with("\n\nNo failures seen, but 2 could not be checked. This is no all-clear.\n"),
        "{unknown}"
    );
    let waived = verdict(&[Status::Pass, Status::Waived], false);
    assert!(
        waived.ends_with("No failures beyond those waived: 3 checks hold, 1 waived.\n"),
        "{waived}"
    );
    let nothing = verdict(&[], false);
    assert!(nothing.contains("Nothing was checked"), "{nothing}");
    assert!(!verdict(&[Status::Fail], false).contains("No failures"));
    insta::assert_snapshot!(unknown);
}

#[test]
fn sixty_refusals_do_not_flood() {
    let world = World::new(Lang::En);
    let mut report = world.report(&[]);
    let gap = report.gaps.swap_remove(1);
    report.gaps = (0..60)
        .map(|n| crate::model::Gap { region: format!("region-{n:02}"), ..gap.clone() })
        .collect();
    let text = write_report(&report, &[], &plain(80));
    assert!(text.contains("rds:DescribeDBInstances in 60 regions (denied; needs"), "{text}");
}

#[test]
fn a_finding_of_an_unlisted_rule_is_an_error() {
    let world = World::new(Lang::En);
    let findings = world.findings();
    let mut report = world.report(&findings);
    report.rules.truncate(3);
    let error = Table.write(&report, &findings.as_slice(), &plain(80), &mut Vec::new());
    assert!(error.unwrap_err().to_string().contains("rds-cpu-alarm"));
}
