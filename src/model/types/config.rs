//! AWS Config.

super::resource_type! {
    /// The customer-managed recorder of a region.
    ConfigurationRecorder = "AWS::Config::ConfigurationRecorder", ConfigurationRecorderProperties, ConfigurationRecorderStatus
}
super::resource_type! {
    /// Where a region's recorder delivers.
    DeliveryChannel = "AWS::Config::DeliveryChannel", DeliveryChannelProperties, DeliveryChannelStatus
}

super::shape! {
    /// CloudFormation's `AWS::Config::ConfigurationRecorder`.
    "PascalCase" ConfigurationRecorderProperties {
        /// Its name, usually `default`.
        name: String,
        /// Role it records with.
        #[serde(rename = "RoleARN")]
        role_arn: Option<String>,
        /// What it records.
        recording_group: Option<RecordingGroup>,
    }
    /// What a recorder records.
    "PascalCase" RecordingGroup {
        /// All supported regional types.
        all_supported: bool,
        /// The global IAM types too; they are recorded in one region only.
        include_global_resource_types: bool,
        /// The types, when not all.
        resource_types: Vec<String>,
        /// How it chooses.
        recording_strategy: Option<RecordingStrategy>,
        /// What it leaves out.
        exclusion_by_resource_types: Option<ExclusionByResourceTypes>,
    }
    /// How a recorder chooses.
    "PascalCase" RecordingStrategy {
        /// `ALL_SUPPORTED_RESOURCE_TYPES`, `INCLUSION_BY_RESOURCE_TYPES` or `EXCLUSION_BY_RESOURCE_TYPES`.
        use_only: String,
    }
    /// What a recorder leaves out.
    "PascalCase" ExclusionByResourceTypes {
        /// The types.
        resource_types: Vec<String>,
    }
    /// From `config:DescribeConfigurationRecorderStatus`.
    "camelCase" ConfigurationRecorderStatus {
        /// Whether it records now.
        recording: bool,
        /// `Success`, `Pending`, `Failure` or `NotApplicable`; AWS's letter case varies.
        last_status: Option<String>,
        /// Error of the last attempt.
        last_error_code: Option<String>,
        /// Its words.
        last_error_message: Option<String>,
        /// RFC 3339.
        last_status_change_time: Option<String>,
    }
    /// CloudFormation's `AWS::Config::DeliveryChannel`.
    "PascalCase" DeliveryChannelProperties {
        /// Its name, usually `default`.
        name: String,
        /// Bucket.
        s3_bucket_name: Option<String>,
        /// Topic, if any.
        #[serde(rename = "SnsTopicARN")]
        sns_topic_arn: Option<String>,
    }
    /// From `config:DescribeDeliveryChannelStatus`.
    "camelCase" DeliveryChannelStatus {
        /// Delivery of histories to S3.
        config_history_delivery_info: Option<DeliveryInfo>,
        /// Delivery of snapshots to S3.
        config_snapshot_delivery_info: Option<DeliveryInfo>,
        /// Delivery of changes to SNS.
        config_stream_delivery_info: Option<DeliveryInfo>,
    }
    /// How a delivery last went.
    "camelCase" DeliveryInfo {
        /// `Success`, `Failure` or `Not_Applicable`; AWS's letter case varies.
        last_status: Option<String>,
        /// Error of the last attempt.
        last_error_code: Option<String>,
        /// Its words.
        last_error_message: Option<String>,
    }
}
