//! One line per path: what was aimed at, what was measured, and how.

use std::fmt::Write as _;

/// What a path should reach.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reach {
    AtMost(f64, &'static str),
    AtLeast(f64, &'static str),
    /// It is told beside the others.
    None(&'static str),
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) reach: Reach,
    pub(crate) measured: f64,
    pub(crate) how: String,
}

impl Row {
    pub(crate) fn new(path: impl Into<String>, reach: Reach, measured: f64, how: impl Into<String>) -> Self {
        Self { path: path.into(), reach, measured, how: how.into() }
    }

    fn cells(&self) -> [String; 5] {
        let (reach, unit, verdict) = match self.reach {
            Reach::AtMost(most, unit) => (format!("<= {most} {unit}"), unit, verdict(self.measured <= most)),
            Reach::AtLeast(least, unit) => {
                (format!(">= {least} {unit}"), unit, verdict(self.measured >= least))
            }
            Reach::None(unit) => ("-".into(), unit, ""),
        };
        let measured = format!("{:.2} {unit}", self.measured);
        [self.path.clone(), reach, measured, verdict.into(), self.how.clone()]
    }
}

fn verdict(is_reached: bool) -> &'static str {
    if is_reached { "reached" } else { "MISSED" }
}

/// The table, as Markdown that is aligned for reading without a renderer too.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut lines = vec![["path", "reach", "measured", "", "how"].map(str::to_owned)];
    lines.extend(rows.iter().map(Row::cells));
    let widths: [usize; 5] = std::array::from_fn(|column| {
        lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0)
    });
    let mut text = String::new();
    for (at, cells) in lines.iter().enumerate() {
        for (cell, width) in cells.iter().zip(widths) {
            let _ = write!(text, "| {cell:<width$} ");
        }
        text.push_str("|\n");
        if at == 0 {
            widths.iter().for_each(|width| _ = write!(text, "|:{:-<1$}", "", width + 1));
            text.push_str("|\n");
        }
    }
    text
}
