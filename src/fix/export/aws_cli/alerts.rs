//! What speaks and who hears it: topics, subscriptions, alarms, budgets, AWS's chat service.

use serde_json::{Map, Value, json};

use super::change::{Change, Steps, tags, text};
use super::helpers::Helper;
use super::step::{Ask, Call, Step};
use crate::fix::export::{TAG, given};

/// Where the chat service is asked; configurations are the same in each of its regions:
/// <https://docs.aws.amazon.com/general/latest/gr/chatbot.html>.
const CHAT_REGION: &str = "us-east-2";

pub fn topic(it: &Change<'_>) -> Steps {
    if !it.is_new() {
        return Err("a fix asks of a topic only that it is there".to_owned());
    }
    let is_fifo = it.get("FifoTopic") == Value::Bool(true);
    let attributes = [
        ("DisplayName", it.get("DisplayName")),
        ("KmsMasterKeyId", it.get("KmsMasterKeyId")),
        ("FifoTopic", if is_fifo { Value::from("true") } else { Value::Null }),
    ];
    let said = attributes.into_iter().filter(|(_, value)| !value.is_null());
    let said: Map<String, Value> = said.map(|(name, value)| (name.to_owned(), value)).collect();
    let mut input = json!({"Name": it.id(), "Tags": tags()});
    if !said.is_empty() {
        input["Attributes"] = Value::Object(said);
    }
    let ask = it.call("sns get-topic-attributes", json!({"TopicArn": it.arn("sns", it.id())}));
    Ok(vec![Step::Either {
        ask: it.exists(ask, "NotFound"),
        yes: Vec::new(),
        no: vec![Step::write(it.call("sns create-topic", input))],
    }])
}

