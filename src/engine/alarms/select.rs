//! Metrics Insights: which resources a `SELECT` is about.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html>

use std::borrow::Cow;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident,
    ObjectName, Query, SelectItem, SetExpr, Statement, TableFactor, Value,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// How the values of one datapoint become one.
    pub function: Function,
    /// Metric.
    pub metric: String,
    /// Namespace.
    pub namespace: String,
    /// The dimensions that a metric must have, and no others.
    schema: Option<Vec<String>>,
    /// Label, whether it must be the value rather than must not, and the value.
    conditions: Vec<(String, bool, String)>,
    /// Labels that each have a series of their own.
    groups: Vec<String>,
    /// Whether only some of the series are looked at.
    limited: bool,
}

/// How the values of one datapoint become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Avg,
    Count,
    Max,
    Min,
    Sum,
}

/// How a query sees a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is about others.
    Not,
    /// As a series of its own.
    Alone,
    /// In one series with others.
    Among,
    /// It cannot be told.
    Unclear(Why),
}

/// Why it cannot be told how a query sees a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It chooses by tags.
    Tags,
    /// It chooses by what a label is not, and the metric has no such label.
    NoLabel,
    /// Only some of the series are looked at.
    Limit,
    /// The series holds parts of the resource as well, which may hide it.
    Parts,
}

/// Namespaces in which what belongs to a resource has the same metric, with more dimensions.
const FINER: &[&str] = &["CloudWatchSynthetics"];

/// What a label is written with that is a tag.
const TAG: &str = "tag.";
/// The label that is the account.
const ACCOUNT: &str = "AWS.AccountId";

impl Select {
    /// The query that `text` says; none if it is not one as documented.
    pub fn parse(text: &str) -> Option<Select> {
        let statements = Parser::parse_sql(&GenericDialect {}, text).ok()?;
        let [Statement::Query(query)] = statements.as_slice() else { return None };
        Select::of(query)
    }

    fn of(query: &Query) -> Option<Select> {
        let SetExpr::Select(select) = query.body.as_ref() else { return None };
        let [SelectItem::UnnamedExpr(Expr::Function(call))] = select.projection.as_slice() else {
            return None;
        };
        let FunctionArguments::List(list) = &call.args else { return None };
        let [FunctionArg::Unnamed(FunctionArgExpr::Expr(metric))] = list.args.as_slice() else {
            return None;
        };
        let [from] = select.from.as_slice() else { return None };
        let (namespace, schema) = source(&from.relation).filter(|_| from.joins.is_empty())?;
        let mut conditions = Vec::new();
        if let Some(condition) = &select.selection {
            collect(condition, &mut conditions)?;
        }
        let GroupByExpr::Expressions(groups, modifiers) = &select.group_by else { return None };
        if !modifiers.is_empty()
            || select.having.is_some()
            || select.distinct.is_some()
            || query.with.is_some()
        {
            return None;
        }
        Some(Select {
            function: Function::named(&call.name)?,
            metric: label(metric)?,
            namespace,
            schema,
            conditions,
            groups: groups.iter().map(label).collect::<Option<_>>()?,
            limited: query.limit_clause.is_some() || query.fetch.is_some(),
        })
    }

    /// Whether all that it finds is one series.
    pub fn adds_up_all(&self) -> bool {
        self.groups.is_empty() && !self.conditions.iter().any(|(_, is, _)| *is)
    }

