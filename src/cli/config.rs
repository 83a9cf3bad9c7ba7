//! `audit.toml`: strict, and every complaint with its place in the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::engine::{Counts, Team, endpoints};
use crate::model::Lang;
use crate::rules::diagnostic::in_order;
use crate::rules::inputs;
use crate::rules::written::{Node, Placed, Strings, Tree, decode};
use crate::rules::{Diagnostic, Diagnostics, ParamError, RuleSet, SourceFile};

/// The rule that the roster of users is for.
const ROSTER: &str = "iam-user-known";

/// The name that is looked for.
const NAME: &str = "audit.toml";

/// What a team says of its account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Regions to collect.
    #[serde(default)]
    pub regions: Vec<String>,
    /// What users reach; when none is said, what load balancers tell of their hosts.
    #[serde(default)]
    endpoints: Option<Vec<EndpointConfig>>,
    /// The users that should exist.
    #[serde(default)]
    iam: IamConfig,
    /// Who hears of alerts, and by what.
    #[serde(default)]
    notify: NotifyConfig,
    /// What a month may cost.
    #[serde(default)]
    budget: BudgetConfig,
    /// Parameters by rule id.
    #[serde(default)]
    params: BTreeMap<Placed<String>, BTreeMap<Placed<String>, Placed<Json>>>,
    /// Which rules.
    #[serde(default)]
    rules: RulesConfig,
    /// The file it was read from.
    #[serde(skip)]
    file: Option<SourceFile>,
}

/// Something that users reach.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EndpointConfig {
    /// Its URL, such as `https://app.example.com/health`.
    url: Placed<String>,
}

/// The users that should exist.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IamConfig {
    /// Their names; an empty list says that there should be none.
    #[serde(default)]
    users: Option<Vec<Placed<String>>>,
}

/// Who hears of alerts, and by what.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NotifyConfig {
    /// Name or ARN of the topic that alerts go to; `audit-alerts` unless set.
    topic: Option<Placed<String>>,
    /// Addresses that alerts go to.
    #[serde(default)]
    email: Vec<Placed<String>>,
    /// Secrets Manager name, or SSM parameter path, of the Slack webhook; never the webhook itself.
    slack_webhook_secret: Option<Placed<String>>,
    /// A channel for AWS's chat service, instead of a webhook.
    slack_channel: Option<SlackChannelConfig>,
    /// Which kinds of receivers count as someone: `slack`, `email`, `https`; all unless set.
    #[serde(default)]
    counts: Option<Vec<Placed<String>>>,
    /// Language of messages: `en` or `ja`; that of the locale unless set.
    lang: Option<Placed<String>>,
}

/// A channel for AWS's chat service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SlackChannelConfig {
    /// Id of the workspace, such as `T07EA123LEP`.
    workspace: Placed<String>,
    /// Id of the channel, such as `C0123456789`.
    channel: Placed<String>,
}

/// What a month may cost.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BudgetConfig {
    /// US dollars.
    monthly_usd: Option<Placed<f64>>,
}

/// Which rules.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RulesConfig {
    /// Ids, globs or `section:NAME` to leave out.
    #[serde(default)]
    skip: Vec<Placed<String>>,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read the configuration {}: {error}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// It says something that is wrong.
    #[error(transparent)]
    Wrong(#[from] Diagnostics),
}

