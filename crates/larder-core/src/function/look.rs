//! A look at the store beside a run: for a value that stands in when the run takes too long.

use super::{Around, Found, Function, reading::records, turn::Turn};
use crate::{
    clock,
    scope::SEQUENCE,
    shared::{Reading, Tier, Verdict},
};

/// What is to be asked.
pub(crate) struct Look<K: 'static, V: 'static> {
    function: &'static Function<K, V>,
    tier: &'static Tier<V>,
    reading: Reading,
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Turn<K, V> {
    /// A look for this call, if values live in a store and one of them may stand in.
    pub(crate) fn look(&self) -> Option<Look<K, V>> {
        let tier = self.function.tier.as_ref().filter(|_| self.is_guarded())?;
        let (key, texts) = &**self.texts.as_ref()?;
        let (reading, _) = self.function.reading(tier, self.hash, key, texts);
        Some(Look { function: self.function, tier, reading: reading.only_looking() })
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Look<K, V> {
    /// The value that is stored, if this call may have it in place of one that takes too long.
    pub(crate) async fn ask(mut self, around: &Around) -> Option<Found<V>> {
        let Self { function, tier, .. } = self;
        let snapshot = SEQUENCE.snapshot();
        let verdict = self.reading.ask_async(tier.space, &*tier.sealing).await;
        let Verdict::Valid(good) = verdict else { return None };
        let late = clock::now().saturating_sub(good.fresh_until);
        if late >= function.error_window(&around.options) {
            return None;
        }
        if let Some(nested) = &around.nested {
            let scopes = self.reading.scopes();
            let records = records(tier, scopes, good.snapshot, good.dependencies, clock::now());
            nested.depend(function, snapshot, &[], &[records]);
        }
        Some(Found { value: good.value, made: good.made, is_stale: true, due: None })
    }
}
