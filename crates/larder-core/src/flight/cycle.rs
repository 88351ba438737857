//! Computations that would wait for each other for ever.
//!
//! `a(1)` may call `b(1)` while, on another thread, `b(1)` calls `a(1)`. Whoever is about to close such a circle computes for itself instead. Only
//! callers that are inside a computation can close one, so only they are listed.

use std::collections::HashMap;

use crate::{
    context::{self, Id},
    sync::plain,
};

/// A caller's wait, as the computations around it see it: each of them now waits for another computation.
#[derive(Debug)]
pub(crate) struct Edge {
    from: Vec<Id>,
    to: Id,
}

impl Edge {
    /// Lists that the calling thread's computations wait for `to`; `None` if that one waits for one of them.
    pub(crate) fn new(to: Id) -> Option<Self> {
        let from: Vec<_> = context::chain().collect();
        if !from.is_empty() {
            let mut waits = plain::lock(&WAITS);
            let waits = waits.get_or_insert_default();
            if reaches(waits, to, &from) {
                return None;
            }
            for frame in &from {
                waits.entry(*frame).or_default().push(to);
            }
        }
        Some(Self { from, to })
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        if self.from.is_empty() {
            return;
        }
        let mut waits = plain::lock(&WAITS);
        let waits = waits.get_or_insert_default();
        for frame in &self.from {
            if let Some(targets) = waits.get_mut(frame) {
                if let Some(at) = targets.iter().position(|target| *target == self.to) {
                    targets.swap_remove(at);
                }
                if targets.is_empty() {
                    waits.remove(frame);
                }
            }
        }
    }
}

/// Whether a computation waits, directly or over others, for one of `wanted`.
fn reaches(waits: &HashMap<Id, Vec<Id>>, from: Id, wanted: &[Id]) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(frame) = seen.get(next).copied() {
        if wanted.contains(&frame) {
            return true;
        }
        for target in waits.get(&frame).into_iter().flatten() {
            if !seen.contains(target) {
                seen.push(*target);
            }
        }
        next += 1;
    }
    false
}

/// For each waiting computation, what it waits for.
static WAITS: plain::Mutex<Option<HashMap<Id, Vec<Id>>>> = plain::Mutex::new(None);
