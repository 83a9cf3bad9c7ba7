//! Wrong command lines: exit 2, nothing done.

#[cfg(feature = "aws")]
use crate::fixture;
use crate::{audit, refusal};

#[test]
fn usage() {
    for args in [
        &["run", "--format", "yaml"][..],
        &["run", "-o", "json"],
        &["run", "-o", "nope=x"],
        &["run", "--fail-on", "worst"],
        &["rules", "explain", "no-such-rule"],
        &["no-such-command"],
        &["run", "--snapshot", "x.json", "--rules", "."],
        &["run", "--snapshot", "x.json", "-o", "json=a", "-o", "junit=a"],
        &["run", "--snapshot", "x.json", "-o", "json=-"],
    ] {
        refusal(&audit(args));
    }
}

#[cfg(feature = "aws")]
#[test]
fn a_snapshot_is_not_asked_for_regions_it_may_not_hold() {
    let healthy = fixture("ecs-fargate-healthy.json");
    let words = refusal(&audit(&["run", "--snapshot", &healthy, "--region", "us-east-1"]));
    assert!(words.contains("--region"), "{words}");
}
