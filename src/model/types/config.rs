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
        /// How often it records; continuously when absent.
        recording_mode: Option<RecordingMode>,
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
    /// How often a recorder records.
    "PascalCase" RecordingMode {
        /// `CONTINUOUS` or `DAILY`.
        recording_frequency: String,
        /// Types for which another frequency holds.
        recording_mode_overrides: Option<Vec<RecordingModeOverride>>,
    }
    /// Types for which another frequency holds.
    "PascalCase" RecordingModeOverride {
        /// Words for people.
        description: Option<String>,
        /// The types.
        resource_types: Vec<String>,
        /// `CONTINUOUS` or `DAILY`.
        recording_frequency: String,
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
        /// Where in the bucket.
        s3_key_prefix: Option<String>,
        /// Key that what is delivered is encrypted with.
        s3_kms_key_arn: Option<String>,
        /// Topic, if any.
        #[serde(rename = "SnsTopicARN")]
        sns_topic_arn: Option<String>,
        /// When snapshots are delivered.
        config_snapshot_delivery_properties: Option<ConfigSnapshotDeliveryProperties>,
    }
    /// When snapshots are delivered.
    "PascalCase" ConfigSnapshotDeliveryProperties {
        /// `One_Hour`, ... `TwentyFour_Hours`.
        delivery_frequency: String,
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
