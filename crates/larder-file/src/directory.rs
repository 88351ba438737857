//! The directory: whole files read, put in place and removed, under the lock of their shard.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use larder_core::store_bytes::StoreError;

use crate::{
    builder::Durability,
    clock::Deadline,
    codec::{HEAD, Head, Life},
    error::{FileStoreError, NAME, store_error},
    keyspace::{self, Place},
};

#[derive(Debug)]
pub(crate) struct Directory {
    root: PathBuf,
    durability: Durability,
    /// How long a lock is waited for.
    patience: Duration,
}

/// A shard that nobody else writes to until this is dropped, or the process ends.
#[derive(Debug)]
pub(crate) struct Locked<'a> {
    directory: &'a Directory,
    shard: u8,
    _file: File,
}

impl Directory {
    /// Makes the directory if there is none.
    pub(crate) fn open(
        root: PathBuf,
        durability: Durability,
        patience: Duration,
    ) -> Result<Self, FileStoreError> {
        let is_new = !root.try_exists().map_err(|error| FileStoreError::io(&root, error))?;
        if is_new {
            make(&root).map_err(|error| FileStoreError::io(&root, error))?;
        }
        let metadata = fs::metadata(&root).map_err(|error| FileStoreError::io(&root, error))?;
        if !metadata.is_dir() {
            return Err(FileStoreError::io(&root, ErrorKind::NotADirectory.into()));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = metadata.permissions().mode();
            if mode & 0o022 != 0 {
                return Err(FileStoreError::open_to_others(&root, mode));
            }
        }
        Ok(Self { root, durability, patience })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The whole of a file, of one longer than `most` only a byte more than that; `None` if there is none.
    pub(crate) fn read(&self, place: &Place, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let read = |file: File| {
            let most = most.saturating_add(1);
            let mut bytes = Vec::with_capacity(file.metadata()?.len().min(most) as usize);
            file.take(most).read_to_end(&mut bytes).map(|_| bytes)
        };
        let file = open(&place.value(&self.root)).map_err(store_error)?;
        file.map(read).transpose().map_err(store_error)
    }

    /// The front of a file; `None` if there is none.
    pub(crate) fn look(&self, place: &Place) -> Result<Option<Look>, StoreError> {
        let file = open(&place.value(&self.root)).map_err(store_error)?;
        file.map(Look::at).transpose().map_err(store_error)
    }

    /// The names of the files of a shard; none if it is not there.
    pub(crate) fn files(&self, shard: u8) -> Result<Vec<String>, StoreError> {
        let entries = match fs::read_dir(keyspace::shard(&self.root, shard)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(store_error(error)),
        };
        // what has a name that is no text is none of ours
        let name = |entry: io::Result<fs::DirEntry>| {
            entry.map(|entry| entry.file_name().into_string().ok()).transpose()
        };
        entries.filter_map(name).collect::<io::Result<_>>().map_err(store_error)
    }

    /// Takes the lock of a shard.
    pub(crate) fn lock(&self, shard: u8) -> Result<Locked<'_>, StoreError> {
        let deadline = Deadline::after(self.patience);
        let mut pause = SHORTEST_PAUSE;
        let file = self.lock_file(shard).map_err(store_error)?;
        while !try_lock(&file)? {
            if deadline.is_over() {
                return Err(StoreError::timed_out(NAME));
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Ok(Locked { directory: self, shard, _file: file })
    }

    /// Takes the lock of a shard, unless somebody has it.
    pub(crate) fn try_lock(&self, shard: u8) -> Result<Option<Locked<'_>>, StoreError> {
        let file = self.lock_file(shard).map_err(store_error)?;
        Ok(try_lock(&file)?.then(|| Locked { directory: self, shard, _file: file }))
    }

    fn lock_file(&self, shard: u8) -> io::Result<File> {
        let path = keyspace::lock(&self.root, shard);
        let mut options = private();
        options.create(true).truncate(false);
        match options.open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make(&keyspace::shard(&self.root, shard))?;
                options.open(&path)
            }
            other => other,
        }
    }
}

fn try_lock(file: &File) -> Result<bool, StoreError> {
    match fs4::FileExt::try_lock(file) {
        Ok(()) => Ok(true),
        Err(fs4::TryLockError::WouldBlock) => Ok(false),
        Err(fs4::TryLockError::Error(error)) => Err(store_error(error)),
    }
}

/// The front of a file.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) length: u64,
    head: Option<Head>,
    file: File,
}

impl Look {
    fn at(mut file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let mut front = [0; HEAD];
        let is_long_enough = read_exact(&mut file, &mut front)?;
        let head = Head::decode(&front).filter(|head| is_long_enough && head.file_length() == Some(length));
        Ok(Self { length, head, file })
    }

    /// How long it lives; `None` if it is none of ours.
    pub(crate) fn life(&self) -> Option<Life> {
        self.head.map(|head| head.life)
    }

    /// The key in the file; `None` if there is none.
    pub(crate) fn key(mut self) -> Result<Option<String>, StoreError> {
        let Some(head) = self.head else { return Ok(None) };
        // it is no longer than the file
        let mut key = vec![0; head.key_length()];
        let is_long_enough = read_exact(&mut self.file, &mut key).map_err(store_error)?;
        Ok(String::from_utf8(key).ok().filter(|_| is_long_enough))
    }
}

impl Locked<'_> {
    /// Puts a file in its place; says how long the one was that it replaces.
    pub(crate) fn replace(&self, place: &Place, bytes: &[u8]) -> Result<Option<u64>, StoreError> {
        debug_assert_eq!(self.shard, place.shard);
        let (value, draft) = (place.value(self.root()), place.draft(self.root()));
        let put = || {
            let old = length(&value)?;
            self.draft(&draft, bytes)?;
            fs::rename(&draft, &value)?;
            if self.directory.durability == Durability::PowerLoss {
                File::open(keyspace::shard(self.root(), self.shard))?.sync_all()?;
            }
            Ok(old)
        };
        put().map_err(|error| {
            // one that stays is swept
            let _ = fs::remove_file(&draft);
            store_error(error)
        })
    }

    /// Removes a file; says how long it was.
    pub(crate) fn remove(&self, place: &Place) -> Result<Option<u64>, StoreError> {
        debug_assert_eq!(self.shard, place.shard);
        let value = place.value(self.root());
        let old = length(&value).map_err(store_error)?;
        let is_gone = remove(&value).map_err(store_error)?;
        Ok(old.filter(|_| is_gone))
    }

    /// Removes what was written and never put in its place. Who wrote it held this lock, and is gone.
    pub(crate) fn remove_drafts(&self) -> Result<(), StoreError> {
        let shard = keyspace::shard(self.root(), self.shard);
        let files = self.directory.files(self.shard)?;
        let mut drafts = files.iter().filter(|name| keyspace::is_draft(name));
        drafts.try_for_each(|name| remove(&shard.join(name)).map(|_| ())).map_err(store_error)
    }

    fn draft(&self, draft: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = private().create(true).truncate(true).open(draft)?;
        file.write_all(bytes)?;
        match self.directory.durability {
            Durability::Process => Ok(()),
            Durability::PowerLoss => file.sync_all(),
        }
    }

    fn root(&self) -> &Path {
        &self.directory.root
    }
}

fn open(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether there was enough to read.
fn read_exact(file: &mut File, into: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(into) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn length(path: &Path) -> io::Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a directory that only its owner may enter.
fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// To write files that only their owner may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

const SHORTEST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(2);
