//! Holds a tree against a JSON Schema: only what [`schemars`] makes of our structs.

use std::ops::Range;

use serde_json::Value as Schema;

use super::{FILLED, Node, Strings, Tree};
use crate::rules::diagnostic::{Diagnostic, SourceFile};

/// The tree as the schema wants it, and every complaint about where it was not: unknown keys are
/// left out, what is missing or wrong is filled in.
pub fn fit(
    (file, strings): (&SourceFile, Strings),
    schema: &Schema,
    root: Node,
) -> (Node, Vec<Diagnostic>) {
    let mut shape = Shape { file, strings, root: schema, complaints: Vec::new() };
    let fitting = shape.fit(schema, root);
    (fitting, shape.complaints)
}

struct Shape<'a> {
    file: &'a SourceFile,
    strings: Strings,
    root: &'a Schema,
    complaints: Vec<Diagnostic>,
}

impl<'a> Shape<'a> {
    fn complain(&mut self, at: &Range<usize>, message: String) {
        self.complaints.push(Diagnostic::new(self.file, at.clone(), message));
    }

    fn fit(&mut self, schema: &'a Schema, node: Node) -> Node {
        let Some(schema) = self.alternative(schema, &node) else {
            return self.wrong(schema, &node);
        };
        if let Some(words) = words(schema) {
            return self.word(&words, node);
        }
        let node = self.as_text(schema, node);
        if !self.kinds(schema).iter().any(|kind| fits(kind, &node.tree)) {
            return self.wrong(schema, &node);
        }
        match node.tree {
            Tree::Map(entries) => self.map(schema, node.at, entries),
            Tree::List(items) => {
                let of = schema.get("items").unwrap_or(&Schema::Bool(true));
                let items = items.into_iter().map(|item| self.fit(of, item)).collect();
                Node { at: node.at, tree: Tree::List(items) }
            }
            _ => node,
        }
    }

