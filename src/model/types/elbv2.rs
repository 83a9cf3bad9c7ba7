//! Elastic Load Balancing v2.

super::resource_type! {
    /// A load balancer; its id is its name.
    LoadBalancer = "AWS::ElasticLoadBalancingV2::LoadBalancer", LoadBalancerProperties, LoadBalancerStatus
}
super::resource_type! {
    /// A listener; its id is the last part of its ARN, `app/name/id/id`.
    Listener = "AWS::ElasticLoadBalancingV2::Listener", ListenerProperties, ListenerStatus
}
super::resource_type! {
    /// A rule of a listener; its id is the last part of its ARN.
    ListenerRule = "AWS::ElasticLoadBalancingV2::ListenerRule", ListenerRuleProperties, super::Nothing
}
super::resource_type! {
    /// A target group; its id is its name.
    TargetGroup = "AWS::ElasticLoadBalancingV2::TargetGroup", TargetGroupProperties, TargetGroupStatus
}

super::shape! {
    /// CloudFormation's `AWS::ElasticLoadBalancingV2::LoadBalancer`.
    "PascalCase" LoadBalancerProperties {
        /// Its name.
        name: String,
        /// `application`, `network` or `gateway`.
        r#type: String,
        /// `internet-facing` or `internal`.
        scheme: Option<String>,
    }
    /// From `elasticloadbalancing:DescribeLoadBalancers`.
    "PascalCase" LoadBalancerStatus {
        /// `app/name/id`, its dimension in CloudWatch.
        load_balancer_full_name: String,
        /// Its own address.
        #[serde(rename = "DNSName")]
        dns_name: Option<String>,
        /// `active`, `provisioning`, `active_impaired` or `failed`.
        state: Option<String>,
        /// RFC 3339.
        created_time: Option<String>,
    }
    /// CloudFormation's `AWS::ElasticLoadBalancingV2::Listener`.
    "PascalCase" ListenerProperties {
        /// Its load balancer.
        load_balancer_arn: String,
        /// Port.
        port: Option<i64>,
        /// `HTTP`, `HTTPS`, ...
        protocol: Option<String>,
        /// What it does with what no rule takes.
        #[serde(default)]
        default_actions: Vec<Action>,
    }
    /// Of its certificates, from `elasticloadbalancing:DescribeListenerCertificates` and `acm:DescribeCertificate`.
    "PascalCase" ListenerStatus {
        /// The names that its certificates of ACM are for, sorted; `*.example.com` among them.
        certificate_names: Option<Vec<String>>,
    }
    /// What a listener does with a request.
    "PascalCase" Action {
        /// `forward`, `redirect`, `fixed-response`, ...
        r#type: String,
    }
    /// CloudFormation's `AWS::ElasticLoadBalancingV2::ListenerRule`.
    "PascalCase" ListenerRuleProperties {
        /// Its listener.
        listener_arn: String,
        /// `1`, `2`, ... or `default`.
        priority: Option<String>,
        /// What a request must be like; all must hold.
        #[serde(default)]
        conditions: Vec<RuleCondition>,
        /// What it does.
        #[serde(default)]
        actions: Vec<Action>,
    }
    /// What a request must be like.
    "PascalCase" RuleCondition {
        /// `host-header`, `path-pattern`, ...
        field: Option<String>,
        /// What its host or path must be, one of these, with `*` and `?`; of other fields nothing is kept.
        #[serde(default)]
        values: Vec<String>,
    }
    /// CloudFormation's `AWS::ElasticLoadBalancingV2::TargetGroup`.
    "PascalCase" TargetGroupProperties {
        /// Its name.
        name: String,
        /// `HTTP`, `HTTPS`, ...
        protocol: Option<String>,
        /// `ip`, `instance`, `lambda` or `alb`.
        target_type: Option<String>,
        /// ARNs of the load balancers that send to it.
        #[serde(default)]
        load_balancer_arns: Vec<String>,
    }
    /// From `elasticloadbalancing:DescribeTargetGroups`.
    "PascalCase" TargetGroupStatus {
        /// `targetgroup/name/id`, its dimension in CloudWatch.
        target_group_full_name: String,
        /// `app/name/id` of the one that does; an application load balancer's group has no other.
        load_balancer_full_name: Option<String>,
    }
}
