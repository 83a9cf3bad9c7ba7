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
        "HTTPCode_ELB_5XX_Count" OneOrNone;
};

/// What is known of a metric.
pub fn find(namespace: &str, name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|m| m.namespace == namespace && m.name == name)
}
