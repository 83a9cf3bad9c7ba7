//! AWS IAM: users, and roles that a fix makes.

use serde_json::Value;

super::resource_type! {
    /// A user; its id is its name.
    User = "AWS::IAM::User", UserProperties, UserStatus
}
super::resource_type! {
    /// A role.
    Role = "AWS::IAM::Role", RoleProperties, super::Nothing
}
super::resource_type! {
    /// The role by which a service acts; its id is the service's name.
    ServiceLinkedRole = "AWS::IAM::ServiceLinkedRole", ServiceLinkedRoleProperties, super::Nothing
}

super::shape! {
    /// CloudFormation's `AWS::IAM::User`.
    "PascalCase" UserProperties {
        /// Its name.
        user_name: String,
        /// `/` or a folder.
        path: Option<String>,
    }
    /// From `iam:ListUsers` and `iam:GetCredentialReport`.
    "PascalCase" UserStatus {
        /// RFC 3339.
        create_date: Option<String>,
        /// What the credential report says of the user; absent when the user is younger than the report.
        credential_report: Option<CredentialReport>,
    }
    /// A user's line of the credential report, under the report's own names.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
    "snake_case" CredentialReport {
        /// RFC 3339; when the report was made, up to four hours ago.
        generated_time: String,
        /// Whether the user may sign in to the console.
        password_enabled: bool,
        /// RFC 3339; absent when never, or not since 2014.
        password_last_used: Option<String>,
        /// RFC 3339; when the password was set.
        password_last_changed: Option<String>,
        /// Whether the user has an MFA device.
        mfa_active: bool,
        /// The access keys, of which there are two at most.
        #[serde(default)]
        access_keys: Vec<AccessKey>,
        /// How many keys and certificates the user has beyond those that the report tells of; absent when none.
        additional_credentials_info: Option<String>,
    }
    /// An access key that there is, in the order of the report.
    "snake_case" AccessKey {
        /// Whether it can be used.
        active: bool,
        /// RFC 3339; when it was made.
        last_rotated: Option<String>,
        /// RFC 3339; absent when never.
        last_used_date: Option<String>,
    }
    /// CloudFormation's `AWS::IAM::Role`.
    "PascalCase" RoleProperties {
        /// Its name.
        role_name: String,
        /// Words for people.
        description: Option<String>,
        /// Who may assume it.
        assume_role_policy_document: Option<Value>,
        /// Its own policies, sorted by name.
        #[serde(default)]
        policies: Vec<RolePolicy>,
        /// Managed policies, sorted.
        #[serde(default)]
        managed_policy_arns: Vec<String>,
    }
    /// One of a role's own policies.
    "PascalCase" RolePolicy {
        /// Its name.
        policy_name: String,
        /// What it allows.
        policy_document: Value,
    }
    /// CloudFormation's `AWS::IAM::ServiceLinkedRole`.
    "PascalCase" ServiceLinkedRoleProperties {
        /// The service, such as `config.amazonaws.com`.
        #[serde(rename = "AWSServiceName")]
        aws_service_name: String,
    }
}