pub fn topic_policy(it: &Change<'_>) -> Steps {
    let policy = text(&given::topic_policy(it.plan, it.action));
    let topic = it.arn("sns", it.id());
    let input = json!({"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy});
    Ok(vec![Step::write(it.call("sns set-topic-attributes", input))])
}

/// Who hears a topic; its id is the topic's name, the protocol and the endpoint.
pub fn subscription(it: &Change<'_>) -> Steps {
    let mut parts = it.id().splitn(3, '|');
    let (Some(topic), Some(protocol), Some(endpoint)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err("its id names no subscription".to_owned());
    };
    let topic = it.arn("sns", topic);
    let input = json!({
        "TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint, "ReturnSubscriptionArn": true,
    });
    let mut list = it.call("sns list-subscriptions-by-topic", json!({"TopicArn": topic}));
    list.more =
        "--query \"Subscriptions[?SubscriptionArn!='Deleted'].[Protocol,Endpoint]\" --output text"
            .to_owned();
    Ok(vec![Step::Either {
        // To subscribe again would send another e-mail.
        ask: Ask { helper: Helper::Lists, word: format!("{protocol}\t{endpoint}"), call: list },
        yes: Vec::new(),
        no: vec![Step::write(it.call("sns subscribe", input))],
    }])
}

/// A metric alarm, written whole:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
pub fn alarm(it: &Change<'_>) -> Steps {
    if !it.get("EvaluationCriteria").is_null() {
        return Err("it is a PromQL alarm".to_owned());
    }
    let others =
        "EvaluationCriteria || EvaluationWindow || WarmUpConfiguration || ActionConfiguration";
    put_alarm(it, "cloudwatch put-metric-alarm", ("MetricAlarm", others))
}

/// A composite alarm, written whole:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>.
pub fn composite(it: &Change<'_>) -> Steps {
    put_alarm(it, "cloudwatch put-composite-alarm", ("CompositeAlarm", "ActionConfiguration"))
}

/// Writes an alarm. Tags are only heard when it is new; of one that is there, `others` are what a plan
/// does not know and would be lost.
fn put_alarm(it: &Change<'_>, command: &'static str, (ty, others): (&str, &str)) -> Steps {
    // A plain alarm has no queries, one of queries no dimensions: neither is said.
    let is_said =
        |(_, value): &(&String, &Value)| value.as_array().is_none_or(|list| !list.is_empty());
    let said = it.after().properties.iter().filter(is_said);
    let mut input: Map<String, Value> = said.map(|(k, v)| (k.clone(), v.clone())).collect();
    input.insert("AlarmName".to_owned(), Value::from(it.id()));
    input.entry("ActionsEnabled").or_insert(Value::Bool(true));
    if it.is_new() {
        input.insert("Tags".to_owned(), tags());
    }
    let put = Step::write(it.call(command, Value::Object(input)));
    if it.is_new() {
        return Ok(vec![put]);
    }
    let alarm = json!({"AlarmNames": [it.id()], "AlarmTypes": [ty]});
    let ask = it.call("cloudwatch describe-alarms", alarm);
    Ok(vec![it.without(ask, &format!("{ty}s"), others, put)])
}

/// A budget with its notifications.
pub fn budget(it: &Change<'_>) -> Steps {
    let data = it.get("Budget");
    let special = ["PlannedBudgetLimits", "CostFilters", "FilterExpression", "AutoAdjustData"];
    if let Some(name) = special.iter().find(|name| !data[**name].is_null()) {
        return Err(format!("its {name} cannot be written by these commands"));
    }
    let (account, name) = (it.account(), it.id());
    let of = json!({"AccountId": account, "BudgetName": name});
    let plain = plain_budget(&data, name);
    let wanted = it.get("NotificationsWithSubscribers").as_array().cloned().unwrap_or_default();
    let update = json!({"AccountId": account, "NewBudget": plain});
    let update = Step::write(it.call("budgets update-budget", update));
    let notifications = |command, code, list: &[Value], with_subscribers: bool| -> Vec<Step> {
        let calls = list.iter().map(|each| {
            let mut input = of.clone();
            input["Notification"] = each["Notification"].clone();
            if with_subscribers {
                input["Subscribers"] = each["Subscribers"].clone();
            }
            Step::Write { call: it.call(command, input), not_yet: "", settled: (code, "") }
        });
        calls.collect()
    };
    let add = |list: &[Value]| {
        notifications("budgets create-notification", "DuplicateRecordException", list, true)
    };
    if it.is_new() {
        let create = json!({
            "AccountId": account, "Budget": plain, "NotificationsWithSubscribers": wanted, "ResourceTags": tags(),
        });
        let ask = it.call("budgets describe-budget", of.clone());
        return Ok(vec![Step::Either {
            ask: it.exists(ask, "NotFoundException"),
            yes: [vec![update], add(&wanted)].concat(),
            no: vec![Step::write(it.call("budgets create-budget", create))],
        }]);
    }
    let present = it.was("NotificationsWithSubscribers").as_array().cloned().unwrap_or_default();
    let without = |list: &[Value], others: &[Value]| -> Vec<Value> {
        list.iter().filter(|each| !others.contains(each)).cloned().collect()
    };
    let mut steps = Vec::new();
    steps.extend(it.differs("Budget").then_some(update));
    // First what goes: a budget takes only so many.
    let gone = without(&present, &wanted);
    steps.extend(notifications("budgets delete-notification", "NotFoundException", &gone, false));
    steps.extend(add(&without(&wanted, &present)));
    Ok(steps)
}

/// A budget as the API takes it: money is text, and the new style of naming costs stands for the old one.
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html>
fn plain_budget(data: &Value, name: &str) -> Value {
    let mut plain = data.clone();
    plain["BudgetName"] = Value::from(name);
    if let Some(amount) = data["BudgetLimit"]["Amount"].as_f64() {
        plain["BudgetLimit"]["Amount"] = Value::from(amount.to_string());
    }
    if data["Metrics"].as_array().is_some_and(|metrics| !metrics.is_empty()) {
        plain["CostTypes"] = Value::Null;
    }
    plain
}

pub fn chat(it: &Change<'_>) -> Steps {
    let name = it.id();
    let settings = json!({
        "SlackChannelId": it.get("SlackChannelId"),
        "IamRoleArn": it.get("IamRoleArn"),
        "SnsTopicArns": it.get("SnsTopicArns"),
        "GuardrailPolicyArns": it.get("GuardrailPolicies"),
        "LoggingLevel": it.get("LoggingLevel"),
    });
    let call = |command, input| Call { region: CHAT_REGION.to_owned(), ..it.call(command, input) };
    let mut update = settings.clone();
    let resource = format!("chat-configuration/slack-channel/{name}");
    update["ChatConfigurationArn"] = Value::from(it.arn("chatbot", &resource));
    let update = Step::write(call("chatbot update-slack-channel-configuration", update));
    if !it.is_new() {
        if it.differs("SlackWorkspaceId") {
            return Err("its workspace cannot be changed".to_owned());
        }
        return Ok(vec![update]);
    }
    let mut create = settings;
    create["ConfigurationName"] = Value::from(name);
    create["SlackTeamId"] = it.get("SlackWorkspaceId");
    create["Tags"] = json!([{"TagKey": TAG.0, "TagValue": TAG.1}]);
    let mut list = call("chatbot describe-slack-channel-configurations", json!({}));
    list.more =
        "--query 'SlackChannelConfigurations[].[ConfigurationName]' --output text".to_owned();
    Ok(vec![Step::Either {
        ask: Ask { helper: Helper::Lists, word: name.to_owned(), call: list },
        yes: vec![update],
        no: vec![Step::patient(
            call("chatbot create-slack-channel-configuration", create),
            "InvalidRequestException.*role",
        )],
    }])
}
