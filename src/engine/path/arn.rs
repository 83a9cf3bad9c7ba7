//! Amazon Resource Names.

/// The pieces of an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, ...
    pub partition: &'a str,
    /// `sns`, `lambda`, ...
    pub service: &'a str,
    /// Region code, or empty.
    pub region: &'a str,
    /// Account number, or empty.
    pub account: &'a str,
    /// The rest, colons and all.
    pub resource: &'a str,
}

/// Takes an ARN apart.
pub fn parse(arn: &str) -> Option<Arn<'_>> {
    let mut parts = arn.splitn(6, ':');
    let (Some("arn"), Some(partition)) = (parts.next(), parts.next()) else { return None };
    Some(Arn {
        partition,
        service: parts.next()?,
        region: parts.next()?,
        account: parts.next()?,
        resource: parts.next()?,
    })
}

/// The name of a topic from its ARN.
pub fn topic_name(arn: &str) -> Option<&str> {
    parse(arn).filter(|a| a.service == "sns" && !a.resource.contains(':')).map(|a| a.resource)
}

/// The `name` or `name:qualifier` of a function from its ARN.
pub fn function_name(arn: &str) -> Option<&str> {
    parse(arn).filter(|a| a.service == "lambda")?.resource.strip_prefix("function:")
}
