//! AWS Lambda.

use std::collections::BTreeMap;

use serde_json::Value;

super::resource_type! {
    /// A function that an alert goes to; its id is `name` or `name:qualifier`, as it is referred to.
    Function = "AWS::Lambda::Function", FunctionProperties, FunctionStatus
}
super::resource_type! {
    /// A function as a fix sets it, with what a snapshot never keeps.
    FunctionSettings = "AWS::Lambda::Function", FunctionSettingsProperties, super::Nothing
}
super::resource_type! {
    /// Who may invoke a function; its id is the function's name and the statement's id.
    Permission = "AWS::Lambda::Permission", PermissionProperties, super::Nothing
}

super::shape! {
    /// CloudFormation's `AWS::Lambda::Function`.
    "PascalCase" FunctionProperties {
        /// Its name.
        function_name: String,
        /// `python3.13`, ...
        runtime: Option<String>,
        /// Entry point.
        handler: Option<String>,
        /// Role it runs with.
        role: Option<String>,
        /// Seconds.
        timeout: Option<i64>,
        /// MB.
        memory_size: Option<i64>,
        /// Names of its environment; values are never kept.
        environment: Option<Environment>,
        /// Concurrency set aside for it; 0 stops it.
        reserved_concurrent_executions: Option<i64>,
    }
    /// Names of an environment.
    "PascalCase" Environment {
        /// Each name with whether its value is non-empty.
        variables: BTreeMap<String, bool>,
    }
    /// From `lambda:GetFunctionConfiguration` and `lambda:GetPolicy`.
    "PascalCase" FunctionStatus {
        /// `Active`, `Inactive`, `Pending` or `Failed`.
        state: Option<String>,
        /// Why.
        state_reason: Option<String>,
        /// `Successful`, `Failed` or `InProgress`.
        last_update_status: Option<String>,
        /// Why.
        last_update_status_reason: Option<String>,
        /// Who may invoke it: its resource policy document; null when it has none.
        policy: Option<Value>,
    }
    /// CloudFormation's `AWS::Lambda::Function`, as a fix sets it.
    "PascalCase" FunctionSettingsProperties {
        /// Its name.
        function_name: String,
        /// Words for people.
        description: Option<String>,
        /// `python3.13`, ...
        runtime: Option<String>,
        /// Entry point.
        handler: Option<String>,
        /// Role it runs with.
        role: Option<String>,
        /// Seconds.
        timeout: Option<i64>,
        /// MB.
        memory_size: Option<i64>,
        /// Settings that are no secrets.
        environment: Option<EnvironmentSettings>,
        /// What it runs.
        code: Option<Code>,
    }
    /// Settings that are no secrets.
    "PascalCase" EnvironmentSettings {
        /// Names and values.
        variables: BTreeMap<String, String>,
    }
    /// What a function runs.
    "PascalCase" Code {
        /// The source, as CloudFormation takes it; of code that is not `audit`'s, `sha256:` and its hash.
        zip_file: Option<String>,
    }
    /// CloudFormation's `AWS::Lambda::Permission`.
    "PascalCase" PermissionProperties {
        /// The function, by name.
        function_name: String,
        /// `lambda:InvokeFunction`
        action: String,
        /// The service that may.
        principal: String,
        /// For what.
        source_arn: Option<String>,
    }
}
