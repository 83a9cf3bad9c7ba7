//! Amazon GuardDuty.

super::resource_type! {
    /// The detector of a region.
    Detector = "AWS::GuardDuty::Detector", DetectorProperties, DetectorStatus
}

super::shape! {
    /// CloudFormation's `AWS::GuardDuty::Detector`.
    "PascalCase" DetectorProperties {
        /// Whether it is on.
        enable: bool,
        /// `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
        finding_publishing_frequency: Option<String>,
    }
    /// From `guardduty:GetDetector`.
    "PascalCase" DetectorStatus {
        /// RFC 3339.
        created_at: Option<String>,
    }
}
