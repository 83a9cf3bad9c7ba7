//! The account as a whole: root's credentials and what Trusted Advisor found.

use futures::future::{FutureExt, LocalBoxFuture, join};

use crate::model::ops;
use crate::model::types::Nothing;
use crate::model::types::account::{Account, AccountStatus};

use super::cx::{Collect, Cx, Step};
use super::shape::resource;
use super::{iam, support};

/// Collects the account itself.
pub struct WholeAccount;

static STEPS: [Step; 3] = [
    Step { op: &ops::GET_ACCOUNT_SUMMARY, after: &[] },
    Step { op: &ops::DESCRIBE_TRUSTED_ADVISOR_CHECKS, after: &[] },
    Step {
        op: &ops::DESCRIBE_TRUSTED_ADVISOR_CHECK_SUMMARIES,
        after: &[&ops::DESCRIBE_TRUSTED_ADVISOR_CHECKS],
    },
];

impl Collect for WholeAccount {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let (summary_map, trusted_advisor_checks) =
                join(iam::summary(cx), support::checks(cx)).await;
            let status = AccountStatus { summary_map, trusted_advisor_checks };
            let id = cx.account().to_owned();
            cx.keep([resource::<Account>(cx, id, "", Some(Nothing {}), Some(status))]);
        }
        .boxed_local()
    }
}
