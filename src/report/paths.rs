//! Where signals end: as a tree for terminals, and as `audit-paths/1` for programs.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::json::{Unread, without_treachery};
use super::page::{Ink, Page};
use super::text::{visible, width, wrap};
use super::words::Words;
use super::{Style, header};
use crate::model::paths::{Heard, PathEnd, Paths, Signal, SignalKind, Way};
use crate::model::{Lang, Notice, TOOL_NAME, TOOL_VERSION};

/// Writes the tree. Signals that take the same ways stand together.
///
/// # Errors
/// As `out` does.
pub fn text(paths: &Paths<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, style);
    let of = (paths.accounts, paths.regions);
    header::write(&mut page, Words::of(paths.lang), paths.collected_at, of)?;
    for end in [PathEnd::Nobody, PathEnd::Unknown, PathEnd::Someone] {
        let groups = groups(paths.signals.iter().filter(|signal| signal.end == end));
        if groups.is_empty() {
            continue;
        }
        let count = groups.iter().map(|group| group.names.len()).sum();
        page.heading(heading(end, paths.lang), &[vec![counted(count, paths)]])?;
        for group in &groups {
            page.blank()?;
            let lead = vec![(format!("{} ", kind(group.kind, paths.lang)), Ink::Dim)];
            let names = group.names.iter().map(|name| visible(name)).collect::<Vec<_>>();
            page.hang(0, &lead, &names.join(", "), Ink::Bold)?;
            branches(&mut page, "", group.ways)?;
        }
    }
    if paths.signals.is_empty() {
        page.blank()?;
        page.line(0, &[(nothing(paths.lang).to_owned(), Ink::Plain)])?;
    }
    notices(&mut page, paths)
}

/// Signals that take the same ways.
struct Group<'p> {
    kind: SignalKind,
    names: Vec<&'p str>,
    ways: &'p [Way],
}

/// Signals by their kind and ways, each group where its first stands.
fn groups<'p>(signals: impl Iterator<Item = &'p Signal<'p>>) -> Vec<Group<'p>> {
    let mut groups: Vec<Group<'p>> = Vec::new();
    let mut places: FxHashMap<(SignalKind, &[Way]), usize> = FxHashMap::default();
    for Signal { kind, what, ways, .. } in signals {
        let at = *places.entry((*kind, ways)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.names.push(what),
            None => groups.push(Group { kind: *kind, names: vec![what], ways }),
        }
    }
    groups
}

fn heading(end: PathEnd, lang: Lang) -> &'static str {
    match (end, lang) {
        (PathEnd::Nobody, Lang::En) => "Nobody hears",
        (PathEnd::Nobody, Lang::Ja) => "誰にも届かない",
        (PathEnd::Unknown, Lang::En) => "Cannot be told",
        (PathEnd::Unknown, Lang::Ja) => "判断できない",
        (PathEnd::Someone, Lang::En) => "Somebody hears",
        (PathEnd::Someone, Lang::Ja) => "届く",
    }
}

fn counted(count: usize, paths: &Paths<'_>) -> (String, Ink) {
    let all = paths.all;
    let words = match paths.lang {
        Lang::En => format!("{count} of {all} signals"),
        Lang::Ja => format!("{all} 件中 {count} 件"),
    };
    (words, Ink::Plain)
}

fn kind(kind: SignalKind, lang: Lang) -> &'static str {
    match (kind, lang) {
        (SignalKind::Alarm, Lang::En) => "alarm",
        (SignalKind::Alarm, Lang::Ja) => "アラーム",
        (SignalKind::CompositeAlarm, Lang::En) => "composite alarm",
        (SignalKind::CompositeAlarm, Lang::Ja) => "複合アラーム",
        (SignalKind::Event, Lang::En) => "event",
        (SignalKind::Event, Lang::Ja) => "イベント",
        (SignalKind::Rule, Lang::En) => "what a rule takes:",
        (SignalKind::Rule, Lang::Ja) => "ルールが受け取るイベント:",
        (SignalKind::Budget, Lang::En) => "budget",
        (SignalKind::Budget, Lang::Ja) => "予算",
        (SignalKind::CostAnomaly, Lang::En) => "cost anomalies",
        (SignalKind::CostAnomaly, Lang::Ja) => "コスト異常",
    }
}

