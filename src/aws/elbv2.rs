//! Elastic Load Balancing v2: load balancers, target groups, and what of an application load balancer that faces
//! the internet tells its host names.

use std::collections::BTreeSet;

use aws_sdk_acm as acm;
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    self as sdk, LoadBalancerSchemeEnum, LoadBalancerTypeEnum,
};
use futures::future::{FutureExt, LocalBoxFuture, join};

use crate::model::types::Nothing;
use crate::model::types::elbv2::{
    Action, Listener, ListenerProperties, ListenerRule, ListenerRuleProperties, ListenerStatus,
    LoadBalancer, LoadBalancerProperties, LoadBalancerStatus, RuleCondition, TargetGroup,
    TargetGroupProperties, TargetGroupStatus,
};
use crate::model::{Resource, ops};

use super::cx::{Answer, Collect, Cx, Step};
use super::shape::{resource, time};

/// Collects load balancers, target groups, listeners and their rules.
pub struct Elbv2;

static STEPS: [Step; 6] = [
    Step { op: &ops::DESCRIBE_LOAD_BALANCERS, after: &[] },
    Step { op: &ops::DESCRIBE_TARGET_GROUPS, after: &[] },
    Step { op: &ops::DESCRIBE_LISTENERS, after: &[&ops::DESCRIBE_LOAD_BALANCERS] },
    Step { op: &ops::DESCRIBE_RULES, after: &[&ops::DESCRIBE_LISTENERS] },
    Step { op: &ops::DESCRIBE_LISTENER_CERTIFICATES, after: &[&ops::DESCRIBE_LISTENERS] },
    Step { op: &ops::DESCRIBE_CERTIFICATE, after: &[&ops::DESCRIBE_LISTENER_CERTIFICATES] },
];

impl Collect for Elbv2 {
    fn steps(&self) -> &'static [Step] {
        &STEPS
    }

    fn collect<'a>(&'a self, cx: &'a Cx<'a>) -> LocalBoxFuture<'a, ()> {
        async move {
            let clients =
                Clients { elb: Client::new(cx.config()), acm: acm::Client::new(cx.config()) };
            join(load_balancers(cx, &clients), target_groups(cx, &clients.elb)).await;
        }
        .boxed_local()
    }
}

struct Clients {
    elb: Client,
    acm: acm::Client,
}

/// What stands after the first `/` of an ARN's last part: `app/web/50dc6c495c0c9188` of a load balancer's.
fn suffix(arn: &str) -> &str {
    let last = arn.rsplit(':').next().unwrap_or(arn);
    last.split_once('/').map_or(last, |(_, rest)| rest)
}

async fn load_balancers(cx: &Cx<'_>, clients: &Clients) {
    let found = cx.page_by_page(
        &ops::DESCRIBE_LOAD_BALANCERS,
        &[],
        |token| clients.elb.describe_load_balancers().page_size(400).set_marker(token).send(),
        |out| {
            let found = out.load_balancers?.into_iter().map(|it| load_balancer(cx, it));
            Some((found.collect::<Option<Vec<_>>>()?, out.next_marker))
        },
        |found| {
            // Only what faces the internet has endpoints that users reach.
            let public = found.iter().filter(|(_, is_public)| *is_public);
            let public = public.map(|(it, _)| it.arn.clone()).collect();
            cx.keep(found.into_iter().map(|(it, _)| it));
            cx.each(public, |arn| listeners(cx, clients, arn)).map(|_| ())
        },
    );
    found.await;
}

/// A load balancer, and whether it takes HTTP from the internet.
fn load_balancer(cx: &Cx<'_>, it: sdk::LoadBalancer) -> Option<(Resource, bool)> {
    let (arn, name) = (it.load_balancer_arn?, it.load_balancer_name?);
    let is_public = it.r#type == Some(LoadBalancerTypeEnum::Application)
        && it.scheme == Some(LoadBalancerSchemeEnum::InternetFacing);
    let properties = LoadBalancerProperties {
        name: name.clone(),
        r#type: it.r#type?.as_str().to_owned(),
        scheme: it.scheme.map(|scheme| scheme.as_str().to_owned()),
    };
    let status = LoadBalancerStatus {
        load_balancer_full_name: suffix(&arn).to_owned(),
        dns_name: it.dns_name,
        state: it.state.and_then(|state| state.code).map(|code| code.as_str().to_owned()),
        created_time: time(it.created_time),
    };
    Some((resource::<LoadBalancer>(cx, name, arn, Some(properties), Some(status)), is_public))
}

async fn listeners(cx: &Cx<'_>, clients: &Clients, load_balancer: String) {
    let about = [suffix(&load_balancer)];
    let listed = cx.pages(
        &ops::DESCRIBE_LISTENERS,
        &about,
        |token| {
            let request = clients.elb.describe_listeners().load_balancer_arn(&load_balancer);
            request.page_size(400).set_marker(token).send()
        },
        |out| {
            let listeners = out.listeners?.into_iter();
            let named = listeners.map(|it| Some((it.listener_arn.clone()?, it)));
            Some((named.collect::<Option<Vec<_>>>()?, out.next_marker))
        },
    );
    let listeners = listed.await.known().unwrap_or_default();
    let read = cx.each(listeners, |(arn, it)| async {
        let (names, rules) =
            join(certificate_names(cx, clients, &arn, &it), rules(cx, clients, &arn)).await;
        let properties = ListenerProperties {
            load_balancer_arn: load_balancer.clone(),
            port: it.port.map(i64::from),
            protocol: it.protocol.map(|protocol| protocol.as_str().to_owned()),
            default_actions: actions(it.default_actions),
        };
        let status = ListenerStatus { certificate_names: names };
        let id = suffix(&arn).to_owned();
        cx.keep([resource::<Listener>(cx, id, arn, Some(properties), Some(status))]);
        cx.keep(rules);
    });
    read.await;
}

