//! The store: what each operation does with the files.

use std::{path::Path, sync::Arc, time::Duration};

use larder_core::store_bytes::{Answer, Answers, BoxFuture, Capabilities, Operation, Store, StoreError};

use crate::{
    bounds::{Bounds, Sweeping, Tally},
    builder::FileStoreBuilder,
    clock,
    codec::{Life, OVERHEAD, Record, Value},
    directory::{Directory, Locked, Look},
    error::{FileStoreError, NAME},
    keyspace::Place,
    sweep::{self, Swept},
    worker::Workers,
};

/// A store in a directory; see the [crate](crate).
#[derive(Debug)]
pub struct FileStore {
    files: Arc<Files>,
}

/// What the threads of the async half share with the store.
#[derive(Debug)]
struct Files {
    directory: Directory,
    bounds: Bounds,
    tally: Tally,
    largest_value: usize,
    workers: Arc<Workers>,
}

impl FileStore {
    /// In this directory, which several processes may share. It should be the store's own: what is in it and not the store's stays, unless it has the name of a
    /// file of the store.
    #[must_use]
    pub fn builder(directory: impl AsRef<Path>) -> FileStoreBuilder {
        FileStoreBuilder::new(directory.as_ref().to_owned())
    }

    /// In the directory that the environment variable `LARDER_DIR` names.
    ///
    /// # Errors
    ///
    /// When it is not set, or is no absolute path.
    pub fn from_environment() -> Result<FileStoreBuilder, FileStoreError> {
        let Some(path) = std::env::var_os("LARDER_DIR") else {
            return Err(FileStoreError::environment(None));
        };
        let path = std::path::PathBuf::from(path);
        if path.is_absolute() {
            Ok(Self::builder(path))
        } else {
            Err(FileStoreError::environment(Some(path)))
        }
    }

    pub(crate) fn new(directory: Directory, bounds: Bounds, largest_value: usize) -> Self {
        let workers = Arc::new(Workers::default());
        let files = Files { directory, bounds, tally: Tally::new(), largest_value, workers };
        let store = Self { files: Arc::new(files) };
        store.files.sweep_later();
        store
    }

    /// Removes what has expired, what a process left behind that died while it wrote, what is no file of ours under such a name, and, if a bound is exceeded, what was
    /// written longest ago. The store does so by itself; what somebody writes to at the same time is left for the next time.
    ///
    /// Cost: opens every file of the store.
    ///
    /// # Errors
    ///
    /// As [`Store::run`].
    pub fn sweep(&self) -> Result<Swept, StoreError> {
        self.files.look_through(&self.files.tally.begin_sweep())
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.files.directory.root()
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        self.files.workers.close();
    }
}

impl Store for FileStore {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().lists().shared().largest_value(self.files.largest_value)
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        self.files.run(batch)
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async move {
            let (files, batch) = (self.files.clone(), batch.to_vec());
            let outcome = self.files.workers.hand_over(move || files.run(&batch));
            outcome.await.unwrap_or_else(|| Err(StoreError::unavailable(NAME)))
        })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.files.clear(prefix)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            let (files, prefix) = (self.files.clone(), prefix.to_owned());
            let outcome = self.files.workers.hand_over(move || files.clear(&prefix));
            outcome.await.unwrap_or_else(|| Err(StoreError::unavailable(NAME)))
        })
    }
}

impl Files {
    fn run(self: &Arc<Self>, batch: &[Operation]) -> Answers {
        batch.iter().map(|operation| self.answer(operation)).collect()
    }

