//! That all who share a cache hide its names by one secret: otherwise they would invalidate records that the others do not look at.
//!
//! Whoever comes first leaves a mark of its secret in the store. Whoever comes later compares it before anything else is asked, and does not use the store if it has another
//! one. Caches whose names are readable ask nothing.

use super::{Space, reading::FOREVER};
use crate::{
    store::bytes::{Answer, Answers, Operation, StoreError},
    sync::plain::Ordering,
};

impl Space {
    /// What to ask the store before anything else, if that is not settled yet.
    pub(super) fn question(&self) -> Option<Vec<Operation>> {
        if self.agreed.load(Ordering::Acquire) {
            return None;
        }
        let (key, value) = (self.secret(), self.protection().mark()?.into_bytes());
        Some(vec![Operation::PutIfAbsent { key: key.clone(), value, ttl: FOREVER }, Operation::Get { key }])
    }

    /// Takes the answer.
    ///
    /// # Errors
    ///
    /// When the store does not answer, or others use it with another secret.
    pub(super) fn agree(&self, answers: Answers) -> Result<(), StoreError> {
        let mark = self.protection().mark().map(String::into_bytes);
        match answers?.pop() {
            // A store that keeps nothing has nothing to disagree about.
            Some(Answer::Value(None)) => {}
            Some(Answer::Value(found)) if found == mark => {}
            _ => {
                let reason = format!(
                    "other programs hide the names of the cache {:?} by another secret, so that neither would hear of the other's invalidations; give all of them the same `names`, or give this one a prefix of its own",
                    self.cache.name
                );
                if !self.disagreed.swap(true, Ordering::AcqRel) {
                    eprintln!("larder: {reason}; its functions run uncached");
                }
                return Err(StoreError::refused(self.store.name()).with(reason));
            }
        }
        self.agreed.store(true, Ordering::Release);
        Ok(())
    }
}
