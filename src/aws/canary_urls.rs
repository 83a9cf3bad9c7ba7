//! What a canary probes, as far as its function's environment and its tags tell.

use aws_sdk_lambda::Client;
use url::Url;

use crate::model::ops;

use super::cx::{Answer, Cx};

/// Hosts whose paths are passwords: nobody probes these, canaries report to them.
const WEBHOOKS: [&str; 5] =
    ["hooks.slack.com", "discord.com", "discordapp.com", "webhook.office.com", "api.telegram.org"];

/// URLs in the environment of a canary's function and in its tags, sorted; none when the function could not be read.
pub async fn urls<'a>(
    cx: &Cx<'_>,
    client: &Client,
    (canary, engine): (&str, Option<&str>),
    tags: impl Iterator<Item = &'a String>,
) -> Option<Vec<String>> {
    let mut urls: Vec<String> = tags.filter_map(|value| public(value)).collect();
    if let Some(engine) = engine {
        let request = client.get_function_configuration().function_name(engine).send();
        let about = [canary];
        let read = cx.call(&ops::GET_FUNCTION_CONFIGURATION, &about, request, |out| {
            let variables = out.environment.and_then(|it| it.variables).unwrap_or_default();
            Some(variables.values().filter_map(|value| public(value)).collect::<Vec<_>>())
        });
        match read.await {
            Answer::Known(found) => urls.extend(found),
            Answer::Gone => {}
            Answer::Unknown => return None,
        }
    }
    urls.sort();
    urls.dedup();
    Some(urls)
}

/// What may be kept of an address of the web: scheme, host, port and path. One with a user, or of a service that
/// takes messages, is a password and is left out.
pub(super) fn public(text: &str) -> Option<String> {
    let mut url = Url::parse(text.trim()).ok()?;
    let host = url.host_str()?.to_owned();
    let is_web = ["http", "https"].contains(&url.scheme());
    let is_password = !url.username().is_empty()
        || url.password().is_some()
        || WEBHOOKS.iter().any(|known| host == *known || host.ends_with(&format!(".{known}")));
    if !is_web || is_password {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::public;

    #[test]
    fn only_scheme_host_and_path_are_kept() {
        for (text, kept) in [
            (
                "https://App.Example.com/health?token=secret#x",
                Some("https://app.example.com/health"),
            ),
            (" http://example.com:8080 ", Some("http://example.com:8080/")),
            ("https://user:secret@example.com/", None),
            ("https://0123456789abcdef@o1.ingest.sentry.io/1", None),
            ("https://hooks.slack.com/services/T0/B0/secret", None),
            ("https://x.webhook.office.com/webhookb2/secret", None),
            ("postgres://db.example.com/app", None),
            ("app.example.com", None),
        ] {
            assert_eq!(public(text).as_deref(), kept, "{text}");
        }
    }
}
