//! Where the entries of a cache live, and so what they may be.

use std::{any::Any, fmt, marker::PhantomData, sync::Arc};

use super::value::Failed;
use crate::{
    codec::{CodecError, Serializer},
    shared::{Sealing, sealing_part},
};

/// In the memory of this process, as they are: any type that is `Clone + Send + Sync + 'static`.
#[derive(Clone, Copy, Debug)]
pub struct Memory;

/// In the store that the cache was built with, as bytes: types that the serializer `S` can write and read. A value of another type, or by another serializer, is a miss.
#[derive(Debug)]
pub struct Shared<S = Standard>(PhantomData<fn() -> S>);

/// It was not said: what [`cache`](crate::cache()) gives. [`in_memory`](crate::Cache::in_memory) and [`in_store`](crate::Cache::in_store) say it.
#[derive(Clone, Copy, Debug)]
pub struct Named;

/// The serializer of caches that name none: MessagePack, with the feature `msgpack`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standard;

/// Where the entries of a cache live: [`Memory`], [`Shared`], or [`Named`].
pub trait Place: sealed::Sealed + 'static {}

/// That values of this type can be entries there.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be an entry of a cache in `{Self}`",
    label = "this value cannot be kept",
    note = "in memory a value is `Clone + Send + Sync + 'static`; in a store it is that, and what the cache's serializer writes: `serde::Serialize + serde::de::DeserializeOwned` for all but `Text`",
    note = "a cache that was got by its name says where its entries live with `.in_memory()?` or `.in_store()?`"
)]
pub trait Keeps<T>: Place {
    /// How they become bytes.
    #[doc(hidden)]
    fn sealing(given: Option<&GivenSerializer>) -> Option<Box<dyn Sealing<Result<T, Failed>>>>;
}

/// The serializer that a cache was built with.
#[derive(Clone)]
#[doc(hidden)]
pub struct GivenSerializer {
    serializer: Arc<dyn Any + Send + Sync>,
}

impl GivenSerializer {
    pub(crate) fn new<S: Send + Sync + 'static>(serializer: S) -> Self {
        Self { serializer: Arc::new(serializer) }
    }

    /// Whether it is one of this type.
    pub(crate) fn is<S: 'static>(&self) -> bool {
        self.serializer.is::<S>()
    }
}

impl Place for Memory {}
impl<S: 'static> Place for Shared<S> {}
impl Place for Named {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Keeps<T> for Memory {
    fn sealing(_: Option<&GivenSerializer>) -> Option<Box<dyn Sealing<Result<T, Failed>>>> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static, S: Serializer<T>> Keeps<T> for Shared<S> {
    fn sealing(given: Option<&GivenSerializer>) -> Option<Box<dyn Sealing<Result<T, Failed>>>> {
        let given: Arc<S> = given?.serializer.clone().downcast().ok()?;
        Some(sealing_part(super::value::Values::<T>::PROOF, Together(given)))
    }
}

mod sealed {
    #[allow(unnameable_types, reason = "only the places of this crate are places")]
    pub trait Sealed {}

    impl Sealed for super::Memory {}
    impl<S> Sealed for super::Shared<S> {}
    impl Sealed for super::Named {}
}

/// One serializer for all types of a cache.
struct Together<S>(Arc<S>);

impl<T, S: Serializer<T>> Serializer<T> for Together<S> {
    fn id(&self) -> u16 {
        self.0.id()
    }

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn encode(&self, value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        self.0.encode(value, out)
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, CodecError> {
        self.0.decode(bytes)
    }
}

#[cfg(feature = "msgpack")]
impl<T> Serializer<T> for Standard
where
    crate::codec::MessagePack: Serializer<T>,
{
    fn id(&self) -> u16 {
        Serializer::<T>::id(&crate::codec::MessagePack)
    }

    fn name(&self) -> &'static str {
        Serializer::<T>::name(&crate::codec::MessagePack)
    }

    fn encode(&self, value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        crate::codec::MessagePack.encode(value, out)
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, CodecError> {
        crate::codec::MessagePack.decode(bytes)
    }
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Shared<S> {}

impl fmt::Debug for GivenSerializer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("GivenSerializer").finish_non_exhaustive()
    }
}
