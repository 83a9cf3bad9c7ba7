//! Complaints that point into the user's own file.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A file's name and text, for complaints about it.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As the user knows it.
    pub name: String,
    /// All of it.
    pub text: Arc<str>,
}

/// One complaint.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    file: SourceFile,
    at: Range<usize>,
    message: String,
}

impl Diagnostic {
    /// A complaint about the bytes `at` of `file`.
    pub fn new(file: &SourceFile, at: Range<usize>, message: impl Into<String>) -> Diagnostic {
        let start = file.text.floor_char_boundary(at.start);
        // The first line says enough of what takes up several.
        let line = file.text[start..].find('\n').map_or(file.text.len(), |line| start + line);
        let stop = file.text.floor_char_boundary(at.end).clamp(start, line);
        // A message may quote a name with a line break, which would look like another complaint.
        let message = message.into().replace('\n', "\\n");
        Diagnostic { file: file.clone(), at: start..stop, message }
    }

    /// A complaint about the bytes `at` of `file` that does not show them.
    pub fn without_text(
        file: &SourceFile,
        at: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        let lines = file.text.get(..at.start).unwrap_or_default().matches('\n').count();
        // As many lines, and nothing on them.
        let text = format!("{} ", "\n".repeat(lines));
        let blank = SourceFile { name: file.name.clone(), text: text.into() };
        Diagnostic { at: lines..lines + 1, file: blank, message: message.into() }
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let snippet = Snippet::source(&*self.file.text)
            .path(&self.file.name)
            .annotation(AnnotationKind::Primary.span(self.at.clone()));
        let report = [Level::ERROR.primary_title(&self.message).element(snippet)];
        f.write_str(&Renderer::plain().render(&report))
    }
}

/// Complaints about one file in the order in which one reads it, each once.
pub fn in_order(mut complaints: Vec<Diagnostic>) -> Vec<Diagnostic> {
    complaints.sort_by_key(|complaint| complaint.at.start);
    complaints.dedup_by(|two, one| two.at == one.at && two.message == one.message);
    complaints
}

/// Every complaint about a set of files; never empty.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
pub struct Diagnostics(pub Vec<Diagnostic>);
