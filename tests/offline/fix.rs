//! Plans made from snapshots, what a fix is told, and fixes that make no sense.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{audit, audit_in, fixture, refusal, stdout};

fn planned(name: &str, more: &[&str]) -> String {
    let (snapshot, config) = (fixture(name), fixture("audit.toml"));
    let plan = ["fix", "--snapshot", &snapshot, "--config", &config];
    stdout(&audit(&[&plan[..], more].concat()), 0)
}

#[test]
fn the_plan_for_the_mvp_at_80_columns() {
    insta::assert_snapshot!("plan_en", planned("ecs-fargate-mvp.json", &[]));
    insta::assert_snapshot!("plan_ja", planned("ecs-fargate-mvp.json", &["--lang", "ja"]));
}

#[test]
fn the_healthy_one_needs_nothing() {
    insta::assert_snapshot!("plan_nothing", planned("ecs-fargate-healthy.json", &[]));
}

#[test]
fn a_plan_says_all_that_one_should_know() {
    let plan: Value =
        serde_json::from_str(&planned("ecs-fargate-mvp.json", &["--plan", "-"])).expect("JSON");
    let actions = plan["actions"].as_array().expect("actions");
    for (n, action) in actions.iter().enumerate() {
        assert_eq!(action["id"], n + 1);
        for key in ["findings", "calls", "iam_actions"] {
            assert!(!action[key].as_array().expect("a list").is_empty(), "{key}: {action}");
        }
        let earlier = |id: &Value| id.as_u64().is_some_and(|id| id <= n as u64);
        assert!(action["depends_on"].as_array().expect("a list").iter().all(earlier), "{action}");
        // What exists is looked at by a person before it is changed.
        if !action["before"].is_null() {
            assert_eq!(action["risk"], "review", "{action}");
        }
        if let Some(cost) = action["cost"].as_object() {
            for key in ["basis", "region", "date"] {
                assert!(!cost[key].is_null(), "{action}");
            }
        }
    }
    assert!(actions.iter().any(|action| action["risk"] == "safe"));
}

/// Whatever fails is mended, or left to a person, or told why neither can be: nothing is passed over.
#[test]
fn no_failing_finding_is_passed_over() {
    let (snapshot, config) = (fixture("ecs-fargate-mvp.json"), fixture("audit.toml"));
    let run = ["run", "--snapshot", &snapshot, "--config", &config, "--format", "json"];
    let report: Value = serde_json::from_str(&stdout(&audit(&run), 1)).expect("JSON");
    let plan: Value =
        serde_json::from_str(&planned("ecs-fargate-mvp.json", &["--plan", "-"])).expect("JSON");
    let told: Vec<&Value> = ["actions", "awaiting_person", "unplanned"]
        .iter()
        .flat_map(|list| plan[list].as_array().expect("a list"))
        .flat_map(|item| item["findings"].as_array().expect("findings"))
        .collect();
    let findings = report["findings"].as_array().expect("findings").iter();
    let failing: Vec<&Value> = findings.filter(|it| it["status"] == "fail").collect();
    assert!(failing.len() > 40, "{}", failing.len());
    for finding in failing {
        let is_it =
            |it: &&Value| it["rule"] == finding["rule"] && it["id"] == finding["resource"]["id"];
        assert!(told.iter().copied().any(|it| is_it(&it)), "{finding}");
    }
}

#[test]
fn nobody_told_and_no_terminal_to_ask_in() {
    let snapshot = fixture("ecs-fargate-mvp.json");
    insta::assert_snapshot!("asks_en", refusal(&audit(&["fix", "--snapshot", &snapshot])));
    insta::assert_snapshot!(
        "asks_ja",
        refusal(&audit(&["fix", "--snapshot", &snapshot, "--lang", "ja"]))
    );
}

fn with_config(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("audit.toml"), text).expect("written");
    let snapshot = fixture("ecs-fargate-mvp.json");
    refusal(&audit_in(folder.path(), &["fix", "--snapshot", &snapshot]))
}

