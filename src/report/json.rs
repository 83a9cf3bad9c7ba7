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
pub fn without_treachery(json: String) -> String {
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
pub struct Unread<'r> {
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
    pub fn of(gap: &'r Gap) -> Unread<'r> {
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
mod tests;
