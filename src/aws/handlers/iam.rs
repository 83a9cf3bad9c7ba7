//! AWS IAM: roles that services run with.

use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{DeletionTaskStatusType as Deletion, Tag};
use serde_json::{Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::fix;
use crate::model::types::iam::{RolePolicy, RoleProperties, ServiceLinkedRoleProperties};

use super::{TAG, built, document, kind, only, properties, settle, state};
use crate::aws::gate::{Gate, impossible, incomplete};

/// A role; its id is its name.
pub struct Role;

/// What of a role can be changed.
const SETTABLE: &[&str] =
    &["RoleName", "Description", "AssumeRolePolicyDocument", "Policies", "ManagedPolicyArns"];

impl<'g> Handler<Gate<'g>> for Role {
    fn kind(&self) -> &'static Kind {
        kind("AWS::IAM::Role")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move { Ok(role(cx, id).await?.map(|role| state(&role))) })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_ROLE;
            let wanted: RoleProperties = properties(op, to, &json!({"RoleName": id}))?;
            let trust = wanted.assume_role_policy_document.as_ref().map(Value::to_string);
            let tag = built(op, Tag::builder().key(TAG.0).value(TAG.1).build())?;
            let client = Client::new(cx.config());
            let request = || {
                let request = client.create_role().role_name(id).tags(tag.clone());
                let request = request.set_description(wanted.description.clone());
                request.set_assume_role_policy_document(trust.clone()).send()
            };
            if cx.write(op, request).await?.is_none() {
                return settle(self, op, cx, id, to).await;
            }
            let bare = RoleProperties {
                policies: Vec::new(),
                managed_policy_arns: Vec::new(),
                ..wanted.clone()
            };
            change(cx, id, &bare, &wanted).await
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::PUT_ROLE_POLICY;
            only(op, from, to, SETTABLE)?;
            let name = json!({"RoleName": id});
            change(cx, id, &properties(op, from, &name)?, &properties(op, to, &name)?).await
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::DELETE_ROLE;
            // Only what is known to be on it is taken off: what others put there keeps the role.
            let from: RoleProperties = properties(op, from, &json!({"RoleName": id}))?;
            drop_policies(cx, id, &from, &RoleProperties::default()).await?;
            let client = Client::new(cx.config());
            cx.write(op, || client.delete_role().role_name(id).send()).await.map(drop)
        })
    }
}

/// A role with all its policies; none when it does not exist.
async fn role(cx: &Gate<'_>, id: &str) -> Result<Option<RoleProperties>, Refused> {
    let op = &fix::GET_ROLE;
    let client = Client::new(cx.config());
    let Some(out) = cx.read(op, client.get_role().role_name(id).send()).await? else {
        return Ok(None);
    };
    let role = out.role.ok_or_else(|| incomplete(op))?;
    let trust = role.assume_role_policy_document.as_deref();
    let Some(names) = own_policies(cx, &client, id).await? else { return Ok(None) };
    let mut policies = Vec::new();
    for name in names {
        let op = &fix::GET_ROLE_POLICY;
        let request = client.get_role_policy().role_name(id).policy_name(&name).send();
        if let Some(out) = cx.read(op, request).await? {
            let policy_document = encoded(op, &out.policy_document)?;
            policies.push(RolePolicy { policy_name: name, policy_document });
        }
    }
    let Some(managed_policy_arns) = attached_policies(cx, &client, id).await? else {
        return Ok(None);
    };
    Ok(Some(RoleProperties {
        role_name: role.role_name,
        description: role.description.filter(|words| !words.is_empty()),
        assume_role_policy_document: trust.map(|text| encoded(op, text)).transpose()?,
        policies,
        managed_policy_arns,
    }))
}

/// Names of a role's own policies, sorted.
async fn own_policies(
    cx: &Gate<'_>,
    client: &Client,
    id: &str,
) -> Result<Option<Vec<String>>, Refused> {
    let request = |marker| client.list_role_policies().role_name(id).set_marker(marker).send();
    let listed = cx.pages(&fix::LIST_ROLE_POLICIES, request, |out| (out.policy_names, out.marker));
    Ok(listed.await?.map(sorted))
}

/// ARNs of a role's managed policies, sorted.
async fn attached_policies(
    cx: &Gate<'_>,
    client: &Client,
    id: &str,
) -> Result<Option<Vec<String>>, Refused> {
    let request =
        |marker| client.list_attached_role_policies().role_name(id).set_marker(marker).send();
    let listed = cx.pages(&fix::LIST_ATTACHED_ROLE_POLICIES, request, |out| {
        let policies = out.attached_policies.unwrap_or_default().into_iter();
        (policies.filter_map(|it| it.policy_arn).collect(), out.marker)
    });
    Ok(listed.await?.map(sorted))
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

/// A policy as IAM gives it, URL-encoded as of RFC 3986:
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>.
fn encoded(op: &'static crate::model::Op, text: &str) -> Result<Value, Refused> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let code = (*first == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => bytes.push(*first),
        }
    }
    document(op, &String::from_utf8_lossy(&bytes))
}

