//! The code of canaries: one Python file without dependencies, embedded here and made a canary's by the fix
//! that asks for it as `input.heartbeat`.

/// The source, as it is deployed.
pub const SOURCE: &str = include_str!("audit_heartbeat.py");

/// Where it lies in a canary's archive, as runtimes for Python have it; a canary's handler names a function in it:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_WritingCanary_Python.html>.
pub const PLACE: &str = "python/audit_heartbeat.py";

/// What the names of runtimes begin with that can run it:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Library_python_selenium.html>.
pub const RUNTIMES: &str = "syn-python-selenium-";

/// The newest of them when this was written, for templates: what cannot ask takes it.
pub const RUNTIME: &str = "syn-python-selenium-12.0";
