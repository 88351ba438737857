use larder::cached;

use std::hash::Hash;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Of<T>(T);

impl<T: Clone + Eq + Hash + Send + Sync + 'static> Of<T> {
    #[cached]
    fn get(&self) -> T {
        self.0.clone()
    }

    #[cached(handle = none)]
    fn twice(&self) -> (T, T) {
        (self.0.clone(), self.0.clone())
    }
}

pub(crate) fn main() {
    assert_eq!(Of(1).get(), 1);
    assert_eq!(Of("a").twice(), ("a", "a"));
}