    fn answer(self: &Arc<Self>, operation: &Operation) -> Result<Answer, StoreError> {
        let key = operation.key();
        let place = Place::of(key);
        match operation {
            Operation::Get { .. } => {
                let entry = self.read(&place, key)?;
                Ok(Answer::Value(entry.map(|entry| entry.value.into_bytes())))
            }
            Operation::Number { .. } => {
                let entry = self.read(&place, key)?;
                Ok(Answer::Number(entry.and_then(|entry| entry.value.number())))
            }
            Operation::Remaining { .. } => {
                let now = clock::wall_ms();
                let entry = self.read(&place, key)?;
                Ok(Answer::Remaining(entry.map(|entry| Duration::from_millis(entry.life.left_ms(now)))))
            }
            Operation::Put { value, ttl, .. } => {
                self.fits(value)?;
                let shard = self.directory.lock(place.shard)?;
                self.write(shard, &place, key, Value::Bytes(value.into()), Life::from_now(*ttl))?;
                Ok(Answer::Done(true))
            }
            Operation::PutIfAbsent { value, ttl, .. } => {
                self.fits(value)?;
                let shard = self.directory.lock(place.shard)?;
                let is_absent = self.load(&place, key)?.entry().is_none();
                if is_absent {
                    self.write(shard, &place, key, Value::Bytes(value.into()), Life::from_now(*ttl))?;
                }
                Ok(Answer::Done(is_absent))
            }
            Operation::Remove { .. } => self.remove_if(&place, key, |_| true),
            Operation::RemoveIf { value, .. } => self.remove_if(&place, key, |is| is.is(value)),
            Operation::Raise { to, ttl, .. } => self.count(&place, key, |old| {
                if *to == 0 && old.is_none() {
                    return None;
                }
                let asked = Life::from_now(*ttl);
                let life = old.map(|(_, life)| life).filter(|life| life.expires_ms > asked.expires_ms);
                Some((old.map_or(*to, |(number, _)| number.max(*to)), life.unwrap_or(asked)))
            }),
            Operation::Add { by, from, ttl, .. } => self.count(&place, key, |old| {
                let number = old.map_or(*from, |(number, _)| number);
                Some((number.saturating_add_signed(*by), Life::from_now(*ttl)))
            }),
            _ => Err(StoreError::unsupported(NAME)),
        }
    }

    /// What is under a key. What is there and not ours is removed.
    fn read(&self, place: &Place, key: &str) -> Result<Option<Entry>, StoreError> {
        let loaded = self.load(place, key)?;
        if !matches!(loaded, Loaded::Foreign) {
            return Ok(loaded.entry());
        }
        // under the lock, since by now a good one may be there; without it, it stays a miss
        let Ok(shard) = self.directory.lock(place.shard) else { return Ok(None) };
        let loaded = self.load(place, key)?;
        if matches!(loaded, Loaded::Foreign) {
            self.remove(&shard, place)?;
        }
        Ok(loaded.entry())
    }

    fn load(&self, place: &Place, key: &str) -> Result<Loaded, StoreError> {
        let most = (self.largest_value + key.len() + OVERHEAD) as u64;
        let Some(bytes) = self.directory.read(place, most)? else { return Ok(Loaded::Nothing) };
        if bytes.len() as u64 > most {
            // too large for this process; another one may allow more
            return Ok(Loaded::Nothing);
        }
        match Record::decode(&bytes) {
            Some(record) if record.key != key => Ok(Loaded::Foreign),
            Some(record) if record.life.lasts(clock::wall_ms()) => {
                Ok(Loaded::Entry(Entry { value: record.value.into_owned(), life: record.life }))
            }
            Some(_) => Ok(Loaded::Nothing),
            None => Ok(Loaded::Foreign),
        }
    }

    /// Changes a number under the lock, and says what it is now.
    fn count(
        self: &Arc<Self>,
        place: &Place,
        key: &str,
        change: impl FnOnce(Option<(u64, Life)>) -> Option<(u64, Life)>,
    ) -> Result<Answer, StoreError> {
        let shard = self.directory.lock(place.shard)?;
        let old = self.load(place, key)?.entry();
        let old = old.and_then(|entry| entry.value.number().map(|number| (number, entry.life)));
        let Some(new) = change(old) else { return Ok(Answer::Number(None)) };
        if old != Some(new) {
            self.write(shard, place, key, Value::Number(new.0), new.1)?;
        }
        Ok(Answer::Number(Some(new.0)))
    }

