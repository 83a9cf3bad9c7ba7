//! The set of rules of a run: built-in ones and a user's own, in the catalogue's order, selected
//! and parameterized.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use serde_json::Value as Json;
use wildmatch::WildMatch;

use super::cases::{self, Cases};
use super::diagnostic::{Diagnostic, Diagnostics, SourceFile};
use super::expr::{Ty, with_deep_stack};
use super::fix::{self, Part};
use super::rule::{self, Rule};
use crate::model::rule::SECTIONS;

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// The end of the name of a file of cases.
const CASES: &str = ".cases.yaml";

/// The end of the name of a file that holds a part of fixes.
const PART: &str = ".part.yaml";

/// Why rules could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The files say something that is wrong.
    #[error(transparent)]
    Rules(#[from] Diagnostics),
    /// A file or folder could not be read.
    #[error("cannot read rules from {}: {error}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A folder of rules without any.
    #[error("{} holds no rule; rules are files that end in .yaml or .yml", path.display())]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// There is no thread to check them on.
    #[error("cannot check rules: {0}")]
    Thread(std::io::Error),
    /// A selection names nothing.
    #[error(
        "{option} {pattern:?} matches no rule; `audit rules list` shows all ids, and `section:NAME` selects a section: {}",
        SECTIONS.map(|(name, ..)| name).join(", ")
    )]
    NoMatch {
        /// Where it was written: `--select`, `--skip`, `[rules] skip`.
        option: &'static str,
        /// What was asked for.
        pattern: String,
    },
}

/// Why a parameter cannot be overridden.
#[derive(Debug, thiserror::Error)]
pub enum ParamError {
    /// There is no such rule.
    #[error("there is no such rule {0}; `audit rules list` shows all ids")]
    NoRule(String),
    /// The rule has no such parameter.
    #[error("the rule has no parameter {name}; it has {known}")]
    NoParam {
        /// Which.
        name: String,
        /// Those it has.
        known: String,
    },
    /// The value is of another type.
    #[error("expected a {want}, found {found}")]
    Type {
        /// The parameter's type.
        want: Ty,
        /// The value.
        found: Json,
    },
    /// A number below zero where the rule's own is none: parameters count, or are shares, sizes and times.
    #[error("expected a number that is not negative, found {0}")]
    Negative(Json),
}

/// Rules in the catalogue's order.
#[derive(Debug, Default)]
pub struct RuleSet {
    /// The rules: by section, then by file name.
    pub rules: Vec<Rule>,
    /// Their cases.
    pub cases: Vec<Cases>,
    /// Resources that several fixes use.
    pub parts: Vec<Part>,
}

impl RuleSet {
    /// Loads the built-in rules (if wanted) and those in `dirs` with their cases. The built-in ones
    /// come without: they were tested before they were built in, and reading them takes longer than
    /// reading the rules.
    ///
    /// # Errors
    /// Every complaint about every file.
    pub fn load(builtin: bool, dirs: &[PathBuf]) -> Result<RuleSet, LoadError> {
        let mut files = if builtin { built_in() } else { Vec::new() };
        files.retain(|file| !file.name.ends_with(CASES));
        RuleSet::load_more(files, dirs)
    }

    /// Loads the same rules with the cases of all.
    ///
    /// # Errors
    /// As [`RuleSet::load`].
    pub fn load_with_cases(builtin: bool, dirs: &[PathBuf]) -> Result<RuleSet, LoadError> {
        RuleSet::load_more(if builtin { built_in() } else { Vec::new() }, dirs)
    }

    fn load_more(mut files: Vec<SourceFile>, dirs: &[PathBuf]) -> Result<RuleSet, LoadError> {
        for dir in dirs {
            let before = files.len();
            on_disk(dir, &mut files)?;
            if !files[before..].iter().any(is_rule) {
                return Err(LoadError::Empty { path: dir.clone() });
            }
        }
        RuleSet::of(files)
    }

    /// Checks files, of which those that end in `.cases.yaml` are cases.
    ///
    /// # Errors
    /// Every complaint about every file.
    pub fn of(files: Vec<SourceFile>) -> Result<RuleSet, LoadError> {
        with_deep_stack(|| RuleSet::check(files)).map_err(LoadError::Thread)?
    }