    /// The schema without references, and of several the one for this kind of value.
    fn alternative(&self, schema: &'a Schema, node: &Node) -> Option<&'a Schema> {
        let schema = self.resolved(schema);
        match schema.get("anyOf").and_then(Schema::as_array) {
            None => Some(schema),
            Some(several) => {
                let several = several.iter().map(|one| self.resolved(one));
                several
                    .into_iter()
                    .find(|one| self.kinds(one).iter().any(|kind| fits(kind, &node.tree)))
            }
        }
    }

    fn resolved(&self, schema: &'a Schema) -> &'a Schema {
        let name = schema.get("$ref").and_then(Schema::as_str);
        let target = name.and_then(|name| self.root.pointer(name.trim_start_matches('#')));
        target.unwrap_or(schema)
    }

    /// The kinds of value that a schema takes, in JSON Schema's words.
    fn kinds(&self, schema: &'a Schema) -> Vec<&'a str> {
        let schema = self.resolved(schema);
        if let Some(several) = schema.get("anyOf").and_then(Schema::as_array) {
            return several.iter().flat_map(|one| self.kinds(one)).collect();
        }
        match schema.get("type") {
            Some(Schema::String(kind)) => vec![kind],
            Some(Schema::Array(kinds)) => kinds.iter().filter_map(Schema::as_str).collect(),
            _ if words(schema).is_some() => vec!["string"],
            _ => vec!["null", "boolean", "number", "string", "array", "object"],
        }
    }

    /// Where only a string will do, `404` and `yes` are strings too, as they are written.
    fn as_text(&self, schema: &'a Schema, node: Node) -> Node {
        let kinds = self.kinds(schema);
        let fitting = kinds.iter().any(|kind| fits(kind, &node.tree));
        let scalar =
            self.strings == Strings::Plain && matches!(node.tree, Tree::Bool(_) | Tree::Number(_));
        match self.file.text.get(node.at.clone()) {
            Some(text) if !fitting && scalar && kinds.contains(&"string") => {
                Node { tree: Tree::Text(text.to_owned()), ..node }
            }
            _ => node,
        }
    }

    fn word(&mut self, words: &[&str], node: Node) -> Node {
        match &node.tree {
            Tree::Text(word) if words.contains(&word.as_str()) => node,
            found => {
                let found = described(found);
                self.complain(&node.at, format!("expected {}, found {found}", one_of(words)));
                filled(Tree::Text(words.first().copied().unwrap_or_default().to_owned()))
            }
        }
    }

    fn wrong(&mut self, schema: &'a Schema, node: &Node) -> Node {
        let kinds = self.kinds(schema);
        let wanted: Vec<&str> =
            kinds.iter().filter(|kind| **kind != "null").map(|kind| kind_in_words(kind)).collect();
        let found = described(&node.tree);
        self.complain(&node.at, format!("expected {}, found {found}", wanted.join(" or ")));
        self.filling(schema)
    }

    fn map(&mut self, schema: &'a Schema, at: Range<usize>, entries: Vec<(Node, Node)>) -> Node {
        let known = schema.get("properties").and_then(Schema::as_object);
        let others = schema.get("additionalProperties").unwrap_or(&Schema::Bool(true));
        let mut kept: Vec<(Node, Node)> = Vec::new();
        for (key, value) in entries {
            let Tree::Text(name) = &key.tree else { continue };
            match known.and_then(|known| known.get(name)).or(Some(others)) {
                Some(Schema::Bool(false)) | None => {
                    let known: Vec<&str> = known.into_iter().flatten().map(|(k, _)| &**k).collect();
                    let message = format!("unknown key {name}; there are {}", known.join(", "));
                    self.complain(&key.at, message);
                }
                Some(of) => {
                    let value = self.fit(of, value);
                    kept.push((key, value));
                }
            }
        }
        for name in required(schema) {
            if !kept.iter().any(|(key, _)| key.tree == Tree::Text(name.to_owned())) {
                self.complain(&(at.start..at.start + 1), format!("the key {name} is missing"));
                kept.push(self.filled_entry(schema, name));
            }
        }
        Node { at, tree: Tree::Map(kept) }
    }

    fn filled_entry(&self, schema: &'a Schema, name: &str) -> (Node, Node) {
        let of = schema.get("properties").and_then(|known| known.get(name));
        let value = of.map_or(filled(Tree::Null), |of| self.filling(of));
        (filled(Tree::Text(name.to_owned())), value)
    }

    /// Something that fits and says nothing.
    fn filling(&self, schema: &'a Schema) -> Node {
        let schema = self.resolved(schema);
        if let Some(first) = schema.get("anyOf").and_then(|several| several.get(0)) {
            return self.filling(first);
        }
        filled(match self.kinds(schema).first().copied() {
            Some("boolean") => Tree::Bool(false),
            Some("number" | "integer") => Tree::Number(0.into()),
            Some("string") => {
                let words = words(schema).unwrap_or_default();
                Tree::Text(words.first().copied().unwrap_or_default().to_owned())
            }
            Some("array") => Tree::List(Vec::new()),
            Some("object") => {
                Tree::Map(required(schema).map(|name| self.filled_entry(schema, name)).collect())
            }
            _ => Tree::Null,
        })
    }
}

fn filled(tree: Tree) -> Node {
    Node { at: FILLED..FILLED, tree }
}

fn required(schema: &Schema) -> impl Iterator<Item = &str> {
    schema
        .get("required")
        .and_then(Schema::as_array)
        .into_iter()
        .flatten()
        .filter_map(Schema::as_str)
}

/// The words that a schema takes, if it is a choice of words.
fn words(schema: &Schema) -> Option<Vec<&str>> {
    if let Some(words) = schema.get("enum").and_then(Schema::as_array) {
        return words.iter().map(Schema::as_str).collect();
    }
    if let Some(word) = schema.get("const") {
        return word.as_str().map(|word| vec![word]);
    }
    let several: Option<Vec<Vec<&str>>> =
        schema.get("oneOf")?.as_array()?.iter().map(words).collect();
    several.map(|several| several.concat())
}

fn fits(kind: &str, tree: &Tree) -> bool {
    match tree {
        Tree::Null => kind == "null",
        Tree::Bool(_) => kind == "boolean",
        Tree::Number(n) => kind == "number" || (kind == "integer" && !n.is_f64()),
        Tree::Text(_) => kind == "string",
        Tree::List(_) => kind == "array",
        Tree::Map(_) => kind == "object",
    }
}

fn kind_in_words(kind: &str) -> &str {
    match kind {
        "null" => "nothing",
        "boolean" => "true or false",
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "a string",
        "array" => "a list",
        _ => "keys with values",
    }
}

fn described(tree: &Tree) -> String {
    match tree {
        Tree::Null => "nothing".to_owned(),
        Tree::Bool(b) => b.to_string(),
        Tree::Number(n) => n.to_string(),
        Tree::Text(text) => format!("the string {text:?}"),
        Tree::List(_) => "a list".to_owned(),
        Tree::Map(_) => "keys with values".to_owned(),
    }
}

fn one_of(words: &[&str]) -> String {
    match words {
        [one] => (*one).to_owned(),
        many => format!("one of {}", many.join(", ")),
    }
}