impl Config {
    /// Reads the file that `--config` names, else the nearest `audit.toml` at or above the working
    /// directory, else nothing.
    ///
    /// # Errors
    /// A named file that does not exist, or any file that is not right.
    pub fn load(named: Option<&Path>) -> Result<Config, ConfigError> {
        let found = match named {
            Some(path) => Some(path.to_owned()),
            None => std::env::current_dir().ok().and_then(|dir| {
                dir.ancestors().map(|dir| dir.join(NAME)).find(|path| path.is_file())
            }),
        };
        let Some(path) = found else { return Ok(Config::default()) };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Config::parse(&path.display().to_string(), &text)?),
            Err(error) => Err(ConfigError::Read { path, error }),
        }
    }

    /// Reads `text`, which messages call `name`.
    ///
    /// # Errors
    /// Every complaint about it.
    pub fn parse(name: &str, text: &str) -> Result<Config, Diagnostics> {
        let file = SourceFile { name: name.to_owned(), text: text.into() };
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut complaints: Vec<Diagnostic> = errors
            .iter()
            .map(|error| Diagnostic::new(&file, error.span().unwrap_or(0..1), error.message()))
            .collect();
        if complaints.is_empty() {
            let at = table.span();
            let root = Node { at, tree: entries(table.into_inner(), &file, &mut complaints) };
            let (config, found) = decode::<Config>(&file, Strings::Quoted, root);
            complaints.extend(found);
            if let Some(config) = config.filter(|_| complaints.is_empty()) {
                complaints = config.nonsense(&file);
                if complaints.is_empty() {
                    return Ok(Config { file: Some(file), ..config });
                }
            }
        }
        Err(Diagnostics(in_order(complaints)))
    }

    /// What a fix is told here that cannot be.
    fn nonsense(&self, file: &SourceFile) -> Vec<Diagnostic> {
        let text = |key: &'static str, value: &Placed<String>| {
            let complaint = inputs::find(key)?.complaint(&value.value)?;
            // A webhook must not be repeated, so of it only the key is shown.
            Some(match complaint.is_secret {
                true => Diagnostic::without_text(
                    file,
                    value.at(),
                    format!("{key}: {}", complaint.words),
                ),
                false => Diagnostic::new(file, value.at(), complaint.words),
            })
        };
        let notify = &self.notify;
        let channel = notify.slack_channel.as_ref();
        let one = [
            ("notify.topic", notify.topic.as_ref()),
            ("notify.slack_webhook_secret", notify.slack_webhook_secret.as_ref()),
            ("notify.slack_channel.workspace", channel.map(|it| &it.workspace)),
            ("notify.slack_channel.channel", channel.map(|it| &it.channel)),
            ("notify.lang", notify.lang.as_ref()),
        ];
        let one = one.into_iter().filter_map(|(key, value)| text(key, value?));
        let emails = notify.email.iter().filter_map(|email| text("notify.email", email));
        let is_amount = |usd: f64| usd.is_finite() && usd > 0.0;
        let limit = self.budget.monthly_usd.as_ref().filter(|limit| !is_amount(limit.value));
        let limit = limit.map(|it| Diagnostic::new(file, it.at(), "a budget is more than nothing"));
        let endpoints = self.endpoints.iter().flatten().map(|it| &it.url);
        let endpoints = endpoints.filter(|url| endpoints::normalize(&url.value).is_none());
        let endpoints = endpoints.map(|url| {
            let words = "an endpoint is a URL with http:// or https:// and a host";
            Diagnostic::new(file, url.at(), words)
        });
        let kinds = notify.counts.iter().flatten();
        let kinds =
            kinds.filter(|kind| !Counts::NAMES.contains(&kind.value.as_str())).map(|kind| {
                let known = Counts::NAMES.join(", ");
                Diagnostic::new(
                    file,
                    kind.at(),
                    format!("there is no such kind of receiver; there are {known}"),
                )
            });
        one.chain(emails).chain(limit).chain(endpoints).chain(kinds).collect()
    }

    /// The ARN of the topic that alerts go to, where it is named by one.
    pub fn topic_arn(&self) -> Option<&str> {
        let topic = self.notify.topic.as_ref().map(|topic| topic.value.as_str());
        topic.filter(|topic| topic.starts_with("arn:"))
    }

    /// What evaluation is told here.
    pub fn team(&self) -> Team {
        let endpoints = self.endpoints.as_ref();
        let endpoints = endpoints.map(|all| all.iter().map(|it| it.url.value.clone()).collect());
        let counts = self.notify.counts.as_ref();
        let counts = counts.map(|all| Counts::only(all.iter().map(|it| it.value.as_str())));
        Team { endpoints, counts: counts.unwrap_or_default() }
    }

    /// What a fix is told here, by the names of inputs.
    pub fn told(&self, lang: Lang) -> BTreeMap<String, Json> {
        let notify = &self.notify;
        let text = |value: Option<&Placed<String>>| value.map(|it| Json::from(it.value.clone()));
        let channel = notify.slack_channel.as_ref();
        // Topics are regional: of an ARN the name is taken, in each region.
        let topic = notify.topic.as_ref().map_or("audit-alerts", |topic| topic.value.as_str());
        let topic = topic.rsplit(':').next().unwrap_or_default();
        let lang = if lang == Lang::Ja { "ja" } else { "en" };
        let emails: Vec<&str> = notify.email.iter().map(|email| email.value.as_str()).collect();
        let told = [
            ("topic", Some(Json::from(topic))),
            ("email", Some(Json::from(emails))),
            ("slack_webhook_secret", text(notify.slack_webhook_secret.as_ref())),
            ("slack_workspace", text(channel.map(|it| &it.workspace))),
            ("slack_channel", text(channel.map(|it| &it.channel))),
            ("lang", Some(text(notify.lang.as_ref()).unwrap_or(Json::from(lang)))),
            ("monthly_usd", self.budget.monthly_usd.as_ref().map(|limit| Json::from(limit.value))),
        ];
        told.into_iter().map(|(name, value)| (name.to_owned(), value.unwrap_or_default())).collect()
    }

    /// Overrides the rules' parameters and leaves out those that are not wanted.
    ///
    /// # Errors
    /// Every rule or parameter that does not exist, every value of another type.
    pub fn apply(&self, rules: &mut RuleSet) -> Result<(), Diagnostics> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut complaints = Vec::new();
        for (id, values) in &self.params {
            for (name, value) in values {
                if let Err(error) = rules.set_param(&id.value, &name.value, &value.value) {
                    let at = match error {
                        ParamError::NoRule(_) => id.at(),
                        ParamError::NoParam { .. } => name.at(),
                        ParamError::Type { .. } | ParamError::Negative(_) => value.at(),
                    };
                    complaints.push(Diagnostic::new(file, at, error.to_string()));
                }
            }
            if values.is_empty() && !rules.has(&id.value) {
                let error = ParamError::NoRule(id.value.clone());
                complaints.push(Diagnostic::new(file, id.at(), error.to_string()));
            }
        }
        if let Some(users) = &self.iam.users {
            let names: Vec<&str> = users.iter().map(|user| user.value.as_str()).collect();
            // A run with other rules only has no use for the roster.
            if rules.has(ROSTER) {
                let set = [("roster", Json::from(true)), ("users", Json::from(names))];
                for (name, value) in set {
                    if let Err(error) = rules.set_param(ROSTER, name, &value) {
                        complaints.push(Diagnostic::new(file, 0..1, error.to_string()));
                    }
                }
            }
        }
        let patterns: Vec<String> = self.rules.skip.iter().map(|skip| skip.value.clone()).collect();
        for (skip, error) in self.rules.skip.iter().zip(rules.unmatched("[rules] skip", &patterns))
        {
            complaints.extend(error.map(|e| Diagnostic::new(file, skip.at(), e.to_string())));
        }
        if !complaints.is_empty() {
            return Err(Diagnostics(in_order(complaints)));
        }
        rules.leave_out(&patterns);
        Ok(())
    }
}

