//! Format `audit-report/1`: everything, for programs. Two-space indentation, findings written as
//! they come, same input same bytes.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::{Serialize, Serializer};

use crate::model::{
    Evidence, Finding, FixRisk, Gap, Lang, Notice, Report, ResourceRef, RuleInfo, Severity, Status,
    Summary, TOOL_NAME, TOOL_VERSION, Waiver,
};

use super::{Findings, Format, Style};

/// The `json` format.
pub struct Json;

impl Format for Json {
    fn write(
        &self,
        report: &Report<'_>,
        findings: &dyn Findings,
        _style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        // The serializer writes every bracket by itself.
        let mut out = BufWriter::with_capacity(1 << 16, out);
        serde_json::to_writer_pretty(&mut out, &Document::of(report, findings))?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

/// The document; the order of its fields is the order of the format.
#[derive(Serialize)]
struct Document<'r> {
    format: &'static str,
    tool: Tool,
    snapshot: Snapshot<'r>,
    summary: &'r Summary,
    rules: Vec<Rule<'r>>,
    findings: Stream<'r>,
    gaps: Vec<Unread<'r>>,
    notices: &'r [Notice],
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Snapshot<'r> {
    collected_at: &'r str,
    accounts: &'r [String],
    regions: &'r [String],
}

#[derive(Serialize)]
struct Rule<'r> {
    id: &'r str,
    section: &'r str,
    severity: Severity,
    title: &'r str,
    why: &'r str,
    remediation: &'r str,
    references: &'r [String],
    frameworks: &'r BTreeMap<String, Vec<String>>,
    fix: Option<FixRisk>,
}

#[derive(Serialize)]
struct One<'f> {
    rule: &'f str,
    status: Status,
    severity: Severity,
    resource: &'f ResourceRef<'f>,
    message: &'f str,
    evidence: &'f [Evidence],
    #[serde(skip_serializing_if = "is_zero")]
    evidence_omitted: usize,
    waiver: Option<&'f Waiver>,
}

/// A gap without its IAM actions: the format gives those in the messages of the unknown findings.
#[derive(Serialize)]
struct Unread<'r> {
    account: &'r str,
    region: &'r str,
    operation: &'r str,
    outcome: &'r str,
    message: &'r str,
}

impl<'r> Document<'r> {
    fn of(report: &'r Report<'_>, findings: &'r dyn Findings) -> Document<'r> {
        Document {
            format: "audit-report/1",
            tool: Tool { name: TOOL_NAME, version: TOOL_VERSION },
            snapshot: Snapshot {
                collected_at: report.collected_at,
                accounts: report.accounts,
                regions: report.regions,
            },
            summary: &report.summary,
            rules: report.rules.iter().map(|rule| Rule::of(rule, report.lang)).collect(),
            findings: Stream(findings),
            gaps: report.gaps.iter().map(Unread::of).collect(),
            notices: &report.notices,
        }
    }
}

impl<'r> Rule<'r> {
    fn of(rule: &'r RuleInfo, lang: Lang) -> Rule<'r> {
        Rule {
            id: &rule.id,
            section: &rule.section,
            severity: rule.severity,
            title: rule.title.get(lang),
            why: rule.why.get(lang),
            remediation: rule.remediation.get(lang),
            references: &rule.references,
            frameworks: &rule.frameworks,
            fix: rule.fix,
        }
    }
}

impl<'r> Unread<'r> {
    fn of(gap: &'r Gap) -> Unread<'r> {
        Unread {
            account: &gap.account,
            region: &gap.region,
            operation: &gap.operation,
            outcome: &gap.outcome,
            message: &gap.message,
        }
    }
}

/// The findings, as a sequence that is pulled while it is written.
struct Stream<'r>(&'r dyn Findings);

impl Serialize for Stream<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = |_: &RuleInfo, _| true;
        serializer.collect_seq(self.0.select(&mut all).map(Entry))
    }
}

/// A finding that is serialized from what it owns.
struct Entry<'f>(Finding<'f>);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let finding = &self.0;
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
        .serialize(serializer)
    }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
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

    #[test]
    fn names_survive_unchanged_and_texts_follow_the_language() {
        for (lang, title) in
            [(Lang::En, "RDS CPU is alarmed"), (Lang::Ja, "RDS の CPU を監視している")]
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
            let written = format.format.write(
                &world.report(&many),
                &many.as_slice(),
                &plain(80),
                &mut Closed,
            );
            assert_eq!(written.unwrap_err().kind(), io::ErrorKind::BrokenPipe, "{}", format.name);
        }
    }
}
