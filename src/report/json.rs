//! Format `audit-report/1`: everything, for programs. A finding per line, which `grep` and `diff`
//! can read; same input, same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use crate::model::{
    Finding, FixRisk, Gap, Lang, Notice, Report, ResourceRef, RuleInfo, Severity, Summary,
    TOOL_NAME, TOOL_VERSION,
};

use super::tally::count;
use super::text::is_treacherous;
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
        let tallies = count(report, findings)?;
        let mut after_comma = AfterComma { out: &mut out, first: true };
        for (rule, tally) in report.rules.iter().zip(tallies) {
            let written = findings.render(rule, &serialized, &mut after_comma)?;
            if written as u64 != tally.total() {
                return Err(io::Error::other(format!("findings of `{}` are missing", rule.id)));
            }
        }
        let empty = after_comma.first;
        out.write_all(if empty { b"]" } else { b"\n  ]" })?;
        out.write_all(tail.as_bytes())?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

/// Leaves out the comma before the first finding.
struct AfterComma<'o> {
    out: &'o mut dyn Write,
    first: bool,
}

impl Write for AfterComma<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let skipped = usize::from(self.first && !bytes.is_empty());
        self.first &= bytes.is_empty();
        self.out.write_all(&bytes[skipped..])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The document up to and after its findings, with the bracket that opens them.
fn frame(report: &Report<'_>) -> io::Result<(String, String)> {
    let text = without_treachery(serde_json::to_string_pretty(&Document::of(report))?);
    // Strings hold no bare line breaks, so this is the field and nothing else.
    let (head, tail) = text
        .split_once("\n  \"findings\": []")
        .ok_or_else(|| io::Error::other("the JSON serializer wrote an unexpected shape"))?;
    Ok((format!("{head}\n  \"findings\": ["), tail.to_owned()))
}

/// Findings as they stand in the document: a line each, with a comma before it.
fn serialized(findings: &[Finding<'_>]) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(findings.len() * 768);
    for finding in findings {
        line(finding, &mut text)?;
    }
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    Ok(without_treachery(text).into_bytes())
}

/// One finding, as the serializer would write it; but it looks at every byte of every string, and most
/// of a million findings are names and ARNs that need no escape.
fn line(finding: &Finding<'_>, text: &mut Vec<u8>) -> io::Result<()> {
    let ResourceRef { ty, id, arn, account, region, name } = &finding.resource;
    let fields: [(&str, &str); 10] = [
        (",\n    {\"rule\":", &finding.rule.id),
        (",\"status\":", finding.status.as_str()),
        (",\"severity\":", finding.rule.severity.as_str()),
        (",\"resource\":{\"type\":", ty),
        (",\"id\":", id),
        (",\"arn\":", arn),
        (",\"account\":", account),
        (",\"region\":", region),
        (",\"name\":", name),
        ("},\"message\":", &finding.message),
    ];
    strings(&fields, text)?;
    text.extend_from_slice(b",\"evidence\":[");
    for (n, seen) in finding.evidence.iter().enumerate() {
        let begin = if n == 0 { "{\"type\":" } else { ",{\"type\":" };
        strings(&[(begin, &seen.ty), (",\"id\":", &seen.id), (",\"note\":", &seen.note)], text)?;
        text.push(b'}');
    }
    text.push(b']');
    if finding.evidence_omitted > 0 {
        text.extend_from_slice(b",\"evidence_omitted\":");
        serde_json::to_writer(&mut *text, &finding.evidence_omitted)?;
    }
    text.extend_from_slice(b",\"waiver\":");
    serde_json::to_writer(&mut *text, &finding.waiver)?;
    text.push(b'}');
    Ok(())
}

/// Strings, each behind what stands before it.
fn strings(all: &[(&str, &str)], text: &mut Vec<u8>) -> io::Result<()> {
    for (before, string) in all {
        text.extend_from_slice(before.as_bytes());
        let plain = |plain, byte| plain & (byte >= 0x20) & (byte != b'"') & (byte != b'\\');
        if string.bytes().fold(true, plain) {
            text.push(b'"');
            text.extend_from_slice(string.as_bytes());
            text.push(b'"');
        } else {
            serde_json::to_writer(&mut *text, string)?;
        }
    }
    Ok(())
}

/// The same JSON, with what could mislead a reader (controls, text that runs backwards, what cannot be
/// seen) written as escapes. Outside of strings JSON is plain ASCII, so this changes only strings, and
/// not what they stand for.
fn without_treachery(json: String) -> String {
    let plain = json.bytes().fold(true, |plain, byte| plain & (byte < 0x7F));
    if plain || !json.contains(misleads) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if misleads(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Line breaks stand only between values: within a string they are escaped.
fn misleads(c: char) -> bool {
    c != '\n' && is_treacherous(c)
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

#[cfg(test)]
mod tests {
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
        for finding in world.findings() {
            let mut text = Vec::new();
            line(&finding, &mut text).unwrap();
            let expected = serde_json::to_string(&One::of(&finding)).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), format!(",\n    {expected}"));
        }
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
