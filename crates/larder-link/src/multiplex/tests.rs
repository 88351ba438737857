//! The dialogue of these tests: lines are asked, and as many lines are answered.

use std::{future::Future, pin::pin, task::Context, time::Duration};

use larder_core::store_bytes::link::Deadline;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    runtime::{Builder, Runtime},
};

use super::*;

#[derive(Default)]
struct Lines {
    askers: VecDeque<Asker<String>>,
    bytes: Vec<u8>,
    /// How many questions were sent at a time.
    most: usize,
}

impl Dialogue for Lines {
    type Request = String;
    type Replies = String;

    fn send(&mut self, questions: &mut Questions<Self>, out: &mut Vec<u8>) {
        self.most = self.most.max(questions.all.len());
        let Some(Question { request, asker }) = questions.take() else { return };
        assert_ne!(request, "unspeakable");
        out.extend_from_slice(request.as_bytes());
        out.push(b'\n');
        self.askers.push_back(asker);
    }

    fn receive(
        &mut self,
        bytes: &[u8],
        questions: &mut Questions<Self>,
        told: &mut Told<String>,
    ) -> Result<(), Failure> {
        self.bytes.extend_from_slice(bytes);
        while let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8(self.bytes.drain(..=end).collect()).unwrap();
            let asker = self.askers.pop_front().ok_or_else(|| Failure::dropped(UNASKED))?;
            match line.trim_end() {
                "again" => questions.again("once more".into(), asker),
                "odd" => panic!("this cannot be read"),
                line => told.push((asker, Ok(line.into()))),
            }
        }
        Ok(())
    }

    fn is_waiting(&self) -> bool {
        !self.askers.is_empty()
    }

    fn end(&mut self) -> Vec<Asker<String>> {
        self.askers.drain(..).collect()
    }
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A connection, its driver, and the other end.
fn connection(capacity: usize) -> (Multiplexed<Lines>, Driver<Lines>, DuplexStream) {
    let (ours, peer) = duplex(capacity);
    let (connection, driver) = Multiplexed::new(Lines::default(), Box::new(ours));
    (connection, driver, peer)
}

/// Answers every line with itself.
async fn echo(mut peer: DuplexStream) {
    let mut buffer = [0; 64];
    loop {
        match peer.read(&mut buffer).await.unwrap() {
            0 => return,
            read => peer.write_all(&buffer[..read]).await.unwrap(),
        }
    }
}

fn poll_once<T>(future: impl Future<Output = T>) -> Poll<T> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

async fn ask(connection: &Multiplexed<Lines>, line: &str) -> Result<String, Failure> {
    connection.exchange(&line.to_owned(), None).await
}

