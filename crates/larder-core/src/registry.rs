//! Every cached function of the program, found at link time, also those never called.

use crate::{
    site::Site,
    sync::plain::{Mutex, lock},
};

/// A site that is part of the program.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Registered(pub &'static Site);

inventory::collect!(Registered);

/// All sites, by name. Cost: they are put into that order each time.
pub(crate) fn sites() -> Vec<&'static Site> {
    let mut sites: Vec<_> = unordered().collect();
    sites.sort_by_key(|site| (site.meta.name, site.meta.file, site.meta.line));
    sites
}

/// Those whose values live in a shared store.
pub(crate) fn shared() -> impl Iterator<Item = &'static Site> {
    unordered().filter(|site| site.is_shared())
}

/// Adds what was made while the program runs: the entries of a cache.
pub(crate) fn add(site: &'static Site) {
    lock(&ADDED).push(site);
}

fn unordered() -> impl Iterator<Item = &'static Site> {
    let added = lock(&ADDED).clone();
    inventory::iter::<Registered>.into_iter().map(|registered| registered.0).chain(added)
}

static ADDED: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());
