//! Holds the rooms apart: every `crate::` path in `src/` against the table of who may use whom.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms it may use beside itself.
const MAY_USE: [(&str, &[&str]); 8] = [
    ("model", &[]),
    ("snapshot", &["model"]),
    ("rules", &["model"]),
    ("engine", &["model", "snapshot", "rules"]),
    ("report", &["model"]),
    ("fix", &["model", "snapshot", "rules", "engine"]),
    ("aws", &["model", "snapshot", "fix"]),
    ("cli", &["model", "snapshot", "rules", "engine", "report", "fix", "aws"]),
];

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Rooms named by `crate::room` paths, `use crate::{a, b}` groups among them.
fn rooms_used(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.collect::<Vec<_>>().join("\n");
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        // `$crate::` and `othercrate::` are not ours.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let names = rest
            .strip_prefix('{')
            .map_or(rest, |group| group.split('}').next().unwrap_or_default());
        let grouped = rest.starts_with('{');
        for name in names.split(|c: char| c == ',' || !(grouped || c.is_alphanumeric() || c == '_'))
        {
            let name = name.trim().split("::").next().unwrap_or_default().trim();
            if !name.is_empty() {
                used.push(name.to_owned());
            }
            if !grouped {
                break;
            }
        }
    }
    used
}

#[test]
fn every_room_uses_only_what_it_may() {
    let may_use: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut complaints = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).expect("a file of src");
        let room =
            inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let Some(allowed) = may_use.get(room.as_str()) else {
            assert!(
                ["lib.rs", "main.rs"].contains(&room.as_str()),
                "{room} is no room of the table"
            );
            continue;
        };
        for used in rooms_used(&fs::read_to_string(&file).expect("readable")) {
            if used != room && !allowed.contains(&used.as_str()) {
                complaints.push(format!("{} uses {used}", inside.display()));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn uses_are_seen() {
    assert_eq!(
        rooms_used("use crate::engine::World;\nlet x = crate::model::OPS;"),
        ["engine", "model"]
    );
    assert_eq!(rooms_used("use crate::{rules::Rule, engine};"), ["rules", "engine"]);
    assert_eq!(rooms_used("// crate::cli\nuse $crate::aws;"), Vec::<String>::new());
}
