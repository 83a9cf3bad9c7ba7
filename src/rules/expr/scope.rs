//! What an expression may speak of: variables, what is known of them, and names for expressions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cel::common::ast::IdedExpr;

use super::check::{ExprError, parse, parse_bounded};
use super::facts::{self, Facts};
use super::ty::Ty;

/// Variables that an expression may use, and what is known of them.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Variables in the order of their slots.
    pub variables: Vec<(String, Ty)>,
    /// Paths known not to be null, from conditions that hold before.
    pub(super) facts: Facts,
    /// How many variables are not those of comprehensions.
    outermost: usize,
    /// Names that stand for expressions over the outermost variables, as if written out.
    pub(super) definitions: BTreeMap<String, Arc<IdedExpr>>,
    /// Names whose expressions are wrong, which has been said.
    pub(super) broken: BTreeSet<String>,
}

impl Scope {
    /// A scope of these variables.
    pub fn new(variables: Vec<(String, Ty)>) -> Scope {
        Scope { outermost: variables.len(), variables, ..Scope::default() }
    }

    /// Lets `name` stand for `source`, which may use other names in turn.
    ///
    /// # Errors
    /// `source` is no expression, or `name` is taken.
    pub fn define(&mut self, name: &str, source: &str) -> Result<(), Vec<ExprError>> {
        if self.variables.iter().any(|(known, _)| known == name) {
            let message = format!("{name} is taken; choose another name");
            return Err(vec![ExprError { at: 0..1, message }]);
        }
        let program = parse_bounded(source)?;
        self.definitions.insert(name.to_owned(), Arc::new(program.expression().clone()));
        Ok(())
    }

    /// Takes a wrong definition back; uses of it are not complained of again.
    pub fn give_up(&mut self, name: &str) {
        self.definitions.remove(name);
        self.broken.insert(name.to_owned());
    }

    /// `wider`, whose variables begin with these, with the definitions of this scope and what is known.
    pub fn over(&self, wider: Scope) -> Scope {
        Scope {
            facts: self.facts.clone(),
            definitions: self.definitions.clone(),
            broken: self.broken.clone(),
            ..wider
        }
    }

    /// What a definition may see: the outermost variables, and what is known of them.
    pub(super) fn for_definition(&self) -> Scope {
        let mut inner = self.clone();
        let outermost = self.outermost;
        inner.variables.iter_mut().skip(outermost).for_each(|(name, _)| name.clear());
        let visible: Vec<&str> =
            self.variables.iter().take(outermost).map(|(name, _)| name.as_str()).collect();
        inner
            .facts
            .retain(|path| path.split('.').next().is_some_and(|root| visible.contains(&root)));
        inner
    }

    /// Adds what follows once `source`, which compiled, is known to be `truth`.
    pub fn assume(&mut self, source: &str, truth: bool) {
        if let Ok(program) = parse(source) {
            self.facts.append(&mut facts::proved_by(program.expression(), truth));
        }
    }
}
