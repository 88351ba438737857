//! The promise under load: writers change rows and invalidate, readers call nested cached functions, and afterwards every value that was returned must be
//! explained by the promise.
//!
//! A *fact* is a number that only grows. A write raises it and then invalidates what was read from it, by one of the many ways there are; the write counts from
//! the moment the invalidation has returned. Every call notes when it began, and gives the facts it was made from. It is explained if each of them is at
//! least as new as the newest write that counted before the call began, and not newer than what had been written when it ended. Moments are numbers from
//! one counter, so that no clock is involved.
//!
//! That the check can fail is shown by the same history with writes that do not invalidate.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use larder::testing::isolate;
use larder::{cached, defer_invalidations};

/// What is read of a row: directly, or by a function that adds its tag itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    Plain(u64),
    Tagged(u64),
}

/// A value says which versions of which facts it was made from.
type Facts = Arc<[(Fact, u64)]>;

const ROWS: u64 = 6;
const USERS: u64 = 3;
const READERS: usize = 3;
const WRITERS: usize = 2;
const CALLS: usize = 12_000;
const WRITES: usize = 4_000;

static PLAIN: [AtomicU64; ROWS as usize] = [const { AtomicU64::new(0) }; ROWS as usize];
static TAGGED: [AtomicU64; ROWS as usize] = [const { AtomicU64::new(0) }; ROWS as usize];

impl Fact {
    fn cell(self) -> &'static AtomicU64 {
        match self {
            Self::Plain(row) => &PLAIN[row as usize],
            Self::Tagged(row) => &TAGGED[row as usize],
        }
    }

    fn read(self) -> (Self, u64) {
        (self, self.cell().load(SeqCst))
    }
}

fn both(one: &Facts, other: &Facts) -> Facts {
    one.iter().chain(other.iter()).copied().collect()
}

#[cached(cache = "history", tags = ["plain:{row}"], user = row.rem_euclid(USERS))]
fn plain(row: u64) -> Facts {
    Arc::new([Fact::Plain(row).read()])
}

/// In another cache, with a tag that is added when the row was read already; and it evicts.
#[cached(cache = "history-tagged", max_entries = 4)]
fn tagged(row: u64) -> Facts {
    let fact = Fact::Tagged(row).read();
    larder::add_tag(format!("tagged:{row}"));
    Arc::new([fact])
}

#[cached(cache = "history")]
fn pair(row: u64, other: u64) -> Facts {
    both(&plain(row), &tagged(other))
}

#[cached(cache = "history-tagged", ttl = 60)]
async fn later(row: u64) -> Facts {
    let (one, other) = (pair(row, (row + 1) % ROWS), plain((row + 2) % ROWS));
    both(&one, &other)
}

/// Sync around async, and two ways to one fact.
#[cached]
fn overview(row: u64) -> Facts {
    both(&pollster::block_on(later(row)), &plain(row))
}

/// What happened, in the numbers of one counter.
#[derive(Default)]
struct History {
    calls: Vec<Call>,
    writes: Vec<Write>,
    /// Of the innermost function, and of the outermost.
    hits: [u64; 2],
}

struct Call {
    what: String,
    began: u64,
    ended: u64,
    facts: Facts,
}

struct Write {
    fact: Fact,
    version: u64,
    began: u64,
    /// When its invalidation had returned.
    counted: u64,
    how: &'static str,
}

/// How much of what they write the writers tell the cache.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writers {
    Honest,
    /// They invalidate nothing of one row.
    Forgetful,
}

static NOW: AtomicU64 = AtomicU64::new(0);

fn now() -> u64 {
    NOW.fetch_add(1, SeqCst)
}

#[test]
fn every_value_is_explained_by_the_promise() {
    let seed = seed();
    let history = run(seed, Writers::Honest);
    assert_eq!(history.calls.len(), READERS * CALLS);
    assert!(history.writes.len() >= WRITERS * WRITES);
    let unexplained = history.unexplained();
    assert!(
        unexplained.is_empty(),
        "seed {seed}: {} of {} values are not explained:\n{}",
        unexplained.len(),
        history.calls.len(),
        unexplained[..unexplained.len().min(10)].join("\n")
    );
    println!(
        "seed {seed}: {} calls, {} writes, {:?} hits",
        history.calls.len(),
        history.writes.len(),
        history.hits
    );
    assert!(history.hits.iter().all(|hits| *hits > 100), "the caches were of use: {:?}", history.hits);
}

