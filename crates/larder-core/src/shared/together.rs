//! Several reads at once: one batch for all of them, and one more if any of them needs it.

use std::collections::HashMap;

use super::{Reading, Sealing, Space, Verdict, Way, reading::Step};
use crate::store::bytes::{Answer, Operation};

/// Asks until the store has said of each what there is.
pub(crate) async fn together<V>(
    readings: &mut [Reading],
    space: &Space,
    sealing: &dyn Sealing<V>,
    way: Way,
) -> Vec<Verdict<V>> {
    let mut verdicts: Vec<Option<Verdict<V>>> = readings.iter().map(|_| None).collect();
    let first = |reading: &Reading| reading.first().into_owned();
    let mut wanted: Vec<_> = readings.iter().map(first).enumerate().collect();
    while !wanted.is_empty() {
        let (batch, places) = joined(wanted);
        let answers = space.ask(&batch, way).await;
        wanted = Vec::new();
        for (at, places) in places {
            let of_this =
                |answers: &Vec<Answer>| places.iter().map(|place| answers[*place].clone()).collect();
            let own = answers.as_ref().map(of_this).map_err(Clone::clone);
            match readings[at].take(space, own, sealing) {
                Step::Send(next) => wanted.push((at, next)),
                Step::End(verdict) => verdicts[at] = Some(verdict),
            }
        }
    }
    verdicts.into_iter().flatten().collect()
}

/// One batch of several, in which a number is asked for once; for each, where its answers will be.
fn joined(wanted: Vec<(usize, Vec<Operation>)>) -> (Vec<Operation>, Vec<(usize, Vec<usize>)>) {
    let mut batch = Vec::new();
    let mut numbers = HashMap::new();
    let mut place = |operation: Operation| {
        if let Operation::Number { key } = &operation
            && let Some(place) = numbers.get(key)
        {
            return *place;
        }
        let place = batch.len();
        if let Operation::Number { key } = &operation {
            numbers.insert(key.clone(), place);
        }
        batch.push(operation);
        place
    };
    let places = wanted
        .into_iter()
        .map(|(at, operations)| (at, operations.into_iter().map(&mut place).collect()))
        .collect();
    (batch, places)
}
