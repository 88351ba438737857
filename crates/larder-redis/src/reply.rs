//! Replies as they come off a connection: RESP2, whole or not at all.
//!
//! redis-rs reads the same, at a cost that shows in a hit: a value takes it more than a thousand instructions. What is an error is left to redis-rs, which knows their kinds.

use std::io::{self, Read};

use redis::Value;

/// What has come of replies that were not taken yet.
#[derive(Default)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    /// Where what was not taken begins.
    start: usize,
    /// Up to where it was looked at: whatever comes in pieces is looked at once.
    at: usize,
    /// How many replies are still to come in each array that has begun, the outermost first.
    open: Vec<usize>,
}

impl Inbox {
    /// Takes in what came.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.forget_taken();
        self.bytes.extend_from_slice(bytes);
    }

    /// The next reply as it was written, if all of it is there: what `read` makes of it.
    ///
    /// # Errors
    ///
    /// When what comes is no reply, also by `read`.
    pub(crate) fn next<T>(&mut self, read: impl FnOnce(&[u8]) -> io::Result<T>) -> io::Result<Option<T>> {
        if !self.is_whole()? {
            return Ok(None);
        }
        let made = read(&self.bytes[self.start..self.at])?;
        self.start = self.at;
        if self.is_empty() {
            self.bytes.clear();
            self.bytes.shrink_to(LARGEST_KEPT);
            (self.start, self.at) = (0, 0);
        }
        Ok(Some(made))
    }

    /// The same, reading from a connection until all of it is there. When reading fails, what has come is kept, and may be gone on with.
    ///
    /// # Errors
    ///
    /// When reading fails, when the peer has closed, and when what comes is no reply.
    pub(crate) fn next_of<T>(
        &mut self,
        from: &mut impl Read,
        chunk: &mut [u8],
        mut read: impl FnMut(&[u8]) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            if let Some(made) = self.next(&mut read)? {
                return Ok(made);
            }
            match from.read(chunk)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                bytes => self.feed(&chunk[..bytes]),
            }
        }
    }

    /// Whether everything that came was taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.bytes.len()
    }

    /// Whether all of the next reply is there; it ends where this stops.
    fn is_whole(&mut self) -> io::Result<bool> {
        loop {
            let rest = &self.bytes[self.at..];
            let Some((kind, line, head)) = head(rest)? else { return Ok(false) };
            let mut length = head;
            match kind {
                b'$' => {
                    if let Some(text) = count(line)? {
                        if text > LONGEST_TEXT {
                            return Err(odd());
                        }
                        length = head.saturating_add(text).saturating_add(2);
                    }
                    if rest.len() < length {
                        return Ok(false);
                    }
                }
                b'*' => {
                    if let Some(replies @ 1..) = count(line)? {
                        if self.open.len() == DEEPEST || replies > LONGEST_ARRAY {
                            return Err(odd());
                        }
                        self.open.push(replies);
                        self.at += head;
                        continue;
                    }
                }
                _ => {}
            }
            self.at += length;
            // with it, whatever it was the last of has ended
            while let Some(left) = self.open.last_mut() {
                *left -= 1;
                if *left > 0 {
                    break;
                }
                self.open.pop();
            }
            if self.open.is_empty() {
                return Ok(true);
            }
        }
    }

    /// Where replies come without a pause, the next one has always begun, and what was taken has to go before it.
    fn forget_taken(&mut self) {
        if self.start >= CHUNK {
            self.bytes.drain(..self.start);
            self.at -= self.start;
            self.start = 0;
        }
    }
}

/// What a whole reply says.
pub(crate) fn value(mut reply: &[u8]) -> io::Result<Value> {
    take_value(&mut reply)
}

/// Gives each text of a reply that is an array of texts, without a copy; says how many there are, or what the server said instead.
pub(crate) fn texts<'a>(
    mut reply: &'a [u8],
    mut each: impl FnMut(Option<&'a [u8]>),
) -> io::Result<Result<usize, Value>> {
    let (kind, line, length) = head(reply)?.ok_or_else(odd)?;
    if kind == b'-' {
        return value(reply).map(Err);
    }
    let texts = if kind == b'*' { count(line)? } else { None }.ok_or_else(odd)?;
    reply = &reply[length..];
    for _ in 0..texts {
        let (kind, line, length) = head(reply)?.ok_or_else(odd)?;
        if kind != b'$' {
            return Err(odd());
        }
        reply = &reply[length..];
        each(take_text(line, &mut reply)?);
    }
    Ok(Ok(texts))
}