    /// How it sees what has these dimensions in `account`.
    pub fn sees(&self, account: &str, dimensions: &[(&str, Cow<'_, str>)]) -> Seen {
        let own = |label: &str| match label {
            ACCOUNT => Some(account),
            _ => dimensions.iter().find(|(name, _)| *name == label).map(|(_, value)| &**value),
        };
        let has = |names: &[String]| {
            names.len() == dimensions.len()
                && names.iter().all(|name| dimensions.iter().any(|(it, _)| it == name))
        };
        if self.schema.as_deref().is_some_and(|names| !has(names)) {
            return Seen::Not;
        }
        let (tags, conditions): (Vec<_>, Vec<_>) =
            self.conditions.iter().partition(|(label, ..)| label.starts_with(TAG));
        // A metric without a label has not its value either, so it is none of those that must have it.
        if conditions.iter().any(|(label, is, value)| (own(label) == Some(value)) != *is) {
            return Seen::Not;
        }
        if !tags.is_empty() || self.groups.iter().any(|label| label.starts_with(TAG)) {
            return Seen::Unclear(Why::Tags);
        }
        if conditions.iter().any(|(label, ..)| own(label).is_none()) {
            return Seen::Unclear(Why::NoLabel);
        }
        if self.limited {
            return Seen::Unclear(Why::Limit);
        }
        let alone = dimensions.iter().all(|(name, _)| {
            let pinned = |(label, is, _): &(String, bool, String)| *is && label == name;
            self.groups.iter().any(|it| it == name) || self.conditions.iter().any(pinned)
        });
        let finer = self.schema.is_none() && FINER.contains(&&*self.namespace);
        match alone {
            true if finer && self.function == Function::Avg => Seen::Unclear(Why::Parts),
            true => Seen::Alone,
            false => Seen::Among,
        }
    }
}

impl Function {
    fn named(name: &ObjectName) -> Option<Function> {
        let functions =
            [Function::Avg, Function::Count, Function::Max, Function::Min, Function::Sum];
        let name = name.to_string().to_ascii_uppercase();
        functions.into_iter().find(|it| it.word() == name)
    }

    fn word(self) -> &'static str {
        match self {
            Function::Avg => "AVG",
            Function::Count => "COUNT",
            Function::Max => "MAX",
            Function::Min => "MIN",
            Function::Sum => "SUM",
        }
    }

    /// The statistic of CloudWatch that does the same.
    pub fn statistic(self) -> &'static str {
        match self {
            Function::Avg => "Average",
            Function::Count => "SampleCount",
            Function::Max => "Maximum",
            Function::Min => "Minimum",
            Function::Sum => "Sum",
        }
    }
}

/// A namespace, or a `SCHEMA` with the dimensions that a metric has.
fn source(from: &TableFactor) -> Option<(String, Option<Vec<String>>)> {
    let TableFactor::Table { name, args, .. } = from else { return None };
    let Some(args) = args else { return Some((plain(name)?, None)) };
    if !plain(name)?.eq_ignore_ascii_case("SCHEMA") {
        return None;
    }
    let label = |arg: &FunctionArg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => label(expr),
        _ => None,
    };
    let mut names = args.args.iter().map(label).collect::<Option<Vec<String>>>()?;
    (!names.is_empty()).then(|| (names.remove(0), Some(names)))
}

fn plain(name: &ObjectName) -> Option<String> {
    let [part] = name.0.as_slice() else { return None };
    part.as_ident().map(|ident| ident.value.clone())
}

/// Every condition of an `AND`.
fn collect(condition: &Expr, into: &mut Vec<(String, bool, String)>) -> Option<()> {
    match condition {
        Expr::Nested(inside) => collect(inside, into),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            collect(left, into)?;
            collect(right, into)
        }
        Expr::BinaryOp { left, op, right } => {
            let is = match op {
                BinaryOperator::Eq => true,
                BinaryOperator::NotEq => false,
                _ => return None,
            };
            let Expr::Value(value) = right.as_ref() else { return None };
            let Value::SingleQuotedString(value) = &value.value else { return None };
            into.push((label(left)?, is, value.clone()));
            Some(())
        }
        _ => None,
    }
}

