//! How often a `rate(...)` or `cron(...)` schedule runs.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_cron.html>

/// Longest gap between two runs, in minutes; `Some(0.0)` for a schedule that runs once, `None` for
/// one that cannot be understood.
pub fn longest_gap_minutes(expression: &str) -> Option<f64> {
    let expression = expression.trim();
    if let Some(rate) = inside(expression, "rate") {
        return rate_minutes(rate);
    }
    inside(expression, "cron").and_then(cron_gap)
}

fn inside<'a>(expression: &'a str, name: &str) -> Option<&'a str> {
    expression.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

fn rate_minutes(rate: &str) -> Option<f64> {
    let mut words = rate.split_whitespace();
    let (count, unit) = (words.next()?.parse::<u32>().ok()?, words.next()?);
    let minutes = match unit {
        "minute" | "minutes" => 1,
        "hour" | "hours" => 60,
        "day" | "days" => 24 * 60,
        _ => return None,
    };
    words.next().is_none().then(|| f64::from(count) * f64::from(minutes))
}

/// The longest gap of a cron schedule that runs every day; one that leaves out days, months or
/// years has a gap of at least a day.
fn cron_gap(cron: &str) -> Option<f64> {
    const DAY: u32 = 24 * 60;
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let (minute, hour, days) = match fields.as_slice() {
        [minute, hour, days @ ..] if matches!(days.len(), 3 | 4) => (minute, hour, days),
        _ => return None,
    };
    let minutes = values(minute, 0, 59)?;
    let hours = values(hour, 0, 23)?;
    // Day of month, month, day of week, year.
    let ranges = [(1, 31), (1, 12), (1, 7), (1970, 2199)];
    let mut every_day = true;
    for (field, (from, to)) in days.iter().zip(ranges) {
        every_day &= covers(field, from, to)?;
    }
    let mut times: Vec<u32> =
        hours.iter().flat_map(|h| minutes.iter().map(move |m| h * 60 + m)).collect();
    times.sort_unstable();
    let (first, last) = (*times.first()?, *times.last()?);
    let within = times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
    let gap = within.max(first + DAY - last);
    Some(f64::from(if every_day { gap } else { gap.max(DAY) + DAY }))
}

/// Whether a field leaves nothing out; `L`, `W` and `#` always do.
fn covers(field: &str, from: u32, to: u32) -> Option<bool> {
    const NAMES: &str =
        "SUN MON TUE WED THU FRI SAT JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC L W LW";
    if matches!(field, "*" | "?") {
        return Some(true);
    }
    if let Some(values) = values(&in_numbers(field), from, to) {
        return Some(values.len() as u64 > u64::from(to - from));
    }
    let words =
        field.split([',', '-', '/', '#']).map(|w| w.trim_matches(|c: char| c.is_ascii_digit()));
    let known = |word: &str| {
        word.is_empty() || NAMES.split(' ').any(|name| name.eq_ignore_ascii_case(word))
    };
    words.into_iter().all(known).then_some(false)
}

/// A field with numbers for the names of days and months.
fn in_numbers(field: &str) -> String {
    const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let mut field = field.to_ascii_uppercase();
    for names in [&DAYS[..], &MONTHS[..]] {
        for (number, name) in names.iter().enumerate() {
            field = field.replace(name, &(number + 1).to_string());
        }
    }
    field
}

/// The values a cron field stands for.
fn values(field: &str, from: u32, to: u32) -> Option<Vec<u32>> {
    let mut values = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|s| *s > 0)?),
            None => (part, 1),
        };
        let (start, end) = match range.split_once('-') {
            _ if range == "*" => (from, to),
            Some((a, b)) => (a.parse().ok()?, b.parse().ok()?),
            None if part.contains('/') => (range.parse().ok()?, to),
            None => {
                let one = range.parse().ok()?;
                (one, one)
            }
        };
        if start < from || end > to || start > end {
            return None;
        }
        values.extend((start..=end).step_by(step));
    }
    values.sort_unstable();
    values.dedup();
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::longest_gap_minutes as gap;

    #[test]
    fn schedules() {
        assert_eq!(gap("rate(5 minutes)"), Some(5.0));
        assert_eq!(gap("rate(1 hour)"), Some(60.0));
        assert_eq!(gap("rate(0 minute)"), Some(0.0));
        assert_eq!(gap("cron(0/10 * * * ? *)"), Some(10.0));
        assert_eq!(gap("cron(*/15 * * * *)"), Some(15.0));
        assert_eq!(gap("cron(0 8-10 * * ? *)"), Some(22.0 * 60.0));
        assert!(gap("cron(0/10 * ? * MON-FRI *)").is_some_and(|g| g > 1440.0));
        assert_eq!(gap("cron(0/5 * 1-31 1-12 ? *)"), Some(5.0));
        assert_eq!(gap("cron(0/5 * ? * SUN-SAT *)"), Some(5.0));
        assert_eq!(gap("cron(0/5 * ? jan-dec sun,mon,tue,wed,thu,fri,sat *)"), Some(5.0));
        assert!(gap("cron(0/5 * ? JAN-NOV * *)").is_some_and(|g| g > 1440.0));
        assert!(gap("cron(0/10 * ? * 2#1 *)").is_some_and(|g| g > 1440.0));
        assert_eq!(gap("cron(0/5 * * * banana *)"), None);
        assert_eq!(gap("cron(0/5 * * * ? * * * *)"), None);
        assert_eq!(gap("rate(five minutes)"), None);
        assert_eq!(gap("cron(61 * * * ? *)"), None);
        assert_eq!(gap(""), None);
    }
}
