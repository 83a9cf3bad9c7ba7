//! AWS IAM: users with their credentials, and root's.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{self as sdk, ReportStateType, SummaryKeyType};
use futures::future::{FutureExt, LocalBoxFuture, join};

use crate::model::ops;
use crate::model::types::account::SummaryMap;
use crate::model::types::iam::{CredentialReport, User, UserProperties, UserStatus};

use super::credential_report;
use super::cx::{Collect, Cx, Step};
use super::holds::Holds;
use super::shape::{resource, time};

/// Milliseconds between two questions whether the credential report is ready; the last is repeated.
const WAITS: [u64; 5] = [100, 300, 700, 1500, 2500];

/// How often it is asked in all: some half a minute.
const QUESTIONS: usize = 15;

/// Collects users.
pub struct Iam;

static STEPS: [Step; 3] = [
    Step { op: &ops::LIST_USERS, after: &[] },
    Step { op: &ops::GENERATE_CREDENTIAL_REPORT, after: &[] },
    Step { op: &ops::GET_CREDENTIAL_REPORT, after: &[] },
];

impl Collect for Iam {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let client = Client::new(cx.config());
            let (users, mut report) = join(users(cx, &client), credentials(cx, &client)).await;
            cx.keep(users.into_iter().map(|user| {
                let told = report.remove(&user.user_name);
                let status = UserStatus {
                    create_date: time(Some(user.create_date)),
                    credential_report: told,
                };
                let properties =
                    UserProperties { user_name: user.user_name.clone(), path: Some(user.path) };
                resource::<User>(cx, user.user_name, user.arn, Some(properties), Some(status))
            }));
        }
        .boxed_local()
    }
}

async fn users(cx: &Cx<'_>, client: &Client) -> Vec<sdk::User> {
    let users = cx.pages(
        &ops::LIST_USERS,
        &[],
        |token| {
            let request = client.list_users().max_items(1000).set_marker(token).customize();
            request.interceptor(Holds("<Users")).send()
        },
        |out| Some((out.users, out.marker)),
    );
    users.await.known().unwrap_or_default()
}

/// The credential report's lines by user; empty when it could not be read.
async fn credentials(cx: &Cx<'_>, client: &Client) -> HashMap<String, CredentialReport> {
    if !is_ready(cx, client).await {
        return HashMap::new();
    }
    let op = &ops::GET_CREDENTIAL_REPORT;
    let report = cx.call(op, &[], client.get_credential_report().send(), |out| {
        let made = time(out.generated_time)?;
        Some((made, out.content?.into_inner()))
    });
    let Some((made, content)) = report.await.known() else { return HashMap::new() };
    match credential_report::users(&content, &made) {
        Ok(users) => users,
        Err(why) => {
            cx.fail(op, &[], why);
            HashMap::new()
        }
    }
}

/// Has the report made, and waits until it is.
async fn is_ready(cx: &Cx<'_>, client: &Client) -> bool {
    let op = &ops::GENERATE_CREDENTIAL_REPORT;
    for question in 0..QUESTIONS {
        let state = cx.call(op, &[], client.generate_credential_report().send(), |out| out.state);
        match state.await.known() {
            None => return false,
            Some(ReportStateType::Complete) => return true,
            Some(_) => {
                let wait = WAITS[question.min(WAITS.len() - 1)];
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
        }
    }
    cx.fail(op, &[], "IAM is still making the credential report; run again in a minute");
    false
}

/// Root's credentials, among the counts that IAM keeps of the account.
pub(super) async fn summary(cx: &Cx<'_>) -> Option<SummaryMap> {
    let request = Client::new(cx.config()).get_account_summary().send();
    let read = cx.call(&ops::GET_ACCOUNT_SUMMARY, &[], request, |out| {
        let map = out.summary_map?;
        let count = |key: &SummaryKeyType| map.get(key).copied().map(i64::from);
        Some(SummaryMap {
            account_mfa_enabled: count(&SummaryKeyType::AccountMfaEnabled)?,
            account_access_keys_present: count(&SummaryKeyType::AccountAccessKeysPresent)?,
            account_password_present: count(&SummaryKeyType::AccountPasswordPresent),
            users: count(&SummaryKeyType::Users),
        })
    });
    read.await.known()
}