/// A label's name; of a tag with what says so before it.
fn label(expr: &Expr) -> Option<String> {
    let joined = |parts: &[Ident]| {
        let parts: Vec<&str> = parts.iter().map(|it| it.value.as_str()).collect();
        parts.join(".")
    };
    match expr {
        Expr::Identifier(ident) => Some(ident.value.clone()),
        Expr::CompoundIdentifier(parts) => Some(joined(parts)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees(text: &str) -> Option<Seen> {
        let service = [("ClusterName", "prod".into()), ("ServiceName", "web".into())];
        Some(Select::parse(text)?.sees("111122223333", &service))
    }

    #[test]
    fn whom_a_query_sees() {
        use Seen::{Alone, Among, Not, Unclear};
        for (rest, seen) in [
            (r#""AWS/ECS""#, Among),
            (r#"SCHEMA("AWS/ECS", ServiceName, ClusterName)"#, Among),
            (r#"SCHEMA("AWS/ECS", ClusterName)"#, Not),
            (r#"SCHEMA("AWS/ECS")"#, Not),
            (r#""AWS/ECS" GROUP BY ClusterName, ServiceName"#, Alone),
            (r#""AWS/ECS" group by "ServiceName", ClusterName order by max() desc"#, Alone),
            (r#""AWS/ECS" GROUP BY ClusterName"#, Among),
            (r#""AWS/ECS" WHERE ClusterName = 'prod' GROUP BY ServiceName"#, Alone),
            (r#""AWS/ECS" WHERE ClusterName = 'prod' AND ServiceName = 'web'"#, Alone),
            (r#""AWS/ECS" WHERE (ClusterName = 'prod') AND ServiceName != 'batch'"#, Among),
            (r#""AWS/ECS" WHERE ClusterName = 'test'"#, Not),
            (r#""AWS/ECS" WHERE ServiceName != 'web' GROUP BY ServiceName"#, Not),
            (r#""AWS/ECS" WHERE TaskGroup = 'x'"#, Not),
            (r#""AWS/ECS" WHERE AWS.AccountId = '111122223333'"#, Among),
            (r#""AWS/ECS" WHERE AWS.AccountId = '999999999999'"#, Not),
            (r#""AWS/ECS" WHERE TaskGroup != 'x'"#, Unclear(Why::NoLabel)),
            (r#""AWS/ECS" WHERE tag.env = 'prod'"#, Unclear(Why::Tags)),
            (r#""AWS/ECS" WHERE tag."team name" = 'x' AND ClusterName = 'test'"#, Not),
            (r#""AWS/ECS" GROUP BY tag."env""#, Unclear(Why::Tags)),
            (
                r#""AWS/ECS" GROUP BY ClusterName, ServiceName ORDER BY AVG() DESC LIMIT 5"#,
                Unclear(Why::Limit),
            ),
        ] {
            let text = format!("SELECT MAX(CPUUtilization) FROM {rest}");
            assert_eq!(sees(&text), Some(seen), "{text}");
        }
    }

    #[test]
    fn parts_of_a_resource_can_hide_it() {
        let seen = |text: &str| {
            let canary = [("CanaryName", "web".into())];
            Select::parse(text).map(|it| it.sees("111122223333", &canary))
        };
        let text = r#"SELECT AVG(SuccessPercent) FROM CloudWatchSynthetics GROUP BY CanaryName"#;
        assert_eq!(seen(text), Some(Seen::Unclear(Why::Parts)));
        let text = text.replace("AVG", "MIN");
        assert_eq!(seen(&text), Some(Seen::Alone));
        let text = r#"SELECT AVG(SuccessPercent) FROM SCHEMA(CloudWatchSynthetics, CanaryName) GROUP BY CanaryName"#;
        assert_eq!(seen(text), Some(Seen::Alone));
    }

    #[test]
    fn anything_else_is_nothing() {
        let deep = format!("SELECT MAX(a) FROM b WHERE {}", "(".repeat(100_000));
        for text in [
            "",
            "SELECT",
            "SELECT 1",
            "SELECT MEDIAN(CPUUtilization) FROM b",
            "SELECT MAX(a), MIN(a) FROM b",
            "SELECT MAX(a) FROM b, c",
            "SELECT MAX(a) FROM b WHERE c > 'd'",
            "SELECT MAX(a) FROM b WHERE c = 'd' OR c = 'e'",
            "SELECT MAX(a) FROM b WHERE c = 1",
            "SELECT MAX(a) FROM b; SELECT MAX(a) FROM c",
            "SELECT MAX(a) FROM other(b)",
            "DROP TABLE b",
            &deep,
        ] {
            assert_eq!(Select::parse(text), None, "{text:.60}");
        }
    }
}
