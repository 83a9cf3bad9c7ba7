//! Amazon ECR.

super::resource_type! {
    /// A repository.
    Repository = "AWS::ECR::Repository", RepositoryProperties, RepositoryStatus
}
super::resource_type! {
    /// A region's registry-wide scanning rules; its id is the registry's, the account.
    RegistryScanningConfiguration = "AWS::ECR::RegistryScanningConfiguration", RegistryScanningProperties, super::Nothing
}

super::shape! {
    /// CloudFormation's `AWS::ECR::Repository`.
    "PascalCase" RepositoryProperties {
        /// Its name, slashes and all.
        repository_name: String,
        /// The repository's own setting; ignored under enhanced scanning.
        image_scanning_configuration: Option<ImageScanningConfiguration>,
        /// `MUTABLE`, `IMMUTABLE`, ...
        image_tag_mutability: Option<String>,
    }
    /// The repository's own setting.
    "PascalCase" ImageScanningConfiguration {
        /// Whether a push is scanned.
        scan_on_push: bool,
    }
    /// What scanning comes to.
    "PascalCase" RepositoryStatus {
        /// From `ecr:BatchGetRepositoryScanningConfiguration`, the effective answer.
        scanning_configuration: Option<RepositoryScanningConfiguration>,
        /// From `ecr:DescribeImages` and `ecr:DescribeImageScanFindings`: the newest images, the newest first,
        /// without signatures and attestations.
        #[serde(default)]
        images: Vec<Image>,
    }
    /// An image.
    "camelCase" Image {
        /// `sha256:...`
        image_digest: String,
        /// Its tags, sorted.
        #[serde(default)]
        image_tags: Vec<String>,
        /// RFC 3339.
        image_pushed_at: Option<String>,
        /// Whether it is a list of images, one for each platform, which is not scanned itself.
        is_index: bool,
        /// What its scan came to; absent when it was never scanned.
        scan: Option<ImageScan>,
    }
    /// What a scan came to.
    "camelCase" ImageScan {
        /// `COMPLETE`, `ACTIVE`, `IN_PROGRESS`, `FAILED`, `UNSUPPORTED_IMAGE`, ...
        status: String,
        /// Why.
        description: Option<String>,
        /// RFC 3339.
        image_scan_completed_at: Option<String>,
        /// How many of each severity; absent while there is no result.
        finding_severity_counts: Option<std::collections::BTreeMap<String, i64>>,
    }
    /// The effective scanning of a repository.
    "camelCase" RepositoryScanningConfiguration {
        /// Whether a push is scanned.
        scan_on_push: bool,
        /// `SCAN_ON_PUSH`, `CONTINUOUS_SCAN` or `MANUAL`.
        scan_frequency: Option<String>,
        /// Filters of the registry that matched.
        #[serde(default)]
        applied_scan_filters: Vec<ScanningFilter>,
    }
    /// A registry filter as the API says it.
    "camelCase" ScanningFilter {
        /// Part of a name, or a pattern with `*`.
        filter: String,
        /// `WILDCARD`.
        filter_type: Option<String>,
    }
    /// CloudFormation's `AWS::ECR::RegistryScanningConfiguration`.
    "PascalCase" RegistryScanningProperties {
        /// `BASIC` or `ENHANCED`.
        scan_type: Option<String>,
        /// Its rules.
        #[serde(default)]
        rules: Vec<ScanningRule>,
    }
    /// One rule.
    "PascalCase" ScanningRule {
        /// `SCAN_ON_PUSH`, `CONTINUOUS_SCAN` or `MANUAL`.
        scan_frequency: String,
        /// Which repositories.
        #[serde(default)]
        repository_filters: Vec<RepositoryFilter>,
    }
    /// Which repositories.
    "PascalCase" RepositoryFilter {
        /// Part of a name, or a pattern with `*`.
        filter: String,
        /// `WILDCARD`.
        filter_type: Option<String>,
    }
}
