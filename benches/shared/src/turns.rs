//! Contenders that take turns in blocks of a few calls.

use std::time::{Duration, Instant};

/// One contender: so many calls, beginning with this one.
pub(crate) struct Contender<'a> {
    pub(crate) name: &'static str,
    run: Box<dyn FnMut(usize, usize) + 'a>,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(name: &'static str, run: impl FnMut(usize, usize) + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// What the blocks took.
#[derive(Debug)]
pub(crate) struct Times {
    names: Vec<&'static str>,
    /// Nanoseconds of a call, by round and contender.
    rounds: Vec<Vec<f64>>,
}

/// Lets contenders take turns: one block of each in every round, and nobody always after the same neighbour.
pub(crate) fn take(rounds: usize, calls: usize, mut contenders: Vec<Contender<'_>>) -> Times {
    let names = contenders.iter().map(|contender| contender.name).collect();
    contenders.iter_mut().for_each(|contender| (contender.run)(0, calls * 10));
    let mut times = vec![vec![0.0; contenders.len()]; rounds];
    for (round, times) in times.iter_mut().enumerate() {
        for turn in 0..contenders.len() {
            let at = (turn + round) % contenders.len();
            // what the others have displaced comes back before the block
            (contenders[at].run)(round * calls, calls / 8);
            let began = Instant::now();
            (contenders[at].run)(round * calls, calls);
            times[at] = began.elapsed().as_secs_f64() * 1e9 / calls as f64;
        }
    }
    Times { names, rounds: times }
}

impl Times {
    /// The median of what a call of this contender took.
    pub(crate) fn of(&self, name: &str) -> Duration {
        let at = self.position(name);
        Duration::from_nanos(median(self.rounds.iter().map(|times| times[at])) as u64)
    }

    /// The median of how many times longer this one took than that one, round by round.
    pub(crate) fn ratio(&self, name: &str, other: &str) -> f64 {
        let (one, other) = (self.position(name), self.position(other));
        median(self.rounds.iter().map(|times| times[one] / times[other]))
    }

    pub(crate) fn rounds(&self) -> usize {
        self.rounds.len()
    }

    /// Every contender with its median.
    pub(crate) fn medians(&self) -> String {
        let all: Vec<String> =
            self.names.iter().map(|name| format!("{name} {:.1?}", self.of(name))).collect();
        all.join(", ")
    }

    fn position(&self, name: &str) -> usize {
        self.names.iter().position(|known| *known == name).expect("a contender of this contest")
    }
}

/// The value in the middle.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_one_takes_longer() {
        let spin = |rounds: u64| {
            move |_, calls| {
                for _ in 0..calls {
                    (0..rounds).for_each(|n| _ = std::hint::black_box(n));
                }
            }
        };
        let times =
            take(21, 100, vec![Contender::new("fast", spin(10)), Contender::new("slow", spin(1_000))]);
        assert!(times.ratio("slow", "fast") > 5.0, "{}", times.medians());
    }
}
