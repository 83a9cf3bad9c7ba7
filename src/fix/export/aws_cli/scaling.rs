//! That an ECS service scales, and how.

use serde_json::{Value, json};

use super::change::{Change, Steps, tag_map};
use super::helpers::Helper;
use super::step::{Ask, Call, Step};

/// Application Auto Scaling's "not yet", of what was made a moment ago too.
const NOT_YET: &str = "ConcurrentUpdateException|ObjectNotFoundException";

/// What names a target, for every call about it.
fn of(it: &Change<'_>) -> Result<Value, String> {
    let resource = it.id().split('|').next().filter(|id| id.starts_with("service/"));
    let resource = resource.ok_or("its id names no service")?;
    Ok(json!({
        "ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": "ecs:service:DesiredCount",
    }))
}

/// Something that scales within limits; what is not said of one that is there stays.
pub fn target(it: &Change<'_>) -> Steps {
    const SETTABLE: [&str; 3] = ["MinCapacity", "MaxCapacity", "SuspendedState"];
    let mut register = of(it)?;
    let said = SETTABLE.iter().filter(|name| it.is_new() || it.differs(name));
    said.for_each(|name| register[*name] = it.get(name));
    let plain = it.call("application-autoscaling register-scalable-target", register.clone());
    let plain = Step::patient(plain, NOT_YET);
    if !it.is_new() {
        it.only(&SETTABLE)?;
        return Ok(vec![plain]);
    }
    register["Tags"] = tag_map();
    let tagged = it.call("application-autoscaling register-scalable-target", register);
    let mut list = it.call("application-autoscaling describe-scalable-targets", asked(it)?);
    list.more = "--query 'length(ScalableTargets)' --output json".to_owned();
    Ok(vec![Step::Either {
        // One that is there takes no tags by the same call.
        ask: Ask { helper: Helper::Lists, word: "0".to_owned(), call: list },
        yes: vec![Step::patient(tagged, NOT_YET)],
        no: vec![plain],
    }])
}

fn asked(it: &Change<'_>) -> Result<Value, String> {
    let mut asked = of(it)?;
    asked["ResourceIds"] = json!([asked["ResourceId"].take()]);
    Ok(asked)
}

/// A policy that tracks one of AWS's metrics, written whole.
pub fn policy(it: &Change<'_>) -> Steps {
    let tracking = "TargetTrackingScalingPolicyConfiguration";
    if it.get("PolicyType") != "TargetTrackingScaling" {
        return Err("it does not track a target".to_owned());
    }
    let name = it.id().split_once('|').ok_or("its id names no policy")?.1;
    let mut put = of(it)?;
    put["PolicyName"] = Value::from(name);
    put["PolicyType"] = it.get("PolicyType");
    put[tracking] = it.get(tracking);
    let put = Step::patient(it.call("application-autoscaling put-scaling-policy", put), NOT_YET);
    if it.is_new() {
        return Ok(vec![put]);
    }
    it.only(&[tracking])?;
    let mut ask = of(it)?;
    ask["PolicyNames"] = json!([name]);
    let ask: Call = it.call("application-autoscaling describe-scaling-policies", ask);
    let hidden = ["CustomizedMetricSpecification", "ScaleInCooldown", "ScaleOutCooldown"];
    let others = hidden.map(|member| format!("{tracking}.{member}")).join(" || ");
    Ok(vec![it.without(ask, "ScalingPolicies", &others, put)])
}
