//! Values that other processes share: what is asked of a byte store, and when what it says is still true.
//!
//! The rule is that of [`crate::scope`], with numbers from the store in place of those of this process. A [`Space`] is one store as one named cache uses it. It has a sequence of
//! invalidations (a number that is added to) and a record for each scope (a number that only grows): the cache, each function, each key, each tag, each user. A
//! computation notes the sequence before it starts; its entry carries that number and the scopes it depends on. An entry is valid while every one of these records is *there* and
//! has no newer number than the entry knows. A record that is missing was evicted or flushed, and with it maybe an invalidation: the entry is not valid.
//!
//! So a hit is one batch (entry, records and sequence together), and no two keys ever have to change at once: it works on a cluster. Records that are missing are
//! made before the function runs, at the number its computation knows; when the entry is written they are only made to live longer, never made anew. Whatever
//! is evicted in between therefore makes entries invalid, and nothing valid that is not. For the same reason records need not live long: each as long as the entries
//! that depend on it, and an hour.
//!
//! A store may also come back with less than it had acknowledged. A process notices by the numbers it knows: the highest it has seen, and those it has written itself ([`sent`]).
//!
//! | key | what |
//! |---|---|
//! | `<prefix>seq` | the sequence |
//! | `<prefix>names` | where names are hidden, what tells by which secret: [`agreement`] |
//! | `<prefix>a`, `f:<function>`, `k:<function>:<key>`, `t:<tag>`, `u:<user>` | scopes |
//! | `<prefix>e:<function>:<fingerprint>:<key>` | an entry: an envelope of [`crate::codec`] |
//! | `<prefix>l:<function>:<fingerprint>:<key>` | the lock of that entry: its holder's token ([`Locking`], [`Held`]) |
//! | `<prefix>w:<function>:<fingerprint>:<key>` | that somebody waits for that lock |
//! | `<prefix>n::<key>` | a number of [`crate::entry`] |
//!
//! The entries of a cache itself ([`crate::entry`]) are those of a function without a name, and their fingerprint stands in the envelope alone.
//!
//! A cache that encrypts hides keys, tags and users: [`protection`].

mod agreement;
mod asking;
mod companions;
mod held;
mod locking;
mod mirror;
mod names;
mod protection;
mod reading;
mod sealing;
mod sent;
mod space;
mod storing;
mod tier;
mod together;
mod writing;

pub use self::{
    companions::{
        clear_shared, clear_shared_async, insert_shared, insert_shared_async, invalidate_shared,
        invalidate_shared_async, peek_shared, peek_shared_async, portable,
    },
    sealing::{Sealing, sealing_part, sealing_whole},
    space::IntoStore,
    tier::TierOptions,
};
pub(crate) use self::{
    held::Held,
    locking::{Grant, Locking},
    names::FunctionNames,
    protection::{Protection, check_environment},
    reading::{Reading, Seen, Taken, Verdict},
    sealing::AnyType,
    space::{LONGEST, Space, Way},
    storing::{Stored, store, store_if_absent},
    tier::{ENTRY_SLOT, Sealed, Tier},
    together::together,
    writing::Write,
};
