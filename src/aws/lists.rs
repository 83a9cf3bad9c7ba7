//! Lists, and what is asked about each of their items.

use std::error::Error;
use std::future::Future;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::stream::{self, StreamExt};

use crate::model::Op;

use super::cx::{Answer, Cx, PERMITS, incomplete};
use super::outcome::Refusal;
use super::pager::Pager;

/// Resources looked at side by side; more than there are permits, so that no permit idles.
pub const SIDE_BY_SIDE: usize = 2 * PERMITS;

impl Cx<'_> {
    /// Reads all pages of a list. `request` makes a call for a next token; `part` takes a page's
    /// items and its next token out of the answer, `None` when a required part is missing.
    pub async fn pages<O, E, T, F>(
        &self,
        op: &'static Op,
        about: &[&str],
        request: impl Fn(Option<String>) -> F,
        part: impl Fn(O) -> Option<(Vec<T>, Option<String>)>,
    ) -> Answer<Vec<T>>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        let (mut items, mut pager) = (Vec::new(), Pager::default());
        while !pager.is_at_end() {
            match self.page(op, &request, &part, &mut pager).await {
                Ok(page) => items.extend(page),
                // The record says that there may be more; what the pages before told stays told.
                Err(refusal) => {
                    return match self.refused(op, about, &refusal) {
                        Answer::Unknown if !items.is_empty() => Answer::Known(items),
                        answer => answer,
                    };
                }
            }
        }
        self.answered(op, about, items)
    }

    /// Like [`Cx::pages`], but has each page looked at as it comes, while the next is fetched.
    pub async fn page_by_page<O, E, T, F, L>(
        &self,
        op: &'static Op,
        about: &[&str],
        request: impl Fn(Option<String>) -> F,
        part: impl Fn(O) -> Option<(Vec<T>, Option<String>)>,
        look: impl FnMut(Vec<T>) -> L,
    ) where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        L: Future<Output = ()>,
    {
        let (request, part) = (&request, &part);
        let pages = stream::unfold(Pager::default(), |mut pager| async move {
            if pager.is_at_end() {
                self.answered(op, about, ());
                return None;
            }
            match self.page(op, request, part, &mut pager).await {
                Ok(page) => Some((page, pager)),
                Err(refusal) => {
                    self.refused::<()>(op, about, &refusal);
                    None
                }
            }
        });
        pages.map(look).buffer_unordered(SIDE_BY_SIDE).collect().await
    }

    /// The next page of a list.
    async fn page<O, E, T, F>(
        &self,
        op: &'static Op,
        request: &impl Fn(Option<String>) -> F,
        part: &impl Fn(O) -> Option<(Vec<T>, Option<String>)>,
        pager: &mut Pager,
    ) -> Result<Vec<T>, Refusal>
    where
        E: ProvideErrorMetadata + Error + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        let output = self.ask(op, request(pager.token())).await?;
        let (page, next) = part(output).ok_or_else(incomplete)?;
        pager.turn(page.is_empty(), next)?;
        Ok(page)
    }

    /// Runs `look` on each item, many side by side, and gives the results in the items' order.
    pub async fn each<I, T, F>(&self, items: Vec<I>, look: impl FnMut(I) -> F) -> Vec<T>
    where
        F: Future<Output = T>,
    {
        stream::iter(items).map(look).buffered(SIDE_BY_SIDE).collect().await
    }
}
