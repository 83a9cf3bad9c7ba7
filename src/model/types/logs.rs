//! Amazon CloudWatch Logs.

super::resource_type! {
    /// A log group.
    LogGroup = "AWS::Logs::LogGroup", LogGroupProperties, super::Nothing
}

super::shape! {
    /// CloudFormation's `AWS::Logs::LogGroup`.
    "PascalCase" LogGroupProperties {
        /// Its name.
        log_group_name: String,
        /// How long it keeps; for ever when absent.
        retention_in_days: Option<i64>,
    }
}
