//! Roles, and the functions that run with them.

use serde_json::{Value, json};

use super::change::{Change, Steps, tag_map, tags, text};
use super::step::Step;

/// Lambda's "not yet" of a function that is being changed.
const BUSY: &str = "ResourceConflictException";

/// Its "not yet" while it does not see a new role, too.
const BUSY_OR_NO_ROLE: &str =
    "ResourceConflictException|InvalidParameterValueException.*(role|KMS)";

/// A role and the policies on it.
pub fn role(it: &Change<'_>) -> Steps {
    const SETTABLE: [&str; 5] =
        ["RoleName", "Description", "AssumeRolePolicyDocument", "Policies", "ManagedPolicyArns"];
    it.only(&SETTABLE)?;
    let (name, trust) = (it.id(), text(&it.get("AssumeRolePolicyDocument")));
    let description = it.get("Description").as_str().unwrap_or_default().to_owned();
    let trust_it = json!({"RoleName": name, "PolicyDocument": trust});
    let trust_it = Step::write(it.call("iam update-assume-role-policy", trust_it));
    // Unlike `update-role`, this leaves the longest session as it is.
    let describe = json!({"RoleName": name, "Description": description});
    let describe = Step::write(it.call("iam update-role-description", describe));
    let mut steps = Vec::new();
    if it.is_new() {
        let create = json!({
            "RoleName": name, "AssumeRolePolicyDocument": trust, "Description": it.get("Description"), "Tags": tags(),
        });
        let ask = it.call("iam get-role", json!({"RoleName": name}));
        steps.push(Step::Either {
            ask: it.exists(ask, "NoSuchEntity"),
            yes: if it.get("Description").is_null() {
                vec![trust_it]
            } else {
                vec![trust_it, describe]
            },
            no: vec![Step::patient(it.call("iam create-role", create), "ConcurrentModification")],
        });
    } else {
        steps.extend(it.differs("AssumeRolePolicyDocument").then_some(trust_it));
        steps.extend(it.differs("Description").then_some(describe));
    }
    put_policies(it, &mut steps);
    drop_policies(it, &mut steps);
    Ok(steps)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn put_policies(it: &Change<'_>, steps: &mut Vec<Step>) {
    let (was, is) = (it.was("Policies"), it.get("Policies"));
    for policy in list(&is).iter().filter(|policy| !list(&was).contains(policy)) {
        let input = json!({
            "RoleName": it.id(), "PolicyName": policy["PolicyName"], "PolicyDocument": text(&policy["PolicyDocument"]),
        });
        steps.push(Step::patient(it.call("iam put-role-policy", input), "NoSuchEntity"));
    }
    let (was, is) = (it.was("ManagedPolicyArns"), it.get("ManagedPolicyArns"));
    for arn in list(&is).iter().filter(|arn| !list(&was).contains(arn)) {
        let input = json!({"RoleName": it.id(), "PolicyArn": arn});
        steps.push(Step::patient(it.call("iam attach-role-policy", input), "NoSuchEntity"));
    }
}

fn drop_policies(it: &Change<'_>, steps: &mut Vec<Step>) {
    let gone = |command, input| Step::Write {
        call: it.call(command, input),
        not_yet: "",
        settled: ("NoSuchEntity", ""),
    };
    let (was, is) = (it.was("Policies"), it.get("Policies"));
    let is_kept =
        |policy: &Value| list(&is).iter().any(|it| it["PolicyName"] == policy["PolicyName"]);
    for policy in list(&was).iter().filter(|policy| !is_kept(policy)) {
        let input = json!({"RoleName": it.id(), "PolicyName": policy["PolicyName"]});
        steps.push(gone("iam delete-role-policy", input));
    }
    let (was, is) = (it.was("ManagedPolicyArns"), it.get("ManagedPolicyArns"));
    for arn in list(&was).iter().filter(|arn| !list(&is).contains(arn)) {
        steps.push(gone("iam detach-role-policy", json!({"RoleName": it.id(), "PolicyArn": arn})));
    }
}

/// The role by which a service acts; its id is the service's name.
pub fn service_linked(it: &Change<'_>) -> Steps {
    Ok(vec![Step::Write {
        call: it.call("iam create-service-linked-role", json!({"AWSServiceName": it.id()})),
        not_yet: "",
        settled: ("InvalidInput", "has been taken"),
    }])
}

/// A function with its code.
pub fn function(it: &Change<'_>) -> Steps {
    const SETTINGS: [&str; 7] =
        ["Description", "Runtime", "Handler", "Role", "Timeout", "MemorySize", "Environment"];
    it.only(&[&SETTINGS[..], &["FunctionName", "Code"]].concat())?;
    let name = it.id();
    let wants_code = it.is_new() || it.differs("Code");
    let source = it.get("Code")["ZipFile"].as_str().map(str::to_owned).unwrap_or_default();
    if wants_code && (source.is_empty() || source.starts_with("sha256:")) {
        return Err("its code is not known here".to_owned());
    }
    let mut changed: Vec<&str> = SETTINGS.into_iter().filter(|name| it.differs(name)).collect();
    if it.is_new() {
        changed = SETTINGS.to_vec();
    }
    if changed.contains(&"Environment") && hides_values(&it.get("Environment")) {
        return Err("values of its environment are not known here".to_owned());
    }
    let mut settings = json!({"FunctionName": name});
    changed.iter().for_each(|name| settings[*name] = it.get(name));
    if !it.is_new() && changed.contains(&"Description") && settings["Description"].is_null() {
        settings["Description"] = Value::from("");
    }
    let mut update = it.call("lambda update-function-code", json!({"FunctionName": name}));
    update.more = "--zip-file \"fileb://$folder/code.zip\"".to_owned();
    let mut updates = Vec::new();
    if wants_code {
        updates.push(Step::patient(update.clone(), BUSY));
    }
    if !changed.is_empty() {
        let update = it.call("lambda update-function-configuration", settings.clone());
        updates.push(Step::patient(update, BUSY_OR_NO_ROLE));
    }
    let mut steps = Vec::new();
    if wants_code {
        // `slack_notifier.handler` names a function in it.
        steps.push(Step::Pack { file: "slack_notifier.py", source });
    }
    if !it.is_new() {
        steps.append(&mut updates);
        return Ok(steps);
    }
    let mut create = it.call("lambda create-function", settings);
    create.input["Tags"] = tag_map();
    create.more = update.more;
    let ask = it.call("lambda get-function-configuration", json!({"FunctionName": name}));
    steps.push(Step::Either {
        ask: it.exists(ask, "ResourceNotFoundException"),
        yes: updates,
        no: vec![Step::patient(create, "InvalidParameterValueException.*(role|KMS)")],
    });
    Ok(steps)
}

/// Whether a value stands for one that was not to be shown.
fn hides_values(environment: &Value) -> bool {
    let variables = environment["Variables"].as_object();
    variables.is_some_and(|all| all.values().any(|value| value == "(not shown)"))
}

/// Who may invoke a function; its id is the function's name and the statement's id.
pub fn permission(it: &Change<'_>) -> Steps {
    let (function, statement) = it.id().split_once('|').ok_or("its id names no statement")?;
    let name = json!({"FunctionName": function, "StatementId": statement});
    let mut input = name.clone();
    ["Action", "Principal", "SourceArn"].iter().for_each(|member| input[*member] = it.get(member));
    let mut steps = Vec::new();
    if !it.is_new() {
        // It cannot be changed, only made anew.
        steps.push(Step::Write {
            call: it.call("lambda remove-permission", name),
            not_yet: "",
            settled: ("ResourceNotFoundException", ""),
        });
    }
    steps.push(Step::Write {
        call: it.call("lambda add-permission", input),
        not_yet: "ResourceConflictException.*in progress",
        settled: ("ResourceConflictException", "already exists"),
    });
    Ok(steps)
}
