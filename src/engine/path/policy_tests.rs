//! Policies from AWS's documentation, decided by hand.

use serde_json::json;

use super::*;

const TOPIC: &str = "arn:aws:sns:us-west-2:111122223333:MyTopic";

fn alarm() -> Request<'static> {
    Request {
        service: "cloudwatch.amazonaws.com",
        action: "SNS:Publish",
        resource: TOPIC,
        source_arn: "arn:aws:cloudwatch:us-west-2:111122223333:alarm:cpu",
        source_account: "111122223333",
        source_owner: true,
        presents_source: true,
    }
}

fn budget() -> Request<'static> {
    Request {
        service: "budgets.amazonaws.com",
        source_arn: "arn:aws:budgets::111122223333:*",
        source_owner: false,
        presents_source: true,
        ..alarm()
    }
}

fn default_statement() -> Value {
    json!({
        "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {"AWS": "*"},
        "Action": ["SNS:GetTopicAttributes", "SNS:Publish", "SNS:Subscribe"], "Resource": TOPIC,
        "Condition": {"StringEquals": {"AWS:SourceOwner": "111122223333"}}
    })
}

fn with(statements: Vec<Value>, request: &Request<'_>) -> Decision {
    decide(&json!({"Version": "2012-10-17", "Statement": statements}), request)
}

#[test]
fn the_default_policy_lets_alarms_in_but_not_budgets() {
    assert_eq!(with(vec![default_statement()], &alarm()), Decision::Allowed);
    assert_eq!(with(vec![default_statement()], &budget()), Decision::Silent);
}

#[test]
fn budgets_need_their_own_statement() {
    let statement = json!({
        "Effect": "Allow", "Principal": {"Service": "budgets.amazonaws.com"}, "Action": "SNS:Publish",
        "Resource": TOPIC, "Condition": {
            "StringEquals": {"aws:SourceAccount": "111122223333"},
            "ArnLike": {"aws:SourceArn": "arn:aws:budgets::111122223333:*"}}
    });
    assert_eq!(with(vec![statement.clone()], &budget()), Decision::Allowed);
    assert_eq!(with(vec![statement], &alarm()), Decision::Silent);
}

#[test]
fn another_account_or_alarm_does_not_match() {
    let only = |arn: &str| {
        json!({
            "Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish",
            "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": arn}}
        })
    };
    assert_eq!(
        with(vec![only("arn:aws:cloudwatch:us-west-2:111122223333:alarm:*")], &alarm()),
        Decision::Allowed
    );
    assert_eq!(
        with(vec![only("arn:aws:cloudwatch:us-west-2:999999999999:alarm:*")], &alarm()),
        Decision::Silent
    );
}

#[test]
fn insecure_transport_may_be_denied_but_a_deny_wins() {
    let tls = json!({"Effect": "Deny", "Principal": "*", "Action": "SNS:Publish", "Resource": TOPIC,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
    assert_eq!(with(vec![default_statement(), tls], &alarm()), Decision::Allowed);
    let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "SNS:*", "Resource": TOPIC});
    assert_eq!(with(vec![default_statement(), deny], &alarm()), Decision::Denied);
}

#[test]
fn what_cannot_be_decided_is_said() {
    let org = json!({"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": TOPIC,
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}});
    assert!(matches!(with(vec![org.clone()], &alarm()), Decision::Undecided(_)));
    assert_eq!(with(vec![org, default_statement()], &alarm()), Decision::Allowed);
    let open_deny = json!({"Effect": "Deny", "Principal": "*", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "SNS:Publish", "Resource": TOPIC});
    assert!(matches!(
        with(vec![default_statement(), open_deny.clone()], &alarm()),
        Decision::Undecided(_)
    ));
    assert_eq!(with(vec![open_deny], &alarm()), Decision::Silent);
}

#[test]
fn order_of_statements_never_matters() {
    let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "SNS:*", "Resource": TOPIC});
    let open = json!({"Effect": "Deny", "Principal": "*", "NotPrincipal": {"AWS": "x"}, "Action": "*", "Resource": TOPIC});
    for statements in [[deny.clone(), open.clone()], [open, deny]] {
        assert_eq!(with(statements.to_vec(), &alarm()), Decision::Denied);
    }
}

#[test]
fn if_exists_holds_without_the_key() {
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": TOPIC,
        "Condition": {"StringEqualsIfExists": {"aws:SourceOwner": "111122223333"}}});
    assert_eq!(with(vec![statement], &budget()), Decision::Allowed);
}

#[test]
fn a_wildcard_does_not_reach_over_a_part_of_an_arn() {
    let only = |pattern: &str| {
        json!({"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": TOPIC,
            "Condition": {"ArnLike": {"aws:SourceArn": pattern}}})
    };
    let short = only("arn:aws:cloudwatch:*:alarm:*");
    assert_eq!(with(vec![short], &alarm()), Decision::Silent);
    for pattern in
        ["arn:*:cloudwatch:*:*:alarm:*", "arn:aws:cloudwatch:us-west-2:111122223333:alarm:c?u"]
    {
        assert_eq!(with(vec![only(pattern)], &alarm()), Decision::Allowed, "{pattern}");
    }
}

#[test]
fn what_a_statement_leaves_out_is_decided_too() {
    let deny = |key: &str, value: &str| json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", key: value});
    let mut statement = deny("NotAction", "sns:publish");
    statement.as_object_mut().expect("an object").remove("Action");
    assert_eq!(with(vec![default_statement(), statement], &alarm()), Decision::Allowed);
    let mut statement = deny("NotAction", "sns:Subscribe");
    statement.as_object_mut().expect("an object").remove("Action");
    assert_eq!(with(vec![default_statement(), statement], &alarm()), Decision::Denied);
}

#[test]
fn policy_variables_are_left_open() {
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": TOPIC,
        "Condition": {"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}}});
    assert!(matches!(with(vec![statement], &alarm()), Decision::Undecided(_)));
}

#[test]
fn a_statement_without_an_action_is_undecided() {
    let statement = json!({"Effect": "Allow", "Principal": "*", "Resource": "*"});
    assert!(matches!(with(vec![statement], &alarm()), Decision::Undecided(_)));
}

/// What IAM makes of it is not known, so neither its letting in nor its keeping out is.
#[test]
fn a_pattern_that_is_no_arn_is_undecided() {
    for pattern in ["*", "arn:aws:cloudwatch:*", "arn:aws:cloudwatch:*:cpu"] {
        let condition = json!({"ArnLike": {"aws:SourceArn": pattern}});
        for (effect, others) in [("Allow", vec![]), ("Deny", vec![default_statement()])] {
            let statement = json!({
                "Effect": effect, "Principal": "*", "Action": "SNS:Publish", "Resource": "*",
                "Condition": condition
            });
            let decision = with([vec![statement], others].concat(), &alarm());
            assert!(matches!(decision, Decision::Undecided(_)), "{effect} {pattern}: {decision:?}");
        }
    }
}
