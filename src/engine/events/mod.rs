//! Events as EventBridge sees them: samples of what AWS's services send, and whether a pattern takes them.
//!
//! Uses nothing of the snapshot; where an event's way ends is the alert path's business.

pub mod pattern;
pub mod samples;
