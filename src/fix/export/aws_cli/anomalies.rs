//! What is watched for cost anomalies, and who hears of them.

use serde_json::{Value, json};

use super::change::{Change, Steps, tags};
use super::helpers::Helper;
use super::step::{Ask, Call, Step, text_of, word};

/// A monitor; nothing keeps two from having the same name, so it is asked for first.
pub fn monitor(it: &Change<'_>) -> Steps {
    if !it.is_new() || !it.get("MonitorSpecification").is_null() {
        return Err("such a monitor cannot be made by these commands".to_owned());
    }
    let members = ["MonitorName", "MonitorType", "MonitorDimension"];
    let monitor: Value = members.iter().map(|name| ((*name).to_owned(), it.get(name))).collect();
    let input = json!({"AnomalyMonitor": monitor, "ResourceTags": tags()});
    let mut list = it.call("ce get-anomaly-monitors", json!({}));
    list.more = "--query 'AnomalyMonitors[].[MonitorName]' --output text".to_owned();
    Ok(vec![Step::Either {
        ask: Ask { helper: Helper::Lists, word: it.id().to_owned(), call: list },
        yes: Vec::new(),
        no: vec![Step::write(it.call("ce create-anomaly-monitor", input))],
    }])
}

/// Who hears of anomalies. A monitor that goes by its name is looked up.
pub fn subscription(it: &Change<'_>) -> Steps {
    const MEMBERS: [&str; 4] =
        ["Frequency", "MonitorArnList", "Subscribers", "ThresholdExpression"];
    let list = it.get("MonitorArnList");
    let names: Vec<&str> =
        list.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut unknown = names.iter().filter(|name| !name.starts_with("arn:"));
    let named = unknown.next().copied();
    if unknown.next().is_some() {
        return Err("several of its monitors go by their names".to_owned());
    }
    let monitors = names.iter().map(|name| match Some(*name) == named {
        true => text_of("monitor"),
        false => Value::from(*name),
    });
    let monitors: Value = monitors.collect();
    let get =
        |member: &str| if member == "MonitorArnList" { monitors.clone() } else { it.get(member) };
    let look_up = named.map(|name| Step::Let { name: "monitor", call: find_monitor(it, name) });
    let mut steps: Vec<Step> = look_up.into_iter().collect();
    if !it.is_new() {
        it.only(&MEMBERS)?;
        let mut input = json!({"SubscriptionArn": text_of("subscription")});
        let changed = MEMBERS.iter().filter(|member| it.differs(member));
        changed.for_each(|member| input[*member] = get(member));
        steps.push(Step::Let { name: "subscription", call: find_subscription(it) });
        steps.push(Step::write(it.call("ce update-anomaly-subscription", input)));
        return Ok(steps);
    }
    let mut subscription = json!({"SubscriptionName": it.id()});
    MEMBERS.iter().for_each(|member| subscription[*member] = get(member));
    let input = json!({"AnomalySubscription": subscription, "ResourceTags": tags()});
    steps.push(Step::write(it.call("ce create-anomaly-subscription", input)));
    let mut list = it.call("ce get-anomaly-subscriptions", json!({}));
    list.more = "--query 'AnomalySubscriptions[].[SubscriptionName]' --output text".to_owned();
    Ok(vec![Step::Either {
        ask: Ask { helper: Helper::Lists, word: it.id().to_owned(), call: list },
        yes: Vec::new(),
        no: steps,
    }])
}

fn find_monitor(it: &Change<'_>, name: &str) -> Call {
    let query = format!("AnomalyMonitors[?MonitorName=={}].MonitorArn | [0]", literal(name));
    let more = format!("--query {} --output text", word(&query));
    Call { more, ..it.call("ce get-anomaly-monitors", json!({})) }
}

fn find_subscription(it: &Change<'_>) -> Call {
    let name = literal(it.id());
    let query = format!("AnomalySubscriptions[?SubscriptionName=={name}].SubscriptionArn | [0]");
    let more = format!("--query {} --output text", word(&query));
    Call { more, ..it.call("ce get-anomaly-subscriptions", json!({})) }
}

/// A text within a query: <https://jmespath.org/specification.html#raw-string-literals>.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_queries_are_quoted() {
        assert_eq!(literal("it's \\"), "'it\\'s \\\\'");
    }
}
