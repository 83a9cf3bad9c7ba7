//! From an inventory to bytes, and to a file that is there whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use serde::Serialize;

use super::pieces::Pieces;
use super::{FORMAT, MAX_DOCUMENT, MAX_HEADER, MAX_LINE, MAX_SIZE, header};
use crate::model::{Coverage, Inventory, Resource, TOOL_NAME, TOOL_VERSION};

/// How a snapshot is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `.json`: one readable document.
    Document,
    /// `.jsonl`: the header, then a resource per line.
    Lines,
}

/// How a snapshot is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

/// How a snapshot is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// Document or lines.
    pub layout: Layout,
    /// Compression around it.
    pub compression: Compression,
}

/// A snapshot that could not be written. No half file is left behind.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The name says no format.
    #[error(
        "cannot tell a snapshot's format from the name {0}; \
         let it end in .json or .jsonl, then .zst or .gz to compress, or use - for standard output"
    )]
    Name(PathBuf),
    /// The folder or the disk refuses.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file, or what stands for it.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl Encoding {
    /// What `-` means: a document without compression.
    pub const PLAIN: Encoding =
        Encoding { layout: Layout::Document, compression: Compression::None };

    /// The encoding that a file name asks for; fails on a name that asks for none.
    pub fn of(path: &Path) -> Result<Encoding, WriteError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (name, compression) = if let Some(inner) = name.strip_suffix(".zst") {
            (inner, Compression::Zstd)
        } else if let Some(inner) = name.strip_suffix(".gz") {
            (inner, Compression::Gzip)
        } else {
            (name.as_ref(), Compression::None)
        };
        let layout = if name.ends_with(".json") {
            Layout::Document
        } else if name.ends_with(".jsonl") {
            Layout::Lines
        } else {
            return Err(WriteError::Name(path.to_owned()));
        };
        Ok(Encoding { layout, compression })
    }
}

/// Writes `inventory` to `path` in the encoding its name asks for; `-` is standard output.
///
/// The file appears at once and whole: it is written beside `path` under another name, flushed to the
/// disk and renamed. Only its owner may read it (mode 0600), because a snapshot tells an attacker what
/// is watched and what is not.
pub fn write(inventory: &Inventory, path: &Path) -> Result<(), WriteError> {
    if path == Path::new("-") {
        return write_to(inventory, Encoding::PLAIN, &mut io::stdout().lock())
            .map_err(|source| WriteError::Io { path: PathBuf::from("standard output"), source });
    }
    let encoding = Encoding::of(path)?;
    write_file(inventory, encoding, path)
        .map_err(|source| WriteError::Io { path: path.to_owned(), source })
}

fn write_file(inventory: &Inventory, encoding: Encoding, path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(".audit-").tempfile_in(folder)?;
    write_to(inventory, encoding, file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // That the name survives a power cut as well is worth a try, not a failure.
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Writes `inventory` to `out` and flushes it.
///
/// Fails with `out`'s own errors, and with [`io::ErrorKind::FileTooLarge`] where the result could not
/// be read again.
pub fn write_to(inventory: &Inventory, encoding: Encoding, out: &mut dyn Write) -> io::Result<()> {
    match encoding.compression {
        Compression::None => write_text(inventory, encoding.layout, out)?,
        Compression::Gzip => {
            let mut encoder = GzEncoder::new(&mut *out, flate2::Compression::default());
            write_text(inventory, encoding.layout, &mut encoder)?;
            encoder.finish()?;
        }
        Compression::Zstd => {
            let mut encoder = zstd::Encoder::new(&mut *out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            // Otherwise a flipped bit could go unnoticed.
            encoder.include_checksum(true)?;
            write_text(inventory, encoding.layout, &mut encoder)?;
            encoder.finish()?;
        }
    }
    out.flush()
}

/// What stands in a snapshot, in this order.
#[derive(Serialize)]
struct Text<'a> {
    format: &'a str,
    tool: header::Tool,
    collected_at: &'a str,
    accounts: &'a [String],
    regions: &'a [String],
    coverage: &'a [Coverage],
    resource_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<&'a [Resource]>,
}

fn write_text(inventory: &Inventory, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let resources = inventory.resources.as_slice();
    let text = Text {
        format: FORMAT,
        tool: header::Tool { name: TOOL_NAME.to_owned(), version: TOOL_VERSION.to_owned() },
        collected_at: &inventory.collected_at,
        accounts: &inventory.accounts,
        regions: &inventory.regions,
        coverage: &inventory.coverage,
        resource_count: resources.len(),
        resources: (layout == Layout::Document).then_some(resources),
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    match layout {
        Layout::Document => {
            let pieces = Some(Pieces::new(MAX_LINE));
            let mut out = Capped { out: &mut out, left: MAX_DOCUMENT, pieces };
            serde_json::to_writer_pretty(&mut out, &text)?;
            out.write_all(b"\n")?;
        }
        Layout::Lines => {
            let mut out = Capped { out: &mut out, left: MAX_SIZE, pieces: None };
            write_line(&text, MAX_HEADER, &mut out)?;
            for resource in resources {
                write_line(resource, MAX_LINE, &mut out)?;
            }
        }
    }
    out.flush()
}

fn write_line(line: &impl Serialize, longest: usize, out: &mut impl Write) -> io::Result<()> {
    let capped = Capped { out: &mut *out, left: longest as u64, pieces: None };
    serde_json::to_writer(capped, line)?;
    out.write_all(b"\n")
}

/// Refuses to write what would be too large to read.
struct Capped<'a, W> {
    out: &'a mut W,
    left: u64,
    /// Those of a document.
    pieces: Option<Pieces>,
}

impl<W: Write> Write for Capped<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let fits = self.pieces.as_mut().is_none_or(|pieces| pieces.step(bytes).is_ok());
        let Some(left) = self.left.checked_sub(bytes.len() as u64).filter(|_| fits) else {
            let message = "it, or one resource of it, becomes larger than audit could read again; \
                           collect fewer accounts at a time, or write .jsonl";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        };
        self.left = left;
        self.out.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
