//! The function that forwards alerts to Slack: one Python file without dependencies, embedded here and
//! deployed by the fix that asks for it as `input.notifier`.

/// The source, as it is deployed.
pub const SOURCE: &str = include_str!("slack_notifier.py");