    fn remove_if(
        &self,
        place: &Place,
        key: &str,
        is_it: impl Fn(&Value<'_>) -> bool,
    ) -> Result<Answer, StoreError> {
        let shard = self.directory.lock(place.shard)?;
        let is_there = self.load(place, key)?.entry().is_some_and(|entry| is_it(&entry.value));
        Ok(Answer::Done(is_there && self.remove(&shard, place)?))
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        let mut removed = 0;
        for number in 0..=u8::MAX {
            let mut places = Vec::new();
            for place in self.directory.files(number)?.iter().filter_map(|name| Place::of_file(number, name))
            {
                let key = self.directory.look(&place)?.map(Look::key).transpose()?.flatten();
                places.extend(key.is_some_and(|key| key.starts_with(prefix)).then_some(place));
            }
            if places.is_empty() {
                continue;
            }
            let shard = self.directory.lock(number)?;
            for place in &places {
                let life = self.directory.look(place)?.and_then(|look| look.life());
                let lasts = life.is_some_and(|life| life.lasts(clock::wall_ms()));
                removed += u64::from(self.remove(&shard, place)? && lasts);
            }
        }
        Ok(removed)
    }

    fn fits(&self, value: &[u8]) -> Result<(), StoreError> {
        if value.len() > self.largest_value { Err(StoreError::too_large(NAME)) } else { Ok(()) }
    }

    /// Writes, gives the lock back, and looks through the directory if it is time.
    fn write(
        self: &Arc<Self>,
        shard: Locked<'_>,
        place: &Place,
        key: &str,
        value: Value<'_>,
        life: Life,
    ) -> Result<(), StoreError> {
        let bytes = Record { key, value, life }.encode();
        let old = shard.replace(place, &bytes)?;
        drop(shard);
        self.tally.replaced(bytes.len() as u64, old);
        self.sweep_if_due();
        Ok(())
    }

    fn remove(&self, shard: &Locked<'_>, place: &Place) -> Result<bool, StoreError> {
        let old = shard.remove(place)?;
        old.into_iter().for_each(|length| self.tally.removed(length));
        Ok(old.is_some())
    }

    /// Looks through the directory if there is too much in it, or if it is time. A large one is looked through on another thread.
    fn sweep_if_due(self: &Arc<Self>) {
        let exceeds = self.tally.exceeds(self.bounds);
        if !exceeds && !self.tally.is_due(self.bounds) {
            return;
        }
        if self.tally.entries() > MANY {
            self.sweep_later();
        } else if exceeds {
            let sweeping = self.tally.begin_sweep();
            // the one that was waited for may have seen to it
            if self.tally.exceeds(self.bounds) {
                self.sweep(&sweeping);
            }
        } else if let Some(sweeping) = self.tally.try_begin_sweep() {
            self.sweep(&sweeping);
        }
    }

    fn sweep_later(self: &Arc<Self>) {
        if self.tally.ask_for_sweep() {
            let files = self.clone();
            self.workers.submit(Box::new(move || files.sweep(&files.tally.begin_sweep())));
        }
    }

    fn sweep(&self, sweeping: &Sweeping<'_>) {
        // what was asked for is done; a directory that cannot be swept now is swept later
        let _ = self.look_through(sweeping);
    }

    fn look_through(&self, sweeping: &Sweeping<'_>) -> Result<Swept, StoreError> {
        sweep::sweep(&self.directory, self.bounds, sweeping)
    }
}

/// A value or number that has not expired.
struct Entry {
    value: Value<'static>,
    life: Life,
}

enum Loaded {
    Entry(Entry),
    /// No file, or one whose time is over.
    Nothing,
    /// A file that is none of ours, or damaged, or of another key.
    Foreign,
}

impl Loaded {
    fn entry(self) -> Option<Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Nothing | Self::Foreign => None,
        }
    }
}

/// How many entries the one who writes looks through himself.
const MANY: u64 = 10_000;
