//! Both READMEs hold what the binary really prints, and name every rule.

use std::fs;

use crate::{audit, fixture, root, stdout};

fn check(file: &str, lang: &str) {
    let readme = fs::read_to_string(root().join(file)).expect("a README");
    let mvp = fixture("ecs-fargate-mvp.json");
    let printed = stdout(&audit(&["run", "--snapshot", &mvp, "--lang", lang]), 1);
    is_excerpt(file, &readme, "excerpt", &printed);
    let printed = stdout(&audit(&["paths", "--snapshot", &mvp, "--lang", lang]), 0);
    is_excerpt(file, &readme, "paths", &printed);
    let told = fixture("audit.toml");
    let plan = ["fix", "--snapshot", &mvp, "--config", &told, "--lang", lang];
    let plan = stdout(&audit(&plan), 0);
    let shown = readme.split("<!-- plan -->\n```text\n").nth(1);
    let shown = shown.and_then(|rest| rest.split("\n```").next()).expect("an action");
    assert!(plan.contains(shown), "{file}: not planned: {shown}");
    let list = stdout(&audit(&["rules", "list", "--lang", lang]), 0);
    for row in list.lines().filter(|line| line.starts_with("  ")) {
        let mut words = row.trim().splitn(2, ' ');
        let (id, rest) = (words.next().expect("an id"), words.next().expect("more").trim());
        let (severity, title) = rest.split_once("  ").expect("a title");
        let row = format!("| `{id}` ({}) | {} |", severity.trim(), title.trim());
        assert!(readme.contains(&row), "{file} lacks {row}");
    }
}

/// The text after the mark holds lines of what is printed, in their order.
fn is_excerpt(file: &str, readme: &str, mark: &str, printed: &str) {
    let mut lines = printed.lines();
    let excerpt = readme.split(&format!("<!-- {mark} -->\n```text\n")).nth(1);
    let excerpt = excerpt.and_then(|rest| rest.split("\n```").next()).expect("an excerpt");
    for line in excerpt.lines().filter(|line| *line != "..." && !line.is_empty()) {
        assert!(
            lines.any(|printed| printed == line),
            "{file}: not printed, or not in this order: {line}"
        );
    }
}

#[test]
fn english() {
    check("README.md", "en");
}

#[test]
fn japanese() {
    check("README.ja.md", "ja");
}

#[test]
fn both_show_the_same_commands() {
    let commands = |file: &str| -> Vec<String> {
        let text = fs::read_to_string(root().join(file)).expect("a README");
        let lines = text.lines().filter(|line| line.starts_with("$ "));
        lines.map(|line| line.split('#').next().unwrap_or_default().trim().to_owned()).collect()
    };
    assert_eq!(commands("README.md"), commands("README.ja.md"));
}
