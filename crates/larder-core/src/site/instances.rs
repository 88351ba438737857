//! The instances of a generic function, found by their types.
//!
//! This file is unsafe because a call looks its instance up each time: asking a `dyn Any` for its type once more, behind a comparison that has just told it,
//! measured 2 ns of a hit's 20.
#![allow(unsafe_code, reason = "see the module's documentation")]

use std::{any::TypeId, marker::PhantomData, ptr::NonNull};

use crate::{
    function::{Erased, Function},
    site::Marker,
    sync::plain::OnceLock,
};

/// The instances made so far. They are never taken back.
pub(super) struct Instances {
    first: OnceLock<Box<Instance>>,
}

/// Which instance: a function's type parameters, its key and its result. Lifetimes do not count.
pub(super) struct InstanceId<K, V> {
    id: TypeId,
    of: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Clone for InstanceId<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for InstanceId<K, V> {}

struct Instance {
    id: TypeId,
    /// A `&'static Function<K, V>` of the `K` and `V` in `id`.
    typed: NonNull<()>,
    erased: &'static dyn Erased,
    next: OnceLock<Box<Instance>>,
}

// SAFETY: it is no more than a shared reference to a function, which is `Sync`, for it is one as `dyn Erased` too.
unsafe impl Send for Instance {}
// SAFETY: as above.
unsafe impl Sync for Instance {}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> InstanceId<K, V> {
    #[inline(always)]
    pub(super) fn of<M: Marker>() -> Self {
        Self { id: typeid::of::<(M, K, V)>(), of: PhantomData }
    }
}

impl Instances {
    pub(super) const fn new() -> Self {
        Self { first: OnceLock::new() }
    }

    #[inline(always)]
    pub(super) fn get<K, V>(&self, id: InstanceId<K, V>) -> Option<&'static Function<K, V>> {
        let mut place = &self.first;
        while let Some(instance) = place.get() {
            if instance.id == id.id {
                // SAFETY: an instance with this id was made from a `&'static Function<K, V>`; `K` and `V` are `'static`, so the id leaves nothing of them out.
                return Some(unsafe { instance.typed.cast().as_ref() });
            }
            place = &instance.next;
        }
        None
    }

    /// Adds an instance, unless another thread was faster: then what is given here stays unused.
    pub(super) fn get_or_insert<K, V>(
        &self,
        id: InstanceId<K, V>,
        function: &'static Function<K, V>,
    ) -> &'static Function<K, V>
    where
        K: Send + Sync + 'static,
        V: Send + Sync + 'static,
    {
        let typed = NonNull::from(function).cast();
        let mut new = Box::new(Instance { id: id.id, typed, erased: function, next: OnceLock::new() });
        let mut place = &self.first;
        loop {
            match place.set(new) {
                Ok(()) => return function,
                Err(back) => new = back,
            }
            let instance = place.get().expect("it was taken");
            if instance.id == id.id {
                // SAFETY: as in `get`.
                return unsafe { instance.typed.cast().as_ref() };
            }
            place = &instance.next;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'static dyn Erased> {
        std::iter::successors(self.first.get(), |instance| instance.next.get())
            .map(|instance| instance.erased)
    }
}
