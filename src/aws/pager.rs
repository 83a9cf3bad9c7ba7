//! The end of lists: pages are followed to the last one, but never for ever.

use std::collections::HashSet;

use super::outcome::Refusal;

/// Pages of one list; AWS's largest answers stay far below.
const MAX_PAGES: usize = 10_000;

/// Pages in a row with nothing on them; filtered lists may have some.
const MAX_EMPTY_PAGES: usize = 50;

/// Where a list has been read to; guards against one that never ends.
#[derive(Default)]
pub struct Pager {
    seen: HashSet<String>,
    pages: usize,
    empty: usize,
    next: Option<String>,
    is_at_end: bool,
}

impl Pager {
    /// Whether the last page was read.
    pub fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// What to ask for the next page with; none for the first.
    pub fn token(&mut self) -> Option<String> {
        self.next.take()
    }

    /// Takes note of a page and what it says of the next.
    pub fn turn(&mut self, is_empty: bool, next: Option<String>) -> Result<(), Refusal> {
        let Some(next) = next.filter(|token| !token.is_empty()) else {
            self.is_at_end = true;
            return Ok(());
        };
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
        self.next = Some(next);
        Ok(())
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
        for end in [None, token("")] {
            let mut pager = Pager::default();
            for (is_empty, next) in [(false, "a"), (true, "b")] {
                assert_eq!(pager.turn(is_empty, token(next)), Ok(()));
                assert_eq!((pager.is_at_end(), pager.token()), (false, token(next)));
            }
            assert_eq!(pager.turn(false, end), Ok(()));
            assert_eq!((pager.is_at_end(), pager.token()), (true, None));
        }
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
