//! Bytes in: opened, decompressed, counted, and cut into blocks of whole lines.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::{Fault, ReadError, Reason};
use super::pieces::Pieces;
use super::{Limits, MAX_RATIO};

/// Bytes with a name for messages, without their compression, of which there is an end.
pub(super) struct Source {
    pub(super) origin: String,
    input: Box<dyn Read + Send>,
    /// How many bytes were taken of the compressed data, if it is compressed.
    packed: Option<Arc<AtomicU64>>,
    limits: Limits,
    /// Bytes given out.
    given: u64,
    /// The most that may be given out, and what for.
    most: (u64, &'static str),
}

const GZIP: [u8; 2] = [0x1F, 0x8B];
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

impl Source {
    /// The file at `path`, or standard input for `-`.
    pub(super) fn open(path: &Path, limits: Limits) -> Result<Source, ReadError> {
        if path == Path::new("-") {
            return Source::new(io::stdin(), "standard input", limits);
        }
        let origin = path.display().to_string();
        match File::open(path) {
            Ok(file) => Source::new(file, &origin, limits),
            Err(source) => Err(ReadError::Io { origin, source }),
        }
    }

    /// `input`, decompressed if its first bytes say so: names lie, and standard input has none.
    pub(super) fn new(
        input: impl Read + Send + 'static,
        origin: &str,
        limits: Limits,
    ) -> Result<Source, ReadError> {
        let io = |source| ReadError::Io { origin: origin.to_owned(), source };
        let mut input = input;
        let mut magic = Vec::new();
        input.by_ref().take(ZSTD.len() as u64).read_to_end(&mut magic).map_err(io)?;
        let gzip = magic.starts_with(&GZIP);
        let zstd = magic == ZSTD;
        let packed = Arc::new(AtomicU64::new(0));
        let input = Counted { input: Cursor::new(magic).chain(input), taken: packed.clone() };
        let input: Box<dyn Read + Send> = if gzip {
            Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::new(input)))
        } else if zstd {
            Box::new(zstd::Decoder::new(input).map_err(io)?)
        } else {
            Box::new(input)
        };
        Ok(Source {
            origin: origin.to_owned(),
            input,
            packed: (gzip || zstd).then_some(packed),
            limits,
            given: 0,
            most: (limits.size, "a snapshot may be"),
        })
    }

    /// From now on everything is one document, for which a lower limit holds.
    fn expect_document(&mut self) {
        self.most = self.most.min((self.limits.document, "a .json document may be"));
    }

    /// Appends to `buffer` until it is `len` bytes long. True when the end came first.
    fn fill(&mut self, buffer: &mut Vec<u8>, len: usize) -> Result<bool, ReadError> {
        let (limit, what) = self.most;
        let wanted = len.saturating_sub(buffer.len()) as u64;
        // One byte more than allowed tells too large from just large enough.
        let allowed = wanted.min((limit + 1).saturating_sub(self.given));
        let read = self.input.by_ref().take(allowed).read_to_end(buffer);
        let read = read.map_err(|error| self.error(error))? as u64;
        self.given += read;
        if self.given > limit {
            return Err(ReadError::TooLarge { origin: self.origin.clone(), what, limit });
        }
        self.check_ratio()?;
        Ok(read < wanted)
    }

    /// A small file may not become a large one, as no snapshot would.
    fn check_ratio(&self) -> Result<(), ReadError> {
        let Some(packed) = &self.packed else { return Ok(()) };
        let most = packed.load(Ordering::Relaxed).saturating_mul(MAX_RATIO);
        if self.given <= most.max(self.limits.unpacked) {
            return Ok(());
        }
        Err(ReadError::Bomb { origin: self.origin.clone(), size: self.given, ratio: MAX_RATIO })
    }

    fn error(&self, source: io::Error) -> ReadError {
        let origin = self.origin.clone();
        // A decoder's complaints have these kinds or no number of the system; a disk's have one.
        if self.packed.is_some() && source.raw_os_error().is_none() {
            ReadError::Damaged { origin, source }
        } else {
            ReadError::Io { origin, source }
        }
    }
}

