//! How other processes could hear of an invalidation: by a message that is published, or by the server's own tracking (RESP3, `BCAST`). (Decision 0016.)

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use redis::cmd;

use crate::{
    Failure,
    server::Server,
    table::{Reach, Row},
    turns::median,
};

/// A way to hear of changes: what a listener says first, and what begins each message.
struct Way {
    name: &'static str,
    opening: &'static [&'static str],
    message: &'static [u8],
    /// Whether the record is all that has to be written.
    is_told_by_server: bool,
}

const WAYS: [Way; 2] = [
    Way {
        name: "published",
        opening: &["SUBSCRIBE larder:messages"],
        message: b"$7\r\nmessage\r\n",
        is_told_by_server: false,
    },
    Way {
        name: "tracked",
        opening: &["HELLO 3", "CLIENT TRACKING ON BCAST PREFIX larder:t:"],
        message: b"$10\r\ninvalidate\r\n",
        is_told_by_server: true,
    },
];

pub(crate) fn published_or_tracked(server: &mut Server) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for listeners in [1, 8] {
        for way in &WAYS {
            rows.extend(measure(server, way, listeners)?);
        }
    }
    Ok(rows)
}

fn measure(server: &Server, way: &Way, listeners: usize) -> Result<Vec<Row>, Failure> {
    const TIMES: usize = 4_000;
    let (tell, told) = channel();
    let all: Vec<_> = (0..listeners)
        .map(|_| Listener::start(server.port(), way, tell.clone()))
        .collect::<Result<_, _>>()?;
    let mut connection = server.client()?.get_connection()?;
    let mut invalidate = |number: usize| -> Result<(), Failure> {
        let _: () =
            cmd("SET").arg("larder:t:tag").arg(number).arg("PX").arg(3_600_000).query(&mut connection)?;
        if !way.is_told_by_server {
            let _: u64 = cmd("PUBLISH").arg("larder:messages").arg("larder:t:tag").query(&mut connection)?;
        }
        Ok(())
    };
    let mut delays = Vec::new();
    let before = server.processor_time()?;
    for number in 0..TIMES {
        let began = Instant::now();
        invalidate(number)?;
        let mut last = began;
        for _ in 0..listeners {
            last = last.max(told.recv_timeout(PATIENCE)?);
        }
        delays.push((last - began).as_secs_f64() * 1e6);
    }
    let used = (server.processor_time()? - before) * 1e6 / TIMES as f64;
    delays.sort_by(f64::total_cmp);
    let how = format!("99 % {:.0} us; server {used:.1} us for each", delays[TIMES * 99 / 100]);
    let path = format!("{}, {listeners} listening, until all know", way.name);
    let mut rows = vec![Row::new(path, Reach::None("us"), median(delays.iter().copied()), how)];
    if listeners == 1 {
        rows.push(needless(server, way, &told)?);
    }
    drop(told);
    all.into_iter().for_each(Listener::end);
    Ok(rows)
}

/// What is heard while records are only extended, as every write of an entry does: nothing is invalid.
fn needless(server: &Server, way: &Way, told: &Receiver<Instant>) -> Result<Row, Failure> {
    const TIMES: usize = 1_000;
    let mut connection = server.client()?.get_connection()?;
    for _ in 0..TIMES {
        // as the script does that raises a record
        let _: () = cmd("EVAL")
            .arg("redis.call('SET', KEYS[1], redis.call('GET', KEYS[1]), 'PX', 3600000)")
            .arg(1)
            .arg("larder:t:tag")
            .query(&mut connection)?;
    }
    let mut heard = 0;
    while told.recv_timeout(Duration::from_millis(200)).is_ok() {
        heard += 1;
    }
    let how = format!("heard while a record was extended {TIMES} times and never invalidated");
    Ok(Row::new(format!("{}, needless messages", way.name), Reach::None(""), f64::from(heard), how))
}

/// A connection that listens, on a thread of its own.
struct Listener {
    stream: TcpStream,
    thread: JoinHandle<()>,
}

impl Listener {
    fn start(port: u16, way: &Way, tell: Sender<Instant>) -> Result<Self, Failure> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        let mut buffer = [0; 4096];
        for command in way.opening {
            stream.write_all(format!("{command}\r\n").as_bytes())?;
            if stream.read(&mut buffer)? == 0 || buffer[0] == b'-' {
                return Err(format!("`{command}` was refused").into());
            }
        }
        let (mut reading, message) = (stream.try_clone()?, way.message);
        let thread = thread::spawn(move || {
            let mut buffer = [0; 64 * 1024];
            let mut kept = Vec::new();
            while let Ok(read @ 1..) = reading.read(&mut buffer) {
                let now = Instant::now();
                kept.extend_from_slice(&buffer[..read]);
                while let Some(at) = kept.windows(message.len()).position(|window| window == message) {
                    kept.drain(..at + message.len());
                    let _ = tell.send(now);
                }
            }
        });
        Ok(Self { stream, thread })
    }

    fn end(self) {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        let _ = self.thread.join();
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
