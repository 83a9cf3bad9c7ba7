//! AWS Lambda: who may invoke functions.

use aws_sdk_lambda::Client;
use serde_json::{Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::{self, fix};
use crate::model::types::lambda::PermissionProperties;

use super::{document, kind, properties, settle, state};
use crate::aws::gate::{Gate, impossible, incomplete};

/// Who may invoke a function; its id is the function's name and the statement's id.
pub struct Permission;

impl<'g> Handler<Gate<'g>> for Permission {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Lambda::Permission")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let (function, sid) = parts(id)?;
            let found = statement(cx, function, sid).await?;
            Ok(found.map(|it| state(&permission(function, &it))))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::ADD_PERMISSION;
            match add(cx, id, to).await? {
                true => Ok(()),
                false => settle(self, op, cx, id, to).await,
            }
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        _from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::REMOVE_PERMISSION;
            let (function, sid) = parts(id)?;
            if let Some(present) = statement(cx, function, sid).await? {
                let it = permission(function, &present);
                if it == wanted(function, to)? && says_all(&present, &it) {
                    return Ok(());
                }
                if !says_all(&present, &it) {
                    let words = "has conditions that cannot be put back from here";
                    return Err(impossible(
                        op,
                        format!("statement {sid} {words}; change it by hand"),
                    ));
                }
                remove(cx, function, sid).await?;
            }
            add(cx, id, to).await.map(drop)
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let (function, sid) = parts(id)?;
            remove(cx, function, sid).await
        })
    }
}

fn parts(id: &str) -> Result<(&str, &str), Refused> {
    let none = || impossible(&fix::ADD_PERMISSION, format!("{id} names no permission"));
    id.split_once('|').ok_or_else(none)
}

fn wanted(function: &str, to: &State) -> Result<PermissionProperties, Refused> {
    properties(&fix::ADD_PERMISSION, to, &json!({"FunctionName": function}))
}

/// Adds the statement; false when one of its id is there.
async fn add(cx: &Gate<'_>, id: &str, to: &State) -> Result<bool, Refused> {
    let (function, sid) = parts(id)?;
    let it = wanted(function, to)?;
    let client = Client::new(cx.config());
    let request = || {
        let request = client.add_permission().function_name(function).statement_id(sid);
        let request = request.action(&it.action).principal(&it.principal);
        request.set_source_arn(it.source_arn.clone()).send()
    };
    Ok(cx.write(&fix::ADD_PERMISSION, request).await?.is_some())
}

async fn remove(cx: &Gate<'_>, function: &str, sid: &str) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    let request = || client.remove_permission().function_name(function).statement_id(sid).send();
    cx.write(&fix::REMOVE_PERMISSION, request).await.map(drop)
}

/// The statement of this id in the function's policy.
async fn statement(cx: &Gate<'_>, function: &str, sid: &str) -> Result<Option<Value>, Refused> {
    let op = &ops::GET_FUNCTION_POLICY;
    let request = Client::new(cx.config()).get_policy().function_name(function).send();
    let Some(out) = cx.read(op, request).await? else { return Ok(None) };
    let policy = document(op, &out.policy.ok_or_else(|| incomplete(op))?)?;
    let mut statements = policy["Statement"].as_array().cloned().unwrap_or_default().into_iter();
    Ok(statements.find(|it| it["Sid"] == sid))
}

/// What a statement says, as far as this type can say it.
fn permission(function: &str, statement: &Value) -> PermissionProperties {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let principal = &statement["Principal"];
    let principal =
        [principal, &principal["Service"], &principal["AWS"]].into_iter().find_map(text);
    PermissionProperties {
        function_name: function.to_owned(),
        action: text(&statement["Action"]).unwrap_or_default(),
        principal: principal.unwrap_or_default(),
        source_arn: text(&statement["Condition"]["ArnLike"]["AWS:SourceArn"]),
    }
}

/// Whether the properties say all that the statement says, so that it can be made again from them.
fn says_all(statement: &Value, it: &PermissionProperties) -> bool {
    let condition = match &it.source_arn {
        Some(arn) => json!({"ArnLike": {"AWS:SourceArn": arn}}),
        None => Value::Null,
    };
    statement["Effect"] == "Allow"
        && statement["Condition"] == condition
        && !it.action.is_empty()
        && !it.principal.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_as_far_as_they_can_be_said() {
        let plain = json!({
            "Sid": "audit", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "lambda:InvokeFunction", "Resource": "arn",
            "Condition": {"ArnLike": {"AWS:SourceArn": "arn:topic"}},
        });
        let it = permission("f", &plain);
        assert_eq!(it.principal, "sns.amazonaws.com");
        assert_eq!(it.source_arn.as_deref(), Some("arn:topic"));
        assert!(says_all(&plain, &it));
        let mut special = plain;
        special["Condition"]["StringEquals"] = json!({"AWS:SourceAccount": "111122223333"});
        assert!(!says_all(&special, &permission("f", &special)));
    }
}
