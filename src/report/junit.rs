//! JUnit XML, which every CI service can show: a suite per rule, a case per resource. No times and
//! no timestamps, so that the same input gives the same bytes.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use quick_junit::{
    NonSuccessKind, Property, Report as Whole, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use crate::model::{Finding, Report, RuleInfo, Status, Summary, TOOL_NAME};

use super::tally::{Tally, count};
use super::text::visible;
use super::words::{Words, fill};
use super::{Findings, Format, Style};

/// The `junit` format.
pub struct Junit;

impl Format for Junit {
    fn write(
        &self,
        report: &Report<'_>,
        findings: &dyn Findings,
        _style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let frame = frame(&report.summary)?;
        out.write_all(frame.head.as_bytes())?;

        let writer = Writer { report, words: Words::of(report.lang) };
        for (&rule, tally) in report.rules.iter().zip(count(report, findings)?) {
            let suite = suite_frame(writer.suite(rule, tally))?;
            out.write_all(suite.head.as_bytes())?;
            findings.render(rule, &|share| writer.cases(share), &mut out)?;
            out.write_all(suite.tail.as_bytes())?;
        }
        out.write_all(frame.tail.as_bytes())?;
        out.flush()
    }
}

/// What stands around all suites, or around the cases of one.
struct Frame {
    head: String,
    tail: String,
}

/// Closing tags as the serializer indents them; in values `<` is escaped, so they are found safely.
const END: &str = "\n</testsuites>";
const END_OF_SUITE: &str = "\n    </testsuite>";

// `quick_junit` serializes a report only as a whole, which would hold every finding. So it is taken
// apart: the frame of all, the frame of each suite, and cases by the share.

/// The outermost element with the totals.
fn frame(summary: &Summary) -> io::Result<Frame> {
    let mut outer = Whole::new(TOOL_NAME);
    let Summary { pass, fail, unknown, not_applicable, waived, .. } = *summary;
    outer.tests = to_usize(pass + fail + unknown + not_applicable + waived);
    outer.failures = to_usize(fail);
    outer.errors = to_usize(unknown);
    outer.skipped = to_usize(not_applicable + waived);
    outer.set_time(Duration::ZERO);
    let text = outer.to_string().map_err(other)?;
    let (head, _) = text.split_once(END).ok_or_else(unexpected_shape)?;
    Ok(Frame { head: head.trim_end().to_owned(), tail: format!("{END}\n") })
}

/// A suite as it stands in the outermost element, before and after its cases.
fn suite_frame(suite: TestSuite) -> io::Result<Frame> {
    let text = inside(suite, "\n    <testsuite ")?;
    let (head, _) = text.split_once(END_OF_SUITE).ok_or_else(unexpected_shape)?;
    Ok(Frame { head: head.to_owned(), tail: END_OF_SUITE.to_owned() })
}

/// What the serializer writes of a suite, from `start` to the end of all suites.
fn inside(suite: TestSuite, start: &str) -> io::Result<String> {
    let mut outer = Whole::new(TOOL_NAME);
    outer.add_test_suite(suite);
    let text = outer.to_string().map_err(other)?;
    let start = text.find(start).ok_or_else(unexpected_shape)?;
    let end = text.rfind(END).ok_or_else(unexpected_shape)?;
    Ok(text[start..end].to_owned())
}

fn unexpected_shape() -> io::Error {
    io::Error::other("the JUnit serializer wrote an unexpected shape")
}

fn other(error: SerializeError) -> io::Error {
    io::Error::other(error)
}

fn to_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Turns rules and findings into suites and cases.
struct Writer<'r> {
    report: &'r Report<'r>,
    words: &'static Words,
}

