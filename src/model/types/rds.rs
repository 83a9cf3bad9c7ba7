//! Amazon RDS.

super::resource_type! {
    /// A database instance; Neptune's and DocumentDB's come by the same call.
    DBInstance = "AWS::RDS::DBInstance", DBInstanceProperties, DBInstanceStatus
}

super::shape! {
    /// CloudFormation's `AWS::RDS::DBInstance`.
    "PascalCase" DBInstanceProperties {
        /// The instance's name.
        #[serde(rename = "DBInstanceIdentifier")]
        db_instance_identifier: String,
        /// `postgres`, `mysql`, `aurora-postgresql`, `neptune`, `docdb`, ...
        engine: String,
        /// Version of the engine.
        engine_version: Option<String>,
        /// `db.t4g.micro`, `db.serverless`, ...
        #[serde(rename = "DBInstanceClass")]
        db_instance_class: Option<String>,
        /// GiB; 1 for Aurora, whose storage grows by itself.
        allocated_storage: Option<i64>,
        /// GiB up to which storage grows by itself; null when it does not.
        max_allocated_storage: Option<i64>,
        /// `gp3`, `io1`, `aurora`, ...
        storage_type: Option<String>,
        /// The Aurora or Multi-AZ cluster it belongs to.
        #[serde(rename = "DBClusterIdentifier")]
        db_cluster_identifier: Option<String>,
        /// Whether a standby exists.
        #[serde(rename = "MultiAZ")]
        multi_az: Option<bool>,
    }
    /// From `rds:DescribeDBInstances`.
    "PascalCase" DBInstanceStatus {
        /// `available`, `stopped`, `deleting`, ...
        #[serde(rename = "DBInstanceStatus")]
        db_instance_status: Option<String>,
        /// RFC 3339.
        instance_create_time: Option<String>,
    }
}