/// Counts what is taken of a reader.
struct Counted<R> {
    input: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// A stretch of whole lines, or why there is none.
pub(super) enum Chunk {
    Lines(Vec<u8>),
    /// A line longer than the limit stands here.
    TooLong,
}

/// A source cut at the ends of lines.
pub(super) struct Blocks {
    pub(super) source: Source,
    /// What was read but not given out.
    ahead: Vec<u8>,
    ended: bool,
    /// The pieces of what was looked at and may be a document.
    pieces: Pieces,
}

impl Blocks {
    /// Looks at the first byte, so that what is no JSON object is refused before it is read whole.
    pub(super) fn new(mut source: Source) -> Result<Blocks, ReadError> {
        let mut ahead = Vec::new();
        let ended = source.fill(&mut ahead, source.limits.block)?;
        let pieces = Pieces::new(source.limits.line);
        let found = match ahead.trim_ascii_start() {
            [b'{', ..] => return Ok(Blocks { source, ahead, ended, pieces }),
            [] if ended => "it is empty".to_owned(),
            [] => "it begins with nothing but space".to_owned(),
            [0xEF, 0xBB, 0xBF, ..] => {
                "it begins with a byte order mark; save it without one".to_owned()
            }
            [byte, ..] => format!("it begins with {:?}, not with '{{'", char::from(*byte)),
        };
        Err(ReadError::NotASnapshot { origin: source.origin, found })
    }

    /// The first line, without taking it. When it is longer than a header may be: so much of it.
    pub(super) fn first_line(&mut self) -> Result<&[u8], ReadError> {
        let mut searched = 0;
        loop {
            if let Some(newline) = memchr::memchr(b'\n', &self.ahead[searched..]) {
                return Ok(&self.ahead[..searched + newline]);
            }
            if self.ended || self.ahead.len() > self.source.limits.header {
                return Ok(&self.ahead);
            }
            self.measure(searched)?;
            searched = self.ahead.len();
            let len = searched + self.source.limits.block;
            self.ended = self.source.fill(&mut self.ahead, len)?;
        }
    }

    /// Steps over the pieces of what is ahead from byte `from` on.
    fn measure(&mut self, from: usize) -> Result<(), ReadError> {
        self.pieces.step(self.ahead.get(from..).unwrap_or_default()).map_err(|at| {
            let reason = Reason::TooLong(self.source.limits.line);
            Fault::new(at, reason).in_text(&self.source.origin, &self.ahead, 1)
        })
    }

    /// Takes `len` bytes that were looked at, and the newline after them.
    pub(super) fn take(&mut self, len: usize) -> Vec<u8> {
        let rest = self.ahead.split_off((len + 1).min(self.ahead.len()));
        std::mem::replace(&mut self.ahead, rest)
    }

    /// All that there is, as one document.
    pub(super) fn document(mut self) -> Result<Vec<u8>, ReadError> {
        self.source.expect_document();
        self.pieces = Pieces::new(self.source.limits.line);
        let mut measured = 0;
        loop {
            self.measure(measured)?;
            if self.ended {
                return Ok(self.ahead);
            }
            measured = self.ahead.len();
            let len = measured + self.source.limits.block;
            self.ended = self.source.fill(&mut self.ahead, len)?;
        }
    }

    /// The next lines, some [`Limits::block`] bytes of them. Nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, ReadError> {
        let Limits { block, line, .. } = self.source.limits;
        let mut len = block.max(self.ahead.len());
        let mut lines = Vec::with_capacity(len);
        lines.append(&mut self.ahead);
        loop {
            self.ended = self.ended || self.source.fill(&mut lines, len)?;
            if self.ended {
                return Ok((!lines.is_empty()).then_some(Chunk::Lines(lines)));
            }
            if let Some(newline) = memchr::memrchr(b'\n', &lines) {
                self.ahead.extend_from_slice(&lines[newline + 1..]);
                lines.truncate(newline + 1);
                return Ok(Some(Chunk::Lines(lines)));
            }
            if len > line {
                return Ok(Some(Chunk::TooLong));
            }
            len = (len * 2).min(line + 1);
        }
    }
}