fn nothing(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "There is no such signal: no alarm, event, budget or cost anomaly fits.",
        Lang::Ja => "該当するシグナルはありません (アラーム、イベント、予算、コスト異常)。",
    }
}

/// The ways from one place, each on a branch of its own.
fn branches(page: &mut Page<'_>, trunk: &str, ways: &[Way]) -> io::Result<()> {
    for (n, way) in ways.iter().enumerate() {
        let is_last = n + 1 == ways.len();
        let (here, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let (mark, ink) = match (way.end, way.ways.is_empty() || way.doubt.is_some()) {
            (PathEnd::Someone, true) => ("✓ ", Ink::Green),
            (PathEnd::Nobody, true) => ("✗ ", Ink::Red),
            (PathEnd::Unknown, true) => ("? ", Ink::Yellow),
            (_, false) => ("", Ink::Plain),
        };
        let said = match &way.doubt {
            Some(doubt) => format!("{}: {doubt}", way.label),
            None => way.label.clone(),
        };
        let below = format!("{trunk}{below}");
        let branch = |first: bool| match first {
            true => (format!("{trunk}{here}"), Ink::Dim),
            false => (format!("{below}  "), Ink::Dim),
        };
        let room = page.width.saturating_sub(width(&below) + 2);
        for (n, line) in wrap(&visible(&said), room).into_iter().enumerate() {
            let mark = if n == 0 { mark } else { "" };
            page.line(0, &[branch(n == 0), (mark.to_owned(), ink), (line, Ink::Plain)])?;
        }
        branches(page, &below, &way.ways)?;
    }
    Ok(())
}

fn notices(page: &mut Page<'_>, paths: &Paths<'_>) -> io::Result<()> {
    let mut notes: Vec<String> =
        paths.notices.iter().map(|it| visible(&it.message).into()).collect();
    notes.extend(unread(paths));
    if notes.is_empty() {
        return Ok(());
    }
    let title = match paths.lang {
        Lang::En => "Worth knowing",
        Lang::Ja => "補足",
    };
    page.heading(title, &[])?;
    page.blank()?;
    page.notes(0, &notes)
}

/// That more signals or ways may be there than are shown.
fn unread(paths: &Paths<'_>) -> Option<String> {
    let mut operations: Vec<&str> = paths.gaps.iter().map(|gap| gap.operation.as_str()).collect();
    operations.sort_unstable();
    operations.dedup();
    let list = operations.join(", ");
    (!operations.is_empty()).then(|| match paths.lang {
        Lang::En => {
            format!("these calls did not answer, so there may be more than is shown: {list}")
        }
        Lang::Ja => format!(
            "次の呼び出しは応答を得られなかったため、表示にないものがある可能性があります: {list}"
        ),
    })
}

/// Writes everything as `audit-paths/1`.
///
/// # Errors
/// As `out` does.
pub fn json(paths: &Paths<'_>, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'p> {
        format: &'static str,
        tool: Tool,
        snapshot: Snapshot<'p>,
        signals: &'p [Signal<'p>],
        receivers: &'p [Heard],
        gaps: Vec<Unread<'p>>,
        notices: &'p [Notice],
    }
    #[derive(Serialize)]
    struct Tool {
        name: &'static str,
        version: &'static str,
    }
    #[derive(Serialize)]
    struct Snapshot<'p> {
        collected_at: &'p str,
        accounts: &'p [String],
        regions: &'p [String],
        signals: usize,
    }
    let document = Document {
        format: "audit-paths/1",
        tool: Tool { name: TOOL_NAME, version: TOOL_VERSION },
        snapshot: Snapshot {
            collected_at: paths.collected_at,
            accounts: paths.accounts,
            regions: paths.regions,
            signals: paths.all,
        },
        signals: &paths.signals,
        receivers: &paths.receivers,
        gaps: paths.gaps.iter().map(Unread::of).collect(),
        notices: &paths.notices,
    };
    let text = without_treachery(serde_json::to_string_pretty(&document)?);
    writeln!(out, "{text}")
}
