//! AWS Lambda: only the functions that alerts go to, each as it is referred to.

use std::collections::{HashMap, HashSet};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::get_function::GetFunctionOutput;
use futures::future::{join, ready};
use futures::stream::{self, StreamExt};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::model::types::lambda::{Environment, Function, FunctionProperties, FunctionStatus};
use crate::model::{Op, Resource, ops};

use super::cx::{Answer, Cx, Run};
use super::lists::SIDE_BY_SIDE;
use super::shape::{resource, words};

/// The operations used here.
pub static OPS: [&Op; 2] = [&ops::GET_FUNCTION, &ops::GET_FUNCTION_POLICY];

/// Reads the functions that subscriptions and alarms of the collected regions refer to, each as soon
/// as it is named, in whatever region of this account it is. Those of other accounts cannot be read.
pub async fn collect(run: &Run<'_>, mut references: UnboundedReceiver<String>) {
    let mut known = HashSet::new();
    let mut clients = HashMap::new();
    let functions = stream::poll_fn(|task| references.poll_recv(task)).filter_map(|arn| {
        let function = FunctionArn::parse(&arn);
        ready(function.filter(|it| it.account == run.session().account && known.insert(arn)))
    });
    let reads = functions.map(|function| {
        let cx = run.at(&function.region);
        let client = clients.entry(function.region.clone());
        let client = client.or_insert_with(|| Client::new(cx.config())).clone();
        async move { cx.keep(read(&cx, &client, function).await) }
    });
    reads.buffer_unordered(SIDE_BY_SIDE).collect::<()>().await;
    finish(run);
}

/// Where nothing refers to a function, and that is certain, there was nothing to ask.
fn finish(run: &Run<'_>) {
    let regions = &run.session().regions;
    let mut ledger = run.ledger();
    let is_certain = regions.iter().all(|region| {
        ledger.is_ok(region, &ops::LIST_SUBSCRIPTIONS)
            && ledger.is_ok(region, &ops::DESCRIBE_ALARMS)
    });
    for (region, op) in regions.iter().flat_map(|region| OPS.iter().map(move |op| (region, op))) {
        if is_certain && !ledger.was_called(region, op) {
            ledger.answered(region, op);
        }
    }
    drop(ledger);
    for (region, op) in regions.iter().flat_map(|region| OPS.iter().map(move |op| (region, op))) {
        run.settle(region, op);
    }
}

/// A function as someone refers to it.
#[derive(Debug, PartialEq, Eq)]
struct FunctionArn {
    arn: String,
    region: String,
    account: String,
    name: String,
    /// Version or alias.
    qualifier: Option<String>,
}

impl FunctionArn {
    /// From `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`.
    fn parse(arn: &str) -> Option<FunctionArn> {
        let parts: Vec<&str> = arn.split(':').collect();
        let (region, account, name, qualifier) = match parts[..] {
            ["arn", _, "lambda", region, account, "function", name] => {
                (region, account, name, None)
            }
            ["arn", _, "lambda", region, account, "function", name, qualifier] => {
                (region, account, name, Some(qualifier))
            }
            _ => return None,
        };
        Some(FunctionArn {
            arn: arn.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            name: name.to_owned(),
            qualifier: qualifier.map(str::to_owned),
        })
    }

    fn id(&self) -> String {
        match &self.qualifier {
            Some(qualifier) => format!("{}:{qualifier}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A function with who may invoke it; none when it does not exist or could not be read.
async fn read(cx: &Cx<'_>, client: &Client, it: FunctionArn) -> Option<Resource> {
    let id = it.id();
    let function =
        client.get_function().function_name(&it.name).set_qualifier(it.qualifier.clone());
    let policy = client.get_policy().function_name(&it.name).set_qualifier(it.qualifier.clone());
    let (function, policy) = join(
        cx.call(&ops::GET_FUNCTION, &[&id], function.send(), |out| shapes(&it.name, out)),
        cx.call(&ops::GET_FUNCTION_POLICY, &[&id], policy.send(), |out| {
            serde_json::from_str::<Value>(&out.policy?).ok()
        }),
    )
    .await;
    let (properties, mut status) = match function {
        Answer::Known(shapes) => shapes,
        Answer::Gone | Answer::Unknown => return None,
    };
    status.policy = policy.known();
    Some(resource::<Function>(cx, id, it.arn, Some(properties), Some(status)))
}

/// What is kept of a function: never its code's address, and of its environment no values.
fn shapes(name: &str, out: GetFunctionOutput) -> Option<(FunctionProperties, FunctionStatus)> {
    let it = out.configuration?;
    let variables = it.environment.and_then(|environment| environment.variables);
    let properties = FunctionProperties {
        function_name: name.to_owned(),
        runtime: it.runtime.map(|runtime| runtime.as_str().to_owned()),
        handler: it.handler,
        role: it.role,
        timeout: it.timeout.map(i64::from),
        memory_size: it.memory_size.map(i64::from),
        environment: variables.map(|variables| Environment {
            variables: variables
                .into_iter()
                .map(|(name, value)| (name, !value.is_empty()))
                .collect(),
        }),
        reserved_concurrent_executions: out
            .concurrency
            .and_then(|it| it.reserved_concurrent_executions)
            .map(i64::from),
    };
    let status = FunctionStatus {
        state: it.state.map(|state| state.as_str().to_owned()),
        state_reason: words(it.state_reason),
        last_update_status: it.last_update_status.map(|status| status.as_str().to_owned()),
        last_update_status_reason: words(it.last_update_status_reason),
        policy: None,
    };
    Some((properties, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_function_arns_with_and_without_qualifier() {
        let plain = FunctionArn::parse("arn:aws:lambda:eu-west-1:123456789012:function:notify");
        assert_eq!(plain.map(|it| it.id()).as_deref(), Some("notify"));
        let live =
            FunctionArn::parse("arn:aws-cn:lambda:cn-north-1:123456789012:function:notify:live");
        let live = live.map(|it| (it.region.clone(), it.account.clone(), it.id()));
        let expected =
            ("cn-north-1".to_owned(), "123456789012".to_owned(), "notify:live".to_owned());
        assert_eq!(live, Some(expected));
        for other in
            ["", "arn:aws:sns:eu-west-1:1:topic", "arn:aws:lambda:eu-west-1:1:layer:x", "notify"]
        {
            assert_eq!(FunctionArn::parse(other), None, "{other}");
        }
    }
}
