//! The end of lists: pages are followed to the last one, but never for ever.

use std::collections::HashSet;

use super::outcome::Refusal;

/// Pages of one list; AWS's largest answers stay far below.
const MAX_PAGES: usize = 10_000;

/// Pages in a row with nothing on them; filtered lists may have some.
const MAX_EMPTY_PAGES: usize = 50;

/// Guards against lists that never end.
#[derive(Default)]
pub struct Pager {
    seen: HashSet<String>,
    pages: usize,
    empty: usize,
}

impl Pager {
    /// Takes note of a page; gives the token of the next, or none at the end.
    pub fn turn(
        &mut self,
        is_empty: bool,
        next: Option<String>,
    ) -> Result<Option<String>, Refusal> {
        let Some(next) = next.filter(|token| !token.is_empty()) else { return Ok(None) };
        self.pages += 1;
        self.empty = if is_empty { self.empty + 1 } else { 0 };
        if self.empty > MAX_EMPTY_PAGES || self.pages > MAX_PAGES {
            return Err(endless(&format!(
                "{} pages, the last {} empty, and more promised",
                self.pages, self.empty
            )));
        }
        if !self.seen.insert(next.clone()) {
            return Err(endless(&format!("page {} points back to an earlier one", self.pages)));
        }
        Ok(Some(next))
    }
}

fn endless(why: &str) -> Refusal {
    Refusal::senseless(format!("endless pages: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn pages_end_where_the_token_does() {
        let mut pager = Pager::default();
        assert_eq!(pager.turn(false, token("a")), Ok(token("a")));
        assert_eq!(pager.turn(true, token("b")), Ok(token("b")));
        assert_eq!(pager.turn(false, token("")), Ok(None));
        assert_eq!(pager.turn(false, None), Ok(None));
    }

    #[test]
    fn endless_pages_are_an_error() {
        let mut back = Pager::default();
        assert!(back.turn(false, token("a")).is_ok());
        assert!(back.turn(false, token("b")).is_ok());
        assert!(back.turn(false, token("a")).is_err_and(|e| e.message.contains("endless pages")));

        let mut empty = Pager::default();
        let turns = (0..=MAX_EMPTY_PAGES).map(|n| empty.turn(true, token(&n.to_string())));
        assert!(turns.last().is_some_and(|turn| turn.is_err()));

        let mut long = Pager::default();
        let turns = (0..=MAX_PAGES).map(|n| long.turn(false, token(&n.to_string())));
        assert!(turns.last().is_some_and(|turn| turn.is_err()));
    }
}
