//! Where bytes go: stdout, or files that appear whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Failure, is_closed_pipe};
use crate::report::{self, Registered};

/// `FORMAT=FILE` of `-o`.
#[derive(Clone)]
pub struct Target {
    /// The format.
    pub format: &'static Registered,
    /// The file.
    pub path: PathBuf,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={}", self.format.name, self.path.display())
    }
}

impl std::str::FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Target, String> {
        let (name, path) =
            text.split_once('=').ok_or("expected FORMAT=FILE, such as junit=audit.xml")?;
        if path.is_empty() {
            return Err("no file is named after the `=`".to_owned());
        }
        Ok(Target { format: format(name)?, path: PathBuf::from(path) })
    }
}

/// The format called `name`.
///
/// # Errors
/// There is none; the message lists those there are.
pub fn format(name: &str) -> Result<&'static Registered, String> {
    report::find(name).ok_or_else(|| {
        let known: Vec<&str> = report::FORMATS.iter().map(|f| f.name).collect();
        format!("there is no format {name}; there are {}", known.join(", "))
    })
}

/// Writes to stdout; that nobody reads any more is no error.
pub fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if !is_closed_pipe(&error) => Err(stdout_failed(error)),
        _ => Ok(()),
    }
}

/// Whether a file can be put at `path`, as far as can be told before there is anything to put.
pub fn is_a_place(path: &Path) -> Result<(), Failure> {
    match folder(path) {
        folder if folder.is_dir() => Ok(()),
        folder => Err(anyhow::anyhow!(
            "cannot write {}: there is no folder {}",
            path.display(),
            folder.display()
        )
        .into()),
    }
}

/// Whether a snapshot can be put at `path`, of which the name must tell the format.
#[cfg(feature = "aws")]
pub fn is_a_place_for_a_snapshot(path: &Path) -> Result<(), Failure> {
    if path == Path::new("-") {
        return Ok(());
    }
    crate::snapshot::Encoding::of(path)?;
    is_a_place(path)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What to say when writing to stdout failed.
pub fn stdout_failed(error: io::Error) -> Failure {
    anyhow::Error::new(error).context("cannot write to stdout").into()
}

/// Writes a page of text that may quote a user's rules, which may hold anything.
pub fn page_to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut page = Vec::new();
    write(&mut page)?;
    let page = report::visible_lines(&String::from_utf8_lossy(&page));
    to_stdout(|out| out.write_all(page.as_bytes()))
}

/// Writes a file beside its final place, then renames it there. A device or pipe is written to
/// directly.
pub fn to_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let context = || format!("cannot write {}", path.display());
    let special = path.metadata().is_ok_and(|m| !m.is_file());
    if special {
        let mut out = BufWriter::new(
            std::fs::OpenOptions::new().write(true).open(path).with_context(context)?,
        );
        return Ok(write(&mut out).and_then(|()| out.flush()).with_context(context)?);
    }
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // Reports are for the team: readable as far as the umask allows, not only by the owner.
        use std::os::unix::fs::PermissionsExt;
        file.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let file = file.tempfile_in(folder(path)).with_context(context)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    write(&mut out).with_context(context)?;
    let file = out.into_inner().map_err(|e| e.into_error()).with_context(context)?;
    file.as_file().sync_all().with_context(context)?;
    file.persist(path).map_err(|e| e.error).with_context(context)?;
    Ok(())
}
