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
//! | key | what |
//! |---|---|
//! | `<prefix>seq` | the sequence |
//! | `<prefix>a`, `f:<function>`, `k:<function>:<key>`, `t:<tag>`, `u:<user>` | scopes |
//! | `<prefix>e:<function>:<fingerprint>:<key>` | an entry: an envelope of [`crate::codec`] |

mod asking;
mod companions;
mod mirror;
mod names;
mod reading;
mod sealing;
mod space;
mod tier;
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
    names::FunctionNames,
    reading::{Reading, Taken, Verdict},
    space::Space,
    tier::{Sealed, Tier},
    writing::Write,
};
