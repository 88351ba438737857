//! `cargo xtask soak`: the promise between processes, for minutes, while everything goes wrong that can.
//!
//! This program starts a Redis of its own and several processes that reach it through two proxies. They call cached functions, with memory in front of the store and without, from
//! threads and from tasks, directly and from each other. One thread of each process changes the truth of the keys that it owns, and invalidates: by key, tag, tag given while
//! running, user, function, or everything. Meanwhile faults are drawn at random (`faults.rs`). The truth is a file that all share (`ledger.rs`), with versions per key and, for each function
//! and key, the times when invalidations had taken effect.
//!
//! # What is checked, and what that rests on
//!
//! For each call: the value is that of its key, of a version that there was, and not older than
//!
//! 1. *what this process itself has invalidated before the call began*, exactly, also if the invalidation said that it could not be sent, since a process keeps to what it could
//!    not send; with memory and without.
//! 2. *what another process has invalidated before the call began*, for functions without memory, exactly. A call may join one of its process that began earlier, which no message
//!    stops: so what counts is the beginning of the first call of that function and key that ran when this one began. That holds under every fault here: a record that is evicted, flushed or
//!    damaged is missing, which is invalid, and a sequence that is lost begins above all numbers there were. (To break it, a request has to lie in a frozen connection with the number of
//!    a record that is missing, and that record has to be made, raised and lost meanwhile, while an entry of that number survives. It has not been seen.) A server that comes back with
//!    *older* records than it had acknowledged, from a backup or as a replica that was behind, is another matter: see decision 0016. The server here comes back empty.
//! 3. *what another process has invalidated, with memory*: not older than memory's time `l1`, and what a computation takes, also where one function with memory calls another one. While
//!    messages arrive (no fault for two seconds, in which a process finds out that it has lost the connection on which it hears others; and it has not lost it): what a message takes.
//!
//! An invalidation that could not be sent counts for other processes from three seconds after the end of the fault, when it has to have been sent.
//!
//! Each call ends within the deadlines of its round trips, each invalidation, too. After each fault, each process has a hit again within ten seconds. At the end, what processes hold (memory,
//! open files, threads) is what it was before the first fault, hits and misses are calls, loads are runs, and misses are runs or somebody else's.
//!
//! `--only freeze` (or another kind of `faults.rs`) has faults of one kind, with enough time after each for messages to be relied on.
//! `--break invalidations|messages|records|leak` does it wrong on purpose, and has to fail. The seed decides which faults come, how long they last, and what each thread draws; how the
//! threads interleave is the machine's affair.

mod caller;
mod crew;
mod faults;
mod functions;
mod ledger;
#[path = "../../crates/larder-link/tests/support/proxy.rs"]
#[allow(dead_code, unreachable_pub, reason = "this program uses a part of it")]
mod proxy;
mod random;
#[path = "../../crates/larder-redis/tests/support/server.rs"]
#[allow(dead_code, unreachable_pub, reason = "this program uses a part of it")]
mod server;
mod soak;
mod vitals;
mod worker;
mod writer;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::soak::Plan;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|word| word == "worker") {
        worker::run(&arguments[1..]);
        return ExitCode::SUCCESS;
    }
    let plan = match Plan::parse(&arguments) {
        Ok(plan) => plan,
        Err(problem) => {
            eprintln!(
                "{problem}\nusage: soak [--minutes 10] [--seed N] [--processes 3] [--only blackhole] [--break {}]",
                soak::breaks()
            );
            return ExitCode::FAILURE;
        }
    };
    match soak::run(&plan) {
        Ok(()) => ExitCode::SUCCESS,
        Err(violation) => {
            println!("VIOLATION (seed {})\n{violation}", plan.seed);
            ExitCode::FAILURE
        }
    }
}

/// Waits until `holds`; panics when it has not come about for a minute. The servers ask for it.
#[track_caller]
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not for a minute");
        std::thread::yield_now();
    }
}
