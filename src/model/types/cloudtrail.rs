//! AWS CloudTrail.

super::resource_type! {
    /// A trail, in its home region; an organization's shows in its member accounts.
    Trail = "AWS::CloudTrail::Trail", TrailProperties, TrailStatus
}

super::shape! {
    /// CloudFormation's `AWS::CloudTrail::Trail`.
    "PascalCase" TrailProperties {
        /// The trail's name.
        trail_name: String,
        /// Bucket it delivers to.
        s3_bucket_name: Option<String>,
        /// Whether it logs every region.
        is_multi_region_trail: bool,
        /// Whether it is the organization's.
        is_organization_trail: bool,
        /// Whether it logs IAM, STS and the like.
        include_global_service_events: bool,
        /// Whether log files can be proved untouched.
        enable_log_file_validation: bool,
        /// Log group it also writes to.
        cloud_watch_logs_log_group_arn: Option<String>,
        /// Customer key it encrypts with.
        #[serde(rename = "KMSKeyId")]
        kms_key_id: Option<String>,
        /// Basic selectors; absent when advanced ones are used.
        event_selectors: Option<Vec<EventSelector>>,
        /// Advanced selectors; absent when basic ones are used.
        advanced_event_selectors: Option<Vec<AdvancedEventSelector>>,
    }
    /// A basic selector.
    "PascalCase" EventSelector {
        /// `All`, `ReadOnly` or `WriteOnly`.
        read_write_type: Option<String>,
        /// Whether management events are logged.
        include_management_events: Option<bool>,
        /// Services left out, such as `kms.amazonaws.com`.
        exclude_management_event_sources: Option<Vec<String>>,
    }
    /// An advanced selector: all its field selectors must match.
    "PascalCase" AdvancedEventSelector {
        /// Its name.
        name: Option<String>,
        /// What must hold of an event.
        field_selectors: Vec<FieldSelector>,
    }
    /// A condition on one field.
    "PascalCase" FieldSelector {
        /// `eventCategory`, `readOnly`, `eventSource`, ...
        field: String,
        /// Allowed values.
        equals: Option<Vec<String>>,
        /// Forbidden values.
        not_equals: Option<Vec<String>>,
        /// Allowed beginnings.
        starts_with: Option<Vec<String>>,
        /// Forbidden beginnings.
        not_starts_with: Option<Vec<String>>,
        /// Allowed endings.
        ends_with: Option<Vec<String>>,
        /// Forbidden endings.
        not_ends_with: Option<Vec<String>>,
    }
    /// From `cloudtrail:GetTrailStatus`, asked in the home region.
    "PascalCase" TrailStatus {
        /// Whether it logs now.
        is_logging: bool,
        /// The S3 error of the last delivery, when it failed.
        latest_delivery_error: Option<String>,
        /// RFC 3339.
        latest_delivery_time: Option<String>,
    }
}
