//! Amazon CloudWatch Synthetics.

super::resource_type! {
    /// A canary.
    Canary = "AWS::Synthetics::Canary", CanaryProperties, CanaryStatus
}

super::shape! {
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
