//! What a fix has to be told: by audit.toml, by whoever runs it, and by the account it is for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::expr::Ty;
use super::expr::ty::Object;
use crate::model::{Lang, Text};

/// Something that a person decides, under its key in audit.toml.
#[derive(Debug)]
pub struct Input {
    /// Its name in expressions, as `input.NAME`.
    pub name: &'static str,
    /// Its key in audit.toml.
    pub key: &'static str,
    /// What it is for, in English.
    en: &'static str,
    /// What it is for, in Japanese.
    ja: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A string that is always there.
    Str,
    /// A string, or null.
    StrOrNull,
    /// A list of strings, which may be empty.
    List,
    /// A number, or null.
    NumOrNull,
}

/// Every input.
pub static INPUTS: &[Input] = &[
    Input {
        name: "email",
        key: "notify.email",
        en: "e-mail addresses that alerts go to",
        ja: "アラートを送るメールアドレス",
        kind: Kind::List,
    },
    Input {
        name: "lang",
        key: "notify.lang",
        en: "language of messages: en or ja",
        ja: "メッセージの言語: en または ja",
        kind: Kind::Str,
    },
    Input {
        name: "monthly_usd",
        key: "budget.monthly_usd",
        en: "what a month may cost, in US dollars",
        ja: "1 か月の予算 (米ドル)",
        kind: Kind::NumOrNull,
    },
    Input {
        name: "slack_channel",
        key: "notify.slack_channel.channel",
        en: "id of the Slack channel, for AWS's chat service",
        ja: "AWS のチャットサービスが使う Slack チャンネルの ID",
        kind: Kind::StrOrNull,
    },
    Input {
        name: "slack_webhook_secret",
        key: "notify.slack_webhook_secret",
        en: "name of the Secrets Manager secret, or path of the SSM parameter, that holds the Slack webhook",
        ja: "Slack の Webhook を保存した Secrets Manager のシークレット名、または SSM パラメーターのパス",
        kind: Kind::StrOrNull,
    },
    Input {
        name: "slack_workspace",
        key: "notify.slack_channel.workspace",
        en: "id of the Slack workspace, for AWS's chat service",
        ja: "AWS のチャットサービスが使う Slack ワークスペースの ID",
        kind: Kind::StrOrNull,
    },
    Input {
        name: "topic",
        key: "notify.topic",
        en: "name of the topic that alerts go to",
        ja: "アラートを送るトピックの名前",
        kind: Kind::Str,
    },
];

/// What is known of the account without being told, as `input.NAME`.
pub const FACTS: [&str; 6] = ["account", "heartbeat", "home", "notifier", "partition", "region"];

impl Input {
    /// What it is for.
    pub fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Ja => self.ja,
        }
    }

    /// What it is for, in both languages.
    pub fn both(&self) -> Text {
        Text { en: Some(self.en.to_owned()), ja: Some(self.ja.to_owned()) }
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        self.kind == Kind::List
    }

    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        self.kind == Kind::NumOrNull
    }

    fn ty(&self) -> Ty {
        match self.kind {
            Kind::Str => Ty::Str,
            Kind::StrOrNull => Ty::Str.nullable(),
            Kind::List => Ty::List(Box::new(Ty::Str)),
            Kind::NumOrNull => Ty::Num.nullable(),
        }
    }
}

/// Why something cannot be what an input is told.
#[derive(Debug, PartialEq, Eq)]
pub struct Complaint {
    /// In words.
    pub words: &'static str,
    /// Whether what was told must not be repeated.
    pub is_secret: bool,
}

impl Input {
    /// What is wrong with a string that it is told, if anything.
    pub fn complaint(&self, told: &str) -> Option<Complaint> {
        let wrong = |words| Some(Complaint { words, is_secret: false });
        let is_id = |c: char| c.is_ascii_alphanumeric();
        match self.name {
            "slack_webhook_secret" if told.contains("://") => Some(Complaint {
                words: "this is an address, perhaps the webhook itself, which must not stand in a file; put it into AWS Secrets Manager or an SSM parameter and write that name here",
                is_secret: true,
            }),
            "slack_webhook_secret" if told.is_empty() || told.contains(char::is_whitespace) => {
                wrong("expected the name of a secret or the path of a parameter")
            }
            "email" if !told.contains('@') || told.contains(char::is_whitespace) => {
                wrong("expected an e-mail address")
            }
            "lang" if !["en", "ja"].contains(&told) => wrong("expected en or ja"),
            // https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
            "topic" => {
                let name = told.rsplit(':').next().unwrap_or_default();
                let fine = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
                let is_name = !name.is_empty() && name.len() <= 256 && name.chars().all(fine);
                let is_arn = told == name || (told.starts_with("arn:") && told.contains(":sns:"));
                match is_name && is_arn {
                    true => None,
                    false => wrong("expected a topic's name (letters, digits, - and _) or ARN"),
                }
            }
            "slack_workspace" if !told.starts_with('T') || !told.chars().all(is_id) => {
                wrong("expected a workspace's id, such as T07EA123LEP")
            }
            "slack_channel" if !told.starts_with(['C', 'G']) || !told.chars().all(is_id) => {
                wrong("expected a channel's id, such as C0123456789")
            }
            _ => None,
        }
    }
}

/// The input of this key in audit.toml.
pub fn find(key: &str) -> Option<&'static Input> {
    INPUTS.iter().find(|input| input.key == key)
}

/// The type of `input` in a fix's expressions.
pub fn ty() -> Ty {
    let told = INPUTS.iter().map(|input| (input.name.to_owned(), input.ty()));
    let known = FACTS.iter().map(|name| ((*name).to_owned(), Ty::Str));
    let fields: BTreeMap<String, Ty> = told.chain(known).collect();
    Ty::Object(Arc::new(Object { name: "input".to_owned(), fields }))
}
