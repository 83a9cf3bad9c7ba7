//! The journal, JSON Lines: what was asked for, and every step of it, written to the disk before a call
//! is made and when it was answered. A killed run resumes from it, an undo reads what to take back.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::handler::{CallLog, State};
use super::plan::{Plan, Tool};
use crate::model::Op;

/// The format.
pub const FORMAT: &str = "audit-journal/1";

/// A line of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    /// When, RFC 3339.
    at: String,
    #[serde(flatten)]
    event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A plan is applied, or some of its actions.
    Began {
        /// [`FORMAT`].
        format: String,
        /// By whom.
        tool: Tool,
        /// The plan, whole.
        plan: Box<Plan>,
        /// Numbers of the actions that are to be done.
        chosen: Vec<u32>,
    },
    /// A run that had ended early goes on.
    Resumed,
    /// What was made is taken back.
    Undoing,
    /// An action begins; the resource was in this state.
    Begun {
        /// The action.
        action: u32,
        /// Whether it is taken back.
        undo: bool,
        /// What was there; null when nothing.
        present: Option<State>,
    },
    /// A call that changes the account is about to be made.
    Calling {
        /// The action.
        action: u32,
        /// The operation.
        api: String,
    },
    /// The call was answered.
    Called {
        /// The action.
        action: u32,
        /// The operation.
        api: String,
        /// `ok`, or the service's words.
        outcome: String,
    },
    /// An action has ended.
    Ended {
        /// The action.
        action: u32,
        /// Whether it was taken back.
        undo: bool,
        /// How.
        outcome: Outcome,
        /// What is there now, where it was made.
        made: Option<State>,
        /// Why, where it was not.
        message: String,
    },
}

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// There was nothing to do: it is so already.
    Already,
    /// Someone changed the resource since, so it was left alone.
    Changed,
    /// A call failed.
    Failed,
    /// Something that it depends on was not done.
    NotTried,
}

impl Outcome {
    /// Whether what comes after may be done.
    pub fn is_good(self) -> bool {
        matches!(self, Outcome::Done | Outcome::Already)
    }
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be opened, read or written.
    #[error("cannot use the journal {}: {error}; `audit fix --apply` prints where it is, and --journal names another place", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// There is a file already.
    #[error("{} exists; a journal is never written over: name another file with --journal, or go on with --resume {}", path.display(), path.display())]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// Another run writes to it.
    #[error("another audit fix is at work on the journal {}; wait until it has ended", path.display())]
    Locked {
        /// Which file.
        path: PathBuf,
    },
    /// It is no journal.
    #[error("{}:{line} is no line of a journal: {reason}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Which line.
        line: usize,
        /// Why.
        reason: String,
    },
}

/// A journal that is written to.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: RefCell<File>,
    /// The action that calls belong to.
    action: Cell<u32>,
    /// Whether a line could not be written; from then on nothing may be called.
    broken: Cell<bool>,
}

/// What has come of an action so far.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// What was there when it first began; none when it did not begin.
    pub found: Option<Option<State>>,
    /// Whether any call was, or may have been, made.
    pub called: bool,
    /// How it ended, and what was there then.
    pub ended: Option<(Outcome, Option<State>)>,
    /// Whether taking it back has begun.
    pub undoing: bool,
    /// How taking it back ended.
    pub undone: Option<Outcome>,
}

/// What a journal tells.
#[derive(Debug)]
pub struct History {
    /// The plan.
    pub plan: Plan,
    /// Numbers of the actions that were to be done.
    pub chosen: Vec<u32>,
    /// By number.
    pub actions: BTreeMap<u32, Progress>,
    /// Whether taking back has begun.
    pub undoing: bool,
}

