//! Looking through the directory: what has expired, what is left over, what has to leave.

use larder_core::store_bytes::StoreError;

use crate::{
    bounds::{Bounds, Sweeping},
    clock,
    codec::Life,
    directory::Directory,
    keyspace::{self, Place},
};

/// What a sweep found and did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Swept {
    /// Removed because their time was over.
    pub expired: u64,
    /// Removed because they were no files of ours, though of such a name.
    pub foreign: u64,
    /// Removed because there were too many, or too much.
    pub evicted: u64,
    /// What is there now.
    pub entries: u64,
    /// How much of it, in bytes.
    pub bytes: u64,
}

/// A live file.
struct Live {
    place: Place,
    length: u64,
    life: Life,
}

/// Removes what has no right to be there; then, if that leaves more than the bounds, what was written longest ago.
pub(crate) fn sweep(
    directory: &Directory,
    bounds: Bounds,
    sweeping: &Sweeping<'_>,
) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    let mut live = Vec::new();
    for shard in 0..=u8::MAX {
        look_through(directory, shard, &mut live, &mut swept)?;
    }
    swept.entries = live.len() as u64;
    swept.bytes = live.iter().map(|file| file.length).sum();
    if swept.entries > bounds.entries || swept.bytes > bounds.bytes {
        evict(directory, bounds.after_eviction(), live, &mut swept)?;
    }
    sweeping.found(swept.entries, swept.bytes);
    Ok(swept)
}

fn look_through(
    directory: &Directory,
    shard: u8,
    live: &mut Vec<Live>,
    swept: &mut Swept,
) -> Result<(), StoreError> {
    let now = clock::wall_ms();
    let files = directory.files(shard)?;
    if files.iter().any(|name| keyspace::is_draft(name))
        && let Some(locked) = directory.try_lock(shard)?
    {
        locked.remove_drafts()?;
    }
    for place in files.iter().filter_map(|name| Place::of_file(shard, name)) {
        let Some(look) = directory.look(&place)? else { continue };
        match look.life() {
            Some(life) if life.lasts(now) => live.push(Live { place, length: look.length, life }),
            life => {
                let count = if life.is_some() { &mut swept.expired } else { &mut swept.foreign };
                *count += u64::from(remove_if(directory, &place, life)?);
            }
        }
    }
    Ok(())
}

fn evict(
    directory: &Directory,
    down_to: Bounds,
    mut live: Vec<Live>,
    swept: &mut Swept,
) -> Result<(), StoreError> {
    live.sort_unstable_by_key(|file| file.life.written_ms());
    for file in live {
        if swept.entries <= down_to.entries && swept.bytes <= down_to.bytes {
            break;
        }
        if remove_if(directory, &file.place, Some(file.life))? {
            swept.evicted += 1;
            swept.entries -= 1;
            swept.bytes = swept.bytes.saturating_sub(file.length);
        }
    }
    Ok(())
}

/// Removes a file if it still is what was seen, and nobody writes nearby: what somebody wrote meanwhile stays, and who writes does not wait for a sweep, nor a
/// sweep for him.
fn remove_if(directory: &Directory, place: &Place, seen: Option<Life>) -> Result<bool, StoreError> {
    let Some(locked) = directory.try_lock(place.shard)? else { return Ok(false) };
    let is_it = directory.look(place)?.is_some_and(|look| look.life() == seen);
    Ok(is_it && locked.remove(place)?.is_some())
}
