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
        /// From `guardduty:ListFindings` and `guardduty:GetFindings`: those of severity 7 or more that are not
        /// archived, the severest first.
        findings: Option<Vec<Finding>>,
        /// From `guardduty:GetAdministratorAccount`: the account that manages this one's GuardDuty.
        administrator_account: Option<AdministratorAccount>,
    }
    /// A finding.
    "PascalCase" Finding {
        /// Its id.
        id: String,
        /// `UnauthorizedAccess:IAMUser/ConsoleLogin` and the like.
        r#type: String,
        /// 7.0 to 8.9 is high, 9.0 and more critical.
        severity: f64,
        /// RFC 3339.
        updated_at: Option<String>,
    }
    /// The account that manages this one's GuardDuty.
    "camelCase" AdministratorAccount {
        /// Its number.
        account_id: String,
        /// `Enabled` and others.
        relationship_status: Option<String>,
    }
}