fn take_value(bytes: &mut &[u8]) -> io::Result<Value> {
    let (kind, line, head) = head(bytes)?.ok_or_else(odd)?;
    let all = *bytes;
    *bytes = &all[head..];
    Ok(match kind {
        b'+' if line == b"OK" => Value::Okay,
        b'+' => Value::SimpleString(String::from_utf8_lossy(line).into_owned()),
        b':' => {
            Value::Int(std::str::from_utf8(line).ok().and_then(|text| text.parse().ok()).ok_or_else(odd)?)
        }
        b'-' => redis::parse_redis_value(&all[..head]).map_err(|_| odd())?,
        b'$' => take_text(line, bytes)?.map_or(Value::Nil, |text| Value::BulkString(text.to_vec())),
        _ => match count(line)? {
            None => Value::Nil,
            Some(length) => Value::Array((0..length).map(|_| take_value(bytes)).collect::<io::Result<_>>()?),
        },
    })
}

/// The text that follows a line which says how long it is; `None`: there is none.
fn take_text<'a>(line: &[u8], bytes: &mut &'a [u8]) -> io::Result<Option<&'a [u8]>> {
    let Some(length) = count(line)? else { return Ok(None) };
    let (text, rest) = bytes.split_at_checked(length).ok_or_else(odd)?;
    *bytes = rest.strip_prefix(b"\r\n").ok_or_else(odd)?;
    Ok(Some(text))
}

/// The kind of a reply, the rest of its first line, and where that ends.
fn head(bytes: &[u8]) -> io::Result<Option<(u8, &[u8], usize)>> {
    let Some(kind) = bytes.first() else { return Ok(None) };
    if !matches!(kind, b'+' | b'-' | b':' | b'$' | b'*') {
        return Err(odd());
    }
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) if end >= 2 && bytes[end - 1] == b'\r' => Ok(Some((*kind, &bytes[1..end - 1], end + 1))),
        None if bytes.len() <= LONGEST_LINE => Ok(None),
        _ => Err(odd()),
    }
}

/// How many bytes or replies follow; `None`: it is nothing.
fn count(line: &[u8]) -> io::Result<Option<usize>> {
    if line == b"-1" {
        return Ok(None);
    }
    if line.is_empty() || line.len() > 12 {
        return Err(odd());
    }
    let digits = line.iter().try_fold(0, |sum: usize, digit| {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 { None } else { sum.checked_mul(10)?.checked_add(usize::from(digit)) }
    });
    digits.map(Some).ok_or_else(odd)
}

/// Every reply among these bytes; `None` if there is something else.
pub(crate) fn read_all(bytes: &[u8], piece: usize) -> Option<Vec<(Value, Option<usize>)>> {
    let (mut inbox, mut replies) = (Inbox::default(), Vec::new());
    for piece in bytes.chunks(piece.max(1)) {
        inbox.feed(piece);
        let read = |reply: &[u8]| Ok((value(reply)?, texts(reply, |_| {}).ok().and_then(Result::ok)));
        while let Some(reply) = inbox.next(read).ok()? {
            replies.push(reply);
        }
    }
    Some(replies)
}

fn odd() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a reply that cannot be read; is it a Redis?")
}

/// How much is read at once.
pub(crate) const CHUNK: usize = 16 * 1024;

/// What a connection that has had a large reply holds on to.
const LARGEST_KEPT: usize = 64 * 1024;

/// Errors and texts; servers keep them far shorter.
const LONGEST_LINE: usize = 64 * 1024;

/// What servers keep under one key at most.
const LONGEST_TEXT: usize = 512 * 1024 * 1024;

/// Far more than anything that is asked for has in its answer.
const LONGEST_ARRAY: usize = 1 << 20;

