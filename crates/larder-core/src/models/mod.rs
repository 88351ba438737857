//! What the model checker looks at: every interleaving of a few threads, up to a bound on preemptions.
//!
//! Run with `cargo xtask loom`. A model uses the code that ships; only process-wide tables are replaced by ones of its own.

mod bells;
mod flight;
mod promise;
mod reading;
mod renewal;

/// Checks `model` with at most so many preemptions. Three find nearly every error that more would find (Musuvathi and Qadeer, PLDI 2007).
fn check(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut checker = loom::model::Builder::new();
    checker.preemption_bound = Some(preemptions);
    checker.check(model);
}
