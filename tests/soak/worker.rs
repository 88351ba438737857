//! One of the processes that call: its threads and tasks, what it counts, and what it tells its parent.

use std::path::Path;
use std::process::exit;
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use larder::Cache;
use larder::redis::Redis;
use larder::store::{
    Answers, BoxFuture, Capabilities, Listener, Notice, Operation, Store, StoreError, Watch,
};

use crate::caller;
use crate::functions::{ACCOUNTS, Bottom, ledger, open_ledger, probe_hits, probe_hits_async};
use crate::ledger::{BOTTOMS, KEYS, Micros, now};
use crate::random::Random;
use crate::vitals::Vitals;
use crate::writer::Writer;

/// What is done wrong on purpose, to see that it is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    Nothing,
    /// Nothing is invalidated, and said to be.
    Invalidations,
    /// What other processes say is not heard.
    Messages,
    /// Scopes are not written to the store.
    Records,
    /// Files are opened and not closed.
    Leak,
}

pub(crate) const BREAKS: [(&str, Break); 4] = [
    ("invalidations", Break::Invalidations),
    ("messages", Break::Messages),
    ("records", Break::Records),
    ("leak", Break::Leak),
];

/// What the threads of a process share.
pub(crate) struct State {
    pub(crate) process: u32,
    pub(crate) processes: u32,
    pub(crate) breaks: Break,
    pub(crate) is_over: AtomicBool,
    pub(crate) calls: AtomicU64,
    pub(crate) invalidations: AtomicU64,
    /// Invalidations that said that they could not be sent.
    pub(crate) unsent: AtomicU64,
    /// In microseconds, as all that follows.
    pub(crate) slowest: AtomicU64,
    pub(crate) slowest_invalidation: AtomicU64,
    /// The oldest that memory has served.
    pub(crate) worst_lag: AtomicU64,
    /// The same while messages arrived.
    pub(crate) worst_calm_lag: AtomicU64,
    /// What this process has invalidated, by function and key.
    own: Vec<AtomicU64>,
    /// When the calls began that run now, by function and key.
    running: Vec<Mutex<Vec<Micros>>>,
}

impl State {
    fn new(process: u32, processes: u32, breaks: Break) -> Self {
        let many = 0..BOTTOMS * KEYS;
        Self {
            process,
            processes,
            breaks,
            is_over: AtomicBool::new(false),
            calls: AtomicU64::new(0),
            invalidations: AtomicU64::new(0),
            unsent: AtomicU64::new(0),
            slowest: AtomicU64::new(0),
            slowest_invalidation: AtomicU64::new(0),
            worst_lag: AtomicU64::new(0),
            worst_calm_lag: AtomicU64::new(0),
            own: many.clone().map(|_| AtomicU64::new(0)).collect(),
            running: many.map(|_| Mutex::default()).collect(),
        }
    }

    pub(crate) fn own_floor(&self, bottom: Bottom, id: u32) -> &AtomicU64 {
        &self.own[place(bottom, id)]
    }

    pub(crate) fn running(&self, bottom: Bottom, id: u32) -> &Mutex<Vec<Micros>> {
        &self.running[place(bottom, id)]
    }
}

fn place(bottom: Bottom, id: u32) -> usize {
    bottom as usize * KEYS as usize + id as usize
}

/// Says what went wrong, and ends the process.
pub(crate) fn violated(what: &str) -> ! {
    // in one piece, since another thread may find something at the same time
    let text: String = what.lines().map(|line| format!("violation {line}\n")).collect();
    print!("{text}");
    exit(1)
}

/// `worker <process> <processes> <seed> <ledger> <url> <break>`; then words on standard input: `vitals`, `stop`.
pub(crate) fn run(arguments: &[String]) {
    let [process, processes, seed, path, url, breaks] = arguments else { panic!("six words") };
    let number = |text: &String| text.parse::<u64>().expect("a number");
    let (process, seed) = (u32::try_from(number(process)).expect("few"), number(seed));
    let processes = u32::try_from(number(processes)).expect("few");
    let breaks = BREAKS.iter().find(|(name, _)| name == breaks).map_or(Break::Nothing, |(_, one)| *one);
    open_ledger(Path::new(path));
    let store = Arc::new(Redis::builder(url).expect("a good address").build());
    let store = Observed { store, breaks };
    Cache::builder("default").store(store).build().expect("the first of its name");

    // whatever panics has found something, and the other threads would go on
    std::panic::set_hook(Box::new(|panic| violated(&panic.to_string())));
    let state: &'static State = Box::leak(Box::new(State::new(process, processes, breaks)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let random = |part: u64| Random::new(seed, u64::from(process) * 1_000 + part);
    thread::scope(|scope| {
        for caller in 0..SYNC_CALLERS {
            scope.spawn(move || caller::call(state, random(caller)));
        }
        let call = |caller| runtime.spawn(caller::call_async(state, random(100 + caller)));
        let tasks: Vec<_> = (0..ASYNC_CALLERS).map(call).collect();
        scope.spawn(|| Writer::new(state, runtime.handle().clone(), random(200)).write());
        scope.spawn(|| probe(state, runtime.handle()));
        for word in std::io::stdin().lines().map_while(Result::ok) {
            match word.as_str() {
                "vitals" => println!("vitals {}", Vitals::take()),
                _ => break,
            }
        }
        // also when the parent is gone
        state.is_over.store(true, Relaxed);
        tasks.into_iter().for_each(|task| runtime.block_on(task).expect("a panic ends the process"));
    });
    check_counters();
    println!("{}", summary(state));
}

