//! The statistics as a table for people.

use std::{fmt, time::Duration};

use super::{FunctionStats, Stats};

impl fmt::Display for Stats {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_rows(out, &self.functions)
    }
}

impl fmt::Display for FunctionStats {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_rows(out, std::slice::from_ref(self))
    }
}

const HEAD: [&str; 14] = [
    "function", "hit rate", "hits", "stale", "misses", "waited", "loads", "errors", "mean", "p50", "p99",
    "evicted", "expired", "entries",
];

fn write_rows(out: &mut fmt::Formatter<'_>, functions: &[FunctionStats]) -> fmt::Result {
    let mut rows = vec![HEAD.map(String::from).to_vec()];
    rows.extend(functions.iter().map(cells));
    rows[0].push("bytes".into());
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    for (number, row) in rows.iter().enumerate() {
        let line: Vec<_> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(column, (cell, &width))| {
                    if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                },
            )
            .collect();
        writeln!(out, "{}", line.join("  ").trim_end())?;
        if number == 0 {
            writeln!(out, "{}", "─".repeat(widths.iter().sum::<usize>() + 2 * (widths.len() - 1)))?;
        }
    }
    Ok(())
}

fn cells(of: &FunctionStats) -> Vec<String> {
    let calls = of.hits + of.misses;
    let name = if of.unbounded { format!("{} (unbounded)", of.name) } else { of.name.to_string() };
    vec![
        name,
        if calls == 0 { "-".into() } else { format!("{:.1} %", of.hit_rate() * 100.0) },
        of.hits.to_string(),
        of.stale.to_string(),
        of.misses.to_string(),
        of.coalesced.to_string(),
        of.loads.to_string(),
        of.load_errors.to_string(),
        time(of.load_mean),
        time(of.load_p50),
        time(of.load_p99),
        of.evictions().to_string(),
        of.expired.to_string(),
        of.entries.to_string(),
        bytes(of.bytes),
    ]
}

/// Three digits and a unit.
fn time(duration: Duration) -> String {
    let nanos = duration.as_nanos() as f64;
    match duration.as_nanos() {
        0 => "-".into(),
        1..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => format!("{} µs", digits(nanos / 1e3)),
        1_000_000..1_000_000_000 => format!("{} ms", digits(nanos / 1e6)),
        _ => format!("{} s", digits(nanos / 1e9)),
    }
}

fn bytes(bytes: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let power = bytes.max(1).ilog2() / 10;
    let power = (power as usize).min(units.len() - 1);
    if power == 0 {
        return format!("{bytes} B");
    }
    format!("{} {}", digits(bytes as f64 / (1_u64 << (10 * power)) as f64), units[power])
}

fn digits(number: f64) -> String {
    if number < 9.995 {
        format!("{number:.2}")
    } else if number < 99.95 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_have_a_unit() {
        let nanos = Duration::from_nanos;
        assert_eq!(
            [0, 999, 1_000, 12_340, 999_900, 1_500_000, 61_000_000_000].map(|n| time(nanos(n))),
            ["-", "999 ns", "1.00 µs", "12.3 µs", "1000 µs", "1.50 ms", "61.0 s"]
        );
        assert_eq!([0, 1023, 1024, 1_500_000].map(bytes), ["0 B", "1023 B", "1.00 KiB", "1.43 MiB"]);
    }
}
