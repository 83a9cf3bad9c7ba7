//! Amazon S3: what a fix makes for logs.

use serde_json::Value;

super::resource_type! {
    /// A bucket.
    Bucket = "AWS::S3::Bucket", BucketProperties, super::Nothing
}
super::resource_type! {
    /// Who may use a bucket; its id is the bucket's.
    BucketPolicy = "AWS::S3::BucketPolicy", BucketPolicyProperties, super::Nothing
}

super::shape! {
    /// CloudFormation's `AWS::S3::Bucket`.
    "PascalCase" BucketProperties {
        /// Its name, unique in the world.
        bucket_name: String,
        /// What is shut to the public.
        public_access_block_configuration: Option<PublicAccessBlockConfiguration>,
    }
    /// What of a bucket is shut to the public.
    "PascalCase" PublicAccessBlockConfiguration {
        /// New public ACLs are refused.
        block_public_acls: bool,
        /// Policies that let the public in are refused.
        block_public_policy: bool,
        /// Public ACLs have no effect.
        ignore_public_acls: bool,
        /// Policies that let the public in have no effect.
        restrict_public_buckets: bool,
    }
    /// CloudFormation's `AWS::S3::BucketPolicy`.
    "PascalCase" BucketPolicyProperties {
        /// The bucket.
        bucket: String,
        /// The policy.
        policy_document: Value,
    }
}
