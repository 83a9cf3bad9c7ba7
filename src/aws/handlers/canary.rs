//! Making a canary and taking it away again; what its function tells of it.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_synthetics::Client;
use aws_sdk_synthetics::primitives::Blob;
use aws_sdk_synthetics::types::{
    self as sdk, CanaryCodeInput, CanaryRunConfigInput, CanaryScheduleInput,
};
use aws_smithy_types::DateTime;
use serde_json::json;

use crate::fix::handler::{Refused, State};
use crate::fix::heartbeat::{PLACE, RUNTIMES, SOURCE};
use crate::model::ops::{self, fix};
use crate::model::types::synthetics::{CanaryCode, CanarySettingsProperties};
use crate::model::{Op, TAG, stable_hash};

use super::archive::archive;
use super::synthetics::{find, is_ours};
use super::{built, number, properties};
use crate::aws::canary_urls::public;
use crate::aws::gate::{Gate, impossible, incomplete};

/// The tag that tells which code a canary of ours runs: AWS does not give it back.
const CODE_TAG: &str = "audit-code";

/// Stands for the value of a variable that is not told.
const NOT_SHOWN: &str = "(not shown)";

/// Seconds between looks at a canary that is being made or changed; together two minutes.
const SETTLING: &[u64] = &[0, 1, 2, 5, 10, 10, 15, 15, 20, 20, 30];

/// Seconds to wait until a role that was made a moment ago is seen, before it is tried again.
const ROLE: &[u64] = &[5, 10, 20];

/// What AWS says of a role that it does not see yet.
const UNSEEN: &str = "cannot be assumed";

/// Makes a canary that is not there, and waits until it can be started. One whose making failed because its role was
/// not seen everywhere yet is made anew.
pub async fn make(cx: &Gate<'_>, id: &str, to: &State) -> Result<(), Refused> {
    let op = &fix::CREATE_CANARY;
    let mut pauses = ROLE.iter();
    loop {
        if find(cx, id).await?.is_none() {
            create(cx, id, to).await?;
        }
        let gone = || impossible(op, format!("there is no canary {id}"));
        let made = settled(op, cx, id).await?.ok_or_else(gone)?;
        let status = made.status.clone();
        let why = status.as_ref().and_then(|it| it.state_reason.clone()).unwrap_or_default();
        if status.and_then(|it| it.state) != Some(sdk::CanaryState::Error) {
            return Ok(());
        }
        match pauses.next() {
            Some(seconds) if why.contains(UNSEEN) && is_ours(&made) => {
                delete(cx, id).await?;
                tokio::time::sleep(Duration::from_secs(*seconds)).await;
            }
            _ => return Err(impossible(op, format!("canary {id} was not made: {why}"))),
        }
    }
}

/// The canary, once it is no longer being made or changed, either of which takes AWS a minute or so.
pub async fn settled(
    op: &'static Op,
    cx: &Gate<'_>,
    id: &str,
) -> Result<Option<sdk::Canary>, Refused> {
    for pause in SETTLING {
        tokio::time::sleep(Duration::from_secs(*pause)).await;
        let found = find(cx, id).await?;
        match found.as_ref().and_then(|it| it.status.as_ref()?.state.as_ref()) {
            Some(sdk::CanaryState::Creating | sdk::CanaryState::Updating) => {}
            _ => return Ok(found),
        }
    }
    Err(impossible(op, format!("AWS is still at work on canary {id}; go on later")))
}

async fn create(cx: &Gate<'_>, id: &str, to: &State) -> Result<(), Refused> {
    let op = &fix::CREATE_CANARY;
    let it = typed(to, id)?;
    let code = it.code.ok_or_else(|| impossible(op, "no code is given"))?;
    let Some(source) = code.script.filter(|it| it == SOURCE) else {
        return Err(impossible(op, "only the heartbeat that comes with this version is made here"));
    };
    let archive = archive(op, PLACE, &source)?;
    let code = CanaryCodeInput::builder().zip_file(Blob::new(archive)).handler(code.handler);
    let schedule = it.schedule.ok_or_else(|| impossible(op, "no schedule is given"))?;
    let schedule = CanaryScheduleInput::builder()
        .expression(schedule.expression)
        .set_duration_in_seconds(schedule.duration_in_seconds);
    let run = it.run_config.unwrap_or_default();
    let run = CanaryRunConfigInput::builder()
        .set_timeout_in_seconds(number(op, run.timeout_in_seconds)?)
        .set_memory_in_mb(number(op, run.memory_in_mb)?)
        .set_active_tracing(run.active_tracing)
        .set_environment_variables(run.environment_variables.map(|it| it.into_iter().collect()));
    let runtime = match it.runtime_version {
        Some(runtime) => runtime,
        None => newest_runtime(cx).await?,
    };
    let tags = [(TAG.0, TAG.1.to_owned()), (CODE_TAG, stable_hash(&source))];
    let tags: HashMap<_, _> =
        tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let client = Client::new(cx.config());
    let request = client
        .create_canary()
        .name(id)
        .code(code.build())
        .schedule(built(op, schedule.build())?)
        .run_config(run.build())
        .runtime_version(runtime)
        .set_artifact_s3_location(it.artifact_s3_location)
        .set_execution_role_arn(it.execution_role_arn)
        .set_tags(Some(tags));
    cx.write(op, || request.clone().send()).await.map(drop)
}