    fn check(files: Vec<SourceFile>) -> Result<RuleSet, LoadError> {
        let mut set = RuleSet::default();
        let mut complaints = Vec::new();
        let (cases, files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|f| f.name.ends_with(CASES));
        let (parts, rules): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|f| f.name.ends_with(PART));
        for file in parts {
            match fix::part(&file) {
                Ok(part) => set.add_part(part, &mut complaints),
                Err(mut found) => complaints.append(&mut found),
            }
        }
        for file in rules {
            match rule::check(&file) {
                Ok(rule) => set.add(rule, &mut complaints),
                Err(mut found) => complaints.append(&mut found),
            }
        }
        if complaints.is_empty() {
            complaints = set.link();
        }
        set.rules.sort_by_key(|r| section_order(&r.info.section));
        for file in cases {
            match cases::check(&file, &set.rules) {
                Ok(cases) => set.cases.push(cases),
                Err(mut found) => complaints.append(&mut found),
            }
        }
        if complaints.is_empty() { Ok(set) } else { Err(Diagnostics(complaints).into()) }
    }

    fn add(&mut self, rule: Rule, complaints: &mut Vec<Diagnostic>) {
        match self.rules.iter().find(|r| r.info.id == rule.info.id) {
            None => self.rules.push(rule),
            Some(other) => {
                let message = format!("the id {} is taken by {}", rule.info.id, other.file.name);
                complaints.push(Diagnostic::new(&rule.file, rule.id_place.clone(), message));
            }
        }
    }

    fn add_part(&mut self, part: Part, complaints: &mut Vec<Diagnostic>) {
        match self.parts.iter().find(|other| other.name == part.name) {
            None => self.parts.push(part),
            Some(other) => {
                let message = format!("the part {} stands in {} too", part.name, other.file.name);
                complaints.push(Diagnostic::new(&part.file, part.place.clone(), message));
            }
        }
    }

    /// Complaints about what fixes say of parts and of each other's resources.
    fn link(&self) -> Vec<Diagnostic> {
        let circles = self.parts.iter().filter(|part| fix::uses_itself(part, &self.parts));
        let circles: Vec<Diagnostic> = circles
            .map(|part| {
                let message = format!("the part {} uses itself", part.name);
                Diagnostic::new(&part.file, part.place.clone(), message)
            })
            .collect();
        if !circles.is_empty() {
            return circles;
        }
        let fixes = self.rules.iter().filter_map(|rule| Some((&rule.file, rule.fix.as_ref()?)));
        let of_rules =
            fixes.flat_map(|(file, it)| fix::link(file, (&it.uses, &it.resources), &self.parts));
        let of_parts = self
            .parts
            .iter()
            .flat_map(|part| fix::link(&part.file, (&part.uses, &part.resources), &self.parts));
        of_rules.chain(of_parts).collect()
    }

    /// Whether there is a rule with this id.
    pub fn has(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| rule.info.id == id)
    }

    /// Keeps only what some pattern of `--select` matches: ids, globs or `section:NAME`. Without
    /// patterns, everything.
    ///
    /// # Errors
    /// A pattern that matches no rule.
    pub fn select(&mut self, patterns: &[String]) -> Result<(), LoadError> {
        self.unmatched("--select", patterns).flatten().next().map_or(Ok(()), Err)?;
        self.rules.retain(|rule| patterns.is_empty() || patterns.iter().any(|p| matches(p, rule)));
        Ok(())
    }

    /// Leaves out what some pattern of `--skip` matches.
    ///
    /// # Errors
    /// A pattern that matches no rule.
    pub fn skip(&mut self, patterns: &[String]) -> Result<(), LoadError> {
        self.unmatched("--skip", patterns).flatten().next().map_or(Ok(()), Err)?;
        self.leave_out(patterns);
        Ok(())
    }

    /// Leaves out what some pattern matches.
    pub fn leave_out(&mut self, patterns: &[String]) {
        self.rules.retain(|rule| !patterns.iter().any(|p| matches(p, rule)));
    }

    /// For every pattern, what to say if it matches no rule; `option` is where the user wrote them.
    pub fn unmatched<'p>(
        &'p self,
        option: &'static str,
        patterns: &'p [String],
    ) -> impl Iterator<Item = Option<LoadError>> + 'p {
        patterns.iter().map(move |pattern| {
            let matched = self.rules.iter().any(|rule| matches(pattern, rule));
            (!matched).then(|| LoadError::NoMatch { option, pattern: pattern.clone() })
        })
    }

    /// Overrides a parameter.
    ///
    /// # Errors
    /// A rule or parameter that does not exist, or a value of another type.
    pub fn set_param(&mut self, id: &str, name: &str, value: &Json) -> Result<(), ParamError> {
        let rule = self.rules.iter_mut().find(|rule| rule.info.id == id);
        let rule = rule.ok_or_else(|| ParamError::NoRule(id.to_owned()))?;
        rule.set_param(name, value)
    }
}

fn matches(pattern: &str, rule: &Rule) -> bool {
    match pattern.strip_prefix("section:") {
        Some(section) => WildMatch::new(section).matches(&rule.info.section),
        None => WildMatch::new(pattern).matches(&rule.info.id),
    }
}

fn section_order(section: &str) -> usize {
    SECTIONS.iter().position(|(name, ..)| *name == section).unwrap_or(SECTIONS.len())
}

/// The files of the built-in rules and their cases.
fn built_in() -> Vec<SourceFile> {
    let mut files = Vec::new();
    embedded(&BUILTIN, &mut files);
    files
}

fn embedded(dir: &Dir<'_>, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> = dir.entries().iter().collect();
    entries.sort_by_key(|entry| entry.path());
    for entry in entries {
        match (entry.as_dir(), entry.as_file()) {
            (Some(dir), _) => embedded(dir, files),
            (_, Some(file)) if is_rule_file(file.path()) => files.push(SourceFile {
                name: format!("rules/{}", file.path().display()),
                text: file.contents_utf8().unwrap_or_default().into(),
            }),
            _ => {}
        }
    }
}

fn on_disk(dir: &Path, files: &mut Vec<SourceFile>) -> Result<(), LoadError> {
    let fail = |error| LoadError::Read { path: dir.to_owned(), error };
    let entries: Result<Vec<_>, _> = std::fs::read_dir(dir).map_err(fail)?.collect();
    let mut paths: Vec<PathBuf> = entries.map_err(fail)?.into_iter().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            on_disk(&path, files)?;
        } else if is_rule_file(&path) && path.is_file() {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| LoadError::Read { path: path.clone(), error })?;
            files.push(SourceFile { name: path.display().to_string(), text: text.into() });
        }
    }
    Ok(())
}

/// Whether a file holds a rule, rather than cases or a part.
fn is_rule(file: &SourceFile) -> bool {
    !file.name.ends_with(CASES) && !file.name.ends_with(PART)
}

fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "yaml" || e == "yml")
}