#[test]
fn what_cannot_be_told_is_refused_at_its_place() {
    for (text, words) in [
        ("[notify]\nemail = [\"ops\"]\n", "expected an e-mail address"),
        ("[notify]\nlang = \"fr\"\n", "expected en or ja"),
        ("[notify]\ntopic = \"a topic\"\n", "expected a topic's name"),
        ("[notify]\ntopic = \"arn:aws:sqs:eu-west-1:111122223333:q\"\n", "expected a topic's name"),
        ("[notify]\nslack_webhook_secret = \"\"\n", "expected the name of a secret"),
        (
            "[notify]\nslack_channel = { workspace = \"acme\", channel = \"C1\" }\n",
            "workspace's id",
        ),
        (
            "[notify]\nslack_channel = { workspace = \"T1\", channel = \"#alerts\" }\n",
            "channel's id",
        ),
        ("[notify]\nslack_channel = { workspace = \"T1\" }\n", "the key channel is missing"),
        ("[budget]\nmonthly_usd = 0\n", "more than nothing"),
        ("[budget]\nmonthly_usd = \"200\"\n", "expected a number"),
        ("[notify]\nmail = 1\n", "unknown key mail"),
    ] {
        let said = with_config(text);
        assert!(said.contains(words) && said.contains("audit.toml:2"), "{text}: {said}");
    }
}

/// People do paste it; then it is not repeated on screens and in logs.
#[test]
fn a_webhook_in_the_configuration_is_not_repeated() {
    let said = with_config(
        "[notify]\nslack_webhook_secret = \"https://hooks.slack.com/services/T0/B0/CANARY-SECRET\"\n",
    );
    assert!(!said.contains("CANARY") && !said.contains("hooks.slack.com"), "{said}");
    assert!(
        said.contains("notify.slack_webhook_secret") && said.contains("audit.toml:2"),
        "{said}"
    );
}

const RULE: &str = "id: my-rule\nsection: cost\nseverity: low\ntitle: {en: t}\nfor: AWS::RDS::DBInstance\nrequire: |\n  false\nmessage: {en: m}\nwhy: {en: w}\nremediation: {en: r}\nparams: {limit: 80}\n";

fn rule(folder: &Path, fix: &str) {
    fs::write(folder.join("my-rule.yaml"), format!("{RULE}{fix}")).expect("written");
}

/// What is said of a rule with this fix.
fn complaint(fix: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    rule(folder.path(), fix);
    refusal(&audit_in(folder.path(), &["rules", "list", "--rules", "."]))
}

#[test]
fn fixes_are_held_against_the_types_they_make() {
    let alarm = |properties: &str| {
        format!(
            "fix:\n  risk: safe\n  resources:\n    - type: AWS::CloudWatch::Alarm\n      id: x\n      properties:\n        {properties}\n"
        )
    };
    for (fix, words) in [
        (alarm("Treshold: 80"), "has no Treshold"),
        (alarm("Threshold: high"), "expected a number, found a string"),
        (alarm("Threshold: ${resource.name}"), "expected a number, found string"),
        (alarm("AlarmActions: topic"), "expected a list(string), found a string"),
        (alarm("AlarmActions: [\"${params.limit}\"]"), "expected a string, found number"),
        (alarm("Dimensions: [{Nam: x}]"), "has no Nam"),
        (alarm("AlarmName: ${resource.nam}"), "has no nam"),
        (alarm("AlarmName: a-${resource.properties.MaxAllocatedStorage}"), "expected a string or a number here"),
        (alarm("AlarmName: ${input.webhook}"), "input has no webhook"),
        (alarm("AlarmName: ${"), "never closed"),
        ("fix:\n  risk: safe\n  resources: [{type: AWS::EC2::Instance, id: x}]\n".to_owned(), "no resource type that a fix can make"),
        ("fix:\n  risk: safe\n  resources: [{type: AWS::SNS::Topic, id: x, after: [y]}]\n".to_owned(), "nothing here is called y"),
        ("fix:\n  risk: safe\n  resources: [{as: a, type: AWS::SNS::Topic, id: x, after: [b]}, {as: b, type: AWS::SNS::Topic, id: y, after: [a]}]\n".to_owned(), "which comes after this"),
        ("fix:\n  risk: safe\n  uses: [{part: nope}]\n".to_owned(), "there is no part nope"),
        ("fix:\n  risk: safe\n  uses: [{part: alerts}]\n".to_owned(), "the part alerts takes publisher"),
        ("fix:\n  risk: safe\n  asks: [{keys: [budget.daily]}]\n".to_owned(), "no key budget.daily"),
        ("fix:\n  risk: bold\n".to_owned(), "expected one of safe, review, manual"),
    ] {
        let said = complaint(&fix);
        assert!(said.contains(words) && said.contains("my-rule.yaml:"), "{fix}\n{said}");
    }
}

