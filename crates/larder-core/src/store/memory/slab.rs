//! Places for entries that never move, so that readers without a lock can follow an index to them.
//!
//! This file is unsafe because a lock-free read is what the hit path stands on (a hit under a read lock measured 2 to 5 times as much); what makes
//! it sound is the discipline of its only caller, the shard: a place is written and taken only under the shard's lock, it is shared only
//! between `write` and `take`, and it is taken only when [`crate::epoch`] says that no reader can see it.
#![allow(unsafe_code, reason = "see the module's documentation")]

use std::mem::MaybeUninit;

use crate::{
    policy::Slot,
    sync::{AtomicPtr, AtomicUsize, Ordering, Shared},
};

/// Places for `T`, numbered from 0, in blocks that double in size and never move.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    blocks: [AtomicPtr<Place<T>>; BLOCKS],
    /// Places in each block. A block may be shorter than its numbers would allow; what is missing is never used.
    lengths: [AtomicUsize; BLOCKS],
}

type Place<T> = Shared<MaybeUninit<T>>;

// SAFETY: the slab hands out `&T` to several threads and moves `T` between them, as a lock over a vector would.
unsafe impl<T: Send + Sync> Sync for Slab<T> {}
// SAFETY: it owns its values.
unsafe impl<T: Send> Send for Slab<T> {}

impl<T> Slab<T> {
    /// An empty slab. Cost: no allocation.
    pub(crate) fn new() -> Self {
        Self {
            blocks: std::array::from_fn(|_| AtomicPtr::default()),
            lengths: std::array::from_fn(|_| AtomicUsize::new(0)),
        }
    }

    /// The first slot from `slot` on that has a place, made if need be; a new block gets at most `wanted` places. The caller holds the shard's lock.
    pub(crate) fn reserve(&self, slot: Slot, wanted: usize) -> Slot {
        let (mut block, at) = locate(slot);
        let length = self.lengths[block].load(Ordering::Relaxed);
        if at < length {
            return slot;
        }
        if length > 0 {
            block += 1;
        }
        self.allocate(block, wanted.clamp(1, FIRST << block));
        ((FIRST << block) - FIRST) as Slot
    }

    /// Makes the place of a slot that has one in `other`. The caller holds the shard's lock.
    pub(crate) fn reserve_like<U>(&self, other: &Slab<U>, slot: Slot) {
        let (block, _) = locate(slot);
        if self.lengths[block].load(Ordering::Relaxed) == 0 {
            self.allocate(block, other.lengths[block].load(Ordering::Relaxed));
        }
    }

    /// The value in a place.
    ///
    /// # Safety
    ///
    /// Callers must guarantee that the place was written, and is not taken while the reference lives: by the shard's lock, or by a pin made
    /// before the slot was read from the index.
    #[inline(always)]
    pub(crate) unsafe fn get(&self, slot: Slot) -> &T {
        let (block, at) = locate(slot);
        let places = self.blocks[block].load(Ordering::Acquire);
        // SAFETY: the slot was written, so its block exists and has at least `at + 1` places; nobody writes the place while the caller reads.
        unsafe { (*places.add(at)).with(|value| (*value).assume_init_ref()) }
    }

