//! Things to know that are no finding.

use std::borrow::Cow;

use jiff::Timestamp;
use rayon::prelude::*;

use super::alarms::ALARM;
use super::world::{COMPOSITE, World};
use crate::model::{Lang, Notice, types};
use crate::snapshot::ResourceView;

/// Type of an ECS service.
const SERVICE: &str = "AWS::ECS::Service";

/// How many alarms or types a notice names.
const NAMED: usize = 5;

/// How long, in seconds, an alarm may be in ALARM before that is worth saying: a day.
const LONG: i64 = 24 * 60 * 60;

/// Everything worth saying of a snapshot.
pub fn of(world: &World<'_>, lang: Lang) -> Vec<Notice> {
    let notices = [unknown_types(world, lang), ringing(world, lang), no_endpoint(world, lang)];
    notices.into_iter().flatten().collect()
}

/// Services run, but nothing says what users reach: then no finding says that nobody looks at it from outside.
fn no_endpoint(world: &World<'_>, lang: Lang) -> Option<Notice> {
    let is_told = world.team.endpoints.is_some() || !world.endpoints.is_empty();
    if is_told || world.snapshot.of_type(SERVICE).next().is_none() {
        return None;
    }
    let message = match lang {
        Lang::En => {
            "no endpoint is known, so whether a canary probes what users reach was not checked: declare it in audit.toml ([[endpoints]] url = \"https://...\"), or say that there is none (endpoints = [])"
        }
        Lang::Ja => {
            "エンドポイントが分からないため、ユーザーがアクセスする URL を Canary が監視しているかは確認していません。audit.toml で宣言してください ([[endpoints]] url = \"https://...\")。ない場合は endpoints = [] と書いてください"
        }
    };
    Some(Notice { kind: "no-endpoint".to_owned(), message: message.to_owned() })
}

/// Types that no rule can speak of: another program's, a later version's, or misspelt.
fn unknown_types(world: &World<'_>, lang: Lang) -> Option<Notice> {
    let snapshot = world.snapshot;
    let mut unknown = snapshot.types().iter().filter(|ty| types::find(ty).is_none());
    let name = |ty: &String| format!("{ty} ({})", snapshot.of_type(ty).count());
    let named: Vec<String> = unknown.by_ref().take(NAMED).map(name).collect();
    if named.is_empty() {
        return None;
    }
    let more = if unknown.next().is_some() { ", …" } else { "" };
    let names = named.join(", ") + more;
    let message = match lang {
        Lang::En => format!(
            "no rule looks at these resource types, which this version does not know; are they spelt right? {names}"
        ),
        Lang::Ja => format!(
            "次のリソースタイプはこのバージョンが知らないため、どのルールも調べません。綴りは正しいですか? {names}"
        ),
    };
    Some(Notice { kind: "unknown-type".to_owned(), message })
}

/// Since when an alarm has been in ALARM, if that is long ago: it rang then, and not again.
pub fn ringing_since(alarm: ResourceView<'_>, now: Timestamp) -> Option<String> {
    let status = |field: &str| alarm.status().get(field).and_then(|value| value.as_str());
    if status("StateValue")? != "ALARM" {
        return None;
    }
    let since = status("StateTransitionedTimestamp").or(status("StateUpdatedTimestamp"))?;
    let then: Timestamp = since.parse().ok()?;
    (now.as_second() - then.as_second() > LONG).then(|| since.into_owned())
}

/// Alarms that notify only when they change state, and have not for long.
fn ringing(world: &World<'_>, lang: Lang) -> Option<Notice> {
    let now = world.snapshot.now();
    let both = [ALARM, COMPOSITE].into_iter();
    let alarms: Vec<u32> = both.flat_map(|ty| world.snapshot.of_type(ty)).collect();
    let ringing = alarms.par_iter().map(|&i| world.snapshot.get(i)).filter_map(|alarm| {
        let since = ringing_since(alarm, now)?;
        // An autoscaling policy's alarm may well stay in ALARM; it is not meant for people.
        (!alarm.id().starts_with("TargetTracking-")).then(|| (alarm.id(), since))
    });
    let ringing: Vec<(Cow<'_, str>, String)> = ringing.collect();
    let named: Vec<String> =
        ringing.iter().take(NAMED).map(|(id, since)| format!("{id} ({since})")).collect();
    let more = ringing.len() - named.len();
    if named.is_empty() {
        return None;
    }
    let (names, total) = (named.join(", "), named.len() + more);
    let message = match (lang, more) {
        (Lang::En, 0) => format!(
            "in ALARM for more than a day, so they will not notify again until they recover: {names}"
        ),
        (Lang::En, _) => format!(
            "{total} alarms are in ALARM for more than a day and will not notify again until they recover: {names}, …"
        ),
        (Lang::Ja, 0) => {
            format!("1 日以上 ALARM のままのため、復旧するまで再び通知されません: {names}")
        }
        (Lang::Ja, _) => format!(
            "{total} 件のアラームが 1 日以上 ALARM のままで、復旧するまで再び通知されません: {names}、…"
        ),
    };
    Some(Notice { kind: "alarm-ringing".to_owned(), message })
}
