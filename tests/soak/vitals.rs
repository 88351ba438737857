//! What a process holds: memory, open files, threads. From `/proc`, so on Linux only.

use std::fmt;
use std::fs;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Vitals {
    /// Resident memory, in KiB.
    pub(crate) memory: u64,
    pub(crate) files: u64,
    pub(crate) threads: u64,
}

impl Vitals {
    /// Of this process, now.
    pub(crate) fn take() -> Self {
        let status = fs::read_to_string("/proc/self/status").expect("this is a Linux");
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.and_then(|line| line.split_whitespace().next()?.parse().ok()).expect("the kernel says it")
        };
        let files = fs::read_dir("/proc/self/fd").expect("this is a Linux").count();
        Self { memory: field("VmRSS"), files: u64::try_from(files).expect("few"), threads: field("Threads") }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').map(str::parse);
        let mut next = || parts.next()?.ok();
        Some(Self { memory: next()?, files: next()?, threads: next()? })
    }

    /// What is more than it was at first, and more than caches, pools and arenas of an allocator that have been used once explain.
    pub(crate) fn leaked_since(self, first: Self) -> Option<&'static str> {
        if self.files > first.files + MORE_FILES {
            return Some("open files");
        }
        if self.threads > first.threads + MORE_THREADS {
            return Some("threads");
        }
        (self.memory > first.memory + first.memory / 2 + MORE_MEMORY).then_some("memory")
    }
}

impl fmt::Display for Vitals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {}", self.memory, self.files, self.threads)
    }
}

/// Connections of a pool that was used by all callers at once.
const MORE_FILES: u64 = 20;

/// Threads for background work go after a while.
const MORE_THREADS: u64 = 12;

/// In KiB.
const MORE_MEMORY: u64 = 24 * 1024;
