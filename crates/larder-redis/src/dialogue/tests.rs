use std::sync::Mutex;

use futures_util::future::join_all;
use larder_core::store_bytes::{Answer, Operation};
use larder_link::Multiplexed;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    runtime::Builder,
};

use super::*;
use crate::keyspace::Keyspace;

fn read(keys: &[&str]) -> Request {
    let number = |key: &&str| Operation::Number { key: (*key).into() };
    Request::read(&keys.iter().map(number).collect::<Vec<_>>(), &Keyspace::default()).unwrap()
}

/// What the server gets, and what each is told, when these are asked while another command is under way. It answers each piece it gets by this.
fn asked(requests: &[Request], serve: fn(&str) -> &'static str) -> (Vec<String>, Vec<Replies>) {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let replies = Builder::new_current_thread().build().unwrap().block_on(async {
        let (ours, mut peer) = duplex(1 << 16);
        let (connection, driver) = Multiplexed::new(Conversation::default(), Box::new(ours));
        tokio::spawn(driver);
        let noted = Arc::clone(&seen);
        tokio::spawn(async move {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(length @ 1..) = peer.read(&mut buffer).await {
                let piece = String::from_utf8_lossy(&buffer[..length]).replace("\r\n", " ");
                let reply = if piece.contains("PING") { "+PONG\r\n" } else { serve(&piece) };
                noted.lock().unwrap().push(piece);
                peer.write_all(reply.as_bytes()).await.unwrap();
            }
        });
        let ping = Request::one(&redis::cmd("PING"));
        let all = [&ping].into_iter().chain(requests);
        join_all(all.map(|request| connection.exchange(request, None))).await
    });
    let seen = seen.lock().unwrap().split_off(1);
    (seen, replies.into_iter().skip(1).map(Result::unwrap).collect())
}

fn numbers(replies: &[Replies]) -> Vec<Vec<u64>> {
    let number = |answer: &Answer| match answer {
        Answer::Number(Some(number)) => *number,
        other => panic!("{other:?}"),
    };
    let all = replies.iter().map(|replies| match replies {
        Replies::Answers(answers) => answers.iter().map(number).collect(),
        other => panic!("{other:?}"),
    });
    all.collect()
}

#[test]
fn keys_that_several_want_are_asked_for_once() {
    let requests = [read(&["e1", "a", "s"]), read(&["e2", "a", "s"]), read(&["e2", "b"]), read(&["s", "s"])];
    let (seen, replies) = asked(
        &requests,
        |_| "*7\r\n$2\r\n10\r\n$2\r\n11\r\n$2\r\n12\r\n$2\r\n13\r\n$2\r\n14\r\n$2\r\n15\r\n$2\r\n16\r\n",
    );
    assert_eq!(seen, ["*8 $4 MGET $2 e1 $1 a $1 s $2 e2 $1 b $1 s $1 s "]);
    assert_eq!(numbers(&replies), [vec![10, 11, 12], vec![13, 11, 12], vec![13, 14], vec![15, 16]]);
}

#[test]
fn what_is_refused_for_one_is_asked_for_each() {
    let requests = [read(&["good", "s"]), read(&["secret", "s"])];
    let (seen, replies) = asked(&requests, |piece| match piece {
        "*4 $4 MGET $4 good $1 s $6 secret " => "-NOPERM no\r\n",
        _ => "*2\r\n$1\r\n1\r\n$1\r\n2\r\n-NOPERM no\r\n",
    });
    assert_eq!(
        seen,
        ["*4 $4 MGET $4 good $1 s $6 secret ", "*3 $4 MGET $4 good $1 s *3 $4 MGET $6 secret $1 s "]
    );
    assert_eq!(numbers(&replies[..1]), [[1, 2]]);
    assert_eq!(replies[1].refusal().as_deref(), Some("NOPERM no"));
}

#[test]
fn commands_keep_their_place_among_reads() {
    let mut commands = [redis::cmd("GET"), redis::cmd("GET")];
    commands.iter_mut().for_each(|command| _ = command.arg("x"));
    let requests = [read(&["a", "s"]), Request::new(true, &commands), read(&["b", "s"]), read(&["c", "s"])];
    let (seen, replies) = asked(
        &requests,
        |_| "*2\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\nx\r\n$-1\r\n*3\r\n$1\r\n3\r\n$1\r\n4\r\n$1\r\n5\r\n",
    );
    assert_eq!(
        seen,
        ["*3 $4 MGET $1 a $1 s *2 $3 GET $1 x *2 $3 GET $1 x *4 $4 MGET $1 b $1 s $1 c "],
        "in one write"
    );
    assert_eq!(numbers(&replies[..1]), [[1, 2]]);
    assert_eq!(numbers(&replies[2..]), [[3, 4], [5, 4]]);
    let Replies::Values(values) = &replies[1] else { panic!("{:?}", replies[1]) };
    assert_eq!(values, &[Value::BulkString(b"x".to_vec()), Value::Nil]);
}