#[test]
fn a_write_that_does_not_invalidate_is_found_out() {
    let seed = seed();
    let history = run(seed, Writers::Forgetful);
    let unexplained = history.unexplained();
    assert!(!unexplained.is_empty(), "seed {seed}: a checker that finds nothing proves nothing");
    let forgotten = |line: &String| line.contains("Plain(0)") || line.contains("Tagged(0)");
    assert!(
        unexplained.iter().all(forgotten),
        "seed {seed}: it finds nothing else:\n{}",
        unexplained.join("\n")
    );
}

/// The order of threads is not in its hands, so that a seed does not repeat a history; it repeats what each thread does.
fn seed() -> u64 {
    let given = std::env::var("LARDER_HISTORY_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0));
    println!("seed {seed}; LARDER_HISTORY_SEED={seed} repeats it");
    seed
}

fn run(seed: u64, writers: Writers) -> History {
    let time = isolate();
    let done = AtomicBool::new(false);
    let mut history = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| scope.spawn(move || write(Random(seed ^ (number as u64 + 1) << 32), writers)))
            .collect();
        let readers: Vec<_> = (0..READERS)
            .map(|number| scope.spawn(move || read(Random(seed ^ (number as u64 + 101) << 32))))
            .collect();
        // Meanwhile entries expire, and tags that nothing refers to are forgotten.
        let done = &done;
        let time = &time;
        let keeper = scope.spawn(move || {
            while !done.load(SeqCst) {
                time.advance(Duration::from_secs(7));
                thread::yield_now();
            }
        });
        let mut history = History::default();
        writers.into_iter().for_each(|writer| history.writes.extend(writer.join().unwrap()));
        readers.into_iter().for_each(|reader| history.calls.extend(reader.join().unwrap()));
        done.store(true, SeqCst);
        keeper.join().unwrap();
        history
    });
    history.hits = [plain::stats().hits, overview::stats().hits];
    history.writes.sort_by_key(|write| write.counted);
    history
}

fn read(mut random: Random) -> Vec<Call> {
    (0..CALLS)
        .map(|_| {
            let (row, other) = (random.below(ROWS), random.below(ROWS));
            let kind = random.below(12);
            let began = now();
            let (name, facts) = match kind {
                0 | 1 => ("plain", plain(row)),
                2 => ("plain::refresh", plain::refresh(row)),
                3 => ("tagged", tagged(row)),
                4 => ("pair", pair(row, other)),
                5 => ("pair::refresh", pair::refresh(row, other)),
                6 => ("pair::peek", pair::peek(row, other).unwrap_or_else(|| Arc::new([]))),
                7 | 8 => ("later", pollster::block_on(later(row))),
                9 => ("overview::refresh", overview::refresh(row)),
                _ => ("overview", overview(row)),
            };
            Call { what: format!("{name}({row}, {other})"), began, ended: now(), facts }
        })
        .collect()
}

fn write(mut random: Random, writers: Writers) -> Vec<Write> {
    let mut writes = Vec::new();
    while writes.len() < WRITES {
        let count = if random.below(8) == 0 { 1 + random.below(3) } else { 0 };
        let change = |random: &mut Random| {
            let row = random.below(ROWS);
            let fact = if random.below(2) == 0 { Fact::Plain(row) } else { Fact::Tagged(row) };
            let began = now();
            let version = fact.cell().fetch_add(1, SeqCst) + 1;
            let how = if writers == Writers::Forgetful && row == 0 {
                "not at all"
            } else {
                invalidate(fact, random)
            };
            Write { fact, version, began, counted: now(), how }
        };
        if count == 0 {
            writes.push(change(&mut random));
            continue;
        }
        // Several in one transaction count when it has ended.
        let changed =
            defer_invalidations(|| Ok::<_, ()>((0..count).map(|_| change(&mut random)).collect::<Vec<_>>()))
                .unwrap();
        let counted = now();
        writes.extend(changed.into_iter().map(|write| Write { counted, ..write }));
    }
    writes
}

