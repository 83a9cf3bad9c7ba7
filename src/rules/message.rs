//! What a rule says: words and expressions, in both languages.

use super::expr::Expr;
use crate::model::Lang;

/// A message in both languages, ready to be evaluated.
#[derive(Debug, Default)]
pub struct Message {
    /// English.
    pub en: Vec<MessagePiece>,
    /// Japanese.
    pub ja: Vec<MessagePiece>,
}

/// A piece of a message.
#[derive(Debug)]
pub enum MessagePiece {
    /// Words.
    Text(String),
    /// An expression whose value is written out.
    Expr(Expr),
}

impl Message {
    /// The pieces in `lang`, else in the language that there is.
    pub fn get(&self, lang: Lang) -> &[MessagePiece] {
        match lang {
            Lang::Ja if !self.ja.is_empty() => &self.ja,
            Lang::En if self.en.is_empty() => &self.ja,
            _ => &self.en,
        }
    }
}