/// Says how long after each fault the store is used again, by threads and by tasks.
fn probe(state: &State, runtime: &tokio::runtime::Handle) {
    let mut seen = 0;
    while !state.is_over.load(Relaxed) {
        let weather = ledger().weather();
        if weather.round == seen || weather.quiet_since > now() {
            thread::park_timeout(Duration::from_millis(5));
            continue;
        }
        let until = |mut hits: Box<dyn FnMut() -> bool + '_>| {
            while !hits() && !state.is_over.load(Relaxed) {
                thread::park_timeout(Duration::from_millis(5));
            }
            now().saturating_sub(weather.quiet_since) / 1_000
        };
        let threads = until(Box::new(|| probe_hits(state.process)));
        let tasks = until(Box::new(|| runtime.block_on(probe_hits_async(state.process))));
        println!("recovered {} {threads} {tasks}", weather.round);
        seen = weather.round;
    }
}

/// Every call was a hit or a miss, and every miss a run, or somebody else's.
fn check_counters() {
    for account in &ACCOUNTS {
        let stats = larder::stats();
        let Some(stats) = stats.get(account.name) else {
            violated(&format!("{} has no statistics", account.name))
        };
        let sums = [
            ("calls", account.calls(), stats.hits + stats.misses),
            ("runs", account.runs(), stats.loads + stats.loads_lost),
            ("misses", stats.misses, stats.loads + stats.coalesced),
        ];
        for (what, counted, summed) in sums {
            if counted != summed {
                violated(&format!(
                    "{what} of {}: {counted} by itself, {summed} by the statistics\n{stats:?}",
                    account.name
                ));
            }
        }
    }
}

/// What the parent adds up.
fn summary(state: &State) -> String {
    let stats = larder::stats();
    let sum = |of: fn(&larder::FunctionStats) -> u64| stats.functions.iter().map(of).sum::<u64>();
    let load = |what: &AtomicU64| what.load(Relaxed);
    format!(
        "summary calls={} runs={} hits={} coalesced={} store_errors={} rejected_writes={} invalidations={} unsent={} slowest={} slowest_invalidation={} worst_lag={} worst_calm_lag={} hears={}",
        load(&state.calls),
        sum(|one| one.loads),
        sum(|one| one.hits),
        sum(|one| one.coalesced),
        sum(|one| one.store_errors),
        sum(|one| one.rejected_writes),
        load(&state.invalidations),
        load(&state.unsent),
        load(&state.slowest),
        load(&state.slowest_invalidation),
        load(&state.worst_lag),
        load(&state.worst_calm_lag),
        u64::from(heard_since() != u64::MAX),
    )
}

/// Since when messages of other processes are heard without interruption; [`u64::MAX`] while they are not.
pub(crate) fn heard_since() -> Micros {
    HEARD_SINCE.load(SeqCst)
}

static HEARD_SINCE: AtomicU64 = AtomicU64::new(u64::MAX);

/// The store, and whether it hears others. One that is broken on purpose does not do what it says.
struct Observed {
    store: Arc<dyn Store>,
    breaks: Break,
}

impl Observed {
    /// Records of scopes that are raised are only looked at.
    fn without_records(&self, batch: &[Operation]) -> Vec<Operation> {
        let mut batch = batch.to_vec();
        for operation in &mut batch {
            if let Operation::Raise { key, to, .. } = operation
                && self.breaks == Break::Records
                && !key.ends_with(":seq")
            {
                // what is there stays, and what is not begins somewhere
                *to = (*to).min(1);
            }
        }
        batch
    }
}

impl Store for Observed {
    fn name(&self) -> &'static str {
        self.store.name()
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        self.store.run(&self.without_records(batch))
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async move { self.store.run_async(&self.without_records(batch)).await })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.store.clear(prefix)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.store.clear_async(prefix)
    }

    fn notify(&self, message: &[u8]) -> Result<(), StoreError> {
        self.store.notify(message)
    }

    fn notify_async<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        self.store.notify_async(message)
    }

    fn watch(&self, listener: Listener) -> Option<Watch> {
        let is_deaf = self.breaks == Break::Messages;
        self.store.watch(Box::new(move |notice| {
            let since = match &notice {
                Notice::Interrupted => Some(u64::MAX),
                Notice::Resumed => Some(now()),
                _ => None,
            };
            if since.is_some() || !is_deaf {
                listener(notice);
            }
            if let Some(since) = since {
                HEARD_SINCE.store(since, SeqCst);
            }
        }))
    }
}

const SYNC_CALLERS: u64 = 3;
const ASYNC_CALLERS: u64 = 4;