/// Writes what differs.
async fn change(
    cx: &Gate<'_>,
    id: &str,
    from: &RoleProperties,
    to: &RoleProperties,
) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    if let Some(trust) = &to.assume_role_policy_document
        && from.assume_role_policy_document != to.assume_role_policy_document
    {
        let request = || {
            let request = client.update_assume_role_policy().role_name(id);
            request.policy_document(trust.to_string()).send()
        };
        cx.write(&fix::UPDATE_ASSUME_ROLE_POLICY, request).await?;
    }
    if from.description != to.description {
        // Unlike `UpdateRole`, this leaves the longest session as it is.
        let words = to.description.as_deref().unwrap_or_default();
        let request = || client.update_role_description().role_name(id).description(words).send();
        cx.write(&fix::UPDATE_ROLE_DESCRIPTION, request).await?;
    }
    for policy in to.policies.iter().filter(|policy| !from.policies.contains(policy)) {
        let request = || {
            let request = client.put_role_policy().role_name(id).policy_name(&policy.policy_name);
            request.policy_document(policy.policy_document.to_string()).send()
        };
        cx.write(&fix::PUT_ROLE_POLICY, request).await?;
    }
    for arn in to.managed_policy_arns.iter().filter(|arn| !from.managed_policy_arns.contains(arn)) {
        let request = || client.attach_role_policy().role_name(id).policy_arn(arn).send();
        cx.write(&fix::ATTACH_ROLE_POLICY, request).await?;
    }
    drop_policies(cx, id, from, to).await
}

/// Takes off the role what it should not have any more.
async fn drop_policies(
    cx: &Gate<'_>,
    id: &str,
    from: &RoleProperties,
    to: &RoleProperties,
) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    let is_kept = |name: &str| to.policies.iter().any(|it| it.policy_name == name);
    for name in from.policies.iter().map(|it| &it.policy_name).filter(|name| !is_kept(name)) {
        let request = || client.delete_role_policy().role_name(id).policy_name(name).send();
        cx.write(&fix::DELETE_ROLE_POLICY, request).await?;
    }
    for arn in from.managed_policy_arns.iter().filter(|arn| !to.managed_policy_arns.contains(arn)) {
        let request = || client.detach_role_policy().role_name(id).policy_arn(arn).send();
        cx.write(&fix::DETACH_ROLE_POLICY, request).await?;
    }
    Ok(())
}

/// The role by which a service acts; its id is the service's name.
pub struct ServiceLinkedRole;

/// Services whose roles are known by name:
/// <https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html>.
const LINKED: &[(&str, &str)] = &[("config.amazonaws.com", "AWSServiceRoleForConfig")];

/// Seconds between questions whether a role is deleted; together half a minute.
const DELETION_PAUSES: &[u64] = &[1, 2, 3, 4, 5, 5, 5, 5];

impl<'g> Handler<Gate<'g>> for ServiceLinkedRole {
    fn kind(&self) -> &'static Kind {
        kind("AWS::IAM::ServiceLinkedRole")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let request = client.get_role().role_name(linked(id)?).send();
            let found = cx.read(&fix::GET_ROLE, request).await?;
            let properties = ServiceLinkedRoleProperties { aws_service_name: id.to_owned() };
            Ok(found.map(|_| state(&properties)))
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            linked(id)?;
            let client = Client::new(cx.config());
            let request = || client.create_service_linked_role().aws_service_name(id).send();
            cx.write(&fix::CREATE_SERVICE_LINKED_ROLE, request).await.map(drop)
        })
    }

    fn update<'a>(
        &'a self,
        _cx: &'a Gate<'g>,
        _id: &'a str,
        _from: &'a State,
        _to: &'a State,
    ) -> Reply<'a, ()> {
        // Its id says all of it.
        Box::pin(async { Ok(()) })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let name = linked(id)?;
            let client = Client::new(cx.config());
            let request = || client.delete_service_linked_role().role_name(name).send();
            match cx.write(&fix::DELETE_SERVICE_LINKED_ROLE, request).await? {
                Some(out) => deleted(cx, &client, name, &out.deletion_task_id).await,
                None => Ok(()),
            }
        })
    }
}

fn linked(service: &str) -> Result<&'static str, Refused> {
    let found = LINKED.iter().find(|(known, _)| *known == service);
    found.map(|(_, name)| *name).ok_or_else(|| {
        impossible(
            &fix::CREATE_SERVICE_LINKED_ROLE,
            format!("the service-linked role of {service} is not known here; make it by hand"),
        )
    })
}

/// Waits until a service-linked role is deleted, which its service may refuse.
async fn deleted(cx: &Gate<'_>, client: &Client, name: &str, task: &str) -> Result<(), Refused> {
    let op = &fix::GET_SERVICE_LINKED_ROLE_DELETION_STATUS;
    for pause in DELETION_PAUSES {
        let request = client.get_service_linked_role_deletion_status().deletion_task_id(task);
        let out = cx.read(op, request.send()).await?.ok_or_else(|| incomplete(op))?;
        match out.status {
            Deletion::Succeeded => return Ok(()),
            Deletion::Failed => {
                let reason = out.reason.and_then(|it| it.reason).unwrap_or_default();
                return Err(impossible(op, format!("{name} is still in use: {reason}")));
            }
            _ => tokio::time::sleep(Duration::from_secs(*pause)).await,
        }
    }
    Err(impossible(op, format!("AWS is still deleting {name}; look again later")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_decoded() {
        let op = &fix::GET_ROLE_POLICY;
        let text = "%7B%22Action%22%3A%20%22s3%3A%2A%22%2C%22Sid%22%3A%22%E3%81%82%22%7D";
        assert_eq!(encoded(op, text), Ok(json!({"Action": "s3:*", "Sid": "あ"})));
        assert_eq!(encoded(op, "{\"a\": \"100%\"}"), Ok(json!({"a": "100%"})));
        assert!(encoded(op, "%7B").is_err());
    }
}
