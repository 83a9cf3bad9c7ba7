use std::fs;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::snapshot::source::{Blocks, Source};

/// Endless input that counts what was taken of it.
struct Endless {
    head: io::Cursor<Vec<u8>>,
    filler: u8,
    taken: Arc<AtomicU64>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = self.head.read(buffer)?;
        if read == 0 {
            buffer.fill(self.filler);
            read = buffer.len();
        }
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// What endless input is refused with, and how much of it was taken.
fn endless(head: String, filler: u8, limits: Limits) -> (String, u64) {
    let taken = Arc::new(AtomicU64::new(0));
    let input = Endless { head: io::Cursor::new(head.into_bytes()), filler, taken: taken.clone() };
    let error = Source::new(input, "test", limits)
        .and_then(|source| crate::snapshot::read::load(source, limits));
    let Err(error) = error else { panic!("was read") };
    (error.to_string(), taken.load(Ordering::Relaxed))
}

#[test]
fn endless_documents_are_refused_at_the_limit() {
    let limits = Limits { line: 1 << 20, ..SMALL };
    let (words, taken) = endless("{\"format\":\n".to_owned(), b' ', limits);
    assert!(
        words.contains("more than 8192 bytes without compression, the most a .json document"),
        "{words}"
    );
    assert!(taken <= SMALL.document + 1, "{taken}");
}

#[test]
fn endless_pieces_of_documents_are_refused_before_that() {
    let limits = Limits { document: 1 << 20, size: 1 << 20, header: 1 << 20, ..SMALL };
    for (head, filler, place) in [
        ("{\"format\":\n", b' ', "line 1, column 10"),
        ("{\n\"format\": \"", b'x', "line 2, column 9"),
        ("{\"format\": \"\\\\\\\"", b'x', "line 1, column 10"),
        ("{\"resources\": [{}, {\"id\": \"", b'x', "line 1, column 20"),
        ("{\"resources\": [{}, {\"id\": [", b'[', "line 1, column 20"),
        ("{\"resources\": [{\"a\": [{}]}, ", b',', "line 1, column 27"),
    ] {
        let (words, taken) = endless(head.to_owned(), filler, limits);
        let begins = format!("test: {place}: what begins here is longer than 4096 bytes");
        assert!(words.starts_with(&begins), "{head}: {words}");
        assert!(taken <= 2 * SMALL.line as u64, "{head}: {taken}");
    }
}

#[test]
fn pieces_are_told_wherever_the_bytes_are_cut() {
    let document = text(&inventory(), Encoding::PLAIN);
    let fits = |longest: usize, chunk: usize| {
        let mut pieces = crate::snapshot::pieces::Pieces::new(longest);
        document.as_bytes().chunks(chunk).try_for_each(|bytes| pieces.step(bytes))
    };
    let most = (1..2000).find(|longest| fits(*longest, 7).is_ok()).unwrap();
    for chunk in 1..200 {
        assert!(fits(most, chunk).is_ok() && fits(most - 1, chunk).is_err(), "{chunk}");
        assert_eq!(fits(most - 1, chunk), fits(most - 1, 1), "{chunk}");
    }
}

#[test]
fn endless_lines_are_refused_at_the_limit() {
    let head = lines()[0].clone() + "\n{\"id\":\"";
    let (words, taken) = endless(head, b'x', SMALL);
    assert!(
        words.contains("line 2, column 1: what begins here is longer than 4096 bytes"),
        "{words}"
    );
    assert!(taken <= SMALL.size, "{taken}");

    let (words, taken) = endless(lines()[0].clone() + "\n", b'\n', SMALL);
    assert!(words.contains("line 2, column 1: the line is empty"), "{words}");
    assert!(taken <= SMALL.size + 1, "{taken}");
}

#[test]
fn nothing_but_objects_is_refused_at_once() {
    for (filler, says) in [(0, "begins with '\\0'"), (b' ', "nothing but space"), (b'[', "'['")] {
        let (words, taken) = endless(String::new(), filler, SMALL);
        assert!(words.contains("is not a snapshot") && words.contains(says), "{words}");
        assert!(taken <= 2 * SMALL.block as u64, "{taken}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    // 8 MB of spaces in some kilobytes, against a limit of 16 kB.
    let mut text = lines()[0].clone().into_bytes();
    text.push(b'\n');
    for line in &lines()[1..] {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    text.resize(8 << 20, b' ');
    for gzip in [true, false] {
        let packed = if gzip {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            io::copy(&mut &text[..], &mut encoder).unwrap();
            encoder.finish().unwrap()
        } else {
            zstd::encode_all(&text[..], 3).unwrap()
        };
        assert!(packed.len() < 20_000);
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), packed).unwrap();
        let limits = Limits { line: 1 << 20, ..SMALL };
        let source = Source::open(file.path(), limits).unwrap();
        let Err(error) = crate::snapshot::read::load(source, limits) else { panic!("was read") };
        let words = error.to_string();
        assert!(
            words.contains("more than 16384 bytes without compression, the most a snapshot"),
            "{words}"
        );
    }
}

#[test]
fn a_bomb_of_right_lines_is_refused_by_how_much_it_swells() {
    let limits = Limits { line: 1 << 20, size: 1 << 30, block: 1 << 10, ..SMALL };
    let mut text = lines()[0].clone().into_bytes();
    for _ in 0..8_000 {
        text.push(b'\n');
        text.extend_from_slice(lines()[1].as_bytes());
    }
    let packed = zstd::encode_all(&text[..], 3).unwrap();
    assert!(text.len() / packed.len() > 300);
    let source = Source::new(io::Cursor::new(packed), "test", limits).unwrap();
    let Err(error) = crate::snapshot::read::load(source, limits) else { panic!("was read") };
    assert!(error.to_string().contains("more than 256 times what they take compressed"), "{error}");
    // The same may be as large as it likes when it does not pretend to be small.
    let source = Source::new(io::Cursor::new(text), "test", limits).unwrap();
    let Err(error) = crate::snapshot::read::load(source, limits) else { panic!("was read") };
    assert!(error.to_string().contains("the header says"), "{error}");
}

#[test]
fn blocks_hold_whole_lines_and_everything() {
    let text = text(&inventory(), LINES);
    let source = Source::new(io::Cursor::new(text.clone().into_bytes()), "test", SMALL).unwrap();
    let mut blocks = Blocks::new(source).unwrap();
    let mut joined = Vec::new();
    let len = blocks.first_line().unwrap().len();
    joined.extend(blocks.take(len));
    while let Some(chunk) = blocks.next().unwrap() {
        let crate::snapshot::source::Chunk::Lines(lines) = chunk else { panic!("too long") };
        assert!(lines.ends_with(b"\n"));
        joined.extend(lines);
    }
    assert_eq!(String::from_utf8(joined).unwrap(), text);
}

#[test]
fn a_line_may_be_as_long_as_the_limit_but_no_longer() {
    let mut lines = lines();
    lines[1] = lines[1].replacen("name of ", &"n".repeat(3000), 1);
    let longest = lines[1].len();
    let read = |line| {
        let limits = Limits { line, ..SMALL };
        Snapshot::from_bytes_within(lines.join("\n").into_bytes(), "test", limits)
    };
    assert!(read(longest).is_ok());
    let Err(error) = read(longest - 1) else { panic!("was read") };
    assert!(
        error.to_string().contains("test: line 2, column 1: what begins here is longer than"),
        "{error}"
    );
}

#[test]
fn a_resource_may_be_as_deep_as_the_limit_but_no_deeper() {
    let mut lines = lines();
    let with = |depth: usize| {
        let deep = "[".repeat(depth) + &"]".repeat(depth);
        lines[1].replacen("\"Size\":3", &format!("\"Size\":{deep}"), 1)
    };
    let (fits, too_deep) = (with(98), with(99));
    lines[1] = fits;
    assert!(read(&lines.join("\n")).is_ok());
    let document = |lines: &[String]| {
        let header = lines[0].trim_end_matches('}');
        format!("{header},\"resources\":[{}]}}", lines[1..].join(",\n"))
    };
    assert!(read(&document(&lines)).is_ok(), "the same in a document");
    lines[1] = too_deep;
    assert!(refusal(lines.join("\n")).contains("nested deeper than 100 levels"));
    assert!(refusal(document(&lines)).contains("nested deeper than 100 levels"));
}
