//! Snapshots that are broken or mean harm: exit 2 with place and reason, soon, in little memory.

use std::fs;
use std::io::{self, Read, Write};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::{audit_in, fixture, refusal};

/// What the address space may take, in kilobytes; exceeding it ends a process with a signal. Threads
/// and their stacks take a third of it before anything is read.
const MOST: usize = 1_000_000;

/// `audit run --snapshot -` on `input`, as far as it is read, within [`MOST`] and a minute of computing.
fn fed(mut input: impl Read + Send + 'static) -> Output {
    let script = format!("ulimit -v {MOST} && ulimit -t 60 && exec \"$0\" run --snapshot -");
    let mut child = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_audit")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sh starts");
    let mut stdin = child.stdin.take().expect("stdin");
    // It ends with an error as soon as nobody reads any more.
    let feeder = std::thread::spawn(move || drop(io::copy(&mut input, &mut stdin)));
    let output = child.wait_with_output().expect("ends");
    feeder.join().expect("fed");
    output
}

fn refused(input: impl Read + Send + 'static) -> String {
    refusal(&fed(input))
}

/// A gigabyte of one byte behind `head`.
fn gigabyte(head: &str, filler: u8) -> impl Read + Send + use<> {
    io::Cursor::new(head.to_owned()).chain(io::repeat(filler).take(1 << 30))
}

/// The healthy account's document, its header as a line, and its resources as lines.
fn healthy() -> (String, String, Vec<String>) {
    let text = fs::read_to_string(fixture("ecs-fargate-healthy.json")).expect("a fixture");
    let mut header: Value = serde_json::from_str(&text).expect("JSON");
    let resources = header.as_object_mut().expect("an object").remove("resources");
    let resources = resources.expect("resources");
    let lines = resources.as_array().expect("a list").iter().map(Value::to_string).collect();
    (text, header.to_string(), lines)
}

