//! Events as EventBridge sees them: samples of what AWS's services send, and whether a pattern takes them.
//!
//! And what SNS is told of alarms. Where any of it ends is the alert path's business.

pub mod notifications;
pub mod pattern;
pub mod samples;
