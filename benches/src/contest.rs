//! Contenders that take turns, and the medians of what their turns took.

use std::sync::Barrier;
use std::time::{Duration, Instant};

/// One contender of one path: so many calls, from a position in the sequence of keys.
pub struct Contender<'a> {
    /// As the table names it.
    pub name: &'static str,
    /// The calls, on the caller's thread.
    pub run: Box<dyn Fn(usize, usize) + Sync + 'a>,
}

impl std::fmt::Debug for Contender<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Contender").field(&self.name).finish()
    }
}

impl<'a> Contender<'a> {
    /// A contender whose `run(position, calls)` does the calls.
    pub fn new(name: &'static str, run: impl Fn(usize, usize) + Sync + 'a) -> Self {
        let run = Box::new(run);
        Self { name, run }
    }
}

/// Rounds of one contest; each contender has one turn in each round.
const ROUNDS: usize = 161;

/// What one turn should take: long against the clock, and shorter than what a busy machine grants at a time, so that
/// most turns are not interrupted and the median is one of those.
const TURN: Duration = Duration::from_millis(1);

/// What a call takes by each contender, in nanoseconds: the median of its turns, with `threads` threads calling at
/// once. Each thread runs the same turns in the same order, and a turn begins when all threads are ready.
pub fn nanoseconds(threads: usize, contenders: &[Contender<'_>]) -> Vec<f64> {
    let calls: Vec<usize> = contenders.iter().map(calls_in_a_turn).collect();
    let ready = Barrier::new(threads);
    let turns = |thread: usize| {
        let mut times = vec![Vec::with_capacity(ROUNDS); contenders.len()];
        for (contender, &calls) in contenders.iter().zip(&calls) {
            (contender.run)(thread * FAR, calls);
        }
        for round in 0..ROUNDS {
            for turn in 0..contenders.len() {
                // nobody always comes after the same neighbour
                let at = (turn + round) % contenders.len();
                let position = thread * FAR + (round + 1) * calls[at] * 2;
                // what the others have displaced from the processor's caches comes back before the turn
                (contenders[at].run)(position, calls[at] / 8);
                ready.wait();
                let began = Instant::now();
                (contenders[at].run)(position + calls[at] / 8, calls[at]);
                times[at].push(began.elapsed().as_secs_f64() * 1e9 / calls[at] as f64);
            }
        }
        times
    };
    let by_thread: Vec<Vec<Vec<f64>>> = std::thread::scope(|scope| {
        let turns = &turns;
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || turns(thread))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a contender does not panic")).collect()
    });
    (0..contenders.len())
        .map(|at| median(by_thread.iter().flat_map(|times| times[at].iter().copied())))
        .collect()
}

/// The distance between the positions at which threads begin.
const FAR: usize = 50_021;

/// As many calls as fit into a turn; doing them warms the contender up.
fn calls_in_a_turn(contender: &Contender<'_>) -> usize {
    (contender.run)(0, WARM);
    let mut calls = 64;
    loop {
        let began = Instant::now();
        (contender.run)(WARM, calls);
        let took = began.elapsed();
        if took * 2 >= TURN {
            let share = TURN.as_secs_f64() / took.as_secs_f64().max(1e-9);
            return ((calls as f64 * share) as usize).max(1);
        }
        calls *= 2;
    }
}

/// Calls after which every contender holds what it can hold.
const WARM: usize = 40_000;

/// The value in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
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
                    (0..rounds).for_each(|n| {
                        std::hint::black_box(n);
                    });
                }
            }
        };
        let contenders = [Contender::new("fast", spin(10)), Contender::new("slow", spin(1_000))];
        let times = nanoseconds(2, &contenders);
        assert!(times[0] * 5.0 < times[1], "{times:?}");
    }

    #[test]
    fn the_median_ignores_outliers() {
        assert!((median([3.0, 1_000.0, 2.0]) - 3.0).abs() < f64::EPSILON);
    }
}
