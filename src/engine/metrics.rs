//! What is known of the metrics that rules ask for: unit, range, statistics that make sense.
//!
//! Sources: the "CloudWatch metrics" page of each service's user guide (RDS, ECS, Synthetics,
//! Application Load Balancer).

/// How a metric is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// 0 to 100.
    Percent,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// A count.
    Count,
    /// A count of which each sample is 0 or 1.
    OneOrNone,
}

/// A metric.
#[derive(Debug)]
pub struct Metric {
    /// Namespace.
    pub namespace: &'static str,
    /// Name.
    pub name: &'static str,
    /// How it is measured.
    pub measure: Measure,
}

impl Metric {
    /// The unit CloudWatch stores it in.
    pub fn unit(&self) -> &'static str {
        match self.measure {
            Measure::Percent => "Percent",
            Measure::Bytes => "Bytes",
            Measure::Seconds => "Seconds",
            Measure::Count | Measure::OneOrNone => "Count",
        }
    }
}

macro_rules! metrics {
    ($($namespace:literal: $($name:literal $measure:ident),*;)*) => {
        &[$($(Metric { namespace: $namespace, name: $name, measure: Measure::$measure },)*)*]
    };
}

static METRICS: &[Metric] = metrics! {
    "AWS/RDS": "CPUUtilization" Percent, "ACUUtilization" Percent, "FreeableMemory" Bytes,
        "FreeStorageSpace" Bytes, "FreeLocalStorage" Bytes;
    "AWS/DocDB": "CPUUtilization" Percent, "FreeableMemory" Bytes, "FreeLocalStorage" Bytes;
    "AWS/Neptune": "CPUUtilization" Percent, "FreeableMemory" Bytes;
    "AWS/ECS": "CPUUtilization" Percent, "MemoryUtilization" Percent;
    "CloudWatchSynthetics": "SuccessPercent" Percent, "Failed" OneOrNone;
    "AWS/ApplicationELB": "TargetResponseTime" Seconds, "HTTPCode_Target_5XX_Count" OneOrNone,
        "HTTPCode_ELB_5XX_Count" OneOrNone, "RequestCount" OneOrNone;
};

/// Every metric that something is known of.
pub fn all() -> &'static [Metric] {
    METRICS
}

/// What is known of a metric.
pub fn find(namespace: &str, name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|m| m.namespace == namespace && m.name == name)
}

/// Two metrics of which one over the other is asked for under one name, times 100.
#[derive(Debug)]
pub struct Ratio {
    /// Namespace of both.
    namespace: &'static str,
    over: &'static str,
    under: &'static str,
    /// Statistics, the same of both, of which that is true.
    statistics: &'static [&'static str],
    /// Namespace and name under which it is asked for.
    pub stands_for: (&'static str, &'static str),
}

/// Sources: "Amazon ECS Container Insights metrics" in the CloudWatch user guide, which computes utilization so. The
/// load balancer counts a request when it has chosen a target, so errors of its own can come without any requests.
static RATIOS: &[Ratio] = &[
    Ratio {
        namespace: "ECS/ContainerInsights",
        over: "CpuUtilized",
        under: "CpuReserved",
        statistics: &["Average", "Sum"],
        stands_for: ("ECS/ContainerInsights", "CpuUtilized / CpuReserved"),
    },
    Ratio {
        namespace: "ECS/ContainerInsights",
        over: "MemoryUtilized",
        under: "MemoryReserved",
        statistics: &["Average", "Sum"],
        stands_for: ("ECS/ContainerInsights", "MemoryUtilized / MemoryReserved"),
    },
    Ratio {
        namespace: "AWS/ApplicationELB",
        over: "HTTPCode_Target_5XX_Count",
        under: "RequestCount",
        statistics: &["Sum"],
        stands_for: ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"),
    },
];

/// What one metric of a namespace over another says.
pub fn ratio(namespace: &str, over: &str, under: &str, statistic: &str) -> Option<&'static Ratio> {
    RATIOS.iter().find(|it| {
        it.namespace == namespace
            && it.over == over
            && it.under == under
            && it.statistics.contains(&statistic)
    })
}
