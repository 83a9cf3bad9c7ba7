//! AWS KMS: keys of topics.

use serde_json::Value;

super::resource_type! {
    /// A key that a topic names; its id is the name the topic gives it: an id, an alias or an ARN.
    Key = "AWS::KMS::Key", KeyProperties, KeyStatus
}

super::shape! {
    /// CloudFormation's `AWS::KMS::Key`.
    "PascalCase" KeyProperties {
        /// Its id.
        key_id: String,
        /// Whether it can be used.
        enabled: bool,
        /// Who may use it; absent for AWS's own keys.
        key_policy: Option<Value>,
    }
    /// From `kms:DescribeKey`.
    "PascalCase" KeyStatus {
        /// `Enabled`, `Disabled`, `PendingDeletion`, ...
        key_state: Option<String>,
        /// `CUSTOMER` or `AWS`.
        key_manager: Option<String>,
    }
}
