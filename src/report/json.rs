//! Format `audit-report/1`: everything, for programs. Two-space indentation, findings written as
//! they come, same input same bytes.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use rayon::prelude::*;
use serde::Serialize;
use serde_json::ser::Formatter;

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
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let (head, tail) = frame(report)?;
        out.write_all(head.as_bytes())?;
        let mut all = |_: &RuleInfo, _| true;
        let empty = write_findings(findings.select(&mut all), &mut out)?;
        out.write_all(if empty { b"]" } else { b"\n  ]" })?;
        out.write_all(tail.as_bytes())?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

/// How many findings are held at a time, and how many of them one thread serializes at once.
const BATCH: usize = 2048;
const SHARE: usize = 256;

/// The document up to and after its findings, with the bracket that opens them.
fn frame(report: &Report<'_>) -> io::Result<(String, String)> {
    let text = serde_json::to_string_pretty(&Document::of(report))?;
    // Strings hold no bare line breaks, so this is the field and nothing else.
    let (head, tail) = text
        .split_once("\n  \"findings\": []")
        .ok_or_else(|| io::Error::other("the JSON serializer wrote an unexpected shape"))?;
    Ok((format!("{head}\n  \"findings\": ["), tail.to_owned()))
}

/// Writes findings as they come and says whether there were none. Producing them is sequential, so
/// what remains, turning them into text, is spread over the cores.
fn write_findings<'f>(
    mut findings: impl Iterator<Item = Finding<'f>>,
    out: &mut impl Write,
) -> io::Result<bool> {
    let mut empty = true;
    loop {
        let batch: Vec<_> = findings.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(empty);
        }
        let texts: Vec<_> = batch.par_chunks(SHARE).map(serialized).collect::<io::Result<_>>()?;
        for text in texts {
            // Every finding begins with the comma that parts it from the one before.
            out.write_all(text.get(usize::from(empty)..).unwrap_or_default())?;
            empty = false;
        }
    }
}

/// Findings as they stand in the document, each with a comma before it.
fn serialized(findings: &[Finding<'_>]) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(findings.len() * 768);
    for finding in findings {
        text.extend_from_slice(b",\n    ");
        let inside = Indented { depth: DEPTH, filled: false };
        let mut serializer = serde_json::Serializer::with_formatter(&mut text, inside);
        One::of(finding).serialize(&mut serializer)?;
    }
    Ok(text)
}

/// Writes the same bytes as `serde_json`'s pretty formatter, but begins inside the document and
/// writes a line's break and indentation at once, which takes half the time.
struct Indented {
    depth: usize,
    filled: bool,
}

/// A finding stands in an array in the document's object.
const DEPTH: usize = 2;

/// What parts two values, deep enough for any finding.
const BREAK: &[u8] = b",\n                    ";

impl Indented {
    fn value<W: ?Sized + Write>(&self, out: &mut W, first: bool) -> io::Result<()> {
        out.write_all(BREAK.get(usize::from(first)..2 + 2 * self.depth).unwrap_or(BREAK))
    }

    fn begin(&mut self) {
        self.depth += 1;
        self.filled = false;
    }

    fn end<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.filled { self.value(out, true) } else { Ok(()) }
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin();
        out.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out)?;
        out.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin();
        out.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out)?;
        out.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.value(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
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
    /// Empty here; see [`frame`].
    findings: [(); 0],
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

/// A call that did not answer, with the IAM actions it needs.
#[derive(Serialize)]
struct Unread<'r> {
    account: &'r str,
    region: &'r str,
    operation: &'r str,
    actions: &'r [String],
    outcome: &'r str,
    message: &'r str,
}

impl<'r> Document<'r> {
    fn of(report: &'r Report<'_>) -> Document<'r> {
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
            findings: [],
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
            actions: &gap.actions,
            outcome: &gap.outcome,
            message: &gap.message,
        }
    }
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

#[cfg(test)]
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
    fn findings_are_indented_as_the_pretty_formatter_would() {
        let world = World::new(Lang::Ja);
        for finding in world.findings() {
            let pretty = serde_json::to_string_pretty(&One::of(&finding)).unwrap();
            let expected = format!(",\n    {}", pretty.replace('\n', "\n    "));
            assert!(serialized(&[finding]).unwrap() == expected.into_bytes());
        }
    }

    #[test]
    fn batches_join_without_a_seam() {
        let world = World::new(Lang::En);
        let many: Vec<_> = world.calm().into_iter().cycle().take(2 * BATCH + SHARE + 1).collect();
        let mut out = Vec::new();
        Json.write(&world.report(&many), &many.as_slice(), &plain(80), &mut out).unwrap();
        let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(document["findings"].as_array().unwrap().len(), many.len());
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
