//! What came of a preload, function by function, and how far it is meanwhile.

use std::{fmt, time::Duration};

/// What a run of [`preload_all`](crate::preload_all) did. `println!("{report}")` prints a table.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PreloadReport {
    /// One row for each function that has a provider, by name.
    pub functions: Vec<FunctionReport>,
    /// How long the run took, in real time.
    pub elapsed: Duration,
}

/// What a preload did for one function.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionReport {
    /// The function's name, as in the statistics.
    pub name: &'static str,
    /// For how many items the function ran and gave a value. It was stored like that of any call: an invalidation that came meanwhile, `cache_if` and the bounds keep it out.
    pub loaded: usize,
    /// For how many items there was a valid value already, or another call computed it.
    pub skipped: usize,
    /// The first 100 failures: what the errors say (by `Display`, else by `Debug`, else their type), and the messages of panics. An error of the provider's in place of an item
    /// counts as one.
    pub failed: Vec<String>,
    /// How many failures there were.
    pub failed_total: usize,
    /// From the first question to the provider to the end of the last item, in real time.
    pub elapsed: Duration,
    /// How it ended.
    pub end: PreloadEnd,
}

/// How the preload of one function ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PreloadEnd {
    /// The provider had no more items, and all of them are done.
    Finished,
    /// The run's time was over. What was being computed goes on, and is stored when it is done.
    TimedOut,
    /// The provider, or its iterator or stream, panicked with this message.
    ProviderPanicked(String),
    /// The provider gave this error in place of an iterator or a stream.
    ProviderFailed(String),
    /// Caching is switched off, so that the provider was not asked.
    Disabled,
}

/// How far the preload of one function is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// The function's name, as in the statistics.
    pub function: &'static str,
    /// For how many items the function ran so far.
    pub loaded: usize,
    /// How many items failed so far.
    pub failed: usize,
    /// For how many items there was a value already.
    pub skipped: usize,
    /// How many items there are, if the size hint of the provider's iterator or stream is exact, or it is at its end.
    pub total: Option<usize>,
}

impl PreloadReport {
    /// Whether every provider came to its end and no item failed. While caching is switched off there is nothing to be done, and that is done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.functions.iter().all(FunctionReport::is_complete)
    }

    /// The row of a function by its name, or by the end of it after a `::`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FunctionReport> {
        let exact = self.functions.iter().find(|function| function.name == name);
        exact.or_else(|| self.functions.iter().find(|function| is_end_of(name, function.name)))
    }
}

impl FunctionReport {
    /// Of a function whose provider was not asked.
    pub(super) fn disabled(name: &'static str) -> Self {
        let (elapsed, end) = (Duration::ZERO, PreloadEnd::Disabled);
        Self { name, loaded: 0, skipped: 0, failed: Vec::new(), failed_total: 0, elapsed, end }
    }

    /// Whether the provider came to its end and no item failed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed_total == 0 && matches!(self.end, PreloadEnd::Finished | PreloadEnd::Disabled)
    }
}

impl Progress {
    /// How many items are done: loaded, failed or skipped.
    #[must_use]
    pub fn done(&self) -> usize {
        self.loaded + self.failed + self.skipped
    }
}

/// Whether `name` is what `full` ends in after a `::`.
pub(super) fn is_end_of(name: &str, full: &str) -> bool {
    full.strip_suffix(name).is_some_and(|module| module.ends_with("::"))
}

impl fmt::Display for PreloadEnd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => out.write_str("finished"),
            Self::TimedOut => out.write_str("timed out"),
            Self::ProviderPanicked(message) => write!(out, "the provider panicked: {message}"),
            Self::ProviderFailed(message) => write!(out, "the provider failed: {message}"),
            Self::Disabled => out.write_str("caching is switched off"),
        }
    }
}

impl fmt::Display for PreloadReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![HEAD.map(String::from)];
        rows.extend(self.functions.iter().map(cells));
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; HEAD.len()] = std::array::from_fn(width);
        for (number, row) in rows.iter().enumerate() {
            let last = HEAD.len() - 1;
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
                match column {
                    0 => line.push_str(&format!("{cell:<width$}")),
                    _ if column == last => line.push_str(&format!("  {cell}")),
                    _ => line.push_str(&format!("  {cell:>width$}")),
                }
            }
            writeln!(out, "{}", line.trim_end())?;
            if number == 0 {
                writeln!(out, "{}", "─".repeat(widths.iter().sum::<usize>() + 2 * last))?;
            } else {
                write_failures(out, &self.functions[number - 1])?;
            }
        }
        write!(out, "preloaded in {}", time(self.elapsed))
    }
}

fn write_failures(out: &mut fmt::Formatter<'_>, of: &FunctionReport) -> fmt::Result {
    for failure in of.failed.iter().take(SHOWN) {
        writeln!(out, "  failed: {failure}")?;
    }
    match of.failed_total - of.failed.len().min(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}

fn cells(of: &FunctionReport) -> [String; HEAD.len()] {
    [
        of.name.to_owned(),
        of.loaded.to_string(),
        of.skipped.to_string(),
        of.failed_total.to_string(),
        time(of.elapsed),
        of.end.to_string(),
    ]
}

fn time(duration: Duration) -> String {
    match duration.as_millis() {
        millis @ 0..10_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

const HEAD: [&str; 6] = ["function", "loaded", "skipped", "failed", "took", "end"];

/// How many failures of a function the table shows.
const SHOWN: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn row(failed: usize, end: PreloadEnd) -> FunctionReport {
        let texts = (0..failed).map(|number| format!("row {number}")).collect();
        let elapsed = Duration::from_millis(12);
        FunctionReport {
            name: "a::f",
            loaded: 7,
            skipped: 0,
            failed: texts,
            failed_total: failed,
            elapsed,
            end,
        }
    }

    #[test]
    fn the_table_shows_the_first_failures() {
        let functions =
            vec![row(12, PreloadEnd::Finished), row(0, PreloadEnd::ProviderFailed("gone".into()))];
        let report = PreloadReport { functions, elapsed: Duration::from_millis(13) };
        let text = report.to_string();
        assert!(
            text.contains("a::f           7        0      12  12 ms  finished\n  failed: row 0\n"),
            "{text}"
        );
        assert!(text.contains("  failed: row 9\n  and 2 more\n"), "{text}");
        assert!(text.contains("12 ms  the provider failed: gone\n"), "{text}");
        assert!(text.ends_with("preloaded in 13 ms"), "{text}");
    }

    #[test]
    fn complete_is_what_ended_well() {
        let complete = |failed, end| row(failed, end).is_complete();
        assert!(complete(0, PreloadEnd::Finished));
        assert!(complete(0, PreloadEnd::Disabled));
        assert!(!complete(1, PreloadEnd::Finished));
        assert!(!complete(0, PreloadEnd::TimedOut));
        assert!(PreloadReport::default().is_complete());
    }
}
