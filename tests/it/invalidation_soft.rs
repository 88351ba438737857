//! `expire_*`: a value expires before its time. Without a stale window that is as good as gone, and reaches as far.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use larder::testing::isolate;
use larder::{blocking, cached};

static TRUTH: AtomicU32 = AtomicU32::new(0);

#[cached(tags = ["soft:{id}"], user = id, cache = "soft")]
fn value(id: u32) -> u32 {
    let _ = id;
    TRUTH.load(SeqCst)
}

#[cached(ttl = 60)]
fn around(id: u32) -> u32 {
    value(id)
}

#[test]
fn every_way_to_expire_a_value_has_it_computed_anew() {
    let time = isolate();
    let cache = larder::cache("soft").unwrap();
    let ways: [(&str, &dyn Fn()); 16] = [
        ("blocking tag", &|| blocking::expire_tag("soft:1").unwrap()),
        ("blocking tags", &|| blocking::expire_tags(["none", "soft:1"]).unwrap()),
        ("blocking user", &|| blocking::expire_user(1).unwrap()),
        ("blocking all", &|| blocking::expire_all().unwrap()),
        ("root tag", &|| pollster::block_on(larder::expire_tag("soft:1")).unwrap()),
        ("root tags", &|| pollster::block_on(larder::expire_tags(["soft:1"])).unwrap()),
        ("root user", &|| pollster::block_on(larder::expire_user(1)).unwrap()),
        ("root all", &|| pollster::block_on(larder::expire_all()).unwrap()),
        ("cache tag", &|| pollster::block_on(cache.expire_tag("soft:1")).unwrap()),
        ("cache tags", &|| pollster::block_on(cache.expire_tags(["soft:1"])).unwrap()),
        ("cache user", &|| pollster::block_on(cache.expire_user(1)).unwrap()),
        ("cache all", &|| pollster::block_on(cache.expire_all()).unwrap()),
        ("cache blocking tag", &|| cache.blocking().expire_tag("soft:1").unwrap()),
        ("cache blocking tags", &|| cache.blocking().expire_tags(["soft:1"]).unwrap()),
        ("cache blocking user", &|| cache.blocking().expire_user(1).unwrap()),
        ("cache blocking all", &|| cache.blocking().expire_all().unwrap()),
    ];
    for (way, expire) in ways {
        around(1);
        time.hit(|| (around(1), value(1)));
        TRUTH.fetch_add(1, SeqCst);
        expire();
        assert_eq!((around::peek(1), value::peek(1)), (None, None), "{way}");
        assert_eq!(time.miss(|| around(1)), TRUTH.load(SeqCst), "{way}");
        assert_eq!(time.hit(|| value(1)), TRUTH.load(SeqCst), "{way}");
    }
}

#[test]
fn what_expired_leaves_by_itself_and_what_is_not_meant_stays() {
    let time = isolate();
    (0..100).for_each(|id| _ = value(id));
    blocking::expire_tags((0..50).map(|id| format!("soft:{id}"))).unwrap();
    assert_eq!((0..100).filter_map(value::peek).count(), 50);
    time.advance(Duration::from_secs(60));
    assert_eq!(value::stats().entries, 50);
    blocking::expire_all().unwrap();
    time.advance(Duration::from_secs(60));
    assert_eq!(value::stats().entries, 0);
}

#[test]
fn a_computation_from_before_is_not_stored() {
    #[cached(ignore = [began, go], tags = ["held:{id}"])]
    fn held(id: u32, began: &Barrier, go: &Barrier) -> u32 {
        let _ = id;
        let truth = TRUTH.load(SeqCst);
        began.wait();
        go.wait();
        truth
    }
    let _time = isolate();
    TRUTH.store(1, SeqCst);
    let (began, go) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let old = scope.spawn(|| held(1, &began, &go));
        began.wait();
        TRUTH.store(2, SeqCst);
        blocking::expire_tag("held:1").unwrap();
        let unused = Barrier::new(1);
        assert_eq!(held(1, &unused, &unused), 2, "nor joined");
        go.wait();
        assert_eq!(old.join().unwrap(), 1);
    });
    assert_eq!((held::peek(1), held::stats().rejected_writes), (Some(2), 1));
}

#[test]
fn an_invalidation_after_it_counts_and_one_before_it_still_does() {
    let time = isolate();
    TRUTH.store(1, SeqCst);
    for (first, then) in [(true, false), (false, true), (true, true)] {
        value(1);
        for hard in [first, then] {
            if hard {
                blocking::invalidate_tag("soft:1").unwrap();
            } else {
                blocking::expire_tag("soft:1").unwrap();
            }
            assert_eq!(value::peek(1), None);
        }
        time.miss(|| value(1));
        time.hit(|| value(1));
    }
}
