//! Amazon CloudWatch Logs: log groups, and how long they keep.

use std::collections::HashMap;

use aws_sdk_cloudwatchlogs::Client;
use serde_json::json;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::{self, fix};
use crate::model::types::logs::LogGroupProperties;

use super::{TAG, kind, number, properties, settle, state};
use crate::aws::gate::Gate;

/// A log group; its id is its name.
pub struct LogGroup;

impl<'g> Handler<Gate<'g>> for LogGroup {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Logs::LogGroup")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let request = |token| {
                let request = client.describe_log_groups().log_group_name_prefix(id);
                request.set_next_token(token).send()
            };
            let listed = cx.pages(&ops::DESCRIBE_LOG_GROUPS, request, |out| {
                (out.log_groups.unwrap_or_default(), out.next_token)
            });
            let mut groups = listed.await?.unwrap_or_default().into_iter();
            let found = groups.find(|it| it.log_group_name.as_deref() == Some(id));
            Ok(found.map(|it| {
                state(&LogGroupProperties {
                    log_group_name: id.to_owned(),
                    retention_in_days: it.retention_in_days.map(i64::from),
                })
            }))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_LOG_GROUP;
            let tags = HashMap::from([(TAG.0.to_owned(), TAG.1.to_owned())]);
            let client = Client::new(cx.config());
            let request =
                || client.create_log_group().log_group_name(id).set_tags(Some(tags.clone())).send();
            match cx.write(op, request).await? {
                Some(_) => keep(cx, id, None, days(id, to)?).await,
                None => settle(self, op, cx, id, to).await,
            }
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move { keep(cx, id, days(id, from)?, days(id, to)?).await })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let request = || client.delete_log_group().log_group_name(id).send();
            cx.write(&fix::DELETE_LOG_GROUP, request).await.map(drop)
        })
    }
}

fn days(id: &str, state: &State) -> Result<Option<i32>, Refused> {
    let op = &fix::PUT_RETENTION_POLICY;
    let it: LogGroupProperties = properties(op, state, &json!({"LogGroupName": id}))?;
    number(op, it.retention_in_days)
}

/// Has the log group keep so many days, or for ever.
async fn keep(cx: &Gate<'_>, id: &str, from: Option<i32>, to: Option<i32>) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    match to {
        _ if from == to => Ok(()),
        Some(days) => {
            let request =
                || client.put_retention_policy().log_group_name(id).retention_in_days(days).send();
            cx.write(&fix::PUT_RETENTION_POLICY, request).await.map(drop)
        }
        None => {
            let request = || client.delete_retention_policy().log_group_name(id).send();
            cx.write(&fix::DELETE_RETENTION_POLICY, request).await.map(drop)
        }
    }
}