impl Journal {
    /// A new journal for actions of a plan.
    ///
    /// # Errors
    /// The file exists, or cannot be written.
    pub fn create(path: &Path, plan: &Plan, chosen: &[u32]) -> Result<Journal, JournalError> {
        let io = |error| JournalError::Io { path: path.to_owned(), error };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            // It describes the account.
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => JournalError::Exists { path: path.to_owned() },
            _ => io(error),
        })?;
        let journal = Journal::locked(path, file)?;
        let began = Event::Began {
            format: FORMAT.to_owned(),
            tool: Tool::this(),
            plan: Box::new(plan.clone()),
            chosen: chosen.to_vec(),
        };
        journal.write(began).map_err(io)?;
        Ok(journal)
    }

    /// A journal that is there, to be gone on with, and what it tells. A last line that was cut off is
    /// taken away: it was written before nothing.
    ///
    /// # Errors
    /// It cannot be read or written, or is no journal.
    pub fn reopen(path: &Path) -> Result<(Journal, History), JournalError> {
        let io = |error| JournalError::Io { path: path.to_owned(), error };
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(io)?;
        let journal = Journal::locked(path, file)?;
        let mut text = String::new();
        journal.file.borrow_mut().read_to_string(&mut text).map_err(io)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let history = History::parse(path, &text[..whole])?;
        let mut file = journal.file.borrow_mut();
        file.set_len(whole as u64).map_err(io)?;
        file.seek(SeekFrom::End(0)).map_err(io)?;
        drop(file);
        Ok((journal, history))
    }

    fn locked(path: &Path, file: File) -> Result<Journal, JournalError> {
        match file.try_lock() {
            // A file system without locks is no reason to do nothing.
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::Locked { path: path.to_owned() });
            }
        }
        Ok(Journal {
            path: path.to_owned(),
            file: RefCell::new(file),
            action: Cell::new(0),
            broken: Cell::new(false),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a line could not be written.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// From now on calls belong to this action.
    pub fn about(&self, action: u32) {
        self.action.set(action);
    }

    /// Writes down what happened, and waits until it is on the disk.
    ///
    /// # Errors
    /// It is not; nothing may be called any more.
    pub fn write(&self, event: Event) -> io::Result<()> {
        if self.broken.get() {
            return Err(io::Error::other("an earlier line could not be written"));
        }
        let written = self.line(event);
        self.broken.set(written.is_err());
        written
    }

    fn line(&self, event: Event) -> io::Result<()> {
        let line = Line { at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), event };
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        let mut file = self.file.borrow_mut();
        file.write_all(text.as_bytes())?;
        file.sync_data()
    }
}

impl CallLog for Journal {
    fn calling(&self, op: &'static Op) -> io::Result<()> {
        self.write(Event::Calling { action: self.action.get(), api: op.api.to_owned() })
    }

    fn called(&self, op: &'static Op, outcome: &str) -> io::Result<()> {
        let (action, api) = (self.action.get(), op.api.to_owned());
        self.write(Event::Called { action, api, outcome: outcome.to_owned() })
    }
}

impl History {
    fn parse(path: &Path, text: &str) -> Result<History, JournalError> {
        let malformed = |line: usize, reason: String| JournalError::Malformed {
            path: path.to_owned(),
            line: line + 1,
            reason,
        };
        let mut lines = text.lines().enumerate();
        let first = lines.next().map(|(n, line)| (n, serde_json::from_str::<Line>(line)));
        let mut history = match first {
            Some((_, Ok(Line { event: Event::Began { format, tool, plan, chosen }, .. })))
                if format == FORMAT && tool == Tool::this() =>
            {
                History { plan: *plan, chosen, actions: BTreeMap::new(), undoing: false }
            }
            Some((n, Ok(Line { event: Event::Began { format, tool, .. }, .. }))) => {
                let reason = format!("it is of format {format} by {} {}", tool.name, tool.version);
                return Err(malformed(n, reason));
            }
            Some((n, Ok(_))) => {
                return Err(malformed(n, "it does not begin with a plan".to_owned()));
            }
            Some((n, Err(error))) => return Err(malformed(n, error.to_string())),
            None => return Err(malformed(0, "the file is empty".to_owned())),
        };
        for (n, line) in lines {
            let line: Line =
                serde_json::from_str(line).map_err(|error| malformed(n, error.to_string()))?;
            history.add(line.event);
        }
        Ok(history)
    }

    fn add(&mut self, event: Event) {
        let actions = &mut self.actions;
        match event {
            Event::Began { .. } | Event::Resumed => {}
            Event::Undoing => self.undoing = true,
            Event::Begun { action, undo: false, present } => {
                actions.entry(action).or_default().found.get_or_insert(present);
            }
            Event::Begun { action, .. } => actions.entry(action).or_default().undoing = true,
            Event::Calling { action, .. } | Event::Called { action, .. } => {
                actions.entry(action).or_default().called = true;
            }
            Event::Ended { action, undo: false, outcome, made, .. } => {
                actions.entry(action).or_default().ended = Some((outcome, made));
            }
            Event::Ended { action, outcome, .. } => {
                actions.entry(action).or_default().undone = Some(outcome);
            }
        }
    }
}
