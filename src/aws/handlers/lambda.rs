//! AWS Lambda: the function that forwards alerts, and who may invoke functions.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Environment, FunctionCode, Runtime};
use serde_json::{Value, json};

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::fix::notifier::SOURCE;
use crate::model::Op;
use crate::model::ops::{self, fix};
use crate::model::types::lambda::{
    Code, EnvironmentSettings, FunctionSettingsProperties, PermissionProperties,
};

use super::archive::{archive, archive_of, hash_of};
use super::{TAG, differs, document, kind, number, only, properties, settle, state};
use crate::aws::gate::{Gate, impossible, incomplete};

/// Settings whose values are no secrets, and are shown; of others only the names are.
const SHOWN: &[&str] = &["WEBHOOK_SECRET", "MESSAGE_LANG"];

/// Stands for the value of another setting.
const NOT_SHOWN: &str = "(not shown)";

/// What of a function can be changed beside its code.
const SETTINGS: &[&str] =
    &["Description", "Runtime", "Handler", "Role", "Timeout", "MemorySize", "Environment"];

/// A function; its id is its name.
pub struct Function;

impl<'g> Handler<Gate<'g>> for Function {
    fn kind(&self) -> &'static Kind {
        kind("AWS::Lambda::Function")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let request = Client::new(cx.config()).get_function_configuration().function_name(id);
            let found = cx.read(&ops::GET_FUNCTION_CONFIGURATION, request.send()).await?;
            found.map(|out| Ok(state(&shape(id, out)?))).transpose()
        })
    }

    fn create<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, to: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let op = &fix::CREATE_FUNCTION;
            let to_set = Settings::of(op, id, to)?;
            let code = archive_of(op, to_set.it.code.as_ref())?;
            let code = FunctionCode::builder().zip_file(Blob::new(code)).build();
            let tags = HashMap::from([(TAG.0.to_owned(), TAG.1.to_owned())]);
            let client = Client::new(cx.config());
            let request = || {
                let it = to_set.it.clone();
                let request = client.create_function().function_name(id).code(code.clone());
                request
                    .set_description(it.description)
                    .set_runtime(it.runtime.as_deref().map(Runtime::from))
                    .set_handler(it.handler)
                    .set_role(it.role)
                    .set_timeout(to_set.timeout)
                    .set_memory_size(to_set.memory_size)
                    .environment(to_set.environment.clone())
                    .set_tags(Some(tags.clone()))
                    .send()
            };
            match cx.write(op, request).await? {
                Some(_) => Ok(()),
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
        Box::pin(async move {
            let op = &fix::UPDATE_FUNCTION_CONFIGURATION;
            only(op, from, to, &[SETTINGS, &["FunctionName", "Code"]].concat())?;
            if differs(from, to, "Code") {
                update_code(cx, id, to).await?;
            }
            if SETTINGS.iter().any(|name| differs(from, to, name)) {
                update_settings(cx, id, from, to).await?;
            }
            Ok(())
        })
    }

    fn delete<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        Box::pin(async move {
            let client = Client::new(cx.config());
            let request = || client.delete_function().function_name(id).send();
            cx.write(&fix::DELETE_FUNCTION, request).await.map(drop)
        })
    }
}

async fn update_code(cx: &Gate<'_>, id: &str, to: &State) -> Result<(), Refused> {
    let op = &fix::UPDATE_FUNCTION_CODE;
    let to: FunctionSettingsProperties = properties(op, to, &json!({"FunctionName": id}))?;
    let code = Blob::new(archive_of(op, to.code.as_ref())?);
    let client = Client::new(cx.config());
    let request = || client.update_function_code().function_name(id).zip_file(code.clone()).send();
    cx.write(op, request).await.map(drop)
}