    /// Has the processor fetch a place that will be looked at soon; what is not there does no harm.
    #[inline]
    pub(crate) fn prefetch(&self, slot: Slot) {
        #[cfg(all(target_arch = "x86_64", not(loom), not(miri)))]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            let (block, at) = locate(slot);
            let place = self.blocks[block].load(Ordering::Relaxed).wrapping_add(at);
            // SAFETY: it is a hint, which reads nothing whatever the address is.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) };
        }
        #[cfg(not(all(target_arch = "x86_64", not(loom), not(miri))))]
        let _ = slot;
    }

    /// Puts a value into a free place.
    ///
    /// # Safety
    ///
    /// Callers must hold the shard's lock; the place must be reserved, and free: never written, or taken since.
    pub(crate) unsafe fn write(&self, slot: Slot, value: T) {
        let (block, at) = locate(slot);
        let places = self.blocks[block].load(Ordering::Acquire);
        // SAFETY: the place is inside its block and free, so nobody else looks at it.
        unsafe { (*places.add(at)).with_mut(|place| (*place).write(value)) };
    }

    /// Takes the value out of a place, which is free afterwards.
    ///
    /// # Safety
    ///
    /// Callers must hold the shard's lock, the place must hold a value, and no reader may see it: it was unlinked in an epoch that is over.
    pub(crate) unsafe fn take(&self, slot: Slot) -> T {
        let (block, at) = locate(slot);
        let places = self.blocks[block].load(Ordering::Acquire);
        // SAFETY: the place was written, and nobody else looks at it any more; the caller does not read it again before it is written.
        unsafe { (*places.add(at)).with_mut(|place| (*place).assume_init_read()) }
    }

    /// Frees every block.
    ///
    /// # Safety
    ///
    /// Callers must hold the shard's lock; every value was taken, and no reader may hold a slot it has still to look at.
    pub(crate) unsafe fn release(&self) {
        for block in 0..BLOCKS {
            let places = self.blocks[block].swap(std::ptr::null_mut(), Ordering::AcqRel);
            let length = self.lengths[block].swap(0, Ordering::Relaxed);
            if !places.is_null() {
                // SAFETY: made by `allocate` from a box of this very length.
                drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(places, length)) });
            }
        }
    }

    fn allocate(&self, block: usize, length: usize) {
        #[cfg(not(loom))]
        // SAFETY: a place is a cell around what may be uninitialised. (Made one by one, large values would pass over the stack.)
        let places = unsafe { Box::<[Place<T>]>::new_uninit_slice(length).assume_init() };
        #[cfg(loom)]
        let places: Box<[Place<T>]> = (0..length).map(|_| Place::new(MaybeUninit::uninit())).collect();
        self.lengths[block].store(length, Ordering::Relaxed);
        self.blocks[block].store(Box::into_raw(places).cast::<Place<T>>(), Ordering::Release);
    }
}

impl<T> Drop for Slab<T> {
    fn drop(&mut self) {
        // SAFETY: nobody else has the slab; values still inside were the shard's to take first.
        unsafe { self.release() };
    }
}

/// The block of a slot and the place in it.
#[inline(always)]
fn locate(slot: Slot) -> (usize, usize) {
    let number = slot as usize + FIRST;
    let block = number.ilog2() - FIRST.ilog2();
    (block as usize, number - (FIRST << block))
}

/// Places in the first block.
const FIRST: usize = 32;

/// Enough blocks for every `Slot`.
const BLOCKS: usize = 28;

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_a_place_of_its_own() {
        let mut expected = (0, 0);
        for slot in 0..10_000 {
            assert_eq!(locate(slot), expected, "slot {slot}");
            expected.1 += 1;
            if expected.1 == FIRST << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
        assert!(locate(Slot::MAX).0 < BLOCKS);
    }

    #[test]
    fn a_block_is_no_larger_than_wanted_and_slots_without_a_place_are_passed_over() {
        let slab = Slab::<u8>::new();
        assert_eq!(slab.reserve(0, 100), 0);
        assert_eq!(slab.reserve(31, 100), 31);
        assert_eq!(slab.reserve(32, 5), 32);
        assert_eq!(slab.reserve(36, 5), 36);
        assert_eq!(slab.reserve(37, 1_000), 96);
        assert_eq!(slab.reserve(223, 1_000), 223);
        assert_eq!(slab.reserve(224, 1_000), 224);
    }

    #[test]
    fn values_come_back_as_they_went_in() {
        let slab = Slab::new();
        let likewise = Slab::new();
        for slot in 0..200 {
            assert_eq!(slab.reserve(slot, usize::MAX), slot);
            likewise.reserve_like(&slab, slot);
            // SAFETY: every slot is reserved and written once, from one thread, before it is read and taken.
            unsafe { slab.write(slot, slot.to_string()) };
            // SAFETY: as above.
            unsafe { likewise.write(slot, slot) };
        }
        for slot in 0..200 {
            // SAFETY: written above and not taken yet.
            assert_eq!(unsafe { slab.get(slot) }, &slot.to_string());
            // SAFETY: as above; nobody reads it any more.
            assert_eq!(unsafe { slab.take(slot) }, slot.to_string());
            // SAFETY: as above.
            assert_eq!(unsafe { likewise.take(slot) }, slot);
        }
    }
}
