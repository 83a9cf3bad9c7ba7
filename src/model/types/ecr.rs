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
