//! Amazon CloudWatch Synthetics.

use std::collections::BTreeMap;

super::resource_type! {
    /// A canary.
    Canary = "AWS::Synthetics::Canary", CanaryProperties, CanaryStatus
}
super::resource_type! {
    /// A canary as a fix sets it.
    CanarySettings = "AWS::Synthetics::Canary", CanarySettingsProperties, CanaryStatus
}

super::shape! {
    /// CloudFormation's `AWS::Synthetics::Canary`, as a fix sets it.
    "PascalCase" CanarySettingsProperties {
        /// Its name.
        name: String,
        /// What it runs.
        code: Option<CanaryCode>,
        /// A runtime's name; the newest that can run the code when absent.
        runtime_version: Option<String>,
        /// When it runs.
        schedule: Option<CanarySchedule>,
        /// How it runs.
        run_config: Option<CanaryRunSettings>,
        /// Role it runs with.
        execution_role_arn: Option<String>,
        /// Where its artifacts go.
        artifact_s3_location: Option<String>,
    }
    /// What a canary runs.
    "PascalCase" CanaryCode {
        /// Names a function in a file.
        handler: String,
        /// The source; of code that is not ours only a hash.
        script: Option<String>,
    }
    /// How a canary runs, as a fix sets it.
    "PascalCase" CanaryRunSettings {
        /// Seconds; when absent, the frequency, at most 14 minutes.
        timeout_in_seconds: Option<i64>,
        /// MB.
        #[serde(rename = "MemoryInMB")]
        memory_in_mb: Option<i64>,
        /// X-Ray.
        active_tracing: Option<bool>,
        /// Settings by name.
        environment_variables: Option<BTreeMap<String, String>>,
    }
    /// CloudFormation's `AWS::Synthetics::Canary`.
    "PascalCase" CanaryProperties {
        /// Its name.
        name: String,
        /// `syn-nodejs-puppeteer-9.1` and the like.
        runtime_version: Option<String>,
        /// When it runs.
        schedule: CanarySchedule,
        /// How it runs.
        run_config: Option<CanaryRunConfig>,
        /// Role it runs with.
        execution_role_arn: Option<String>,
        /// Where its artifacts go.
        artifact_s3_location: Option<String>,
    }
    /// When a canary runs.
    "PascalCase" CanarySchedule {
        /// `rate(5 minutes)` or `cron(...)`; `rate(0 minute)` runs once.
        expression: String,
        /// Seconds after which it stops by itself; `0` or absent: never.
        duration_in_seconds: Option<i64>,
    }
    /// How a canary runs.
    "PascalCase" CanaryRunConfig {
        /// Seconds; when absent, the frequency, at most 14 minutes.
        timeout_in_seconds: Option<i64>,
        /// MB.
        #[serde(rename = "MemoryInMB")]
        memory_in_mb: Option<i64>,
        /// X-Ray.
        active_tracing: Option<bool>,
    }
    /// From `synthetics:DescribeCanaries`, and `LastRun` from `DescribeCanariesLastRun`.
    "PascalCase" CanaryStatus {
        /// `RUNNING`, `STOPPED`, `READY`, `ERROR`, ...
        state: Option<String>,
        /// Why.
        state_reason: Option<String>,
        /// Its function.
        engine_arn: Option<String>,
        /// RFC 3339.
        last_started: Option<String>,
        /// RFC 3339.
        created: Option<String>,
        /// The last run; null when it never ran.
        last_run: Option<CanaryRun>,
        /// URLs in the environment of its function and in its tags, without query and user; of none of
        /// them is it certain that it is probed.
        urls: Option<Vec<String>>,
    }
    /// A run of a canary.
    "PascalCase" CanaryRun {
        /// `RUNNING`, `PASSED` or `FAILED`.
        state: Option<String>,
        /// Why it failed.
        state_reason: Option<String>,
        /// RFC 3339.
        started: Option<String>,
        /// RFC 3339.
        completed: Option<String>,
    }
}
