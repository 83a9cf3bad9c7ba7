use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::*;
use crate::snapshot::{WriteError, write};

const NAMES: [&str; 6] =
    ["s.json", "s.json.gz", "s.json.zst", "s.jsonl", "s.jsonl.gz", "s.jsonl.zst"];

#[test]
fn every_encoding_comes_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        let path = folder.path().join(name);
        write(&inventory(), &path).unwrap();
        // The bytes tell, not the name.
        let renamed = folder.path().join("anything");
        fs::rename(&path, &renamed).unwrap();
        let snapshot = Snapshot::read(&renamed).unwrap();
        assert_eq!(contents(&snapshot), inventory().resources, "{name}");
        assert_eq!(snapshot.coverage(), inventory().coverage, "{name}");
        assert_eq!(snapshot.header().collected_at, "2027-03-31T01:02:03Z");
        assert_eq!(snapshot.now().to_string(), "2027-03-31T01:02:03Z");
        assert_eq!(snapshot.header().accounts, inventory().accounts);
        assert_eq!(snapshot.header().regions, inventory().regions);
        assert_eq!(snapshot.header().tool.name, "audit");
    }
}

#[test]
fn live_is_as_offline() {
    let live = Snapshot::from_inventory(&inventory()).unwrap();
    assert_eq!(contents(&live), inventory().resources);
    assert_eq!(live.coverage(), inventory().coverage);
    assert!(!live.is_empty());
}

#[test]
fn a_snapshot_without_resources_is_one() {
    let empty = Inventory { resources: vec![], ..inventory() };
    for encoding in [LINES, Encoding::PLAIN] {
        assert_eq!(read(&text(&empty, encoding)).unwrap().len(), 0);
    }
}

#[test]
fn compact_documents_and_missing_last_newlines_are_read() {
    let document: Value = serde_json::from_str(&text(&inventory(), Encoding::PLAIN)).unwrap();
    assert_eq!(contents(&read(&document.to_string()).unwrap()), inventory().resources);
    assert_eq!(read(text(&inventory(), LINES).trim_end()).unwrap().len(), 6);
    assert_eq!(read(&text(&inventory(), LINES).replace('\n', "\r\n")).unwrap().len(), 6);
}

#[test]
fn files_are_private_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.json");
    fs::write(&path, "old").unwrap();
    write(&inventory(), &path).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn the_same_inventory_gives_the_same_bytes() {
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        let encoding = Encoding { layout: Layout::Lines, compression };
        let (mut one, mut two) = (Vec::new(), Vec::new());
        write_to(&inventory(), encoding, &mut one).unwrap();
        write_to(&inventory(), encoding, &mut two).unwrap();
        assert_eq!(one, two);
    }
}

#[test]
fn unknown_names_are_refused_with_the_known_ones() {
    for name in ["s", "s.yaml", "s.json.xz", "s.zst", "/dev/full", "."] {
        let error = write(&inventory(), Path::new(name)).unwrap_err();
        assert!(matches!(error, WriteError::Name(_)), "{name}: {error}");
        assert!(error.to_string().contains(".json or .jsonl, then .zst or .gz"), "{error}");
    }
}

#[test]
fn a_failed_write_keeps_the_old_file_and_leaves_no_half_one() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("missing/s.json");
    let error = write(&inventory(), &nowhere).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot write {}", nowhere.display())), "{error}");

    let taken = folder.path().join("folder.json");
    fs::create_dir(&taken).unwrap();
    write(&inventory(), &taken).unwrap_err();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the temporary file is gone");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_in_every_encoding() {
    for layout in [Layout::Document, Layout::Lines] {
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let mut full = fs::File::options().write(true).open("/dev/full").unwrap();
            let encoding = Encoding { layout, compression };
            let error = write_to(&inventory(), encoding, &mut full).unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::StorageFull, "{encoding:?}");
        }
    }
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let mut inventory = inventory();
    inventory.resources[0].name = "x".repeat(crate::snapshot::MAX_LINE);
    for encoding in [LINES, Encoding::PLAIN] {
        let error = write_to(&inventory, encoding, &mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::FileTooLarge, "{encoding:?}");
    }
}

#[test]
fn missing_files_and_folders_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("missing"), folder.path().to_owned()] {
        let Err(error) = Snapshot::read(&path) else { panic!("was read") };
        assert!(matches!(error, ReadError::Io { .. }));
        assert!(error.to_string().starts_with(&format!("cannot read {}", path.display())));
    }
}

fn compressed(name: &str, folder: &Path) -> (PathBuf, Vec<u8>) {
    let path = folder.join(name);
    write(&inventory(), &path).unwrap();
    let bytes = fs::read(&path).unwrap();
    (path, bytes)
}

#[test]
fn damaged_compression_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["s.jsonl.gz", "s.jsonl.zst", "s.json.gz", "s.json.zst"] {
        let (path, bytes) = compressed(name, folder.path());
        let mut flipped = bytes.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0x10;
        let trailing = [&bytes[..], b"more"].concat();
        for wrong in [&bytes[..bytes.len() - 9], &bytes[..20], &flipped, &trailing] {
            fs::write(&path, wrong).unwrap();
            assert!(Snapshot::read(&path).is_err(), "{name}");
        }
        fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
        let Err(error) = Snapshot::read(&path) else { panic!("was read") };
        assert!(matches!(error, ReadError::Damaged { .. }), "{name}: {error}");
    }
}

#[test]
fn a_file_of_several_gzip_members_is_one() {
    let text = text(&inventory(), LINES);
    let (head, tail) = text.split_at(700);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for part in [head, tail] {
        let mut encoder = flate2::write::GzEncoder::new(&mut file, flate2::Compression::fast());
        encoder.write_all(part.as_bytes()).unwrap();
        encoder.finish().unwrap();
    }
    assert_eq!(Snapshot::read(file.path()).unwrap().len(), 6);
}