async fn update_settings(cx: &Gate<'_>, id: &str, from: &State, to: &State) -> Result<(), Refused> {
    let op = &fix::UPDATE_FUNCTION_CONFIGURATION;
    let mut to = to.clone();
    let environment_differs = differs(from, &to, "Environment");
    if !environment_differs {
        to.properties.remove("Environment");
    }
    let to_set = Settings::of(op, id, &to)?;
    let said = |name: &str| differs(from, &to, name);
    let environment = environment_differs.then(|| to_set.environment.clone());
    let client = Client::new(cx.config());
    let request = || {
        let it = to_set.it.clone();
        let description = it.description.unwrap_or_default();
        let runtime = it.runtime.as_deref().map(Runtime::from);
        let request = client.update_function_configuration().function_name(id);
        request
            .set_description(said("Description").then_some(description))
            .set_runtime(runtime.filter(|_| said("Runtime")))
            .set_handler(it.handler.filter(|_| said("Handler")))
            .set_role(it.role.filter(|_| said("Role")))
            .set_timeout(to_set.timeout.filter(|_| said("Timeout")))
            .set_memory_size(to_set.memory_size.filter(|_| said("MemorySize")))
            .set_environment(environment.clone())
            .send()
    };
    cx.write(op, request).await.map(drop)
}

/// What a function should be, as the SDK wants it.
struct Settings {
    it: FunctionSettingsProperties,
    timeout: Option<i32>,
    memory_size: Option<i32>,
    environment: Environment,
}

impl Settings {
    fn of(op: &'static Op, id: &str, to: &State) -> Result<Settings, Refused> {
        let it: FunctionSettingsProperties = properties(op, to, &json!({"FunctionName": id}))?;
        let variables = it.environment.as_ref().map(|it| it.variables.clone()).unwrap_or_default();
        if let Some((name, _)) = variables.iter().find(|(_, value)| *value == NOT_SHOWN) {
            let message = format!("the value of the variable {name} is not known; set it by hand");
            return Err(impossible(op, message));
        }
        let variables = Some(variables.into_iter().collect());
        Ok(Settings {
            timeout: number(op, it.timeout)?,
            memory_size: number(op, it.memory_size)?,
            environment: Environment::builder().set_variables(variables).build(),
            it,
        })
    }
}

/// What is kept of a function, secrets apart.
fn shape(
    id: &str,
    it: GetFunctionConfigurationOutput,
) -> Result<FunctionSettingsProperties, Refused> {
    let variables = it.environment.and_then(|environment| environment.variables);
    let shown = |(name, value): (String, String)| {
        let is_shown = SHOWN.contains(&name.as_str());
        (name, if is_shown { value } else { NOT_SHOWN.to_owned() })
    };
    let variables: BTreeMap<_, _> = variables.unwrap_or_default().into_iter().map(shown).collect();
    let hash = it.code_sha256.ok_or_else(|| incomplete(&ops::GET_FUNCTION_CONFIGURATION))?;
    let ours = hash_of(&archive(&ops::GET_FUNCTION_CONFIGURATION, SOURCE)?);
    let code = if hash == ours { SOURCE.to_owned() } else { format!("sha256:{hash}") };
    Ok(FunctionSettingsProperties {
        function_name: id.to_owned(),
        description: it.description.filter(|words| !words.is_empty()),
        runtime: it.runtime.map(|runtime| runtime.as_str().to_owned()),
        handler: it.handler,
        role: it.role,
        timeout: it.timeout.map(i64::from),
        memory_size: it.memory_size.map(i64::from),
        environment: (!variables.is_empty()).then_some(EnvironmentSettings { variables }),
        code: Some(Code { zip_file: Some(code) }),
    })
}

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

    const OP: &Op = &fix::CREATE_FUNCTION;

    #[test]
    fn values_that_are_not_shown_are_never_written() {
        let to = |value: &str| State {
            properties: json!({"Environment": {"Variables": {"OTHER": value}}})
                .as_object()
                .cloned()
                .unwrap_or_default(),
            ..State::default()
        };
        assert!(Settings::of(OP, "f", &to(NOT_SHOWN)).is_err());
        assert!(Settings::of(OP, "f", &to("x")).is_ok());
    }

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
