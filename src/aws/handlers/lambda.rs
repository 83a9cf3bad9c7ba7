//! AWS Lambda: the function that forwards alerts.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Environment, FunctionCode, Runtime};
use serde_json::json;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::fix::notifier::SOURCE;
use crate::model::Op;
use crate::model::ops::{self, fix};
use crate::model::types::lambda::{Code, EnvironmentSettings, FunctionSettingsProperties};

use super::archive::{FILE, archive, archive_of, hash_of};
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
            if let Some(sid) = invited(cx, id).await? {
                let words = format!("function {id} lets others invoke it, by statement {sid}");
                return Err(impossible(&fix::DELETE_FUNCTION, words));
            }
            let client = Client::new(cx.config());
            let request = || client.delete_function().function_name(id).send();
            cx.write(&fix::DELETE_FUNCTION, request).await.map(drop)
        })
    }
}

/// A statement by which someone else has made use of the function; those of a fix are taken back before.
async fn invited(cx: &Gate<'_>, id: &str) -> Result<Option<String>, Refused> {
    let op = &ops::GET_FUNCTION_POLICY;
    let request = Client::new(cx.config()).get_policy().function_name(id).send();
    let Some(out) = cx.read(op, request).await? else { return Ok(None) };
    let policy = document(op, &out.policy.ok_or_else(|| incomplete(op))?)?;
    let statements = policy["Statement"].as_array().cloned().unwrap_or_default();
    let sid = |it: &serde_json::Value| it["Sid"].as_str().unwrap_or("without a name").to_owned();
    Ok(statements.iter().map(sid).next())
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
    let ours = hash_of(&archive(&ops::GET_FUNCTION_CONFIGURATION, FILE, SOURCE)?);
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
}
