//! What kind of terminal, language and colour there is.

use std::io::{IsTerminal, Write};

use super::{ColorChoice, Common, LangChoice};
use crate::model::Lang;
use crate::report::{Style, visible_lines};

/// Columns when the output is no terminal.
const NO_TERMINAL: usize = 80;

impl Common {
    /// The language for people.
    pub fn lang_for_people(&self) -> Lang {
        self.lang_asked().unwrap_or_else(|| match sys_locale::get_locale() {
            Some(locale) if locale.starts_with("ja") => Lang::Ja,
            _ => Lang::En,
        })
    }

    /// The language asked for, if any.
    pub fn lang_asked(&self) -> Option<Lang> {
        self.lang.map(|lang| match lang {
            LangChoice::En => Lang::En,
            LangChoice::Ja => Lang::Ja,
        })
    }

    /// Says something on stderr when asked to say more.
    pub fn note(&self, words: &str) {
        if self.verbose > 0 && !self.quiet {
            say(words);
        }
    }

    /// Says on stderr what one may want to do next.
    pub fn hint(&self, words: &str) {
        if !self.quiet {
            say(words);
        }
    }

    /// How stdout may look.
    pub fn style(&self) -> Style {
        let terminal = std::io::stdout().is_terminal();
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            // https://no-color.org: any value that is not empty.
            ColorChoice::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            }
        };
        Style { color, width: width(terminal) }
    }
}

/// Says something on stderr: the only way there. What it quotes may hold anything.
pub fn say(words: &str) {
    // A failure to write to stderr has nowhere to be told.
    let _ = writeln!(std::io::stderr(), "{}", visible_lines(words));
}

fn width(terminal: bool) -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    match terminal_size::terminal_size() {
        _ if !terminal => NO_TERMINAL,
        Some((terminal_size::Width(width), _)) => usize::from(width),
        None => columns.unwrap_or(NO_TERMINAL),
    }
}