fn entries(table: DeTable<'_>, file: &SourceFile, complaints: &mut Vec<Diagnostic>) -> Tree {
    let entry = |(key, value): (Spanned<_>, _)| {
        let at = key.span();
        let key: std::borrow::Cow<'_, str> = key.into_inner();
        (Node { at, tree: Tree::Text(key.into_owned()) }, node(value, file, complaints))
    };
    Tree::Map(table.into_iter().map(entry).collect())
}

fn node(value: Spanned<DeValue<'_>>, file: &SourceFile, complaints: &mut Vec<Diagnostic>) -> Node {
    let at = value.span();
    let tree = match value.into_inner() {
        DeValue::String(text) => Tree::Text(text.into_owned()),
        DeValue::Boolean(b) => Tree::Bool(b),
        DeValue::Datetime(time) => Tree::Text(time.to_string()),
        DeValue::Array(items) => {
            Tree::List(items.into_iter().map(|item| node(item, file, complaints)).collect())
        }
        DeValue::Table(table) => entries(table, file, complaints),
        number => match self::number(&number) {
            Some(number) => Tree::Number(number),
            None => {
                complaints.push(Diagnostic::new(file, at.clone(), "this number cannot be used"));
                Tree::Null
            }
        },
    };
    Node { at, tree }
}

fn number(value: &DeValue<'_>) -> Option<serde_json::Number> {
    match value {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(Into::into),
        DeValue::Float(n) => serde_json::Number::from_f64(n.as_str().parse().ok()?),
        _ => None,
    }
}
