//! `lock` between real processes, on a real server.

use std::time::{Duration, Instant};

use crate::elsewhere::Other;
use crate::eventually;
use crate::server::Server;

fn count(server: &Server, key: &str) -> i64 {
    redis::from_redis_value::<Option<i64>>(server.admin(&["GET", key])).unwrap().unwrap_or_default()
}

/// Lets so many runs go on.
fn let_go(server: &Server, id: u32, runs: usize) {
    for _ in 0..runs {
        server.admin(&["LPUSH", &format!("go:{id}"), "1"]);
    }
}

#[test]
fn a_stampede_of_eight_processes_is_one_run() {
    let server = Server::start();
    let mut others: Vec<_> = (0..8).map(|_| Other::start(&server.url())).collect();
    for id in 1..=3 {
        others.iter_mut().for_each(|other| other.tell(&format!("call {id} 8")));
        eventually("all have come", || count(&server, &format!("arrived:{id}")) == 64);
        // As many as would be needed if each of them ran.
        let_go(&server, id, 64);
        for other in &mut others {
            assert_eq!(other.answer(), ["1"; 8].join(" "), "everybody has the value of the one run");
        }
        assert_eq!(count(&server, &format!("runs:{id}")), 1);
    }
}

#[test]
fn a_holder_that_is_killed_costs_no_more_than_its_lease() {
    let server = Server::start();
    let [mut holder, mut other] = [(); 2].map(|()| Other::start(&server.url()));
    holder.tell("call 1 1");
    eventually("it runs", || count(&server, "runs:1") == 1);
    holder.kill();
    let began = Instant::now();
    // One more than needed: the server may give one to whom it does not know to be gone.
    let_go(&server, 1, 2);
    assert_eq!(other.ask("call 1 1"), "2");
    let took = began.elapsed();
    assert!(
        took < Duration::from_secs(15),
        "{took:?}: a lease is ten seconds, and a call waits for up to thirty"
    );
    assert_eq!(count(&server, "runs:1"), 2);
}

#[test]
fn a_process_wakes_another_one_over_the_server() {
    let server = Server::start();
    let [mut holder, mut other] = [(); 2].map(|()| Other::start(&server.url()));
    for id in 1..=20 {
        holder.tell(&format!("call {id} 1"));
        eventually("it runs", || count(&server, &format!("runs:{id}")) == 1);
        other.tell(&format!("call {id} 1"));
        let wish = format!("larder:default:w:work:*:({id})");
        eventually("the other one waits", || {
            let keys: Vec<String> = redis::from_redis_value(server.admin(&["KEYS", &wish])).unwrap();
            !keys.is_empty()
        });
        let_go(&server, id, 1);
        assert_eq!((holder.answer(), other.answer()), ("1".into(), "1".into()));
    }
    let locks: Vec<String> = redis::from_redis_value(server.admin(&["KEYS", "larder:default:l:*"])).unwrap();
    assert_eq!(locks, Vec::<String>::new(), "nobody has a lock");
}