/// Invalidates what was read from a fact, in one of the ways there are.
fn invalidate(fact: Fact, random: &mut Random) -> &'static str {
    let cache = |name| larder::cache(name).unwrap();
    match (fact, random.below(20)) {
        (_, 0) => {
            larder::blocking::invalidate_all().unwrap();
            "larder::invalidate_all"
        }
        (Fact::Plain(row), 1..=6) => {
            plain::invalidate(row);
            "plain::invalidate"
        }
        (Fact::Plain(row), 7..=10) => {
            larder::blocking::invalidate_tag(format!("plain:{row}")).unwrap();
            "larder::invalidate_tag"
        }
        (Fact::Plain(row), 11..=13) => {
            pollster::block_on(
                cache("history").invalidate_tags([format!("plain:{row}"), "nothing".to_owned()]),
            )
            .unwrap();
            "Cache::invalidate_tags"
        }
        (Fact::Plain(row), 14..=15) => {
            cache("history").blocking().invalidate_user(row % USERS).unwrap();
            "Blocking::invalidate_user"
        }
        (Fact::Plain(row), 16..=17) => {
            pollster::block_on(larder::invalidate_user(row % USERS)).unwrap();
            "larder::invalidate_user"
        }
        (Fact::Plain(_), 18) => {
            plain::clear();
            "plain::clear"
        }
        (Fact::Plain(_), _) => {
            cache("history").blocking().invalidate_all().unwrap();
            "Blocking::invalidate_all"
        }
        (Fact::Tagged(row), 1..=7) => {
            tagged::invalidate(row);
            "tagged::invalidate"
        }
        (Fact::Tagged(row), 8..=14) => {
            larder::blocking::invalidate_tag(format!("tagged:{row}")).unwrap();
            "larder::invalidate_tag"
        }
        (Fact::Tagged(row), 15..=17) => {
            pollster::block_on(cache("history-tagged").invalidate_tag(format!("tagged:{row}"))).unwrap();
            "Cache::invalidate_tag"
        }
        (Fact::Tagged(_), 18) => {
            tagged::clear();
            "tagged::clear"
        }
        (Fact::Tagged(_), _) => {
            pollster::block_on(cache("history-tagged").invalidate_all()).unwrap();
            "Cache::invalidate_all"
        }
    }
}

impl History {
    /// The values that the promise does not allow, in words.
    fn unexplained(&self) -> Vec<String> {
        // For each fact, the newest version that counted at each moment at which that changed.
        let mut counted = BTreeMap::<Fact, Vec<(u64, &Write)>>::new();
        for write in &self.writes {
            let newest = counted.entry(write.fact).or_default();
            if newest.last().is_none_or(|(_, newest)| newest.version < write.version) {
                newest.push((write.counted, write));
            }
        }
        let begun: BTreeMap<(Fact, u64), u64> =
            self.writes.iter().map(|write| ((write.fact, write.version), write.began)).collect();
        let first: BTreeMap<Fact, u64> =
            self.writes.iter().rev().fold(BTreeMap::new(), |mut first, write| {
                let version = first.entry(write.fact).or_insert(write.version);
                *version = (*version).min(write.version);
                first
            });
        let mut unexplained = Vec::new();
        for call in &self.calls {
            for (fact, version) in call.facts.iter() {
                let writes = counted.get(fact).map_or(&[][..], Vec::as_slice);
                let before = writes.partition_point(|(counted, _)| *counted < call.began);
                if let Some((counted, write)) = before.checked_sub(1).map(|last| writes[last])
                    && *version < write.version
                {
                    unexplained.push(format!(
                        "{} from {} gave version {version} of {fact:?}, but version {} counted since {counted} (by {})",
                        call.what, call.began, write.version, write.how
                    ));
                }
                let from_the_future = match begun.get(&(*fact, *version)) {
                    Some(began) => *began > call.ended,
                    // From before this history, or from nowhere.
                    None => first.get(fact).is_some_and(|first| *version >= *first),
                };
                if from_the_future {
                    unexplained.push(format!(
                        "{} gave version {version} of {fact:?}, which was not written yet",
                        call.what
                    ));
                }
            }
        }
        unexplained
    }
}

/// Random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % count
    }
}