impl Writer<'_> {
    fn suite(&self, rule: &RuleInfo, tally: Tally) -> TestSuite {
        let mut suite = TestSuite::new(&rule.id);
        suite.tests = to_usize(tally.total());
        suite.failures = to_usize(tally.of(Status::Fail));
        suite.errors = to_usize(tally.of(Status::Unknown));
        suite.skipped = to_usize(tally.of(Status::NotApplicable) + tally.of(Status::Waived));
        suite.set_time(Duration::ZERO);
        suite.add_property(Property::new("section", visible(&rule.section)));
        suite.add_property(Property::new("severity", rule.severity.as_str()));
        suite.add_property(Property::new("title", visible(rule.title.get(self.report.lang))));
        suite
    }

    fn cases(&self, findings: &[Finding<'_>]) -> io::Result<Vec<u8>> {
        let mut suite = TestSuite::new(TOOL_NAME);
        suite.add_test_cases(findings.iter().map(|finding| self.case(finding)));
        let text = inside(suite, "\n        <testcase ")?;
        let (cases, _) = text.rsplit_once(END_OF_SUITE).ok_or_else(unexpected_shape)?;
        Ok(cases.as_bytes().to_vec())
    }

    fn case(&self, finding: &Finding<'_>) -> TestCase {
        let mut case = TestCase::new(visible(&finding.resource.id), self.status(finding));
        case.set_classname(visible(&self.class(finding)));
        case.set_time(Duration::ZERO);
        case
    }

    /// `rule.type.region`, with the account before the region when there are several.
    fn class(&self, finding: &Finding<'_>) -> String {
        let resource = &finding.resource;
        let mut class = format!("{}.{}", finding.rule.id, resource.ty);
        if self.report.accounts.len() > 1 {
            class = format!("{class}.{}", resource.account);
        }
        format!("{class}.{}", resource.region)
    }

    fn status(&self, finding: &Finding<'_>) -> TestCaseStatus {
        let mut status = match finding.status {
            Status::Pass => return TestCaseStatus::success(),
            Status::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
            Status::Unknown => TestCaseStatus::non_success(NonSuccessKind::Error),
            Status::NotApplicable | Status::Waived => TestCaseStatus::skipped(),
        };
        status.set_type(match finding.status {
            Status::Fail => finding.rule.severity.as_str(),
            other => other.as_str(),
        });
        status.set_message(self.message(finding));
        match finding.status {
            Status::Fail => status.set_description(self.description(finding, true)),
            Status::Unknown => status.set_description(self.description(finding, false)),
            _ => &mut status,
        };
        status
    }

    fn message(&self, finding: &Finding<'_>) -> String {
        let message = visible(finding.message.trim_end());
        let Some(waiver) = &finding.waiver else { return message.into_owned() };
        let until = fill(self.words.until, &[&waiver.expires, &waiver.owner, &waiver.reason]);
        let head = self.words.status(Status::Waived);
        format!("{head}{}{}; {message}", self.words.colon, visible(&until))
    }

    /// What CI services show when a case is opened: what was seen, and for a failure why it matters
    /// and what to do.
    fn description(&self, finding: &Finding<'_>, failed: bool) -> String {
        let mut text = format!("{}\n", visible(finding.message.trim_end()));
        self.add_evidence(finding, &mut text);
        if failed {
            let (rule, lang) = (finding.rule, self.report.lang);
            add_part(&mut text, self.words.why, rule.why.get(lang));
            add_part(&mut text, self.words.fix, rule.remediation.get(lang));
            let references = rule.references.join("\n");
            add_part(&mut text, "", &references);
        }
        text.truncate(text.trim_end().len());
        text
    }

    fn add_evidence(&self, finding: &Finding<'_>, text: &mut String) {
        if finding.evidence.is_empty() && finding.evidence_omitted == 0 {
            return;
        }
        text.push('\n');
        text.push_str(self.words.seen);
        text.push('\n');
        for seen in &finding.evidence {
            let line = format!("{} {}{}{}", seen.ty, seen.id, self.words.colon, seen.note);
            text.push_str(&format!("- {}\n", visible(line.trim_end())));
        }
        if finding.evidence_omitted > 0 {
            let omitted = finding.evidence_omitted.to_string();
            text.push_str(&format!("- {}\n", fill(self.words.and_more, &[&omitted])));
        }
    }
}

/// Adds a text of several lines under a heading, unless it is empty.
fn add_part(text: &mut String, heading: &str, part: &str) {
    let part = part.trim();
    if part.is_empty() {
        return;
    }
    text.push('\n');
    if !heading.is_empty() {
        text.push_str(heading);
        text.push('\n');
    }
    for line in part.lines() {
        text.push_str(&visible(line));
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Lang;
    use crate::report::fixture::{World, plain};

    fn written(lang: Lang) -> String {
        let world = World::new(lang);
        let findings = world.findings();
        let mut out = Vec::new();
        let report = world.report(&findings);
        Junit.write(&report, &findings.as_slice(), &plain(80), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_whole_document() {
        let text = written(Lang::En).replace(&"x".repeat(10_000), "[10,000 x]");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_frame_fits_what_the_serializer_writes_as_a_whole() {
        let text = written(Lang::Ja);
        let whole = Whole::deserialize_from_str(&text).unwrap();
        assert!(whole.to_string().unwrap() == text, "the pieces differ from the whole");
        let cases =
            |count: fn(&TestSuite) -> usize| whole.test_suites.iter().map(count).sum::<usize>();
        assert_eq!(cases(|suite| suite.tests), whole.tests);
        assert_eq!(cases(|suite| suite.failures), whole.failures);
        assert_eq!(cases(|suite| suite.errors), whole.errors);
        assert_eq!(cases(|suite| suite.skipped), whole.skipped);
        assert_eq!(whole.tests, 13);
    }

    #[test]
    fn nothing_that_xml_forbids_is_written() {
        let text = written(Lang::En);
        assert!(text.contains("evil␊␛[31mdb&quot;"), "{text}");
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }

    #[test]
    fn several_accounts_are_told_apart() {
        let world = World::new(Lang::En);
        let findings = world.findings();
        let mut report = world.report(&findings);
        let accounts = ["123456789012".to_owned(), "210987654321".to_owned()];
        report.accounts = &accounts;
        let mut out = Vec::new();
        Junit.write(&report, &findings.as_slice(), &plain(80), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(
            "classname=\"rds-cpu-alarm.AWS::RDS::DBInstance.123456789012.ap-northeast-1\""
        ));
    }
}