/// Replies inside of replies; the deepest known is four.
const DEEPEST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    /// The next reply that comes.
    fn next(inbox: &mut Inbox, from: &mut impl Read) -> io::Result<Value> {
        inbox.next_of(from, &mut vec![0; CHUNK], value)
    }

    const REPLIES: &[&str] = &[
        "+OK\r\n",
        "+PONG\r\n",
        ":-42\r\n",
        "$-1\r\n",
        "$0\r\n\r\n",
        "$5\r\na\r\nb\n\r\n",
        "*-1\r\n",
        "*0\r\n",
        "*3\r\n$1\r\nx\r\n$-1\r\n*2\r\n:1\r\n+two\r\n",
        "-ERR what is this\r\n",
        "-MOVED 3999 127.0.0.1:6381\r\n",
        "*2\r\n-WRONGTYPE no\r\n$1\r\ny\r\n",
    ];

    /// Gives one byte at a time.
    struct Slowly<'a>(&'a [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn every_reply_is_read_as_redis_rs_reads_it() {
        let all = REPLIES.concat();
        let (mut slowly, mut at_once) = (Slowly(all.as_bytes()), all.as_bytes());
        let (mut first, mut second) = (Inbox::default(), Inbox::default());
        for reply in REPLIES {
            let expected = redis::parse_redis_value(reply.as_bytes()).unwrap();
            assert_eq!(next(&mut first, &mut slowly).unwrap(), expected, "{reply:?}");
            assert_eq!(next(&mut second, &mut at_once).unwrap(), expected, "{reply:?}");
        }
        assert!(next(&mut first, &mut slowly).is_err(), "there are no more");
    }

    #[test]
    fn however_it_is_split_the_replies_are_the_same_and_nothing_is_looked_at_twice() {
        let value = format!("$100\r\n{}\r\n", "x".repeat(100));
        let large = format!("*3\r\n*2000\r\n{}*-1\r\n*2\r\n:1\r\n+two\r\n", value.repeat(2000));
        let (all, replies) = (format!("{large}{}", REPLIES.concat()), 1 + REPLIES.len());
        let mut expected = Inbox::default();
        let mut at_once = all.as_bytes();
        let expected: Vec<Value> = (0..replies).map(|_| next(&mut expected, &mut at_once).unwrap()).collect();
        assert_eq!(expected[0], redis::parse_redis_value(large.as_bytes()).unwrap());
        for size in [1, 2, 3, 7, 100, 108, 4096, 16_383] {
            let mut pieces = Pieces { rest: all.as_bytes(), size, is_over: false };
            let (mut inbox, mut read) = (Inbox::default(), Vec::new());
            while read.len() < replies {
                match next(&mut inbox, &mut pieces) {
                    Ok(value) => read.push(value),
                    Err(error) => {
                        assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "pieces of {size}");
                        let unseen = inbox.bytes.len() - inbox.at;
                        assert!(unseen < value.len(), "{unseen} of pieces of {size} are looked at again");
                    }
                }
            }
            assert_eq!(read, expected, "pieces of {size}");
        }
    }

    /// Gives pieces of this size, and would block after each.
    struct Pieces<'a> {
        rest: &'a [u8],
        size: usize,
        is_over: bool,
    }

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.is_over = !self.is_over;
            if !self.is_over {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let (piece, rest) = self.rest.split_at(self.size.min(self.rest.len()));
            buffer[..piece.len()].copy_from_slice(piece);
            self.rest = rest;
            Ok(piece.len())
        }
    }

    #[test]
    fn replies_without_a_pause_do_not_pile_up() {
        let message = format!("*2\r\n$7\r\nmessage\r\n$150\r\n{}\r\n", "x".repeat(150));
        let many = message.repeat(5_000);
        let (mut inbox, mut from) = (Inbox::default(), many.as_bytes());
        for _ in 0..5_000 {
            next(&mut inbox, &mut from).unwrap();
            assert!(inbox.bytes.len() <= 3 * CHUNK, "{}", inbox.bytes.len());
        }
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        let deep = "*1\r\n".repeat(100);
        let odd = [
            "HTTP/1.1 400\r\n",
            "$x\r\n",
            "$-2\r\n",
            "$99999999999999999999\r\n",
            "*1\r\n?\r\n",
            "\n",
            "+a\n",
            "$536870913\r\n",
            "*1048577\r\n",
        ];
        for text in odd.into_iter().chain([deep.as_str(), "$1\r\nabc"]) {
            let error = next(&mut Inbox::default(), &mut text.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{text:?}");
        }
        let large = "$536870912\r\nabc";
        assert_eq!(
            next(&mut Inbox::default(), &mut large.as_bytes()).unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
    }
}