/// The newest runtime for the code that is not deprecated.
async fn newest_runtime(cx: &Gate<'_>) -> Result<String, Refused> {
    let op = &fix::DESCRIBE_RUNTIME_VERSIONS;
    let client = Client::new(cx.config());
    let request = |token| client.describe_runtime_versions().set_next_token(token).send();
    let listed =
        cx.pages(op, request, |out| (out.runtime_versions.unwrap_or_default(), out.next_token));
    let known = listed.await?.unwrap_or_default();
    let now = DateTime::from(std::time::SystemTime::now());
    newest(known, now).ok_or_else(|| impossible(op, "AWS names no runtime for Python"))
}

fn newest(known: Vec<sdk::RuntimeVersion>, now: DateTime) -> Option<String> {
    let fits = |it: &sdk::RuntimeVersion| {
        let is_ours = it.version_name.as_deref().is_some_and(|name| name.starts_with(RUNTIMES));
        is_ours && it.deprecation_date.is_none_or(|until| until > now)
    };
    let fitting = known.into_iter().filter(fits);
    fitting.max_by_key(|it| it.release_date.map(|it| it.secs()))?.version_name
}

/// Deletes a canary that does not run, and its function.
pub async fn delete(cx: &Gate<'_>, id: &str) -> Result<(), Refused> {
    let client = Client::new(cx.config());
    let request = || client.delete_canary().name(id).delete_lambda(true).send();
    cx.write(&fix::DELETE_CANARY, request).await.map(drop)
}

/// The typed settings of a state.
pub fn typed(state: &State, id: &str) -> Result<CanarySettingsProperties, Refused> {
    properties(&fix::CREATE_CANARY, state, &json!({"Name": id}))
}

/// The code of a canary of ours: its source, or what stands for that of another version.
pub fn code_of(found: &sdk::Canary) -> Option<CanaryCode> {
    let handler = found.code.as_ref()?.handler.clone()?;
    let hash = found.tags.as_ref()?.get(CODE_TAG)?;
    let is_this = *hash == stable_hash(SOURCE);
    let script = if is_this { SOURCE.to_owned() } else { format!("hash:{hash}") };
    Some(CanaryCode { handler, script: Some(script) })
}

/// The environment variables of a canary, which only its function tells; none when that cannot be asked.
pub async fn environment(
    cx: &Gate<'_>,
    found: &sdk::Canary,
) -> Result<Option<HashMap<String, String>>, Refused> {
    let op = &ops::GET_FUNCTION_CONFIGURATION;
    // With several browsers it has a function for each, all with the same environment.
    let configs = found.engine_configs.as_deref().unwrap_or_default();
    let Some(engine) = found.engine_arn().or_else(|| configs.iter().find_map(|it| it.engine_arn()))
    else {
        return Ok(None);
    };
    let client = aws_sdk_lambda::Client::new(cx.config());
    let request = client.get_function_configuration().function_name(engine).send();
    let Some(out) = cx.read(op, request).await? else { return Ok(None) };
    let Some(environment) = out.environment else { return Ok(Some(HashMap::new())) };
    match environment.error {
        // With a key that we may not use, the names come without values.
        Some(_) => Ok(None),
        None => environment.variables.map(Some).ok_or_else(|| incomplete(op)),
    }
}

/// Variables as they may stand in a plan: an address of the web without what may be secret, and else only names.
pub fn shown(variables: Option<HashMap<String, String>>) -> Option<BTreeMap<String, String>> {
    let shown = |(name, value): (String, String)| {
        let plain = public(&value).map(|it| it.trim_end_matches('/').to_owned());
        let is_plain = name == "URL" && plain.as_deref() == Some(value.trim_end_matches('/'));
        (name, if is_plain { value } else { NOT_SHOWN.to_owned() })
    };
    let shown: BTreeMap<_, _> = variables?.into_iter().map(shown).collect();
    (!shown.is_empty()).then_some(shown)
}

/// Where artifacts go, which AWS tells without the scheme.
pub fn location(told: &str) -> String {
    match told.strip_prefix("s3://") {
        Some(_) => told.to_owned(),
        None => format!("s3://{told}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_runtime_that_is_not_deprecated() {
        let runtime = |name: &str, released: i64, until: Option<i64>| {
            sdk::RuntimeVersion::builder()
                .version_name(name)
                .release_date(DateTime::from_secs(released))
                .set_deprecation_date(until.map(DateTime::from_secs))
                .build()
        };
        let known = vec![
            runtime("syn-python-selenium-9.0", 900, None),
            runtime("syn-python-selenium-10.0", 1000, Some(9000)),
            runtime("syn-python-selenium-11.0", 1100, Some(4000)),
            runtime("syn-nodejs-puppeteer-20.0", 2000, None),
        ];
        let now = DateTime::from_secs(5000);
        assert_eq!(newest(known, now).as_deref(), Some("syn-python-selenium-10.0"));
        assert_eq!(newest(Vec::new(), now), None);
    }

    #[test]
    fn only_plain_addresses_are_shown() {
        let variables = |name: &str, value: &str| {
            let map = HashMap::from([(name.to_owned(), value.to_owned())]);
            shown(Some(map)).and_then(|it| it.into_values().next())
        };
        assert_eq!(variables("URL", "https://a.jp/x").as_deref(), Some("https://a.jp/x"));
        assert_eq!(variables("URL", "https://a.jp").as_deref(), Some("https://a.jp"));
        for (name, value) in [
            ("URL", "https://a.jp/?token=x"),
            ("URL", "https://u:p@a.jp/"),
            ("KEY", "https://a.jp/"),
        ] {
            assert_eq!(variables(name, value).as_deref(), Some(NOT_SHOWN), "{value}");
        }
        assert_eq!(shown(Some(HashMap::new())), None);
    }
}
