//! What is true, and since when it may be asked for: a file that all processes of a soak share.
//!
//! It holds the version of each key, and for each function and key a ring of the last versions whose invalidation had taken effect, with the time when it had. A cell is written by one
//! thread and read by many; it carries a check, so that half of a write is not taken for one.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many keys there are.
pub(crate) const KEYS: u32 = 24;

/// How many functions have floors of their own.
pub(crate) const BOTTOMS: u32 = 4;

/// Versions that are remembered of a function and key: more than a key gets in the longest time that memory may lag.
const RING: u64 = 256;

/// Microseconds since 1970. All processes are on one host.
pub(crate) type Micros = u64;

pub(crate) fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    u64::try_from(since.as_micros()).expect("and earlier than the year 500000")
}

/// Two numbers that belong together.
type Cell = (u64, u64);

/// A version that nothing older may be served than, since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Floor {
    pub(crate) version: u64,
    pub(crate) since: Micros,
}

/// What the injector of faults says of the world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    /// How many faults have ended.
    pub(crate) round: u64,
    /// Since when there is none; [`u64::MAX`] while there is one.
    pub(crate) quiet_since: Micros,
}

#[derive(Debug)]
pub(crate) struct Ledger(File);

impl Ledger {
    pub(crate) fn create(path: &Path) -> std::io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
        file.set_len(end())?;
        let ledger = Self(file);
        (0..KEYS).for_each(|id| ledger.set_truth(id, 1));
        Ok(ledger)
    }

    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        OpenOptions::new().read(true).write(true).open(path).map(Self)
    }

    pub(crate) fn weather(&self) -> Weather {
        let (round, quiet_since) = self.read(0);
        Weather { round, quiet_since }
    }

    pub(crate) fn set_weather(&self, weather: Weather) {
        self.write(0, (weather.round, weather.quiet_since));
    }

    /// The version of a key: what a function that runs now has to read.
    pub(crate) fn truth(&self, id: u32) -> u64 {
        self.read(truth_at(id)).0
    }

    pub(crate) fn set_truth(&self, id: u32, version: u64) {
        self.write(truth_at(id), (version, 0));
    }

    /// From `since` on nothing older may be served. `number` counts the floors of the function and key.
    pub(crate) fn add_floor(&self, bottom: u32, id: u32, number: u64, floor: Floor) {
        self.write(ring_at(bottom, id) + number % RING * CELL, (floor.version, floor.since));
    }

    /// The floors that are remembered of a function and key, in no order.
    pub(crate) fn floors(&self, bottom: u32, id: u32) -> Vec<Floor> {
        let mut bytes = vec![0; usize::try_from(RING * CELL).expect("it is small")];
        self.0.read_exact_at(&mut bytes, ring_at(bottom, id)).expect("the ledger can be read");
        let cells = bytes.chunks_exact(CELL as usize).filter_map(decode);
        cells.map(|(version, since)| Floor { version, since }).filter(|floor| floor.version > 0).collect()
    }

    fn read(&self, at: u64) -> Cell {
        loop {
            let mut bytes = [0; CELL as usize];
            self.0.read_exact_at(&mut bytes, at).expect("the ledger can be read");
            // half of a write is over in no time
            if let Some(cell) = decode(&bytes) {
                return cell;
            }
        }
    }

    fn write(&self, at: u64, cell: Cell) {
        let mut bytes = [0; CELL as usize];
        let parts = [cell.0, cell.1, check(cell)];
        parts.iter().zip(bytes.chunks_exact_mut(8)).for_each(|(part, into)| {
            into.copy_from_slice(&part.to_le_bytes());
        });
        self.0.write_all_at(&bytes, at).expect("the ledger can be written");
    }
}

/// Three numbers of eight bytes: two, and their check.
const CELL: u64 = 24;

fn decode(bytes: &[u8]) -> Option<Cell> {
    let mut parts =
        bytes.chunks_exact(8).map(|part| u64::from_le_bytes(part.try_into().expect("eight bytes")));
    let cell = (parts.next()?, parts.next()?);
    // zeros are a cell that nobody has written yet
    (cell == (0, 0) || parts.next()? == check(cell)).then_some(cell)
}

fn check((first, second): Cell) -> u64 {
    (first.rotate_left(17) ^ second).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1
}

fn truth_at(id: u32) -> u64 {
    CELL * (1 + u64::from(id))
}

fn ring_at(bottom: u32, id: u32) -> u64 {
    CELL * (1 + u64::from(KEYS) + (u64::from(bottom) * u64::from(KEYS) + u64::from(id)) * RING)
}

fn end() -> u64 {
    ring_at(BOTTOMS, 0)
}
