//! The account itself, which is no CloudFormation type.

super::resource_type! {
    /// An account; its id is its number.
    Account = "AWS::::Account", super::Nothing, AccountStatus
}

super::shape! {
    /// What is known of an account as a whole.
    "PascalCase" AccountStatus {
        /// From `iam:GetAccountSummary`.
        summary_map: Option<SummaryMap>,
        /// From `support:DescribeTrustedAdvisorCheckSummaries`: the checks of security, fault tolerance and
        /// service limits.
        trusted_advisor_checks: Option<Vec<TrustedAdvisorCheck>>,
    }
    /// Counts that IAM keeps of the account, of which these are kept.
    "PascalCase" SummaryMap {
        /// 1 when root has MFA.
        #[serde(rename = "AccountMFAEnabled")]
        account_mfa_enabled: i64,
        /// 1 when root has an access key.
        account_access_keys_present: i64,
        /// 1 when root has a password; 0 when its credentials were removed centrally.
        account_password_present: Option<i64>,
        /// How many users there are.
        users: Option<i64>,
    }
    /// A check of Trusted Advisor with its result.
    "camelCase" TrustedAdvisorCheck {
        /// Its id.
        id: String,
        /// Its name, in English.
        name: String,
        /// `security`, `fault_tolerance` or `service_limits`.
        category: String,
        /// `ok`, `warning`, `error` or `not_available`.
        status: String,
        /// RFC 3339; when it was last refreshed.
        timestamp: Option<String>,
        /// Resources it found wanting, without those that someone suppressed.
        resources_flagged: i64,
        /// Resources that someone told it to leave out.
        resources_suppressed: i64,
    }
}