#[test]
fn cut_off() {
    let (document, header, lines) = healthy();
    let whole = format!("{header}\n{}\n", lines.join("\n"));
    for (text, part) in [
        (&document[..document.len() / 2], "cut off"),
        (&document[..document.len() - 2], "cut off"),
        (&whole[..whole.len() / 2], "ends in the middle of a value"),
        (&whole[..whole.len() - lines[lines.len() - 1].len() - 1], "the header says"),
        (&format!("{header}\n"), "but 0 are there"),
        (&header[..header.len() / 2], "cut off"),
        ("", "it is empty"),
    ] {
        let words = refused(io::Cursor::new(text.to_owned()));
        assert!(words.starts_with("error: standard input: "), "{words}");
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[test]
fn compressed_and_cut_off_or_damaged() {
    let (document, ..) = healthy();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(document.as_bytes()).expect("packed");
    let gzip = gzip.finish().expect("packed");
    let zstd = zstd::encode_all(document.as_bytes(), 3).expect("packed");
    for packed in [gzip, zstd] {
        let words = refused(io::Cursor::new(packed[..packed.len() / 2].to_vec()));
        assert!(words.contains("damaged or cut off"), "{words}");
        let mut damaged = packed;
        let middle = damaged.len() / 2;
        damaged[middle..middle + 8].fill(0x5A);
        let words = refused(io::Cursor::new(damaged));
        assert!(words.contains("standard input: "), "{words}");
    }
}

#[test]
fn something_else() {
    let (document, header, lines) = healthy();
    let whole = format!("{header}\n{}\n", lines.join("\n"));
    for (text, place, reason) in [
        ("hello".to_owned(), "", "is not a snapshot: it begins with 'h'"),
        ("[]".to_owned(), "", "is not a snapshot: it begins with '['"),
        ("{}".to_owned(), "line 1, column 1: ", "the key \"format\" is missing"),
        ("{\"format\": }".to_owned(), "line 1, column 12: ", "is not JSON: expected a value"),
        (
            document.replace("audit-snapshot/1", "audit-snapshot/9"),
            "line 2, column 13: ",
            "the format is \"audit-snapshot/9\", but this version",
        ),
        (whole.replace("audit-snapshot/1", "x"), "line 1, column ", "the format is \"x\""),
        (
            document.replacen("\"status\":", "\"state\":", 1),
            "line ",
            "unknown key \"state\" in a resource",
        ),
        (
            whole.replacen("\"resource_count\":", "\"resource_count\":-", 1),
            "line 1, column ",
            "\"resource_count\" is malformed",
        ),
        (
            format!("{whole}{{}}\n"),
            &format!("line {}, column 1: ", lines.len() + 2),
            "the key \"id\" is missing",
        ),
        (
            document.replacen("\"regions\": [\n    \"ap-northeast-1\"\n  ]", "\"regions\": []", 1),
            "line ",
            "at least one region",
        ),
        (
            document.replacen(
                "\"regions\": [\n    \"ap-northeast-1\"\n  ]",
                "\"regions\": [\"global\"]",
                1,
            ),
            "line ",
            "at least one region",
        ),
        (
            document.replacen(
                "\"outcome\": \"ok\"",
                "\"outcome\": \"ok\", \"resources\": [\"x\"]",
                1,
            ),
            "line ",
            "failed for",
        ),
    ] {
        let words = refused(io::Cursor::new(text));
        assert!(words.contains(reason) && words.contains(place), "{place}{reason}: {words}");
    }
}

#[test]
fn something_twice() {
    let (_, header, lines) = healthy();
    let count = lines.len();
    let more = header.replace(
        &format!("\"resource_count\":{count}"),
        &format!("\"resource_count\":{}", count + 1),
    );
    let twice = format!("{more}\n{}\n{}\n", lines.join("\n"), lines[3]);
    let words = refused(io::Cursor::new(twice));
    let place = format!("line {}, column ", count + 2);
    assert!(
        words.contains(&place) && words.contains("stands here and at line 5, column"),
        "{words}"
    );

    let key = lines[3].replacen(
        "\"properties\":{",
        "\"properties\":{\"A\":{\"B\":1,\"C\":{},\"B\":2},",
        1,
    );
    let whole = format!("{header}\n{}\n", lines.join("\n")).replace(&lines[3], &key);
    let words = refused(io::Cursor::new(whole));
    let column = key.find("\"B\":2").expect("a key") + 1;
    let expected = format!("line 5, column {column}: the key \"B\" stands twice; remove one");
    assert!(words.contains(&expected), "{expected}: {words}");
}

#[test]
fn nested_without_end() {
    let (_, header, _) = healthy();
    for unit in ["[", "{\"a\":", "[{\"a\":"] {
        let text =
            format!("{header}\n{{\"id\":\"x\",\"properties\":{{\"a\":{}", unit.repeat(1 << 20));
        let words = refused(io::Cursor::new(text));
        assert!(
            words.contains("line 2, column ") && words.contains("nested deeper than 100 levels"),
            "{words}"
        );
    }
    let document = format!("{{\"resources\":{}", "[".repeat(20 << 20));
    let words = refused(io::Cursor::new(document));
    assert!(words.contains("line 1, column "), "{words}");
}

#[test]
fn not_utf8() {
    let (document, header, lines) = healthy();
    let whole = format!("{header}\n{}\n", lines.join("\n"));
    for text in [document, whole] {
        let mut bytes = text.clone().into_bytes();
        let at = text.find("\"name\"").expect("a name") + 9;
        bytes[at] = 0xC0;
        let words = refused(io::Cursor::new(bytes));
        let line = text[..at].matches('\n').count() + 1;
        let place = format!("line {line}, column ");
        assert!(words.contains(&place) && words.contains("is not UTF-8 text"), "{place}: {words}");
    }
    // Half of a pair, with which JSON could smuggle in what is no character.
    let (document, ..) = healthy();
    let text = document.replacen("\"name\": \"", "\"name\": \"\\ud800", 1);
    let words = refused(io::Cursor::new(text));
    assert!(words.contains("half of a surrogate pair"), "{words}");
}

#[test]
fn a_line_of_a_gigabyte() {
    let (_, header, lines) = healthy();
    let too_long = "what begins here is longer than 16777216 bytes";
    for (head, filler, place) in [
        (format!("{header}\n{}\n{{\"id\":\"", lines[0]), b'x', "line 3, column 1: "),
        (format!("{header}\n"), b' ', "line 2, column 1: "),
        ("{\"format\":\"audit-snapshot/1\",\"tool\":\"".to_owned(), b'x', "line 1, column 36: "),
        ("{\n\"format\":\"".to_owned(), b'x', "line 2, column 9: "),
        (
            "{\n\"resources\": [\n{\"id\": \"a\"},\n{\"id\":\"".to_owned(),
            b'x',
            "line 4, column 1: ",
        ),
        ("{\"a\":1".to_owned(), b' ', "line 1, column 5: "),
        ("{\"a\":1".to_owned(), b'\n', "line 1, column 5: "),
    ] {
        let words = refused(gigabyte(&head, filler));
        assert!(words.contains(place) && words.contains(too_long), "{head:.40}: {words}");
    }
    let words = refused(gigabyte(&format!("{header}\n"), b'\n'));
    assert!(words.contains("line 2, column 1: the line is empty"), "{words}");
    let words = refused(gigabyte("", b' '));
    assert!(words.contains("it begins with nothing but space"), "{words}");
}

#[test]
fn bombs() {
    const MEGABYTE: usize = 1 << 20;
    let (_, header, _) = healthy();
    for head in ["{\"format\": \"", "{\n", &format!("{header}\n{{\"id\":\"")] {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&[b' '; MEGABYTE]).expect("packed");
        let gzip = gzip.finish().expect("packed");
        let mut first = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        first.write_all(head.as_bytes()).expect("packed");
        let first = first.finish().expect("packed");
        let zstd = zstd::encode_all(&[b' '; MEGABYTE][..], 1).expect("packed");
        let begin = zstd::encode_all(head.as_bytes(), 1).expect("packed");
        // Members and frames in a row are one text of many gigabytes in some megabytes.
        for (first, more) in [(first, gzip), (begin, zstd)] {
            let packed = [first, more.repeat(8_000)].concat();
            assert!(packed.len() < 64 * MEGABYTE);
            let words = refused(io::Cursor::new(packed));
            assert!(words.contains("longer than 16777216 bytes"), "{words}");
        }
    }
}

#[test]
fn nothing_to_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["no-such-file.json", "."] {
        let words = refusal(&audit_in(folder.path(), &["run", "--snapshot", name]));
        assert!(words.contains(&format!("cannot read {name}")), "{words}");
    }
}
