//! Inside of a tokio runtime, workers are inside of it too; outside of one, nothing asks for it.

use std::time::Duration;

use larder::testing::isolate;
use larder::{blocking, cached, preload_only};
use tokio::runtime::{Builder, Handle};

async fn ids() -> Vec<(u32,)> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    vec![(1,), (2,), (3,)]
}

#[cached(preload = ids, name = "with a timer")]
async fn timed(id: u32) -> u32 {
    // Without a runtime, this panics.
    tokio::time::sleep(Duration::from_millis(1)).await;
    tokio::spawn(async move { id * 2 }).await.unwrap()
}

#[cached(preload = || [(1,)], name = "sync in a runtime")]
fn handled(id: u32) -> bool {
    id > 0 && Handle::try_current().is_ok()
}

#[test]
fn timers_and_tasks_work_on_a_runtime_of_one_thread() {
    let time = isolate();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let report = preload_only(["with a timer", "sync in a runtime"]).unwrap().await;
        assert!(report.is_complete(), "{report}");
        assert_eq!(report.get("with a timer").unwrap().loaded, 3);
        assert_eq!(time.hit_async(timed(3)).await, 6);
        assert!(handled(1));
    });
}

#[test]
fn blocking_beside_a_runtime_works_too() {
    let _time = isolate();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let report = runtime.block_on(async {
        tokio::task::spawn_blocking(|| blocking::preload_only(["with a timer"]).unwrap()).await.unwrap()
    });
    assert_eq!(report.get("with a timer").unwrap().loaded, 3, "{report}");
    assert_eq!(timed::peek(2), Some(4));
}

#[test]
fn outside_of_a_runtime_there_is_none() {
    let _time = isolate();
    let report = blocking::preload_only(["sync in a runtime"]).unwrap();
    assert_eq!(report.get("sync in a runtime").unwrap().loaded, 1);
    assert_eq!(handled::peek(1), Some(false));
}