#[test]
fn parts_that_use_each_other_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    rule(folder.path(), "");
    let part = |name: &str, other: &str| {
        let text = format!("part: {name}\nuses: [{{part: {other}}}]\nresources: []\n");
        fs::write(folder.path().join(format!("{name}.part.yaml")), text).expect("written");
    };
    part("a", "b");
    part("b", "a");
    let said = refusal(&audit_in(folder.path(), &["rules", "list", "--rules", "."]));
    assert!(said.contains("the part a uses itself"), "{said}");
}

/// A plan of one's own rules, on the databases of the fixture.
fn planned_by(fixes: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    for (n, fix) in fixes.iter().enumerate() {
        let text = RULE.replace("my-rule", &format!("my-rule-{n}"));
        fs::write(folder.path().join(format!("{n}.yaml")), format!("{text}{fix}"))
            .expect("written");
    }
    let snapshot = fixture("ecs-fargate-mvp.json");
    let arguments =
        ["fix", "--snapshot", &snapshot, "--no-builtin-rules", "--rules", ".", "--plan", "-"];
    let output = audit_in(folder.path(), &arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn topic(more: &str) -> String {
    format!(
        "fix:\n  risk: safe\n  resources:\n    - type: AWS::SNS::Topic\n      id: shared\n      properties: {{TopicName: shared{more}}}\n"
    )
}

#[test]
fn wishes_for_one_resource_are_one_action() {
    let plan = planned_by(&[&topic(""), &topic(", DisplayName: words")]);
    let actions = plan["actions"].as_array().expect("actions");
    let [action] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(action["after"]["properties"]["DisplayName"], "words");
    // Three databases, two rules.
    assert_eq!(action["findings"].as_array().map(Vec::len), Some(6));
}

#[test]
fn wishes_that_contradict_each_other_are_told_and_not_planned() {
    let plan = planned_by(&[&topic(", DisplayName: one"), &topic(", DisplayName: other")]);
    let unplanned = plan["unplanned"].as_array().expect("a list");
    let told = unplanned[0]["what"]["en"].as_str().expect("words");
    assert!(told.contains("DisplayName of AWS::SNS::Topic shared is wanted otherwise"), "{told}");
    let action = &plan["actions"][0];
    assert_eq!(action["after"]["properties"]["DisplayName"], "one");
    let rules = action["findings"].as_array().expect("findings").iter();
    assert!(rules.into_iter().all(|finding| finding["rule"] == "my-rule-0"), "{action}");
}

/// The order of the file is not the order of the work.
#[test]
fn what_comes_after_comes_after() {
    let fix = "fix:\n  risk: safe\n  resources:\n    - as: late\n      type: AWS::SNS::Topic\n      id: late-${resource.id}\n      after: [early]\n      properties: {TopicName: x}\n    - as: early\n      type: AWS::SNS::Topic\n      id: early\n      properties: {TopicName: x}\n";
    let plan = planned_by(&[fix]);
    let ids: Vec<&str> = plan["actions"]
        .as_array()
        .expect("actions")
        .iter()
        .map(|action| action["resource"]["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids[0], "early", "{ids:?}");
    assert_eq!(ids.len(), 4);
}

#[test]
fn what_only_a_person_can_do_is_told_where() {
    let fix = "fix:\n  risk: manual\n  manual: {en: \"look at ${resource.id}\"}\n";
    let plan = planned_by(&[fix]);
    assert_eq!(plan["actions"].as_array().map(Vec::len), Some(0));
    let people = plan["awaiting_person"].as_array().expect("a list");
    assert_eq!(people.len(), 3);
    assert_eq!(people[0]["what"]["en"], "look at analytics-1");
}
