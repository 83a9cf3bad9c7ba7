//! The IAM policy, held as it is: whoever changes what is called sees here what has to be signed.

use crate::{audit, refusal, stdout};

#[test]
fn the_policy_of_a_run() {
    let printed = stdout(&audit(&["policy", "run"]), 0);
    insta::assert_snapshot!("run", printed);
    assert_eq!(stdout(&audit(&["policy"]), 0), printed, "what a run needs is the default");
}

#[test]
fn how_to_attach_it_is_said_beside_it() {
    let stderr = |args: &[&str]| String::from_utf8(audit(args).stderr).expect("stderr is UTF-8");
    for lang in ["en", "ja"] {
        let hint = stderr(&["policy", "--lang", lang]);
        assert!(hint.contains("aws iam create-policy"), "{lang}: {hint}");
    }
    assert_eq!(stderr(&["policy", "-q"]), "");
}

#[test]
fn for_nothing_else() {
    assert!(refusal(&audit(&["policy", "everything"])).contains("possible values: run"));
}
