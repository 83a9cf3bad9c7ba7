//! What a change costs a month: estimates from public list prices, each with what it rests on.
//!
//! Prices are those of US East (N. Virginia), seen on [`PRICES_SEEN`]; other regions differ somewhat. Free
//! tiers are not taken off, since how much of them is used is not known, so a bill is rather lower.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::handler::{State, Target};
use super::merge;
use crate::model::Text;

/// When the prices were looked up.
pub const PRICES_SEEN: &str = "2026-11-23";

/// Region whose prices they are.
pub const PRICES_OF: &str = "us-east-1";

/// What a change costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// US dollars a month, estimated.
    pub monthly_usd: f64,
    /// What the estimate rests on.
    pub basis: Text,
    /// Region whose list prices these are.
    pub region: String,
    /// When they were seen.
    pub date: String,
}

/// <https://aws.amazon.com/cloudwatch/pricing/>
const ALARM: f64 = 0.10;
/// The same page: alarms of periods below a minute.
const FAST_ALARM: f64 = 0.30;
/// The same page, a canary run.
const CANARY_RUN: f64 = 0.0012;
/// <https://aws.amazon.com/config/pricing/>, a configuration item.
const CONFIG_ITEM: f64 = 0.003;
/// Configuration items that a small product makes in a month.
const CONFIG_ITEMS: f64 = 1000.0;
/// <https://aws.amazon.com/guardduty/pricing/>, a million CloudTrail management events.
const GUARDDUTY_MILLION: f64 = 4.00;
/// <https://aws.amazon.com/rds/postgresql/pricing/>, a GB of gp3 storage.
const RDS_GB: f64 = 0.115;
/// Minutes of a month.
const MONTH: f64 = 30.0 * 24.0 * 60.0;

fn cost(monthly_usd: f64, en: String, ja: String) -> Option<Cost> {
    // Whole cents, so that sums read as they are added.
    let monthly_usd = (monthly_usd * 100.0).round() / 100.0;
    let basis = Text { en: Some(en), ja: Some(ja) };
    Some(Cost { monthly_usd, basis, region: PRICES_OF.to_owned(), date: PRICES_SEEN.to_owned() })
}

/// What bringing a resource from one state to another costs; none when nothing.
pub fn of(target: &Target, before: Option<&State>, after: &State) -> Option<Cost> {
    let is_new = before.is_none();
    match target.ty.as_str() {
        "AWS::ApplicationAutoScaling::ScalableTarget" => tasks(before, after),
        "AWS::CloudWatch::Alarm" if is_new => alarm(after),
        "AWS::CloudTrail::Trail" if is_new => cost(
            0.0,
            "the first copy of management events in a region is free; a further copy costs $2.00 for 100,000 events".to_owned(),
            "管理イベントの最初のコピーは各リージョンで無料。2 つ目以降は 10 万イベントあたり $2.00".to_owned(),
        ),
        "AWS::Config::ConfigurationRecorder" if changed(before, after, "recording") => cost(
            CONFIG_ITEM * CONFIG_ITEMS,
            format!("${CONFIG_ITEM} for each recorded change, {CONFIG_ITEMS} of them assumed; the first month has more"),
            format!("記録 1 件あたり ${CONFIG_ITEM}、月 {CONFIG_ITEMS} 件と仮定。初月は多くなります"),
        ),
        "AWS::GuardDuty::Detector" => cost(
            GUARDDUTY_MILLION,
            format!("${GUARDDUTY_MILLION:.2} for a million CloudTrail events, one million assumed; flow and DNS logs come on top; free for the first 30 days"),
            format!("CloudTrail イベント 100 万件あたり ${GUARDDUTY_MILLION:.2}、月 100 万件と仮定。フローログと DNS ログは別途。最初の 30 日間は無料"),
        ),
        "AWS::Synthetics::Canary" if changed(before, after, "State") => canary(after),
        "AWS::RDS::DBInstance" => growth(after),
        _ => None,
    }
}

/// What more tasks may run at most: a task's price hangs on its size.
fn tasks(before: Option<&State>, after: &State) -> Option<Cost> {
    let number = |state: &State, name: &str| state.properties.get(name).and_then(Value::as_f64);
    let most = number(after, "MaxCapacity")?;
    let least = number(after, "MinCapacity")?;
    if before.is_some_and(|before| number(before, "MaxCapacity") >= Some(most)) {
        return None;
    }
    let more = most - least;
    cost(
        0.0,
        format!(
            "scaling itself is free; up to {more} more tasks cost what those that run cost, as long as load keeps them"
        ),
        format!(
            "Auto Scaling 自体は無料。負荷がある間だけ、最大 {more} タスク分の料金が追加でかかります"
        ),
    )
}

/// Whether a fact of the status becomes another.
fn changed(before: Option<&State>, after: &State, fact: &str) -> bool {
    let present = before.and_then(|state| state.status.get(fact));
    after.status.get(fact).is_some_and(|wanted| !present.is_some_and(|it| merge::same(it, wanted)))
}

fn alarm(after: &State) -> Option<Cost> {
    let period = after.properties.get("Period").and_then(Value::as_f64);
    let each = if period.is_some_and(|seconds| seconds < 60.0) { FAST_ALARM } else { ALARM };
    cost(
        each,
        format!("${each:.2} for an alarm; the first 10 of an account are free"),
        format!("アラーム 1 件あたり ${each:.2}。アカウントで最初の 10 件は無料"),
    )
}

fn canary(after: &State) -> Option<Cost> {
    let schedule = after.properties.get("Schedule")?.get("Expression")?.as_str()?;
    let minutes = crate::engine::schedule::longest_gap_minutes(schedule).filter(|it| *it > 0.0);
    let runs = MONTH / minutes?;
    cost(
        runs * CANARY_RUN,
        format!(
            "{runs:.0} runs a month at ${CANARY_RUN}, with {schedule}; the first 100 of an account are free; its function and what it stores come on top, some cents"
        ),
        format!(
            "月 {runs:.0} 回 × ${CANARY_RUN} ({schedule})。アカウントで最初の 100 回は無料。Lambda と S3 の料金が別途わずかにかかります"
        ),
    )
}

fn growth(after: &State) -> Option<Cost> {
    let number = |name: &str| after.properties.get(name).and_then(Value::as_f64);
    let room = number("MaxAllocatedStorage")? - number("AllocatedStorage")?;
    cost(
        0.0,
        format!(
            "nothing until it grows; then ${RDS_GB} for each GB (gp3, one zone), at most ${:.2} for {room} GB",
            room * RDS_GB
        ),
        format!(
            "拡張されるまで追加料金なし。拡張後は 1 GB あたり ${RDS_GB} (gp3、シングル AZ)、最大 {room} GB で ${:.2}",
            room * RDS_GB
        ),
    )
}
