//! One line per path: what larder took, what was aimed at, and what the peers took.

use std::fmt::Write as _;

/// What a path should reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Aim {
    /// At most so many times what this contender takes.
    Beside(&'static str, f64),
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
}

/// One path: larder's figure comes first, the others follow in any order.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) unit: &'static str,
    pub(crate) figures: Vec<(&'static str, f64)>,
    pub(crate) aim: Aim,
    /// A condition beside the aim.
    pub(crate) holds: bool,
}

impl Row {
    pub(crate) fn new(
        path: impl Into<String>,
        unit: &'static str,
        figures: Vec<(&'static str, f64)>,
        aim: Aim,
    ) -> Self {
        Self { path: path.into(), unit, figures, aim, holds: true }
    }

    pub(crate) fn provided(mut self, holds: bool) -> Self {
        self.holds = holds;
        self
    }

    fn ours(&self) -> f64 {
        self.figures.first().map_or(f64::NAN, |(_, figure)| *figure)
    }

    /// larder's figure as the aim counts it.
    fn reached(&self) -> f64 {
        match self.aim {
            Aim::Beside(peer, _) => {
                let theirs = self.figures.iter().find(|(name, _)| *name == peer);
                self.ours() / theirs.map_or(f64::NAN, |(_, figure)| *figure)
            }
            Aim::AtMost(_) | Aim::AtLeast(_) => self.ours(),
        }
    }

    pub(crate) fn is_reached(&self) -> bool {
        let reached = self.reached();
        self.holds
            && match self.aim {
                Aim::Beside(_, most) | Aim::AtMost(most) => reached <= most,
                Aim::AtLeast(least) => reached >= least,
            }
    }

    fn cells(&self) -> [String; 6] {
        let aim = match self.aim {
            Aim::Beside(peer, most) => format!("<= {most} x {peer}"),
            Aim::AtMost(most) => format!("<= {most}"),
            Aim::AtLeast(least) => format!(">= {least}"),
        };
        let reached = match self.aim {
            Aim::Beside(..) => format!("{:.2} x", self.reached()),
            Aim::AtMost(_) | Aim::AtLeast(_) => shown(self.reached()),
        };
        let verdict = if self.is_reached() { "reached" } else { "MISSED" };
        let peers = self.figures.iter().skip(1);
        let peers: Vec<String> = peers.map(|(name, figure)| format!("{name} {}", shown(*figure))).collect();
        [
            self.path.clone(),
            format!("{} {}", shown(self.ours()), self.unit).trim_end().to_owned(),
            aim,
            reached,
            verdict.to_owned(),
            peers.join(", "),
        ]
    }
}

/// The table, as Markdown that is aligned for reading without a renderer too.
pub(crate) fn table(rows: &[Row]) -> String {
    let head = ["path", "larder", "aim", "measured", "", "beside it"].map(str::to_owned);
    let mut lines = vec![head];
    lines.extend(rows.iter().map(Row::cells));
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut text = String::new();
    for (at, cells) in lines.iter().enumerate() {
        for (cell, width) in cells.iter().zip(widths) {
            let _ = write!(text, "| {cell:<width$} ");
        }
        text.push_str("|\n");
        if at == 0 {
            widths.iter().for_each(|width| {
                let _ = write!(text, "|:{:-<1$}", "", width + 1);
            });
            text.push_str("|\n");
        }
    }
    text
}

/// A figure with three digits that matter.
pub(crate) fn shown(figure: f64) -> String {
    let digits = match figure.abs() {
        value if value >= 100.0 || value == 0.0 => 0,
        value if value >= 10.0 => 1,
        _ => 2,
    };
    format!("{figure:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, aim: Aim) -> Row {
        Row::new("a path", "ns", vec![("larder", ours), ("peer", 10.0)], aim)
    }

    #[test]
    fn an_aim_beside_a_peer_is_a_ratio() {
        assert!(row(4.0, Aim::Beside("peer", 0.45)).is_reached());
        assert!(!row(5.0, Aim::Beside("peer", 0.45)).is_reached());
        assert!(!row(1.0, Aim::Beside("nobody", 0.45)).is_reached());
    }

    #[test]
    fn lines_are_as_wide_as_each_other() {
        let table = table(&[row(4.0, Aim::AtMost(5.0)), row(123.4, Aim::AtLeast(81.7))]);
        let widths: Vec<usize> = table.lines().map(|line| line.chars().count()).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
    }
}
