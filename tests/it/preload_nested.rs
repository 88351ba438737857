//! Preloading from inside: of cached functions, of providers, of what is being preloaded. Nobody waits for itself.
#![allow(dead_code, reason = "some functions are preloaded and never called")]

use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use larder::testing::isolate;
use larder::{blocking, cached, preload_only};

#[test]
fn a_provider_calls_cached_functions() {
    #[cached(name = "ids of a provider")]
    fn ids() -> Vec<u32> {
        vec![1, 2, 3]
    }
    fn provider() -> impl Iterator<Item = (u32,)> {
        // Its own function too, whose items run at the same time.
        ids().into_iter().map(|id| (squared(id),))
    }
    #[cached(preload = provider, name = "squared")]
    fn squared(id: u32) -> u32 {
        id * id
    }
    let time = isolate();
    let report = blocking::preload_only(["squared"]).unwrap();
    let row = report.get("squared").unwrap();
    assert_eq!((row.loaded, row.skipped), (2, 1), "{report}");
    time.hit(|| ids().len() + squared(9) as usize);
}

#[test]
fn a_cached_function_preloads_what_needs_it() {
    #[cached(name = "preloads")]
    fn outer(id: u32) -> usize {
        let report = blocking::preload_only(["needs who preloads"]).unwrap();
        report.functions.iter().map(|row| row.loaded).sum::<usize>() * id as usize
    }
    #[cached(preload = || (0..5).map(|id| (id,)), name = "needs who preloads")]
    fn inner(id: u32) -> usize {
        outer(1) + id as usize
    }
    let time = isolate();
    assert_eq!(outer(1), 5);
    time.hit(|| inner(4));
}

#[test]
fn an_async_cached_function_preloads_what_needs_it() {
    #[cached(name = "preloads later")]
    async fn outer(id: u32) -> usize {
        let report = preload_only(["needs who preloads later"]).unwrap().await;
        report.functions.iter().map(|row| row.loaded).sum::<usize>() * id as usize
    }
    async fn provider() -> Vec<(u32,)> {
        ready((0..5).map(|id| (id,)).collect()).await
    }
    #[cached(preload = provider, name = "needs who preloads later")]
    async fn inner(id: u32) -> usize {
        Box::pin(outer(1)).await + id as usize
    }
    let time = isolate();
    assert_eq!(pollster::block_on(outer(1)), 5);
    time.hit(|| pollster::block_on(inner(4)));
}

#[test]
fn a_value_is_not_made_of_what_its_function_preloads() {
    #[cached(preload = || [(1,)], tags = ["beside"], name = "beside")]
    fn beside(id: u32) -> u32 {
        id
    }
    #[cached(name = "preloads beside")]
    fn outer() -> u32 {
        assert!(blocking::preload_only(["beside"]).unwrap().is_complete());
        1
    }
    #[cached(name = "is made of it")]
    fn made() -> u32 {
        beside(1)
    }
    let time = isolate();
    outer();
    made();
    blocking::invalidate_tag("beside").unwrap();
    time.hit(outer);
    time.miss(made);
}

#[test]
fn a_provider_that_preloads_is_not_asked_again() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    fn provider() -> Vec<(u32,)> {
        ASKED.fetch_add(1, SeqCst);
        let inside = blocking::preload_only(["preloads itself", "needed first"]).unwrap();
        assert!(inside.get("preloads itself").is_none());
        assert_eq!(inside.get("needed first").unwrap().loaded, 1);
        vec![(1,)]
    }
    #[cached(preload = provider, name = "preloads itself")]
    fn itself(id: u32) -> u32 {
        // Nor by an item.
        assert!(blocking::preload_only(["preloads itself"]).unwrap().functions.is_empty());
        first(id)
    }
    #[cached(preload = || [(1,)], name = "needed first")]
    fn first(id: u32) -> u32 {
        id
    }
    let _time = isolate();
    ASKED.store(0, SeqCst);
    let report = blocking::preload_only(["preloads itself"]).unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!((ASKED.load(SeqCst), itself::peek(1)), (1, Some(1)));
}

#[test]
fn runs_stand_beside_each_other() {
    #[cached(preload = || (0..200).map(|id| (id,)), name = "twice at once")]
    fn twice(id: u32) -> u32 {
        id
    }
    let _time = isolate();
    let reports = std::thread::scope(|scope| {
        let runs = [(); 3].map(|()| scope.spawn(|| blocking::preload_only(["twice at once"]).unwrap()));
        runs.map(|run| run.join().unwrap())
    });
    let rows = reports.map(|report| report.functions.into_iter().next().unwrap());
    assert_eq!(rows.iter().map(|row| row.loaded).sum::<usize>(), 200);
    assert_eq!(rows.iter().map(|row| row.skipped).sum::<usize>(), 400);
    assert_eq!(twice::stats().loads, 200);
}
