//! Hash indexes over properties, built once per snapshot for the pairs that rules name.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::rules::Rule;
use crate::rules::expr::Expr;
use crate::rules::functions::ARN;
use crate::snapshot::{Kind, Snapshot};

/// A resource type and a top-level property of it.
pub type JoinKey = (String, String);

/// Resources by property value.
#[derive(Debug, Default)]
pub struct Joins {
    indexes: FxHashMap<JoinKey, FxHashMap<u64, Vec<u32>>>,
}

/// Joins that the alert path itself needs.
const OWN: [(&str, &str); 3] = [
    ("AWS::Chatbot::SlackChannelConfiguration", "SnsTopicArns"),
    ("AWS::SNS::Subscription", "TopicArn"),
    ("AWS::SNS::Subscription", "Endpoint"),
];

impl Joins {
    /// Builds the indexes that `rules`, these expressions beside theirs, and the alert path need.
    pub fn build(snapshot: &Snapshot, rules: &[Rule], others: &[&Expr]) -> Joins {
        let mut keys: Vec<JoinKey> =
            OWN.iter().map(|(ty, p)| ((*ty).to_owned(), (*p).to_owned())).collect();
        for rule in rules {
            rule.verdict().for_each(|expr| named(expr, &mut keys));
        }
        others.iter().for_each(|expr| named(expr, &mut keys));
        keys.sort();
        keys.dedup();
        let indexes = keys.into_iter().map(|key| (key.clone(), index(snapshot, &key))).collect();
        Joins { indexes }
    }

    /// Resources of `ty` whose `property` equals, or holds, `value`; in any account and region,
    /// sorted. May hold a few that do not: their hash is the same, so the caller compares.
    pub fn candidates(&self, ty: &str, property: &str, value: &str) -> &[u32] {
        self.indexes
            .get(&(ty.to_owned(), property.to_owned()))
            .and_then(|index| index.get(&hash(value)))
            .map_or(&[], Vec::as_slice)
    }
}

fn hash(value: &str) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

fn index(snapshot: &Snapshot, (ty, property): &JoinKey) -> FxHashMap<u64, Vec<u32>> {
    let mut index: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    for i in snapshot.of_type(ty) {
        if property == ARN {
            index.entry(hash(&snapshot.get(i).arn())).or_default().push(i);
            continue;
        }
        let Some(value) = snapshot.get(i).properties().get(property) else { continue };
        let mut add = |value: &str| index.entry(hash(value)).or_default().push(i);
        match value.kind() {
            Kind::Array => value.elements().filter_map(|e| e.as_str()).for_each(|s| add(&s)),
            _ => value.as_str().iter().for_each(|s| add(s)),
        }
    }
    index
}

/// Collects the joins an expression names.
fn named(expr: &Expr, keys: &mut Vec<JoinKey>) {
    if let Expr::Call(function, args) = expr
        && function.name == "related"
        && let [_, Expr::Str(ty), Expr::Str(property), _] = args.as_slice()
    {
        keys.push((ty.to_string(), property.to_string()));
    }
    expr.children().into_iter().for_each(|child| named(child, keys));
}