/// The names that a listener's certificates are for; none when they could not all be read.
async fn certificate_names(
    cx: &Cx<'_>,
    clients: &Clients,
    listener: &str,
    it: &sdk::Listener,
) -> Option<Vec<String>> {
    if it.protocol != Some(sdk::ProtocolEnum::Https) {
        return Some(Vec::new());
    }
    let id = suffix(listener);
    let about = [id];
    let listed = cx.pages(
        &ops::DESCRIBE_LISTENER_CERTIFICATES,
        &about,
        |token| {
            let request = clients.elb.describe_listener_certificates().listener_arn(listener);
            request.page_size(400).set_marker(token).send()
        },
        |out| {
            let arns = out.certificates?.into_iter().map(|it| it.certificate_arn);
            Some((arns.collect::<Option<Vec<_>>>()?, out.next_marker))
        },
    );
    let arns: BTreeSet<String> = listed.await.known()?.into_iter().collect();
    // Certificates that were uploaded to IAM tell no names.
    let arns = arns.into_iter().filter(|arn| arn.contains(":acm:")).collect();
    let names = cx.each(arns, |arn| async move {
        let request = clients.acm.describe_certificate().certificate_arn(&arn).send();
        let about = [id];
        let read = cx.call(&ops::DESCRIBE_CERTIFICATE, &about, request, |out| {
            let certificate = out.certificate?;
            let mut names = certificate.subject_alternative_names.unwrap_or_default();
            names.extend(certificate.domain_name);
            Some(names)
        });
        match read.await {
            Answer::Known(names) => Some(names),
            Answer::Gone => Some(Vec::new()),
            Answer::Unknown => None,
        }
    });
    let names = names.await.into_iter().collect::<Option<Vec<_>>>()?;
    let names: BTreeSet<String> = names.into_iter().flatten().collect();
    Some(names.into_iter().collect())
}

async fn rules(cx: &Cx<'_>, clients: &Clients, listener: &str) -> Vec<Resource> {
    let about = [suffix(listener)];
    let listed = cx.pages(
        &ops::DESCRIBE_RULES,
        &about,
        |token| {
            let request = clients.elb.describe_rules().listener_arn(listener);
            request.page_size(400).set_marker(token).send()
        },
        |out| {
            let rules = out.rules?.into_iter().map(|it| rule(cx, listener, it));
            Some((rules.collect::<Option<Vec<_>>>()?, out.next_marker))
        },
    );
    listed.await.known().unwrap_or_default()
}

fn rule(cx: &Cx<'_>, listener: &str, it: sdk::Rule) -> Option<Resource> {
    let arn = it.rule_arn?;
    let properties = ListenerRuleProperties {
        listener_arn: listener.to_owned(),
        priority: it.priority,
        conditions: it.conditions.unwrap_or_default().into_iter().map(condition).collect(),
        actions: actions(it.actions),
    };
    let id = suffix(&arn).to_owned();
    Some(resource::<ListenerRule>(cx, id, arn, Some(properties), Some(Nothing {})))
}

/// What is kept of a condition: hosts and paths. Headers and queries may be shared secrets.
fn condition(it: sdk::RuleCondition) -> RuleCondition {
    let hosts = it.host_header_config.and_then(|config| config.values);
    let paths = it.path_pattern_config.and_then(|config| config.values);
    let values = match it.field.as_deref() {
        Some("host-header") => hosts.or(it.values),
        Some("path-pattern") => paths.or(it.values),
        _ => None,
    };
    RuleCondition { field: it.field, values: values.unwrap_or_default() }
}

fn actions(list: Option<Vec<sdk::Action>>) -> Vec<Action> {
    let action = |it: sdk::Action| it.r#type.map(|ty| Action { r#type: ty.as_str().to_owned() });
    list.unwrap_or_default().into_iter().filter_map(action).collect()
}

async fn target_groups(cx: &Cx<'_>, client: &Client) {
    let listed = cx.pages(
        &ops::DESCRIBE_TARGET_GROUPS,
        &[],
        |token| client.describe_target_groups().page_size(400).set_marker(token).send(),
        |out| {
            let groups = out.target_groups?.into_iter().map(|it| target_group(cx, it));
            Some((groups.collect::<Option<Vec<_>>>()?, out.next_marker))
        },
    );
    cx.keep(listed.await.known().unwrap_or_default());
}

fn target_group(cx: &Cx<'_>, it: sdk::TargetGroup) -> Option<Resource> {
    let (arn, name) = (it.target_group_arn?, it.target_group_name?);
    let load_balancer_arns = it.load_balancer_arns.unwrap_or_default();
    let sender = load_balancer_arns.first().map(|arn| suffix(arn).to_owned());
    let properties = TargetGroupProperties {
        name: name.clone(),
        protocol: it.protocol.map(|protocol| protocol.as_str().to_owned()),
        target_type: it.target_type.map(|ty| ty.as_str().to_owned()),
        load_balancer_arns,
    };
    let status = TargetGroupStatus {
        target_group_full_name: format!("targetgroup/{}", suffix(&arn)),
        load_balancer_full_name: sender,
    };
    Some(resource::<TargetGroup>(cx, name, arn, Some(properties), Some(status)))
}

#[cfg(test)]
mod tests {
    use super::suffix;

    #[test]
    fn the_suffix_of_an_arn_is_its_dimension() {
        let arn =
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c49";
        assert_eq!(suffix(arn), "app/web/50dc6c49");
    }
}