#[test]
fn everybody_gets_their_own_replies_and_goes_with_others() {
    one_thread().block_on(async {
        let (connection, driver, peer) = connection(100);
        tokio::spawn(driver);
        tokio::spawn(echo(peer));
        let tasks: Vec<_> = (0..50)
            .map(|task| {
                let connection = connection.clone();
                tokio::spawn(async move {
                    for call in 0..50 {
                        let line = format!("{task} {call}");
                        assert_eq!(ask(&connection, &line).await.unwrap(), line);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert!(
            lock(&connection.line.exchange).dialogue.most > 4,
            "those who are woken together are sent together"
        );
    });
}

/// No question is left lying because two threads each take the other for the one who sends it.
#[test]
fn on_several_threads_every_question_is_answered_whoever_gives_up() {
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        let (connection, driver, peer) = connection(50);
        tokio::spawn(driver);
        tokio::spawn(echo(peer));
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let connection = connection.clone();
                tokio::spawn(async move {
                    for call in 0..2_000 {
                        let line = format!("{task} {call}");
                        if (task + call) % 7 == 0 {
                            let _given_up = poll_once(ask(&connection, "given up"));
                        }
                        if (task + call) % 5 == 0 {
                            // so that the others have nothing under way now and then
                            tokio::task::yield_now().await;
                        }
                        assert_eq!(ask(&connection, &line).await.unwrap(), line);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn where_nothing_is_under_way_who_asks_writes() {
    one_thread().block_on(async {
        let (connection, _driver, mut peer) = connection(100);
        assert!(poll_once(ask(&connection, "first")).is_pending());
        let mut buffer = [0; 6];
        peer.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"first\n");
        assert!(poll_once(ask(&connection, "second")).is_pending());
        assert!(poll_once(pin!(peer.read(&mut buffer))).is_pending(), "the driver is to send it");
    });
}

#[test]
fn who_gives_up_or_is_not_polled_leaves_others_their_replies() {
    one_thread().block_on(async {
        let (connection, driver, peer) = connection(100);
        tokio::spawn(driver);
        assert!(poll_once(ask(&connection, "given up")).is_pending());
        let mut unpolled = Box::pin(ask(&connection, "not polled"));
        assert!(poll_once(unpolled.as_mut()).is_pending());
        tokio::spawn(echo(peer));
        assert_eq!(ask(&connection, "own").await.unwrap(), "own");
        assert_eq!(unpolled.await.unwrap(), "not polled");
    });
}

#[test]
fn what_is_asked_once_more_is_sent_without_anybody_asking() {
    one_thread().block_on(async {
        let (connection, driver, mut peer) = connection(100);
        tokio::spawn(driver);
        let asking = tokio::spawn(async move { ask(&connection, "a").await });
        let mut buffer = [0; 64];
        assert_eq!(peer.read(&mut buffer).await.unwrap(), 2);
        peer.write_all(b"again\n").await.unwrap();
        let read = peer.read(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..read], b"once more\n");
        peer.write_all(b"b\n").await.unwrap();
        assert_eq!(asking.await.unwrap().unwrap(), "b");
    });
}

/// Whoever waits, sent or not, and whoever comes later.
async fn assert_all_are_told(end: impl AsyncFnOnce(tokio::task::JoinHandle<()>, DuplexStream)) {
    let (connection, driver, peer) = connection(4);
    let driver = tokio::spawn(driver);
    let asking: Vec<_> = (0..3)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move { ask(&connection, "question").await })
        })
        .collect();
    tokio::task::yield_now().await;
    end(driver, peer).await;
    for asking in asking {
        assert!(asking.await.unwrap().unwrap_err().is_dropped());
    }
    assert!(ask(&connection, "later").await.unwrap_err().is_dropped());
    assert!(lock(&connection.line.exchange).stream.is_none(), "the socket is closed");
}

#[test]
fn everybody_hears_of_the_end() {
    one_thread().block_on(async {
        assert_all_are_told(async |_, peer| drop(peer)).await;
        assert_all_are_told(async |driver, _| driver.abort()).await;
        assert_all_are_told(async |_, mut peer| {
            let mut questions = [0; 27];
            peer.read_exact(&mut questions).await.unwrap();
            peer.write_all(b"odd\n").await.unwrap();
        })
        .await;
    });
}

#[test]
fn what_nobody_asked_for_is_the_end() {
    one_thread().block_on(async {
        let (connection, driver, mut peer) = connection(100);
        let driver = tokio::spawn(driver);
        peer.write_all(b"what\n").await.unwrap();
        driver.await.unwrap();
        assert!(ask(&connection, "question").await.unwrap_err().is_dropped());
    });
}

#[test]
fn a_request_that_cannot_be_written_ends_the_connection_and_not_the_program() {
    one_thread().block_on(async {
        let (connection, driver, peer) = connection(100);
        tokio::spawn(driver);
        tokio::spawn(echo(peer));
        assert_eq!(ask(&connection, "well").await.unwrap(), "well");
        let asking = connection.clone();
        assert!(tokio::spawn(async move { ask(&asking, "unspeakable").await }).await.is_err());
        assert!(ask(&connection, "later").await.unwrap_err().is_dropped());
    });
}

#[test]
fn the_end_of_a_runtime_is_the_end_of_its_connection() {
    let runtime = one_thread();
    let (connection, driver, peer) = connection(100);
    runtime.spawn(driver);
    let mut asking = Box::pin(ask(&connection, "question"));
    assert!(poll_once(asking.as_mut()).is_pending());
    drop(runtime);
    assert!(matches!(poll_once(asking), Poll::Ready(Err(failure)) if failure.is_dropped()));
    drop(peer);
}

#[test]
fn what_a_peer_does_not_take_is_not_sent_and_not_collected() {
    one_thread().block_on(async {
        let (connection, driver, mut peer) = connection(100);
        tokio::spawn(driver);
        let minute = Deadline::after(Duration::from_secs(60));
        let mut large = Box::pin(async { ask(&connection, &"x".repeat(LARGEST_WRITE)).await });
        assert!(poll_once(large.as_mut()).is_pending());
        let (progress, question) = (Progress::new(minute, Duration::ZERO), String::from("y"));
        let mut small = Box::pin(connection.exchange(&question, Some(&progress)));
        assert!(poll_once(small.as_mut()).is_pending());
        let late = Progress::new(Deadline::now(), Duration::ZERO);
        let mut too_late = Box::pin(connection.exchange(&question, Some(&late)));
        assert!(poll_once(too_late.as_mut()).is_pending());
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!progress.was_sent(), "it stands behind what the peer does not take");
        let mut buffer = vec![0; LARGEST_WRITE + 5];
        peer.read_exact(&mut buffer).await.unwrap();
        assert!(progress.was_sent());
        assert!(!late.was_sent(), "it was, but when nobody could have answered any more");
        peer.write_all(b"1\n2\n3\n").await.unwrap();
        assert_eq!((large.await.unwrap(), small.await.unwrap()), ("1".into(), "2".into()));
        assert_eq!(too_late.await.unwrap(), "3");
    });
}

#[test]
fn a_peer_that_takes_nothing_is_found_out_when_nobody_waits_for_what_it_was_to_take() {
    one_thread().block_on(async {
        let (connection, driver, mut peer) = connection(100);
        tokio::spawn(driver);
        assert!(connection.is_quiet() && !connection.is_stuck(Duration::ZERO));
        let given_up = poll_once(ask(&connection, &"x".repeat(LARGEST_WRITE)));
        assert!(given_up.is_pending());
        assert!(!connection.is_quiet() && connection.is_stuck(Duration::ZERO));
        assert!(!connection.is_stuck(Duration::from_secs(60)), "it took something a moment ago");
        peer.read_exact(&mut vec![0; LARGEST_WRITE + 1]).await.unwrap();
        assert!(!connection.is_stuck(Duration::ZERO));
    });
}

#[test]
fn what_was_not_sent_when_the_connection_ends_may_be_asked_again() {
    one_thread().block_on(async {
        let (connection, driver, peer) = connection(4);
        let driver = tokio::spawn(driver);
        let [mut sent, mut queued] = ["sent", "queued"].map(|line| Box::pin(ask(&connection, line)));
        assert!(poll_once(sent.as_mut()).is_pending() && poll_once(queued.as_mut()).is_pending());
        driver.abort();
        assert!(driver.await.unwrap_err().is_cancelled());
        assert!(!sent.await.unwrap_err().is_unsent());
        assert!(queued.await.unwrap_err().is_unsent());
        assert!(ask(&connection, "later").await.unwrap_err().is_unsent());
        drop(peer);
    });
}

#[test]
fn a_first_question_may_be_asked_before_the_driver_is_on_its_own() {
    one_thread().block_on(async {
        let (connection, mut driver, peer) = connection(100);
        tokio::spawn(echo(peer));
        assert_eq!(driver.until(ask(&connection, "login")).await.unwrap(), "login");
        tokio::spawn(driver);
        assert_eq!(ask(&connection, "next").await.unwrap(), "next");
        let (connection, mut driver, peer) = self::connection(100);
        drop(peer);
        assert!(driver.until(ask(&connection, "login")).await.unwrap_err().is_dropped());
    });
}
