//! AWS IAM: roles that a fix makes.

use serde_json::Value;

super::resource_type! {
    /// A role.
    Role = "AWS::IAM::Role", RoleProperties, super::Nothing
}
super::resource_type! {
    /// The role by which a service acts; its id is the service's name.
    ServiceLinkedRole = "AWS::IAM::ServiceLinkedRole", ServiceLinkedRoleProperties, super::Nothing
}

super::shape! {
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
