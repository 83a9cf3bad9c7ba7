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
        let end = file.text.len();
        let start = floor(&file.text, at.start.min(end));
        let stop = floor(&file.text, at.end.clamp(start, end));
        Diagnostic { file: file.clone(), at: start..stop, message: message.into() }
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
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

/// Every complaint about a set of files; never empty.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
pub struct Diagnostics(pub Vec<Diagnostic>);
