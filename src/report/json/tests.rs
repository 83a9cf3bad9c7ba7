//! What the document holds, and that it is one.

use super::*;
use crate::model::{Evidence, Status, Waiver};
use crate::report::fixture::{HOSTILE, World, plain};

fn written(lang: Lang) -> String {
    let world = World::new(lang);
    let findings = world.findings();
    let mut out = Vec::new();
    let report = world.report(&findings);
    Json.write(&report, &findings.as_slice(), &plain(80), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_whole_document() {
    let text = written(Lang::En).replace(&"x".repeat(10_000), "[10,000 x]");
    insta::assert_snapshot!(text);
}

/// A finding as the serializer is told of it.
#[derive(Serialize)]
struct One<'f> {
    rule: &'f str,
    status: Status,
    severity: Severity,
    resource: &'f ResourceRef<'f>,
    message: &'f str,
    evidence: &'f [Evidence<'f>],
    #[serde(skip_serializing_if = "is_zero")]
    evidence_omitted: usize,
    waiver: Option<&'f Waiver>,
}

impl<'f> One<'f> {
    fn of(finding: &'f Finding<'_>) -> One<'f> {
        One {
            rule: &finding.rule.id,
            status: finding.status,
            severity: finding.rule.severity,
            resource: &finding.resource,
            message: &finding.message,
            evidence: &finding.evidence,
            evidence_omitted: finding.evidence_omitted,
            waiver: finding.waiver.as_ref(),
        }
    }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[test]
fn findings_are_written_as_the_serializer_would() {
    let world = World::new(Lang::Ja);
    let mut findings = world.findings();
    // Each character by itself: one that is escaped must not hide another that is not.
    for c in (0..=0x100).chain([0x3042, 0x1_F600]).filter_map(char::from_u32) {
        let mut finding = findings[0].clone();
        finding.resource.id = format!("a{c}b").into();
        findings.push(finding);
    }
    for finding in findings {
        let mut text = Vec::new();
        line(&finding, &mut text).unwrap();
        let expected = serde_json::to_string(&One::of(&finding)).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), format!(",\n    {expected}"));
    }
}

/// What a summary counts must stand in the document, or a reader takes it for all there is.
#[test]
fn findings_that_are_counted_but_not_written_are_an_error() {
    struct Silent<'f>(&'f [Finding<'f>]);
    impl Findings for Silent<'_> {
        fn select<'s: 'w, 'w>(
            &'s self,
            wanted: crate::report::Wanted<'w>,
        ) -> Box<dyn Iterator<Item = Finding<'s>> + 'w> {
            self.0.select(wanted)
        }
        fn render(
            &self,
            _: &RuleInfo,
            _: crate::report::Render<'_>,
            _: &mut dyn Write,
        ) -> io::Result<usize> {
            Ok(0)
        }
    }
    let world = World::new(Lang::En);
    let findings = world.findings();
    let report = world.report(&findings);
    let error = Json.write(&report, &Silent(&findings), &plain(80), &mut Vec::new());
    assert!(error.unwrap_err().to_string().contains("are missing"));
}

#[test]
fn a_finding_takes_a_line() {
    let text = written(Lang::Ja);
    let lines = text.lines().filter(|line| line.starts_with("    {\"rule\":"));
    assert_eq!(lines.count(), 13);
}

#[test]
fn what_could_mislead_is_escaped_and_means_the_same() {
    let text = written(Lang::En);
    assert!(!text.contains(misleads));
    assert!(text.contains(r"\u202egpj\u009b2J"), "{text}");
    let tag = without_treachery("\"\u{e0041}\"".to_owned());
    assert_eq!(tag, r#""\udb40\udc41""#);
    assert_eq!(serde_json::from_str::<String>(&tag).unwrap(), "\u{e0041}");
}

#[test]
fn names_survive_unchanged_and_texts_follow_the_language() {
    for (lang, title) in [(Lang::En, "RDS CPU is alarmed"), (Lang::Ja, "RDS の CPU を監視している")]
    {
        let text = written(lang);
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["findings"][7]["resource"]["id"], HOSTILE);
        assert_eq!(document["findings"][8]["resource"]["id"], "x".repeat(10_000));
        assert_eq!(document["rules"][3]["title"], title);
        assert_eq!(document["findings"].as_array().unwrap().len(), 13);
        assert_eq!(text, written(lang), "same input, other bytes");
    }
}

#[test]
fn without_findings_the_document_is_whole() {
    let world = World::new(Lang::En);
    let none: &[Finding<'_>] = &[];
    let mut out = Vec::new();
    Json.write(&world.report(none), &none, &plain(80), &mut out).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(document["findings"], serde_json::json!([]));
}

#[test]
fn a_closed_pipe_stays_recognizable() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let world = World::new(Lang::En);
    let many = vec![world.findings().remove(8); 20];
    for format in crate::report::FORMATS {
        let written =
            format.format.write(&world.report(&many), &many.as_slice(), &plain(80), &mut Closed);
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::BrokenPipe, "{}", format.name);
    }
}
